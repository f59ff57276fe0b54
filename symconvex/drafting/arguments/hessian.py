"""A function of several numbers whose quadratic form v'Hv is a sum of weighted squares."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.reasons import Reason
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Gap:
    """side * (v'Hv - constant |v|^2) as weighted squares, for a concave function with -H for H.

    side      1 below: a modulus, or 0 where there is none; -1 above: a smoothness constant
    vector    a direction in which it vanishes; None where there is none to show
    at        the point where it does; None for all points
    """

    constant: Term
    side: int
    squares: tuple[tuple[Term, Term], ...]
    vector: tuple[Term, ...] | None = None
    at: tuple[Term, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hessian:
    """The argument.

    sign         1 for v'Hv >= 0, -1 for v'Hv <= 0
    squares      weights > 0 or >= 0 and linear forms in the directions; with sign -1 of -v'Hv
    reasons      why the weights have their sign
    directions   the entries of the direction, w' for w
    matrix       the Hessian over a common factor, row by row, in the order of the directions
    factor       that factor
    singular     v'Hv vanishes at some points for some v, but on no segment in the direction v
    gaps         why the modulus and the smoothness constant are such
    """

    name: ClassVar[str] = "hessian"

    sign: int
    squares: tuple[tuple[Term, Term], ...]
    reasons: tuple[Reason, ...]
    directions: tuple[Term, ...]
    matrix: tuple[tuple[Term, ...], ...]
    factor: Term
    gaps: tuple[Gap, ...] = ()
    singular: bool = False
