"""The cases of one number a in which the second derivative is affine: between the ends of its interval, and beyond."""

from dataclasses import dataclass, replace
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.conditions import Leaf
from symconvex.drafting.conditions.linear import (
    Limits,
    LinearBend,
    PointsBeyond,
    RangeEnd,
    SignedTerm,
    gap_on,
    limits_of,
    linear_bend,
    ways_beyond,
)
from symconvex.drafting.conditions.mixed import show_strict
from symconvex.drafting.conditions.search import Found
from symconvex.drafting.constants import holds
from symconvex.drafting.draft import Draft
from symconvex.drafting.lines import Alternatives, Lines, PartDraft
from symconvex.drafting.univariate.scribe import Lost, Region
from symconvex.drafting.univariate.signs import Inquiry, S
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Pow, Refused, Term, TooLarge

WORDS = {1: "convex", -1: "concave"}


def find_between(draft: Draft, side: int, found: Found) -> Alternatives | int | None:
    """Exactly when the loss is convex (concave for side -1), with the parts that show it; None where it stays open."""
    bend = linear_bend(draft, side)
    limits = None if bend is None else limits_of(bend)
    if bend is None or limits is None:
        return None
    before, path, outside = len(found.parts), tuple[Given, ...](), list[tuple[Given, Given, int]]()
    for end in limits.ends:
        yes, no = _split(bend, end)
        part = _beyond(bend, end, (*path, no))
        if part is None:
            found.back_to(before)
            return None
        outside.append((yes, no, found.add(*part)))
        path = (*path, yes)
    inner = _within(bend, limits, path)
    if inner is None:
        found.back_to(before)
        return None
    tree: Alternatives | int = found.add(*inner)
    for yes, no, number in reversed(outside):
        tree = Alternatives(yes, no, tree, number)
    return tree


def _split(bend: LinearBend, end: RangeEnd) -> tuple[Given, Given]:
    """a on this side of the end, or beyond it."""
    ring = bend.setting.question.search.ring
    room = ring.term(ring.poly(end.room(bend.datum)))
    return say.given_nonneg(room), say.given_positive(ring.term(ring.poly(t.neg(room))))


def _opened(bend: LinearBend, path: tuple[Given, ...]) -> tuple[Lines, int]:
    """A part that starts with the second derivative.

    Fails    Lost
    """
    lines, setting = Lines(bend.setting.draft, given=path), bend.setting
    setting.show_domain(lines)
    setting.show_defined(lines, setting.profile, bend.g, bend.h, *(given.term or t.ZERO for given in path))
    whole = t.mul(t.number(bend.side), _whole(bend))
    return lines, lines.differentiate(say.curvature(setting.form(setting.at(whole))))


def _whole(bend: LinearBend) -> Term:
    """g + a h"""
    return t.add(bend.g, t.mul(bend.datum, bend.h))


def _within(bend: LinearBend, limits: Limits, path: tuple[Given, ...]) -> tuple[PartDraft, Leaf] | None:
    """The part that shows the loss convex for a between the ends."""
    setting, word = bend.setting, WORDS[bend.side]
    try:
        lines, shown = _opened(bend, path)
        signs = [_read(bend, lines, sign) for sign in limits.signs]
        rooms = [lines.fact("given", say.nonneg(given.term or t.ZERO)) for given in path]
        products: list[list[int | Term]] = [[signs[0]], [signs[1], rooms[0]]]
        if len(limits.ends) == 2:
            width = t.sub(limits.ends[1].value, limits.ends[0].value)
            share = setting.question.writer(lines).closed(say.positive(t.power(width, -1)))
            products = [[signs[0], rooms[1], share], [signs[1], rooms[0], share]]
        form = say.nonneg(setting.form(setting.at(_whole(bend))))
        level = lines.combine([[*factors, setting.direction] for factors in products], form)
    except (Lost, Refused, TooLarge):
        return None
    lines.curvature([shown, level], say.loss(word))
    part, strictly = lines.part(say.loss(word)), say.loss(f"strictly_{word}")
    if show_strict(bend, limits, lines, (shown, level), strictly):
        strict = lines.part(say.loss(word), strictly)
        part = strict if holds(setting.draft, strict) else part
    ends = tuple((end.value, setting.at(bend.at(end.value))) for end in limits.ends)
    leaf = Leaf(word, path, (setting.at(_whole(bend)),), {}, {}, None, bend.datum, ends)
    return (part, leaf) if holds(setting.draft, part) else None


def _read(bend: LinearBend, lines: Lines, sign: SignedTerm) -> int:
    """The line that a term is >= 0 at x.

    Fails    Lost
    """
    found = None if sign.node is None else sign.asked.lines(lines, sign.node)
    if found is None:
        raise Lost("a sign")
    return bend.setting.at_parameter(lines, found)


# ---- beyond the ends -----------------------------------------------------------------------------------


