"""A smooth ramp, log(1 + exp(z))."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def _at(point: Any) -> Any:
    return point.max(0) + (-abs(point)).exp().log1p()


def values(z: Any) -> Any:
    import numpy as np

    return np.logaddexp(0.0, z)


def ball(z: Any) -> Any:
    return over_ends(_at, z)


def written(z: Any) -> Any:
    import sympy

    return sympy.log(1 + sympy.exp(z))


FUNCTION = Function(
    name="softplus",
    meaning=None,
    derivative="sigmoid(z)",
    domain="real",
    range=("0", "inf"),
    attained=(),
    monotone="increasing",
    curvature="convex",
    smooth=True,
    latex="\\operatorname{{softplus}}({})",
    letter="s",
    numpy=values,
    enclosure=ball,
    source="Goodfellow, Bengio & Courville 2016, section 3.10; introduced by Dugas et al. 2001",
    at_zero="log(2)",
    in_sympy=written,
)
