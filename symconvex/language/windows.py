"""Neighbours in an array of numbered size: differences, running sums, convolutions.

    convolve(x, w)[k] = sum_j x[k - j] w[j]          correlate(x, w)[k] = sum_j x[k + j] w[j]

Source   NumPy reference, numpy.convolve; Oppenheim & Schafer 2010, section 2.3
"""

from collections.abc import Mapping
from functools import reduce

from symconvex.errors import LossError, ShapeError
from symconvex.language import nodes
from symconvex.language.entries import entries, stacked
from symconvex.language.place import Place, in_words
from symconvex.problem import Expr


def _vector(expr: Expr, at: Place) -> tuple[Expr, ...]:
    if len(expr.shape) != 1:
        raise ShapeError(
            "neighbours are those in a vector",
            where=at.show(),
            expected="a vector",
            got=f"{at.of(expr)} is {in_words(expr.shape)}",
            hint="write a slice for each axis, such as X[1:] - X[:-1] and X[:, 1:] - X[:, :-1]",
        )
    return entries(expr, 0, at)


def _sum(parts: list[Expr], at: Place) -> Expr:
    return reduce(lambda left, right: nodes.add(left, right, at), parts)


def convolved(args: tuple[Expr, ...], words: Mapping[str, object], at: Place) -> Expr:
    """The convolution of two vectors: full, same or valid."""
    long, short = sorted((_vector(arg, at) for arg in args), key=len, reverse=True)
    n, m = len(long), len(short)
    places = {"full": range(n + m - 1), "same": range((m - 1) // 2, (m - 1) // 2 + n), "valid": range(m - 1, n)}
    mode = words.get("mode", "full")
    if mode not in places:
        raise LossError(
            "this mode is not known",
            where=at.show(),
            expected="mode='full', 'same' or 'valid'",
            got=str(mode),
            hint="write mode='valid' for windows that lie inside",
        )
    inside = [[j for j in range(m) if 0 <= k - j < n] for k in places[str(mode)]]
    sums = [[nodes.mul(long[k - j], short[j], at) for j in js] for k, js in zip(places[str(mode)], inside, strict=True)]
    return stacked([_sum(products, at) for products in sums], at)


def correlated(args: tuple[Expr, ...], words: Mapping[str, object], at: Place) -> Expr:
    """The convolution with the second vector turned round."""
    turned = stacked(_vector(args[1], at)[::-1], at)
    return convolved((args[0], turned), {"mode": words.get("mode", "valid")}, at)


def running(expr: Expr, at: Place) -> Expr:
    """The sums of the first entries."""
    parts = _vector(expr, at)
    return stacked([_sum(list(parts[: k + 1]), at) for k in range(len(parts))], at)


def differences(expr: Expr, words: Mapping[str, object], at: Place) -> Expr:
    """Every entry less the one before it, n times."""
    times, axis = words.get("n", 1), words.get("axis", -1)
    if not isinstance(times, int) or not 0 <= times <= 8 or not isinstance(axis, int):
        raise LossError(
            "differences of this kind are not known",
            where=at.show(),
            expected="diff(a), diff(a, n=2) or diff(A, axis=0)",
            got=f"n={times}, axis={axis}",
            hint="write the slices out, such as x[2:] - x[:-2]",
        )
    along = nodes.checked_axis(expr, axis, at) or 0
    turned = nodes.transpose(expr, at) if along else expr
    for _ in range(times):
        parts = entries(turned, 0, at)
        pairs = zip(parts[1:], parts[:-1], strict=True)
        turned = stacked([nodes.add(after, nodes.neg(before, at), at) for after, before in pairs], at)
    return nodes.transpose(turned, at) if along else turned
