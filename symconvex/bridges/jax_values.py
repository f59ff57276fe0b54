"""Arrays of a jaxpr as texts of the loss language.

JAX broadcasts before it adds; a text that NumPy broadcasts by itself stays short until something needs its whole shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from symconvex.bridges.traced import shape_text
from symconvex.problem import Shape


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """An array.

    text     in the loss language
    own      the shape of the text, which broadcasts to
    shape    the shape of the array
    axes     of a sum or an extreme
    made     the operation and the operands that gave it
    """

    text: str
    own: Shape
    shape: Shape
    axes: tuple[int, ...] = ()
    made: tuple[str, tuple["Value", ...]] = ("", ())

    def made_by(self, name: str, values: tuple["Value", ...], axes: tuple[int, ...]) -> "Value":
        """The same array, made of others."""
        return replace(self, made=(name, values), axes=axes) if self.made[0] == "" else self


def materialised(value: Value) -> str:
    """The text in its whole shape."""
    if value.own == value.shape or not value.shape:
        return value.text
    return f"({value.text}*ones({shape_text(value.shape)}))"


def elementwise(template: str, values: Sequence[Value], shape: Shape) -> Value:
    """An operation on entries in the same place; the operands broadcast."""
    own: Shape = ()
    for value in values:
        own = _joined(own, value.own)
    return Value(template.format(*(value.text for value in values)), own, shape)


def _joined(left: Shape, right: Shape) -> Shape:
    """The shape of two that broadcast."""
    size = max(len(left), len(right))
    pairs = zip((1,) * (size - len(left)) + left, (1,) * (size - len(right)) + right, strict=True)
    return tuple(b if a == 1 else a for a, b in pairs)


def spread(value: Value, shape: Shape, places: tuple[int, ...]) -> Value | None:
    """An array broadcast to a shape: its axes are those of `places`."""
    if len(shape) > 2:
        return None
    if not value.own or value.shape == shape:
        return Value(value.text, value.own, shape)
    if len(value.shape) == 1 and len(shape) == 2 and places == (0,):
        return Value(f"({materialised(value)})[:, None]", (value.shape[0], 1), shape)
    if len(value.shape) == 1 and places == (len(shape) - 1,):
        return Value(value.text, value.own, shape)
    if len(value.shape) == len(shape) and places == tuple(range(len(shape))):
        return Value(value.text, value.own, shape)
    return None


def column(value: Value, shape: Shape) -> Value | None:
    """An array with axes of one place more or less."""
    if value.shape == shape:
        return value
    if [size for size in value.shape if size != 1] != [size for size in shape if size != 1] or len(shape) > 2:
        return None
    if not value.own:
        return Value(value.text, (), shape)
    match len(value.shape), shape:
        case 1, (_, 1):
            return Value(f"({materialised(value)})[:, None]", shape, shape)
        case 1, (1, _):
            return Value(value.text, value.own, shape)
        case 2, (_,) if value.shape[1] == 1:
            return Value(f"sum({materialised(value)}, axis=1)", shape, shape)
        case 2, (_,):
            return Value(f"sum({materialised(value)}, axis=0)", shape, shape)
        case _, ():
            return Value(f"sum({materialised(value)})", (), ())
    return None


def product(left: Value, right: Value, numbers: Any, shape: Shape) -> Value | None:
    """A product of arrays of at most two axes, over one pair of axes, over both, or row by row."""
    (over, other), (rows, others) = numbers
    one, two = materialised(left), materialised(right)
    sizes = len(left.shape), len(right.shape)
    match tuple(over), tuple(other), tuple(rows), tuple(others), sizes:
        case (a,), (b,), (), (), (1 | 2, 1 | 2):
            first = f"({one}).T" if sizes[0] == 2 and a == 0 else one
            second = f"({two}).T" if sizes[1] == 2 and b == 1 else two
            text = f"({first} @ {second})"
        case (0, 1), (0, 1), (), (), _:
            text = f"sum({one}*{two})"
        case (a,), (b,), (c,), (d,), (2, 2) if a == b and c == d:
            text = f"sum({one}*{two}, axis={a})"
        case (), (), (), (), (1, 1):
            text = f"outer({one}, {two})"
        case (), (), (), (), (0, _) | (_, 0):
            text = f"({one}*{two})"
        case _:
            return None
    return Value(text, shape, shape)


# ---- what is exact without rounding ----------------------------------------------------------------

CARRIED = ("broadcast_in_dim", "stop_gradient", "reshape", "squeeze", "expand_dims", "copy")


def root(value: Value) -> Value:
    """The array that another one repeats along axes."""
    while value.made[0] in CARRIED or (value.made[0] == "abs" and root(value.made[1][0]).made[0] == "reduce_sum"):
        value = value.made[1][0]
    return value


def joined_log(name: str, values: Sequence[Value], shape: Shape) -> Value | None:
    """A logarithm of a sum of exponentials out of which a maximum was taken.

    m + log(sum(exp(x - m)))               the logarithm of sum(exp(x)), for any m that is the same along the axes
    (x - m) - log(sum(exp(x - m)))         x minus it
    max(a, b) + log1p(exp(-abs(a - b)))    log(exp(a) + exp(b)), and softplus(a) for b = 0
    """
    if name == "add":
        for one, two in (values, values[::-1]):
            if (found := _sum_of_exponentials(one, two)) is not None:
                inner, axes = found
                return _logsumexp(inner, axes, shape)
            if (pair := _two_exponentials(one, two)) is not None:
                return pair
    if name == "sub":
        shifted, log = values
        carried = root(log)
        if shifted.made[0] == "sub" and carried.made[0] == "log":
            inner, shift = shifted.made[1]
            found = _sum_of_exponentials(carried, shift)
            if found is not None and found[0] is inner:
                whole = _logsumexp(inner, found[1], shape, keep=True)
                return elementwise("({} - {})", [inner, whole], shape)
    return None


def _sum_of_exponentials(log: Value, shift: Value) -> tuple[Value, tuple[int, ...]] | None:
    """x and the axes, where the first is log(sum(exp(x - m))) and the second is m = max(x)."""
    log = root(log)
    if log.made[0] != "log":
        return None
    total = root(log.made[1][0])
    if total.made[0] != "reduce_sum":
        return None
    (power,) = total.made[1]
    if power.made[0] != "exp" or power.made[1][0].made[0] != "sub":
        return None
    inner, taken = power.made[1][0].made[1]
    largest = root(taken)
    same = largest is root(shift) and largest.made[0] == "reduce_max" and largest.made[1][0] is inner
    return (inner, total.axes) if same and largest.axes == total.axes else None


def _logsumexp(inner: Value, axes: tuple[int, ...], shape: Shape, *, keep: bool = False) -> Value:
    along = "" if len(axes) == len(inner.shape) else f", axis={axes[0]}"
    kept = ", keepdims=True" if keep and along else ""
    own = () if not along else tuple(1 if k in axes else size for k, size in enumerate(inner.shape)) if keep else shape
    return Value(f"logsumexp({materialised(inner)}{along}{kept})", own, shape)


def _two_exponentials(largest: Value, rest: Value) -> Value | None:
    """log(exp(a) + exp(b)) out of which the larger of the two was taken."""
    if largest.made[0] != "max" or rest.made[0] != "log1p" or rest.made[1][0].made[0] != "exp":
        return None
    minus = rest.made[1][0].made[1][0]
    if minus.made[0] != "neg" or minus.made[1][0].made[0] != "abs":
        return None
    gap = minus.made[1][0].made[1][0]
    one, two = largest.made[1]
    if gap.made[0] != "sub" or gap.made[1] != (one, two):
        return None
    if root(two).text == "0" or root(one).text == "0":
        return elementwise("softplus({})", [one if root(two).text == "0" else two], largest.shape)
    return elementwise("log(exp({}) + exp({}))", [one, two], largest.shape)
