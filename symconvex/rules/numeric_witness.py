"""Concrete data: a rational point and direction where the loss bends down, or a chord that it exceeds.

    d^2/dt^2 f(theta + t v) < 0 at t = 0        (the kernel encloses it by ball arithmetic)

Simple points come first, since a proof wants nice numbers: 0, then one entry 1, -1 or 2, then small integers.
"""

import math
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from symconvex.calculus.program.instance import Instance, instance
from symconvex.drafting.draft import Draft, Lines, nested_text
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import show_defined

MOST_PARAMETERS = 400
DRAWS = 200
CLEARLY = 1e-7
SEED = 20240229

Vector = tuple[Fraction, ...]


def find(draft: Draft) -> Finding | None:
    problem = draft.problem
    if any(d.name not in problem.values for d in problem.data) or any(isinstance(s, str) for s in draft.sizes()):
        return None
    count = sum(math.prod(map(int, p.shape)) for p in problem.parameters)  # asked before a node is made for each
    if not 0 < count <= MOST_PARAMETERS:
        return None
    inst = instance(problem, {})
    lines = Lines(draft)
    if not show_defined(lines, draft.loss):
        return None
    found = find_bend(inst, sign=-1)
    if found is not None:
        point, direction = found
        args = {"point": tables(draft, point), "direction": tables(draft, direction)}
        lines.add("numeric_bend", [], "(loss not_convex)", **args)
    else:
        ends = find_chord(draft, inst, sign=1)
        if ends is None:
            return None
        args = {"left": tables(draft, ends[0]), "right": tables(draft, ends[1])}
        lines.add("numeric_chord", [], "(loss not_convex)", **args)
    claims = ["(loss not_convex)"]
    if _bends_up(draft, lines, inst):
        claims.append("(loss not_concave)")
    answer = "neither" if len(claims) == 2 else "not convex"
    return Finding(answer, (lines.part(*claims),), condition="False", witness=dict(args))


def _bends_up(draft: Draft, lines: Lines, inst: Instance) -> bool:
    """Write the line (loss not_concave)."""
    up = find_bend(inst, sign=1)
    if up is not None:
        lines.add("numeric_bend", [], "(loss not_concave)", point=tables(draft, up[0]), direction=tables(draft, up[1]))
        return True
    ends = find_chord(draft, inst, sign=-1)
    if ends is not None:
        lines.add("numeric_chord", [], "(loss not_concave)", left=tables(draft, ends[0]), right=tables(draft, ends[1]))
    return ends is not None


def simple_points(count: int) -> Iterator[Vector]:
    """0, then one entry 1, -1 or 2 (last entries first: an output bias), then seeded small integers."""
    zero = (Fraction(0),) * count
    yield zero
    for k, value in product(reversed(range(count)), (1, -1, 2)):
        if k >= count - 8:
            yield (*zero[:k], Fraction(value), *zero[k + 1 :])
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)
    for reach in (1, 2, 3):
        for _ in range(DRAWS):
            yield tuple(Fraction(draw.randint(-reach, reach)) for _ in range(count))


def find_bend(inst: Instance, *, sign: int) -> tuple[Vector, Vector] | None:
    """A point and a direction in which the curvature certainly has this sign."""
    points = list(simple_points(len(inst.parameters)))
    for point, hessian in zip(points, hessians(inst, points), strict=True):
        for direction in directions(sign * hessian):
            if is_certain(inst, point, direction, sign):
                return point, direction
    return None


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
    from symconvex.calculus.program.taylor import curvature

    return bool(sign * curvature(inst.graph, inst.loss, inst.parameters, point, direction) > 0)


def find_chord(draft: Draft, inst: Instance, *, sign: int) -> tuple[Vector, Vector] | None:
    """Two points whose middle lies clearly above (sign -1: below) their mean: small numbers, rows as directions."""
    import numpy as np

    ends = list(chords(draft, len(inst.parameters)))
    middles = [tuple((a + b) / 2 for a, b in zip(*pair, strict=True)) for pair in ends]
    triples = ([pair[0] for pair in ends], middles, [pair[1] for pair in ends])
    a, m, b = (inside_values(inst, (inst.loss,), points)[0] for points in triples)
    with np.errstate(all="ignore"):
        gap = sign * (m - (a + b) / 2)
    gap[~np.isfinite(gap)] = -1
    best = int(np.argmax(gap))
    return ends[best] if gap[best] > CLEARLY else None


def chords(draft: Draft, count: int) -> Iterator[tuple[Vector, Vector]]:
    rows = [row for d in draft.problem.data if len(d.shape) == 2 for row in _rows(draft.problem.values[d.name], count)]
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)
    for _ in range(40 * DRAWS):
        middle = [Fraction(draw.randint(-6, 6), draw.choice((1, 2))) for _ in range(count)]
        step = [Fraction(draw.randint(-3, 3), draw.choice((1, 2, 8))) for _ in range(count)]
        if rows and draw.random() < 0.5:
            row, scale = draw.choice(rows), draw.choice((1, 4, 16))
            step, middle = [x / scale for x in row], _orthogonal(middle, row)
        yield (
            tuple(a - b for a, b in zip(middle, step, strict=True)),
            tuple(a + b for a, b in zip(middle, step, strict=True)),
        )


def _rows(value: object, count: int) -> list[Vector]:
    return [row for row in value if isinstance(row, tuple) and len(row) == count and any(row)]  # type: ignore[attr-defined]


def _orthogonal(point: list[Fraction], row: Vector) -> list[Fraction]:
    """The point moved into the hyperplane where a unit with these inputs has its kink."""
    share = dot(point, row) / dot(row, row)
    return [a - share * b for a, b in zip(point, row, strict=True)]


def dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def tables(draft: Draft, entries: Vector) -> dict[str, object]:
    """A flat vector as nested lists of text, one for each parameter."""
    result, start = {}, 0
    for name, shape in draft.parameters.items():
        value, start = _shaped(entries, start, tuple(int(s) for s in shape))
        result[name] = nested_text(value)
    return result


def _shaped(entries: Vector, start: int, shape: tuple[int, ...]) -> tuple[object, int]:
    if not shape:
        return entries[start], start + 1
    parts = []
    for _ in range(shape[0]):
        part, start = _shaped(entries, start, shape[1:])
        parts.append(part)
    return tuple(parts), start


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
