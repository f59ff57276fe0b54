"""A loss of W'W: zero lies between W and -W."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.layers import Fit
from symconvex.drafting.points import Point
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Tied:
    """f(0) > f(W) = f(-W) near 0, and f(0) < f(W) = f(-W) far out.

    sample     a matrix and the index of a row of it that is not zero
    square     the squared length of that row
    near       W near 0, and what the loss falls by from 0 to W
    far        W far out, and what the loss rises by
    without    the curvature where the matrix is zero; None where that is not shown
    """

    name: ClassVar[str] = "tied"

    fit: Fit
    sample: tuple[str, str]
    square: Term
    near: tuple[Point, Term]
    far: tuple[Point, Term]
    without: Term | None
