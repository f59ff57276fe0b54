"""The sign: 1, 0 or -1."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.sign(z)


def ball(z: Any) -> Any:
    from flint import arb

    if z.is_nan() or z > 0 or z < 0 or z == 0:
        return z.sgn()
    return arb(-1).union(arb(1))


FUNCTION = Function(
    name="sign",
    meaning="step(z) - step(-z)",
    derivative="0",
    domain="real",
    range=("-1", "1"),
    attained=("-1", "1"),
    monotone="nondecreasing",
    curvature="neither",
    smooth=False,
    latex="\\operatorname{{sign}}({})",
    letter="b",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, section 1.16(iv)",
    at_zero="0",
    sympy="sign",
)
