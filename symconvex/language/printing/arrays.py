"""Formulas as text in NumPy syntax, with no bracket too many, and as a terminal shows them.

What is printed in NumPy syntax reads back with the same value, except for diag, eye, outer and softmax, which the
loss language lacks; what was read from a text reads back as the same tree.
"""

from fractions import Fraction

from symconvex.language.printing.engine import Style, printed
from symconvex.language.printing.styles import NUMPY, TERMINAL
from symconvex.language.printing.tree import HALF, Exact, Name, Op, Plus, Raised, Times, Tree, reciprocal
from symconvex.problem import Expr, Size


def text_of(expr: Expr, style: Style = NUMPY) -> str:
    """The formula in NumPy syntax, or in a style that resembles it."""
    return printed(_tree(expr), style)


def drawn(expr: Expr) -> str:
    """The formula in NumPy syntax with the signs of a textbook: Greek letters, raised exponents."""
    return text_of(expr, TERMINAL)


def _tree(expr: Expr) -> Tree:
    """The formula as the engine reads it; chains of sums and of products are one node."""
    match expr.op:
        case "number":
            return Exact(_rational(expr))
        case "name" | "size" | "constant":
            return Name(str(expr.value))
        case "add":
            return Plus(tuple(map(_tree, _spine(expr))))
        case "mul":
            return Times(tuple(map(_tree, _spine(expr))))
        case "matmul":
            return _product(expr)
        case "pow":
            return _power(expr)
        case "transpose":
            return Op("transpose", (_tree(expr.args[0]),))
        case "repeat":
            return _repeated(expr)
        case "entry":
            return Op("item", (_tree(expr.args[0]),), (int(str(expr.value)),))
        case "stack":
            return Op("call", (Op("list", tuple(map(_tree, expr.args))),), ("stack",))
        case "eye":
            return Op("call", (_size(expr.shape[0]),), ("eye",))
    args = tuple(map(_tree, expr.args))
    if expr.op == "diagonal":
        return Op("call", args, ("diag",))
    if expr.op in ("sum", "logsumexp", "softmax") and expr.value is not None:
        return Op("axis", args, (expr.op, _axis(expr)))
    return Op("call", args, (str(expr.value) if expr.op == "call" else expr.op,))


def _spine(expr: Expr) -> list[Expr]:
    """The operands of a chain of sums or of products, bracketed to the left."""
    op, parts = expr.op, list[Expr]()
    while expr.op == op:
        expr, last = expr.args
        parts.append(last)
    return [expr, *reversed(parts)]


def _rational(expr: Expr) -> Fraction:
    if isinstance(expr.value, Fraction):
        return expr.value
    raise TypeError(f"{expr.op} holds {expr.value!r}")


def _axis(expr: Expr) -> int:
    return int(str(expr.value))


def _product(expr: Expr) -> Tree:
    """A matrix product; an entrywise product of arrays in front of it is bracketed for the reader."""
    left, right = expr.args
    first = _tree(left)
    if left.op == "mul" and sum(1 for factor in _spine(left) if factor.shape) > 1:
        first = Op("group", (first,))
    return Op("matmul", (first, _tree(right)))


def _power(expr: Expr) -> Tree:
    (base,), exponent = expr.args, _rational(expr)
    inner = _tree(base)
    # 1/sqrt of a sum of squares is kept by the language as one power.
    if exponent == -HALF and base.op == "sum" and base.args[0].op == "pow" and base.args[0].value == 2:
        return reciprocal(Raised(inner, HALF))
    return Raised(inner, exponent)


def _repeated(expr: Expr) -> Tree:
    """Broadcast to a shape: the value times an array of ones."""
    if expr.shape == (1, *expr.args[0].shape) and expr.args[0].op != "number":
        return Op("row", (_tree(expr.args[0]),))
    sizes = tuple(map(_size, expr.shape))
    shape = Op("tuple", sizes) if len(sizes) > 1 else sizes[0]
    (arg,) = expr.args
    if arg.op == "number" and arg.value in (0, 1):
        return Op("call", (shape,), ("ones" if arg.value == 1 else "zeros",))
    return Times((_tree(arg), Op("call", (shape,), ("ones",))))


def _size(size: Size) -> Tree:
    return Exact(Fraction(size)) if isinstance(size, int) else Name(size, size=True)
