"""Norms of affine forms: strictly convex together, off the points where one of them is 0.

    q = sum_i l_i^2:    (q^(1/2))'' = sum_{i<j} (l_i l_j' - l_j l_i')^2 / q^(3/2)
    q = |w - a|^2:      (q^e)'' = 2 e q^(e-1) |v|^2 + 4 e (e - 1) q^(e-2) ((w - a).v)^2,    e >= 1

A sum of norms is strictly convex when every entry of v is a combination of the l_i l_j' - l_j l_i' (Fermat and Weber:
three points that are on no line). q is 0 on no segment, as its second derivative is 2 |l'|^2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import flint

from symconvex.drafting.draft import MADE, Draft, places_of
from symconvex.drafting.effort import spend
from symconvex.drafting.judgments import definite, nonneg, positive
from symconvex.drafting.judgments import strict as strictly
from symconvex.drafting.kinked.steps import strict_off
from symconvex.drafting.lines import Lines
from symconvex.drafting.profile import is_affine, mentions, summands
from symconvex.drafting.signs import find_sign
from symconvex.drafting.univariate.steps import cases
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import Mono
from symconvex.kernel.term import Budget, Mul, Num, Pow, Sum, Sym, Term

WORK, MOST_FORMS = 300_000, 8
HALF, TWO = Fraction(1, 2), t.number(2)


@dataclass(frozen=True, slots=True)
class Norm:
    """scale * square^exponent, the square a sum of squares of `forms`; of w - a, entry by entry, without forms."""

    term: Term
    scale: Fraction
    square: Term
    exponent: Fraction
    forms: tuple[Term, ...]


def norms_of(draft: Draft, args: Sequence[Term]) -> list[Norm]:
    """The summands that are norms of affine forms, or powers of the length of w - a."""
    return [norm for arg in args if (norm := _norm(draft, arg)) is not None]


def _norm(draft: Draft, arg: Term) -> Norm | None:
    scale, inner = Fraction(1), arg
    match arg:
        case Mul((Num(value), rest)) if value > 0:
            scale, inner = value, rest
    exponent = Fraction(1)
    while isinstance(inner, Pow) and inner.exponent > 0:
        exponent, inner = exponent * inner.exponent, inner.base
        if exponent.denominator > 1 and not isinstance(inner, Pow):
            break
    names = frozenset(draft.parameters)
    if exponent.denominator == 1:
        return None
    if exponent > 1 and _is_length(draft, inner):
        return Norm(arg, scale, inner, exponent, ())
    forms = [_root(part) for part in summands(inner)]
    known = tuple(form for form in forms if form is not None and is_affine(form, names) and not _has_data(draft, form))
    return Norm(arg, scale, inner, exponent, known) if exponent == HALF and len(known) == len(forms) else None


def _root(part: Term) -> Term | None:
    return part.base if isinstance(part, Pow) and part.exponent == 2 else None


def _has_data(draft: Draft, form: Term) -> bool:
    return any(isinstance(p, Sum) or (isinstance(p, Sym) and p.name not in draft.parameters) for p in t.subterms(form))


def _is_length(draft: Draft, square: Term) -> bool:
    """Is it the sum of (w[j] - a[j])^2 for the only parameter?"""
    if len(draft.parameters) != 1:
        return False
    ((name, shape),) = draft.parameters.items()
    match square:
        case Sum(j, size, Pow(core, e)) if e == 2 and shape == (size,):
            rest = t.sub(core, Sym(name, (j,)))
            fixed = [arg for arg in summands(core) if arg != Sym(name, (j,))]
            return (
                len(fixed) < len(summands(core))
                and not any(mentions(arg, frozenset({name})) for arg in fixed)
                and rest != core
            )
    return False


def add_strict_norms(lines: Lines, number: int, norms: Sequence[Norm]) -> int | None:
    """The line that a convex sum of norms, that of a line, is strictly so."""
    squares = list(dict.fromkeys(norm.square for norm in norms))
    off = tuple(positive(t.power(square, 2)) for square in squares)
    with lines.assuming(*off):
        for square in squares:
            if _above(lines, square) is None:
                return None
        there = _curved(lines, norms)
    if there is None:
        return None
    shown = [_moves(lines, square) for square in squares]
    known = [line for line in shown if line is not None]
    if len(known) < len(shown):
        return None
    multipliers = [[t.ZERO, t.ZERO, t.ONE] for _ in squares]
    return strict_off(lines, [number, there, *known], strictly(lines.term(number)), multipliers)


def _above(lines: Lines, square: Term) -> int | None:
    """q > 0 from q >= 0 and q^2 > 0: else -q >= 0, and q = 1 + (q/2)^2 - (q - 2)^2/4 with q (-q) >= 0 in the last."""
    level = find_sign(lines, square, strict=False)
    if level is None:
        return None
    off, under = positive(t.power(square, 2)), lines.under
    with lines.assuming(*under, nonneg(t.neg(square))):
        turned, apart = lines.fact("assumed", nonneg(t.neg(square))), lines.fact("assumed", off)
        one = lines.constant(positive(t.ONE))
        last = t.mul(t.sub(square, TWO), t.power(t.mul(TWO, t.power(square, 2)), -1))
        lines.product([lines.constant(positive(TWO)), apart], positive(t.mul(TWO, t.power(square, 2))))
        first = lines.combine([[one], [t.mul(Num(HALF), square)], [turned, level, apart, last]], positive(square))
    with lines.assuming(*under, positive(square)):
        second = lines.fact("assumed", positive(square))
    return cases(lines, (first, second), positive(square))


def _directions(draft: Draft) -> dict[str, str]:
    return {name: f"{name}'" for name in draft.parameters}


def _moves(lines: Lines, square: Term) -> int | None:
    """The second derivative of q is definite."""
    draft = lines.draft
    forms = [(name, "", list(places_of(draft, name))) for name in draft.parameters]
    two = lines.constant(positive(TWO))
    term = t.add(*(_square(draft, name) for name in draft.parameters))
    number = lines.definite([two for _ in forms], definite(t.mul(TWO, term)), forms)
    bend = derivative(derivative(square, _directions(draft), Budget(WORK)), _directions(draft), Budget(WORK))
    return number if _normal(draft).equal(bend, lines.term(number)) else None


def _square(draft: Draft, name: str) -> Term:
    places = places_of(draft, name)
    found: Term = t.power(Sym(f"{name}'", places), 2)
    for place, size in reversed(list(zip(places, draft.parameters[name], strict=True))):
        found = Sum(place, size, found)
    return found


def _normal(draft: Draft) -> Normal:
    sets = {d.name: d.within for d in draft.problem.data}
    return Normal(Facts(sets, frozenset(), frozenset(), {}), Budget(WORK))


def _curved(lines: Lines, norms: Sequence[Norm]) -> int | None:
    """The second derivative of the sum is definite, under what is assumed."""
    if len(norms) == 1 and not norms[0].forms:
        return _of_length(lines, norms[0])
    if any(not norm.forms for norm in norms):
        return None
    draft, weights, squares = lines.draft, list[int](), dict[str, Term]()
    total = list[Term]()
    for norm in norms:
        weight = lines.power(_above(lines, norm.square) or 0, positive(t.power(norm.square, Fraction(-3, 2))))
        scale = lines.constant(positive(Num(norm.scale)))
        weight = lines.product([scale, weight], positive(t.mul(Num(norm.scale), lines.term(weight))))
        slopes = [derivative(form, _directions(draft), Budget(WORK)) for form in norm.forms]
        for (a, da), (b, db) in combinations(zip(norm.forms, slopes, strict=True), 2):
            cross = t.sub(t.mul(a, db), t.mul(b, da))
            squares[f"{MADE}l{len(squares)}"] = cross
            weights.append(weight)
            total.append(t.mul(lines.term(weight), t.power(cross, 2)))
    entries = _solved(draft, squares) if 0 < len(squares) <= MOST_FORMS else None
    if entries is None:
        return None
    args = {
        "squares": {name: {"is": t.render(cross), "to": 2} for name, cross in squares.items()},
        "entries": [{"of": name, "at": [], "is": t.render(value)} for name, value in entries.items()],
    }
    terms = [*squares.values(), *entries.values()]
    return lines.add("definite", weights, definite(t.add(*total)), terms, **args)


def _solved(draft: Draft, squares: dict[str, Term]) -> dict[str, Term] | None:
    """Every direction as a combination of the forms, with numbers."""
    if any(draft.parameters.values()):
        return None
    spend(2_000)
    normal = _normal(draft)
    columns = [normal.poly(term) for term in squares.values()]
    found = dict[str, Term]()
    for name in draft.parameters:
        wanted = normal.poly(Sym(f"{name}'"))
        monos: list[Mono] = sorted({mono for poly in (*columns, wanted) for mono in poly})
        rows = [[_number(poly.get(mono, 0)) for poly in (*columns, wanted)] for mono in monos]
        reduced, rank = flint.fmpq_mat(rows).rref()
        pivots = [next(k for k in range(len(columns) + 1) if reduced[row, k]) for row in range(rank)]
        if len(columns) in pivots:
            return None
        parts = [t.mul(_term(reduced[row, len(columns)]), Sym(list(squares)[k])) for row, k in enumerate(pivots)]
        found[name] = t.add(*parts)
    return found


def _number(value: object) -> "flint.fmpq":
    whole = Fraction(value)  # type: ignore[call-overload]
    return flint.fmpq(whole.numerator, whole.denominator)


def _term(value: "flint.fmpq") -> Term:
    return Num(Fraction(int(value.p), int(value.q)))


def _of_length(lines: Lines, norm: Norm) -> int | None:
    """2 e q^(e-1) |v|^2 + 4 e (e-1) q^(e-2) ((w - a).v)^2."""
    draft, q, e = lines.draft, norm.square, norm.exponent
    above = _above(lines, q)
    if above is None or not isinstance(q, Sum) or not isinstance(q.body, Pow):
        return None
    ((name, _),) = draft.parameters.items()
    length = _square(draft, name)
    sure = lines.definite(
        [lines.constant(positive(t.ONE))], definite(length), [(name, "", list(places_of(draft, name)))]
    )
    first, second = (lines.power(above, positive(t.power(q, e - k))) for k in (1, 2))
    dot = Sum(q.index, q.size, t.mul(q.body.base, Sym(f"{name}'", (q.index,))))
    scales = [Num(norm.scale * 2 * e), Num(norm.scale * 4 * e * (e - 1))]
    numbers = [lines.constant(positive(scale)) for scale in scales]
    curve = t.add(t.mul(scales[0], lines.term(first), length), t.mul(scales[1], lines.term(second), t.power(dot, 2)))
    return lines.combine([[numbers[0], first, sure], [numbers[1], second, dot]], definite(curve))
