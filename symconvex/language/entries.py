"""Entries of arrays, and arrays put together from entries: what an index, a slice and a list mean.

X[0]          the first row                    entry(X, 0)
y[1:]         at a numbered size, entry by entry    stacked(y[1], y[2])
y[:, None]    y as a column
"""

from collections.abc import Sequence
from functools import partial, reduce

from symconvex.errors import LossError, NotYet, ShapeError
from symconvex.language import nodes
from symconvex.language.place import Place, in_words
from symconvex.problem import Expr, Size

MOST_ENTRIES = 200
NO_NUMBER = "entries are written out one by one here, which needs a number for the size"


def entry(expr: Expr, place: int, at: Place) -> Expr:
    """What stands at a place along the first axis; places from the end count where the size is a number."""
    if not expr.shape:
        raise ShapeError(
            "a scalar has no entries",
            where=at.show(),
            expected="a vector or a matrix in front of [",
            got=f"{at.of(expr)} is a scalar",
            hint="leave the index out",
        )
    size = expr.shape[0]
    if isinstance(size, str) and place < 0:
        raise NotYet(
            "an entry counted from an end of unknown place",
            where=at.show(),
            expected=f"a place counted from the front, or a number for the size {size}",
            got=f"[{place}]",
            hint=f"declare {size} as a number, such as 3, or split the last entry off as a name of its own",
        )
    if isinstance(size, int):
        if not -size <= place < size:
            raise ShapeError(
                f"there is no entry {place}",
                where=at.show(),
                expected=f"a place from 0 to {size - 1}, since {at.of(expr)} is {in_words(expr.shape)}",
                got=f"[{place}]",
                hint="entries are counted from 0",
            )
        place %= size
    if expr.op == "stack":
        return expr.args[place]
    return Expr("entry", (expr,), place, expr.shape[1:], at.span)


def entries(expr: Expr, axis: int, at: Place) -> tuple[Expr, ...]:
    """All entries along an axis of numbered size."""
    size = expr.shape[axis]
    if isinstance(size, str) or size > MOST_ENTRIES:
        raise NotYet(
            "only so many entries can be written out one by one" if isinstance(size, int) else NO_NUMBER,
            where=at.show(),
            expected=f"a whole number of at most {MOST_ENTRIES} for the size {size}",
            got=f"{at.of(expr)} is {in_words(expr.shape)}",
            hint=f"declare {size} as a number, such as 3"
            if isinstance(size, str)
            else f"at most {MOST_ENTRIES} entries",
        )
    turned = nodes.transpose(expr, at) if axis else expr
    return tuple(entry(turned, k, at) for k in range(size))


def stacked(parts: Sequence[Expr], at: Place) -> Expr:
    """The parts along a new first axis; all have one shape."""
    if not parts:
        raise LossError(
            "an array without entries", where=at.show(), expected="one entry or more", got="none", hint="leave it out"
        )
    first = parts[0]
    for part in parts:
        if part.shape != first.shape:
            raise ShapeError(
                "the entries of this array have different shapes",
                where=Place(at.text, part.span).show(),
                expected=f"{at.of(part)} like {at.of(first)}, which is {in_words(first.shape)}",
                got=f"{at.of(part)} is {in_words(part.shape)}",
                hint="give all entries one shape",
            )
    if len(first.shape) > 1:
        raise NotYet(
            "arrays with more than two axes",
            where=at.show(),
            expected="scalars or vectors that are put together",
            got=in_words(first.shape),
            hint="write a sum over each matrix",
        )
    return Expr("stack", tuple(parts), None, (len(parts), *first.shape), at.span)


def joined(parts: Sequence[Expr], at: Place) -> Expr:
    """Vectors or matrices of numbered sizes one after the other."""
    return stacked([one for part in parts for one in (entries(part, 0, at) if part.shape else (part,))], at)


def row(expr: Expr, at: Place) -> Expr:
    """A vector as a matrix of one row, a scalar as a vector of one entry."""
    return Expr("repeat", (expr,), None, (1, *expr.shape), at.span)


def column(expr: Expr, at: Place) -> Expr:
    """A vector as a matrix of one column."""
    return nodes.transpose(row(expr, at), at)


def beside(reduced: Expr, whole: Expr, axis: int | None, at: Place) -> Expr:
    """What was added up, in a shape that broadcasting lines up with what it was added up from."""
    return column(reduced, at) if len(whole.shape) == 2 and axis is not None and axis % 2 else reduced


def kept(reduced: Expr, whole: Expr, axis: int | None, at: Place) -> Expr:
    """What was added up, with every axis still there: keepdims."""
    if not whole.shape or reduced.shape == whole.shape:
        return reduced
    if len(whole.shape) == 1:
        return row(reduced, at)
    if axis is None:
        return row(row(reduced, at), at)
    return column(reduced, at) if axis % 2 else row(reduced, at)


def filled(value: int, shape: tuple[Size, ...], at: Place) -> Expr:
    """An array of equal numbers."""
    return Expr("repeat", (nodes.number(value, at),), None, shape, at.span)


def diagonal(expr: Expr, at: Place) -> Expr:
    """The diagonal matrix of a vector, and the diagonal of a matrix, as NumPy's diag."""
    if len(expr.shape) == 1:
        return Expr("diag", (expr,), None, expr.shape * 2, at.span)
    if len(expr.shape) == 2 and expr.shape[0] == expr.shape[1]:
        return Expr("diagonal", (expr,), None, expr.shape[:1], at.span)
    raise ShapeError(
        "a diagonal needs a vector or a square matrix",
        where=at.show(),
        expected="shape (d,) or (d, d)",
        got=f"{at.of(expr)} is {in_words(expr.shape)}",
        hint="check the declared shapes",
    )


def identity(size: Size, at: Place) -> Expr:
    """The identity matrix."""
    return Expr("eye", (), size, (size, size), at.span)


def outer(left: Expr, right: Expr, at: Place) -> Expr:
    """All products of an entry of the one and an entry of the other."""
    if len(left.shape) != 1 or len(right.shape) != 1:
        raise ShapeError(
            "an outer product needs two vectors",
            where=at.show(),
            expected="two vectors",
            got=f"{at.of(left)} is {in_words(left.shape)}, {at.of(right)} is {in_words(right.shape)}",
            hint="for a matrix product write A @ B",
        )
    return nodes.mul(column(left, at), right, at)


def trace(expr: Expr, at: Place) -> Expr:
    """The sum of the diagonal; of a product A @ B, the sum of A * B.T."""
    if len(expr.shape) != 2 or expr.shape[0] != expr.shape[1]:
        raise ShapeError(
            "a trace needs a square matrix",
            where=at.show(),
            expected="shape (d, d)",
            got=f"{at.of(expr)} is {in_words(expr.shape)}",
            hint="trace(A.T @ A) is sum(A**2)",
        )
    if expr.op == "matmul":
        left, right = expr.args
        return nodes.total(nodes.mul(left, nodes.transpose(right, at), at), None, at)
    if expr.op == "mul" and not expr.args[0].shape:
        return nodes.mul(expr.args[0], trace(expr.args[1], at), at)
    if expr.op == "stack" and all(row.op == "stack" for row in expr.args):
        return reduce(partial(nodes.add, at=at), (row.args[k] for k, row in enumerate(expr.args)))
    return Expr("trace", (expr,), None, (), at.span)
