"""What stands in square brackets: places, slices, and None for a new axis.

w[0]     X[i, 1]     y[1:]     X[:, 0]     y[:, None]
"""

import ast
from fractions import Fraction

from symconvex.errors import LossError, NotYet
from symconvex.language import entries, nodes, standins
from symconvex.language.place import Place, in_words
from symconvex.language.syntax import exact
from symconvex.language.vocabulary import Vocabulary
from symconvex.problem import Expr


def sliced(expr: Expr, index: ast.expr, scope: Vocabulary, at: Place) -> Expr:
    """The entries that the brackets behind an array pick, axis by axis."""
    parts = [_part(part, scope) for part in (index.elts if isinstance(index, ast.Tuple) else (index,))]
    parts = [part for part in parts if part is not Ellipsis] if Ellipsis in parts[:1] else parts
    if None in parts:
        return _widened(expr, parts, at)
    if len(parts) > max(1, len(expr.shape)):
        raise _wrong(expr, at)
    if len(parts) == 2 and all(isinstance(part, int) for part in parts):
        return _picked(_picked(expr, parts[0], scope, at), parts[1], scope, at)
    if len(parts) == 2:
        inner = nodes.transpose(_picked(nodes.transpose(expr, at), parts[1], scope, at), at)
        return _picked(inner, parts[0], scope, at)
    return _picked(expr, parts[0], scope, at)


def _picked(expr: Expr, part: object, scope: Vocabulary, at: Place) -> Expr:
    """The entries along the first axis."""
    if isinstance(part, int):
        return entries.entry(expr, part, at)
    if part == slice(None):
        return expr
    if not expr.shape or not isinstance(part, slice):
        raise _wrong(expr, at)
    size = expr.shape[0]
    if isinstance(size, str):
        start, stop = part.start or 0, part.stop or 0
        if part.step not in (None, 1) or start < 0 or stop > 0:
            raise NotYet(
                "this slice of an array of named size",
                where=at.show(),
                expected=f"slices such as 1: and :-1, or a number for the size {size}",
                got=f"{at.of(expr)} is {in_words(expr.shape)}",
                hint=f"declare {size} as a number, such as 4, or the part as an array of its own",
            )
        return standins.window(expr, start, -stop, scope, at)
    return entries.stacked([entries.entry(expr, k, at) for k in range(*part.indices(size))], at)


def _widened(expr: Expr, parts: list[object], at: Place) -> Expr:
    """A vector as a row or a column, a scalar as a vector of one entry."""
    match len(expr.shape), parts:
        case 1, [None, slice()] | [None]:
            return entries.row(expr, at)
        case 1, [slice(), None]:
            return entries.column(expr, at)
        case 0, [None]:
            return entries.row(expr, at)
    raise _wrong(expr, at)


def _part(node: ast.expr, scope: Vocabulary) -> object:
    match node:
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(None if end is None else _whole(end, scope) for end in (lower, upper, step)))
        case ast.Constant(value=None):
            return None
        case ast.Constant(value=value) if value is Ellipsis:
            return Ellipsis
        case ast.Attribute(attr="newaxis"):
            return None
    return _whole(node, scope)


def _whole(node: ast.expr, scope: Vocabulary) -> int:
    """A place, written as a number."""
    at = scope.place(node)
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return int(exact(at))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)) if not isinstance(value, bool):
            return -int(Fraction(value))
    word = at.text[slice(*at.span)][:60]
    raise LossError(
        "an index is a whole number",
        where=at.show(),
        expected="a place such as 0 or -1, a slice such as 1: or :-1",
        got=word,
        hint="write the whole array: sums and products run over all entries, X @ w for X[i] @ w in every row",
    )


def _wrong(expr: Expr, at: Place) -> LossError:
    return LossError(
        "these brackets do not fit the array",
        where=at.show(),
        expected="one place or slice for each axis, or None for a new one beside a vector",
        got=f"{at.of(expr)} is {in_words(expr.shape)}",
        hint="write X[0], X[:, 0], X[0, 1], y[1:], y[:, None]",
    )
