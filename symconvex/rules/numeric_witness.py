"""Concrete data: two rational points whose middle the loss exceeds, or falls below, the mean of its values there.

    f((a + b)/2) > (f(a) + f(b))/2        (the kernel encloses the three values by ball arithmetic)

Where the loss bends down at theta along v, the ends are theta - h v and theta + h v for a short enough h. Simple
points come first, since a proof wants nice numbers: 0, then one entry 1, -1 or 2, then small numbers; then points of
every size, near the boundary of the domain too, from which the smallest eigenvalue of the Hessian is followed down.
Many points are looked at in floating point at once; only those that show something are looked at exactly.
"""

import math
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from symconvex.calculus.program.fold import exact
from symconvex.calculus.program.instance import Instance, instance
from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.chord import Chord, Violation
from symconvex.drafting.chords import Ends, Vector, add_chord, along, middle
from symconvex.drafting.draft import Draft
from symconvex.drafting.indefinite import inner_point
from symconvex.drafting.lines import Lines
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import show_defined

if TYPE_CHECKING:
    from symconvex.calculus.program.bends import Lens

MOST_PARAMETERS = 400
MOST_DESCENDED = 60  # parameters of a loss whose eigenvalues are followed down
MOST_ENTRIES = 2_000_000  # of Hessians in memory at a time
MOST_DRAWN = 1_600_000  # numbers in random chords
DRAWS, CHORDS = 200, 8_000
# Sizes of random points, and the parts of one they are counted in.
REACHES = ((1, 1), (2, 1), (3, 1), (1, 8), (4, 8), (20, 1), (1_000, 1))
SHORTEST = 60  # halvings of a step
SIMPLE = 8  # short fractions near a bend that are tried
CLEARLY = 1e-7
LARGEST = 1e300  # an entry of a Hessian that can still be summed
PRECISION = 256
SEED = 20240229
SIGNS = {"convex": -1, "concave": 1}


def find(draft: Draft) -> Finding | None:
    problem = draft.problem
    if any(d.name not in problem.values for d in problem.data) or draft.sizes():
        return None
    count = sum(math.prod(map(int, p.shape)) for p in problem.parameters)  # asked before a node is made for each
    if not 0 < count <= MOST_PARAMETERS:
        return None
    inst = instance(problem, {})
    lines = Lines(draft)
    if not 0 < len(inst.parameters) <= MOST_PARAMETERS or not show_defined(lines, draft.loss):
        return None
    from symconvex.calculus.program.bends import look_at

    look, centre = look_at(inst), inner_point(draft)
    found, violations = find_bends(inst, look, centre), list[Violation]()
    for word, sign in SIGNS.items():
        ends = found.get(word) or find_chord(draft, inst, centre, sign=-sign)
        ends = ends or descended(inst, look, centre, sign)
        if ends is None and word == "convex":
            return None
        if ends is not None:
            violations.append(add_chord(lines, word, ends, values_at(inst, ends)))
    claims = [say.loss(f"not_{violation.word}") for violation in violations]
    return Finding((lines.part(*claims),), Chord(tuple(violations)))


# ---- chords where the loss bends ------------------------------------------------------------------


