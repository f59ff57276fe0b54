"""The power 2**z."""

from typing import Any

from symconvex.functions._ball import over_ends
from symconvex.functions._function import Function


def values(z: Any) -> Any:
    import numpy as np

    return np.exp2(z)


def ball(z: Any) -> Any:
    from flint import arb

    return over_ends(lambda end: (end * arb(2).log()).exp(), z)


FUNCTION = Function(
    name="exp2",
    meaning="exp(z*log(2))",
    derivative="exp2(z)*log(2)",
    domain="real",
    range=("0", "inf"),
    attained=(),
    monotone="increasing",
    curvature="convex",
    smooth=True,
    latex="2^{{{}}}",
    letter="h",
    numpy=values,
    enclosure=ball,
    source="NIST DLMF, sections 4.2 and 4.7(ii)",
    at_zero="1",
)
