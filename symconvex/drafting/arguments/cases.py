"""What a loss is for some data, and for others: one case for each answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from symconvex.drafting.arguments import Argument
from symconvex.problem import Problem


@dataclass(frozen=True, slots=True)
class Case:
    """Sizes and data as numbers, what the loss is for them, and how that is shown.

    answer       convex, concave, affine, neither or not convex
    problem      the loss at these numbers; what shows it, by which rule
    """

    answer: str
    sizes: Mapping[str, int]
    values: Mapping[str, object]
    argument: Argument | None
    problem: Problem
    certificate: Mapping[str, Any]
    rule: str


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases, those that refute convexity first."""

    name: ClassVar[str] = "cases"

    cases: tuple[Case, ...]
