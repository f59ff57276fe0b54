"""The density of a standard normal variable, exp(-z**2 / 2) / sqrt(2 pi)."""

import math
from typing import Any

from symconvex.functions._ball import over_sizes
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    with np.errstate(over="ignore"):
        return np.exp(np.square(z) / -2.0) / math.sqrt(2.0 * math.pi)


def ball(z: Any) -> Any:
    from flint import arb

    scale = (2 * arb.pi()).sqrt()
    return over_sizes(lambda size: (-(size**2) / 2).exp() / scale, z)


def written(z: Any) -> Any:
    import sympy

    return sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi)


FUNCTION = Function(
    name="normpdf",
    meaning=None,
    derivative="-z*normpdf(z)",
    domain="real",
    range=("0", "normpdf(0)"),
    attained=("normpdf(0)",),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\varphi({})",
    letter="g",
    numpy=values,
    enclosure=ball,
    source="Abramowitz & Stegun 1964, section 26.2",
    in_sympy=written,
)
