"""Where a second derivative of one number vanishes at isolated points: terms E that vanish on no segment.

h_0 E + h_1 E' + h_2 E'' > 0 does not move, for numbers h:   E and its derivatives are not all 0 on a segment
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import flint

from symconvex.drafting import judgments as say
from symconvex.drafting.conditions.curve import Curve
from symconvex.drafting.conditions.signs import Branch, sign_by
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import Oracle, factored
from symconvex.drafting.rational import Field, Polynomial, field_of, fraction
from symconvex.drafting.signs import show_defined
from symconvex.drafting.univariate.strictness import inside
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.term import Budget, Sym, Term

WORK, MOST_ZEROS, ORDERS = 1_000_000, 3, 3


@dataclass(frozen=True, slots=True)
class Zero:
    """A term that vanishes on no segment, the line that shows it, and the multipliers of its derivatives."""

    term: Term
    line: int
    multipliers: list[Term]


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of the second derivative: with a line that it is > 0, or an even power that may be 0."""

    base: Term
    power: int
    line: int | None


def zeros_of(case: Branch, minor: int) -> tuple[int, tuple[Zero, ...]] | None:
    """The line that the second derivative is > 0 off some zeros, and these; None where that is not shown.

    minor    the line R >= 0
    """
    curve, lines, factors = case.curve, case.lines, list(_factors(case))
    if any(factor is None for factor in factors):
        return None
    known = [factor for factor in factors if factor is not None]
    bases = [factor.base for factor in known if factor.line is None]
    bases += [] if lines.kind(minor) == "positive" else [lines.term(minor)]
    zeros = [_zero(case, base) for base in bases]
    shown = tuple(zero for zero in zeros if zero is not None)
    if not 0 < len(shown) == len(bases) <= MOST_ZEROS:
        return None
    number = abs(factored(curve.outer)[0])
    scale = lines.constant(say.positive(t.Num(number)))
    with lines.assuming(*(say.positive(t.power(base, 2)) for base in bases)):
        inside(lines, lines.term(minor))
        products = [scale, *(line for factor in known for line in _raised(lines, factor))]
        last = lines.find(say.positive(lines.term(minor)))
        if last is None:
            return None
        weight = t.mul(*map(lines.term, (*products, last)))
        line = lines.product([*products, last], say.positive(weight))
        (way,) = curve.ways
        form = say.definite(t.mul(weight, t.power(way, 2)))
        return lines.definite([line], form, [(way.name[:-1], "", [])]), shown


def _factors(case: Branch) -> Iterator[Factor | None]:
    """The factors of the common factor, but for its number; None where the sign of one stays open."""
    curve = case.curve
    for poly, e in factored(curve.outer)[1]:
        above, below = (case.oracle.sign_of(side, strict=True) for side in (poly, -poly))
        if above is not None or (below is not None and e % 2 == 0):
            yield Factor(curve.field.term(poly if above is not None else -poly), e, above or below)
        elif curve.moves(poly) and e > 0 and e % 2 == 0:
            yield Factor(curve.field.term(poly), e, None)
        else:
            yield None


def _raised(lines: Lines, factor: Factor) -> list[int]:
    """Lines whose product is the power of the factor, under the assumption that its square is > 0."""
    square = say.positive(t.power(factor.base, 2))
    if factor.line is None:
        return [lines.fact("assumed", square)] * (factor.power // 2)
    if factor.power > 0:
        return [factor.line] * factor.power
    return [lines.power(factor.line, say.positive(t.power(lines.term(factor.line), factor.power)))]


def _zero(case: Branch, base: Term) -> Zero | None:
    """The multipliers: those for which the moving parts of the derivatives cancel, and a number > 0 is left."""
    curve, lines = case.curve, case.lines
    (way,) = curve.ways
    terms, names = [base], {way.name[:-1]: way.name}
    for _ in range(ORDERS - 1):
        slope = derivative(terms[-1], names, Budget(WORK))
        terms.append(t.substitute(slope, {way.name: ((), t.ONE)}))
    if not all(show_defined(lines, term, smooth=True) for term in terms):
        return None
    polys = [curve.normal.poly(term) for term in terms]
    field = field_of(curve.normal, polys)
    read = [field.read(poly) for poly in polys]
    if not all(ratio.below.is_constant() for ratio in read):
        return None
    rows = [ratio.above / ratio.below.leading_coefficient() for ratio in read]
    oracle, v = Oracle(lines, field, fails=case.oracle.fails), way
    for row in _cancelling(curve, field, rows):
        total = sum((field.polynomial(h) * poly for h, poly in zip(row, rows, strict=True)), field.polynomial(0))
        for side in (1, -1):
            line = sign_by(oracle, total * side, strict=True)
            if line is not None:
                form = say.definite(t.mul(lines.term(line), t.power(v, 2)))
                shown = lines.definite([line], form, [(v.name[:-1], "", [])])
                return Zero(base, shown, [t.mul(t.Num(side * h), t.power(v, 2 - k)) for k, h in enumerate(row)])
    return None


def _cancelling(curve: Curve, field: Field, rows: list[Polynomial]) -> Iterator[list[Fraction]]:
    """Numbers h with a sum of h_k rows_k that does not move, not all of them 0."""
    moving = [k for k, g in enumerate(field.generators) if _speaks(g.atom, curve.names)]
    every: list[Mapping[tuple[int, ...], Fraction]] = [
        {e: fraction(c) for e, c in row.to_dict().items() if any(int(e[k]) for k in moving)} for row in rows
    ]
    monomials = sorted({e for row in every for e in row})
    entries = [[row.get(e, Fraction(0)) for row in every] for e in monomials] or [[Fraction(0)] * len(rows)]
    numbers = [[flint.fmpq(x.numerator, x.denominator) for x in line] for line in entries]
    reduced, rank = flint.fmpq_mat(numbers).rref()
    table = [[fraction(reduced[i, j]) for j in range(len(rows))] for i in range(rank)]
    pivots = [next(j for j, x in enumerate(line) if x) for line in table]
    for free in (j for j in range(len(rows)) if j not in pivots):
        found = [Fraction(int(j == free)) for j in range(len(rows))]
        for line, pivot in zip(table, pivots, strict=True):
            found[pivot] = -line[free]
        yield found


def _speaks(atom: Term, names: frozenset[str]) -> bool:
    return any(isinstance(part, Sym) and part.name in names for part in t.subterms(atom))
