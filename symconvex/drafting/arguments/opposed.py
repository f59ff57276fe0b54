"""Two factors of a fit by their product: one up and the other down, far out."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.layers import Fit
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Opposed:
    """The first factor is `large` everywhere in a row, the second is 1; the product is above all targets there.

    large    1 + the sum of the squares of the targets of the row
    """

    name: ClassVar[str] = "opposed"

    fit: Fit
    first: str
    second: str
    large: Term
    product: Term
