"""Values of result trees at given arrays, with NumPy: floats, or formulas entry by entry."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symconvex.calculus.closed.matrix import axis_of, exponent_of, names_in, value_of
from symconvex.functions import functions
from symconvex.problem import Expr, Shape

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What numbers are made of, and how functions and powers act on an array of them."""

    number: Callable[[Fraction], Any]
    pi: Callable[[], Any]
    call: Callable[[str, Any], Any]
    power: Callable[[Any, Fraction], Any]


def _float_power(base: Any, exponent: Fraction) -> Any:
    """Whole powers by multiplication, so that a negative base is no error."""
    return base ** (int(exponent) if exponent.denominator == 1 and exponent > 0 else float(exponent))


FLOATS = Arithmetic(float, lambda: math.pi, lambda name, array: functions()[name].numpy(array), _float_power)


def evaluate(expr: Expr, values: Mapping[str, Any], arithmetic: Arithmetic = FLOATS) -> Any:
    """The array that `expr` stands for; `values` holds every name and every size in it."""
    import numpy as np

    args = [evaluate(arg, values, arithmetic) for arg in expr.args]
    match expr.op:
        case "number" | "constant":
            return arithmetic.pi() if expr.op == "constant" else arithmetic.number(value_of(expr))
        case "name":
            return values[str(expr.value)]
        case "size":
            return arithmetic.number(Fraction(values[str(expr.value)]))
        case "add":
            return args[0] + args[1]
        case "mul":
            return args[0] * args[1]
        case "pow":
            return arithmetic.power(args[0], exponent_of(expr))
        case "matmul":
            return args[0] @ args[1]
        case "outer":
            return np.multiply.outer(args[0], args[1])
        case "transpose":
            return args[0].T
        case "call":
            return arithmetic.call(str(expr.value), args[0])
        case "trace":
            return np.trace(args[0])
        case "diag":
            return np.diag(args[0])
        case "eye":
            return np.eye(_sizes(expr.shape, values)[0], dtype=int)
        case "repeat":
            return np.broadcast_to(args[0], _sizes(expr.shape, values))
        case "sum":
            return np.sum(args[0], axis=axis_of(expr))
        case "softmax" | "logsumexp":
            return _softened(expr, args[0], arithmetic)
    raise TypeError(f"{expr.op} does not occur in a derivation")


def _softened(expr: Expr, array: Any, arithmetic: Arithmetic) -> Any:
    import numpy as np

    exponentials = arithmetic.call("exp", array)
    total = np.sum(exponentials, axis=axis_of(expr), keepdims=True)
    if expr.op == "softmax":
        return exponentials / total
    return arithmetic.call("log", np.squeeze(total, axis=axis_of(expr)))


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
