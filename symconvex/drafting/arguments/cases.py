"""What a loss is for some data, and for others: one case for each answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.arguments import Argument


@dataclass(frozen=True, slots=True)
class Case:
    """Sizes and data as numbers, what the loss is for them, and how that is shown.

    answer    convex, concave, affine, neither or not convex
    """

    answer: str
    sizes: Mapping[str, int]
    values: Mapping[str, object]
    argument: Argument | None


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases, those that refute convexity first."""

    name: ClassVar[str] = "cases"

    cases: tuple[Case, ...]
