"""The larger of two numbers; z is the one that moves, u the other."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any, u: Any) -> Any:
    import numpy as np

    return np.maximum(z, u)


def ball(z: Any, u: Any) -> Any:
    return z.max(u)


FUNCTION = Function(
    name="max",
    meaning="u + relu(z - u)",
    derivative="step(z - u)",
    domain="real",
    range=("-inf", "inf"),
    attained=(),
    monotone="nondecreasing",
    curvature="convex",
    smooth=False,
    latex="\\max\\{{{}, {}\\}}",
    letter="m",
    numpy=values,
    enclosure=ball,
    source="Boyd & Vandenberghe 2004, section 3.1.5",
    arity=2,
    sympy="Max",
)
