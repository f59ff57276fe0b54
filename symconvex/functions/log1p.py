"""The logarithm of 1 + z, exact for small z."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.log1p(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.log1p(), z)


FUNCTION = Function(
    name="log1p",
    meaning="log(1 + z)",
    derivative="1/(1 + z)",
    domain="z > -1",
    range=("-inf", "inf"),
    attained=(),
    monotone="increasing",
    curvature="concave",
    smooth=True,
    latex="\\log(1 + {})",
    letter="l",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.2 and 4.7(i)",
    at_zero="0",
)
