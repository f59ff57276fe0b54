"""Proves whether a loss is convex in its parameters, with a proof to read and a certificate to re-check.

    import symconvex as sc

    verdict = sc.prove("logistic")
    verdict = sc.prove("sum(log(1 + exp(-y*(X@w))))", wrt="w", shapes={"X": ("n", "d"), "w": ("d",), "y": ("n",)})

Everything is loaded when it is first asked for.
"""

import importlib
from typing import TYPE_CHECKING

# Loaded at once, for a folder of the same name would take its place later.
from symconvex.models import models

if TYPE_CHECKING:
    from symconvex.api import derive, prove, sample, verify
    from symconvex.asking.answered import Answered
    from symconvex.asking.function import prove_function
    from symconvex.errors import SymconvexError
    from symconvex.handcheck.check import check
    from symconvex.language.state import state
    from symconvex.surveying.survey import survey
    from symconvex.verdict import Depends, Proved, Refuted, Undecided

    __version__: str

HOMES = {
    "prove": "symconvex.api",
    "prove_function": "symconvex.asking.function",
    "derive": "symconvex.api",
    "sample": "symconvex.api",
    "verify": "symconvex.api",
    "check": "symconvex.handcheck.check",
    "state": "symconvex.language.state",
    "survey": "symconvex.surveying.survey",
    "Answered": "symconvex.asking.answered",
    "Depends": "symconvex.verdict",
    "Proved": "symconvex.verdict",
    "Refuted": "symconvex.verdict",
    "Undecided": "symconvex.verdict",
    "SymconvexError": "symconvex.errors",
}

__all__ = [
    "Answered",
    "Depends",
    "Proved",
    "Refuted",
    "SymconvexError",
    "Undecided",
    "__version__",
    "check",
    "derive",
    "models",
    "prove",
    "prove_function",
    "sample",
    "state",
    "survey",
    "verify",
]


def __getattr__(name: str) -> object:
    """The public names, loaded on first use."""
    if name == "__version__":
        value: object = _version()
    elif name in HOMES:
        value = getattr(importlib.import_module(HOMES[name]), name)
    else:
        raise AttributeError(f"module 'symconvex' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("symconvex")
    except metadata.PackageNotFoundError:
        return "0+source"
