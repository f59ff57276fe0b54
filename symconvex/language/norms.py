"""Norms of every kind that NumPy has: by the number or word behind the array.

    norm(a)            sqrt(sum(a**2))          norm(a, 1)        sum(abs(a))
    norm(a, inf)       max over abs(a)          norm(a, p)        sum(abs(a)**p)**(1/p)
    norm(A, 'fro')     as norm(A)               norm(A, 1)        the largest sum of a column of abs(A)

Source   Horn & Johnson 2013, Matrix Analysis, sections 5.2 and 5.6
"""

from collections.abc import Callable
from fractions import Fraction

from symconvex.errors import LossError, NotYet
from symconvex.language import nodes
from symconvex.language.entries import entries
from symconvex.language.place import Place, in_words
from symconvex.problem import Expr

ONE = Fraction(1)


def norm(expr: Expr, order: object, axis: int | None, at: Place) -> Expr:
    """The norm of an array, or of its vectors along an axis."""
    if order in (None, "fro", 2) and not (order == 2 and axis is None and len(expr.shape) == 2):
        return nodes.norm(expr, axis, at)
    size = nodes.call("abs", expr, at)
    if not expr.shape:
        return size
    if len(expr.shape) == 2 and axis is None:
        return _of_matrix(expr, size, order, at)
    if order in ("inf", "-inf"):
        return extreme(size, axis, nodes.maximum if order == "inf" else nodes.minimum, at)
    if not isinstance(order, Fraction | int) or order < 1:
        raise _unknown(order, at)
    power = Fraction(order)
    total = nodes.total(nodes.power(size, power, at), axis, at)
    return total if power == 1 else nodes.power(total, 1 / power, at)


def _of_matrix(expr: Expr, size: Expr, order: object, at: Place) -> Expr:
    if order in (1, "inf"):
        return extreme(nodes.total(size, 0 if order == 1 else 1, at), None, nodes.maximum, at)
    if order not in (2, "nuc"):
        raise _unknown(order, at)
    if 1 in expr.shape:
        return nodes.norm(expr, None, at)
    word = "the nuclear norm, the sum of the singular values," if order == "nuc" else "the largest singular value"
    raise NotYet(
        f"{word} is read, but nothing can be proved of it so far",
        where=at.show(),
        expected="norms of the entries: norm(A), norm(A, 1), sum(abs(A))",
        got=f"a matrix norm of {at.of(expr)}, which is {in_words(expr.shape)}",
        hint=f"a norm is convex, so prove the other summands and add it by hand, or write norm({at.of(expr)}, 'fro')",
    )


def _unknown(order: object, at: Place) -> LossError:
    return LossError(
        "this norm is not known",
        where=at.show(),
        expected="norm(a), norm(a, 1), norm(a, inf), norm(a, p) with p >= 1, norm(A, 'fro')",
        got=f"the order {order}",
        hint="a count of the entries that are not 0 jumps; sum(abs(a)) is its convex stand-in",
    )


def extreme(expr: Expr, axis: int | None, pick: Callable[[tuple[Expr, ...], Place], Expr], at: Place) -> Expr:
    """The largest or smallest entry of an array of numbered size, or along an axis of one."""
    along = nodes.checked_axis(expr, axis, at)
    lengths = expr.shape if along is None else (expr.shape[along],)
    if any(isinstance(length, str) for length in lengths):
        name = next(length for length in lengths if isinstance(length, str))
        raise NotYet(
            "the extreme entry of one array of named size",
            where=at.show(),
            expected="two or more arguments, compared entry by entry, or a size that is a number",
            got=f"only {at.of(expr)}, which is {in_words(expr.shape)}",
            hint=f"declare {name} as a number, such as 3; a smooth stand-in is logsumexp(a)",
        )
    parts = entries(expr, along or 0, at)
    if along is None and len(expr.shape) == 2:
        parts = tuple(one for part in parts for one in entries(part, 0, at))
    return parts[0] if len(parts) == 1 else pick(parts, at)
