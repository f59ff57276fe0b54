"""Matrix expressions of SymPy as text over whole arrays: one column or one row is a vector, one entry a number.

A row is written as the vector that it is the transpose of: (w' X')_i is (X @ w)[i].
"""

from functools import reduce
from typing import Any, NamedTuple, Protocol

import sympy
from sympy.matrices.expressions import DiagMatrix, DiagonalMatrix, HadamardPower, HadamardProduct, OneMatrix
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from symconvex.errors import NotYet


class Operand(NamedTuple):
    """A text, what it is (scalar, column, row or matrix; columns and rows are vectors), and is it closed in itself?"""

    text: str
    kind: str
    closed: bool = False

    @property
    def operand(self) -> str:
        """The text as an operand of anything."""
        return self.text if self.closed else f"({self.text})"


class Walker(Protocol):
    """Who reads numbers, names and functions."""

    def text(self, expr: Any, around: int = 0) -> str:
        """The text of a number."""

    def applied(self, function: Any, part: Operand) -> str:
        """The text of a function of every entry."""


def kind_of(expr: Any) -> str:
    """What a matrix of this shape is."""
    rows, columns = expr.shape
    if columns == 1:
        return "scalar" if rows == 1 else "column"
    return "row" if rows == 1 else "matrix"


TURNED = {"scalar": "scalar", "column": "row", "row": "column", "matrix": "matrix"}


def matrix_part(expr: Any, walk: Walker) -> Operand:
    """The array that a matrix expression is.

    Fails    NotYet on what the loss language has no word for
    """
    match expr:
        case sympy.Trace(arg=arg):
            return _trace(arg, walk)
        case sympy.Determinant(arg=arg):
            return Operand(f"det({matrix_part(arg, walk).text})", "scalar", True)
        case sympy.MatrixSymbol():
            return Operand(expr.name, kind_of(expr), True)
        case sympy.MatAdd(args=args):
            return Operand(joined([matrix_part(arg, walk).text for arg in args]), kind_of(expr))
        case sympy.MatMul(args=args):
            return _product(args, walk)
        case sympy.MatPow(base=base, exp=sympy.Integer() as power) if 0 < power < 9:
            return reduce(_times, [matrix_part(base, walk)] * int(power))
        case sympy.Transpose(arg=arg):
            part = matrix_part(arg, walk)
            return Operand(f"{part.operand}.T" if part.kind == "matrix" else part.text, TURNED[part.kind], part.closed)
        case HadamardProduct(args=args):
            return Operand("*".join(matrix_part(arg, walk).operand for arg in args), kind_of(expr))
        case HadamardPower(base=base, exp=exponent):
            return Operand(f"{matrix_part(base, walk).operand}**{walk.text(exponent, 3)}", kind_of(expr))
        case ElementwiseApplyFunction(function=function) if function.variables[0] in function.expr.free_symbols:
            return Operand(walk.applied(function, matrix_part(expr.expr, walk)), kind_of(expr))
    return _written(expr, walk)


def _written(expr: Any, walk: Walker) -> Operand:
    """Matrices of numbers and of given entries."""
    match expr:
        case OneMatrix() | sympy.ZeroMatrix():
            word = "ones" if isinstance(expr, OneMatrix) else "zeros"
            return Operand(f"{word}({_shape(expr, walk)})", kind_of(expr), True)
        case sympy.Identity():
            return Operand(f"eye({walk.text(expr.shape[0])})", "matrix", True)
        case DiagMatrix(args=(vector,)) | DiagonalMatrix(args=(vector,)) if kind_of(vector) in ("column", "row"):
            return Operand(f"diag({matrix_part(vector, walk).text})", "matrix", True)
        case sympy.MatrixBase():
            return _listed(expr, walk)
    raise NotYet(
        "this part of a SymPy formula is not supported",
        where=str(expr)[:200],
        expected="sums, products, transposes, Hadamard products and powers, functions of every entry, traces",
        got=type(expr).__name__[:60],
        hint="write the loss as text, over arrays: sum((X @ w - y)**2)",
    )


