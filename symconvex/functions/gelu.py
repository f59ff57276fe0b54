"""The Gaussian error linear unit, z times the normal distribution function."""

from typing import Any

from symconvex.functions import normcdf
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    return z * normcdf.values(z)


def ball(z: Any) -> Any:
    return z * normcdf.ball(z)


FUNCTION = Function(
    name="gelu",
    meaning="z*normcdf(z)",
    derivative="normcdf(z) + z*normpdf(z)",
    domain="real",
    range=("-17/100", "inf"),
    attained=(),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\operatorname{{gelu}}({})",
    letter="h",
    numpy=values,
    enclosure=ball,
    source="Hendrycks & Gimpel 2016, section 2",
    at_zero="0",
)
