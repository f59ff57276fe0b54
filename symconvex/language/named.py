"""Losses and statistics with a name of their own, written out: cross-entropies, softmax, variance, entropies.

Source   Goodfellow, Bengio & Courville 2016, sections 3.13, 4.1 and 6.2; Huber & Ronchetti 2009, section 3.2
"""

from fractions import Fraction

from symconvex.errors import LossError
from symconvex.language import nodes
from symconvex.language.entries import beside
from symconvex.language.place import Place, in_words
from symconvex.problem import Expr

ONE, TWO = Fraction(1), Fraction(2)


def _one(at: Place) -> Expr:
    return nodes.number(1, at)


def minus(left: Expr, right: Expr, at: Place) -> Expr:
    """The difference, entry by entry."""
    return nodes.add(left, nodes.neg(right, Place(at.text, right.span)), at)


def product(left: Expr, right: Expr, at: Place) -> Expr:
    """The product, entry by entry."""
    return nodes.mul(left, right, at)


def reduced(expr: Expr, how: object, at: Place) -> Expr:
    """The mean over all entries, as torch has it, or their sum, or the entries themselves."""
    if how == "none":
        return expr
    if how in (None, "mean", "sum"):
        return nodes.total(expr, None, at) if how == "sum" else nodes.mean(expr, None, at)
    raise LossError(
        "this reduction is not known",
        where=at.show(),
        expected="'mean', 'sum' or 'none'",
        got=str(how),
        hint="write reduction='sum'",
    )


def softmax(expr: Expr, axis: int | None, at: Place) -> Expr:
    """exp(z) over its sum, along an axis."""
    powers = nodes.call("exp", expr, at)
    return nodes.divide(powers, beside(nodes.total(powers, axis, at), powers, axis, at), at)


def log_softmax(expr: Expr, axis: int | None, at: Place) -> Expr:
    """z - logsumexp(z), along an axis."""
    return minus(expr, beside(nodes.logsumexp(expr, axis, at), expr, axis, at), at)


def variance(expr: Expr, axis: int | None, less: int, at: Place) -> Expr:
    """The mean square distance to the mean, over the number of entries less `less`."""
    centred = minus(expr, beside(nodes.mean(expr, axis, at), expr, axis, at), at)
    squares = nodes.power(centred, TWO, at)
    if not less:
        return nodes.mean(squares, axis, at)
    along = nodes.checked_axis(expr, axis, at)
    count = _one(at)
    for length in expr.shape if along is None else (expr.shape[along],):
        count = nodes.mul(count, nodes.size(length, at), at)
    return nodes.divide(nodes.total(squares, axis, at), nodes.add(count, nodes.number(-less, at), at), at)


def deviation(expr: Expr, axis: int | None, less: int, at: Place) -> Expr:
    """The square root of the variance."""
    return nodes.power(variance(expr, axis, less, at), nodes.HALF, at)


def with_logits(logits: Expr, labels: Expr, at: Place) -> Expr:
    """softplus(z) - y z: the logistic loss of labels 0 and 1."""
    return minus(nodes.call("softplus", logits, at), product(labels, logits, at), at)


def cross_entropy_of(chances: Expr, labels: Expr, at: Place) -> Expr:
    """-(y log p + (1 - y) log(1 - p))."""
    yes = product(labels, nodes.call("log", chances, at), at)
    no = product(minus(_one(at), labels, at), nodes.call("log", minus(_one(at), chances, at), at), at)
    return nodes.neg(nodes.add(yes, no, at), at)


def cross_entropy(logits: Expr, targets: Expr, at: Place) -> Expr:
    """-sum(Y log_softmax(Z)) of every row; the targets are one-hot rows or probabilities."""
    if logits.shape != targets.shape:
        raise LossError(
            "a cross-entropy needs targets of the shape of its logits",
            where=at.show(),
            expected=f"one-hot rows or probabilities: {at.of(targets)} like {at.of(logits)}, {in_words(logits.shape)}",
            got=f"{at.of(targets)} is {in_words(targets.shape)}",
            hint="declare the labels one-hot, Y: (n, k) in binary",
        )
    logs = log_softmax(logits, -1, at)
    return nodes.neg(nodes.total(product(targets, logs, at), -1, at), at)


def huber(residual: Expr, delta: Expr, at: Place) -> Expr:
    """r**2/2 up to |r| = delta, then delta (|r| - delta/2): the square less two squared ramps."""
    sides = (minus(residual, delta, at), minus(nodes.neg(residual, at), delta, at))
    half, total = nodes.number(nodes.HALF, at), nodes.power(residual, TWO, at)
    total = nodes.mul(half, total, at)
    for side in sides:
        total = minus(total, nodes.mul(half, nodes.power(nodes.call("relu", side, at), TWO, at), at), at)
    return total


def bent_below(expr: Expr, at: Place) -> Expr:
    """z above 0, exp(z) - 1 below: relu(z) + exp(-relu(-z)) - 1."""
    below = nodes.neg(nodes.call("relu", nodes.neg(expr, at), at), at)
    curve = nodes.add(nodes.call("exp", below, at), nodes.number(-1, at), at)
    return nodes.add(nodes.call("relu", expr, at), curve, at)


def relative_entropy(left: Expr, right: Expr, at: Place) -> Expr:
    """x log(x/y)."""
    return product(left, nodes.call("log", nodes.divide(left, right, at), at), at)


def clipped(expr: Expr, low: Expr | None, high: Expr | None, at: Place) -> Expr:
    """The nearest number between two bounds, of which one may be missing."""
    if low is not None:
        expr = nodes.maximum((expr, low), at)
    return expr if high is None else nodes.minimum((expr, high), at)
