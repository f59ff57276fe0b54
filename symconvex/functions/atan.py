"""The inverse of the tangent, between -pi/2 and pi/2."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.arctan(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.atan(), z)


FUNCTION = Function(
    name="atan",
    meaning=None,
    derivative="1/(1 + z**2)",
    domain="real",
    range=("-pi/2", "pi/2"),
    attained=(),
    monotone="increasing",
    curvature="neither",
    smooth=True,
    latex="\\arctan({})",
    letter="a",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.23 and 4.24",
    at_zero="0",
    sympy="atan",
)
