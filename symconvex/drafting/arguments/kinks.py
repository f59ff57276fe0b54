"""A function of one affine form with kinks: its pieces, and how the slope jumps between them."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.arguments.structure import Smooth
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Kinks:
    """The argument.

    at         the affine form
    pieces     phi(z) from left to right; the loss is phi at the form
    jumps      by how much the slope jumps between neighbours
    way        1 convex, -1 concave, 0 affine
    """

    name: ClassVar[str] = "kinks"

    at: Term
    pieces: tuple[Smooth, ...]
    jumps: tuple[Term, ...]
    way: int
