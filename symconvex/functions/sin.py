"""The sine."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.sin(z)


def ball(z: Any) -> Any:
    return z.sin()


FUNCTION = Function(
    name="sin",
    meaning=None,
    derivative="cos(z)",
    domain="real",
    range=("-1", "1"),
    attained=("-1", "1"),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\sin({})",
    letter="s",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.14 and 4.20",
    at_zero="0",
    sympy="sin",
)
