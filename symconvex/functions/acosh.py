"""The inverse of the hyperbolic cosine, where that is >= 0."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.arccosh(z)


def ball(z: Any) -> Any:
    return over_ends(lambda end: end.acosh(), z)


FUNCTION = Function(
    name="acosh",
    meaning="log(z + sqrt(z**2 - 1))",
    derivative="1/sqrt(z**2 - 1)",
    domain="z >= 1",
    range=("0", "inf"),
    attained=("0",),
    monotone="increasing",
    curvature="concave",
    smooth=True,
    latex="\\operatorname{{arcosh}}({})",
    letter="a",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.37 and 4.38",
    sympy="acosh",
)
