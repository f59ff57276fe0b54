"""No modulus at all: for every m > 0 a point where the second derivative is below m.

    f'' = 0 at a point           that point
    f'' falls to 0 at an end     a point p(m) that moves to the end as m falls to 0

Of one number, and of sums over the entries of one array, where every entry is p(m) and the direction is the first unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.beside import entrywise, is_accepted
from symconvex.drafting.draft import Draft, places_of
from symconvex.drafting.effort import bounded
from symconvex.drafting.exactness import LARGER
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import given_positive, positive, real
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.points import reduced, simplified, unit
from symconvex.drafting.profile import mentions, replaced
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.squares import Square, find_squares
from symconvex.drafting.univariate.interval import setting_of
from symconvex.drafting.univariate.ridge import sign_at
from symconvex.drafting.univariate.scribe import Lost
from symconvex.drafting.univariate.signs import S
from symconvex.kernel import term as t
from symconvex.kernel.enclose import Values, is_positive
from symconvex.kernel.functions import Unsure
from symconvex.kernel.term import Budget, Num, Pow, Refused, Sym, Term

WORK, EACH = 3_000_000, 1_000_000  # of all points, and of one
PROBES = tuple(Fraction(10) ** k for k in (-4, -2, -1, 0, 1, 3))  # values of m that a point is tried with first
STILL = tuple(Num(Fraction(k, 2)) for k in (0, 2, -2, 4, -4, 1, -1, 6, -6, 3, -3, 8, -8, 10, -10))
EXPONENTS = (Fraction(-1), Fraction(-1, 2), Fraction(-2), Fraction(-1, 3), Fraction(-2, 3))
CLOSE = 10_000


@dataclass(frozen=True, slots=True)
class Falling:
    """f'' as a function of one number.

    curvature    the second derivative along the direction
    bend         f'' in the variable S
    ends         where the values of the variable end, None for infinity
    """

    draft: Draft
    parameter: str
    curvature: Term
    bend: Term
    ends: tuple[Term | None, Term | None]


def find_flattening(draft: Draft) -> PartDraft | None:
    """The part that says: strongly convex with no modulus."""
    try:
        with bounded(WORK):
            about = profile_of(draft)
            parts = (_part(about, at) for at in _promising(about)) if about is not None else ()
            return next((part for part in parts if part is not None and is_accepted(draft, part)), None)
    except (Lost, Refused):
        return None


def profile_of(draft: Draft) -> Falling | None:
    """One number and nothing else, or one square for every entry of one array."""
    setting = setting_of(draft)
    if setting is not None:
        region, form = setting.question.region, setting.form(setting.bend)
        return Falling(draft, setting.parameter, form, setting.question.term, (region.left, region.right))
    squares = find_squares(draft) or ()
    if len(draft.parameters) != 1 or draft.data or len(squares) != 1:
        return None
    (square,), (name,) = squares, draft.parameters
    if not isinstance(square, Square) or entrywise(square) != name:
        return None
    bend = t.substitute(square.weight, {name: (places_of(draft, name), S)})
    if {p.name for p in t.subterms(bend) if isinstance(p, Sym)} - {S.name, t.PI} or t.free_indices(bend):
        return None
    return Falling(draft, name, square.form, bend, (t.ZERO if draft.domain else None, None))


def points(about: Falling) -> Iterator[Term]:
    """Closed terms in m: still points, such that move out to an end without end, and such that move to a finite end."""
    m, (left, right) = LARGER, about.ends
    inverse = [t.power(m, e) for e in EXPONENTS]
    yield from STILL
    for end, way in ((left, 1), (right, -1)):
        start, other = end or t.ZERO, right if way > 0 else left
        if other is None:
            for scale in (1, 2):
                yield from (t.add(start, t.mul(t.number(way * scale), far)) for far in inverse)
            yield from (t.add(start, t.number(way), t.mul(t.number(way), far)) for far in (inverse[0], inverse[2]))
        if end is None or end == t.ZERO:
            yield from (t.mul(t.number(-way), t.fn("log", t.mul(Num(Fraction(1, k)), m))) for k in (2, 8))
        if end is not None:
            room = Fraction(1, 8)
            yield t.add(end, t.mul(Num(way * room), m, t.power(t.add(t.ONE, m), -1)))


def _promising(about: Falling) -> Iterator[Term]:
    """Those that do for some values of m."""
    for at in points(about):
        room = t.sub(LARGER, t.substitute(about.bend, {S.name: ((), at)}))
        signs = [room, *_inside(about, at)]
        if all(_holds(t.substitute(term, {LARGER.name: ((), Num(m))})) for m in PROBES for term in signs):
            yield at


def _inside(about: Falling, at: Term) -> list[Term]:
    """What is > 0 inside the domain, at a point."""
    return [t.substitute(d.term, _point(about, at)) for d in about.draft.domain if d.term is not None]


def _point(about: Falling, at: Term) -> dict[str, t.Family]:
    return {about.parameter: (places_of(about.draft, about.parameter), at)}


def _holds(term: Term) -> bool:
    try:
        return is_positive(term, Values({}, {}, {}, {}), Budget(CLOSE))
    except (Refused, Unsure):
        return False


def _part(about: Falling, at: Term) -> PartDraft | None:
    draft = about.draft
    lines = Lines(draft, given=(real(LARGER.name), given_positive(LARGER)))
    try:
        with bounded(EACH):
            return _shown(about, lines, at)
    except Refused:
        return None


def _shown(about: Falling, lines: Lines, at: Term) -> PartDraft | None:
    draft, there = about.draft, t.substitute(about.bend, {S.name: ((), at)})
    if not all(show_defined(lines, term) for term in (draft.loss, about.curvature, at, there)):
        return None
    shown = lines.differentiate(bends(about.curvature))
    within = [find_sign(lines, term, strict=True) for term in _inside(about, at)]
    room = _room(about, lines, there, at)
    if room is None or any(number is None for number in within):
        return None
    beyond = claim("not_strongly_convex", LARGER)
    along = unit(draft, about.parameter, *(0 for _ in draft.parameters[about.parameter]))
    uses = [shown, *(number for number in within if number is not None), room]
    lines.at_point(uses, beyond, _point(about, at), {about.parameter: along})
    return lines.part(beyond)


def _room(about: Falling, lines: Lines, there: Term, at: Term) -> int | None:
    """The line m - f'' > 0: as a function of a power of m, as it stands, or reduced."""
    found, room = _by_power(lines, there, at), t.sub(LARGER, there)
    if found is not None:
        return found
    for term in dict.fromkeys((room, simplified(reduced(about.draft, room)))):
        direct = find_sign(lines, term, strict=True)
        if direct is not None:
            return direct
    return None


def _by_power(lines: Lines, there: Term, at: Term) -> int | None:
    """With u = m^(-r), from 1 - u^(1/r) f'' > 0 for all u > 0."""
    power = next((p for p in t.subterms(at) if isinstance(p, Pow) and p.base == LARGER and p.exponent < 0), None)
    if power is None:
        return None
    function = t.sub(t.ONE, t.mul(t.power(S, -1 / power.exponent), replaced(there, power, S)))
    above = find_sign(lines, power, strict=True)
    level = None if above is None or mentions(function, frozenset({LARGER.name})) else sign_at(lines, function, power)
    if level is None or lines.kind(level) != "positive":
        return None
    m = find_sign(lines, LARGER, strict=True)
    return None if m is None else lines.product([m, level], positive(t.sub(LARGER, there)))
