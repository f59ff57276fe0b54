"""Formulas over symbolic sizes: the same readings as at an instance, as terms that the kernel compares.

The kernel's normal form decides equality for all sizes and all data; equal there is proven.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from symconvex.handcheck.text.declared import Declared, Named
from symconvex.handcheck.values.matrices import Index, Matrix, NotSymbolic, Size
from symconvex.handcheck.values.scalars import Scalar, at, meaning_of
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.form import Facts
from symconvex.kernel.functions import FUNCTIONS, KINKED
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Budget, Refused, Term

WORK = 1_500_000


@dataclass(frozen=True, slots=True)
class Formula:
    """A kernel term with the operations of a number."""

    term: Term

    def __add__(self, other: Scalar) -> "Formula":
        return Formula(t.add(self.term, term_of(other)))

    __radd__ = __add__

    def __neg__(self) -> "Formula":
        return Formula(t.neg(self.term))

    def __sub__(self, other: Scalar) -> "Formula":
        return self + (-formula(other))

    def __rsub__(self, other: Scalar) -> "Formula":
        return formula(other) - self

    def __mul__(self, other: Scalar) -> "Formula":
        return Formula(t.mul(self.term, term_of(other)))

    __rmul__ = __mul__

    def __truediv__(self, other: Scalar) -> "Formula":
        return Formula(t.mul(self.term, t.power(term_of(other), -1)))

    def __rtruediv__(self, other: Scalar) -> "Formula":
        return formula(other) / self

    def raised(self, exponent: Fraction) -> "Formula":
        return Formula(t.power(self.term, exponent))

    def applied(self, name: str) -> "Formula":
        """A function of the catalogue, or one that is written in them."""
        if name in FUNCTIONS:
            return Formula(t.fn(name, self.term))
        return formula(at(meaning_of(name), self))

    @staticmethod
    def number(value: Fraction) -> "Formula":
        return Formula(t.number(value))

    @staticmethod
    def pi() -> "Formula":
        return Formula(t.Sym(t.PI))

    @staticmethod
    def largest(values: list[Scalar]) -> "Formula":
        return Formula(t.fn("max", *(term_of(value) for value in values)))


def term_of(x: Scalar) -> Term:
    """A number as a kernel term."""
    if isinstance(x, Formula):
        return x.term
    if isinstance(x, int | Fraction):
        return t.number(x)
    raise NotSymbolic("a number that is no exact rational")


def formula(x: Scalar) -> Formula:
    """A number as a formula."""
    return Formula(term_of(x))


@dataclass(slots=True)
class Symbolic:
    """The algebra of formulas."""

    declared: Declared
    budget: Budget = field(default_factory=lambda: Budget(WORK))
    made: int = 0
    kinked: bool = False  # a function was differentiated where its derivative jumps

    def number(self, value: Fraction) -> Scalar:
        return Formula(t.number(value))

    def constant(self, word: str) -> Scalar:
        return Formula(t.Sym(t.PI) if word == "pi" else t.fn("exp", t.ONE))

    def size(self, size: Size) -> Size:
        return size

    def dim(self, size: Size) -> Scalar:
        return Formula(t.Dim(size))

    def delta(self, i: Index, j: Index) -> Scalar:
        if i == j:
            return self.number(Fraction(1))
        if isinstance(i, int) and isinstance(j, int):
            return self.number(Fraction(0))
        return Formula(t.Delta(i, j))

    def total(self, size: Size, body: Callable[[Index], Scalar]) -> Scalar:
        if isinstance(size, int):
            return sum((body(k) for k in range(size)), self.number(Fraction(0)))
        index = self.index()
        inner = term_of(body(index))
        return Formula(t.ZERO if inner == t.ZERO else t.Sum(index, size, inner))

    def index(self) -> str:
        """An index that nothing else is called."""
        self.made += 1
        return f"k_{self.made}"

    def symbol(self, named: Named) -> Matrix:
        if named.index_of:
            raise NotSymbolic(f"the class index {named.name}")
        rows, cols = (*named.shape, 1, 1)[:2]
        depth = len(named.shape)
        return Matrix(rows, cols, lambda i, j: Formula(t.Sym(named.name, (i, j)[:depth])))

    def moved(self, tag: int, base: Scalar, direction: Scalar) -> Scalar:
        return base + Formula(t.Sym(f"eps{tag}")) * direction

    def slope(self, tag: int, value: Scalar) -> Scalar:
        term = term_of(value)
        taken = derivative(term, {f"eps{tag}": f"one{tag}"}, self.budget)
        self.kinked = self.kinked or any(_is_kink(part, f"eps{tag}") for part in t.subterms(term))
        return Formula(t.substitute(taken, {f"one{tag}": ((), t.ONE), f"eps{tag}": ((), t.ZERO)}))

    def vanishes(self, value: Scalar) -> bool:
        """Does the kernel show it to be zero for all sizes and data, as it stands?"""
        try:
            return normal_of(self.declared, self.budget).equal(term_of(value), t.ZERO)
        except Refused:
            return False


def _is_kink(term: Term, moved: str) -> bool:
    """A function whose derivative jumps, of something that moves."""
    if not isinstance(term, t.Fn) or term.name not in KINKED:
        return False
    return any(isinstance(part, t.Sym) and part.name == moved for part in t.subterms(term))


def normal_of(declared: Declared, budget: Budget | None = None) -> Normal:
    """The kernel's normal form under what is declared of the data."""
    within = {named.name: named.within for named in declared.names.values()}
    return Normal(Facts(within, frozenset(), frozenset(), {}), budget or Budget(WORK))
