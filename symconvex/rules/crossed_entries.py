"""Two entries of the parameters that multiply break convexity, whatever the data are.

With all other entries fixed at c, and phi(a, b) the loss at a and b:

    phi(1, 1) - (phi(2, 0) + phi(0, 2))/2  +  phi(1, -1) - (phi(2, 0) + phi(0, -2))/2  >  0

is no more than 0 for a convex loss. In (a b - y)^2 the data cancel: the sum is 2. Small refutes large: the two entries
stand for the whole network.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.crossed import Crossed, Crossing, Entry, Plane, Spot
from symconvex.drafting.draft import Draft, places_of
from symconvex.drafting.effort import spend
from symconvex.drafting.lines import Lines
from symconvex.drafting.points import Point, is_numeric, loss_at, reduced, simplified
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.kernel import term as t
from symconvex.kernel.term import Term

MOST_ENTRIES, MOST_PAIRS = 6, 8
LARGEST = 3_000  # nodes of a loss that is evaluated at so many points
# Where the two entries are moved from, where the others stay, and by how much they are moved.
PLANES = ((0, 0, 1), (0, 1, 1), (3, 0, 1), (3, 3, 1), (0, 0, 4))
SIGNS = ((1, 1), (1, -1), (-1, -1), (-1, 1))
# Chords of the plane: their ends, the middle, and whether they are tried for a loss that is not convex.
CROSSES = [(((2 * a, 0), (0, 2 * b)), (a, b)) for a, b in SIGNS]
DIAGONALS = [(((a, b), (-a, -b)), (0, 0)) for a, b in SIGNS[:2]]
CHORDS = [*CROSSES, *DIAGONALS]
HALF = t.Num(Fraction(1, 2))


def find(draft: Draft) -> Finding | None:
    if is_numeric(draft) or not (draft.data or draft.sizes()) or sum(1 for _ in t.subterms(draft.loss)) > LARGEST:
        return None
    partly = None
    for entries in _pairs(draft):
        for numbers in PLANES:
            plane = Plane(entries, *numbers)
            found = _crossed(draft, plane)
            if found is not None and len(found.parts[0].claims) > 1:
                return found
            partly = found if partly is None else partly
    return partly


def _pairs(draft: Draft) -> Iterator[tuple[Entry, Entry]]:
    """The first entries of two parameters, then entries of one."""
    entries = [(name, place) for name in draft.parameters for place in _places(draft, name)][:MOST_ENTRIES]
    pairs = sorted(combinations(entries, 2), key=lambda pair: pair[0][0] == pair[1][0])
    yield from pairs[:MOST_PAIRS]


def _places(draft: Draft, name: str) -> Iterator[tuple[int, ...]]:
    """The first entry, and its neighbour along each axis that has one."""
    shape = draft.parameters[name]
    yield (0,) * len(shape)
    for axis, size in enumerate(shape):
        if draft.least(size) > 1:
            yield tuple(int(k == axis) for k in range(len(shape)))


def _crossed(draft: Draft, plane: Plane) -> Finding | None:
    lines = Lines(draft)
    values = {spot: loss_at(draft, _point(draft, plane, spot)) for spot in _spots()}
    if not _bends(draft, values) or not show_defined(lines, draft.loss):
        return None
    ways = {}
    for word, sign in (("convex", 1), ("concave", -1)):
        chosen = _chosen(lines, values, sign)
        if chosen is not None and _refuted(lines, plane, word, chosen):
            ways[f"not_{word}"] = chosen
    if "not_convex" not in ways:
        return None
    part = lines.part(*(say.loss(word) for word in ways))
    return Finding((part,), Crossed(plane, ways))


def _spots() -> list[Spot]:
    chords = (spot for ends, middle in CHORDS for spot in (*ends, middle))
    return list(dict.fromkeys((*chords, *(spot for a, b in SIGNS for spot in ((a, 0), (0, b))))))


def _point(draft: Draft, plane: Plane, spot: Spot) -> Point:
    """The two entries moved by the numbers of the spot."""
    found: Point = {}
    for name, shape in draft.parameters.items():
        places = places_of(draft, name)
        value: Term = t.number(plane.rest)
        for (owner, at), number in zip(plane.entries, spot, strict=True):
            if owner == name:
                deltas = [t.Delta(p, k) for p, k, size in zip(places, at, shape, strict=True) if size != 1]
                value = t.add(value, t.mul(t.number(plane.base - plane.rest + plane.scale * number), *deltas))
        found[name] = (places, value)
    return found


def _bends(draft: Draft, values: dict[Spot, Term]) -> bool:
    """Is the loss no sum of a function of one entry and one of the other? Seen at the corners of a square."""
    spend(100)
    edges = ((a, b, t.add(values[a, 0], values[0, b])) for a, b in SIGNS)
    corners = [t.sub(t.add(values[a, b], values[0, 0]), edge) for a, b, edge in edges]
    return any(reduced(draft, corner) != t.ZERO for corner in corners)


def _chosen(lines: Lines, values: dict[Spot, Term], sign: int) -> tuple[tuple[Crossing, ...], Term] | None:
    """One chord, or two, with a sum of gaps that is > 0 for all data."""
    gaps = [Crossing(ends, middle, _gap(values, ends, middle, sign)) for ends, middle in CHORDS]
    groups = [*((gap,) for gap in gaps), *combinations(gaps[:4], 2), *combinations(gaps[4:], 2)]
    for group in groups:
        total = reduced(lines.draft, t.add(*(crossing.gap for crossing in group)))
        if total != t.ZERO and find_sign(lines, total, strict=True) is not None:
            return group, total
    return None


def _gap(values: dict[Spot, Term], ends: tuple[Spot, Spot], middle: Spot, sign: int) -> Term:
    mean = t.mul(HALF, t.add(*(values[end] for end in ends)))
    return t.sub(values[middle], mean) if sign > 0 else t.sub(mean, values[middle])


def _refuted(lines: Lines, plane: Plane, word: str, chosen: tuple[Sequence[Crossing], Term]) -> bool:
    """The lines of the chords, whose ends lie in the domain, and the sum of their gaps."""
    crossings, total = chosen
    numbers = []
    for crossing in crossings:
        ends = [_point(lines.draft, plane, spot) for spot in crossing.ends]
        inside = [
            find_sign(lines, simplified(t.substitute(entry.term, end)), strict=entry.kind == "positive")
            for end in ends
            for entry in lines.draft.domain
            if entry.term is not None
        ]
        if None in inside or not show_defined(lines, crossing.gap):
            return False
        numbers.append(lines.chord(say.gap(word, crossing.gap), ends, [k for k in inside if k is not None]))
    positive = find_sign(lines, total, strict=True)
    if positive is None:
        return False
    lines.refute(numbers, positive, say.loss(f"not_{word}"))
    return True


SHAPES = {"A": ("m", "n"), "x": ("n",), "y": ("m",)}

RULE = Rule(
    name="crossed-entries",
    find=find,
    cost=8,
    source="Boyd & Vandenberghe 2004, section 3.1.1 (the chord)",
    accepts=(
        Example("(h*x - y)**2", "h, x", "neither"),
        Example("sum((A@x)**2)", "A, x", "neither", shapes={"A": ("m", "n"), "x": ("n",)}),
        Example(
            "w@relu(A@x)", "w, A", "neither", shapes={"A": ("m", "n"), "w": ("m",), "x": ("n",)}, sets={"x": "positive"}
        ),
        Example("a*u*v", "u, v", "neither", sets={"a": "positive"}),
    ),
    rejects=(
        Example("(h + x - y)**2", "h, x", "convex"),
        Example("sum((A@x - y)**2)", "A", "convex", shapes=SHAPES),
        Example("a*(h - x)**2", "h, x", "convex", sets={"a": "positive"}),
    ),
)
