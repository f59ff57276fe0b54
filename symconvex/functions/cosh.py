"""The hyperbolic cosine."""

from typing import Any

from symconvex.functions._ball import over_sizes
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.cosh(z)


def ball(z: Any) -> Any:
    return over_sizes(lambda size: size.cosh(), z)


FUNCTION = Function(
    name="cosh",
    meaning="(exp(z) + exp(-z))/2",
    derivative="sinh(z)",
    domain="real",
    range=("1", "inf"),
    attained=("1",),
    monotone="neither",
    curvature="convex",
    smooth=True,
    latex="\\cosh({})",
    letter="c",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.28 and 4.34",
    at_zero="1",
    sympy="cosh",
)
