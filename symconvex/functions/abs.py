"""The absolute value."""

from typing import Any

from symconvex.functions._ball import over_sizes
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.abs(z)


def ball(z: Any) -> Any:
    return over_sizes(lambda size: size, z)


FUNCTION = Function(
    name="abs",
    meaning=None,
    derivative="step(z) - step(-z)",
    domain="real",
    range=("0", "inf"),
    attained=("0",),
    monotone="neither",
    curvature="convex",
    smooth=False,
    latex="|{}|",
    letter="a",
    numpy=values,
    enclosure=ball,
    source="Boyd & Vandenberghe 2004, section 3.1.5; derivative: Goodfellow, Bengio & Courville 2016, section 6.3.1",
    at_zero="0",
    sympy="Abs",
)
