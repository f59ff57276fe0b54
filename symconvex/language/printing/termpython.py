"""Kernel terms as Python: sums are generator expressions, a delta is a comparison of indices."""

from collections.abc import Sequence
from fractions import Fraction

from symconvex.kernel.term import Add, Delta, Dim, Fn, Mul, Num, Pow, Sum, Sym, Term

ADD, MUL, POW, ATOM = range(4)


def term_text(term: Term) -> str:
    """The term as a Python expression in its symbols, indices counted from zero."""
    return _item(term)[0]


def _item(term: Term) -> tuple[str, int]:
    """The text and how tightly it binds."""
    match term:
        case Num(value):
            return str(value), ATOM if value >= 0 and value.denominator == 1 else MUL if value > 0 else ADD
        case Sym(name, ()):
            return name, ATOM
        case Sym(name, indices):
            return f"{name}[{','.join(map(str, indices))}]", ATOM
        case Dim(size):
            return str(size), ATOM
        case Delta(left, right):
            return f"({left} == {right})", ATOM
        case Sum(index, size, body):
            return f"sum({term_text(body)} for {index} in range({size}))", ATOM
        case Add(args):
            first, *rest = (_within(arg, MUL) for arg in args)
            return first + "".join(f" - {p[1:]}" if p.startswith("-") else f" + {p}" for p in rest), ADD
        case Mul(args):
            return _product(args)
        case Pow(base, exponent):
            shown = str(exponent) if exponent.denominator == 1 and exponent > 0 else f"({exponent})"
            return f"{_within(base, ATOM)}**{shown}", POW
        case Fn(name, args):
            return f"{name}({', '.join(map(term_text, args))})", ATOM


def _within(term: Term, least: int) -> str:
    text, binds = _item(term)
    return text if binds >= least else f"({text})"


def _product(args: Sequence[Term]) -> tuple[str, int]:
    above = [arg for arg in args if not (isinstance(arg, Pow) and arg.exponent < 0)]
    below = [Pow(arg.base, -arg.exponent) for arg in args if isinstance(arg, Pow) and arg.exponent < 0]
    sign = ""
    if above and isinstance(above[0], Num) and above[0].value == -1 and len(above) > 1:
        sign, above = "-", above[1:]
    text = "*".join(_within(arg, MUL) for arg in above) or "1"
    for factor in below:
        plain = factor.base if factor.exponent == Fraction(1) else factor
        text += f"/{_within(plain, POW)}"
    return sign + text, ADD if sign else MUL
