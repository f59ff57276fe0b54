"""What rules ask: the sign of a function of one variable on an interval, as a node and as a line about any argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from symconvex.drafting.effort import LEFT
from symconvex.drafting.judgments import sign
from symconvex.drafting.lines import Lines
from symconvex.drafting.profile import Z
from symconvex.drafting.univariate.charts import ChartSearch
from symconvex.drafting.univariate.ends import ball, inside, near, order, simplest
from symconvex.drafting.univariate.images import image_node
from symconvex.drafting.univariate.nodes import Chart, Node, stretch
from symconvex.drafting.univariate.ring import TRIGONOMETRIC, WORK, Ring
from symconvex.drafting.univariate.scribe import Lost, Region, Scribe
from symconvex.drafting.univariate.written import scribe
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.context import FREE
from symconvex.kernel.functions import KINKED, Unsure, rational
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Budget, Fn, Num, Refused, Sym, Term, TooLarge

S = Z
SAMPLES = 48
FINER = (24, 90)  # bits of short gaps around roots, first and when something stays open
BITS = 128
LARGE = 10**6
CLOSE = Fraction(1, 10**6)
LOOK = 200_000  # work for a question that may stay open


@dataclass(slots=True)
class Inquiry:
    """The sign of a term in the variable S, where it lies in the region.

    term    without kinks
    """

    term: Term
    region: Region
    search: ChartSearch

    def chart(self, finer: Sequence[int] = FINER) -> Chart:
        """Where the term has which sign."""
        ring = self.search.ring
        poly, found, ends = ring.poly(self.term), Chart(), (self.region.left, self.region.right)
        for bits in finer:
            self.search.bits = bits
            self.search.charts.clear()
            found = self.search.chart(poly, *ends)
            if all(part.sign is not None or part.cut for part in found):
                return found
            node = image_node(self.search, poly, *ends)
            if node is not None:
                return [stretch(node)]
        return found

    def node(self) -> Node | None:
        """The node of a term that has one sign on the region, as it shows at a first look."""
        normal = self.search.ring.normal
        whole, normal.budget = normal.budget, Budget(min(LOOK, normal.budget.left))
        allowed = normal.budget.left
        try:
            parts = self.chart(FINER[:1])
        except TooLarge:
            parts = []
        finally:
            whole.spend(allowed - max(normal.budget.left, 0))
            normal.budget = whole
        return parts[0].node if len(parts) == 1 else None

    def sampled(self) -> dict[int, Fraction]:
        """Points inside at which the term is certainly > 0, and < 0: the simplest of some."""
        found = dict[int, Fraction]()
        for k in range(1, SAMPLES):
            at = inside(self.search.ring, self.region.left, self.region.right, Fraction(k * 37 % SAMPLES, SAMPLES))
            self.see(found, at)
        for at in self.turning():
            self.see(found, at)
        return found

    def turning(self) -> list[Fraction]:
        """Numbers close to where sines and cosines of c s + d are 0, 1 or -1, in the region."""
        ring, found = self.search.ring, list[Fraction]()
        for atom in ring.atoms(ring.poly(self.term)).values():
            if not isinstance(atom, Fn) or atom.name not in TRIGONOMETRIC:
                continue
            slope, start = slope_of(atom.args[0]), t.substitute(atom.args[0], {S.name: ((), t.ZERO)})
            if ring.moves(ring.poly(slope)):
                continue
            for k in range(-4, 5):
                turn = t.sub(t.mul(t.number(Fraction(k, 2)), Sym(t.PI)), start)
                at = self.value(t.mul(turn, t.power(slope, -1)))
                found.append(simplest(at - CLOSE, at + CLOSE))
        ends = self.region.left, self.region.right
        return [at for at in found if order(ring, ends[0], Num(at)) == order(ring, Num(at), ends[1]) == 1]

    def see(self, found: dict[int, Fraction], at: Fraction) -> None:
        """Note the sign at a point, unless a simpler point has it."""
        try:
            value = ball(self.search.ring, self.term, rational(at), BITS)
        except (Unsure, Refused):
            return
        side = 1 if value > 0 else -1 if value < 0 else 0
        known = found.get(side)
        if side and (known is None or (at.denominator, abs(at)) < (known.denominator, abs(known))):
            found[side] = at

    def points(self, chart: Chart) -> dict[int, Fraction]:
        """A point in a part of each sign."""
        found, ring = dict[int, Fraction](), self.search.ring
        for part in chart:
            if part.sign and not part.cut:
                ends = [inside(ring, part.left, part.right, Fraction(k, 4)) for k in (1, 3)]
                self.see(found, simplest(*ends))
        return found

    def value(self, closed: Term) -> Fraction:
        """About the value of a closed term."""
        return self.middle(ball(self.search.ring, closed, rational(Fraction(0)), BITS))

    def middle(self, found: Any) -> Fraction:
        """The middle of a ball, rounded."""
        with flint.ctx.workprec(2 * BITS):
            return Fraction(int((found.mid() * 2**BITS).floor().mid().unique_fmpz() or 0), 2**BITS)

    def far(self, side: int) -> list[Fraction]:
        """Simple numbers that side * term may tend to where the variable grows without bound."""
        found, small = list[Fraction](), Fraction(1, 10**4)
        for end, edge in ((self.region.left, 0), (self.region.right, 1)):
            tried = [self.valued(side, abs(edge - Fraction(1, 2**k))) for k in (20, 24)] if end is None else []
            values = [value for value in tried if value is not None]
            if len(values) == 2 and abs(values[0] - values[1]) < small:
                found.append(simplest(values[1] - small, values[1] + small))
        return found

    def valued(self, side: int, at: Fraction) -> Fraction | None:
        """About the value of side * term at a place of the region."""
        where = inside(self.search.ring, self.region.left, self.region.right, at)
        try:
            found = ball(self.search.ring, self.term, rational(where), BITS)
        except (Unsure, Refused):
            return None
        return side * self.middle(found) if bool(abs(found) < LARGE) else None

    def below(self, side: int, left: Term, right: Term) -> list[Fraction]:
        """A simple number a little below the values of side * term on a short interval."""
        low, high = near(self.search.ring, left, -1), near(self.search.ring, right, 1)
        try:
            found = ball(self.search.ring, self.term, rational(low).union(rational(high)), BITS) * side
        except (Unsure, Refused):
            return []
        least = (found.lower() * 2**BITS).floor().unique_fmpz()
        if least is None or least <= 0:
            return []
        bound = Fraction(int(least), 2**BITS)
        return [simplest(bound * Fraction(19, 20), bound)]

    def writer(self, lines: Lines, apart: Sequence[Judgment] = ()) -> Scribe:
        """Who writes lines about terms in S, on the region, where squares are > 0."""
        return scribe(lines, self.search, self.region, apart)

    def lines(self, lines: Lines, node: Node, apart: Sequence[Judgment] = ()) -> int | None:
        """The line sign * term > 0, or >= 0, under the assumptions of the region, and where squares are > 0."""
        writer = self.writer(lines, apart)
        target = self.term if node.sign > 0 else t.neg(self.term)
        try:
            with writer.at(self.region):
                writer.define(target)
                number = writer.show(node)
                return lines.product([number], sign(lines.kind(number), target))
        except Lost:
            return None


def question(term: Term, region: Region, within: dict[str, str]) -> Inquiry:
    """The question, with a search of its own."""
    return Inquiry(term, region, ChartSearch(Ring(S, within)))


def is_smooth(term: Term) -> bool:
    """No kinks and no steps?"""
    return not any(isinstance(part, Fn) and part.name in KINKED for part in t.subterms(term))


def slope_of(term: Term) -> Term:
    """d/dS."""
    found = derivative(term, {S.name: FREE}, LEFT.get() or Budget(WORK))
    return t.substitute(found, {FREE: ((), t.ONE)})
