"""A bounded loss that is not constant."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.arguments.readout import Rise
from symconvex.drafting.layers import Fit
from symconvex.drafting.points import Point
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Bounded:
    """0 <= f <= M, but f(along) + f(-along) - 2 f(0) > 0.

    function    which function bounds the outputs, such as sigmoid
    sample      a matrix and the index of a row of it that is not zero
    output      the output at `along`
    start       the output at 0
    rise        the sum of both changes
    without     the curvature where the matrix is zero; None where that is not shown
    """

    name: ClassVar[str] = "bounded"

    fit: Fit
    function: str
    sample: tuple[str, str]
    along: Point
    output: Term
    start: Term
    rise: Rise
    without: Term | None
