"""Convex, concave or affine, because the second derivative along every line has a sign."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.reasons import Reason
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Curvature:
    """The argument.

    curvature    the second derivative in the direction, w' for w
    sign         1, -1, or 0 where it vanishes everywhere
    reasons      why it has this sign
    kinked       the second derivative jumps
    """

    name: ClassVar[str] = "curvature"
    curvature: Term
    sign: int
    reasons: tuple[Reason, ...]
    kinked: bool
