"""Points at which a loss breaks an inequality, whatever the data are, or unless some matrix is zero."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.points import Point
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Inequality:
    """Why the loss is not convex, or for `concave` not concave: a number > 0 that would have to be <= 0.

    word      convex or concave
    kind      "chord": the loss at the middle of both points against their mean; "bend": the second derivative at the
              first point along the second; "flat": the loss at `points` against its value at the base, which is bounded
    points    as the kind says
    value     the number
    why       how it is seen to be > 0, as text; empty where it is a number
    """

    word: str
    kind: str
    points: tuple[Point, ...]
    value: Term
    why: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """Ways that refute, those against convexity first.

    sample     a matrix and the index of a row of it that is not zero, where that is assumed
    bounds     the loss lies between them; where it is told so
    without    the curvature where the matrix is zero; None where that is not shown
    """

    name: ClassVar[str] = "telling"

    ways: tuple[Inequality, ...]
    sample: tuple[str, str] | None = None
    bounds: tuple[Term, Term] | None = None
    without: Term | None = None