def find_bends(inst: Instance, look: "Lens", centre: Vector | None) -> dict[str, Ends]:
    """A chord against convexity and one against concavity, at the first points where the Hessian shows them."""
    import numpy as np

    from symconvex.calculus.program.bends import lowest

    found = dict[str, Ends]()
    points, count = list(simple_points(len(inst.parameters), centre)), len(inst.parameters)
    at_once = max(1, MOST_ENTRIES // count**2)
    for start in range(0, len(points), at_once):
        some = points[start : start + at_once]
        hessians = look.hessians(as_array(some))
        for word, sign in SIGNS.items():
            for k in np.flatnonzero(lowest(hessians, -sign) < -CLEARLY / 2):
                found.setdefault(word, chord_at(inst, some[k], hessians[k], sign))  # type: ignore[arg-type]
                if found[word] is not None:
                    break
                del found[word]
        if len(found) == len(SIGNS):
            break
    return found


def as_array(points: Sequence[Vector]) -> Any:
    """Rows of floating-point numbers."""
    import numpy as np

    return np.array([[float(x) for x in point] for point in points])


def descended(inst: Instance, look: "Lens", centre: Vector | None, sign: int) -> Ends | None:
    """A chord at the end of a way down, at a point with short fractions."""
    from symconvex.calculus.program.bends import descents, simpler

    if look.count > MOST_DESCENDED or centre is None:
        return None
    bend = descents(look, as_array([centre])[0], -sign)
    if bend is None or bend.lowest >= 0:
        return None
    for k, (point, hessian) in enumerate(simpler(look, bend, -sign)):
        ends = chord_at(inst, point, hessian, sign)
        if ends is not None or k >= SIMPLE:
            return ends
    return None


def chord_at(inst: Instance, point: Vector, hessian: Any, sign: int) -> Ends | None:
    """The longest clear chord theta - h v, theta + h v for h = 1, 1/2, 1/4, ... where v'Hv has this sign."""
    for direction in directions(sign * hessian):
        if not is_certain(inst, point, direction, sign):
            continue
        for k in range(SHORTEST):
            ends = tuple(along(point, direction, Fraction(side, 2**k)) for side in (-1, 1))
            if is_clear(inst, (ends[0], ends[1]), -sign):
                return ends[0], ends[1]
    return None


def simple_points(count: int, centre: Vector | None) -> Iterator[Vector]:
    """0, then one entry 1, -1 or 2 (last entries first: an output bias), then seeded numbers, small ones first."""
    zero = (Fraction(0),) * count
    yield zero
    if centre is not None and any(centre):
        yield centre
    for k, value in product(reversed(range(count)), (1, -1, 2)):
        if k >= count - 8:
            yield (*zero[:k], Fraction(value), *zero[k + 1 :])
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)
    for reach, parts in REACHES:
        for _ in range(DRAWS):
            yield tuple(Fraction(draw.randint(-reach * parts, reach * parts), parts) for _ in range(count))


def directions(h: Any) -> Iterator[Vector]:
    """Directions with positive v'hv: one entry, two small integers, then the rounded eigenvector."""
    import numpy as np

    from symconvex.calculus.program.bends import shortened

    if not (np.abs(h) < LARGEST).all():
        return
    m, clearly = len(h), min(CLEARLY, 1e-9 * float(np.abs(h).max()))
    for k in range(m):
        if h[k, k] > clearly:
            yield sparse(m, {k: 1})
            break
    small = ((1, 1), (1, -1), (1, 2), (1, -2), (2, 1), (2, -1))
    for (i, j), (a, b) in product(combinations(range(m), 2), small):
        if a * a * h[i, i] + 2 * a * b * h[i, j] + b * b * h[j, j] > clearly:
            yield sparse(m, {i: a, j: b})
            break
    values, vectors = np.linalg.eigh(h)
    if values[-1] > 0:
        top = vectors[:, -1] / np.abs(vectors[:, -1]).max()
        for parts in (8, 64, 1_000):
            yield tuple(Fraction(round(parts * float(x)), parts) for x in top)
        for digits in (3, 8, 16):
            yield shortened(top.tolist(), digits)


def sparse(count: int, entries: dict[int, int]) -> Vector:
    return tuple(Fraction(entries.get(k, 0)) for k in range(count))


def is_certain(inst: Instance, point: Vector, direction: Vector, sign: int) -> bool:
    """Is the curvature at the point of this sign, by ball arithmetic?"""
    from symconvex.calculus.program.taylor import curvature

    return bool(sign * curvature(inst.graph, inst.loss, inst.parameters, point, direction, PRECISION) > 0)


def is_clear(inst: Instance, ends: Ends, sign: int) -> bool:
    """Are the ends inside the domain, and the loss above (sign -1: below) the chord at its middle?"""
    from symconvex.calculus.program.taylor import enclosures

    left, mid, right = (
        enclosures(inst.graph, (inst.loss, *inst.positive), inst.parameters, point, PRECISION)
        for point in (ends[0], middle(ends), ends[1])
    )
    inside = all(bool(ball > 0) for ball in (*left[1:], *right[1:]))
    return inside and bool(sign * (2 * mid[0] - left[0] - right[0]) > 0)


def values_at(inst: Instance, ends: Ends) -> list[Fraction | float]:
    """The loss at the left end, the middle and the right end: exact where it is rational there."""
    from symconvex.calculus.program.taylor import enclosures

    found = list[Fraction | float]()
    for point in (ends[0], middle(ends), ends[1]):
        try:
            (value,) = exact(inst.graph, (inst.loss,), dict(zip(inst.parameters, point, strict=True)))
            found.append(value)
        except ValueError:  # the loss has functions whose values need not be rational
            (ball,) = enclosures(inst.graph, (inst.loss,), inst.parameters, point, PRECISION)
            found.append(float(ball))
    return found


