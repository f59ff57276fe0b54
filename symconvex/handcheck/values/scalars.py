"""Numbers with derivatives: balls of 60 digits, and dual numbers over them, nested as deep as needed.

f(a + b eps) = f(a) + f'(a) b eps,    eps^2 = 0, one eps for each derivative that is taken
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

BITS = 220
Scalar = Any  # arb, Dual or Formula: whatever has + - * / and powers


def ball(value: int | Fraction) -> arb:
    """A rational number as a ball."""
    exact = Fraction(value)
    return arb(fmpq(exact.numerator, exact.denominator))


def undefined() -> arb:
    """A number that is not defined."""
    return arb("nan")


def set_precision() -> int:
    """Work with BITS bits; returns the precision that was set before."""
    before = int(ctx.prec)
    ctx.prec = BITS
    return before


def reset_precision(before: int) -> None:
    """Back to the precision of before."""
    ctx.prec = before


@dataclass(frozen=True, slots=True)
class Dual:
    """real + slope * eps; the eps with the larger tag is the outer one."""

    tag: int
    real: Scalar
    slope: Scalar

    def __add__(self, other: Scalar) -> "Dual":
        if not isinstance(other, Dual) or other.tag < self.tag:
            return Dual(self.tag, self.real + other, self.slope)
        if other.tag > self.tag:
            return Dual(other.tag, self + other.real, other.slope)
        return Dual(self.tag, self.real + other.real, self.slope + other.slope)

    __radd__ = __add__

    def __neg__(self) -> "Dual":
        return Dual(self.tag, -self.real, -self.slope)

    def __sub__(self, other: Scalar) -> "Dual":
        return self.__add__(-other)

    def __rsub__(self, other: Scalar) -> "Dual":
        return (-self).__add__(other)

    def __mul__(self, other: Scalar) -> "Dual":
        if not isinstance(other, Dual) or other.tag < self.tag:
            return Dual(self.tag, self.real * other, self.slope * other)
        if other.tag > self.tag:
            return Dual(other.tag, self * other.real, self * other.slope)
        return Dual(self.tag, self.real * other.real, self.real * other.slope + self.slope * other.real)

    __rmul__ = __mul__

    def __truediv__(self, other: Scalar) -> "Dual":
        return self.__mul__(reciprocal(other))

    def __rtruediv__(self, other: Scalar) -> "Dual":
        inverse: Dual = reciprocal(self)
        return inverse.__mul__(other)


class MistakenTag(int):
    """The tag of an eps that follows a mistaken rule: "flat tanh" loses tanh', "gauss-newton" the mixed terms."""

    rule: str

    @classmethod
    def of(cls, tag: int, rule: str) -> "MistakenTag":
        made = cls(tag)
        made.rule = rule
        return made


def rule_of(x: "Dual") -> str:
    """The mistaken rule that a dual number follows, if any."""
    return x.tag.rule if isinstance(x.tag, MistakenTag) else ""


def without_mixed(x: Scalar) -> Scalar:
    """Under the mistaken rule of Gauss and Newton, the inner second derivative is lost."""
    if isinstance(x, Dual) and rule_of(x) == "gauss-newton" and isinstance(x.slope, Dual):
        return Dual(x.tag, x.real, x.slope.real)
    return x


def reciprocal(x: Scalar) -> Scalar:
    """1 / x."""
    if isinstance(x, Dual):
        inverse = reciprocal(x.real)
        return Dual(x.tag, inverse, -(inverse * inverse * x.slope))
    return 1 / x


def raised(x: Scalar, exponent: Fraction) -> Scalar:
    """x to a rational power; nan where it is not defined."""
    if isinstance(x, Dual):
        if exponent == 0:
            return ball(1)
        return Dual(x.tag, raised(x.real, exponent), raised(x.real, exponent - 1) * x.slope * ball(exponent))
    if exponent.denominator == 1:
        power = int(exponent)
        return x**power if power >= 0 else 1 / x**-power
    if exponent.denominator == 2:
        return raised(x.sqrt(), Fraction(exponent.numerator))
    return (x.log() * ball(exponent)).exp()


def innermost(x: Scalar) -> Scalar:
    """The ball at the bottom of nested dual numbers."""
    while isinstance(x, Dual):
        x = x.real
    return x


