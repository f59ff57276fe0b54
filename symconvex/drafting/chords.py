"""Chords between points with numbers for all parameters, as a certificate and an argument write them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import cast

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.chord import Tables, Violation
from symconvex.drafting.draft import Draft, places_of
from symconvex.drafting.lines import Lines
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.enclose import Values, is_positive
from symconvex.kernel.term import Budget, Family, Nested

Vector = tuple[Fraction, ...]
Ends = tuple[Vector, Vector]
Point = dict[str, Family]
HALF = Fraction(1, 2)
WORK = 1_000_000


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
    """Write the line (loss not_convex) or (loss not_concave): the middle lies above (below) the mean.

    values    the loss at the left end, at the middle, at the right end
    """
    draft, points = lines.draft, [tables(lines.draft, end) for end in ends]
    places = [place_at(lines, end, f"{side}_{word}") for side, end in zip(("left", "right"), ends, strict=True)]
    middle_point = {
        name: (at, t.add(*(t.mul(t.Num(HALF), place[name][1]) for place in places)))
        for name, (at, _) in places[0].items()
    }
    first, mid, last = (t.substitute(draft.loss, place) for place in (places[0], middle_point, places[1]))
    for term in (first, mid, last):
        show_bases(lines, term)
    sides = [t.substitute(e.term, place) for place in places for e in draft.domain if e.term is not None]
    for side in sides:
        if not t.free_indices(side):
            show_bases(lines, side)
    inside = [lines.constant(say.positive(side)) for side in sides]
    mean = t.add(t.mul(t.Num(HALF), first), t.mul(t.Num(HALF), last))
    gap = t.sub(mid, mean) if word == "convex" else t.sub(mean, mid)
    number = lines.chord(say.gap(word, gap), places, inside)
    lines.refute([number], lines.constant(say.positive(gap)), say.loss(f"not_{word}"))
    return Violation(word, points[0], points[1], (values[0], values[1], values[2]))


def show_bases(lines: Lines, term: t.Term) -> None:
    """Every base and argument of a log is a number: > 0, or < 0 where that will do. What they contain comes first."""
    given = cast("Mapping[str, Nested]", lines.draft.problem.values)
    known = Values({**given, **lines.numbers}, {}, {}, {})
    for base, need in reversed(list(partial_bases(term))):
        below = t.Mul((t.Num(t.MINUS_ONE), base))
        negative = need == "nonzero" and is_positive(below, known, Budget(WORK))
        zero = need == "nonneg" and not is_positive(base, known, Budget(WORK))
        lines.constant(say.nonneg(base) if zero else say.positive(below if negative else base))


def place_at(lines: Lines, entries: Vector, label: str) -> Point:
    """The point by names for its numbers."""
    found = dict[str, Family]()
    for name, value in tables(lines.draft, entries).items():
        made = t.fresh(f"{label}_{name}", frozenset({*lines.draft.data, *lines.draft.parameters}))
        lines.numbers[made] = value
        places = places_of(lines.draft, name)
        found[name] = (places, t.Sym(made, places))
    return found


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
