"""Strictness where the weights of squares vanish on a curve: v'Hv = sum_k W_k l_k(v)^2, W_k > 0 where E != 0.

boundary   h_0 E + h_1 DE + h_2 D^2 E > 0 for v != 0: E vanishes on no segment      1 - x^2 - y^2: -D^2 E = 2 |v|^2
axis       on E = 0 the square that is left is c m(v)^2: both vanish on a segment only if m(v)^2 + E^2 does, which
           it does on none, since m(v)^2 + (DE)^2 > 0 for v != 0    sqrt(1 + x^2 + y^4): m = v_x, E = y
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.blockwise import inverted
from symconvex.drafting.draft import MADE
from symconvex.drafting.judgments import definite, nonneg, positive
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import factored
from symconvex.drafting.pivots import Weighted, summed
from symconvex.drafting.quadratic import Quadratic, Sos, carried, squares_at, with_field
from symconvex.drafting.rational import Polynomial, fraction
from symconvex.drafting.spanning import add_definite, add_spanned, letters, solved, spanning
from symconvex.drafting.univariate.steps import cases, isolated
from symconvex.drafting.zeros import directions
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Budget, Num, Sym, Term

WORK = 1_000_000
MOST_EDGES = 3
HALF, QUARTER = Num(Fraction(1, 2)), Num(Fraction(1, 4))


@dataclass(frozen=True, slots=True)
class Edged:
    """Independent squares, and the polynomials where some of their weights vanish.

    chosen    with the entries of the direction in terms of them
    """

    quadratic: Quadratic
    sos: Sos
    chosen: tuple[Weighted, ...]
    entries: dict[Sym, Term]
    edges: tuple[Polynomial, ...]

    @property
    def lines(self) -> Lines:
        """The lines of the part."""
        return self.quadratic.lines

    def term(self, edge: Polynomial) -> Term:
        """The polynomial as a term."""
        return self.quadratic.oracle.field.term(edge)

    def slope(self, term: Term) -> Term:
        """The derivative along the direction."""
        normal = self.quadratic.normal
        return normal.term(normal.poly(derivative(term, directions(self.quadratic), Budget(WORK))))


def add_strict_at_edges(quadratic: Quadratic, sos: Sos, bend: int, shown: int, word: str) -> Judgment | None:
    """The claim that the loss is strictly convex (concave), with its lines; None when it is not shown."""
    edged = edged_of(quadratic, sos)
    if edged is None:
        return None
    strict = claim(f"strictly_{word}")
    moves = [boundary(edged, edge) for edge in edged.edges]
    known = [move for move in moves if move is not None]
    if len(known) == len(moves):
        apart = tuple(positive(t.power(edged.term(edge), 2)) for edge in edged.edges)
        with edged.lines.assuming(*apart):
            there = off_edges(edged, edged.edges)
        if there is not None:
            isolated(edged.lines, [bend, shown, there, *(line for line, _ in known)], strict, [row for _, row in known])
            return strict
    found = axis(edged)
    if found is None:
        return None
    isolated(edged.lines, [bend, shown, *found], strict, [[t.ONE, t.ZERO, HALF]])
    return strict


def edged_of(quadratic: Quadratic, sos: Sos) -> Edged | None:
    """Independent squares, those with constant rows first."""
    field, oracle = quadratic.oracle.field, quadratic.oracle
    order = sorted(sos.cleared, key=lambda s: (not all(p.is_constant() for p in s.row), sum(map(len, s.row))))
    found = spanning(field, order)
    if found is None:
        return None
    chosen, inverse = found
    names = [f"{MADE}{letter}" for letter in letters(len(chosen))]
    entries = {way: solved(field, row, names) for way, row in zip(quadratic.ways, inverse, strict=True)}
    cores = {name: ((), square.core) for name, square in zip(names, chosen, strict=True)}
    if not all(map(oracle.defined, entries.values())) or not all(
        quadratic.normal.equal(t.substitute(entry, cores), way) for way, entry in entries.items()
    ):
        return None
    edges = list[Polynomial]()
    for square in chosen:
        for poly, e in factored(square.value)[1] if quadratic.lines.kind(square.line) != "positive" else ():
            signs = (oracle.sign_of(side, strict=True) for side in (poly, -poly))
            if e > 0 and poly not in edges and all(sign is None for sign in signs):
                edges.append(poly)
    return Edged(quadratic, sos, tuple(chosen), entries, tuple(edges)) if 0 < len(edges) <= MOST_EDGES else None


def boundary(edged: Edged, edge: Polynomial) -> tuple[int, list[Term]] | None:
    """The line that a combination of D^2 E and (DE)^2 is definite, and its multipliers."""
    quadratic, base = edged.quadratic, edged.term(edge)
    first = edged.slope(base)
    second = edged.slope(first)
    for side in (t.ONE, t.number(-1)):
        for middle in (t.ZERO, first):
            multipliers: list[Term] = [t.ZERO, middle, side]
            total = t.add(t.mul(middle, first), t.mul(side, second))
            poly = quadratic.normal.poly(total)
            other = with_field(quadratic.lines, quadratic.normal, quadratic.ways, (poly,)) if poly else None
            squares = None if other is None else squares_at(other, 1, deep=False)
            number = None if other is None or squares is None else add_definite(other, squares)
            if number is not None:
                return number, multipliers
    return None


def off_edges(edged: Edged, edges: Sequence[Polynomial]) -> int | None:
    """The definite line of C where the squares of these polynomials are assumed > 0."""
    lines = edged.lines
    weights = [weight_off(edged, square, edges) for square in edged.chosen]
    found = [weight for weight in weights if weight is not None]
    if len(found) < len(weights):
        return None
    names = [f"{MADE}{letter}" for letter in letters(len(edged.chosen))]
    squares = {name: (square.core, 2) for name, square in zip(names, edged.chosen, strict=True)}
    number = add_spanned(lines, found, definite(summed(edged.chosen)), squares, edged.entries)
    return whole(edged, number, edged.chosen)


def whole(edged: Edged, number: int, taken: Sequence[Weighted]) -> int:
    """From the definite line of some squares to that of C."""
    lines, sos, ids = edged.lines, edged.sos, {id(square) for square in taken}
    rest: list[list[int | Term]] = [[s.line, s.core] for s in sos.cleared if id(s) not in ids]
    return carried(lines, sos, lines.combine([[number], *rest], definite(summed(sos.cleared))) if rest else number)


def weight_off(edged: Edged, square: Weighted, edges: Sequence[Polynomial]) -> int | None:
    """The line W > 0: where it is >= 0 and W^2 > 0."""
    lines, field = edged.lines, edged.quadratic.oracle.field
    if lines.kind(square.line) == "positive":
        return square.line
    factors, rest = list[int | Term](), square.value
    for edge in edges:
        e = next((e for poly, e in factored(square.value)[1] if poly == edge), 0)
        if e > 0:
            rest = field.ratio(rest.above, rest.below * edge**e)
            factors += [lines.fact("assumed", positive(t.power(edged.term(edge), 2)))] * e
    sides = (edged.quadratic.oracle.weight(side, strict=True) for side in (rest, field.negative(rest)))
    known = next((side for side in sides if side is not None), None)
    if known is None:
        return None
    raised = lines.combine([[known[0], known[0], *factors]], positive(t.power(square.weight, 2)))
    return from_square(lines, square.line, raised)


def from_square(lines: Lines, level: int, square: int) -> int:
    """The line T > 0 from T >= 0 and T^2 > 0: where -T >= 0, T = T + T^2 + (-T) T."""
    term, here = lines.term(level), lines.under
    turned = nonneg(t.neg(term))
    with lines.assuming(*here, positive(term)):
        first = lines.fact("assumed", positive(term))
    with lines.assuming(*here, turned):
        second = lines.combine([[level], [square], [lines.fact("assumed", turned), level]], positive(term))
    return cases(lines, [first, second], positive(term))


# ---- a square that is left ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Left:
    """On E = 0 a row is scale * numbers: the square that is left is W scale^2 (numbers . v)^2."""

    square: Weighted
    scale: Polynomial
    numbers: tuple[Fraction, ...]


def axis(edged: Edged) -> tuple[int, int] | None:
    """The line that C is definite where (m^2 + E^2)^2 > 0, and the line that m^2 + E^2 + (DE)^2 is definite."""
    if len(edged.edges) != 1 or len(edged.chosen) != 2:
        return None
    (edge,), lines, normal = edged.edges, edged.lines, edged.quadratic.normal
    left = next(left_over(edged, edge), None)
    base = edged.term(edge)
    slope = edged.slope(base)
    moves = [normal.poly(t.substitute(slope, units(edged, k))).get((), 0) for k in range(2)]
    if left is None or edged.slope(slope) != t.ZERO or not all(isinstance(c, int | Fraction) for c in moves):
        return None
    rows = [list(left.numbers), [Fraction(c) for c in moves]]
    if rows[0][0] * rows[1][1] == rows[0][1] * rows[1][0]:
        return None
    form = t.add(*(t.mul(Num(x), way) for x, way in zip(left.numbers, edged.quadratic.ways, strict=True)))
    both = t.add(t.power(form, 2), t.power(base, 2))
    one, names = lines.constant(positive(t.ONE)), [f"{MADE}l1", f"{MADE}l2"]
    bases = {names[0]: (form, 2), names[1]: (slope, 2)}
    entries = {
        way: t.add(*(t.mul(Num(x), Sym(name)) for x, name in zip(row, names, strict=True)))
        for way, row in zip(edged.quadratic.ways, inverted(rows), strict=True)
    }
    spanned = add_spanned(lines, [one, one], definite(t.add(t.power(form, 2), t.power(slope, 2))), bases, entries)
    everywhere = lines.combine([[spanned], [base]], definite(t.add(both, t.power(slope, 2))))
    there = off_axis(edged, left, form, base)
    return None if there is None else (there, everywhere)


def units(edged: Edged, place: int) -> dict[str, t.Family]:
    """The directions along one axis."""
    return {way.name: ((), t.ONE if k == place else t.ZERO) for k, way in enumerate(edged.quadratic.ways)}


def left_over(edged: Edged, edge: Polynomial) -> Iterator[Left]:
    """Squares with weights > 0 whose rows are a multiple of numbers where E = 0."""
    field = edged.quadratic.oracle.field
    place = next((k for k, e in enumerate(edge.degrees()) if int(e) == 1), None)
    if place is None or not edge.derivative(place).is_constant():
        return
    root = field.ring.gen(place) - edge * field.polynomial(1 / fraction(edge.derivative(place).leading_coefficient()))
    there = [root if k == place else gen for k, gen in enumerate(field.ring.gens())]
    for square in edged.chosen:
        if edged.lines.kind(square.line) == "positive":
            row = [poly.compose(*there) for poly in square.row]
            scale = next((poly for poly in row if poly), None)
            ratios = [poly / scale if scale and (poly % scale == 0) else None for poly in row]
            if scale and all(x is not None and x.is_constant() for x in ratios):
                numbers = tuple(fraction(x.leading_coefficient()) if x else Fraction(0) for x in ratios)
                yield Left(square, scale, numbers)


def off_axis(edged: Edged, left: Left, form: Term, base: Term) -> int | None:
    """C is definite where (m^2 + E^2)^2 > 0: where E^2 > 0 as ever; where E = 0 by W c^2 m^2 and what is left."""
    lines, field, square = edged.lines, edged.quadratic.oracle.field, left.square
    scale = edged.quadratic.oracle.weight(field.ratio(left.scale**2, field.polynomial(1)), strict=True)
    if scale is None:
        return None
    both = t.add(t.power(form, 2), t.power(base, 2))
    apart, off, on = positive(t.power(both, 2)), positive(t.power(base, 2)), nonneg(t.neg(t.power(base, 2)))
    with lines.assuming(off):
        first = off_edges(edged, edged.edges)
    with lines.assuming(apart):
        above = from_square(lines, lines.combine([[form], [base]], nonneg(both)), lines.fact("assumed", apart))
    with lines.assuming(apart, on):
        level = lines.fact("assumed", on)
        alone = lines.total([above, level], positive(t.power(form, 2)))
        sides = [no_more(lines, side, level) for side in (base, t.neg(base))]
        main = lines.product([square.line, scale[0], alone], positive(t.mul(square.weight, scale[1], t.power(form, 2))))
        rest = remainder(edged, left, form, base)
        quarter = lines.constant(positive(QUARTER))
        products: list[list[int | Term]] = [
            [main],
            [square.line, quarter, sides[1], t.add(rest, t.ONE)],
            [square.line, quarter, sides[0], t.sub(rest, t.ONE)],
        ]
        second = lines.combine(products, positive(square.form))
        second = whole(edged, lines.product([second], definite(square.form)), [square])
    if first is None:
        return None
    with lines.assuming(apart):
        return cases(lines, [first, second], definite(lines.term(second)))


def no_more(lines: Lines, term: Term, level: int) -> int:
    """The line -T >= 0 from -T^2 >= 0: where T > 0, -T = -T^2/T."""
    here, wanted = lines.under, nonneg(t.neg(term))
    with lines.assuming(*here, positive(term)):
        inverse = lines.power(lines.fact("assumed", positive(term)), positive(t.power(term, -1)))
        first = lines.product([level, inverse], wanted)
    with lines.assuming(*here, wanted):
        second = lines.fact("assumed", wanted)
    return cases(lines, [first, second], wanted)


def remainder(edged: Edged, left: Left, form: Term, base: Term) -> Term:
    """G with l^2 = c^2 m^2 + E G, for the row l = c m + E g."""
    field, ways = edged.quadratic.oracle.field, edged.quadratic.ways
    edge = edged.edges[0]
    parts = [
        (poly - left.scale * field.polynomial(x)) / edge for poly, x in zip(left.square.row, left.numbers, strict=True)
    ]
    g = t.add(*(t.mul(field.term(p), way) for p, way in zip(parts, ways, strict=True)))
    return t.add(t.mul(t.number(2), field.term(left.scale), form, g), t.mul(base, t.power(g, 2)))
