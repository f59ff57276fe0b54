"""The square root; its slope at 0 is infinite."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.sqrt(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.sqrt(), z)


FUNCTION = Function(
    name="sqrt",
    meaning="z**(1/2)",
    derivative="z**(-1/2)/2",
    domain="z >= 0",
    range=("0", "inf"),
    attained=("0",),
    monotone="increasing",
    curvature="concave",
    smooth=True,
    latex="\\sqrt{{{}}}",
    letter="r",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, section 4.7(ii); concave: Boyd & Vandenberghe 2004, section 3.1.5",
    at_zero="0",
)
