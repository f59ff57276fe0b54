"""Corners with data as their coefficients: exactly when a sum of them is convex."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Corners:
    """The loss is the sum of c relu(a) over `corners`, of `square` x^2, and of an affine function.

    corners    (c, a), the forms a not parallel where they coincide
    square     0 where there is none
    """

    name: ClassVar[str] = "corners"

    corners: tuple[tuple[Term, Term], ...]
    square: Term
