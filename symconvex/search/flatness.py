"""A chord on which a convex (concave) loss is affine: it is not strictly so.

    f((a + b)/2) = (f(a) + f(b))/2    for two different points a, b of the domain

Points are small numbers, compared in floating point; what looks flat is shown by the normal form.
"""

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, product
from math import isfinite
from typing import Any

from symconvex.calculus.program.instance import MOST_NODES, Instance, instance
from symconvex.drafting import judgments as say
from symconvex.drafting.chords import Ends, Vector, tables
from symconvex.drafting.constants import holds
from symconvex.drafting.draft import Draft, nested, places_of
from symconvex.drafting.effort import spend
from symconvex.drafting.example import CHOICES, fractions
from symconvex.drafting.level import level_part
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.points import Point, simplified
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.errors import NotYet
from symconvex.kernel import term as t
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Budget, Nested, Refused, Term

WAYS = ("convex", "concave")
STRICT = ("strictly", "strongly", "not_strictly")
NUMBERS = fractions(0, 1, -1, 2, -2, 4, Fraction(1, 2), Fraction(1, 4), Fraction(3, 4))
MOST_PARAMETERS, MOST_POINTS, MOST_TRIED = 60, 160, 8
FEW_RAYS = 4  # points that are doubled: what is homogeneous of degree 1 is affine on a ray
SHARES = (0.5, 0.25, 0.75)
LEVEL = 1e-12
WORK, SEED = 1_000_000, 5


def flat_part(draft: Draft, parts: Sequence[PartDraft]) -> PartDraft | None:
    """A part that says not_strictly_convex (concave), where the others show convexity and nothing about strictness."""
    claims = {claim.word for part in parts for claim in part.claims}
    way = next((w for w in WAYS if any(say.loss(w) in part.claims and not part.given for part in parts)), None)
    if way is None or any(f"{kind}_{way}" in claims for kind in STRICT) or set(WAYS) <= claims or "affine" in claims:
        return None
    try:
        level = level_part(draft, way)
        if level is not None:
            return level
        for ends in (*common_ends(draft), *ray_ends(draft), *islice(level_ends(draft), MOST_TRIED)):
            part = level_chord(draft, way, ends)
            if part is not None and holds(draft, part):
                return part
    except Refused:
        return None
    return None


def level_chord(draft: Draft, way: str, ends: tuple[Point, Point]) -> PartDraft | None:
    """The chord as lines, when the normal form shows that it is flat, and that both ends lie in the domain."""
    lines, half = Lines(draft), t.Num(Fraction(1, 2))
    middle = {name: (at, t.mul(half, t.add(value, ends[1][name][1]))) for name, (at, value) in ends[0].items()}
    values = [t.substitute(draft.loss, point) for point in (middle, *ends)]
    gap = t.sub(values[0], t.mul(half, t.add(*values[1:])))
    facts = Facts(
        {d.name: d.within for d in draft.problem.data}, frozenset(), frozenset(), nested(draft.problem.values)
    )
    try:
        level = not Normal(facts, Budget(WORK)).poly(gap)
    except Refused:
        return None
    if not level or not show_defined(lines, draft.loss):
        return None
    inside = [
        find_sign(lines, simplified(t.substitute(entry.term, end)), strict=entry.kind == "positive")
        for end in ends
        for entry in draft.domain
        if entry.term is not None
    ]
    length = find_sign(lines, simplified(distance(draft, ends)), strict=True)
    if length is None or None in inside:
        return None
    flat = lines.constant(say.nonneg(t.ZERO))
    lines.chord(say.loss(f"not_strictly_{way}"), ends, [*(k for k in inside if k is not None), flat, length])
    return lines.part(say.loss(f"not_strictly_{way}"))


def distance(draft: Draft, ends: tuple[Point, Point]) -> Term:
    """The squared distance of two points, in the directions that they differ in."""
    found = list[Term]()
    for name, (places, value) in ends[0].items():
        square: Term = t.power(t.sub(ends[1][name][1], value), 2)
        for place, size in reversed(list(zip(places, draft.parameters[name], strict=True))):
            square = t.Sum(place, size, square)
        found.append(square)
    return t.add(*found)


# ---- ends that are written for any size --------------------------------------------------------------


def common_ends(draft: Draft) -> Iterator[tuple[Point, Point]]:
    """Where a size has a name: every entry 1 and 2, 0 and 1, and one entry alone, which flattens norms and maxima."""
    if not draft.sizes():
        return
    shown = {name: places_of(draft, name) for name in draft.parameters}
    first = {name: t.mul(*(t.Delta(place, 0) for place in places)) for name, places in shown.items()}
    for low, high in ((1, 2), (0, 1)):
        yield _scaled(shown, {}, low), _scaled(shown, {}, high)
        yield _scaled(shown, first, low), _scaled(shown, first, high)


def ray_ends(draft: Draft) -> Iterator[tuple[Point, Point]]:
    """Any point w of a domain and 3 w: homogeneous functions of degree 1 are affine between them."""
    if draft.domain:
        shown = {name: places_of(draft, name) for name in draft.parameters}
        here: dict[str, Term] = {name: t.Sym(name, places) for name, places in shown.items()}
        yield _scaled(shown, here, 1), _scaled(shown, here, 3)


