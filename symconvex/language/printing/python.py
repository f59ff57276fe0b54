"""Formulas as text in NumPy syntax, with no bracket too many; derivations as JSON.

What is printed reads back as the same tree, except for diag, eye, outer and softmax, which the loss language lacks.
"""

from fractions import Fraction
from typing import TYPE_CHECKING

from symconvex.problem import Expr

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation

# How tightly an operation binds; an operand that binds less is bracketed.
ADD, MUL, SIGN, POW, ATOM = range(5)


def text_of(expr: Expr) -> str:
    """The formula in NumPy syntax."""
    return _print(expr)[0]


def _at(expr: Expr, least: int) -> str:
    """The text of an operand, bracketed when it binds less than `least`."""
    text, binding = _print(expr)
    return text if binding >= least else f"({text})"


def _print(expr: Expr) -> tuple[str, int]:
    """The text and how tightly it binds."""
    match expr.op:
        case "number":
            return _number(expr.value)
        case "name" | "size" | "constant":
            return str(expr.value), ATOM
        case "add":
            return _sum(expr), ADD
        case "mul":
            return _product(expr)
        case "matmul":
            return _matmul(expr), MUL
        case "pow":
            return _power(expr)
        case "transpose":
            return f"{_at(expr.args[0], ATOM)}.T", ATOM
        case "repeat":
            return _ones(expr), MUL
        case "eye":
            return f"eye({expr.value})", ATOM
        case "sum" | "logsumexp" | "softmax":
            axis = "" if expr.value is None else f", axis={expr.value}"
            return f"{expr.op}({text_of(expr.args[0])}{axis})", ATOM
    name = str(expr.value) if expr.op == "call" else expr.op
    return f"{name}({', '.join(text_of(arg) for arg in expr.args)})", ATOM


def _number(value: object) -> tuple[str, int]:
    text = str(value)
    return text, SIGN if text.startswith("-") and "/" not in text else MUL if "/" in text else ATOM


def _ones(expr: Expr) -> str:
    sizes = ", ".join(map(str, expr.shape))
    ones = f"ones(({sizes}))" if len(expr.shape) > 1 else f"ones({sizes})"
    (arg,) = expr.args
    if arg.op == "number" and arg.value == 0:
        return ones.replace("ones", "zeros")
    return ones if arg.op == "number" and arg.value == 1 else f"{_at(arg, MUL)}*{ones}"


def _sum(expr: Expr) -> str:
    left, right = expr.args
    positive = _opposite(right)
    if positive is not None:
        return f"{_at(left, ADD)} - {_at(positive, MUL)}"
    return f"{_at(left, ADD)} + {_at(right, MUL)}"


def _opposite(expr: Expr) -> Expr | None:
    """b where the term is what `- b` reads as."""
    match expr:
        case Expr("number", (), Fraction() as value) if value < 0:
            return Expr("number", (), -value, ())
        case Expr("mul", (Expr("number", (), Fraction() as value), rest)) if value == -1 and rest.op != "number":
            return rest if not (rest.op == "mul" and rest.args[0].op == "number") else None
        case Expr("mul", (Expr("number", (), Fraction() as value), rest)) if value < 0:
            return Expr("mul", (Expr("number", (), -value, ()), rest), None, expr.shape)
    return None


def _factors(expr: Expr) -> list[Expr]:
    """The factors of a product that is bracketed to the left."""
    return [*_factors(expr.args[0]), expr.args[1]] if expr.op == "mul" else [expr]


def _product(expr: Expr) -> tuple[str, int]:
    first, second, *others = _factors(expr)
    if first.op != "number" or not isinstance(first.value, Fraction):
        return _chain(_leading(first), [second, *others]), MUL
    value = first.value
    if _is_reciprocal(second):
        return _chain(str(value), [second, *others]), MUL
    if abs(value.numerator) == 1:
        start = f"-{_leading(second)}" if value < 0 else _leading(second)
    else:
        start = f"{value.numerator}*{_factor(second)}"
    if value.denominator != 1:
        start += f"/{value.denominator}"
    return _chain(start, others), SIGN if value == -1 and not others else MUL


def _leading(expr: Expr) -> str:
    """The first factor of a product."""
    return _print(expr)[0] if _is_reciprocal(expr) else _factor(expr)


def _factor(expr: Expr) -> str:
    return _at(expr, POW)


def _is_reciprocal(expr: Expr) -> bool:
    """Is it written as 1 over something?"""
    return expr.op == "pow" and (expr.value == -1 or _is_inverse_norm(expr))


def _is_inverse_norm(expr: Expr) -> bool:
    (base,) = expr.args
    squares = base.op == "sum" and base.args[0].op == "pow" and base.args[0].value == 2
    return squares and expr.value == Fraction(-1, 2)


def _inverse(expr: Expr) -> Expr:
    (base,) = expr.args
    return base if expr.value == -1 else Expr("pow", (base,), Fraction(1, 2), base.shape)


def _chain(start: str, others: list[Expr]) -> str:
    for factor in others:
        start += f"/{_at(_inverse(factor), POW)}" if _is_reciprocal(factor) else f"*{_factor(factor)}"
    return start


def _matmul(expr: Expr) -> str:
    left, right = expr.args
    first = _at(left, MUL)
    if left.op == "mul" and sum(1 for factor in _factors(left) if factor.shape) > 1:
        first = f"({first})"
    second = _at(right, POW)
    return f"{first} @ {second}"


def _power(expr: Expr) -> tuple[str, int]:
    exponent = expr.value if isinstance(expr.value, Fraction) else Fraction(1)
    (base,) = expr.args
    if _is_reciprocal(expr):
        return f"1/{_at(_inverse(expr), POW)}", MUL
    if exponent == Fraction(1, 2):
        return f"sqrt({text_of(base)})", ATOM
    shown = str(exponent) if exponent.denominator == 1 and exponent > 0 else f"({exponent})"
    return f"{_at(base, ATOM)}**{shown}", POW


def derivation_json(derivation: "Derivation") -> dict[str, object]:
    """A derivation as plain values, formulas in NumPy syntax."""
    return {
        "name": derivation.problem.name,
        "loss": derivation.problem.text,
        "names": [{"name": name, "is": text_of(expr)} for name, expr in derivation.names],
        "gradient": {name: text_of(expr) for name, expr in derivation.gradient},
        "hessian": None if derivation.hessian is None else text_of(derivation.hessian),
        "blocks": [{"of": [p, q], "form": text_of(expr)} for p, q, expr in derivation.blocks],
        "curvature": text_of(derivation.curvature),
    }
