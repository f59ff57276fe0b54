"""Two entries of the parameters that multiply: chords between points of their plane."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from symconvex.kernel.term import Term

# A parameter, and a place of it.
Entry = tuple[str, tuple[int, ...]]
Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A chord in the plane of the two entries, and how far the loss is above (below) it in the middle."""

    ends: tuple[Spot, Spot]
    middle: Spot
    gap: Term


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane of two entries, with its origin where both are `base` and all others `rest`, and its unit of length."""

    entries: tuple[Entry, Entry]
    base: int
    rest: int
    scale: int


@dataclass(frozen=True, slots=True)
class Crossed:
    """The plane, and for each way the chords with the sum of their gaps, which is > 0.

    ways    not_convex, not_concave -> the chords, and the sum
    """

    name: ClassVar[str] = "crossed"

    plane: Plane
    ways: Mapping[str, tuple[tuple[Crossing, ...], Term]]
