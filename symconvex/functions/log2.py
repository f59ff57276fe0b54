"""The logarithm to base 2."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.log2(z)


def ball(z: Any) -> Any:
    from flint import arb

    return over_ends(lambda end: end.log() / arb(2).log(), z)


FUNCTION = Function(
    name="log2",
    meaning="log(z)/log(2)",
    derivative="1/(z*log(2))",
    domain="z > 0",
    range=("-inf", "inf"),
    attained=(),
    monotone="increasing",
    curvature="concave",
    smooth=True,
    latex="\\log_2({})",
    letter="l",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.2 and 4.7(i)",
)
