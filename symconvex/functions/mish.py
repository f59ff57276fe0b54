"""The smooth ramp z tanh(softplus(z))."""

from typing import Any

from symconvex.functions import softplus
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return z * np.tanh(np.logaddexp(0.0, z))


def ball(z: Any) -> Any:
    return z * softplus.ball(z).tanh()


FUNCTION = Function(
    name="mish",
    meaning="z*tanh(softplus(z))",
    derivative="tanh(softplus(z)) + z*(1 - tanh(softplus(z))**2)*sigmoid(z)",
    domain="real",
    range=("-31/100", "inf"),
    attained=(),
    monotone="neither",
    curvature="neither",
    smooth=True,
    latex="\\operatorname{{mish}}({})",
    letter="h",
    numpy=values,
    enclosure=ball,
    source="Misra 2020, section 3",
    at_zero="0",
)
