"""The square."""

from typing import Any

from symconvex.functions._ball import over_sizes
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.square(z)


def ball(z: Any) -> Any:
    return over_sizes(lambda size: size**2, z)


FUNCTION = Function(
    name="square",
    meaning="z**2",
    derivative="2*z",
    domain="real",
    range=("0", "inf"),
    attained=("0",),
    monotone="neither",
    curvature="convex",
    smooth=True,
    latex="({})^2",
    letter="q",
    numpy=values,
    enclosure=ball,
    source="Boyd & Vandenberghe 2004, sections 3.1.4 and 3.1.5",
    at_zero="0",
)
