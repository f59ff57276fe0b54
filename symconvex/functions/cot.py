"""The cotangent."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return 1.0 / np.tan(z)


def ball(z: Any) -> Any:
    return z.cot()


FUNCTION = Function(
    name="cot",
    meaning="cos(z)/sin(z)",
    derivative="-1/sin(z)**2",
    domain="sin(z) != 0",
    range=("-inf", "inf"),
    attained=(),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\cot({})",
    letter="c",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.14 and 4.20",
    sympy="cot",
)
