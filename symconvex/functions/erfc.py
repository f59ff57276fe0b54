"""What is left of the error function, 1 - erf(z)."""

import math
from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.vectorize(math.erfc, otypes=[float])(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.erfc(), z)


FUNCTION = Function(
    name="erfc",
    meaning="2 - 2*normcdf(2**(1/2)*z)",
    derivative="-2*2**(1/2)*normpdf(2**(1/2)*z)",
    domain="real",
    range=("0", "2"),
    attained=(),
    monotone="decreasing",
    curvature="neither",
    smooth=True,
    latex="\\operatorname{{erfc}}({})",
    letter="h",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 7.2(i) and 7.10; Abramowitz & Stegun 1964, section 26.2",
    at_zero="1",
    sympy="erfc",
)
