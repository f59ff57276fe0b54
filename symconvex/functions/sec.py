"""The secant, 1/cos(z)."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return 1.0 / np.cos(z)


def ball(z: Any) -> Any:
    return z.sec()


FUNCTION = Function(
    name="sec",
    meaning="1/cos(z)",
    derivative="sin(z)/cos(z)**2",
    domain="cos(z) != 0",
    range=("-inf", "inf"),
    attained=(),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\sec({})",
    letter="s",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.14 and 4.20",
    at_zero="1",
    sympy="sec",
)
