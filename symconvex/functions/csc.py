"""The cosecant, 1/sin(z)."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return 1.0 / np.sin(z)


def ball(z: Any) -> Any:
    return z.csc()


FUNCTION = Function(
    name="csc",
    meaning="1/sin(z)",
    derivative="-cos(z)/sin(z)**2",
    domain="sin(z) != 0",
    range=("-inf", "inf"),
    attained=(),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\csc({})",
    letter="c",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.14 and 4.20",
    sympy="csc",
)
