"""Points of a refutation as matrices: e_1 x_k' / |x_k|^2 instead of delta(a, 0) X[k,j] / sum_j X[k,j]^2."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.points import Point
from symconvex.drafting.profile import factors, summands
from symconvex.exposition.notation import Notation
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Delta, Family, Mul, Num, Size, Sym, Term


def same(left: Family, right: Family) -> bool:
    """Are the entries of two arrays equal?"""
    moved = t.reindex(right[1], dict(zip(right[0], left[0], strict=True)))
    return gathered(t.sub(left[1], moved), frozenset(left[0])) == t.ZERO


def gathered(term: Term, places: frozenset[str]) -> Term:
    """Multiplied out as far as the places reach, equal parts added up."""
    found: dict[tuple[Term, ...], Fraction] = {}
    for coefficient, parts in (pair for part in summands(term) for pair in _expanded(part, places)):
        key = tuple(sorted(parts, key=t.render))
        found[key] = found.get(key, Fraction(0)) + coefficient
    return t.add(*(t.mul(Num(value), *key) for key, value in found.items() if value))


def _expanded(term: Term, places: frozenset[str]) -> list[tuple[Fraction, list[Term]]]:
    match term:
        case Add(args) if t.free_indices(term) & places:
            return [pair for arg in args for pair in _expanded(arg, places)]
        case Mul((Num(value), Add(args))):
            return [pair for arg in args for pair in _expanded(t.mul(Num(value), arg), places)]
        case Mul(args):
            found: list[tuple[Fraction, list[Term]]] = [(Fraction(1), [])]
            for arg in args:
                found = [(a * b, x + y) for a, x in found for b, y in _expanded(arg, places)]
            return found
        case Num(value):
            return [(value, [])] if value else []
    return [(Fraction(1), [term])]


@dataclass(frozen=True, slots=True)
class Arrays:
    """Prints the entries of a point as matrices and vectors."""

    notation: Notation
    shapes: Mapping[str, tuple[Size, ...]]

    def tex(self, name: str, family: Family) -> str:
        """The array that a family stands for."""
        places, value = family
        parts = [self._term(part, places, self.shapes[name]) for part in summands(gathered(value, frozenset(places)))]
        if value == t.ZERO or not parts:
            return "0"
        parts.sort(key=lambda text: text.startswith("-"))
        return parts[0] + "".join(p if p.startswith("-") else f"+{p}" for p in parts[1:])

    def tuple_tex(self, point: Point) -> str:
        """All arrays in order of declaration."""
        inside = ",\\;".join(self.tex(name, point[name]) for name in self.shapes)
        return inside if len(self.shapes) == 1 else f"\\Bigl({inside}\\Bigr)" if "frac" in inside else f"({inside})"

    def _term(self, term: Term, places: tuple[str, ...], shape: tuple[Size, ...]) -> str:
        """scalar * left right'."""
        ends = dict.fromkeys(places, "")
        scalars = []
        thin = {place: 0 for place, size in zip(places, shape, strict=True) if size == 1}
        for factor in factors(t.reindex(term, dict(thin))):
            touched = [place for place in places if place in t.free_indices(factor)]
            if not touched:
                scalars.append(factor)
            elif len(touched) == 1 and (text := self._vector(factor, touched[0])):
                ends[touched[0]] = text
            else:
                return self.notation.tex(term)
        if not places:
            return self.notation.tex(term)
        vectors = [ends[p] or ("" if size == 1 else "\\mathbf 1") for p, size in zip(places, shape, strict=True)]
        if len(vectors) == 2 and vectors[1]:
            vectors[1] = f"{vectors[1]}\\T"
        array = "\\,".join(filter(None, vectors)) if "\\mathbf 1" in vectors else " ".join(filter(None, vectors))
        if not array:
            return self.notation.tex(term)
        named = self.notation.naming({Sym("array"): array})
        return named.tex(t.mul(*_together(scalars), Sym("array")))

    def _vector(self, factor: Term, place: str) -> str:
        match factor:
            case Delta(left, right):
                other = right if left == place else left
                return f"\\mathbf{{e}}_{{{other + 1}}}" if isinstance(other, int) else ""
            case Sym(name, indices) if indices[-1] == place:
                return self.notation.vector(name, indices[:-1]) or ""
        return ""


def _together(scalars: list[Term]) -> list[Term]:
    """Powers of one base as one power."""
    found: dict[Term, Fraction] = {}
    for factor in scalars:
        base, e = (factor.base, factor.exponent) if isinstance(factor, t.Pow) else (factor, Fraction(1))
        found[base] = found.get(base, Fraction(0)) + e
    return [t.power(base, e) for base, e in found.items()]


def tidy_squares(term: Term) -> Term:
    """(-a)^2 = a^2."""
    match term:
        case t.Pow(Mul((Num(value), *rest)), e) if value == -1 and e == 2:
            return t.power(tidy_squares(t.mul(*rest)), 2)
    return t.rebuild(term, tuple(map(tidy_squares, t.children(term))))
