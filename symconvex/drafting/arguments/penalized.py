"""Two factors that multiply, under a penalty: the loss in the plane of a direction of each."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.points import Point
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Penalized:
    """The loss at p * first + q * second + rest is a p^2 q^2 + b p q + c p^2 + d q^2 + linear, a > 0.

    rest       the other parameters, 0 where they are those of the directions
    matrix     data by which a direction goes, and the row of them that is not 0; empty where none does
    concave    is c >= 0 shown, and so that the loss is not concave?
    """

    name: ClassVar[str] = "penalized"

    first: Point
    second: Point
    rest: Point
    a: Term
    b: Term
    c: Term
    d: Term
    matrix: str
    witness: str
    concave: bool
