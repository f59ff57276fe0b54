"""The error function."""

import math
from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.vectorize(math.erf, otypes=[float])(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.erf(), z)


FUNCTION = Function(
    name="erf",
    meaning="2*normcdf(2**(1/2)*z) - 1",
    derivative="2*2**(1/2)*normpdf(2**(1/2)*z)",
    domain="real",
    range=("-1", "1"),
    attained=(),
    monotone="increasing",
    curvature="neither",
    smooth=True,
    latex="\\operatorname{{erf}}({})",
    letter="h",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 7.2(i) and 7.10; Abramowitz & Stegun 1964, section 26.2",
    at_zero="0",
    sympy="erf",
)
