"""A loss text as NumPy sees it, ready for automatic differentiation; the library itself never evaluates text."""

import math
from collections.abc import Mapping
from functools import reduce
from typing import Any

import autograd.numpy as np
from autograd.extend import defvjp, primitive


@primitive
def _normcdf(z: Any) -> Any:
    return np.vectorize(lambda x: math.erfc(-x / math.sqrt(2)) / 2)(z)


def _normpdf(z: Any) -> Any:
    return np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


defvjp(_normcdf, lambda _, z: lambda g: g * _normpdf(z))


def _total(a: Any, axis: int | None = None) -> Any:
    return np.sum(a, axis=axis)


def _step(z: Any) -> Any:
    return np.where(z > 0, 1.0, 0.0)


def _relu(z: Any) -> Any:
    return z * _step(z)


WORDS: dict[str, Any] = {
    "sum": _total,
    "max": lambda *args: reduce(np.maximum, args),
    "min": lambda *args: reduce(np.minimum, args),
    "mean": np.mean,
    "norm": lambda z, axis=None: np.sqrt(np.sum(z**2, axis=axis)),
    "logsumexp": lambda z, axis=None: np.log(np.sum(np.exp(z), axis=axis)),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softplus": lambda z: np.logaddexp(0.0, z),
    "relu": _relu,
    "leaky_relu": lambda z: _relu(z) - _relu(-z) / 100,
    "step": _step,
    "normcdf": _normcdf,
    "normpdf": _normpdf,
    **{name: getattr(np, name) for name in ("exp", "log", "tanh", "cosh", "sin", "cos", "abs", "sqrt")},
    **{name: getattr(np, name) for name in ("diag", "eye", "trace")},
    "pi": math.pi,
    "e": math.e,
}


def numeric(text: str, values: Mapping[str, Any]) -> Any:
    """A loss text at these values; what is not given stands for the function or the number of that name."""
    return eval(text, {"__builtins__": {}}, {**WORDS, **values})  # noqa: S307  the rows of the tests only