def _listed(expr: Any, walk: Walker) -> Operand:
    """A matrix that is given entry by entry."""
    kind = kind_of(expr)
    if kind == "scalar":
        return Operand(walk.text(expr[0, 0]), kind)
    rows = [f"[{', '.join(map(walk.text, expr.row(k)))}]" for k in range(expr.rows)]
    return Operand(f"array([{', '.join(rows if kind == 'matrix' else map(walk.text, expr))}])", kind, True)


def _shape(expr: Any, walk: Walker) -> str:
    sizes = [walk.text(size) for size in expr.shape if size != 1]
    return f"({', '.join(sizes)})" if len(sizes) == 2 else sizes[0] if sizes else "1"


def _product(args: Any, walk: Walker) -> Operand:
    """Numbers in front, then a product of matrices; a row times a column is the sum of products of their entries."""
    numbers = [f"({walk.text(arg)})" for arg in args if not _is_matrix(arg)]
    numbers = ["-1" if number == "(-1)" else number for number in numbers]
    found = [arg for arg in args if _is_matrix(arg)]
    whole = reduce(_joined_kinds, map(kind_of, found))
    if whole == "scalar" and len(found) > 1 and kind_of(found[0]) == "row":
        part = _inner(found[0], sympy.MatMul(*found[1:]), walk)
    else:
        part = reduce(_times, (matrix_part(arg, walk) for arg in found))
    if numbers == ["-1"]:
        return Operand(f"-{part.operand}", part.kind)
    return Operand("*".join([*numbers, part.operand]), part.kind) if numbers else part


def _joined_kinds(left: str, right: str) -> str:
    return _times(Operand("", left), Operand("", right)).kind


def _trace(arg: Any, walk: Walker) -> Operand:
    """The trace of a product is the sum of products of entries, of which those of a square are squares."""
    if kind_of(arg) == "scalar":
        return matrix_part(arg, walk)
    if isinstance(arg, sympy.MatMul) and len(found := [part for part in arg.args if _is_matrix(part)]) > 1:
        inner = _inner(found[0], sympy.MatMul(*found[1:]), walk)
        numbers = [f"({walk.text(part)})" for part in arg.args if not _is_matrix(part)]
        return Operand("*".join([*numbers, inner.text]), "scalar", not numbers)
    return Operand(f"trace({matrix_part(arg, walk).text})", "scalar", True)


def _inner(left: Any, right: Any, walk: Walker) -> Operand:
    """The trace of a product as a sum over entries of left' and right."""
    turned = sympy.Transpose(left).doit()
    one, two = matrix_part(turned, walk), matrix_part(right, walk)
    if isinstance(turned, OneMatrix):
        return Operand(f"sum({two.text})", "scalar", True)
    if isinstance(right, OneMatrix):
        return Operand(f"sum({one.text})", "scalar", True)
    if one.text == two.text:
        return Operand(f"sum({one.operand}**2)", "scalar", True)
    return Operand(f"sum({one.operand}*{two.operand})", "scalar", True)


def _is_matrix(arg: Any) -> bool:
    return bool(getattr(arg, "is_Matrix", False))


def _times(left: Operand, right: Operand) -> Operand:
    """A product of two arrays."""
    one, two = left.operand, right.operand
    match left.kind, right.kind:
        case ("scalar", kind) | (kind, "scalar"):
            return Operand(f"{one}*{two}", kind)
        case "column", "row":
            return Operand(f"outer({left.text}, {right.text})", "matrix", True)
        case "row", "column":
            return Operand(f"{one} @ {two}", "scalar")
        case "row", _:
            return Operand(f"{two.removesuffix('.T') if two.endswith('.T') else f'{two}.T'} @ {one}", "row")
        case _, "column":
            return Operand(f"{one} @ {two}", "column")
    return Operand(f"{one} @ {two}", "matrix")


def joined(texts: list[str]) -> str:
    """Summands, a minus in front of one in the place of the plus."""
    return " + ".join(texts).replace("+ -", "- ")
