"""Values of result trees at given arrays, with NumPy."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from symconvex.calculus.matrix import axis_of, exponent_of, names_in, value_of
from symconvex.functions import functions
from symconvex.problem import Expr, Shape

if TYPE_CHECKING:
    from symconvex.calculus.closed import Derivation


def evaluate(expr: Expr, values: Mapping[str, Any]) -> Any:
    """The array that `expr` stands for; `values` holds every name and every size in it."""
    import numpy as np

    args = [evaluate(arg, values) for arg in expr.args]
    match expr.op:
        case "number":
            return float(value_of(expr))
        case "name" | "size":
            return np.asarray(values[str(expr.value)], dtype=float)
        case "add":
            return args[0] + args[1]
        case "mul":
            return args[0] * args[1]
        case "div":
            return args[0] / args[1]
        case "pow":
            exponent = exponent_of(expr)
            return args[0] ** (int(exponent) if exponent.denominator == 1 and exponent > 0 else float(exponent))
        case "matmul":
            return args[0] @ args[1]
        case "outer":
            return np.outer(*args)
        case "transpose":
            return args[0].T
        case "call":
            return functions()[str(expr.value)].numpy(args[0])
        case "max":
            return np.maximum.reduce(np.broadcast_arrays(*args))
        case "trace":
            return np.trace(args[0])
        case "diag":
            return np.diag(args[0])
        case "eye":
            return np.eye(_sizes(expr.shape, values)[0])
        case "repeat":
            return np.broadcast_to(args[0], _sizes(expr.shape, values))
    return _along_axis(expr, args[0])


def _along_axis(expr: Expr, array: Any) -> Any:
    import numpy as np

    axis = axis_of(expr)
    if expr.op == "sum":
        return np.sum(array, axis=axis)
    top = np.max(array, axis=axis, keepdims=True)
    total = np.sum(np.exp(array - top), axis=axis, keepdims=True)
    if expr.op == "softmax":
        return np.exp(array - top) / total
    return np.squeeze(top + np.log(total), axis=axis)


def _sizes(shape: Shape, values: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(size if isinstance(size, int) else int(values[size]) for size in shape)


def surroundings(derivation: "Derivation", values: Mapping[str, Any]) -> dict[str, Any]:
    """The given arrays with the sizes read off them and the intermediates computed from them.

    Tangents are left out where `values` lacks their directions.
    """
    import numpy as np

    problem = derivation.problem
    found = dict(values)
    for symbol in (*problem.parameters, *problem.data):
        for size, length in zip(symbol.shape, np.shape(values[symbol.name]), strict=True):
            found.setdefault(str(size), length)
    for name, expr in derivation.names:
        if all(word in found for word in names_in(expr)):
            found[name] = evaluate(expr, found)
    return found
