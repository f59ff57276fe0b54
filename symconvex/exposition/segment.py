"""Numbers for a picture: the loss along a segment that refutes convexity, on one small instance of the data.

    f((1 - t) A + t B)  for t = 0, 1/64, ..., 1,    and the chord (1 - t) f(A) + t f(B)

The instance has integer data in their sets; targets are chosen so that the violation shows. The loss is evaluated on
whole arrays, so that a network of a thousand units is no more work than its matrices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from symconvex.drafting.arguments.chord import Tables, Violation
from symconvex.drafting.draft import Draft
from symconvex.drafting.points import Point
from symconvex.exposition.picture import Segment, picture
from symconvex.exposition.small import Arrays, Small, Spot, numbers, sizes_of
from symconvex.exposition.tables import array_tex, read_table
from symconvex.exposition.told import Told
from symconvex.language.printing.texwords import word_tex

STEPS, FEW = 64, 8
LEAST, PLENTY = 0.01, 0.2  # gaps over the spread of the loss: none to be seen, and enough to stop looking
MOST_NUMBERS = 3_000_000
SHARES = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 16))
TARGETS = (Fraction(2), Fraction(1), Fraction(0))
NONE = (
    "There is no picture of the loss along such a segment: the arrays have too many entries for one that is drawn in a "
    "moment."
)


@dataclass(frozen=True, slots=True)
class Span:
    """A segment, and t where the loss is above the chord."""

    left: Spot
    right: Spot
    place: Fraction


def illustration(
    told: Told[Any],
    sample: tuple[str, str] | None,
    *,
    chords: Sequence[tuple[Point, Point]] = (),
    rays: Sequence[tuple[Point, Point]] = (),
) -> str:
    """A picture of the loss along a chord, or near a ray (a direction, and the point that it is added to)."""
    draft = told.draft
    sizes = sizes_of(draft, None if sample is None else sample[0])
    if numbers(draft, sizes) > MOST_NUMBERS:
        return NONE
    spans = [Span(Spot(left), Spot(right), Fraction(1, 2)) for left, right in chords]
    # between p and way / e lies (1 - e) p + way
    spans += [Span(Spot(at), Spot(way, 1 / share), share) for way, at in rays for share in SHARES]
    segment = find_segment(draft, sizes, {sample[1]: 0} if sample else {}, spans)
    return "" if segment is None else picture(replace(segment, spots=told.spots))


def find_segment(
    draft: Draft, sizes: Mapping[str, int], witness: Mapping[str, int], spans: Sequence[Span]
) -> Segment | None:
    """The segment with the largest gap, in units of what the loss varies; None when nothing shows."""
    best: tuple[float, Small, Span] | None = None
    for target in TARGETS:
        small = Small(draft, sizes, witness, target)
        for span in spans:
            shown = relative_gap(along(small, span, FEW), float(span.place))
            if best is None or shown > best[0] + 1e-9:
                best = shown, small, span
        if best is not None and best[0] >= PLENTY:
            break
    if best is None or best[0] < LEAST:
        return None
    _, small, span = best
    data = tuple(small.data_tex(symbol.name) for symbol in draft.problem.data)
    left, right = (tuple(small.spot_tex(name, end) for name in draft.parameters) for end in (span.left, span.right))
    return Segment(data, (left, right), float(span.place), curve_of(along(small, span, STEPS)))


def along(small: Small, span: Span, steps: int) -> list[float]:
    """The loss along a segment."""
    draft = small.draft
    names = {**small.sizes, **{name: small.data(name) for name in draft.data}}
    left, right = ({name: small.spot(name, end) for name in draft.parameters} for end in (span.left, span.right))
    return evaluated(draft, names, left, right, steps)


def drawn(told: Told[Any], violation: Violation) -> str:
    """The picture of a chord between points with numbers."""
    problem = told.problem
    values = {name: _floats(value) for name, value in problem.values.items()}
    ends = [{name: _floats(value) for name, value in end.items()} for end in (violation.left, violation.right)]
    names = {**_lengths(told.draft, values), **values}
    curve = evaluated(told.draft, names, ends[0], ends[1], STEPS)
    points = tuple(tuple(table_tex(name, end) for name in end) for end in (violation.left, violation.right))
    return picture(Segment((), (points[0], points[1]), 0.5, curve_of(curve), told.spots))


def _floats(value: object) -> Any:
    import numpy as np

    return np.array(value, dtype=float)


def _lengths(draft: Draft, values: Arrays) -> dict[str, int]:
    """The sizes that given data have."""
    return {
        str(size): length
        for symbol in draft.problem.data
        for size, length in zip(symbol.shape, values[symbol.name].shape, strict=True)
    }


def table_tex(name: str, end: Tables) -> str:
    """W = ..., as a caption lists it."""
    return f"${word_tex(name)}={array_tex(name, read_table(end[name]))}$"


# ---- curves ---------------------------------------------------------------------------------------


def evaluated(draft: Draft, names: Mapping[str, Any], left: Arrays, right: Arrays, steps: int) -> list[float]:
    """The loss at equidistant points of the segment."""
    from symconvex.calculus.program.arrays import evaluate  # with NumPy, which no other page needs

    found = []
    for k in range(steps + 1):
        share = k / steps
        point = {name: (1 - share) * left[name] + share * right[name] for name in left}
        found.append(float(evaluate(draft.problem.loss, {**names, **point})))
    return found


def relative_gap(curve: Sequence[float], place: float) -> float:
    """How far the loss is above the chord, over the spread of its values."""
    at = round(place * (len(curve) - 1))
    gap = curve[at] - (curve[0] + (curve[-1] - curve[0]) * at / (len(curve) - 1))
    spread = max(curve) - min(curve)
    return gap / spread if spread > 0 else 0.0


def curve_of(values: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """(t, f) along the segment."""
    return tuple((k / (len(values) - 1), value) for k, value in enumerate(values))
