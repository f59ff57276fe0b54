"""The tangent."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.tan(z)


def ball(z: Any) -> Any:
    return z.tan()


FUNCTION = Function(
    name="tan",
    meaning="sin(z)/cos(z)",
    derivative="1 + tan(z)**2",
    domain="cos(z) != 0",
    range=("-inf", "inf"),
    attained=(),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\tan({})",
    letter="t",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.14 and 4.20",
    at_zero="0",
    sympy="tan",
)
