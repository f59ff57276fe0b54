"""The distribution function of a standard normal variable, (1 + erf(z / sqrt(2))) / 2."""

import math
from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    tail = np.vectorize(math.erfc, otypes=[float])
    return tail(np.asarray(z) * -math.sqrt(0.5)) / 2.0


def ball(z: Any) -> Any:
    from flint import arb

    root = arb(2).sqrt()
    return over_ends(lambda end: (-end / root).erfc() / 2, z)


def written(z: Any) -> Any:
    import sympy

    return sympy.erfc(-z / sympy.sqrt(2)) / 2


FUNCTION = Function(
    name="normcdf",
    meaning=None,
    derivative="normpdf(z)",
    domain="real",
    range=("0", "1"),
    attained=(),
    monotone="increasing",
    curvature="neither",
    smooth=True,
    latex="\\Phi({})",
    letter="p",
    numpy=values,
    enclosure=ball,
    source="Abramowitz & Stegun 1964, section 26.2; NIST DLMF, section 7.2(i)",
    at_zero="1/2",
    in_sympy=written,
)
