"""The sigmoid linear unit, z times the logistic function."""

from typing import Any

from symconvex.functions import sigmoid
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    return z * sigmoid.values(z)


def ball(z: Any) -> Any:
    return z * sigmoid.ball(z)


FUNCTION = Function(
    name="silu",
    meaning="z*sigmoid(z)",
    derivative="sigmoid(z) + z*sigmoid(z)*(1 - sigmoid(z))",
    domain="real",
    range=("-557/2000", "inf"),
    attained=(),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\operatorname{{silu}}({})",
    letter="h",
    numpy=values,
    enclosure=ball,
    source="Hendrycks & Gimpel 2016, section 2; also Elfwing, Uchibe & Doya 2018",
    at_zero="0",
)
