"""Three points on a line, the loss at the middle one above (below) those at both others.

Seeded lines through simple points; on each the loss is enclosed at some places, and a peak lies between two lower ones.
"""

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from symconvex.calculus.program.instance import Instance, instance
from symconvex.calculus.program.taylor import enclosures
from symconvex.drafting import judgments as say
from symconvex.drafting.chords import Vector, along, place_at, show_bases
from symconvex.drafting.draft import Draft, point_json
from symconvex.drafting.effort import spend
from symconvex.drafting.indefinite import inner_point
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.signs import show_defined
from symconvex.kernel import term as t
from symconvex.kernel.statement import Judgment

MOST_PARAMETERS, MOST_LINES = 30, 14
NEAR = (*range(1, 10), 12, 16, 24, 32, 64, 256, 4096)
PLACES = (*(-Fraction(k, 4) for k in reversed(NEAR)), Fraction(0), *(Fraction(k, 4) for k in NEAR))
ROUNDS = 6
PRECISION, CLEARLY, FAR, SEED = 128, 1e-9, 0.02, 20240229
WORDS = {1: "not_quasiconvex", -1: "not_quasiconcave"}


def find_peaks(draft: Draft, chords: Sequence[tuple[Vector, ...]] = ()) -> PartDraft | None:
    """The part that says not quasiconvex (side 1), not quasiconcave (side -1), or both.

    chords    two ends each, on whose lines, and on parallels through the centre, something is to be seen
    """
    problem = draft.problem
    if any(d.name not in problem.values for d in problem.data) or draft.sizes():
        return None
    count = sum(math.prod(map(int, p.shape)) for p in problem.parameters)
    if not 0 < count <= MOST_PARAMETERS:
        return None
    lines, inst, centre = Lines(draft), instance(problem, {}), inner_point(draft)
    if centre is None or not show_defined(lines, draft.loss):
        return None
    claims = list[Judgment]()
    along_chords = [(start, difference(*ends)) for ends in chords for start in (ends[0], centre)]
    for start, way in (*along_chords, *rays(count, centre)):
        values = scanned(inst, start, way)
        for side, name in WORDS.items():
            word = say.loss(name)
            peak = None if word in claims else find_peak(values, side)
            if peak is not None and is_certain(inst, start, way, peak, side):
                add_peak(lines, side, [along(start, way, place) for place in peak], peak)
                claims.append(word)
        if len(claims) == len(WORDS):
            break
    return lines.part(*claims) if claims else None


def difference(left: Vector, right: Vector) -> Vector:
    """From one point to the other."""
    return tuple(b - a for a, b in zip(left, right, strict=True))


Peak = tuple[Fraction, Fraction, Fraction]


def rays(count: int, centre: Vector) -> Iterator[tuple[Vector, Vector]]:
    """Points and directions: along the axes and diagonals through the centre, then seeded ones."""
    unit = [tuple(Fraction(int(j == k)) for j in range(count)) for k in range(count)]
    for way in unit[:4]:
        yield centre, way
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)
    for k in range(MOST_LINES if count > 1 else 2):
        reach = (1, 2, 4)[k % 3]
        start = tuple(x + Fraction(draw.randint(-2 * reach, 2 * reach), 2) for x in centre)
        yield (start if k % 2 else centre), tuple(Fraction(draw.choice((-2, -1, 1, 2))) for _ in range(count))


def scanned(inst: Instance, start: Vector, way: Vector) -> list[tuple[Fraction, float]]:
    """The loss at places on a line: some from the first, then more around its largest and least values there."""
    found = dict(measured(inst, start, way, PLACES))
    for _ in range(ROUNDS if found else 0):
        known = sorted(found)
        for side in WORDS:
            top = known.index(max(known, key=lambda place: side * found[place]))
            ends = (known[top - 1] if top else known[0] - 1, *known[top : top + 2], known[top] + 1)
            near = [(ends[0] + ends[1]) / 2, (ends[1] + ends[2]) / 2]
            found |= dict(measured(inst, start, way, [place for place in near if place not in found]))
    return sorted(found.items())


def measured(
    inst: Instance, start: Vector, way: Vector, places: Iterable[Fraction]
) -> Iterator[tuple[Fraction, float]]:
    """Those of the places on a line that are inside the domain, and the loss there."""
    for place in places:
        spend(20 + len(inst.graph.nodes))
        balls = enclosures(inst.graph, (inst.loss, *inst.positive), inst.parameters, along(start, way, place))
        if balls[0].is_finite() and all(bool(ball > 0) for ball in balls[1:]):
            yield place, float(balls[0])


def find_peak(values: Sequence[tuple[Fraction, float]], side: int) -> Peak | None:
    """A place between two lower ones: one near the start if it is clear, else the clearest."""
    best, found = CLEARLY, None
    for k in sorted(range(1, len(values) - 1), key=lambda j: abs(values[j][0])):
        place, top = values[k][0], side * values[k][1]
        ends = [lower(part, side, top) for part in (values[k - 1 :: -1], values[k + 1 :])]
        rise = (top - max(side * value for _, value in ends)) / (1 + abs(top))
        if rise > best:
            best, found = rise, (ends[0][0], place, ends[1][0])
        if best > FAR:
            break
    return found


def lower(part: Sequence[tuple[Fraction, float]], side: int, top: float) -> tuple[Fraction, float]:
    """The nearest place that is clearly lower, or else the lowest one."""
    far = (at for at in part if top - side * at[1] > FAR * (1 + abs(top)))
    return next(far, None) or min(part, key=lambda at: side * at[1])


def is_certain(inst: Instance, start: Vector, way: Vector, peak: Peak, side: int) -> bool:
    """Is the middle value the largest (side -1: least) by ball arithmetic?"""
    left, middle, right = (
        enclosures(inst.graph, (inst.loss,), inst.parameters, along(start, way, place), PRECISION)[0] for place in peak
    )
    return all(bool(side * (middle - end) > 0) for end in (left, right))


def add_peak(lines: Lines, side: int, points: Sequence[Vector], peak: Peak) -> int:
    """The line (loss not_quasiconvex) or (loss not_quasiconcave)."""
    draft = lines.draft
    share = (peak[2] - peak[1]) / (peak[2] - peak[0])
    weights = (share, 1 - share)
    ends = [
        place_at(lines, point, f"{end}_{WORDS[side]}")
        for point, end in zip(points[::2], ("left", "right"), strict=True)
    ]
    middle = {
        name: (at, t.add(*(t.mul(t.Num(w), end[name][1]) for w, end in zip(weights, ends, strict=True))))
        for name, (at, _) in ends[0].items()
    }
    left, top, right = (t.substitute(draft.loss, place) for place in (ends[0], middle, ends[1]))
    for term in (left, top, right):
        show_bases(lines, term)
    inside = [
        lines.constant(say.positive(t.substitute(entry.term, end)))
        for end in ends
        for entry in draft.domain
        if entry.term is not None
    ]
    above = [lines.constant(say.positive(t.sub(top, low) if side > 0 else t.sub(low, top))) for low in (left, right)]
    shown, terms = [point_json(end) for end in ends], [value for end in ends for _, value in end.values()]
    gives = say.loss(WORDS[side])
    return lines.add("chord", (*inside, *above), gives, terms, ends=shown, weights=[str(w) for w in weights])
