"""The catalogue of loss families: one file each, read when it is first asked for."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symconvex.models._model import Model


@cache
def models() -> "Mapping[str, Model]":
    """Every model by name."""
    from symconvex.catalogue import collect
    from symconvex.models._model import Model

    return collect("symconvex.models", "MODEL", Model)
