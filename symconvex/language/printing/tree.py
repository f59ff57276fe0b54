"""What is printed, before any style has seen it.

Sums, products, powers and numbers have rules of their own, for signs, quotients and brackets: the engine knows them.
Everything else is an operation with a name, for which each style has a template.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

Index = str | int

# How tightly a text binds: a sum, what begins with a minus, a product, a power, what is closed in itself.
# As a demand on an operand, ADD accepts anything and CLOSED brackets anything.
ADD, SIGN, MUL, POW, ATOM, CLOSED = range(6)


@dataclass(frozen=True, slots=True)
class Exact:
    """An exact number."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol, an entry of one, or a size; indices that are numbers count from zero."""

    name: str
    indices: tuple[Index, ...] = ()
    size: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """Finished text, and how tightly it binds."""

    text: str
    binds: int = ATOM


@dataclass(frozen=True, slots=True)
class Plus:
    """A sum; the first summand may be a sum again."""

    args: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Times:
    """A product in this order: a number in front is its coefficient, a power -1 divides.

    `tail` holds the factors that never stand in a fraction: arrays, in mathematics.
    """

    args: tuple["Tree", ...]
    tail: tuple["Tree", ...] = ()


@dataclass(frozen=True, slots=True)
class Raised:
    """A power with a constant exponent."""

    base: "Tree"
    exponent: Fraction


@dataclass(frozen=True, slots=True)
class Op:
    """An operation that a style has a template for; `words` are those of its parts that are no formulas."""

    kind: str
    args: tuple["Tree", ...]
    words: tuple[Index, ...] = ()


Tree = Exact | Name | Word | Plus | Times | Raised | Op

HALF = Fraction(1, 2)
ONE = Exact(Fraction(1))
MINUS = Exact(Fraction(-1))


def reciprocal(tree: Tree) -> Raised:
    """1 over the tree."""
    return Raised(tree, Fraction(-1))


def signed(tree: Tree) -> tuple[bool, Tree]:
    """Does it begin with a minus, and what stands behind it?"""
    match tree:
        case Exact(value) if value < 0:
            return True, Exact(-value)
        case Times((Exact(value), *rest), tail) if value < 0:
            if value == -1 and len(rest) + len(tail) == 1:
                return True, (*rest, *tail)[0]
            return True, Times((*(() if value == -1 else (Exact(-value),)), *rest), tail)
    return False, tree


def coefficient(tree: Tree) -> tuple[Fraction, Tree]:
    """A negative number in front, if there is one, and the rest: what is written before a sum and before a product."""
    match tree:
        case Times((Exact(value), first), ()) | Times((Exact(value),), (first,)) if value < 0:
            return value, first
        case Times((Exact(value), *rest), tail) if value < 0:
            return value, Times(tuple(rest), tail)
    return Fraction(1), tree


def scaled(value: Fraction, tree: Tree) -> Tree:
    """The tree behind a number."""
    return tree if value == 1 else Times((Exact(value),), (tree,))


def gathered(factors: Iterable[Tree]) -> Tree:
    """The product as one quotient: the numbers in front, everything that divides in one denominator."""
    value, above, below = Fraction(1), list[Tree](), list[Tree]()
    for factor in _flat(factors):
        match factor:
            case Exact(number):
                value *= number
            case Raised(base, exponent) if exponent == -1:
                below.append(base)
            case _:
                above.append(factor)
    if value.denominator != 1:
        below.insert(0, Exact(Fraction(value.denominator)))
    head: list[Tree] = [Exact(Fraction(value.numerator))] if value.numerator != 1 else []
    under: list[Tree] = [reciprocal(below[0] if len(below) == 1 else Times(tuple(below)))] if below else []
    parts = (*head, *above, *under)
    return parts[0] if len(parts) == 1 else Times(parts) if parts else ONE


def _flat(factors: Iterable[Tree]) -> Iterable[Tree]:
    for factor in factors:
        match factor:
            case Times(args, ()):
                yield from _flat(args)
            case _:
                yield factor
