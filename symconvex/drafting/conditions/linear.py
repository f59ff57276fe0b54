"""One number a of the data that enters the second derivative linearly: f'' = g + a h on an interval of x.

The numbers a for which g + a h >= 0 on all of it are an interval low <= a <= high, whose ends are extreme values of
-g/h: the largest where h > 0, the least where h < 0.

between    ((high - a) (g + low h) + (a - low) (g + high h)) / (high - low) >= 0
beyond     a point x(u) for every u = low - a > 0, or u = a - high > 0, at which g + a h < 0
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import bounded
from symconvex.drafting.univariate.bounds import candidates
from symconvex.drafting.univariate.ends import sign_of
from symconvex.drafting.univariate.interval import Interval, is_short, setting_of
from symconvex.drafting.univariate.nodes import Node
from symconvex.drafting.univariate.ring import Ring
from symconvex.drafting.univariate.scribe import Region
from symconvex.drafting.univariate.signs import Inquiry, S, is_smooth, slope_of
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.polynomial import Poly
from symconvex.kernel.term import Num, Refused, Sym, Term, TooLarge

WORK = 2_000_000
STEPS = tuple(t.number(2**k) for k in (0, 2, 4, 7, 10))
SHARES = (t.Num(Fraction(1, 2)), t.Num(Fraction(1, 16)))  # of the width, for points near an end


@dataclass(frozen=True, slots=True)
class LinearBend:
    """side * f'' = g + a h in the variable S, on the region of the setting.

    setting    f with its own data, and g as its question
    """

    setting: Interval
    datum: Sym
    g: Term
    h: Term
    side: int

    @property
    def region(self) -> Region:
        """Where S lies."""
        return self.setting.question.region

    def at(self, value: Term) -> Term:
        """g + value h"""
        ring = self.setting.question.search.ring
        return ring.term(ring.poly(t.add(self.g, t.mul(value, self.h))))

    def asked(self, term: Term) -> Inquiry:
        """The question of the sign of a term on the region."""
        return Inquiry(term, self.region, self.setting.question.search)


@dataclass(frozen=True, slots=True)
class RangeEnd:
    """An end of the interval of a, and where it is the value of -g/h: None at an end of the region.

    way    1: the least a, -1: the greatest
    """

    value: Term
    at: Term | None
    way: int

    def room(self, a: Term) -> Term:
        """How far a lies inside."""
        return t.mul(t.number(self.way), t.sub(a, self.value))


@dataclass(frozen=True, slots=True)
class SignedTerm:
    """A term that is >= 0 on the region, and why."""

    asked: Inquiry
    node: Node | None


@dataclass(frozen=True, slots=True)
class Limits:
    """The ends of the interval, one or two, the least first.

    signs    g + end h for each; of one end alone, how the second derivative moves with a as well
    """

    ends: tuple[RangeEnd, ...]
    signs: tuple[SignedTerm, ...]


def linear_bend(draft: Draft, side: int) -> LinearBend | None:
    """The second derivative of a smooth loss of one number, with one real number among the data, as g + a h."""
    if len(draft.data) != 1 or draft.problem.values or not is_smooth(draft.loss):
        return None
    ((name, shape),) = draft.data.items()
    spoken = [entry.term or t.ZERO for entry in draft.domain]
    if shape or draft.within(name) != "real" or any(_speaks(term, name) for term in spoken):
        return None
    try:
        without = t.substitute(draft.loss, {name: ((), t.ZERO)})
        bare = replace(draft, loss=without, problem=replace(draft.problem, data=()))
        setting = setting_of(bare)
        return None if setting is None else _split(draft, setting, Sym(name), side)
    except (Refused, TooLarge):
        return None


def _speaks(term: Term, name: str) -> bool:
    return any(isinstance(part, Sym) and part.name == name for part in t.subterms(term))


def _split(draft: Draft, setting: Interval, datum: Sym, side: int) -> LinearBend | None:
    profile = t.substitute(draft.loss, {setting.parameter: ((), S)})
    slope = slope_of(profile) if is_short(profile) else profile
    bend = slope_of(slope) if is_short(slope) else slope
    if not is_short(bend):
        return None
    ring = setting.question.search.ring
    parts: tuple[Poly, Poly] = ({}, {})
    key = t.render(datum)
    for mono, c in ring.poly(bend).items():
        exponents = dict(mono)
        e = exponents.pop(key, 0)
        if e not in (0, 1) or any(_speaks(ring.normal.atoms[other], datum.name) for other in exponents):
            return None
        parts[int(e)][tuple((k, x) for k, x in mono if k != key)] = c * side
    g, h = map(ring.term, parts)
    own = replace(setting, draft=draft, profile=profile, slope=slope)
    return LinearBend(own, datum, g, h, side) if parts[1] else None


# ---- the interval of a ---------------------------------------------------------------------------------


def limits_of(bend: LinearBend) -> Limits | None:
    """The ends of the interval of a; None where they are not found exactly, or it is a point or empty."""
    try:
        with bounded(WORK):
            return _limits(bend)
    except (Refused, TooLarge):
        return None


def _limits(bend: LinearBend) -> Limits | None:
    found = dict[int, list[tuple[float, RangeEnd]]]()
    for part in bend.asked(bend.h).chart():
        if part.sign is None and not part.cut:
            return None
        if part.sign and not part.cut:
            region = Region(part.left, part.right, *_closed(bend, part.left, part.right))
            found.setdefault(part.sign, []).extend(_extremes(bend, region, part.sign))
    ends = {way: max(some, key=lambda one: one[0])[1] for way, some in found.items() if some}
    if not ends or ends.keys() != found.keys():
        return None
    known = tuple(ends[way] for way in (1, -1) if way in ends)
    if any(not isinstance(base, Num) for end in known for base, _ in partial_bases(end.value)):
        return None  # a hypothesis has no denominator but numbers
    if len(known) == 2 and sign_of(bend.setting.question.search.ring, t.sub(known[1].value, known[0].value)) != 1:
        return None
    terms = [bend.at(end.value) for end in known]
    terms += [] if len(known) == 2 else [t.mul(t.number(known[0].way), bend.h)]
    signs = [SignedTerm(asked, asked.node()) for asked in map(bend.asked, terms)]
    return Limits(known, tuple(signs)) if all(one.node is not None and one.node.sign > 0 for one in signs) else None


def _closed(bend: LinearBend, left: Term | None, right: Term | None) -> tuple[bool, bool]:
    """Which ends of a part belong to it: those of the region that belong to that."""
    region = bend.region
    return left is region.left and region.left_closed, right is region.right and region.right_closed


def _extremes(bend: LinearBend, region: Region, way: int) -> Iterator[tuple[float, RangeEnd]]:
    """Values of -g/h that may be its largest (least) on a part where h > 0 (h < 0), each beside what is compared."""
    ratio = t.neg(t.mul(bend.g, t.power(bend.h, -1)))
    asked = Inquiry(ratio, region, bend.setting.question.search)
    for value, at in candidates(asked, -way):
        here = value if way < 0 else t.neg(value)
        ring = asked.search.ring
        told = ring.term(ring.poly(here))
        yield way * float(asked.value(told)), RangeEnd(told, at, way)


# ---- beyond it -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PointsBeyond:
    """Points x(u) for all u > 0, by the distance s = +-(x - place) from a place.

    near    s = width u/(u + step) for a width, where 0 < s < width:   u = step s/(width - s)
    far     s = step (1 + 1/u) without one, where s > step:            u = step/(s - step)
    still   s = 0 for step 0
    """

    place: Term
    side: int
    step: Term
    width: Term | None

    def at(self, u: Term, ring: Ring) -> Term:
        """x(u), as one quotient."""
        if self.step == t.ZERO:
            return self.place
        below = u if self.width is None else t.add(u, self.step)
        along = t.mul(self.step, t.add(u, t.ONE)) if self.width is None else t.mul(self.width, u)
        above = t.add(t.mul(self.place, below), t.mul(t.number(self.side), along))
        return t.mul(ring.term(ring.poly(above)), t.power(below, -1))

    @property
    def distance(self) -> Term:
        """s, in the variable."""
        return t.mul(t.number(self.side), t.sub(S, self.place))

    @property
    def region(self) -> Region:
        """Where the points lie."""
        near, far = (self.step, None) if self.width is None else (t.ZERO, self.width)
        start, end = (None if s is None else t.add(self.place, t.mul(t.number(self.side), s)) for s in (near, far))
        return Region(start, end) if self.side > 0 else Region(end, start)

    def ratio(self) -> tuple[Term, Term]:
        """u as a quotient in the variable, both parts > 0."""
        if self.width is None:
            return self.step, t.sub(self.distance, self.step)
        return t.mul(self.step, self.distance), t.sub(self.width, self.distance)


def ways_beyond(bend: LinearBend, end: RangeEnd) -> Iterator[PointsBeyond]:
    """Points in the region at which g + a h may be < 0 where a is beyond the end."""
    region = bend.region
    if end.at is not None:
        yield PointsBeyond(end.at, 1, t.ZERO, None)
    finite = [(side, place) for side, place in ((1, region.left), (-1, region.right)) if place is not None]
    width = t.sub(region.right, region.left) if region.left is not None and region.right is not None else t.ONE
    for step in STEPS:
        yield from (PointsBeyond(place, side, step, t.mul(share, width)) for share in SHARES for side, place in finite)
    starts = finite if len(finite) == 1 else [] if finite else [(1, t.ZERO), (-1, t.ZERO)]
    for step in STEPS:
        yield from (PointsBeyond(place, side, step, None) for side, place in starts)


def gap_on(bend: LinearBend, end: RangeEnd, way: PointsBeyond) -> Inquiry:
    """The question whether -(g + a h) > 0, times the denominator of u, at all these points; of one point, times 1/u."""
    search = bend.setting.question.search
    if way.step == t.ZERO:
        place = {S.name: ((), way.place)}
        return Inquiry(t.mul(t.number(end.way), t.substitute(bend.h, place)), bend.region, search)
    above, below = way.ratio()
    moved = t.mul(t.number(-end.way), above, bend.h)
    ring = search.ring
    gap = ring.term(ring.poly(t.neg(t.add(t.mul(below, bend.at(end.value)), moved))))
    return Inquiry(gap, way.region, search)
