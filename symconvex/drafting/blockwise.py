"""Strictness of a loss in several parameters: squares of every entry, or of all but a number that one sample adds.

sum_j a_j w_j^2 + c b^2                       strict for a_j, c > 0; with the modulus a when all are a
sum_j a_j w_j^2 + sum_i c_i (x_i.w + b)^2     strict, as the sample i = 0 sees b where w = 0
c (u + w)^2 + d (u - 2 w)^2                   strict for c, d > 0: as many independent forms as numbers
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint

from symconvex.drafting.draft import MADE
from symconvex.drafting.intercepts import affine_matrix_of
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import definite, nonneg
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.profile import directed, mentions
from symconvex.drafting.signs import find_sign
from symconvex.drafting.spanning import add_spanned
from symconvex.drafting.squares import Square, Summand
from symconvex.drafting.variances import summed
from symconvex.kernel import term as t
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Delta, Fn, Num, Sum, Sym, Term


def find_blockwise(lines: Lines, squares: Sequence[Summand], curvature: Term) -> tuple[bool, Term | None]:
    """Is a line for strictness written, and the modulus, written too; for a loss in several parameters."""
    if any(isinstance(p, Fn) and p.name == "step" for p in t.subterms(curvature)):
        return False, None
    own = own_squares(lines, squares)
    missing = [name for name in lines.draft.parameters if name not in own]
    if not missing:
        number = by_entries(lines, list(own.values()))
        return add_strict(lines, number, squares, list(own.values()), curvature), add_modulus(lines, own, squares)
    if len(missing) == 1 and own:
        return by_a_sample(lines, own, missing[0], squares, curvature), None
    return by_spanning(lines, squares, curvature), None


def by_spanning(lines: Lines, squares: Sequence[Summand], curvature: Term) -> bool:
    """Strictness of numbers of which as many independent combinations have a square with a weight > 0."""
    draft = lines.draft
    if any(draft.parameters.values()):
        return False
    normal, ways = normal_of(draft), [f"{name}'" for name in draft.parameters]
    chosen, rows = list[Square](), list[list[Fraction]]()
    for square in squares:
        if not isinstance(square, Square) or square.binders:
            continue
        row = numbers_of(normal, directed(square.core, square.names), ways)
        if row is not None and rank([*rows, row]) > len(rows) and find_sign(lines, square.weight, strict=True):
            chosen, rows = [*chosen, square], [*rows, row]
    if len(rows) < len(ways):
        return False
    names, inverse = [f"{MADE}l{k}" for k in range(1, len(rows) + 1)], inverted(rows)
    entries = {
        Sym(way): t.add(*(t.mul(Num(x), Sym(name)) for x, name in zip(row, names, strict=True) if x))
        for way, row in zip(ways, inverse, strict=True)
    }
    bases = {name: (directed(s.core, s.names), 2) for name, s in zip(names, chosen, strict=True)}
    weights = [find_sign(lines, square.weight, strict=True) or 0 for square in chosen]
    number = add_spanned(lines, weights, definite(t.add(*(s.form for s in chosen))), bases, entries)
    return add_strict(lines, number, squares, chosen, curvature)


def numbers_of(normal: Normal, form: Term, ways: Sequence[str]) -> list[Fraction] | None:
    """The coefficients of a linear form in the direction, when they are rational."""
    found = list[Fraction]()
    if normal.poly(t.substitute(form, dict.fromkeys(ways, ((), t.ZERO)))):
        return None
    for way in ways:
        poly = normal.poly(t.substitute(form, {other: ((), t.ONE if other == way else t.ZERO) for other in ways}))
        if {*poly} - {()}:
            return None
        found.append(Fraction(poly.get((), 0)))
    return found


def rank(rows: Sequence[Sequence[Fraction]]) -> int:
    """The rank of a rational matrix."""
    return int(matrix(rows).rank())


def inverted(rows: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """The inverse of a regular rational matrix."""
    return [[Fraction(int(x.p), int(x.q)) for x in row] for row in matrix(rows).inv().tolist()]


def matrix(rows: Sequence[Sequence[Fraction]]) -> Any:
    """The same for python-flint."""
    return flint.fmpq_mat([[flint.fmpq(x.numerator, x.denominator) for x in row] for row in rows])


def own_squares(lines: Lines, squares: Sequence[Summand]) -> dict[str, Square]:
    """For each parameter squares of all its entries with weights > 0."""
    found: dict[str, Square] = {}
    for square in squares:
        if not isinstance(square, Square) or not isinstance(square.core, Sym):
            continue
        over = tuple(index for index, _ in square.binders)
        if square.core.indices == over and find_sign(lines, square.weight, strict=True) is not None:
            found.setdefault(square.core.name, square)
    return found


def by_entries(lines: Lines, own: Sequence[Square]) -> int:
    """The definite line of the squares of all entries."""
    weights = [find_sign(lines, square.weight, strict=True) or 0 for square in own]
    forms = [(name_of(square), "", [index for index, _ in square.binders]) for square in own]
    return lines.definite(weights, definite(t.add(*(square.form for square in own))), forms)


def name_of(square: Square) -> str:
    """The parameter of which these are the entries."""
    return square.core.name if isinstance(square.core, Sym) else ""


def add_strict(
    lines: Lines, number: int, squares: Sequence[Summand], used: Sequence[Square], curvature: Term, *more: int
) -> bool:
    """Strictness from a definite part of the curvature and the rest >= 0."""
    rest = [find_sign(lines, square.form, strict=False) for square in squares if square not in used]
    if any(line is None for line in rest):
        return False
    others = [*more, *(line for line in rest if line)]
    whole = lines.total([number, *others], definite(curvature)) if others else number
    lines.curvature([lines.known[bends(curvature)], whole], claim("strictly_convex"))
    return True


def add_modulus(lines: Lines, own: dict[str, Square], squares: Sequence[Summand]) -> Term | None:
    """The common weight of all entries, if it is a constant."""
    weights = {square.weight for square in own.values()}
    weight = next(iter(weights))
    if len(weights) > 1 or mentions(weight, frozenset(own)) or t.free_indices(weight):
        return None
    rest = [find_sign(lines, square.form, strict=False) for square in squares if square not in own.values()]
    if any(line is None for line in rest):
        return None
    curvature = t.add(*(square.form for square in squares))
    norm = t.add(*(summed(s.binders, t.power(directed(s.core, s.names), 2)) for s in own.values()))
    gives = nonneg(t.sub(curvature, t.mul(weight, norm)))
    left = lines.total([line for line in rest if line], gives) if rest else lines.constant(gives)
    above = find_sign(lines, weight, strict=True)
    lines.curvature([lines.known[bends(curvature)], above or 0, left], claim("strongly_convex", weight))
    return weight


def by_a_sample(lines: Lines, own: dict[str, Square], number: str, squares: Sequence[Summand], curvature: Term) -> bool:
    """Strictness where one parameter, a number, has no square of its own but is added in every sample."""
    for square in squares:
        match = affine_matrix_of(lines.draft, square)
        if match is None or match[3] != number or not isinstance(square, Square):
            continue
        (i, size), form = square.binders[0], directed(square.core, square.names)
        first = {i: 0}
        weight = find_sign(lines, t.reindex(square.weight, dict(first)), strict=True)
        others = Sum(i, size, t.mul(t.power(t.sub(t.ONE, Delta(i, 0)), 2), square.weight, t.power(form, 2)))
        rest = find_sign(lines, others, strict=False)
        if weight is None or rest is None:
            continue
        weights = [find_sign(lines, s.weight, strict=True) or 0 for s in own.values()]
        forms = [(name_of(s), "", [index for index, _ in s.binders]) for s in own.values()]
        base, name = t.reindex(form, dict(first)), f"{MADE}l"
        shown = t.add(*(s.form for s in own.values()), t.mul(lines.term(weight), t.power(base, 2)))
        line = add_spanned(
            lines, [*weights, weight], definite(shown), {name: (base, 2)}, {Sym(f"{number}'"): Sym(name)}, forms
        )
        return add_strict(lines, line, squares, [*own.values(), square], curvature, rest)
    return False
