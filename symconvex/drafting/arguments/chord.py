"""Two points with numbers for all parameters, and the loss at their middle."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from symconvex.kernel.term import Nested

Tables = Mapping[str, Nested]


@dataclass(frozen=True, slots=True)
class Violation:
    """The loss at the middle of two points is above the mean of the ends, or for `concave` below it.

    word      what the chord refutes: convex or concave
    values    the loss at the left end, at the middle and at the right end: exact where it is rational, else close
    """

    word: str
    left: Tables
    right: Tables
    values: tuple[Fraction | float, Fraction | float, Fraction | float]


@dataclass(frozen=True, slots=True)
class Chord:
    """One chord for each claim, the one against convexity first."""

    name: ClassVar[str] = "chord"

    violations: tuple[Violation, ...]
