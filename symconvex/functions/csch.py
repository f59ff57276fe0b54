"""The hyperbolic cosecant, 1/sinh(z)."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    size = np.abs(z)
    return np.sign(z) * -2.0 * np.exp(-size) / np.expm1(-2.0 * size)


def ball(z: Any) -> Any:
    return z.csch()


FUNCTION = Function(
    name="csch",
    meaning="1/sinh(z)",
    derivative="-cosh(z)/sinh(z)**2",
    domain="z != 0",
    range=("-inf", "inf"),
    attained=(),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\operatorname{{csch}}({})",
    letter="c",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.28 and 4.34",
    sympy="csch",
)
