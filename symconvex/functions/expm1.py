"""The exponential minus 1, exact for small z."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.expm1(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.expm1(), z)


FUNCTION = Function(
    name="expm1",
    meaning="exp(z) - 1",
    derivative="exp(z)",
    domain="real",
    range=("-1", "inf"),
    attained=(),
    monotone="increasing",
    curvature="convex",
    smooth=True,
    latex="(e^{{{}}} - 1)",
    letter="r",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.2 and 4.7(ii)",
    at_zero="0",
)
