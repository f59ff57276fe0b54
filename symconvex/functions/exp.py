"""The exponential."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.exp(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.exp(), z)


FUNCTION = Function(
    name="exp",
    meaning=None,
    derivative="exp(z)",
    domain="real",
    range=("0", "inf"),
    attained=(),
    monotone="increasing",
    curvature="convex",
    smooth=True,
    latex="e^{{{}}}",
    letter="r",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.2 and 4.7(ii); convex: Boyd & Vandenberghe 2004, section 3.1.5",
    at_zero="1",
    sympy="exp",
)
