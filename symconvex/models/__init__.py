"""The catalogue of loss families: one file each, read when it is first asked for."""

from collections.abc import Mapping
from functools import cache

from symconvex.catalogue import collect
from symconvex.models._model import Model


@cache
def models() -> Mapping[str, Model]:
    """Every model by name."""
    return collect("symconvex.models", "MODEL", Model)
