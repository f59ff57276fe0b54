"""Hidden parameters that a loss ignores where the readout is 0, and a readout where it does not."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.points import Point
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Silent:
    """f(H, V) + f(-H, V) - 2 f(0, V) > 0.

    kind       "mask": the sum is `total`; "classes": Jensen's inequality for the outputs `total` of a sample
    """

    name: ClassVar[str] = "silent"

    sample: tuple[str, str]
    hidden: Point
    readout: Point
    kind: str
    total: Term
