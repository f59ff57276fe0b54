"""Norms of every kind that NumPy has: by the number or word behind the array.

    norm(a)            sqrt(sum(a**2))          norm(a, 1)        sum(abs(a))
    norm(a, inf)       max over abs(a)          norm(a, p)        sum(abs(a)**p)**(1/p)
    norm(A, 'fro')     as norm(A)               norm(A, 1)        the largest sum of a column of abs(A)
    norm(A, 'nuc')     the sum of the singular values, and norm(A, 2) the largest one, of a matrix of shape (2, 2)

Source   Horn & Johnson 2013, Matrix Analysis, sections 5.2 and 5.6
"""

from fractions import Fraction

from symconvex.errors import LossError, NotYet
from symconvex.language import nodes, spectra
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
        return extreme(size, axis, order == "-inf", at, said=f"abs({at.whole(expr)})")
    if not isinstance(order, Fraction | int) or order < 1:
        raise _unknown(order, at)
    power = Fraction(order)
    total = nodes.total(nodes.power(size, power, at), axis, at)
    return total if power == 1 else nodes.power(total, 1 / power, at)


def _of_matrix(expr: Expr, size: Expr, order: object, at: Place) -> Expr:
    if order in (1, "inf"):
        axis = 0 if order == 1 else 1
        sums = f"sum(abs({at.whole(expr)}), axis={axis})"
        return extreme(nodes.total(size, axis, at), None, False, at, said=sums)
    if order not in (2, "nuc"):
        raise _unknown(order, at)
    return (spectra.nuclear_norm if order == "nuc" else spectra.spectral_norm)(expr, at)


def _unknown(order: object, at: Place) -> LossError:
    return LossError(
        "this norm is not known",
        where=at.show(),
        expected="norm(a), norm(a, 1), norm(a, inf), norm(a, p) with p >= 1, norm(A, 'fro')",
        got=f"the order {order}",
        hint="a count of the entries that are not 0 jumps; sum(abs(a)) is its convex stand-in",
    )


def extreme(expr: Expr, axis: int | None, least: bool, at: Place, said: str = "") -> Expr:
    """The largest (smallest) entry of an array of numbered size, or along an axis of one; `said`: how it is written."""
    along = nodes.checked_axis(expr, axis, at)
    if expr.op == "stack" and expr.value == spectra.ASCENDING:
        return expr.args[0 if least else -1]
    parts = numbered(expr, along, at, _smooth(said or at.whole(expr), along, least))
    pick = nodes.minimum if least else nodes.maximum
    return parts[0] if len(parts) == 1 else pick(parts, at)


def numbered(expr: Expr, along: int | None, at: Place, instead: str) -> tuple[Expr, ...]:
    """All entries of an array whose sizes are numbers, or its parts along an axis; `instead`: what has every size."""
    lengths = expr.shape if along is None else (expr.shape[along],)
    name = next((length for length in lengths if isinstance(length, str)), None)
    if name is not None:
        raise NotYet(
            "the entries of an array of named size, one by one",
            where=at.show(),
            expected=f"a number for the size {name}; or two or more arguments, which are compared entry by entry",
            got=f"only {at.of(expr)}, which is {in_words(expr.shape)}",
            hint=f"declare {name} as a number, such as 3{instead}",
        )
    parts = entries(expr, along or 0, at)
    if along is None and len(expr.shape) == 2:
        parts = tuple(one for part in parts for one in entries(part, 0, at))
    return parts


def _smooth(said: str, along: int | None, least: bool) -> str:
    """What comes close to an extreme entry, at every size."""
    axis = "" if along is None else f", axis={along}"
    close = f"-logsumexp(-{nodes.bracketed(said)}{axis})" if least else f"logsumexp({said}{axis})"
    return f"; at every size a smooth one that is close to it is {close}"
