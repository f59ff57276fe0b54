"""A convex term built from convex parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Smooth:
    """phi(z) between two ends, None for infinity, with its slope and second derivative."""

    left: Term | None
    right: Term | None
    term: Term
    slope: Term
    bend: Term


@dataclass(frozen=True, slots=True)
class Block:
    """A term and why it is convex.

    how        affine; max, total, sum: of convex parts; scaled: by a factor that is not negative;
               monotone: a nondecreasing convex function of a convex part; ridge: `profile` at an affine part;
               powers: a product of powers; logsumexp, norm: of convex parts; mean: minus a power mean of concave
               parts; antilog: minus the logarithm of a concave part; same: equal to its part, whose sign is known;
               curved: by its own second derivative; pieces: a function with kinks at an affine part
    profile    phi(z) with phi'' >= 0, for ridges; the second derivative as it is seen to be >= 0, for what is curved
    broken     for a function with kinks at an affine part, its pieces from left to right
    """

    how: str
    term: Term
    parts: tuple["Block", ...] = ()
    profile: Term | None = None
    broken: tuple[Smooth, ...] = ()

    def all(self) -> Iterator["Block"]:
        """This block after all those that it is built from."""
        for part in self.parts:
            yield from part.all()
        yield self


@dataclass(frozen=True, slots=True)
class Structure:
    """The loss is `built` (rearranged unless it is the same term), or its negative where the answer is concave.

    smooth     summands (of the negative) that are strictly convex together
    norms      summands that are strictly convex together, norms that are 0 on no segment
    modulus    m, where f - m/2 |w|^2 is convex too
    """

    name: ClassVar[str] = "structure"

    answer: str
    built: Block
    smooth: Term | None = None
    modulus: Term | None = None
    norms: Term | None = None
