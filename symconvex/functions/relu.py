"""The ramp, z for z > 0 and else 0."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.maximum(z, 0.0)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.max(0), z)


def written(z: Any) -> Any:
    import sympy

    return sympy.Max(z, 0)


FUNCTION = Function(
    name="relu",
    meaning=None,
    derivative="step(z)",
    domain="real",
    range=("0", "inf"),
    attained=("0",),
    monotone="nondecreasing",
    curvature="convex",
    smooth=False,
    latex="\\operatorname{{relu}}({})",
    letter="h",
    numpy=values,
    enclosure=ball,
    source="Goodfellow, Bengio & Courville 2016, section 6.3.1",
    at_zero="0",
    in_sympy=written,
)
