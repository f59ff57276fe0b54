"""The inverse of the hyperbolic sine."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.arcsinh(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.asinh(), z)


FUNCTION = Function(
    name="asinh",
    meaning="log(z + sqrt(1 + z**2))",
    derivative="1/sqrt(1 + z**2)",
    domain="real",
    range=("-inf", "inf"),
    attained=(),
    monotone="increasing",
    curvature="neither",
    smooth=True,
    latex="\\operatorname{{arsinh}}({})",
    letter="a",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.37 and 4.38",
    at_zero="0",
    sympy="asinh",
)
