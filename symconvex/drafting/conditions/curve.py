"""The second derivative as a factor >= 0 times the form of a small matrix over polynomials, with principal minors."""

from collections.abc import Iterable
from dataclasses import dataclass

from symconvex.drafting.conditions.forms import form_term, minor_of, places_of_minors
from symconvex.drafting.draft import Draft
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import Oracle, factored, normal_of
from symconvex.drafting.pivots import Form, common_denominator, entries_of, form_of
from symconvex.drafting.quadratic import directions_of, in_factors
from symconvex.drafting.rational import Field, Polynomial, Ratio, field_of
from symconvex.drafting.signs import show_defined
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Budget, Sym, Term

MOST_DIRECTIONS = 3
WORK = 3_000_000


@dataclass(frozen=True, slots=True)
class Curve:
    """v'Hv = outer * v'Rv, with outer >= 0 wherever it is defined; sign -1: -v'Hv.

    places    generators that depend on the parameters
    """

    draft: Draft
    normal: Normal
    field: Field
    ways: tuple[Sym, ...]
    outer: Ratio
    matrix: tuple[tuple[Polynomial, ...], ...]
    places: frozenset[int]
    sign: int

    @property
    def names(self) -> frozenset[str]:
        """The parameters."""
        return frozenset(self.draft.parameters)

    @property
    def word(self) -> str:
        """What is asked: convex, or concave for sign -1."""
        return "convex" if self.sign > 0 else "concave"

    @property
    def form(self) -> Term:
        """v'Rv"""
        return form_term(self.field, self.matrix, self.ways)

    def moves(self, poly: Polynomial) -> bool:
        """Does it depend on the parameters?"""
        return any(int(exponents[place]) for exponents in poly.monoms() for place in self.places)

    def minors(self) -> list[Polynomial]:
        """The principal minors of R, which have to be >= 0."""
        return [minor_of(self.matrix, places) for places in places_of_minors(len(self.ways))]


def is_scalar(draft: Draft) -> bool:
    """Are all data numbers, one of them at least, that are not given, and all parameters numbers?"""
    data = draft.problem.data
    free = [d for d in data if d.name not in draft.problem.values]
    return bool(free) and not any(s.shape for s in (*data, *draft.problem.parameters)) and not draft.sizes()


def curve_of(draft: Draft, sign: int) -> Curve | None:
    """The second derivative of a smooth loss in at most three numbers; None for others."""
    ways, lines = directions_of(draft), Lines(draft)
    if not 1 <= len(ways) <= MOST_DIRECTIONS or not show_defined(lines, draft.loss):
        return None
    normal, names = normal_of(draft), {name: f"{name}'" for name in draft.parameters}
    once = derivative(draft.loss, names, Budget(WORK))
    twice = normal.poly(derivative(once, names, Budget(WORK)))
    if any(normal.mentions(term, frozenset({"step"})) for term in (once, normal.term(twice))):
        return None
    entries = entries_of(normal, twice, ways)
    if entries is None:
        return None
    form = form_of(field_of(normal, list(entries.values())), entries, ways)
    return _divided(draft, normal, form if sign > 0 else form.negative(), sign)


def _divided(draft: Draft, normal: Normal, form: Form, sign: int) -> Curve | None:
    field, below = form.field, common_denominator(form)
    tops = [[entry.above * (below / entry.below) for entry in row] for row in form.matrix]
    common = field.polynomial(0)
    for top in (top for row in tops for top in row):
        common = top.gcd(common)
    if not common:
        return None
    outer, left = _signed(Oracle(Lines(draft), field), field.ratio(common, below))
    if not left.below.is_constant():
        return None
    matrix = tuple(tuple(top / common * left.above / left.below.leading_coefficient() for top in row) for row in tops)
    moving = frozenset(k for k, g in enumerate(field.generators) if _speaks(g.atom, draft.parameters))
    return Curve(draft, normal, field, form.ways, outer, matrix, moving, sign)


def _signed(oracle: Oracle, value: Ratio) -> tuple[Ratio, Ratio]:
    """The factors that are >= 0 without any hypothesis, the number 1 in front, and the rest with its sign."""
    field = oracle.field
    number, factors = factored(value)
    outer, rest = field.number(1), field.number(number)
    for poly, e in factors:
        one = field.ratio(poly, field.polynomial(1))
        power = field.over(field.number(1), one) if e < 0 else one
        raised = field.number(1)
        for _ in range(abs(e)):
            raised = field.times(raised, power)
        if oracle.weight(raised, strict=False) is not None:
            outer = field.times(outer, raised)
        elif oracle.weight(field.negative(raised), strict=False) is not None:
            outer, rest = field.times(outer, field.negative(raised)), field.negative(rest)
        else:
            rest = field.times(rest, raised)
    return outer, rest


def whole(curve: Curve) -> Term:
    """The common factor as a term in factors."""
    return in_factors(curve.field, curve.outer)


def _speaks(atom: Term, names: Iterable[str]) -> bool:
    return any(isinstance(part, Sym) and part.name in names for part in t.subterms(atom))
