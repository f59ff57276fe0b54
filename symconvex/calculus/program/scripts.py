"""Two scripts for formulas entry by entry: trees, which every printer reads, and NumPy syntax at once.

The text of a tree and the text written at once are the same.
"""

from collections.abc import Sequence
from fractions import Fraction

from symconvex.calculus.closed import matrix as m
from symconvex.calculus.program.graph import Rational
from symconvex.errors import NotYet
from symconvex.language.printing.tree import ADD, ATOM, MUL, POW, SIGN
from symconvex.problem import Expr

MOST_SUMMANDS = 200

Text = tuple[str, int]  # and how tightly it binds


class Trees:
    """Formulas as expressions, whose sums are as deep as they are long."""

    def number(self, value: Rational) -> Expr:
        return m.number(Fraction(value))

    def name(self, word: str) -> Expr:
        return m.name(word, ())

    def call(self, function: str, arg: Expr) -> Expr:
        return m.call(function, arg)

    def product(self, scale: Rational, powers: Sequence[tuple[Expr, Rational]]) -> Expr:
        return m.from_factors(Fraction(scale), {base: Fraction(exponent) for base, exponent in powers})

    def sum(self, first: Expr, others: Sequence[tuple[bool, Expr]]) -> Expr:
        if len(others) >= MOST_SUMMANDS:
            raise NotYet(
                "a sum is too long to typeset",
                where="the derivatives entry by entry",
                expected=f"at most {MOST_SUMMANDS} summands",
                got=str(len(others) + 1),
                hint="take another format, smaller sizes, or leave the sizes out for the matrix form",
            )
        for subtracted, term in others:
            first = Expr("add", (first, m.minus(term) if subtracted else term), None, ())
        return first


class NumPyText:
    """Formulas as text in NumPy syntax."""

    def number(self, value: Rational) -> Text:
        text = str(value)
        return text, MUL if "/" in text else SIGN if value < 0 else ATOM

    def name(self, word: str) -> Text:
        return word, ATOM

    def call(self, function: str, arg: Text) -> Text:
        return f"{function}({arg[0]})", ATOM

    def product(self, scale: Rational, powers: Sequence[tuple[Text, Rational]]) -> Text:
        if not powers or not scale:
            return self.number(scale)
        if scale == 1 and all(exponent == 1 for _, exponent in powers):
            return powers[0][0] if len(powers) == 1 else ("*".join([_at(base, POW) for base, _ in powers]), MUL)
        above = [_power(base, exponent) for base, exponent in powers if exponent > 0]
        below = "".join([f"/{_at(_power(base, -exponent), POW)}" for base, exponent in powers if exponent < 0])
        if scale == 1 and len(powers) == 1 and above:
            return above[0]
        factors = [_at(factor, POW) for factor in above]
        if not factors:
            return f"{scale}{below}", MUL
        if scale != 1:
            top, bottom = scale.numerator, scale.denominator
            factors[0] = f"-{factors[0]}" if top == -1 else factors[0] if top == 1 else f"{top}*{factors[0]}"
            factors[0] += f"/{bottom}" if bottom != 1 else ""
        return "*".join(factors) + below, SIGN if scale == -1 and len(powers) == 1 else MUL

    def sum(self, first: Text, others: Sequence[tuple[bool, Text]]) -> Text:
        rest = [f" - {_at(term, MUL)}" if subtracted else f" + {_at(term, MUL)}" for subtracted, term in others]
        return first[0] + "".join(rest), ADD


def _at(text: Text, least: int) -> str:
    return text[0] if text[1] >= least else f"({text[0]})"


def _power(base: Text, exponent: Rational) -> Text:
    if exponent == 1:
        return base
    if 2 * exponent == 1:
        return f"sqrt({base[0]})", ATOM
    shown = str(exponent) if exponent.denominator == 1 else f"({exponent})"
    return f"{_at(base, ATOM)}**{shown}", POW
