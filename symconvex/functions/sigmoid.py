"""The logistic function, 1 / (1 + exp(-z))."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def _at(point: Any) -> Any:
    small = (-abs(point)).exp()
    return (1 if point >= 0 else small) / (1 + small)


def values(z: Any) -> Any:
    import numpy as np

    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, small) / (1.0 + small)


def ball(z: Any) -> Any:
    return over_ends(_at, z)


def written(z: Any) -> Any:
    import sympy

    return 1 / (1 + sympy.exp(-z))


FUNCTION = Function(
    name="sigmoid",
    meaning=None,
    derivative="sigmoid(z)*(1 - sigmoid(z))",
    domain="real",
    range=("0", "1"),
    attained=(),
    monotone="increasing",
    curvature="neither",
    smooth=True,
    latex="\\sigma({})",
    letter="p",
    numpy=values,
    enclosure=ball,
    source="Goodfellow, Bengio & Courville 2016, section 3.10",
    at_zero="1/2",
    in_sympy=written,
)
