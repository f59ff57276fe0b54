"""A linear readout: what both signs of it add to the loss."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.layers import Candidate, Fit
from symconvex.drafting.points import Point
from symconvex.kernel.term import Index, Term


@dataclass(frozen=True, slots=True)
class Rise:
    """A sum that is positive: no summand is negative, and the one at `place` has the value `there` > 0.

    place    None when every summand is positive
    there    None when the summand is positive without being written out
    """

    total: Term
    place: Index | None = None
    there: Term | None = None


@dataclass(frozen=True, slots=True)
class Chords:
    """Each of the two middles lies between a start and the end; at these the loss has the value `zero`."""

    middles: tuple[Point, Point]
    starts: tuple[Point, Point]
    end: Point
    zero: Term


@dataclass(frozen=True, slots=True)
class Flats:
    """The loss is constant along t * along, so a convex one does not rise from p to p + along, whatever p is.

    ats      the points p
    start    the output at the first of them
    back     the output at the first of them minus `along`; None where that direction is not used
    """

    along: Point
    ats: tuple[Point, Point]
    start: Term
    back: Term | None


@dataclass(frozen=True, slots=True)
class Readout:
    """Both signs of the readout, and points between which they lie.

    readout    the parameter that reads out
    output     the output at the middle of a chord, or at the end of a step along the flat direction, sign +
    rise       what both signs add to twice the loss at zero outputs
    between    the middle of both signs, with zero outputs; None where "not concave" is not shown
    without    the curvature where the data matrix of the hypothesis is zero; None where that is not shown
    """

    name: ClassVar[str] = "readout"

    fit: Fit
    candidate: Candidate
    readout: str
    way: Chords | Flats
    output: Term
    rise: Rise
    between: Point | None
    without: Term | None
