"""A sum of functions of one affine form each, every one with its kinks."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.arguments.kinks import Kinks
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Ridges:
    """The argument.

    parts    the functions with their forms; the loss is their sum
    rest     what does not depend on the parameters
    """

    name: ClassVar[str] = "ridges"

    parts: tuple[Kinks, ...]
    rest: Term
