"""Real data: in which cases a loss is convex or concave, and in which it is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from symconvex.kernel.statement import Given
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Leaf:
    """One case: shown by what is >= 0 in it, or refuted at a point.

    word         convex or concave
    path         the hypotheses of the case
    minors       what is >= 0 at every point
    point        where the second derivative has the wrong sign, and the direction; nothing where it has the right one
    value        minus the second derivative there (concave: the second derivative), which is > 0
    """

    word: str
    path: tuple[Given, ...]
    minors: tuple[Term, ...]
    point: Mapping[str, Term]
    direction: Mapping[str, Term]
    value: Term | None


@dataclass(frozen=True, slots=True)
class Conditions:
    """The argument.

    curves    convex, concave -> the second derivative along the direction as it is looked at
    leaves    the cases
    """

    name: ClassVar[str] = "conditions"

    curve: Term
    matrix: tuple[tuple[Term, ...], ...]
    factor: Term
    leaves: tuple[Leaf, ...]
