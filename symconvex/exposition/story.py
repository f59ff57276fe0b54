"""What a proof by weighted squares is told from: the shape of the loss, the accepted claims, and the names."""

from dataclasses import dataclass

from symconvex.exposition.claims import Claims
from symconvex.exposition.notation import Notation
from symconvex.exposition.reading import Part, Reading, mentions
from symconvex.exposition.reasons import has_steps, is_positive
from symconvex.exposition.summand import Summands
from symconvex.exposition.words import rows_of
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Sum, Term
from symconvex.language.printing.texwords import word_tex
from symconvex.problem import Problem

# Vectors x_i and x_i' as factors of a summand.
ROW, COLUMN = Fn("row", ()), Fn("column", ())


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that the sentences are made of; `named` also knows short names such as p_i."""

    problem: Problem
    reading: Reading
    part: Part
    claims: Claims
    shape: Summands
    plain: Notation
    named: Notation
    sizes: str

    @property
    def w(self) -> str:
        return word_tex(self.shape.parameter)

    @property
    def v(self) -> str:
        return self.plain.directions[f"{self.shape.parameter}'"]

    @property
    def x(self) -> str:
        return word_tex(self.shape.matrix)

    @property
    def i(self) -> str:
        return self.shape.argument.index

    @property
    def u(self) -> str:
        """The letter of the argument."""
        return word_tex(self.shape.argument.letter)

    @property
    def dot(self) -> str:
        """x_i.v"""
        return f"{self.named.tex(ROW)}\\T {self.v}"

    @property
    def kinked(self) -> bool:
        return has_steps(self.shape.weight)

    @property
    def strictly(self) -> bool:
        return is_positive(self.part, self.shape.certified)

    @property
    def constant(self) -> bool:
        """Are all weights the same number?"""
        return not mentions(self.shape.weight, frozenset({self.shape.argument.letter}))

    def letter(self, *offers: str) -> str:
        """The first of these letters that the problem does not use."""
        taken = {*self.reading.sizes, *self.reading.data, *self.reading.parameters, self.shape.argument.letter}
        return next((offer for offer in offers if offer not in taken), offers[-1])

    def total(self, *parts: Term) -> str:
        return self.named.tex(Sum(self.i, self.shape.size, t.mul(*parts)))

    def plus(self, factor: int, what: str) -> str:
        """+ factor * c * what for the penalty c |w|^2; empty without one."""
        if self.shape.penalty is None:
            return ""
        scale = t.mul(t.number(factor), self.shape.penalty)
        return f"+{what}" if scale == t.ONE else f"+{self.named.factor(scale)}\\,{what}"

    @property
    def outer_label(self) -> str:
        """y_i in the gradient y_i x_i of the argument."""
        label = self.shape.argument.label
        return "" if label is None else f"{self.named.tex(label)}\\,"


def story_of(problem: Problem, reading: Reading, claims: Claims, shape: Summands, v: str, sizes: str) -> Story:
    """The story of a loss of this shape."""
    part = reading.part("convex")
    if part is None:
        raise TypeError("this story is told of convex losses")
    plain = Notation({f"{shape.parameter}'": v}, rows_of(problem), frozenset({shape.argument.letter}))
    i, x = shape.argument.index, word_tex(shape.matrix)
    logistic = {p for p in t.subterms(shape.weight) if isinstance(p, Fn) and p.name == "sigmoid"}
    taken = {*reading.sizes, *reading.data, *reading.parameters}
    short: dict[Term, str] = {p: f"p_{{{i}}}" for p in logistic if len(logistic) == 1 and "p" not in taken}
    row = plain.vector(shape.matrix, (i,)) or f"{x}_{{{i}\\cdot}}"
    others: dict[Term, str] = {ROW: row, COLUMN: f"{row}\\T", **claims.eigenvalues()}
    return Story(problem, reading, part, claims, shape, plain, plain.naming({**short, **others}), sizes)
