"""The eigenvalues of a symmetric matrix of two rows whose entries are numbers, of any kind, in closed form.

(a b; b d)   p - r and p + r   with p = (a + d)/2, r = ((a - d)^2/4 + b^2)^(1/2)

P T = (P v_1 + s b v_2)^2   for T = s (v'Hv - (p - s r) |v|^2), P = s (a - d)/2 + r > 0, s = 1 or -1
"""

from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.judgments import positive
from symconvex.drafting.lines import Lines
from symconvex.drafting.pivots import Weighted, entries_of
from symconvex.drafting.points import simplified
from symconvex.drafting.quadratic import Quadratic, Sos, add_squares
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.enclose import Values, is_positive
from symconvex.kernel.polynomial import Poly, plus
from symconvex.kernel.term import Budget, Num, Term

HALF, WORK = Num(Fraction(1, 2)), 100_000


@dataclass(frozen=True, slots=True)
class Pair:
    """The matrix (a b; b d), b not 0."""

    a: Term
    b: Term
    d: Term
    root: Term

    def value(self, side: int) -> Term:
        """The least (side 1) or the largest eigenvalue."""
        return t.add(t.mul(HALF, t.add(self.a, self.d)), t.mul(t.number(-side), self.root))

    def pivot(self, side: int) -> Term:
        """P"""
        return t.add(t.mul(t.number(side), HALF, t.sub(self.a, self.d)), self.root)

    def vector(self, side: int) -> tuple[Term, Term]:
        """An eigenvector."""
        return self.b, t.mul(t.number(-side), self.pivot(side))


def find_pair(quadratic: Quadratic, form: Poly) -> Pair | None:
    """The Hessian of a function of two numbers, when this form in the directions is all of it, or -1 times it."""
    normal, draft = quadratic.normal, quadratic.lines.draft
    entries = entries_of(normal, form, quadratic.ways)
    if (
        draft.data
        or any(draft.parameters.values())
        or len(quadratic.ways) != 2
        or not entries
        or not entries.get((0, 1))
    ):
        return None
    for sign in (1, -1):
        a, b, d = (simplified(t.mul(t.number(sign), spelled(quadratic, *at))) for at in ((0, 0), (0, 1), (1, 1)))
        v, w = quadratic.ways
        whole = t.add(t.mul(a, t.power(v, 2)), t.mul(t.number(2), b, v, w), t.mul(d, t.power(w, 2)))
        if not plus(dict(normal.poly(whole)), form, -1):
            square = t.add(t.power(t.mul(HALF, t.sub(a, d)), 2), t.power(b, 2))
            return Pair(a, b, d, t.power(simplified(square), Fraction(1, 2)))
    return None


def spelled(quadratic: Quadratic, i: int, j: int) -> Term:
    """The second derivative in two directions at 0, in the words of the loss."""
    draft = quadratic.lines.draft
    names, term = {name: f"{name}'" for name in draft.parameters}, draft.loss
    for k in (i, j):
        along = {way.name: ((), t.number(int(k == place))) for place, way in enumerate(quadratic.ways)}
        term = t.substitute(derivative(term, names, Budget(WORK)), along)
    return simplified(t.substitute(term, dict.fromkeys(draft.parameters, ((), t.ZERO))))


def show_gap(
    quadratic: Quadratic, pair: Pair, left: Term, side: int
) -> tuple[int, tuple[tuple[Term, Term], ...]] | None:
    """The line left >= 0 for side * (v'Hv - value |v|^2), and the square that it is."""
    lines, normal = quadratic.lines, quadratic.normal
    pivot, (v, w) = pair.pivot(side), quadratic.ways
    if not all(show_defined(lines, term) for term in (pivot, left)) or show_number(lines, pivot) is None:
        return None
    inverse = find_sign(lines, t.power(pivot, -1), strict=True)
    core = t.add(t.mul(pivot, v), t.mul(t.number(side), pair.b, w))
    if inverse is None or not normal.equal(t.mul(pivot, left), t.power(core, 2)):
        return None
    one = Weighted(lines.constant(positive(t.ONE)), t.ONE, quadratic.oracle.field.number(1), core, ())
    return add_squares(lines, Sos(1, (), left, (one,), ((inverse, left),))), ((t.power(pivot, -1), core),)


def show_number(lines: Lines, term: Term) -> int | None:
    """The line term > 0 for a number, by its value."""
    seen = is_positive(term, Values({}, {}, {}, {}), Budget(WORK))
    return lines.constant(positive(term)) if seen else None
