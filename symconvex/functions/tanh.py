"""The hyperbolic tangent."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.tanh(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.tanh(), z)


FUNCTION = Function(
    name="tanh",
    meaning=None,
    derivative="1 - tanh(z)**2",
    domain="real",
    range=("-1", "1"),
    attained=(),
    monotone="increasing",
    curvature="neither",
    smooth=True,
    latex="\\tanh({})",
    letter="h",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.28 and 4.34",
    at_zero="0",
    sympy="tanh",
)
