"""One number: where the second derivative is positive and where it is negative."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Why:
    """Why a term in the parameter is > 0 (strict), or >= 0, between two ends; None for an end is infinity.

    how      plain: to be seen at once; product: `parts` are factors, kids are about some of them; growth: `grown`, the
             term times `factor` > 0, has the value `value` at `start`, and kids[0] is about its slope away from
             there; cases: kids are about parts from left to right; box: ball arithmetic; mills: u Phi(u) + phi(u) > 0;
             bounded: sines and cosines are at most 1
    """

    how: str
    term: Term
    strict: bool
    left: Term | None
    right: Term | None
    kids: tuple["Why", ...] = ()
    parts: tuple[Term, ...] = ()
    grown: Term | None = None
    factor: Term | None = None
    start: Term | None = None
    value: Term | None = None


@dataclass(frozen=True, slots=True)
class Univariate:
    """The argument.

    parameter   the number
    slope       the first derivative, in the parameter
    bend        the second derivative
    side        its sign: 1, -1, 0 where it vanishes everywhere, None where it has both signs
    why         why side * bend has its sign; None where there is nothing to explain
    points      a point for each of its signs, where it has both
    """

    name: ClassVar[str] = "univariate"
    parameter: str
    slope: Term
    bend: Term
    side: int | None
    why: Why | None
    points: Mapping[int, Fraction]
