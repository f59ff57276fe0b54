"""Chords at which a loss breaks an inequality, whatever the data are."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.points import Point
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Inequality:
    """The loss at the middle of two points is above the mean of its values there, or for `concave` below it.

    word      convex, concave; quasiconvex: the loss at the middle is above both values
    values    by how much: one, or for `quasiconvex` two
    """

    word: str
    points: tuple[Point, Point]
    values: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """One chord for each claim."""

    name: ClassVar[str] = "telling"

    ways: tuple[Inequality, ...]
