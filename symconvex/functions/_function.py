"""What one elementary function tells the rest of the program."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Function:
    """A function of one real variable z, applied entry by entry.

    meaning      the function in the loss language, when it only abbreviates others; None when primitive
    derivative   its derivative in the loss language, in z; kinks left out
    domain       "real", "positive" (z > 0) or "nonnegative" (z >= 0)
    range        lower and upper end in the loss language or "-inf", "inf"; open at both ends
                 unless the end is named in `attained`
    monotone     "increasing", "nondecreasing", "decreasing" or "neither"; increasing means strictly
    curvature    "convex", "concave", "affine" or "neither" on the whole domain
    smooth       twice continuously differentiable on the (open) domain
    latex        a template with one {} for the argument, already bracketed as needed
    letter       the letter that a derivation gives to its values: p for sigmoid, h for an activation
    numpy        (array) -> array; numpy is imported inside
    enclosure    (flint.arb) -> flint.arb, a rigorous enclosure; flint is imported inside
    source       where formula and derivative are stated, with section or equation
    """

    name: str
    meaning: str | None
    derivative: str
    domain: str
    range: tuple[str, str]
    attained: tuple[str, ...]
    monotone: str
    curvature: str
    smooth: bool
    latex: str
    letter: str
    numpy: Callable[[Any], Any]
    enclosure: Callable[[Any], Any]
    source: str
