"""Sums over places that are > 0 far along a row: what moves is far out there, and what does not move adds nothing."""

from symconvex.drafting import judgments as say
from symconvex.drafting.farness import FarPoint, outside
from symconvex.drafting.outside import bounded_below, everywhere, on_region, regions, squares_in
from symconvex.drafting.points import simplified
from symconvex.drafting.profile import (
    Z,
    slope,
)
from symconvex.drafting.ridges import RidgeSum
from symconvex.drafting.signs import show_defined
from symconvex.drafting.univariate import steps
from symconvex.drafting.univariate.scribe import Region
from symconvex.kernel import term as t
from symconvex.kernel.term import Num, Sum, Term


def evenly(far: FarPoint, even: Term) -> tuple[int, int, Term] | None:
    """phi(u) + phi(-u) - 2 phi(0) > 0 far out, and >= 0 everywhere."""
    lines = far.lines
    parts, whole = regions(lines, even, far.bound), everywhere(lines, even)
    strict = None if parts is None else far.read(1, outside(lines, parts, far.bound))
    if strict is None or whole is None:
        return None
    gain = lines.term(strict)
    return strict, lines.instance(whole, say.sign(lines.kind(whole), gain), Z.name, far.argument(1)), gain


def apart(far: FarPoint, ridge: RidgeSum) -> tuple[int, int, Term] | None:
    """psi(u^2) + psi(v^2) - 2 psi(b^2) > 0 far out on both sides; where nothing moves it is >= 0, as phi'' >= -B."""
    lines, psi = far.lines, squares_in(ridge.phi)
    if psi is None:
        return None
    start = t.power(ridge.start, 2)
    risen = t.sub(psi, t.substitute(psi, {Z.name: ((), start)}))
    faster = on_region(lines, slope(psi), Region(t.ZERO, None, left_closed=True), strict=True)
    if faster is None or not show_defined(lines, t.substitute(psi, {Z.name: ((), start)})):
        return None
    beyond = say.positive(t.sub(Z, start))
    with lines.assuming(beyond):
        lines.combine([[lines.fact("assumed", beyond)], [ridge.start]], say.nonneg(Z))
        if not show_defined(lines, risen):
            return None
        zero = lines.constant(say.nonneg(t.ZERO))
        grown = steps.growth(lines, (zero, faster), say.positive(risen), Z.name, start, "above")
    found = list[int]()
    for side in (1, -1):
        known, square = far.beyond(side), t.power(far.argument(side), 2)
        higher = t.substitute(risen, {Z.name: ((), square)})
        if known is None or not show_defined(lines, higher):
            return None
        with lines.assuming(*far.given):
            size = lines.constant(say.positive(Num(far.bound**2)))
            lines.combine([[known], [size]], say.positive(t.substitute(beyond.term or t.ZERO, {Z.name: ((), square)})))
            found.append(lines.instance(grown, say.positive(higher), Z.name, square))
    gain = t.add(*(lines.term(one) for one in found))
    with lines.assuming(*far.given):
        strict = lines.total(found, say.positive(gain))
    rest = strict if far.moving is None else at_rest(far, ridge, gain)
    return None if rest is None else (strict, rest, gain)


def at_rest(far: FarPoint, ridge: RidgeSum, gain: Term) -> int | None:
    """phi + B z^2/2 is convex, so phi(b + a) + phi(b - a) - 2 phi(b) >= -B a^2, and a = 0."""
    lines, bend = far.lines, slope(slope(ridge.phi))
    known = bounded_below(lines, bend)
    if known is None:
        return None
    number, most = known
    convex = t.add(ridge.phi, t.mul(Num(most / 2), t.power(Z, 2)))
    found = list[int]()
    for side in (1, -1):
        ends = ridge.start, far.argument(side)
        at = [t.substitute(convex, {Z.name: ((), end)}) for end in ends]
        line = t.mul(t.substitute(slope(convex), {Z.name: ((), ends[0])}), t.sub(ends[1], ends[0]))
        if not all(show_defined(lines, part) for part in (*at, line, convex)):
            return None
        found.append(lines.tangent([number], say.nonneg(t.sub(t.sub(at[1], at[0]), line)), Z.name, convex, ends))
    size = lines.constant(say.positive(Num(most * ridge.square)))
    with lines.assuming(far.still):
        gone = lines.fact("assumed", far.still)
        return lines.combine([[found[0]], [found[1]], [size, gone, far.time]], say.nonneg(gain))


def summed_up(far: FarPoint, strict: int, nonneg: int, term: Term) -> int | None:
    """The sum over all places of a term that is > 0 where c_i is not 0, and >= 0 elsewhere."""
    lines, whole = far.lines, say.positive(Sum(far.index, far.size, term))
    if far.moving is None:
        return lines.summed(strict, whole)
    every = (
        nonneg if not lines.steps[nonneg - 1].gives.under else steps.cases(lines, [strict, nonneg], say.nonneg(term))
    )
    (given,) = lines.given
    k, row = given.extra, t.reindex(far.speed, {far.index: given.extra})
    known = lines.fact("given", say.positive(simplified(row)))
    lines.combine([[known, known]], say.positive(t.reindex(far.moving.term or t.ZERO, {far.index: k})))
    if not show_defined(lines, t.reindex(term, {far.index: k})):
        return None
    at = lines.instance(strict, say.positive(t.reindex(term, {far.index: k})), far.index, k)
    return lines.summed_at(every, at, whole, k)


def still(far: FarPoint, function: Term, scale: int, q: int, term: Term) -> int | None:
    """c_i^2 g(u_i) >= 0 where c_i = 0, as g + B >= 0 for a number B."""
    lines, known = far.lines, bounded_below(far.lines, function)
    if known is None:
        return None
    above, u = t.add(function, Num(known[1])), far.argument(1)
    here = t.substitute(above, {Z.name: ((), u)})
    read = lines.instance(known[0], say.sign(lines.kind(known[0]), here), Z.name, u)
    size = lines.constant(say.positive(Num(known[1])))
    with lines.assuming(far.still):
        gone = lines.fact("assumed", far.still)
        return lines.combine([[scale, q, read, far.speed], [scale, q, size, gone]], say.nonneg(term))
