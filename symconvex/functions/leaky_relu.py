"""The ramp with slope 1/100 for z < 0."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.maximum(z, 0.0) + np.minimum(z, 0.0) / 100.0


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.max(0) + end.min(0) / 100, z)


FUNCTION = Function(
    name="leaky_relu",
    meaning="relu(z) - relu(-z)/100",
    derivative="step(z) + step(-z)/100",
    domain="real",
    range=("-inf", "inf"),
    attained=(),
    monotone="increasing",
    curvature="convex",
    smooth=False,
    latex="\\operatorname{{lrelu}}({})",
    letter="h",
    numpy=values,
    enclosure=ball,
    source="Goodfellow, Bengio & Courville 2016, section 6.3.1; introduced by Maas, Hannun & Ng 2013",
    at_zero="0",
)
