"""Ball arithmetic: rigorous enclosures of terms whose sizes, data and parameters are numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Any

import flint

from symconvex.kernel import term as t
from symconvex.kernel.functions import FUNCTIONS, Unsure, rational
from symconvex.kernel.statement import pick
from symconvex.kernel.term import Add, Budget, Delta, Dim, Fn, Index, Mul, Nested, Num, Pow, Size, Sum, Sym, Term

PRECISIONS = (64, 256, 1024)


@dataclass(frozen=True, slots=True)
class Values:
    """What has a value: arrays, sizes, indices that stand for one place, and numbers known by an enclosure only."""

    values: Mapping[str, Nested]
    sizes: Mapping[str, int]
    places: Mapping[str, int]
    balls: Mapping[str, Callable[[], Any]]


@dataclass(slots=True)
class Evaluation:
    """One pass over a term: bound indices, and the work that is left."""

    known: Values
    budget: Budget
    bound: dict[str, int] = field(default_factory=dict)

    def ball(self, term: Term) -> Any:
        """The enclosure; Unsure when a part has none."""
        self.budget.spend(5)
        match term:
            case Num(value):
                return rational(value)
            case Sym(t.PI, ()):
                return flint.arb.pi()
            case Sym(name, ()) if name in self.known.balls:
                return self.known.balls[name]()
            case Sym(name, indices):
                if name not in self.known.values:
                    raise Unsure(f"{name} has no value")
                return rational(pick(self.known.values[name], [self.index(i) for i in indices]))
            case Dim(size):
                return flint.arb(self.length(size))
            case Delta(left, right):
                return flint.arb(int(self.index(left) == self.index(right)))
            case Sum(index, size, body):
                return self.total(index, self.length(size), body)
            case Add(args):
                return sum(map(self.ball, args[1:]), start=self.ball(args[0]))
            case Mul(args):
                return prod(map(self.ball, args[1:]), start=self.ball(args[0]))
            case Pow(base, e):
                return raised(self.ball(base), e)
            case Fn(name, args):
                return FUNCTIONS[name].ball(*(self.ball(arg) for arg in args))

    def total(self, index: str, size: int, body: Term) -> Any:
        """The sum of the balls of the body."""
        outer, result = self.bound.get(index), flint.arb(0)
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
        place = index if isinstance(index, int) else self.bound.get(index, self.known.places.get(index))
        if place is None:
            raise Unsure(f"the index {index} is free")
        return place

    def length(self, size: Size) -> int:
        """A size that is a number."""
        if isinstance(size, int):
            return size
        if size not in self.known.sizes:
            raise Unsure(f"the size {size} is not a number")
        return self.known.sizes[size]


def raised(base: Any, e: Fraction) -> Any:
    """A ball to a rational power."""
    if e.denominator == 1 and e >= 0:
        return prod([base] * int(e), start=flint.arb(1))  # ** gives nothing for a ball that contains 0
    if e.denominator == 1:
        if base.contains(0):
            raise Unsure("division by a ball that contains zero")
        return (1 / base) ** int(-e)
    if e > 0 and base.is_zero():
        return base
    if not base > 0:
        raise Unsure("a root of a ball that is not positive")
    return (base.log() * rational(e)).exp()


def is_positive(term: Term, known: Values, budget: Budget) -> bool:
    """Is the term certainly > 0? Tries growing precisions; False when it stays unsure."""
    return any(is_certain(bits, lambda: bool(Evaluation(known, budget).ball(term) > 0)) for bits in PRECISIONS)


def is_nonneg(term: Term, known: Values, budget: Budget) -> bool:
    """Is the term certainly >= 0?"""
    return any(is_certain(bits, lambda: bool(Evaluation(known, budget).ball(term) >= 0)) for bits in PRECISIONS)


def is_certain(bits: int, test: Callable[[], bool]) -> bool:
    """Does the test succeed at this precision? False when it stays unsure."""
    with flint.ctx.workprec(bits):
        try:
            return test()
        except Unsure:
            return False
