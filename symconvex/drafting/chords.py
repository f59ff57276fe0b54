"""Chords between points with numbers for all parameters, as a certificate and an argument write them."""

from collections.abc import Sequence
from fractions import Fraction

from symconvex.drafting.arguments.chord import Tables, Violation
from symconvex.drafting.draft import Draft, Lines, nested_text
from symconvex.kernel.term import Nested

Vector = tuple[Fraction, ...]
Ends = tuple[Vector, Vector]


def dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    """The sum of products."""
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def along(point: Vector, direction: Vector, reach: Fraction | int) -> Vector:
    """point + reach * direction"""
    return tuple(a + reach * b for a, b in zip(point, direction, strict=True))


def middle(ends: Ends) -> Vector:
    """Halfway between both."""
    return tuple((a + b) / 2 for a, b in zip(*ends, strict=True))


def add_chord(lines: Lines, word: str, ends: Ends, values: Sequence[Fraction | float]) -> Violation:
    """Write the line (loss not_convex) or (loss not_concave).

    values    the loss at the left end, at the middle, at the right end
    """
    left, right = (tables(lines.draft, end) for end in ends)
    shown = {side: text_of(points) for side, points in (("left", left), ("right", right))}
    lines.add("numeric_chord", [], f"(loss not_{word})", **shown)
    first, mid, last = values
    return Violation(word, left, right, (first, mid, last))


def text_of(points: Tables) -> dict[str, object]:
    """The numbers of a point as a certificate writes them."""
    return {name: nested_text(value) for name, value in points.items()}


def tables(draft: Draft, entries: Vector) -> Tables:
    """A flat vector as nested numbers, one for each parameter."""
    result, start = dict[str, Nested](), 0
    for name, shape in draft.parameters.items():
        result[name], start = _shaped(entries, start, tuple(int(s) for s in shape))
    return result


def _shaped(entries: Vector, start: int, shape: tuple[int, ...]) -> tuple[Nested, int]:
    if not shape:
        return entries[start], start + 1
    parts = []
    for _ in range(shape[0]):
        part, start = _shaped(entries, start, shape[1:])
        parts.append(part)
    return tuple(parts), start