def _beyond(bend: LinearBend, end: RangeEnd, path: tuple[Given, ...]) -> tuple[PartDraft, Leaf] | None:
    """The part that refutes for a beyond an end: at the first points at which the sign is shown."""
    for way in ways_beyond(bend, end):
        try:
            asked = gap_on(bend, end, way)
            node = None if -1 in asked.sampled() else asked.node()
            if node is not None and node.sign > 0 and node.strict:
                return _at(Outside(bend, way, SignedTerm(asked, node)), path)
        except (Lost, Refused, TooLarge):
            continue
    return None


@dataclass(frozen=True, slots=True)
class Outside:
    """Points for all a beyond an end, and the sign that refutes there."""

    bend: LinearBend
    way: PointsBeyond
    sign: SignedTerm

    @property
    def region(self) -> Region:
        """Where the points lie."""
        return self.sign.asked.region

    def read(self, lines: Lines, number: int, point: Term) -> int:
        """A line about x, read at the point."""
        given = lines.steps[number - 1].gives
        told = t.substitute(given.term or t.ZERO, {S.name: ((), point)})
        return lines.instance(number, say.sign(given.kind, told), S.name, point)

    def sure(self, lines: Lines, asked: Inquiry, point: Term) -> int:
        """The line that a term is > 0 at the point.

        Fails    Lost
        """
        if self.way.step == t.ZERO:
            return asked.writer(lines).closed(say.positive(t.substitute(asked.term, {S.name: ((), point)})))
        node = asked.node()
        number = None if node is None or node.sign < 0 else asked.lines(lines, node)
        if number is None or lines.kind(number) != "positive":
            raise Lost("a sign")
        return self.read(lines, number, point)

    def place(self, lines: Lines, u: Term) -> int:
        """The line for what the sign is multiplied by, after those that say where the points lie.

        Fails    Lost
        """
        writer, fact = self.sign.asked.writer(lines), lines.fact("given", say.positive(u))
        at, way = {S.name: ((), self.way.at(u, self.sign.asked.search.ring))}, self.way
        bounds = [say.positive(t.substitute(a.term or t.ZERO, at)) for a in self.region.assumptions(S)]
        if way.step == t.ZERO:
            for bound in bounds:
                writer.closed(bound)
            return fact
        step = writer.closed(say.positive(way.step))
        if way.width is None:
            inverse = lines.power(fact, say.positive(Pow(u, Fraction(-1))))
            lines.combine([[step, inverse]], bounds[0])
            share, total = t.power(way.step, -1), fact
        else:
            total, width = lines.total([fact, step], say.positive(t.add(u, way.step))), say.positive(way.width)
            inverse = lines.power(total, say.positive(Pow(lines.term(total), Fraction(-1))))
            for bound, part in zip(bounds[:: way.side], (fact, step), strict=True):
                lines.combine([[writer.closed(width), part, inverse]], bound)
            share = t.power(t.mul(way.width, way.step), -1)
        scale = say.positive(t.mul(lines.term(total), share))
        return lines.product([total, writer.closed(say.positive(share))], scale)


def _at(found: Outside, path: tuple[Given, ...]) -> tuple[PartDraft, Leaf] | None:
    """The part for these points.

    Fails    Lost
    """
    bend, u = found.bend, path[-1].term or t.ZERO
    lines, shown = _opened(bend, path)
    setting, word = bend.setting, WORDS[bend.side]
    point = found.way.at(u, setting.question.search.ring)
    scale = found.place(lines, u)
    _define(found, lines, point)
    moved = {setting.parameter: ((), S)}
    sides = [replace(found.sign.asked, term=t.substitute(e.term or t.ZERO, moved)) for e in setting.draft.domain]
    within = [found.sure(lines, side, point) for side in sides]
    sign = found.sure(lines, found.sign.asked, point)
    value = t.mul(lines.term(scale), lines.term(sign))
    number = lines.product([scale, sign], say.positive(value))
    places = {setting.parameter: ((), point)}
    gap = lines.at_point([shown, *within], say.gap(word, value), places, {setting.parameter: ((), t.ONE)})
    lines.refute([gap], number, say.loss(f"not_{word}"))
    part = lines.part(say.loss(f"not_{word}"))
    if not holds(setting.draft, part):
        raise Lost("the point")
    return part, Leaf(word, path, (), {setting.parameter: point}, {setting.direction.name: t.ONE}, value)


def _define(found: Outside, lines: Lines, point: Term) -> None:
    """Lines for every root, denominator and logarithm of the loss at the point.

    Fails    Lost
    """
    writer, bend = found.sign.asked.writer(lines), found.bend
    for term in (bend.setting.profile, bend.g, bend.h, found.sign.asked.term):
        with writer.at(found.region):
            writer.define(term)
        for base, _ in reversed(list(partial_bases(term))):
            for side in (base, t.Mul((t.Num(t.MINUS_ONE), base))):
                number = lines.find(say.positive(side), found.region.assumptions(S))
                if number is not None and writer.ring.depends(base):
                    found.read(lines, number, point)
