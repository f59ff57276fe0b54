"""Derivatives as Python functions on NumPy arrays, which need nothing but NumPy."""

from functools import partial

from symconvex.formats._code import COMMON, Library, closed_code, entries_code
from symconvex.formats._format import Format

NUMPY = Library(
    imports="import numpy as {np}",
    alias="np",
    direct={
        **{name: name for name in ("abs", "cos", "cosh", "exp", "exp2", "expm1", "log", "log10", "log1p", "log2")},
        **{name: name for name in ("sign", "sin", "sinh", "sqrt", "square", "tan", "tanh")},
        **{f"a{name}": f"arc{name}" for name in ("cos", "cosh", "sin", "sinh", "tan", "tanh")},
        "max": "maximum",
        "min": "minimum",
    },
    written={
        **COMMON,
        "relu": "def _relu(z):\n    return {np}.maximum(z, 0.0)\n",
        "step": "def _step(z):\n    return {np}.where(z > 0, 1.0, 0.0)\n",
        "softplus": "def _softplus(z):\n    return {np}.logaddexp(0.0, z)\n",
        "sigmoid": "def _sigmoid(z):\n    small = {np}.exp(-{np}.abs(z))\n"
        "    return {np}.where(z >= 0, 1.0, small) / (1.0 + small)\n",
        "normpdf": "def _normpdf(z):\n    return {np}.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)\n",
        "normcdf": "def _normcdf(z):\n    return {np}.vectorize(math.erfc, otypes=[float])(-z / math.sqrt(2)) / 2\n",
        "erf": "def _erf(z):\n    return {np}.vectorize(math.erf, otypes=[float])(z)\n",
        "erfc": "def _erfc(z):\n    return {np}.vectorize(math.erfc, otypes=[float])(z)\n",
        "logsumexp": "def _logsumexp(z, axis=None):\n    top = {np}.max(z, axis=axis, keepdims=True)\n"
        "    return {np}.squeeze(top, axis=axis) + {np}.log({np}.sum({np}.exp(z - top), axis=axis))\n",
        "softmax": "def _softmax(z, axis=None):\n    weights = {np}.exp(z - {np}.max(z, axis=axis, keepdims=True))\n"
        "    return weights / {np}.sum(weights, axis=axis, keepdims=True)\n",
    },
    made=")",
)

FORMAT = Format("python", partial(closed_code, library=NUMPY), partial(entries_code, library=NUMPY))
