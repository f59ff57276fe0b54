"""Kernel terms as lecture notes print them: rows of matrices, inner products, norms, and names for what recurs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symconvex.drafting.profile import factors, summands
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Delta, Dim, Fn, Index, Mul, Num, Pow, Size, Sum, Sym, Term
from symconvex.language.printing.texwords import (
    ADD,
    ATOM,
    MUL,
    POW,
    atleast,
    bracketed,
    call_tex,
    entry_tex,
    fraction_tex,
    index_tex,
    number_tex,
    raised_tex,
    word_tex,
)

Item = tuple[str, int]
HALF = Fraction(1, 2)
LONG = 16


@dataclass(frozen=True, slots=True)
class Notation:
    """How names are written.

    directions   w' -> the letters of the direction of w
    rows         X -> x, the letter of its rows
    entries      names that are only printed entry by entry, never as a vector
    given        terms that have a name of their own, with what is printed for them
    """

    directions: Mapping[str, str]
    rows: Mapping[str, str]
    entries: frozenset[str] = frozenset()
    given: Mapping[Term, str] = field(default_factory=dict)

    def naming(self, given: Mapping[Term, str]) -> "Notation":
        return replace(self, given={**self.given, **given})

    def tex(self, term: Term) -> str:
        """The term in LaTeX mathematics, without delimiters."""
        return self.item(term)[0]

    def factor(self, term: Term) -> str:
        """Bracketed when it is a sum."""
        return atleast(self.item(term), MUL)

    def item(self, term: Term) -> Item:
        """The text and how tightly it binds."""
        if term in self.given:
            return self.given[term], ATOM
        match term:
            case Num(value):
                return number_tex(value), MUL if value < 0 or value.denominator != 1 else ATOM
            case Sym(name, indices):
                return self.symbol(name, indices), ATOM
            case Dim(size):
                return size_tex(size), ATOM
            case Delta(left, right):
                return f"\\delta_{{{index_tex((left, right))}}}", ATOM
            case Sum():
                return self._total(term)
            case Add(args):
                distance = self._distance(args)
                return (distance, POW) if distance else (self._sum(args), ADD)
            case Mul():
                return self._product(term)
            case Pow(base, exponent):
                return self._power(base, exponent)
            case Fn(name, args):
                return self._call(name, args)
        raise TypeError(f"{type(term).__name__} is not a term")

    def symbol(self, name: str, indices: tuple[Index, ...]) -> str:
        if name.endswith("'"):
            word = self.directions[name]
            below = index_tex(indices)
            if not below:
                return word
            return f"({word})_{{{below}}}" if "_" in word else f"{word}_{{{below}}}"
        return entry_tex(name, indices)

    def vector(self, name: str, indices: tuple[Index, ...]) -> str | None:
        """A vector, or a row of a matrix: w, x_i; None where rows have no letter."""
        if name in self.entries:
            return None
        if not indices:
            return self.symbol(name, ())
        if len(indices) == 1 and name in self.rows:
            return f"{self.rows[name]}_{{{index_tex(indices)}}}"
        return None

    def _total(self, term: Sum) -> Item:
        whole = self._inner_product(term) or self._norm(term)
        if whole:
            return whole
        if not _runs(term.body, term.index) and not self._named(term.body):
            return self.item(t.mul(Dim(term.size), term.body))
        match term.body:
            case Mul((Num(value), *others)) if value < 0:
                return f"-{self.tex(Sum(term.index, term.size, t.mul(Num(-value), *others)))}", MUL
            case Mul(args) if any(not _runs(arg, term.index) for arg in args):
                fixed = [arg for arg in args if not _runs(arg, term.index)]
                rest = t.mul(*(arg for arg in args if arg not in fixed))
                inner = Sum(term.index, term.size, rest)
                if self._norm(inner) or self._inner_product(inner):
                    return self.item(Mul((*fixed, inner)))
        bounds = f"\\sum_{{{word_tex(term.index)}=1}}^{{{size_tex(term.size)}}}"
        return f"{bounds}{atleast(self.item(term.body), MUL)}", MUL

    def _named(self, body: Term) -> bool:
        """Does a name stand for something in the body, which may depend on the index?"""
        return any(part in self.given for part in t.subterms(body))

    def _inner_product(self, term: Sum) -> Item | None:
        match term.body:
            case Mul((Sym(a, (*ai, j)), Sym(b, (*bi, l)))) if j == l == term.index and not {*ai, *bi} & {j}:
                left, right = self.vector(a, tuple(ai)), self.vector(b, tuple(bi))
                if left and right:
                    if (bool(bi), b) > (bool(ai), a) and not ai:
                        left, right = right, left
                    return f"{transposed(left)} {right}", POW
        return None

    def _norm(self, term: Sum) -> Item | None:
        match term.body:
            case Pow(Sym(a, (*ai, j)), e) if e == 2 and j == term.index and j not in ai:
                vector = self.vector(a, tuple(ai))
                return (f"\\lVert {vector}\\rVert^2", POW) if vector else None
        return None

    def _sum(self, args: tuple[Term, ...]) -> str:
        """Terms with their signs; one with a plus stands in front where there is one."""
        texts = sorted(map(self.tex, args), key=lambda text: text.startswith("-"))
        first, *others = texts
        return first + "".join(f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in others)

    def _distance(self, args: tuple[Term, ...]) -> str:
        """|a - b|^2 for |a|^2 + |b|^2 - 2 a.b."""
        match [arg for arg in args if isinstance(arg, Sum)], [arg for arg in args if not isinstance(arg, Sum)]:
            case [Sum(j, _, Pow(a, p)) as left, Sum(_, _, Pow(b, q)) as right], [cross] if p == q == 2:
                b = t.reindex(b, {right.index: j})
                a, b = sorted((a, b), key=lambda side: isinstance(side, Add) or self._is_row(side))
                names = [self._difference_part(side, j) for side in (a, b)]
                if all(names) and _same_parts(cross, t.neg(_doubled(a, b, j, left.size))):
                    return f"\\lVert {names[0]}-{names[1]}\\rVert^2"
        return ""

    def _is_row(self, side: Term) -> bool:
        return isinstance(side, Sym) and isinstance(side.indices[0], int)

    def _difference_part(self, side: Term, index: str) -> str:
        """x_i, or -b as it is subtracted: x_1-e_1 for b = x_1 + e_1."""
        match side:
            case Sym(name, (*rest, last)) if last == index:
                return self.vector(name, tuple(rest)) or ""
            case Add((Sym(name, (*rest, last)), Delta(left, int() as right))) if last == left == index:
                vector = self.vector(name, tuple(rest))
                return f"{vector}-e_{{{right + 1}}}" if vector else ""
        return ""

    def _product(self, term: Mul) -> Item:
        """Sign, fraction, then sums and norms."""
        cosh = _cosh(term)
        if cosh is not None:
            return self._call("cosh", (cosh,))
        coefficient, above, below = Fraction(1), list[str](), list[str]()
        heavy = list[Item]()
        for arg in sorted(term.args, key=_rank):
            match arg:
                case _ if self._stands_apart(arg):
                    heavy.append((self.given[arg], POW))
                case Num(value):
                    coefficient *= value
                case Pow(base, e) if e < 0:
                    below.append(self.in_product(base if e == -1 else Pow(base, -e)))
                case Sum():
                    heavy.append(self.item(arg))
                case _:
                    above.append(self.in_product(arg))
        if below:
            above += [text for text, binding in heavy if binding == POW and not text.startswith("\\lVert")]
            heavy = [pair for pair in heavy if pair[1] != POW or pair[0].startswith("\\lVert")]
        head = fraction_tex(coefficient, above, below)
        plain = [text for text, binding in heavy if binding == POW]
        sums = [text for text, binding in heavy if binding != POW]
        tail = plain + [bracketed(text) for text in sums[:-1]] + sums[-1:]
        parts = ([head] if head != "1" or not tail else []) + tail
        return ("-" if coefficient < 0 else "") + side_by_side(parts), MUL

    def _stands_apart(self, term: Term) -> bool:
        """A vector, or a name that is too wide for a fraction."""
        return term in self.given and (len(self.given[term]) > LONG or (isinstance(term, Fn) and not term.args))

    def in_product(self, term: Term) -> str:
        """Bracketed when it is a sum or a product; 2 1[z > 0] must not read as twenty-one."""
        space = "\\," if isinstance(term, Fn) and term.name == "step" else ""
        return space + atleast(self.item(term), POW)

    def _power(self, base: Term, exponent: Fraction) -> Item:
        if exponent < 0:
            below = self.tex(base) if exponent == -1 else self.item(Pow(base, -exponent))[0]
            return f"\\frac{{1}}{{{below}}}", MUL
        text, binding = self.item(base)
        if binding == POW and not text.startswith("\\lVert"):
            binding = MUL
        if isinstance(base, Fn) and base.name == "tanh":
            return f"\\tanh^{{{exponent}}}{bracketed(self.tex(base.args[0]))}", POW
        shown = raised_tex((text, binding), exponent)
        return shown[0].replace(f"^{{{exponent}}}", f"^{exponent}") if len(str(exponent)) == 1 else shown[0], POW

    def _call(self, name: str, args: tuple[Term, ...]) -> Item:
        inside = [self.tex(arg) for arg in args]
        match name, args:
            case "max", _:
                return f"\\max\\{{{', '.join(inside)}\\}}", ATOM
            case "relu", _:
                return f"\\max\\{{0,\\,{inside[0]}\\}}", ATOM
            case "step", _:
                return f"\\mathbf 1[{inside[0]}>0]", ATOM
            case "log", (arg,) if _cosh(arg) is not None or isinstance(arg, Fn | Num):
                return f"\\log {inside[0]}", POW
            case ("abs", _):
                return f"\\lvert {inside[0]}\\rvert", ATOM
        return call_tex(name, inside[0])


def _doubled(a: Term, b: Term, index: str, size: Size) -> Term:
    """2 a.b, with deltas summed away."""
    parts = []
    for part in summands(b):
        if isinstance(part, Delta):
            parts.append(t.mul(t.number(2), t.reindex(a, {index: part.right})))
        else:
            parts.append(Sum(index, size, t.mul(t.number(2), a, part)))
    return t.add(*parts)


def _same_parts(left: Term, right: Term) -> bool:
    """Equal up to the order of factors and summands."""
    return _canonical(left) == _canonical(right)


def _canonical(term: Term) -> str:
    parts = sorted(map(_canonical, t.children(term)))
    match term:
        case Add() | Mul():
            return f"({type(term).__name__} {' '.join(parts)})"
        case Sum(index, size, _):
            return f"(sum {index} {size} {parts[0]})"
    return t.render(term)


def _runs(term: Term, index: str) -> bool:
    return index in t.free_indices(term)


def _rank(term: Term) -> int:
    """Numbers and scalars, then entries, then functions: 2 lam y_i sigma(z)."""
    match term:
        case Num() | Dim():
            return 0
        case Sym(_, ()):
            return 1
        case Delta():
            return 2
        case Sym():
            return 3
    return 4


def _cosh(term: Term) -> Term | None:
    """u for (exp u + exp -u)/2."""
    match term:
        case Mul((Num(value), Add((Fn("exp", (u,)), Fn("exp", (w,)))))) if value == HALF and w == t.neg(u):
            return u
    return None


def transposed(vector: str) -> str:
    """The vector as a row."""
    return f"{vector}\\T"


def size_tex(size: Size) -> str:
    """A size: n, or a number."""
    return str(size) if isinstance(size, int) else word_tex(size, size=True)


def side_by_side(parts: list[str]) -> str:
    """Factors; a digit after anything needs a dot, a sum a thin space."""
    text = ""
    for part in parts:
        text += (" \\cdot " if text and part[0].isdigit() else "\\," if text else "") + part
    return text


__all__ = ["Notation", "factors", "size_tex", "summands", "transposed"]
