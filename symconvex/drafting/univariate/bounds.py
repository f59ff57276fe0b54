"""The least and the largest value of f'' on an interval: the modulus and the smoothness constant.

    f'' >= m > 0   strongly convex with m         f'' <= L   smooth with L

The bounds are values where the slope of f'' vanishes, at the ends, far out, or where sines and cosines are 1 or -1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from symconvex.drafting.draft import MADE
from symconvex.drafting.effort import bounded
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import given_positive, nonneg, positive, real
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.points import exponentials
from symconvex.drafting.univariate.ends import End, inside, order, same_end, sign_of, value_sign
from symconvex.drafting.univariate.interval import Interval
from symconvex.drafting.univariate.nodes import Node
from symconvex.drafting.univariate.ring import TRIGONOMETRIC
from symconvex.drafting.univariate.scribe import Lost
from symconvex.drafting.univariate.signs import Inquiry, S, slope_of
from symconvex.kernel import term as t
from symconvex.kernel.polynomial import Poly, scaled
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Budget, Fn, Num, Sym, Term, TooLarge

LARGER, SMALLER = Sym(f"{MADE}m"), Sym(f"{MADE}M")
MOST_TRIED = 3
WORK = 400_000  # for a bound, which is not worth more
Candidate = tuple[Term, Term | None]


@dataclass(frozen=True, slots=True)
class Least:
    """side * f'' >= value, and why (None where they are the same); and a point inside where they are equal."""

    side: int
    value: Term
    node: Node | None
    at: Term | None


def find_bound(setting: Interval, side: int) -> Least | None:
    """The greatest number that is known to be below side * f''; None when it costs too much to find."""
    normal = setting.question.search.ring.normal
    before, normal.budget = normal.budget, Budget(WORK)
    try:
        with bounded(WORK):
            return _bound(setting.question, side)
    except TooLarge:
        return None
    finally:
        normal.budget = before


def _bound(asked: Inquiry, side: int) -> Least | None:
    valued = sorted(((_size(asked, value), value, at) for value, at in candidates(asked, side)), key=lambda one: one[0])
    for _, found, at in islice(valued, MOST_TRIED):
        value = exponentials(found)
        rest = _rest(asked, side, value)
        node = Inquiry(rest, asked.region, asked.search).node()
        if not asked.search.ring.poly(rest) or (node is not None and node.sign > 0):
            return Least(side, value, node, at)
    return None


def _rest(asked: Inquiry, side: int, value: Term) -> Term:
    return t.sub(asked.term if side > 0 else t.neg(asked.term), value)


def _size(asked: Inquiry, value: Term) -> float:
    return float(asked.value(value))


def candidates(asked: Inquiry, side: int) -> Iterator[Candidate]:
    """Values of side * f'' where its slope vanishes, at ends where it is defined, and the simplest limit far out."""
    ring, region = asked.search.ring, asked.region
    poly = ring.poly(asked.term)
    if not ring.moves(poly):
        yield (
            (asked.term if side > 0 else t.neg(asked.term)),
            Num(inside(ring, region.left, region.right, Fraction(1, 2))),
        )
        return
    points: list[End] = [region.left, region.right]
    if ring.has(poly, *TRIGONOMETRIC):
        yield from waves(asked, poly, side)
    for part in asked.search.chart(ring.derivative(poly), region.left, region.right):
        if part.cut and part.left is not None and part.right is not None:
            if same_end(ring, part.left, part.right):
                points.append(part.left)
            else:
                yield from ((Num(value), None) for value in asked.below(side, part.left, part.right))
    for at in points:
        if at is not None and value_sign(ring, poly, at) is not None:
            value = ring.poly(t.substitute(asked.term, {S.name: ((), at)}))
            interior = not any(end is at for end in (region.left, region.right))
            yield ring.term(scaled(value, side)), (at if interior else None)
    yield from ((Num(value), None) for value in asked.far(side))


def waves(asked: Inquiry, poly: Poly, side: int) -> Iterator[Candidate]:
    """c - |k| for side * f'' = c + k w, w a sine or cosine of a linear function: at a point where w is 1 or -1."""
    ring, total, points = asked.search.ring, Fraction(0), list[Term]()
    for mono, c in poly.items():
        if not mono:
            total += Fraction(c) * side
            continue
        atom = ring.normal.atoms[mono[0][0]]
        if len(mono) > 1 or mono[0][1] != 1 or not isinstance(atom, Fn) or atom.name not in TRIGONOMETRIC:
            return
        total -= abs(Fraction(c))
        slope, start = slope_of(atom.args[0]), t.substitute(atom.args[0], {S.name: ((), t.ZERO)})
        if ring.moves(ring.poly(slope)):
            return
        lowest = {"cos": Fraction(1), "sin": Fraction(-1, 2)}  # where they are -1, as a multiple of pi
        turn = lowest[atom.name] + (0 if Fraction(c) * side > 0 else 1)
        points.append(ring.term(ring.poly(t.mul(t.sub(t.mul(Num(turn), Sym(t.PI)), start), t.power(slope, -1)))))
    left, right = asked.region.left, asked.region.right
    inner = len(points) == 1 and order(ring, left, points[0]) == order(ring, points[0], right) == 1
    yield Num(total), (points[0] if inner else None)


# ---- claims --------------------------------------------------------------------------------------


def show_modulus(setting: Interval, lines: Lines, shown: int, found: Least) -> Judgment | None:
    """The line that the loss is strongly convex (concave); None when it is lost."""
    if sign_of(setting.question.search.ring, found.value) != 1:
        return None
    level = _above(setting, lines, found)
    if level is None:
        return None
    try:
        number = setting.question.writer(lines).closed(positive(found.value))
    except Lost:
        return None
    says = claim(f"strongly_{'convex' if found.side > 0 else 'concave'}", found.value)
    lines.curvature([shown, number, level], says)
    return says


def show_smooth(setting: Interval, lines: Lines, shown: int, other: int, found: Least) -> Judgment | None:
    """The line that the loss is smooth; None when it is lost.

    found    -L below side * f''
    other    the line -side * f'' >= 0, or that L is above it too
    """
    level = _above(setting, lines, found)
    if level is None:
        return None
    says = claim("smooth", _turned(setting, found.value))
    lines.curvature([shown, level, other], says)
    return says


def _turned(setting: Interval, value: Term) -> Term:
    ring = setting.question.search.ring
    return exponentials(ring.term(scaled(ring.poly(value), -1)))


def _above(setting: Interval, lines: Lines, found: Least) -> int | None:
    """The line (side * f'' - value) v^2 >= 0."""
    asked = setting.question
    about = Inquiry(_rest(asked, found.side, found.value), asked.region, asked.search)
    if found.node is None:
        return lines.constant(nonneg(t.ZERO))
    try:
        line = about.lines(lines, found.node)
        if line is None:
            return None
        number = setting.at_parameter(lines, line)
        _define(setting, lines, found.value)
    except Lost:
        return None
    return lines.combine([[number, setting.direction]], nonneg(setting.form(lines.term(number))))


def _define(setting: Interval, lines: Lines, value: Term) -> None:
    """Lines for the roots, denominators and logarithms of a closed term."""
    setting.show_defined(lines, value)


def best_part(setting: Interval, found: Least, *, above: bool) -> PartDraft | None:
    """No modulus is larger, or (above) no smoothness constant smaller, than f'' at a point inside the domain."""
    if found.at is None or found.side == (1 if above else -1):
        return None
    other = SMALLER if above else LARGER
    room = t.sub(_turned(setting, found.value), other) if above else t.sub(other, found.value)
    lines = Lines(setting.draft, given=(real(other.name), given_positive(room)))
    try:
        setting.show_domain(lines)
        setting.show_defined(lines, setting.profile, setting.question.term, found.value)
        writer, point = setting.question.writer(lines), {setting.parameter: ((), found.at)}
        terms = [t.substitute(entry.term, point) for entry in setting.draft.domain if entry.term is not None]
        within = [writer.closed(positive(term)) for term in terms]
    except Lost:
        return None
    shown = lines.differentiate(bends(setting.form(setting.bend)))
    fact = lines.fact("given", positive(room))
    beyond = claim("not_smooth" if above else "not_strongly_convex", other)
    lines.at_point([shown, *within, fact], beyond, point, {setting.parameter: ((), t.ONE)})
    return lines.part(beyond)