# ---- chords across kinks --------------------------------------------------------------------------


def find_chord(draft: Draft, inst: Instance, centre: Vector | None, *, sign: int) -> Ends | None:
    """Two points whose middle lies clearly above (sign -1: below) their mean: small numbers, rows as directions."""
    import numpy as np

    from symconvex.calculus.program.evaluate import compile_graph

    middles, steps = chords(draft, len(inst.parameters), centre)
    program = compile_graph(inst.graph, (inst.loss, *inst.positive), inst.parameters)
    values = []
    for points in (middles - steps, middles, middles + steps):
        found = program.run(np.ascontiguousarray(points.T))
        found[0][~(found[1:] > 0).all(axis=0)] = np.nan
        values.append(found[0])
    with np.errstate(all="ignore"):
        gap = sign * (values[1] - (values[0] + values[2]) / 2)
        gap /= 1 + np.abs(values).max(axis=0)
    gap[~np.isfinite(gap)] = -1
    best = int(np.argmax(gap))
    if gap[best] <= 1e-9:
        return None
    simple = [int(k) for k in np.flatnonzero(gap > gap[best] / 4)[:SIMPLE]]
    for k in (*simple, best):
        point, step = (tuple(map(Fraction, row[k].tolist())) for row in (middles, steps))
        ends = along(point, step, -1), along(point, step, 1)
        if is_clear(inst, ends, sign):
            return ends
    return None


def chords(draft: Draft, count: int, centre: Vector | None) -> tuple[Any, Any]:
    """Middles and half steps of seeded chords, as rows; every number is a short binary fraction.

    Half of them lie across the hyperplane of a row of the data, which is where a unit has its kink.
    """
    import numpy as np

    draw, number = np.random.default_rng(SEED), min(CHORDS, MOST_DRAWN // count)
    wide = draw.choice((1.0, 1.0, 1.0, 0.125, 16.0, 128.0), (number, 1))
    points = wide * draw.integers(-12, 13, (number, count)) / 2.0
    steps = wide * draw.integers(-3, 4, (number, count)) / draw.choice((1.0, 2.0, 8.0), (number, count))
    rows = [row for d in draft.problem.data if len(d.shape) == 2 for row in _rows(draft.problem.values[d.name], count)]
    if rows:
        across = np.flatnonzero(draw.random(number) < 0.5)
        chosen = as_array(rows)[draw.integers(0, len(rows), len(across))]
        steps[across] = chosen / draw.choice((1.0, 4.0, 16.0), (len(across), 1))
        share = (points[across] * chosen).sum(axis=1) / (chosen * chosen).sum(axis=1)
        points[across] -= np.round(2**20 * share[:, None] * chosen) / 2**20
    order = np.argsort(np.abs(points).sum(axis=1) + np.abs(steps).sum(axis=1), kind="stable")
    points, steps = points[order], steps[order]
    return (points if centre is None else points + as_array([centre])), steps


def _rows(value: object, count: int) -> list[Vector]:
    return [row for row in value if isinstance(row, tuple) and len(row) == count and any(row)]  # type: ignore[attr-defined]


RULE = Rule(
    name="numeric-witness",
    find=find,
    cost=20,
    source="Boyd & Vandenberghe 2004, section 3.1.4 (second-order condition)",
    accepts=(
        Example("(x**2 - 1)**2", "x", "neither"),
        Example("a*b", "a, b", "neither"),
        Example("sum((X@w)**3)", "w", "neither", shapes={"X": ("n", "d"), "w": ("d",)}, values={"X": ((1, 2), (3, 4))}),
        Example("x**3 - 6*x**2 + y**2", "x, y", "neither", positive=("x", "y")),
        Example(
            "sum((A@x)**3)",
            "x",
            "neither",
            shapes={"A": ("n", "d"), "x": ("d",)},
            positive=("x + 1",),
            values={"A": ((1, 2), (3, 4))},
        ),
    ),
    rejects=(
        Example("(x - 1)**4", "x", "convex"),
        Example("x**2 - sin(x)", "x", "convex"),
        Example("(a - b)**2 + a", "a, b", "convex"),
    ),
)
