"""Chords at which a loss breaks an inequality, whatever the data are."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.points import Point
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Inequality:
    """The loss at the middle of two points is above the mean of its values there, or for `concave` below it.

    value    by how much
    """

    word: str
    points: tuple[Point, Point]
    value: Term


@dataclass(frozen=True, slots=True)
class Telling:
    """One chord for each claim."""

    name: ClassVar[str] = "telling"

    ways: tuple[Inequality, ...]
