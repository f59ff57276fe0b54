"""A quadratic form in up to three directions is >= 0 where all its principal minors are.

a > 0     a v'Rv = (a v_1 + b v_2 + c v_3)^2 + v'Mv,  M = (a r_ij - r_1i r_1j),  det M = a det R
a = 0     b^2 = -(a r_22 - b^2) <= 0, likewise c, and v'Rv is the form of the other two directions
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

from symconvex.drafting import judgments as say
from symconvex.drafting.lines import Lines
from symconvex.drafting.rational import Field, Polynomial
from symconvex.kernel import term as t
from symconvex.kernel.term import Sym, Term

Rows = Sequence[Sequence[Polynomial]]
Places = tuple[int, ...]


def places_of_minors(size: int) -> list[Places]:
    """The rows and columns of each principal minor, small ones first."""
    return [some for count in range(1, size + 1) for some in combinations(range(size), count)]


def minor_of(rows: Rows, places: Places) -> Polynomial:
    """The determinant of these rows and columns."""
    return _determinant([[rows[i][j] for j in places] for i in places])


def _determinant(rows: Rows) -> Polynomial:
    if len(rows) == 1:
        return rows[0][0]
    others = [[line[:j] + line[j + 1 :] for line in map(list, rows[1:])] for j in range(len(rows))]
    parts = [entry * _determinant(other) for entry, other in zip(rows[0], others, strict=True)]
    return sum(parts[2::2], parts[0]) - sum(parts[3::2], parts[1])


def form_term(field: Field, rows: Rows, ways: Sequence[Sym]) -> Term:
    """v'Rv"""
    places = range(len(ways))
    pairs = ((i, j) for i in places for j in places if i <= j)
    return t.add(*(_entry(field, rows, ways, i, j) for i, j in pairs if rows[i][j]))


def _entry(field: Field, rows: Rows, ways: Sequence[Sym], i: int, j: int) -> Term:
    if i == j:
        return t.mul(field.term(rows[i][i]), t.power(ways[i], 2))
    return t.mul(t.number(2), field.term(rows[i][j]), ways[i], ways[j])


def form_line(lines: Lines, field: Field, rows: Rows, ways: Sequence[Sym], shown: Mapping[Places, int]) -> int:
    """The line v'Rv >= 0 from those for all principal minors."""
    match len(ways):
        case 1:
            return lines.combine([[shown[(0,)], ways[0]]], say.nonneg(form_term(field, rows, ways)))
        case 2:
            uses, gives = [shown[key] for key in ((0,), (1,), (0, 1))], say.nonneg(form_term(field, rows, ways))
            return lines.quadratic(uses, gives, (ways[0], ways[1]), field.term(rows[0][1]))
    corner = field.term(rows[0][0])
    above, below = say.positive(corner), say.nonneg(t.neg(corner))
    if lines.kind(shown[(0,)]) == "positive":
        return _bordered(lines, field, rows, ways, shown, shown[(0,)])
    with lines.assuming(above):
        first = _bordered(lines, field, rows, ways, shown, lines.fact("assumed", above))
    with lines.assuming(below):
        second = _without(lines, field, rows, ways, shown, lines.fact("assumed", below))
    return lines.add("cases", (first, second), say.nonneg(form_term(field, rows, ways)))


def _bordered(
    lines: Lines, field: Field, rows: Rows, ways: Sequence[Sym], shown: Mapping[Places, int], corner: int
) -> int:
    """Where the corner is > 0."""
    a, det = rows[0][0], minor_of(rows, (0, 1, 2))
    rest = [[a * rows[i][j] - rows[0][i] * rows[0][j] for j in (1, 2)] for i in (1, 2)]
    last = lines.product([shown[(0,)], shown[(0, 1, 2)]], say.nonneg(field.term(a * det)))
    inner = form_line(lines, field, rest, ways[1:], {(0,): shown[(0, 1)], (1,): shown[(0, 2)], (0, 1): last})
    above = say.positive(t.power(lines.term(corner), -1))
    inverse = lines.constant(above) if isinstance(above.term, t.Num) else lines.power(corner, above)
    core = t.add(*(t.mul(field.term(rows[0][k]), way) for k, way in enumerate(ways)))
    return lines.combine([[inverse, core], [inverse, inner]], say.nonneg(form_term(field, rows, ways)))


def _without(
    lines: Lines, field: Field, rows: Rows, ways: Sequence[Sym], shown: Mapping[Places, int], corner: int
) -> int:
    """Where the corner is 0."""
    products: list[list[int | Term]] = [[shown[(0,)], ways[0]]]
    nothing = lines.constant(say.nonneg(t.ZERO))
    for k in (1, 2):
        beside = field.term(rows[0][k])
        if rows[0][k]:
            square = say.nonneg(t.neg(t.power(beside, 2)))
            below = lines.combine([[shown[(0, k)]], [corner, shown[(k,)]]], square)
            middle = say.nonneg(t.mul(t.number(2), beside, ways[0], ways[k]))
            products.append([lines.quadratic((nothing, nothing, below), middle, (ways[0], ways[k]), beside)])
    rest = [[rows[i][j] for j in (1, 2)] for i in (1, 2)]
    kept = {(0,): shown[(1,)], (1,): shown[(2,)], (0, 1): shown[(1, 2)]}
    products.append([form_line(lines, field, rest, ways[1:], kept)])
    return lines.combine(products, say.nonneg(form_term(field, rows, ways)))
