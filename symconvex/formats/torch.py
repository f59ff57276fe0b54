"""Derivatives as functions on PyTorch tensors; a number among the arguments is a tensor without axes."""

from functools import partial

from symconvex.formats._code import Library, closed_code, entries_code
from symconvex.formats._format import Format

TORCH = Library(
    imports="import torch as {np}",
    alias="torch",
    direct={
        **{name: name for name in ("abs", "cos", "cosh", "exp", "exp2", "expm1", "log", "log10", "log1p", "log2")},
        **{name: name for name in ("relu", "sigmoid", "sign", "sin", "sinh", "sqrt", "square", "tan", "tanh")},
        **{name: name for name in ("acos", "acosh", "asin", "asinh", "atan", "atanh", "erf", "erfc")},
        "normcdf": "special.ndtr",
        "max": "maximum",
        "min": "minimum",
    },
    written={
        "array": "def _array(entries, like):\n"
        "    return {np}.stack([{np}.as_tensor(one, dtype=like.dtype, device=like.device) for one in entries])\n",
        "number": "def _number(value, like):\n    return {np}.as_tensor(value, dtype=like.dtype, device=like.device)\n",
        "vector": "def _vector(arrays):\n    return {np}.cat([array.reshape(-1) for array in arrays])\n",
        "parts": "def _parts(flat, *arrays):\n    found, start = [], 0\n    for array in arrays:\n"
        "        found.append(flat[start : start + array.numel()].reshape(array.shape))\n"
        "        start += array.numel()\n    return tuple(found)\n",
        "columns": "def _columns(product, *arrays):\n"
        "    units = {np}.eye(sum(a.numel() for a in arrays), dtype=arrays[0].dtype, device=arrays[0].device)\n"
        "    return {np}.stack([_vector(product(*_parts(unit, *arrays))) for unit in units])\n",
        "full": "def _full(upper, like):\n    size = range(len(upper))\n"
        "    rows = [[upper[min(i, j)][abs(i - j)] for j in size] for i in size]\n"
        "    return {np}.stack([_array(row, like) for row in rows])\n",
        "step": "def _step(z):\n    return (z > 0).to(z.dtype)\n",
        "softplus": "def _softplus(z):\n    return {np}.logaddexp({np}.zeros_like(z), z)\n",
        "normpdf": "def _normpdf(z):\n    return {np}.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)\n",
        "logsumexp": "def _logsumexp(z, axis=None):\n"
        "    return {np}.logsumexp(z, dim=tuple(range(z.ndim)) if axis is None else axis)\n",
        "softmax": "def _softmax(z, axis=None):\n"
        "    return {np}.softmax(z.reshape(-1), 0).reshape(z.shape) if axis is None else {np}.softmax(z, axis)\n",
    },
    made=", dtype={first}.dtype, device={first}.device)",
)

FORMAT = Format("torch", partial(closed_code, library=TORCH), partial(entries_code, library=TORCH))
