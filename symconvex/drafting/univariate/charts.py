"""Charts of signs: an interval cut into open parts of one sign, with points or short gaps between them.

A product is the product of charts. A sum has the sign of its monomials where they agree; else it is multiplied by
something positive so that its derivative becomes simpler, and is monotone where that has one sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from symconvex.drafting.univariate.direct import boxed, direct
from symconvex.drafting.univariate.ends import (
    HALF,
    End,
    ball,
    closed_ball,
    guesses,
    inside,
    near,
    order,
    same_end,
    sign_of,
    simplest,
    value_sign,
)
from symconvex.drafting.univariate.multipliers import best_multiplier
from symconvex.drafting.univariate.nodes import Chart, Node, Stretch, joined, stretch, unknown
from symconvex.drafting.univariate.ring import TRIGONOMETRIC, Ring
from symconvex.kernel import term as t
from symconvex.kernel.functions import Unsure, rational
from symconvex.kernel.polynomial import Poly
from symconvex.kernel.term import Num, Refused, Term

MOST_TERMS, DEEPEST = 120, 24
Parts = Sequence[tuple[Poly, int]]


@dataclass(frozen=True, slots=True)
class Monotone:
    """poly * by = grown, by > 0, and the slope of grown has one sign."""

    poly: Poly
    by: Poly
    grown: Poly
    slope: Node
    positive: Node


@dataclass(slots=True)
class ChartSearch:
    """Charts of terms in one variable; each is made once.

    bits    how short gaps around roots are
    images  searches in other variables, by what these are
    """

    ring: Ring
    bits: int = 24
    depth: int = 0
    charts: dict[tuple[object, End, End], Chart] = field(default_factory=dict)
    images: dict[str, "ChartSearch"] = field(default_factory=dict)

    def chart(self, poly: Poly, left: End, right: End) -> Chart:
        """The chart of any polynomial: content, denominators and factors are treated one by one."""
        key = (frozenset(poly.items()), left, right)
        if key not in self.charts:
            if self.depth > DEEPEST or len(poly) > MOST_TERMS:
                return unknown(left, right)
            self.depth += 1
            try:
                self.charts[key] = joined(self._chart(poly, left, right))
            finally:
                self.depth -= 1
        return self.charts[key]

    def one_sign(self, poly: Poly, left: End, right: End, *, strict: bool = True) -> Node | None:
        """The node of a polynomial that has one sign on the open interval."""
        parts = self.chart(poly, left, right)
        node = parts[0].node if len(parts) == 1 else None
        return node if node is not None and (node.strict or not strict) else None

    def _chart(self, poly: Poly, left: End, right: End) -> Chart:
        if not self.ring.moves(poly):
            sign = value_sign(self.ring, poly, t.ZERO)
            return [stretch(Node("constant", poly, left, right, sign))] if sign else unknown(left, right)
        slope = self.ring.derivative(poly)
        if not self.ring.moves(slope) and slope:
            return self._linear(poly, left, right)
        at_once = direct(self, poly, left, right)
        if at_once is not None and not at_once.strict and left is not None and right is not None:
            sure = boxed(self.ring, poly, left, right)
            if sure is not None:
                return [Stretch(left, right, False, sure.sign, sure)]
        if at_once is not None and at_once.strict:
            return [stretch(at_once)]
        parts = self.parts(poly)
        if len(parts) > 1 or parts[0][1] != 1:
            return self.merged(poly, parts, left, right)
        return self.sum(poly, left, right) if at_once is None else [stretch(at_once)]

    def _linear(self, poly: Poly, left: End, right: End) -> Chart:
        """c s + d, with closed c and d: its root is known."""
        ring = self.ring
        slope = ring.term(ring.derivative(poly))
        start = t.substitute(ring.term(poly), {ring.s.name: ((), t.ZERO)})
        root = ring.term(ring.poly(t.mul(t.number(-1), start, t.power(slope, -1))))
        up, before, after = sign_of(ring, slope), order(ring, left, root), order(ring, root, right)
        if not up or before is None or after is None:
            return unknown(left, right)
        if before < 1 or after < 1:
            return [stretch(Node("linear", poly, left, right, up if before < 1 else -up))]
        ends = ((left, root, -up), (root, right, up))
        first, last = (stretch(Node("linear", poly, low, high, sign)) for low, high, sign in ends)
        return [first, Stretch(root, root, True, 0), last]

    def parts(self, poly: Poly) -> Parts:
        """Content, denominators and factors."""
        outside, rest = self.ring.fraction(poly)
        found = list[tuple[Poly, int]]()
        for base, e in outside:
            whole = e.denominator == 1
            found.append((self.ring.poly(base if whole else t.power(base, Fraction(e))), e.numerator if whole else 1))
        return found + (self.ring.factors(rest) if rest != {(): 1} else [])

    # ---- products --------------------------------------------------------------------------------

    def merged(self, poly: Poly, parts: Parts, left: End, right: End) -> Chart:
        """The chart of a product from the charts of its factors."""
        charts = [self.chart(part, left, right) for part, e in parts if e % 2 and self.ring.moves(part)]
        cuts = [(p.left, p.right) for chart in charts for p in chart if p.cut]
        cuts.sort(key=lambda cut: float(closed_ball(self.ring, cut[0] or t.ZERO, 64).mid()))
        apart: list[tuple[End, End]] = []
        for low, high in cuts:
            last = apart[-1] if apart else None
            if last is not None and order(self.ring, last[1], low) != 1:
                longer = order(self.ring, last[1], high) == 1
                apart[-1] = (last[0], high if longer else last[1])
            else:
                apart.append((low, high))
        chart, start = Chart(), left
        for low, high in apart:
            chart += [self._product(poly, parts, start, low), self.cut(poly, low, high)]
            start = high
        return [*chart, self._product(poly, parts, start, right)]

    def _product(self, poly: Poly, parts: Parts, low: End, high: End) -> Stretch:
        sign, kids, strict = 1, list[Node](), True
        for part, e in parts:
            if not self.ring.moves(part):
                known = value_sign(self.ring, part, t.ZERO) or 0
                sign *= known if e % 2 else 1
                continue
            kid = self._found(part, low, high) or self.one_sign(part, low, high, strict=e < 0)
            if kid is not None:
                kids.append(kid)
                strict = strict and kid.strict
                sign *= kid.sign if e % 2 else 1
            elif e % 2 == 0 and e > 0:
                strict = False
            else:
                sign = 0
        if not sign:
            return Stretch(low, high, False, None)
        return stretch(Node("product", poly, low, high, sign, strict, tuple(kids), tuple(parts)))

    def _found(self, poly: Poly, low: End, high: End) -> Node | None:
        """A node of a chart that was made for a larger interval."""
        wanted = frozenset(poly.items())
        for (key, *_), chart in self.charts.items():
            for part in chart if key == wanted else ():
                if part.node is not None and not part.cut and self._covers(part, low, high):
                    return part.node
        return None

    def _covers(self, part: Stretch, low: End, high: End) -> bool:
        before = part.left is None or (low is not None and order(self.ring, part.left, low) in (0, 1))
        return before and (part.right is None or (high is not None and order(self.ring, high, part.right) in (0, 1)))

    def cut(self, poly: Poly, low: End, high: End) -> Stretch:
        """What is known on a closed gap, or at a point."""
        if low is None or high is None:
            return Stretch(low, high, True, None)
        if same_end(self.ring, low, high):
            return Stretch(low, low, True, value_sign(self.ring, poly, low))
        node = boxed(self.ring, poly, low, high)
        return Stretch(low, high, True, None if node is None else node.sign, node)

    # ---- sums ------------------------------------------------------------------------------------

    def sum(self, poly: Poly, left: End, right: End) -> Chart:
        """The chart of a sum without a common factor: in a box, or from the chart of a derivative."""
        if left is not None and right is not None:
            node = boxed(self.ring, poly, left, right)
            if node is not None:
                return [Stretch(left, right, False, node.sign, node)]
        middle = self._split(poly, left, right)
        if middle:
            chart = Chart()
            for low, high in pairwise([left, *middle, right]):
                chart += [self.cut(poly, low, low)] if chart else []
                chart += self.chart(poly, low, high)
            return chart
        by = best_multiplier(self, poly, left, right)
        return unknown(left, right) if by is None else self.step(poly, by, left, right)

    def _split(self, poly: Poly, left: End, right: End) -> list[Term]:
        """Where to cut first: at 0, where the variable changes its sign; with sines in pieces for boxes."""
        if self.ring.has(poly, *TRIGONOMETRIC):
            low, high = (None if end is None else near(self.ring, end, way) for end, way in ((left, 1), (right, -1)))
            if low is None or high is None or high - low < HALF:
                return []
            parts, slack = [low + (high - low) * Fraction(k, 8) for k in (1, 4, 7)], (high - low) / 32
            return [Num(simplest(x - slack, x + slack)) for x in parts]
        across = order(self.ring, left, t.ZERO) == order(self.ring, t.ZERO, right) == 1
        mixed = across and len(self.ring.atoms(poly)) > 1
        return [t.ZERO] if mixed and value_sign(self.ring, poly, t.ZERO) is not None else []

    def step(self, poly: Poly, by: Poly, left: End, right: End) -> Chart:
        """The chart of a term from that of the derivative of term * by: it is monotone on every part."""
        positive = self.one_sign(by, left, right)
        if positive is None or positive.sign < 0:
            return unknown(left, right)
        grown, chart = self.ring.times(poly, by), Chart()
        for part in self.chart(self.ring.derivative(grown), left, right):
            if part.cut:
                chart.append(self.cut(poly, part.left, part.right))
            elif part.node is None:
                chart += unknown(part.left, part.right)
            else:
                chart += self._monotone(Monotone(poly, by, grown, part.node, positive), part.left, part.right)
        return chart

    def _monotone(self, term: Monotone, left: End, right: End) -> Chart:
        """A monotone term has its sign from one end on, or one root."""
        poly, grown, slope = term.poly, term.grown, term.slope

        def from_end(low: End, high: End, side: str) -> Stretch | None:
            start, way = (low, slope.sign) if side == "above" else (high, -slope.sign)
            known = None if start is None else value_sign(self.ring, grown, start)
            if known is None or known * way < 0:
                return None
            strict = known != 0 or slope.strict
            kids = (slope, term.positive)
            return stretch(Node("growth", poly, low, high, way, strict, kids, by=term.by, side=side))

        alone = from_end(left, right, "above") or from_end(left, right, "below")
        if alone is not None:
            return [alone]
        found = self.root(grown, left, right, -slope.sign)
        if found is None:
            return unknown(left, right)
        low, high = found
        first, last = from_end(left, low, "below"), from_end(high, right, "above")
        middle = Stretch(low, low, True, 0) if low == high else self.cut(poly, low, high)
        return unknown(left, right) if first is None or last is None else [first, middle, last]

    def root(self, poly: Poly, left: End, right: End, left_sign: int) -> tuple[Term, Term] | None:
        """Two close numbers around the root of a monotone term, or the root twice where it is found exactly."""
        a, b, term = Fraction(0), Fraction(1), self.ring.term(poly)
        while b - a > Fraction(1, 2 ** (4 * self.bits)):
            self.ring.normal.budget.spend(20)
            at = inside(self.ring, left, right, (a + b) / 2)
            try:
                found = ball(self.ring, term, rational(at), 64 + 2 * self.bits)
            except (Unsure, Refused):
                return None
            if not (found > 0 or found < 0):
                exact = value_sign(self.ring, poly, Num(at)) == 0
                return (Num(at), Num(at)) if exact else None
            a, b = ((a + b) / 2, b) if (found > 0) == (left_sign > 0) else (a, (a + b) / 2)
            if a > 0 and b < 1:
                low, high = inside(self.ring, left, right, a), inside(self.ring, left, right, b)
                tiny = Fraction(1, 2**self.bits)
                if high - low < tiny * max(abs(low), tiny):
                    return self._exact(poly, low, high) or (Num(low), Num(high))
        return None

    def _exact(self, poly: Poly, low: Fraction, high: Fraction) -> tuple[Term, Term] | None:
        for guess in guesses(self.ring, low, high):
            between = low <= near(self.ring, guess, 1) and near(self.ring, guess, -1) <= high
            if between and value_sign(self.ring, poly, guess) == 0:
                return guess, guess
        return None
