"""The named operations of the loss language, apart from the catalogued functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symconvex.errors import NotYet
from symconvex.language import nodes
from symconvex.language.place import Place
from symconvex.problem import Expr

Args = tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """An operation: how it is written, how many arguments it takes, and what it builds."""

    usage: str
    fewest: int
    most: int
    make: Callable[[Args, int | None, Place], Expr]
    axis: bool = False


def _several(make: Callable[[Args, Place], Expr]) -> Callable[[Args, int | None, Place], Expr]:
    def build(args: Args, _: int | None, at: Place) -> Expr:
        if len(args) == 1:
            raise NotYet(
                "the extreme entry of one array",
                where=at.show(),
                expected="two or more arguments, compared entry by entry",
                got=f"only {at.of(args[0])}",
                hint="write max(a, b); a smooth stand-in is logsumexp(a)",
            )
        return make(args, at)

    return build


def _square(args: Args, _: int | None, at: Place) -> Expr:
    return nodes.power(args[0], Fraction(2), at)


def _logaddexp(args: Args, _: int | None, at: Place) -> Expr:
    left, right = (nodes.call("exp", arg, at) for arg in args)
    return nodes.call("log", nodes.add(left, right, at), at)


def _dot(args: Args, _: int | None, at: Place) -> Expr:
    """As NumPy: a product with a scalar is allowed."""
    left, right = args
    return nodes.matmul(left, right, at) if left.shape and right.shape else nodes.mul(left, right, at)


def _length(args: Args, _: int | None, at: Place) -> Expr:
    return axis_size(args[0], 0, at)


def axis_size(expr: Expr, axis: int, at: Place) -> Expr:
    """The size of an axis as a number."""
    along = nodes.checked_axis(expr, axis, at)
    return nodes.size(expr.shape[along or 0], at)


MANY = 64
MAX = Call("max(a, b, ...)", 1, MANY, _several(nodes.maximum))
MIN = Call("min(a, b, ...)", 1, MANY, _several(nodes.minimum))

CALLS: Mapping[str, Call] = {
    "dot": Call("dot(a, b)", 2, 2, _dot),
    "len": Call("len(a)", 1, 1, _length),
    "logaddexp": Call("logaddexp(a, b)", 2, 2, _logaddexp),
    "logsumexp": Call("logsumexp(Z, axis=1)", 1, 1, lambda a, k, at: nodes.logsumexp(a[0], k, at), axis=True),
    "matmul": Call("matmul(A, B)", 2, 2, lambda a, _, at: nodes.matmul(a[0], a[1], at)),
    "max": MAX,
    "maximum": MAX,
    "mean": Call("mean(a, axis=0)", 1, 1, lambda a, k, at: nodes.mean(a[0], k, at), axis=True),
    "min": MIN,
    "minimum": MIN,
    "norm": Call("norm(a)", 1, 1, lambda a, k, at: nodes.norm(a[0], k, at), axis=True),
    "sqrt": Call("sqrt(a)", 1, 1, lambda a, _, at: nodes.power(a[0], nodes.HALF, at)),
    "square": Call("square(a)", 1, 1, _square),
    "sum": Call("sum(a, axis=0)", 1, 1, lambda a, k, at: nodes.total(a[0], k, at), axis=True),
    "trace": Call("trace(A)", 1, 1, lambda a, _, at: nodes.trace(a[0], at)),
    "transpose": Call("transpose(A)", 1, 1, lambda a, _, at: nodes.transpose(a[0], at)),
}

# Operations that may also be written after a dot: X.sum(axis=0).
METHODS = ("dot", "max", "mean", "min", "sum", "trace", "transpose")