def _scaled(shown: dict[str, tuple[str, ...]], values: dict[str, Term], factor: int) -> Point:
    return {name: (places, t.mul(t.number(factor), values.get(name, t.ONE))) for name, places in shown.items()}


# ---- ends with numbers -------------------------------------------------------------------------------


def level_ends(draft: Draft) -> Iterator[tuple[Point, Point]]:
    """Pairs of points between which the loss looks affine, the simplest first."""
    if draft.sizes():
        return
    try:
        inst = instance(draft.problem, {}, drawn(draft), most=MOST_NODES)
    except NotYet:
        return
    if not 0 < len(inst.parameters) <= MOST_PARAMETERS:
        return
    points = inner_points(inst)
    for a, b in level_pairs(inst, points):
        yield numbered(draft, (points[a], points[b]))


def drawn(draft: Draft) -> dict[str, Nested]:
    """Numbers for the data that have none: seeded, in their sets, no two of them alike."""
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)

    def filled(lengths: Sequence[int], within: str) -> Nested:
        if lengths:
            return tuple(filled(lengths[1:], within) for _ in range(lengths[0]))
        return draw.choice(CHOICES[within]) if within in ("sign", "binary", "count") else _any(draw, within)

    free = (d for d in draft.problem.data if d.name not in draft.problem.values)
    return {d.name: filled([int(size) for size in d.shape], d.within) for d in free}


def _any(draw: random.Random, within: str) -> Fraction:
    value = Fraction(draw.randint(1, 96), 97)
    return value if within == "unit" else 2 * value * (draw.choice((1, -1)) if within == "real" else 1)


def inner_points(inst: Instance) -> list[Vector]:
    """Simple points inside the domain: a whole grid where it is small."""
    count, draw = len(inst.parameters), random.Random(SEED)  # noqa: S311  (a search, no secret)
    few = next((k for k in range(len(NUMBERS), 2, -1) if k**count <= 2 * MOST_POINTS), 0)
    found = list(product(NUMBERS[:few], repeat=count)) if few else []
    found += [tuple(Fraction(x) for _ in range(count)) for x in NUMBERS]
    found += [tuple(Fraction(int(j == k)) for j in range(count)) for k in range(count)]
    found += [tuple(draw.choice(NUMBERS[:6]) for _ in range(count)) for _ in range(0 if few else MOST_POINTS)]
    found = list(dict.fromkeys(found))
    inside = [point for point, value in zip(found, evaluated(inst, found), strict=True) if isfinite(value)]
    return inside[:MOST_POINTS] + [tuple(2 * x for x in point) for point in inside[:FEW_RAYS]]


def evaluated(inst: Instance, points: Sequence[Vector] | Any) -> Any:
    """The loss at every point, nan outside the domain."""
    import numpy as np

    from symconvex.calculus.program.evaluate import compile_graph

    program = compile_graph(inst.graph, (inst.loss, *inst.positive), inst.parameters)
    values = program.run(np.ascontiguousarray(np.array(points, dtype=float).T))
    spend(values.size * program.rows // 100)
    values[0][~(values[1:] > 0).all(axis=0) | ~np.isfinite(values[0])] = np.nan
    return values[0]


def level_pairs(inst: Instance, points: Sequence[Vector]) -> Iterator[tuple[int, int]]:
    """The loss agrees with the chord at three places between."""
    import numpy as np

    if len(points) < 2:
        return
    at = np.array(points, dtype=float)
    left, right = np.triu_indices(len(points), 1)
    ends = evaluated(inst, at)
    good = np.isfinite(ends[left]) & np.isfinite(ends[right])
    for share in SHARES:
        left, right = left[good], right[good]
        between = evaluated(inst, (1 - share) * at[left] + share * at[right]) if len(left) else np.empty(0)
        chord = (1 - share) * ends[left] + share * ends[right]
        scale = 1 + abs(ends[left]) + abs(ends[right])
        good = abs(between - chord) <= LEVEL * scale
    left, right = left[good], right[good]
    plain = np.array([sum(abs(x.numerator) + 4 * (x.denominator - 1) for x in point) for point in points])
    order = np.argsort(plain[left] + plain[right], kind="stable")
    yield from zip(left[order].tolist(), right[order].tolist(), strict=True)


def numbered(draft: Draft, ends: Ends) -> tuple[Point, Point]:
    """The same points as a certificate writes them: one term for each parameter."""
    first, second = (_families(draft, end) for end in ends)
    return first, second


def _families(draft: Draft, end: Vector) -> Point:
    """Entries as sums of deltas: the arrays are small."""
    found: Point = {}
    for name, value in tables(draft, end).items():
        places = places_of(draft, name)
        found[name] = (places, _entries(value, places))
    return found


def _entries(value: Nested, places: tuple[str, ...]) -> Term:
    if not isinstance(value, tuple):
        return t.Num(value)
    if len(value) == 1:
        return _entries(value[0], places[1:])
    if len({*value}) == 1:
        return _entries(value[0], places[1:])
    return t.add(*(t.mul(t.Delta(places[0], k), _entries(part, places[1:])) for k, part in enumerate(value)))
