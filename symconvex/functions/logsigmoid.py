"""The logarithm of the logistic function, -log(1 + exp(-z))."""

from typing import Any

from symconvex.functions import softplus
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return -np.logaddexp(0.0, -np.asarray(z))


def ball(z: Any) -> Any:
    return -softplus.ball(-z)


FUNCTION = Function(
    name="logsigmoid",
    meaning="-softplus(-z)",
    derivative="sigmoid(-z)",
    domain="real",
    range=("-inf", "0"),
    attained=(),
    monotone="increasing",
    curvature="concave",
    smooth=True,
    latex="\\log\\sigma({})",
    letter="l",
    numpy=values,
    enclosure=ball,
    source="Boyd & Vandenberghe 2004, section 7.1.1",
    at_zero="-log(2)",
)
