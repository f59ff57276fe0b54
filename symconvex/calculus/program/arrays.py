"""Values of losses and result trees at given arrays, with NumPy: floats, or formulas entry by entry."""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from symconvex.calculus.closed.matrix import axis_of, exponent_of, names_in, value_of
from symconvex.calculus.program.graph import Graph
from symconvex.functions import functions
from symconvex.problem import Expr, Shape

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What numbers are made of, and how arrays of them are added, multiplied, raised, summed and put into functions."""

    number: Callable[[Fraction], Any]
    pi: Callable[[], Any]
    add: Any
    mul: Any
    power: Callable[[Any, Fraction], Any]
    call: Callable[[str, Any], Any]
    total: Callable[[Any, int | None], Any]
    matmul: Callable[[Any, Any], Any]


def _float_power(base: Any, exponent: Fraction) -> Any:
    """Whole powers by multiplication, so that a negative base is no error."""
    return base ** (int(exponent) if exponent.denominator == 1 and exponent > 0 else float(exponent))


def _float_call(name: str, array: Any) -> Any:
    return functions()[name].numpy(array)


FLOATS = Arithmetic(float, lambda: math.pi, np.add, np.multiply, _float_power, _float_call, np.sum, np.matmul)


def nodes_of(graph: Graph) -> Arithmetic:
    """Nodes of an expression graph, as integers; 0 and 1 are the numbers 0 and 1, which makes eye and diag right."""

    def power(base: Any, exponent: Fraction) -> Any:
        return np.frompyfunc(lambda node: graph.power(node, exponent), 1, 1)(base)

    def call(name: str, array: Any) -> Any:
        return np.frompyfunc(lambda node: graph.apply(name, node), 1, 1)(array)

    def total(array: Any, axis: int | None) -> Any:
        if axis is None:
            return graph.add(*np.ravel(array).tolist())
        lines = np.moveaxis(np.asarray(array, dtype=object), axis, -1)
        sums = np.empty(lines.shape[:-1], dtype=object)
        for place in np.ndindex(sums.shape):
            sums[place] = graph.add(*lines[place])
        return sums

    mul = np.frompyfunc(graph.mul, 2, 1)

    def matmul(left: Any, right: Any) -> Any:
        """Row by column; a vector is a row on the left and a column on the right."""
        rows, columns = np.atleast_2d(left), np.transpose(np.atleast_2d(right.T))
        found = np.empty((len(rows), columns.shape[1]), dtype=object)
        for i, k in np.ndindex(found.shape):
            found[i, k] = graph.add(*mul(rows[i], columns[:, k]))
        return found.reshape((*left.shape[:-1], *right.shape[1:]))[()]

    return Arithmetic(
        graph.number, lambda: graph.constant("pi"), np.frompyfunc(graph.add, 2, 1), mul, power, call, total, matmul
    )


def evaluate(expr: Expr, values: Mapping[str, Any], arithmetic: Arithmetic = FLOATS) -> Any:
    """The array that `expr` stands for; `values` holds every name and every size in it."""
    args = [evaluate(arg, values, arithmetic) for arg in expr.args]
    match expr.op:
        case "number":
            return arithmetic.number(value_of(expr))
        case "constant":
            return arithmetic.pi()
        case "name" | "size":
            value = values[str(expr.value)]
            return value if expr.op == "name" else arithmetic.number(Fraction(value))
        case "add" | "mul" | "div":
            return {"add": arithmetic.add, "mul": arithmetic.mul, "div": operator.truediv}[expr.op](*args)
        case "pow":
            return arithmetic.power(args[0], exponent_of(expr))
        case "max":
            return np.maximum.reduce(np.broadcast_arrays(*args))
        case "matmul":
            return arithmetic.matmul(args[0], args[1])
        case "outer":
            return arithmetic.mul.outer(args[0], args[1])
        case "transpose":
            return args[0].T
        case "call":
            return arithmetic.call(str(expr.value), args[0])
        case "trace":
            return arithmetic.total(np.diagonal(args[0]), None)
        case "sum":
            return arithmetic.total(args[0], axis_of(expr))
        case "softmax" | "logsumexp":
            return _softened(expr, args[0], arithmetic)
    return _arranged(expr, args, values)


def _arranged(expr: Expr, args: list[Any], values: Mapping[str, Any]) -> Any:
    """Entries in another arrangement."""
    match expr.op:
        case "diag" | "diagonal":
            return np.diag(args[0])
        case "entry":
            return args[0][int(str(expr.value))]
        case "stack":
            return np.stack(args)
        case "eye":
            return np.eye(_sizes(expr.shape, values)[0], dtype=int)
        case "repeat":
            return np.broadcast_to(args[0], _sizes(expr.shape, values))
    raise TypeError(f"{expr.op} is no operation of a loss or a derivation")


def _softened(expr: Expr, array: Any, arithmetic: Arithmetic) -> Any:
    exponentials, axis = arithmetic.call("exp", array), axis_of(expr)
    total = arithmetic.total(exponentials, axis)
    if expr.op == "logsumexp":
        return arithmetic.call("log", total)
    whole = total if axis is None else np.expand_dims(total, axis)
    return arithmetic.mul(exponentials, arithmetic.power(whole, Fraction(-1)))


def _sizes(shape: Shape, values: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(size if isinstance(size, int) else int(values[size]) for size in shape)


def surroundings(derivation: "Derivation", values: Mapping[str, Any]) -> dict[str, Any]:
    """The given arrays with the sizes read off them and the intermediates computed from them.

    Tangents are left out where `values` lacks their directions.
    """
    problem = derivation.problem
    found = dict(values)
    for symbol in (*problem.parameters, *problem.data):
        for size, length in zip(symbol.shape, np.shape(values[symbol.name]), strict=True):
            found.setdefault(str(size), length)
    for name, expr in derivation.names:
        if all(word in found for word in names_in(expr)):
            found[name] = evaluate(expr, found)
    return found
