"""The unit step, 1 for z > 0 and else 0; a ball that meets 0 gives the hull [0, 1]."""

from typing import Any

from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.heaviside(z, 0.0)


def ball(z: Any) -> Any:
    from flint import arb

    if z.is_nan():
        return z
    if z > 0:
        return arb(1)
    return arb(0) if z < 0 else arb(0).union(arb(1))


def written(z: Any) -> Any:
    import sympy

    return sympy.Heaviside(z, 0)


FUNCTION = Function(
    name="step",
    meaning=None,
    derivative="0",
    domain="real",
    range=("0", "1"),
    attained=("0", "1"),
    monotone="nondecreasing",
    curvature="neither",
    smooth=False,
    latex="\\mathbf{{1}}[{} > 0]",
    letter="b",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, section 1.16(iv)",
    in_sympy=written,
)
