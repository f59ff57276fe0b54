"""The inverse of the hyperbolic tangent."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.arctanh(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.atanh(), z)


FUNCTION = Function(
    name="atanh",
    meaning="log((1 + z)/(1 - z))/2",
    derivative="1/(1 - z**2)",
    domain="-1 < z < 1",
    range=("-inf", "inf"),
    attained=(),
    monotone="increasing",
    curvature="neither",
    smooth=True,
    latex="\\operatorname{{artanh}}({})",
    letter="a",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.37 and 4.38",
    at_zero="0",
    sympy="atanh",
)
