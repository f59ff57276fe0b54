"""A Hessian with one number on its diagonal and another everywhere: two eigenvalues say what the loss is."""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Eigenvalues:
    """The argument: v'Hv = apart |v|^2 + beside (sum of v)^2.

    curve     that
    apart     the eigenvalue of all v whose entries sum to 0
    alike     the eigenvalue of v = 1
    """

    name: ClassVar[str] = "eigenvalues"

    curve: Term
    apart: Term
    alike: Term
