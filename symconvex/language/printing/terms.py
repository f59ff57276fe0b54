"""Kernel terms in index notation: as Python, where sums are generator expressions, and as LaTeX."""

from collections.abc import Mapping
from fractions import Fraction

from symconvex.kernel.term import Add, Delta, Dim, Fn, Mul, Num, Pow, Sum, Sym, Term
from symconvex.language.printing.engine import printed
from symconvex.language.printing.styles import LATEX, NUMPY
from symconvex.language.printing.tree import (
    Exact,
    Name,
    Op,
    Plus,
    Raised,
    Tree,
    Word,
    coefficient,
    gathered,
    reciprocal,
    scaled,
    signed,
)

Names = Mapping[str, Word]
NONE: Names = {}


def term_text(term: Term, names: Names = NONE) -> str:
    """The term as a Python expression in its symbols, indices counted from zero; some symbols under other names."""
    return printed(tree_of(term, names), NUMPY)


def term_tex(term: Term, names: Names = NONE) -> str:
    """The term in LaTeX mathematics, without delimiters; indices that are numbers are counted from one."""
    return printed(tree_of(term, names), LATEX)


def tree_of(term: Term, names: Names = NONE) -> Tree:
    """The term as the engine reads it."""
    match term:
        case Num(value):
            return Exact(value)
        case Sym(name, indices):
            return names[name] if name in names and not indices else Name(name, indices)
        case Dim(size):
            return Exact(Fraction(size)) if isinstance(size, int) else Name(size, size=True)
        case Delta(left, right):
            return Op("delta", (), (left, right))
        case Sum(index, size, body):
            return summed(index, size, tree_of(body, names))
        case Add(args):
            return plus(tuple(tree_of(arg, names) for arg in args))
        case Mul(args):
            return gathered(tree_of(arg, names) for arg in args)
        case Pow(base, exponent):
            return raised(tree_of(base, names), exponent)
        case Fn("max", args):
            return Op("max", tuple(tree_of(arg, names) for arg in args))
        case Fn(name, args):
            return Op("call", tuple(tree_of(arg, names) for arg in args), (name,))


def plus(args: tuple[Tree, ...]) -> Tree:
    """A sum; summands with a plus stand in front, where there are any."""
    return Plus(tuple(sorted(args, key=lambda arg: signed(arg)[0])))


def raised(base: Tree, exponent: Fraction) -> Tree:
    """A power; a negative exponent is a quotient."""
    if exponent >= 0:
        return Raised(base, exponent)
    return reciprocal(base if exponent == -1 else Raised(base, -exponent))


def summed(index: str, size: str | int, body: Tree) -> Tree:
    """A sum over an index; a negative number stands in front."""
    value, rest = coefficient(body)
    return scaled(value, Op("total", (rest,), (index, size)))
