"""Random well-formed terms, and a second evaluator in exact rational arithmetic, for the tests of the kernel."""

import itertools
import random
from collections.abc import Mapping
from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.statement import Scope
from symconvex.kernel.term import Add, Delta, Dim, Fn, Index, Mul, Nested, Num, Pow, Size, Sum, Sym, Term

SIZES = {"n": 2, "d": 3}
INDICES: dict[str, Size] = {"i": "n", "k": "n", "j": "d", "l": "d"}
SHAPES: dict[str, tuple[Size, ...]] = {
    "a": (), "b": (), "x": ("n",), "y": ("n",), "c": ("n",), "w": ("d",), "X": ("n", "d"), "Z": ("n", "d"), "u": ("d",),
}  # fmt: skip
WITHIN = {"y": "sign", "c": "binary"}
SCOPE = Scope({"n": 1, "d": 1}, INDICES, SHAPES, frozenset())
ALGEBRAIC = ("relu", "abs", "max", "step")
ANALYTIC = ("exp", "sigmoid", "softplus", "tanh", "sin", "cos", "normcdf", "normpdf")


class Draw:
    """Random terms in the indices that are free at the place."""

    def __init__(self, seed: int, functions: tuple[str, ...]) -> None:
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.functions = functions

    def index(self, size: Size, free: tuple[str, ...]) -> Index:
        fitting = [i for i in free if INDICES[i] == size]
        return self.random.choice(fitting) if fitting and self.random.random() < 0.85 else 0

    def leaf(self, free: tuple[str, ...]) -> Term:
        pick = self.random.random()
        if pick < 0.2:
            return t.number(Fraction(self.random.randint(-3, 3), self.random.choice((1, 1, 2))))
        if pick < 0.25:
            return Dim(self.random.choice(("n", "d")))
        if pick < 0.35 and free:
            left = self.random.choice(free)
            return Delta(left, self.index(INDICES[left], free))
        name = self.random.choice([n for n in SHAPES if n != "u"])
        return Sym(name, tuple(self.index(size, free) for size in SHAPES[name]))

    def term(self, depth: int, free: tuple[str, ...] = (), bound: tuple[str, ...] = ()) -> Term:
        pick = self.random.random()
        if depth == 0 or pick < 0.12:
            return self.leaf(free)
        if pick < 0.32:
            return Add(tuple(self.term(depth - 1, free, bound) for _ in range(self.random.choice((2, 2, 3)))))
        if pick < 0.58:
            return Mul(tuple(self.term(depth - 1, free, bound) for _ in range(2)))
        if pick < 0.72:
            return Pow(self.term(depth - 1, free, bound), Fraction(self.random.choice((2, 2, 3, -1, -2, 0))))
        if pick < 0.87:
            usable = [i for i in INDICES if i not in bound and i not in free]
            if usable:
                i = self.random.choice(usable)
                return Sum(i, INDICES[i], self.term(depth - 1, (*free, i), (*bound, i)))
        name = self.random.choice(self.functions)
        return Fn(name, tuple(self.term(depth - 1, free, bound) for _ in range(2 if name == "max" else 1)))


def at_sizes(term: Term, sizes: Mapping[str, int]) -> Term:
    """The same term with numbers for the named sizes."""
    match term:
        case Dim(str(size)):
            return Dim(sizes[size])
        case Sum(index, str(size), body):
            return Sum(index, sizes[size], at_sizes(body, sizes))
        case Sum(index, size, body):
            return Sum(index, size, at_sizes(body, sizes))
        case Add(args):
            return Add(tuple(at_sizes(a, sizes) for a in args))
        case Mul(args):
            return Mul(tuple(at_sizes(a, sizes) for a in args))
        case Fn(name, args):
            return Fn(name, tuple(at_sizes(a, sizes) for a in args))
        case Pow(base, e):
            return Pow(at_sizes(base, sizes), e)
        case _:
            return term


def point(draw: random.Random) -> dict[str, Nested]:
    """A value for every symbol: small numbers, often zero, in the set of the symbol."""

    def one(name: str) -> Fraction:
        choices = {"sign": (-1, 1), "binary": (0, 1)}.get(WITHIN.get(name, ""), (-2, -1, 0, 0, 1, 2, Fraction(1, 2)))
        return Fraction(draw.choice(choices))

    def array(name: str, shape: tuple[Size, ...]) -> Nested:
        if not shape:
            return one(name)
        return tuple(array(name, shape[1:]) for _ in range(SIZES[str(shape[0])]))

    return {name: array(name, shape) for name, shape in SHAPES.items()}


class Undefined(Exception):
    """The term has no value at the point."""


def exact(term: Term, values: Mapping[str, Nested], bound: Mapping[str, int]) -> Fraction:
    """The value of an algebraic term, with step(0) = 0 and 0^0 = 1."""

    def place(index: Index) -> int:
        return index if isinstance(index, int) else bound[index]

    match term:
        case Num(value):
            return value
        case Sym(name, indices):
            entry = values[name]
            for index in indices:
                assert isinstance(entry, tuple)
                entry = entry[place(index)]
            assert isinstance(entry, Fraction)
            return entry
        case Dim(size):
            return Fraction(size if isinstance(size, int) else SIZES[size])
        case Delta(left, right):
            return Fraction(place(left) == place(right))
        case Sum(index, size, body):
            count = size if isinstance(size, int) else SIZES[size]
            return sum((exact(body, values, {**bound, index: k}) for k in range(count)), Fraction(0))
        case Add(args):
            return sum((exact(a, values, bound) for a in args), Fraction(0))
        case Mul(args):
            result = Fraction(1)
            for a in args:
                result *= exact(a, values, bound)
            return result
        case Pow(base, e) if e.denominator == 1:
            value = exact(base, values, bound)
            if value == 0 and e < 0:
                raise Undefined
            return Fraction(value ** int(e))
        case Fn(name, args):
            inside = [exact(a, values, bound) for a in args]
            match name:
                case "relu":
                    return max(inside[0], Fraction(0))
                case "abs":
                    return abs(inside[0])
                case "max":
                    return max(inside)
                case "step":
                    return Fraction(inside[0] > 0)
    raise Undefined


def points(seed: int, count: int) -> list[dict[str, Nested]]:
    """Reproducible points."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    return list(itertools.islice(iter(lambda: point(draw), None), count))
