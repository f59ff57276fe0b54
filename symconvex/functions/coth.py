"""The hyperbolic cotangent."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return 1.0 / np.tanh(z)


def ball(z: Any) -> Any:
    return z.coth()


FUNCTION = Function(
    name="coth",
    meaning="cosh(z)/sinh(z)",
    derivative="-1/sinh(z)**2",
    domain="z != 0",
    range=("-inf", "inf"),
    attained=(),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\coth({})",
    letter="c",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.28 and 4.34",
    sympy="coth",
)
