"""The inverse of the sine, between -pi/2 and pi/2, inside of its domain."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.arcsin(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: (end / (1 - end * end).sqrt()).atan(), z)


FUNCTION = Function(
    name="asin",
    meaning="atan(z/sqrt(1 - z**2))",
    derivative="1/sqrt(1 - z**2)",
    domain="-1 < z < 1",
    range=("-pi/2", "pi/2"),
    attained=(),
    monotone="increasing",
    curvature="neither",
    smooth=True,
    latex="\\arcsin({})",
    letter="a",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.23 and 4.24",
    at_zero="0",
    sympy="asin",
)
