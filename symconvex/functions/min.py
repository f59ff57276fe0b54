"""The smaller of two numbers; z is the one that moves, u the other."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any, u: Any) -> Any:
    import numpy as np

    return np.minimum(z, u)


def ball(z: Any, u: Any) -> Any:
    return z.min(u)


FUNCTION = Function(
    name="min",
    meaning="u - relu(u - z)",
    derivative="step(u - z)",
    domain="real",
    range=("-inf", "inf"),
    attained=(),
    monotone="nondecreasing",
    curvature="concave",
    smooth=False,
    latex="\\min\\{{{}, {}\\}}",
    letter="m",
    numpy=values,
    enclosure=ball,
    source="Boyd & Vandenberghe 2004, section 3.1.5 for -max(-z, -u)",
    arity=2,
    sympy="Min",
)
