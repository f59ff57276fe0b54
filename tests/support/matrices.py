"""SymPy matrix expressions at given numbers."""

import operator
from functools import reduce
from typing import Any

import sympy
from sympy.matrices.expressions import DiagMatrix, HadamardPower, HadamardProduct, OneMatrix
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction


def numbers(form: Any, values: dict[Any, Any]) -> Any:
    """A matrix expression with numbers for its symbols and sizes, from the leaves up; SymPy leaves much of it undone."""
    if form in values:
        return values[form]
    args = [numbers(arg, values) for arg in form.args]
    match form:
        case OneMatrix():
            return sympy.ones(*args)
        case sympy.Identity():
            return sympy.eye(args[0])
        case sympy.ZeroMatrix():
            return sympy.zeros(*args)
        case sympy.MatMul() | sympy.Mul():
            return reduce(operator.mul, args)
        case sympy.MatAdd() | sympy.Add():
            return reduce(operator.add, args)
        case HadamardProduct():
            return reduce(sympy.Matrix.multiply_elementwise, args)
        case HadamardPower(exp=exponent):
            return args[0].applyfunc(lambda entry: entry**exponent)
        case ElementwiseApplyFunction(function=function):
            return numbers(form.expr, values).applyfunc(function)
        case sympy.Transpose():
            return args[0].T
        case sympy.Trace():
            return args[0].trace()
        case DiagMatrix():
            return sympy.diag(*args[0])
        case sympy.MatPow():
            return args[0] ** args[1]
        case sympy.Determinant():
            return args[0].det()
    return form.func(*args) if args else form
