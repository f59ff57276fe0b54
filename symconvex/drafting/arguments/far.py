"""A point so far along a row of the data that every argument that moves is large, and what the loss does there."""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class FarOut:
    """f = sum over an index of factor * phi(u_i), and u_i = slope_i c_i t + start_i at t times the direction.

    phi        in the letter `letter`
    square     slope_i^2
    speed      c_i; a number where no row is chosen
    need       K_i: t is 1 and the sum of K_i / c_i^2 where c_i is not 0
    bound      then u_i^2 >= bound^2 + start_i^2
    both       phi''(z) + phi''(-z) < 0 for |z| >= bound, and not phi''(z) < 0 alone
    rising     the loss is shown not to be concave: "square" as phi rises with z^2, "even" as phi(z) + phi(-z) is larger
               than 2 phi(0); empty where it is not
    labels     the loss is y phi(u) + (1 - y) phi(-u)
    sample     the matrix and the index of the row, None for an intercept
    """

    name: ClassVar[str] = "far"

    index: str
    factor: Term
    phi: Term
    letter: str
    slope: Term
    square: Fraction
    start: Term
    speed: Term
    need: Term
    bound: Fraction
    way: str
    both: bool
    rising: str
    labels: bool
    sample: tuple[str, str] | None
