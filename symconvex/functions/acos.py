"""The inverse of the cosine, between 0 and pi, inside of its domain."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.arccos(z)


def ball(z: Any) -> Any:
    from flint import arb

    return over_ends(lambda end: arb.pi() / 2 - (end / (1 - end * end).sqrt()).atan(), z)


FUNCTION = Function(
    name="acos",
    meaning="pi/2 - atan(z/sqrt(1 - z**2))",
    derivative="-1/sqrt(1 - z**2)",
    domain="-1 < z < 1",
    range=("0", "pi"),
    attained=(),
    monotone="decreasing",
    curvature="neither",
    smooth=True,
    latex="\\arccos({})",
    letter="a",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.23 and 4.24",
    at_zero="pi/2",
    sympy="acos",
)
