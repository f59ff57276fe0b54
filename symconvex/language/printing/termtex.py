"""Kernel terms as LaTeX, in index notation; indices that are numbers are printed counted from one."""

from fractions import Fraction

from symconvex.kernel.term import Add, Delta, Dim, Fn, Index, Mul, Num, Pow, Sum, Sym, Term
from symconvex.language.printing.texwords import (
    ADD,
    ATOM,
    MUL,
    POW,
    atleast,
    call_tex,
    entry_tex,
    fraction_tex,
    index_tex,
    juxtaposed,
    number_tex,
    raised_tex,
    word_tex,
)

Item = tuple[str, int]


def term_tex(term: Term) -> str:
    """The term in LaTeX mathematics, without delimiters."""
    return item(term)[0]


def item(term: Term) -> Item:
    """The text and how tightly it binds."""
    match term:
        case Num(value):
            return number_tex(value), MUL if value < 0 or value.denominator != 1 else ATOM
        case Sym(name, indices):
            return entry_tex(name, indices), ATOM
        case Dim(size):
            return size_tex(size), ATOM
        case Delta(left, right):
            return f"\\delta_{{{index_tex((left, right))}}}", ATOM
        case Sum(index, size, body):
            bounds = f"\\sum_{{{word_tex(index)}=1}}^{{{size_tex(size)}}}"
            return f"{bounds} {atleast(item(body), MUL)}", MUL
        case Add(args):
            return _sum(args), ADD
        case Mul(args):
            return _product(args)
        case Pow(base, exponent):
            return _power(base, exponent)
        case Fn("max", args):
            return f"\\max\\{{{', '.join(map(term_tex, args))}\\}}", ATOM
        case Fn(name, (arg,)):
            return call_tex(name, term_tex(arg))
    raise TypeError(f"{type(term).__name__} is not a term")


def size_tex(size: Index) -> str:
    """A size: a number, or its name."""
    return str(size) if isinstance(size, int) else word_tex(size, size=True)


def _sum(args: tuple[Term, ...]) -> str:
    """Terms with their signs; one with a plus stands in front where there is one."""
    texts = sorted(map(term_tex, args), key=lambda text: text.startswith("-"))
    first, *others = texts
    return first + "".join(f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in others)


def _product(args: tuple[Term, ...]) -> Item:
    """A fraction of everything that is no sum, then the sums, all but the last in brackets."""
    coefficient, above, below, sums = Fraction(1), list[str](), list[str](), list[Item]()
    for factor in args:
        match factor:
            case Num(value):
                coefficient *= value
            case Pow(base, exponent) if exponent < 0:
                below.append(_in_product(base if exponent == -1 else Pow(base, -exponent)))
            case Sum():
                sums.append(item(factor))
            case _:
                above.append(atleast(item(factor), POW))
    head = fraction_tex(coefficient, above, below)
    tail = [atleast(found, POW) for found in sums[:-1]] + [text for text, _ in sums[-1:]]
    parts = ([head] if head != "1" or not tail else []) + tail
    return ("-" if coefficient < 0 else "") + juxtaposed(parts), MUL


def _in_product(term: Term) -> str:
    return atleast(item(term), POW)


def _power(base: Term, exponent: Fraction) -> Item:
    if exponent < 0:
        below = term_tex(base) if exponent == -1 else item(Pow(base, -exponent))[0]
        return f"\\frac{{1}}{{{below}}}", MUL
    return raised_tex(item(base), exponent)
