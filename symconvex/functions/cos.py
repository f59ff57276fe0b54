"""The cosine."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.cos(z)


def ball(z: Any) -> Any:
    return z.cos()


FUNCTION = Function(
    name="cos",
    meaning=None,
    derivative="-sin(z)",
    domain="real",
    range=("-1", "1"),
    attained=("-1", "1"),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\cos({})",
    letter="c",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.14 and 4.20",
    at_zero="1",
    sympy="cos",
)
