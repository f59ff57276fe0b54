"""What one elementary function tells the rest of the program."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

COMPARISONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Function:
    """A function of one real variable z, applied entry by entry; `max` and `min` compare z with a second one, u.

    meaning      the function in the loss language, when it only abbreviates others; None when primitive
    derivative   its derivative in the loss language, in z; kinks left out
    domain       "real", or comparisons with numbers: "z > 0", "z >= 0", "-1 < z < 1", "z != 0", "cos(z) != 0"
    range        lower and upper bound in the loss language or "-inf", "inf"; open at both ends
                 unless the end is named in `attained`; sharp, save where the least value has no
                 closed form (gelu, silu)
    monotone     "increasing", "nondecreasing", "decreasing" or "neither"; increasing means strictly
    curvature    "convex", "concave", "affine" or "neither" on the whole domain
    smooth       twice continuously differentiable on the (open) domain
    latex        a template for str.format (braces of LaTeX are doubled) with one {} for each
                 argument, already bracketed as needed
    letter       the letter that a derivation gives to its values: p for sigmoid, h for an activation
    numpy        (array, one for each argument) -> array; numpy is imported inside
    enclosure    (flint.arb, one for each argument) -> flint.arb, rigorous; flint is imported inside
    source       where formula and derivative are stated, with section or equation
    arity        2 for `max` and `min`: derivative in z, monotone in each, curvature in both together
    at_zero      its value at 0 in the loss language, where it has a closed form
    sympy        the class of SymPy that is this function
    in_sympy     the function of a SymPy expression, where no class of SymPy is this function
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
    numpy: Callable[..., Any]
    enclosure: Callable[..., Any]
    source: str
    arity: int = 1
    at_zero: str | None = None
    sympy: str | None = None
    in_sympy: Callable[[Any], Any] | None = None

    def is_defined_at(self, value: Fraction) -> bool:
        """Does the number lie in the domain?"""
        match self.domain.split():
            case ["real"] | ["cos(z)", "!=", "0"]:  # no rational number is an odd multiple of pi/2
                return True
            case ["z" | "sin(z)", "!=", "0"]:
                return value != 0
            case [low, "<", "z", "<", high]:
                return Fraction(low) < value < Fraction(high)
            case ["z", comparison, end]:
                return COMPARISONS[comparison](value, Fraction(end))
        raise ValueError(self.domain)
