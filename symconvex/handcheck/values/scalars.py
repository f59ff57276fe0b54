"""Numbers with derivatives: balls of 60 digits, and dual numbers over them, nested as deep as needed.

f(a + b eps) = f(a) + f'(a) b eps,    eps^2 = 0, one eps for each derivative that is taken
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from flint import arb, ctx, fmpq

from symconvex.functions import functions
from symconvex.language.read import parse_expression
from symconvex.problem import Expr, Symbol

BITS = 220
Scalar = Any  # arb, Dual or Formula: whatever has + - * / and powers


def ball(value: int | Fraction) -> arb:
    """A rational number as a ball."""
    if value.denominator == 1:
        return arb(value.numerator)
    return arb(fmpq(value.numerator, value.denominator))


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
    if hasattr(x, "raised"):
        return x.raised(exponent)
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


# Entrywise words of the loss language that are no functions of the catalogue.
WORDS = ("elu", "hardtanh", "logit", "relu6", "softsign")
ENTRYWISE = ("add", "mul", "div", "pow", "max", "call", "repeat")
# A value this vague at an argument this sharp lies at a jump.
VAGUE, SHARP = 1e-6, 1e-30


def is_function(name: str) -> bool:
    """Is this the name of a function of one number?"""
    return name in WORDS or (name in functions() and functions()[name].arity == 1)


@cache
def exact(value: object) -> Fraction:
    """The number in a node of a formula."""
    return Fraction(str(value))


@cache
def _meaning(text: str) -> Expr:
    """A formula of the loss language in one number z."""
    return parse_expression(text, symbols=(Symbol("z", ()),))


def meaning_of(name: str) -> Expr:
    """The function written in others; a primitive one as itself."""
    known = functions().get(name)
    return _meaning(f"{name}(z)" if known is None or known.meaning is None else known.meaning)


def at(expr: Expr, z: Scalar, known: dict[str, Scalar] | None = None) -> Scalar:
    """A formula in one number z at this number; `known` are values of functions there, each computed once."""
    known = {} if known is None else known
    match expr:
        case Expr(op="number"):
            return z.number(exact(expr.value)) if hasattr(z, "number") else ball(exact(expr.value))
        case Expr(op="constant"):
            return z.pi() if hasattr(z, "pi") else arb.pi()
        case Expr(op="name"):
            return z
        case Expr(op="call", args=(Expr(op="name"),), value=str(name)):
            if name not in known:
                known[name] = apply(name, z)
            return known[name]
    return combined(expr, [at(arg, z, known) for arg in expr.args])


def combined(expr: Expr, args: list[Scalar]) -> Scalar:
    """What an entrywise step of the loss language makes of its arguments."""
    match expr.op:
        case "add":
            return args[0] + args[1]
        case "mul":
            return args[0] * args[1]
        case "div":
            return args[0] / args[1]
        case "pow":
            base = without_mixed(args[0]) if expr.value == 2 else args[0]
            return raised(base, exact(expr.value))
        case "max":
            return largest(args)
        case "call":
            return apply(str(expr.value), args[0])
    return args[0]


def apply(name: str, x: Scalar) -> Scalar:
    """A named function of one number; nan outside its domain."""
    if hasattr(x, "applied"):
        return x.applied(name)
    if isinstance(x, Dual):
        if rule_of(x) in (f"flat {name}", f"inner {name}"):
            return _mistaken(name, x)
        if name in functions():
            value = apply(name, x.real)
            return Dual(x.tag, value, at(_meaning(functions()[name].derivative), x.real, {name: value}) * x.slope)
    if name not in functions():
        return at(meaning_of(name), x)
    value = functions()[name].enclosure(x)
    return undefined() if float(value.rad()) > VAGUE and float(x.rad()) < SHARP else value


def _mistaken(name: str, x: Dual) -> Dual:
    """f(a + b eps) with the derivative of f, or the inner one, left out."""
    if rule_of(x).startswith("flat"):
        return Dual(x.tag, apply(name, x.real), x.slope)
    plain = apply(name, Dual(int(x.tag), x.real, ball(1)))
    return Dual(x.tag, apply(name, x.real), plain.slope)


def largest(values: list[Scalar]) -> Scalar:
    """The largest of some numbers, with the derivative of the one that wins."""
    formula = next((value for value in values if hasattr(value, "largest")), None)
    if formula is not None:
        return formula.largest(values)
    best = values[0]
    for value in values[1:]:
        if innermost(value) > innermost(best):
            best = value
    return best
