"""A result of a derivation as a SymPy matrix expression over matrix symbols of named sizes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import sympy
from sympy.matrices.expressions import DiagMatrix, DiagonalMatrix, HadamardPower, HadamardProduct, OneMatrix

from symconvex.calculus.program.fold import sympy_function
from symconvex.errors import NotYet
from symconvex.language.printing import text_of
from symconvex.problem import Expr, Shape, Size, Symbol

SCALARS: Mapping[str, Mapping[str, bool]] = {
    "positive": {"positive": True},
    "unit": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "count": {"integer": True, "nonnegative": True},
    "binary": {"integer": True, "nonnegative": True},
    "sign": {"integer": True, "nonzero": True},
}


@dataclass(frozen=True, slots=True)
class Words:
    """What sizes and names are called in SymPy."""

    sizes: Mapping[str, Any]
    symbols: Mapping[str, Any]

    @classmethod
    def of(cls, declared: Iterable[Symbol]) -> "Words":
        """Symbols with the assumptions of their sets; matrix symbols have none in SymPy."""
        found = [*declared]
        names = dict.fromkeys(size for symbol in found for size in symbol.shape if isinstance(size, str))
        sizes = {name: sympy.Symbol(name, integer=True, positive=True) for name in names}
        scalars = {s.name: sympy.Symbol(s.name, **SCALARS.get(s.within, {"real": True})) for s in found if not s.shape}
        return cls(sizes, scalars).with_more({s.name: s.shape for s in found if s.shape})

    def with_more(self, shapes: Mapping[str, Shape]) -> "Words":
        """The same with real names of these shapes."""
        more = {
            name: sympy.MatrixSymbol(name, *self.rectangle(shape)) if shape else sympy.Symbol(name, real=True)
            for name, shape in shapes.items()
        }
        return Words(self.sizes, {**self.symbols, **more})

    def rectangle(self, shape: Shape) -> tuple[Any, Any]:
        """Rows and columns: a vector is a column."""
        rows, columns = (*map(self.size, shape), 1)[:2]
        return rows, columns

    def size(self, size: Size) -> Any:
        """A number, or the symbol of a size."""
        return sympy.Integer(size) if isinstance(size, int) else self.sizes[size]


def converted(expr: Expr, words: Words) -> Any:
    """The matrix expression of the shape of `expr`; a number for the shape ().

    Fails    NotYet on an operation for which SymPy has no words
    """
    args = [converted(arg, words) for arg in expr.args]
    match expr.op:
        case "number":
            return sympy.Rational(expr.value.numerator, expr.value.denominator)  # type: ignore[union-attr]
        case "constant":
            return sympy.pi
        case "size":
            return words.size(str(expr.value))
        case "name":
            return words.symbols[str(expr.value)]
        case "add":
            return _sum(*_broadcast(expr, args, words))
        case "mul":
            return _product(expr, args, words)
        case "div":
            inverse = _entrywise(expr.args[1], args[1], lambda z: z**-1, -1)
            return _product(expr, [args[0], inverse], words)
        case "pow":
            exponent = sympy.Rational(expr.value.numerator, expr.value.denominator)  # type: ignore[union-attr]
            return HadamardPower(args[0], exponent) if expr.shape else args[0] ** exponent
        case "call":
            return _applied(expr, args[0])
        case "max":
            return reduce(_larger, _broadcast(expr, args, words))
    return _arranged(expr, args, words)


def _arranged(expr: Expr, args: list[Any], words: Words) -> Any:
    """Products, sums and arrangements of matrices."""
    match expr.op:
        case "matmul":
            return _matmul(expr, args)
        case "outer":
            return args[0] * args[1].T
        case "transpose":
            return args[0].T if len(expr.shape) == 2 else args[0]
        case "sum":
            return _total(expr, args[0], words)
        case "trace":
            return sympy.Trace(args[0])
        case "diag":
            return DiagMatrix(args[0])
        case "diagonal":
            return DiagonalMatrix(args[0]) * OneMatrix(args[0].shape[1], 1)
        case "eye":
            return sympy.Identity(words.size(expr.shape[0]))
        case "repeat":
            return _spread(args[0], expr.args[0].shape, expr.shape, words)
        case "softmax" | "logsumexp":
            return _softened(expr, args[0], words)
    raise NotYet(
        "SymPy has no matrix expression for this part",
        where=text_of(expr)[:200],
        expected="sums, products, powers and functions of whole arrays",
        got=expr.op,
        hint="give the sizes, to_sympy(n=2, d=2): then every entry is a formula",
    )


def _spread(arg: Any, shape: Shape, wanted: Shape, words: Words) -> Any:
    """An array broadcast to a shape as NumPy does: a vector is a row of the matrix."""
    if shape == wanted:
        return arg
    rows, columns = words.rectangle(wanted)
    if not shape:
        return arg * OneMatrix(rows, columns)
    if len(shape) == 1:
        return OneMatrix(rows, 1) * arg.T
    return (OneMatrix(rows, 1) * arg if shape[0] == 1 else arg) * (OneMatrix(1, columns) if shape[1] == 1 else 1)


def _broadcast(expr: Expr, args: list[Any], words: Words) -> list[Any]:
    return [_spread(arg, part.shape, expr.shape, words) for arg, part in zip(args, expr.args, strict=True)]


def _sum(left: Any, right: Any) -> Any:
    return left + right


def _product(expr: Expr, args: list[Any], words: Words) -> Any:
    """Entry by entry; a number is a factor of a matrix."""
    if any(not part.shape for part in expr.args):
        return args[0] * args[1]
    left, right = _broadcast(expr, args, words)
    if left == right:
        return HadamardPower(left, 2)
    return HadamardProduct(left, right)


def _entrywise(part: Expr, arg: Any, number: Any, exponent: int) -> Any:
    return HadamardPower(arg, exponent) if part.shape else number(arg)


def _applied(expr: Expr, arg: Any) -> Any:
    """A catalogued function of every entry."""
    name = str(expr.value)
    if not expr.shape:
        return sympy_function(name, arg)
    z = sympy.Dummy("z", real=True)
    return arg.applyfunc(sympy.Lambda(z, sympy_function(name, z)))


def _larger(left: Any, right: Any) -> Any:
    """max(a, b) = b + relu(a - b), of which SymPy applies the second to every entry."""
    if not getattr(left, "is_Matrix", False):
        return sympy.Max(left, right)
    z = sympy.Dummy("z", real=True)
    return right + (left - right).applyfunc(sympy.Lambda(z, sympy.Max(z, 0)))


def _matmul(expr: Expr, args: list[Any]) -> Any:
    left, right = args
    one, two = (len(part.shape) for part in expr.args)
    if one == two == 1:
        return sympy.Trace(left.T * right)
    if one == 1:  # a row times a matrix is a vector again
        return right.T * left
    return left * right


def _total(expr: Expr, arg: Any, words: Words) -> Any:
    """1' A 1, or A' 1 and A 1 along an axis."""
    (part,) = expr.args
    if not part.shape:
        return arg
    if expr.shape == ():
        return _everything(arg)
    return arg.T * OneMatrix(arg.shape[0], 1) if expr.value == 0 else arg * OneMatrix(arg.shape[1], 1)


def _everything(arg: Any) -> Any:
    """The sum of all entries as a trace: |A|^2 is tr(A' A)."""
    if isinstance(arg, HadamardPower) and arg.exp == 2:
        return sympy.Trace(arg.base.T * arg.base)
    if isinstance(arg, HadamardProduct) and len(arg.args) == 2:
        return sympy.Trace(arg.args[0].T * arg.args[1])
    rows, columns = arg.shape
    left = OneMatrix(1, rows) * arg
    return sympy.Trace(left if columns == 1 else left * OneMatrix(columns, 1))


def _softened(expr: Expr, arg: Any, words: Words) -> Any:
    """exp(z) over its sums along an axis, or the logarithm of these."""
    z = sympy.Dummy("z", real=True)
    weights = arg.applyfunc(sympy.Lambda(z, sympy.exp(z)))
    whole = _everything(weights) if expr.value is None else None
    if whole is not None:
        return sympy.log(whole) if expr.op == "logsumexp" else weights / whole
    rows, columns = arg.shape
    sums = weights.T * OneMatrix(rows, 1) if expr.value == 0 else weights * OneMatrix(columns, 1)
    if expr.op == "logsumexp":
        return sums.applyfunc(sympy.Lambda(z, sympy.log(z)))
    wide = OneMatrix(rows, 1) * sums.T if expr.value == 0 else sums * OneMatrix(1, columns)
    return HadamardProduct(weights, HadamardPower(wide, -1))
