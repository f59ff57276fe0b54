"""The hyperbolic secant, 1/cosh(z)."""

from typing import Any

from symconvex.functions._ball import over_sizes
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    size = np.exp(-np.abs(z))
    return 2.0 * size / (1.0 + size * size)


def ball(z: Any) -> Any:
    return over_sizes(lambda size: size.sech(), z)


FUNCTION = Function(
    name="sech",
    meaning="1/cosh(z)",
    derivative="-sinh(z)/cosh(z)**2",
    domain="real",
    range=("0", "1"),
    attained=("1",),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\operatorname{{sech}}({})",
    letter="s",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.28 and 4.34",
    at_zero="1",
    sympy="sech",
)
