"""A point so far along a row of the data that no argument that moves at all is small, for data of every size.

c_i = x_i.x_k,   u_i = a_i c_i t + b_i,   K_i = 2 (M^2 + 2 b_i^2) / a_i^2
t = 1 + sum_i K_i / (c_i^2 + 1 - step(c_i^2))

c_i = 0, or else c_i^2 t >= K_i and u_i^2 >= a_i^2 c_i^2 t^2 / 2 - b_i^2 >= M^2 + b_i^2
"""

from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.lines import Lines
from symconvex.drafting.profile import Z
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.univariate import steps
from symconvex.kernel import term as t
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Delta, Num, Sum, Term

HALF, TWO = Num(Fraction(1, 2)), t.number(2)


@dataclass(frozen=True, slots=True)
class FarPoint:
    """Arguments u_i = slope_i c_i t + start_i at places i of a size, and the point t.

    square    slope_i^2, a number
    speed     c_i; a number where no row is chosen
    other     another index over the same size, which the sum in t binds
    """

    lines: Lines
    index: str
    size: t.Size
    slope: Term
    square: Fraction
    start: Term
    speed: Term
    other: str
    bound: Fraction

    @property
    def moving(self) -> Judgment | None:
        """What is assumed of c_i; nothing of a number."""
        return None if isinstance(self.speed, Num) else say.positive(t.power(self.speed, 2))

    @property
    def given(self) -> tuple[Judgment, ...]:
        """The same as assumptions."""
        return () if self.moving is None else (self.moving,)

    @property
    def still(self) -> Judgment:
        """The other case."""
        return say.nonneg(t.neg(t.power(self.speed, 2)))

    @property
    def need(self) -> Term:
        """K_i"""
        inner = t.add(Num(self.bound**2), t.mul(TWO, t.power(self.start, 2)))
        return t.mul(Num(2 / self.square), inner)

    @property
    def below(self) -> Term:
        """c_i^2 + 1 - step(c_i^2), which is > 0."""
        square = t.power(self.speed, 2)
        return square if isinstance(self.speed, Num) else t.add(square, t.ONE, t.neg(t.fn("step", square)))

    @property
    def share(self) -> Term:
        """K_i over that."""
        return t.mul(self.need, t.power(self.below, -1))

    @property
    def time(self) -> Term:
        """The point t."""
        return t.add(t.ONE, Sum(self.other, self.size, t.reindex(self.share, {self.index: self.other})))

    def argument(self, side: int) -> Term:
        """u_i at t or at -t."""
        return t.add(t.mul(t.number(side), self.slope, self.speed, self.time), self.start)

    # ---- lines -----------------------------------------------------------------------------------

    def define(self) -> int | None:
        """The line c_i^2 + 1 - step(c_i^2) > 0, for both indices."""
        lines, square = self.lines, t.power(self.speed, 2)
        gives = say.positive(self.below)
        if self.moving is None:
            return find_sign(lines, self.below, strict=True)
        step = t.fn("step", square)
        with lines.assuming(self.moving):
            first = lines.total([lines.fact("assumed", self.moving), self._step_below_one(square)], gives)
        with lines.assuming(self.still):
            gone = lines.side(lines.fact("assumed", self.still), say.nonneg(t.neg(step)), square)
            one = lines.constant(say.positive(t.ONE))
            second = lines.combine([[gone], [one], [self.speed]], gives)
        shown = steps.cases(lines, [first, second], gives)
        lines.instance(shown, say.positive(t.reindex(self.below, {self.index: self.other})), self.index, self.other)
        return shown

    def _step_below_one(self, square: Term) -> int:
        return self.lines.fact("step_below_one", say.nonneg(t.sub(t.ONE, t.fn("step", square))), square)

    def beyond(self, side: int) -> int | None:
        """The line u_i^2 - M^2 - b_i^2 >= 0, where c_i is not 0."""
        lines, time = self.lines, self.time
        defined = self.define()
        share, need = (find_sign(lines, part, strict=False) for part in (self.share, self.need))
        rest = t.power(t.sub(t.ONE, Delta(self.index, self.other)), 2)
        there = t.reindex(self.share, {self.index: self.other})
        shown = find_sign(lines, there, strict=False)
        if defined is None or share is None or need is None or shown is None:
            return None
        total = Sum(self.other, self.size, there)
        later = lines.summed(shown, say.nonneg(total))
        others = lines.combine([[shown, t.sub(t.ONE, Delta(self.index, self.other))]], say.nonneg(t.mul(rest, there)))
        apart = lines.summed(others, say.nonneg(Sum(self.other, self.size, t.mul(rest, there))))
        square = t.power(self.speed, 2)
        with lines.assuming(*self.given):
            moved = lines.fact("assumed", self.moving) if self.moving else lines.constant(say.positive(square))
            inverse = lines.power(defined, say.positive(t.power(self.below, -1)))
            one = lines.constant(say.positive(t.ONE))
            products: list[list[int | Term]] = [[moved, apart], [moved]]
            if self.moving:
                on = lines.side(moved, say.nonneg(t.sub(t.fn("step", square), t.ONE)), square)
                products.append([need, on, inverse])
            enough = lines.combine(products, say.nonneg(t.sub(t.mul(square, time), self.need)))
            whole = lines.combine([[one], [later]], say.positive(time))
            twice = t.sub(t.mul(square, t.power(time, 2)), self.need)
            both = lines.combine([[whole, enough], [need, later]], say.nonneg(twice))
            half, scale = lines.constant(say.positive(HALF)), lines.constant(say.positive(Num(self.square / 2)))
            far = t.sub(t.sub(t.power(self.argument(side), 2), Num(self.bound**2)), t.power(self.start, 2))
            centre = t.add(t.mul(t.number(side), self.slope, self.speed, time), t.mul(TWO, self.start))
            return lines.combine([[scale, both], [half, centre]], say.nonneg(far))

    def read(self, side: int, outside: int) -> int | None:
        """The line g(u_i) > 0 where c_i is not 0, from the line g(z) > 0 where z^2 - M^2 >= 0."""
        lines, u = self.lines, self.argument(side)
        beyond, function = self.beyond(side), t.substitute(lines.term(outside), {Z.name: ((), u)})
        if beyond is None or not show_defined(lines, function):
            return None
        (apart,) = (t.substitute(a.term or t.ZERO, {Z.name: ((), u)}) for a in lines.steps[outside - 1].gives.under)
        with lines.assuming(*self.given):
            lines.combine([[beyond], [self.start]] if self.start != t.ZERO else [[beyond]], say.nonneg(apart))
            return lines.instance(outside, say.positive(function), Z.name, u)


def outside(lines: Lines, regions: tuple[int, int], bound: Fraction) -> int:
    """The line g(z) > 0 where z^2 - M^2 >= 0, from its lines for z >= M and for -z >= M."""
    size, gives, found = Num(bound), say.positive(lines.term(regions[0])), list[int]()
    apart = say.nonneg(t.sub(t.power(Z, 2), t.power(size, 2)))
    for end, line in zip((Z, t.neg(Z)), regions, strict=True):
        (there,) = lines.steps[line - 1].gives.under
        with lines.assuming(apart, say.nonneg(end)):
            larger = lines.combine(
                [[lines.fact("assumed", say.nonneg(end))], [lines.constant(say.positive(size))]],
                say.positive(t.add(end, size)),
            )
            inverse = lines.power(larger, say.positive(t.power(t.add(end, size), -1)))
            lines.combine([[lines.fact("assumed", apart), inverse]], there)
            found.append(lines.product([line], gives))
    with lines.assuming(apart):
        return steps.cases(lines, found, gives)
