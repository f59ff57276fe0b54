"""The hyperbolic sine."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.sinh(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.sinh(), z)


FUNCTION = Function(
    name="sinh",
    meaning="(exp(z) - exp(-z))/2",
    derivative="cosh(z)",
    domain="real",
    range=("-inf", "inf"),
    attained=(),
    monotone="increasing",
    curvature="neither",
    smooth=True,
    latex="\\sinh({})",
    letter="s",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.28 and 4.34",
    at_zero="0",
    sympy="sinh",
)
