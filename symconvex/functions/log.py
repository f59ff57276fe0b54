"""The natural logarithm."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.log(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.log(), z)


FUNCTION = Function(
    name="log",
    meaning=None,
    derivative="1/z",
    domain="z > 0",
    range=("-inf", "inf"),
    attained=(),
    monotone="increasing",
    curvature="concave",
    smooth=True,
    latex="\\log({})",
    letter="l",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.2 and 4.7(i); concave: Boyd & Vandenberghe 2004, section 3.1.5",
    sympy="log",
)
