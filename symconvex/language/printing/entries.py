"""Formulas as LaTeX: matrices as a whole where that reads well, entries under a sum."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import prod

from symconvex.language.free_name import free_name, numbered
from symconvex.language.indices import LETTERS
from symconvex.language.printing.engine import broken, printed
from symconvex.language.printing.styles import LATEX, TRANSPOSED
from symconvex.language.printing.tree import (
    HALF,
    MINUS,
    POW,
    Exact,
    Name,
    Op,
    Plus,
    Raised,
    Times,
    Tree,
    Word,
    coefficient,
    reciprocal,
    scaled,
)
from symconvex.problem import Expr, Shape

SPARE = "ijklrstabcuvpq"
ONES = Word("\\mathbf 1")
SQUARE_OF_ONES = Word(f"\\mathbf 1\\mathbf 1^{{{TRANSPOSED}}}", POW)
At = tuple[str | int, ...] | None


def formula_tex(expr: Expr) -> str:
    """The formula in LaTeX mathematics, without delimiters.

        X.T @ diag(p*(1 - p)) @ X     X^{T} diag(p . (1 - p)) X
        sum(softplus(-m))             the sum over i from 1 to n of log(1 + exp(-m_i))

    Entrywise products of whole arrays are written with a dotted circle.
    """
    return printed(_tree_of(expr), LATEX)


def entry_formula_tex(expr: Expr, at: tuple[str | int, ...]) -> str:
    """The entry of an array at these indices in LaTeX mathematics."""
    return printed(_layout(expr).tree(expr, at), LATEX)


def lines_tex(expr: Expr, *, width: int = 60) -> tuple[str, ...]:
    """The formula in lines of about `width` signs, broken before the plus and minus of its summands."""
    return broken(_tree_of(expr), LATEX, width)


def _tree_of(expr: Expr) -> Tree:
    return _layout(expr).tree(expr, None)


def _layout(expr: Expr) -> "Layout":
    return Layout(frozenset(str(node.value) for node in _walk(expr) if node.op in ("name", "size")))


def _walk(expr: Expr) -> Iterator[Expr]:
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.args)


@dataclass(frozen=True, slots=True)
class Layout:
    """Lays a formula out; `at` holds the indices of the entry meant, None the whole array."""

    taken: frozenset[str]

    def tree(self, expr: Expr, at: At) -> Tree:
        """The formula, or its entry, as the engine reads it."""
        match expr.op:
            case "number":
                return Exact(_rational(expr))
            case "size":
                return Name(str(expr.value), size=True)
            case "name" | "constant":
                return Name(str(expr.value), at if at is not None and expr.shape else ())
            case "add":
                return self._sum(expr, at)
            case "mul":
                return self._product(expr, at)
            case "pow":
                return self._power(expr, at)
            case "sum":
                return self._total(expr, at)
            case "call" | "max":
                args = tuple(self.tree(arg, _entry_of(arg, at)) for arg in expr.args)
                return Op("max", args) if expr.op == "max" else Op("call", args, (str(expr.value),))
        if at is None or not expr.shape:
            return self._whole(expr)
        return self._entry(expr, at)

    def _entry(self, expr: Expr, at: tuple[str | int, ...]) -> Tree:
        """The entry of what is built from whole arrays."""
        match expr.op, expr.args:
            case "transpose", (arg,):
                return self.tree(arg, at[::-1])
            case "entry", (arg,):
                return self.tree(arg, (_place(expr), *at))
            case "matmul", (Expr("diag", (weights,)), array) if len(at) == 2:
                return Times((self.tree(weights, at[:1]), self.tree(array, at)))
            case "outer", (left, right):
                return Times((self.tree(left, at[:1]), self.tree(right, at[1:])))
            case "repeat", (arg,):
                return self.tree(arg, _aligned(arg.shape, at))
        return Op("entry", (self._whole(expr),), at)

    def _whole(self, expr: Expr) -> Tree:
        """What has no entrywise form."""
        match expr.op, expr.args:
            case "matmul", (left, right):
                return self._matmul(left, right)
            case "transpose", (arg,):
                return _transposed(self.tree(arg, None))
            case "outer", (left, right):
                return Op("beside", (self.tree(left, None), _transposed(self.tree(right, None))))
            case "repeat", (arg,):
                return self._repeated(arg, expr.shape)
            case "eye", _:
                return Op("identity", (), (str(expr.value),))
            case "entry", (arg,):
                return self._part(arg, _place(expr))
            case "stack", args:
                return Op("list", tuple(self.tree(arg, None) for arg in args))
        return Op(
            "operator", (self.tree(expr.args[0], None),), ({"trace": "tr", "diagonal": "diag"}.get(expr.op, expr.op),)
        )

    def _part(self, arg: Expr, place: int) -> Tree:
        """An entry of a vector, a row of a matrix."""
        if len(arg.shape) == 1:
            return self.tree(arg, (place,))
        match arg:
            case Expr("entry", (whole,)):
                return self.tree(whole, (_place(arg), place))
            case Expr("transpose", (whole,)):
                return Op("column", (self.tree(whole, None),), (place,))
        return Op("row", (self.tree(arg, None),), (place,))

    def _repeated(self, arg: Expr, shape: Shape) -> Tree:
        ones = ONES if len(shape) == 1 or arg.shape else SQUARE_OF_ONES
        if arg.op == "number" and arg.value in (0, 1):
            return ones if arg.value == 1 else Exact(Fraction(0))
        if not arg.shape:
            return Op("beside", (self.tree(arg, None), ones))
        return Op("beside", (ONES, _transposed(self.tree(arg, None))))

    def _matmul(self, left: Expr, right: Expr) -> Tree:
        value, first = coefficient(self.tree(left, None))
        return scaled(value, self._matrices(first, left.shape, right))

    def _matrices(self, first: Tree, shape: Shape, right: Expr) -> Tree:
        """A product of matrices and vectors, of which the first factor is laid out."""
        second = self.tree(right, None)
        chained = right.op == "matmul"
        if len(shape) == 1 and len(right.shape) == 1:
            return Op("inner chain" if chained else "inner", (_transposed(first), second))
        if len(shape) == 1:
            return Op("matmul", (_transposed(second), first))
        if isinstance(first, Op) and first.kind == "entrywise":
            first = Op("group", (first,))
        if chained and len(right.shape) == 1 and len(right.args[0].shape) == 1:
            second = Op("group", (second,))
        return Op("chain" if chained else "matmul", (first, second))

    def _sum(self, expr: Expr, at: At) -> Tree:
        return Plus(tuple(self._summand(arg, expr.shape, at) for arg in _spread(expr)))

    def _summand(self, arg: Expr, shape: Shape, at: At) -> Tree:
        """A row that is broadcast to a matrix stands beside a column of ones."""
        if at is not None:
            return self.tree(arg, _entry_of(arg, at))
        if len(arg.shape) == 1 and len(shape) == 2:
            match arg:
                case Expr("mul", (Expr("number", (), Fraction() as value), rest)) if value == -1:
                    return Times((MINUS, self._repeated(rest, shape)))
            return self._repeated(arg, shape)
        return self.tree(arg, None)

    def _product(self, expr: Expr, at: At) -> Tree:
        """Numbers and scalars, then arrays."""
        scalars, arrays = list[Tree](), list[Expr]()
        for factor in _signed(_spread(expr)):
            if factor.shape and at is None:
                arrays.append(factor)
            else:
                scalars.append(self.tree(factor, _entry_of(factor, at)))
        if not arrays:
            return Times(tuple(scalars))
        array = self._entrywise(arrays, expr.shape)
        if not scalars:
            return array
        grouped = isinstance(array, Op) and array.kind == "entrywise"
        return Times(tuple(scalars), (Op("group", (array,)) if grouped else array,))

    def _entrywise(self, arrays: list[Expr], shape: Shape) -> Tree:
        trees = tuple(
            Op("group", (self._repeated(array, shape),)) if len(array.shape) < len(shape) else self.tree(array, None)
            for array in arrays
        )
        return trees[0] if len(trees) == 1 else Op("entrywise", trees)

    def _power(self, expr: Expr, at: At) -> Tree:
        (base,), exponent = expr.args, _rational(expr)
        if _is_square_sum(base):
            return self._norm(base.args[0].args[0], 2 * exponent)
        inner = self.tree(base, _entry_of(base, at))
        if at is None and expr.shape and exponent != HALF:
            shown = str(exponent) if exponent > 0 else f"({exponent})"
            return Op("entrywise power", (inner,), (shown,))
        return reciprocal(inner) if exponent == -1 else Raised(inner, exponent)

    def _total(self, expr: Expr, at: At) -> Tree:
        (arg,) = expr.args
        if at is None and _is_square_sum(expr):
            return self._norm(arg.args[0], Fraction(2))
        if at is None and expr.value is not None:
            rows = self.tree(arg, None)
            return Op("beside", (_transposed(rows) if expr.value == 0 else rows, ONES))
        axes = range(len(arg.shape)) if expr.value is None else (int(str(expr.value)),)
        place, bounds = list(at or ()) if expr.shape else [], list[tuple[str, str | int]]()
        for axis in axes:
            size = arg.shape[axis]
            index = "1" if size == 1 else self._index(size, set(map(str, (*place, *(at or ())))))
            place.insert(axis, index)
            bounds += [] if size == 1 else [(index, size)]
        body = Layout(self.taken | set(map(str, place))).tree(arg, tuple(place))
        value, body = coefficient(body) if bounds else (Fraction(1), body)
        for index, size in reversed(bounds):
            body = Op("total", (body,), (index, size))
        return scaled(value, body)

    def _index(self, size: str | int, used: set[str]) -> str:
        return free_name(chain((LETTERS.get(str(size), "i"), *SPARE), numbered("i")), used | self.taken)

    def _norm(self, inside: Expr, exponent: Fraction) -> Tree:
        kind = "Frobenius norm" if len(inside.shape) == 2 else "norm"
        args = (self.tree(inside, None),)
        if exponent == 2:
            return Op(f"squared {kind}", args)
        return Op(kind, args) if exponent == 1 else Raised(Op(kind, args), exponent)


def _transposed(tree: Tree) -> Tree:
    """The transpose; the layer of a name stands beside the mark."""
    if not isinstance(tree, Name):
        return Op("transpose", (tree,))
    text = printed(tree, LATEX)
    if text.endswith(")}") and "^{(" in text:
        return Word(f"{text[:-1]}{TRANSPOSED}}}", POW)
    return Word(f"{{{text}}}^{{{TRANSPOSED}}}", POW) if "^" in text else Op("transpose", (tree,))


def _place(expr: Expr) -> int:
    """Where an entry stands."""
    return int(str(expr.value))


def _rational(expr: Expr) -> Fraction:
    if isinstance(expr.value, Fraction):
        return expr.value
    raise TypeError(f"{expr.op} holds {expr.value!r}")


def _signed(parts: Iterable[Expr]) -> list[Expr]:
    """The factors with one number in place of several that are negative, and with none for 1."""
    given = list(parts)
    numbers = [_rational(part) for part in given if part.op == "number"]
    if sum(value < 0 for value in numbers) < 2:
        return given
    rest = [part for part in given if part.op != "number"]
    return [Expr("number", (), prod(numbers, start=Fraction(1)), ()), *rest] if prod(numbers) != 1 or not rest else rest


def _spread(expr: Expr) -> list[Expr]:
    """The operands of nested sums or products, from left to right; broadcasting keeps a sum together."""
    waiting, found = [expr], list[Expr]()
    while waiting:
        node = waiting.pop()
        if node.op == expr.op and (expr.op == "mul" or node.shape == expr.shape):
            waiting += reversed(node.args)
        else:
            found.append(node)
    return found


def _is_square_sum(expr: Expr) -> bool:
    """A sum of squares of something that reads well as a whole."""
    if expr.op != "sum" or expr.value is not None or expr.args[0].op != "pow" or expr.args[0].value != 2:
        return False
    return all(map(_reads_whole, _walk(expr.args[0].args[0])))


def _reads_whole(node: Expr) -> bool:
    """Anything but an entrywise product or power of arrays."""
    if node.op in ("mul", "pow") and node.shape:
        return not all(arg.shape for arg in node.args)
    return node.op in ("name", "number", "add", "mul", "pow", "matmul", "transpose")


def _aligned(inner: Shape, at: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The indices of an operand that is broadcast: the last ones, 1 along axes of size 1."""
    if not inner:
        return ()
    return tuple("1" if size == 1 else index for size, index in zip(inner, at[-len(inner) :], strict=True))


def _entry_of(arg: Expr, at: At) -> At:
    return None if at is None else _aligned(arg.shape, at)
