"""Concrete data: two rational points whose middle the loss exceeds, or falls below, the mean of its values there.

    f((a + b)/2) > (f(a) + f(b))/2        (the kernel encloses the three values by ball arithmetic)

Where the loss bends down at theta along v, the ends are theta - h v and theta + h v for a short enough h. Simple
points come first, since a proof wants nice numbers: 0, then one entry 1, -1 or 2, then small numbers, then others.
"""

import math
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from symconvex.calculus.program.fold import exact
from symconvex.calculus.program.instance import Instance, instance
from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.chord import Chord, Violation
from symconvex.drafting.chords import Ends, Vector, add_chord, along, dot, middle
from symconvex.drafting.draft import Draft
from symconvex.drafting.lines import Lines
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import show_defined

MOST_PARAMETERS = 400
MOST_ENTRIES = 2_000_000  # of Hessians in memory at a time
MOST_DRAWN = 1_600_000  # numbers in random chords
DRAWS, CHORDS = 200, 8_000
# Sizes of random points, and the parts of one they are counted in.
REACHES = ((1, 1), (2, 1), (3, 1), (1, 8), (4, 8), (20, 1), (1_000, 1))
SHORTEST = 16  # halvings of a step
CLEARLY = 1e-7
PRECISION = 128
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
    found, violations = find_bends(inst), list[Violation]()
    for word, sign in SIGNS.items():
        ends = found.get(word) or find_chord(draft, inst, sign=-sign)
        if ends is not None:
            violations.append(add_chord(lines, word, ends, values_at(inst, ends)))
    if not violations or violations[0].word != "convex":
        return None
    claims = [say.loss(f"not_{violation.word}") for violation in violations]
    return Finding((lines.part(*claims),), Chord(tuple(violations)))


# ---- chords where the loss bends ------------------------------------------------------------------


def find_bends(inst: Instance) -> dict[str, Ends]:
    """A chord against convexity and one against concavity, at the first points where the Hessian shows them."""
    found = dict[str, Ends]()
    points, count = list(simple_points(len(inst.parameters))), len(inst.parameters)
    at_once = max(1, MOST_ENTRIES // count**2)
    for start in range(0, len(points), at_once):
        some = points[start : start + at_once]
        for point, hessian in zip(some, hessians(inst, some), strict=True):
            for word, sign in SIGNS.items():
                ends = None if word in found else chord_at(inst, point, hessian, sign)
                if ends is not None:
                    found[word] = ends
            if len(found) == len(SIGNS):
                return found
    return found


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


def simple_points(count: int) -> Iterator[Vector]:
    """0, then one entry 1, -1 or 2 (last entries first: an output bias), then seeded numbers, small ones first."""
    zero = (Fraction(0),) * count
    yield zero
    for k, value in product(reversed(range(count)), (1, -1, 2)):
        if k >= count - 8:
            yield (*zero[:k], Fraction(value), *zero[k + 1 :])
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)
    for reach, parts in REACHES:
        for _ in range(DRAWS):
            yield tuple(Fraction(draw.randint(-reach * parts, reach * parts), parts) for _ in range(count))


def hessians(inst: Instance, points: Sequence[Vector]) -> Any:
    """The Hessian at every point in floating point, (N, m, m), nan outside the domain; a proposal only."""
    import numpy as np

    from symconvex.calculus.program.derivatives import hessian_entries

    values = inside_values(inst, hessian_entries(inst.graph, inst.loss, inst.parameters), points)
    m = len(inst.parameters)
    rows, columns = np.triu_indices(m)
    full = np.empty((len(points), m, m))
    full[:, rows, columns] = full[:, columns, rows] = values.T
    return full


def inside_values(inst: Instance, outs: Sequence[int], points: Sequence[Vector]) -> Any:
    """The values of nodes at every point, nan outside the domain."""
    import numpy as np

    from symconvex.calculus.program.evaluate import compile_graph

    program = compile_graph(inst.graph, (*outs, *inst.positive), inst.parameters)
    with np.errstate(all="ignore"):
        values = program.run(np.ascontiguousarray(np.array([[float(x) for x in p] for p in points]).T))
    outside = ~(values[len(outs) :] > 0).all(axis=0)
    values[:, outside] = np.nan
    return values[: len(outs)]


def directions(h: Any) -> Iterator[Vector]:
    """Directions with positive v'hv: one entry, two small integers, then the rounded eigenvector."""
    import numpy as np

    if not np.isfinite(h).all():
        return
    m = len(h)
    for k in range(m):
        if h[k, k] > CLEARLY:
            yield sparse(m, {k: 1})
            break
    small = ((1, 1), (1, -1), (1, 2), (1, -2), (2, 1), (2, -1))
    for (i, j), (a, b) in product(combinations(range(m), 2), small):
        if a * a * h[i, i] + 2 * a * b * h[i, j] + b * b * h[j, j] > CLEARLY:
            yield sparse(m, {i: a, j: b})
            break
    values, vectors = np.linalg.eigh(h)
    if values[-1] > CLEARLY:
        top = vectors[:, -1] / np.abs(vectors[:, -1]).max()
        yield tuple(Fraction(round(8 * float(x)), 8) for x in top)


def sparse(count: int, entries: dict[int, int]) -> Vector:
    return tuple(Fraction(entries.get(k, 0)) for k in range(count))


def is_certain(inst: Instance, point: Vector, direction: Vector, sign: int) -> bool:
    """Is the curvature at the point of this sign, by ball arithmetic?"""
    from symconvex.calculus.program.taylor import curvature

    return bool(sign * curvature(inst.graph, inst.loss, inst.parameters, point, direction) > 0)


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


def find_chord(draft: Draft, inst: Instance, *, sign: int) -> Ends | None:
    """Two points whose middle lies clearly above (sign -1: below) their mean: small numbers, rows as directions."""
    import numpy as np

    ends = list(chords(draft, len(inst.parameters)))
    triples = ([pair[0] for pair in ends], [middle(pair) for pair in ends], [pair[1] for pair in ends])
    a, m, b = (inside_values(inst, (inst.loss,), points)[0] for points in triples)
    with np.errstate(all="ignore"):
        gap = sign * (m - (a + b) / 2)
    gap[~np.isfinite(gap)] = -1
    best = int(np.argmax(gap))
    return ends[best] if gap[best] > CLEARLY and is_clear(inst, ends[best], sign) else None


def chords(draft: Draft, count: int) -> Iterator[Ends]:
    """Seeded chords; half of them across the hyperplane of a row of the data, which is where a unit has its kink."""
    rows = [row for d in draft.problem.data if len(d.shape) == 2 for row in _rows(draft.problem.values[d.name], count)]
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)
    for _ in range(min(CHORDS, MOST_DRAWN // count)):
        wide = draw.choice((1, 1, 1, 10, 100))
        point = tuple(Fraction(wide * draw.randint(-6, 6), draw.choice((1, 2))) for _ in range(count))
        step = tuple(Fraction(wide * draw.randint(-3, 3), draw.choice((1, 2, 8))) for _ in range(count))
        if rows and draw.random() < 0.5:
            row, scale = draw.choice(rows), draw.choice((1, 4, 16))
            step, point = tuple(x / scale for x in row), along(point, row, -dot(point, row) / dot(row, row))
        yield along(point, step, -1), along(point, step, 1)


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
    ),
    rejects=(
        Example("(x - 1)**4", "x", "convex"),
        Example("x**2 - sin(x)", "x", "convex"),
        Example("(a - b)**2 + a", "a, b", "convex"),
    ),
)
