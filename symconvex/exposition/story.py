"""What the sentences on weighted squares are made of: a told argument, and how its terms are printed."""

from collections.abc import Iterable
from dataclasses import dataclass

from symconvex.drafting.arguments.squares import Margin, Squares
from symconvex.exposition.claims import Claims
from symconvex.exposition.notation import Notation
from symconvex.exposition.told import Told
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Sum, Term
from symconvex.language.printing.texwords import word_tex
from symconvex.problem import Problem

# Vectors x_i and x_i' as factors of a summand.
ROW, COLUMN = Fn("row", ()), Fn("column", ())


@dataclass(frozen=True, slots=True)
class Story:
    """An argument with the notation of its page; `named` also knows short names such as p_i.

    rows    a sentence that names the rows of X, where the setting does not
    """

    told: Told[Squares]
    plain: Notation
    named: Notation
    rows: str

    @property
    def shape(self) -> Squares:
        return self.told.argument

    @property
    def margin(self) -> Margin:
        return self.told.argument.margin

    @property
    def problem(self) -> Problem:
        return self.told.problem

    @property
    def claims(self) -> Claims:
        return self.told.claims

    @property
    def w(self) -> str:
        return word_tex(self.margin.parameter)

    @property
    def v(self) -> str:
        return self.told.ways[self.margin.parameter]

    @property
    def x(self) -> str:
        return word_tex(self.margin.matrix)

    @property
    def i(self) -> str:
        return word_tex(self.margin.index)

    @property
    def u(self) -> str:
        """The letter of the argument."""
        return word_tex(self.margin.letter)

    @property
    def n(self) -> str:
        """How many samples there are."""
        return self.named.tex(t.Dim(self.margin.size))

    @property
    def dot(self) -> str:
        """x_i.v"""
        return f"{self.named.tex(ROW)}\\T {self.v}"

    def letter(self, *offers: str) -> str:
        """The first of these letters that neither the problem nor the margin uses."""
        return self.told.letter(*(offer for offer in offers if offer != self.margin.letter))

    def total(self, *parts: Term) -> str:
        """The sum over all samples of a product."""
        return self.named.tex(Sum(self.margin.index, self.margin.size, t.mul(*parts)))

    def plus(self, factor: int, what: str) -> str:
        """+ factor * c * what for the penalty c |w|^2; empty without one."""
        if self.shape.penalty is None:
            return ""
        scale = t.mul(t.number(factor), self.shape.penalty)
        return f"+{what}" if scale == t.ONE else f"+{self.named.factor(scale)}\\,{what}"

    @property
    def rest(self) -> str:
        """What does not depend on w, with its sign; empty for 0."""
        text = "" if self.shape.rest is None else self.named.tex(self.shape.rest)
        return text if text.startswith("-") or not text else f"+{text}"

    @property
    def outer_label(self) -> str:
        """y_i in the gradient y_i x_i of the argument."""
        label = self.margin.label
        return "" if label is None else f"{self.named.tex(label)}\\,"


def story_of(told: Told[Squares]) -> Story:
    """The argument with names for a logistic weight, the rows of X and the extreme eigenvalues."""
    shape, margin = told.argument, told.argument.margin
    letters, rows = told.rows(margin.matrix)
    plain = Notation(told.directions, letters, frozenset({margin.letter}))
    row = f"{letters[margin.matrix]}_{{{word_tex(margin.index)}}}"
    others: dict[Term, str] = {ROW: row, COLUMN: f"{row}\\T", **told.claims.eigenvalues()}
    return Story(told, plain, plain.naming({**short_names(told, t.subterms(shape.weight)), **others}), rows)


def short_names(told: Told[Squares], parts: Iterable[Term]) -> dict[Term, str]:
    """p_i for the one logistic function in a weight."""
    logistic = {part for part in parts if isinstance(part, Fn) and part.name == "sigmoid"}
    usable = len(logistic) == 1 and "p" not in told.used
    return dict.fromkeys(logistic, f"p_{{{word_tex(told.argument.margin.index)}}}") if usable else {}


def at_sample(margin: Margin, term: Term) -> Term:
    """A function of the letter at u_i."""
    return t.substitute(term, {margin.letter: ((), margin.symbol)})
