"""Ball arithmetic: rigorous enclosures of terms whose sizes, data and parameters are numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import flint

from symconvex.kernel.statement import pick
from symconvex.kernel.term import Add, Budget, Delta, Dim, Fn, Index, Mul, Nested, Num, Pow, Size, Sum, Sym, Term

PRECISIONS = (64, 256, 1024)
ORDER = 3


class Unsure(Exception):
    """The ball is too wide to know a sign, or a symbol has no value."""


@dataclass(slots=True)
class Evaluation:
    """One pass over a term: entries by name, bound indices, and the work that is left."""

    values: Mapping[str, Nested]
    line: Mapping[str, Nested]
    budget: Budget
    bound: dict[str, int] = field(default_factory=dict)

    def ball(self, term: Term) -> Any:
        """The enclosure; a power series in s of order 2 where the line of a parameter is not zero."""
        self.budget.spend(5)
        match term:
            case Num(value):
                return rational(value)
            case Sym(name, indices):
                return self.entry(name, indices)
            case Dim(size):
                return rational(Fraction(whole(size)))
            case Delta(left, right):
                return rational(Fraction(self.index(left) == self.index(right)))
            case Sum(index, size, body):
                return self.total(index, whole(size), body)
            case Add(args):
                result = self.ball(args[0])
                for arg in args[1:]:
                    result = result + self.ball(arg)
                return result
            case Mul(args):
                result = self.ball(args[0])
                for arg in args[1:]:
                    result = result * self.ball(arg)
                return result
            case Pow(base, e):
                return raised(self.ball(base), e)
            case Fn(name, args):
                return FUNCTIONS[name](*(self.ball(arg) for arg in args))

    def total(self, index: str, size: int, body: Term) -> Any:
        """The sum of the balls of the body."""
        outer, result = self.bound.get(index), rational(Fraction(0))
        for k in range(size):
            self.bound[index] = k
            result = result + self.ball(body)
        if outer is None:
            self.bound.pop(index, None)
        else:
            self.bound[index] = outer
        return result

    def index(self, index: Index) -> int:
        """The number that an index stands for here."""
        if isinstance(index, int):
            return index
        if index not in self.bound:
            raise Unsure(f"the index {index} is free")
        return self.bound[index]

    def entry(self, name: str, indices: tuple[Index, ...]) -> Any:
        """The value of an entry, with its slope along the line."""
        where = [self.index(i) for i in indices]
        if name not in self.values:
            raise Unsure(f"{name} has no value")
        start = rational(pick(self.values[name], where))
        slope = pick(self.line[name], where) if name in self.line else Fraction(0)
        if not slope:
            return start
        return flint.arb_series([start, rational(slope)], prec=ORDER)


def rational(value: Fraction) -> Any:
    """The number as a ball."""
    return flint.arb(flint.fmpq(value.numerator, value.denominator))


def whole(size: Size) -> int:
    """A size that is a number."""
    if isinstance(size, int):
        return size
    raise Unsure(f"the size {size} is not a number")


def raised(base: Any, e: Fraction) -> Any:
    """A ball to a rational power."""
    if e.denominator == 1 and e >= 0:
        return base ** int(e)
    if e.denominator == 1:
        if constant(base).contains(0):
            raise Unsure("division by a ball that contains zero")
        return (1 / base) ** int(-e)
    if not constant(base) > 0:
        raise Unsure("a root of a ball that is not positive")
    return (base.log() * rational(e)).exp()


def constant(ball: Any) -> Any:
    """The value of a ball, or the value at s = 0 of a power series."""
    return ball[0] if isinstance(ball, flint.arb_series) else ball


def _log(x: Any) -> Any:
    if not constant(x) > 0:
        raise Unsure("log of a ball that is not positive")
    return x.log()


def _step(x: Any) -> Any:
    if constant(x) > 0:
        return rational(Fraction(1))
    if constant(x) < 0:
        return rational(Fraction(0))
    raise Unsure("a step at a ball that contains zero")


def _relu(x: Any) -> Any:
    if not isinstance(x, flint.arb_series):
        return x.max(flint.arb(0))
    return x * _step(x)


def _max(first: Any, *rest: Any) -> Any:
    for other in rest:
        first = other + _relu(first - other)
    return first


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + (-x).exp()) if constant(x) > 0 else 1 - 1 / (1 + x.exp())


def _softplus(x: Any) -> Any:
    return x + (1 + (-x).exp()).log() if constant(x) > 0 else (1 + x.exp()).log()


def _normcdf(x: Any) -> Any:
    return (-x / flint.arb(2).sqrt()).erfc() / 2


def _normpdf(x: Any) -> Any:
    return (-(x * x) / 2).exp() / (2 * flint.arb.pi()).sqrt()


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": lambda x: x.exp(),
    "log": _log,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "tanh": lambda x: 2 * _sigmoid(2 * x) - 1,
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "normcdf": _normcdf,
    "normpdf": _normpdf,
    "relu": _relu,
    "step": _step,
    "abs": lambda x: 2 * _relu(x) - x,
    "max": _max,
}


def is_positive(build: Callable[[], Any]) -> bool:
    """Is the value certainly > 0? Tries growing precisions; False when it stays unsure."""
    return any(_is_positive_at(bits, build) for bits in PRECISIONS)


def _is_positive_at(bits: int, build: Callable[[], Any]) -> bool:
    with flint.ctx.workprec(bits):
        try:
            return bool(build() > 0)
        except Unsure:
            return False


def value(term: Term, values: Mapping[str, Nested], budget: Budget) -> Any:
    """An enclosure of the term at the current precision."""
    return Evaluation(values, {}, budget).ball(term)


def second_derivative(term: Term, values: Mapping[str, Nested], line: Mapping[str, Nested], budget: Budget) -> Any:
    """An enclosure of d^2/ds^2 of the term along values + s * line at s = 0."""
    series = Evaluation(values, line, budget).ball(term)
    if not isinstance(series, flint.arb_series):
        return flint.arb(0)
    if series.prec < ORDER:
        raise Unsure("the power series lost its second coefficient")
    return 2 * series[2]