def slope_of(x: Scalar, tag: int) -> Scalar:
    """The coefficient of the eps with this tag, which must be the outermost one."""
    return x.slope if isinstance(x, Dual) and x.tag == tag else ball(0)


def _sigmoid(x: Scalar) -> Scalar:
    return 1 / (1 + apply("exp", -x))


def _sech2(x: Scalar) -> Scalar:
    t = apply("tanh", x)
    return 1 - t * t


SLOPES: Mapping[str, Callable[[Scalar], Scalar]] = {
    "exp": lambda x: apply("exp", x),
    "log": lambda x: 1 / x,
    "sin": lambda x: apply("cos", x),
    "cos": lambda x: -apply("sin", x),
    "tanh": _sech2,
    "cosh": lambda x: apply("sinh", x),
    "sinh": lambda x: apply("cosh", x),
    "abs": lambda x: apply("sign", x),
    "relu": lambda x: apply("step", x),
    "step": lambda x: x * 0,
    "sign": lambda x: x * 0,
    "erf": lambda x: 2 * apply("exp", -(x * x)) / arb.pi().sqrt(),
    "atan": lambda x: 1 / (1 + x * x),
}
BALLS: Mapping[str, Callable[[arb], arb]] = {
    "exp": arb.exp,
    "log": arb.log,
    "sin": arb.sin,
    "cos": arb.cos,
    "tanh": arb.tanh,
    "cosh": arb.cosh,
    "sinh": arb.sinh,
    "abs": abs,
    "relu": lambda x: x if x > 0 else ball(0) if x <= 0 else arb("nan"),
    "step": lambda x: ball(1) if x > 0 else ball(0) if x < 0 else arb("nan"),
    "sign": lambda x: ball(1) if x > 0 else ball(-1) if x < 0 else ball(0),
    "erf": arb.erf,
    "atan": arb.atan,
}
MEANINGS: Mapping[str, Callable[[Scalar], Scalar]] = {
    "sigmoid": _sigmoid,
    "softplus": lambda x: apply("log", 1 + apply("exp", x)),
    "sqrt": lambda x: raised(x, Fraction(1, 2)),
    "square": lambda x: x * x,
    "log1p": lambda x: apply("log", 1 + x),
    "expm1": lambda x: apply("exp", x) - 1,
    "sech": lambda x: 1 / apply("cosh", x),
    "coth": lambda x: 1 / apply("tanh", x),
    "csch": lambda x: 1 / apply("sinh", x),
    "tan": lambda x: apply("sin", x) / apply("cos", x),
    "logit": lambda x: apply("log", x / (1 - x)),
    "silu": lambda x: x * _sigmoid(x),
    "normpdf": lambda x: apply("exp", -(x * x) / 2) / (2 * arb.pi()).sqrt(),
    "normcdf": lambda x: (1 + apply("erf", x / ball(2).sqrt())) / 2,
    "gelu": lambda x: x * apply("normcdf", x),
    "leaky_relu": lambda x: apply("relu", x) - apply("relu", -x) / 100,
}


def is_function(name: str) -> bool:
    """Is this the name of a function of one number?"""
    return name in BALLS or name in MEANINGS


def apply(name: str, x: Scalar) -> Scalar:
    """A named function of one number; nan outside its domain."""
    if hasattr(x, "applied"):
        return x.applied(name)
    if isinstance(x, Dual) and rule_of(x) in (f"flat {name}", f"inner {name}"):
        return _mistaken(name, x)
    if name in MEANINGS:
        return MEANINGS[name](x)
    if isinstance(x, Dual):
        return Dual(x.tag, apply(name, x.real), SLOPES[name](x.real) * x.slope)
    return BALLS[name](x)


def _mistaken(name: str, x: Dual) -> Dual:
    """f(a + b eps) with the derivative of f, or the inner one, left out."""
    if rule_of(x).startswith("flat"):
        return Dual(x.tag, apply(name, x.real), x.slope)
    plain = apply(name, Dual(int(x.tag), x.real, ball(1)))
    return Dual(x.tag, apply(name, x.real), plain.slope)


def largest(values: list[Scalar]) -> Scalar:
    """The largest of some numbers, with the derivative of the one that wins."""
    best = values[0]
    for value in values[1:]:
        if innermost(value) > innermost(best):
            best = value
    return best
