"""The catalogue of elementary functions: one file each, read when it is first asked for."""

from collections.abc import Mapping
from functools import cache

from symconvex.catalogue import collect
from symconvex.functions._function import Function


@cache
def functions() -> Mapping[str, Function]:
    """Every catalogued function by name."""
    return collect("symconvex.functions", "FUNCTION", Function)
