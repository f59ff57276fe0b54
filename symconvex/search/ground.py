"""The problem on the conditions found so far: what is shown to hold on them, and what a formula asks for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from symconvex.drafting.draft import Draft, conditions_of, draft_of
from symconvex.drafting.effort import bounded
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.kernel.term import Refused, Term
from symconvex.language import parse_expression
from symconvex.language.conditions import degree
from symconvex.language.place import Place
from symconvex.language.printing import text_of
from symconvex.language.printing.readable import readable
from symconvex.language.syntax import clean
from symconvex.problem import Condition, Expr, Problem
from symconvex.search.domain import on

WORK = 500_000
SIGNS = {"positive": "> 0", "nonneg": ">= 0", "nonzero": "!= 0"}


@dataclass(frozen=True, slots=True)
class Need:
    """What must be > 0, >= 0 or not 0 for a part of the loss to be a real number: positive, nonneg, nonzero."""

    expr: Expr
    kind: str


def needs(expr: Expr) -> Iterator[Need]:
    """What the parts of a formula ask for, from the inside out."""
    for arg in expr.args:
        yield from needs(arg)
    if expr.op == "pow" and isinstance(expr.value, Fraction):
        if expr.value.denominator > 1:
            yield Need(expr.args[0], "nonneg" if expr.value > 0 else "positive")
        elif expr.value < 0:
            yield Need(expr.args[0], "nonzero")
    elif expr.op == "call":
        yield from _asked(functions()[str(expr.value)].domain, expr)


KINDS = {"<": "positive", ">": "positive", "<=": "nonneg", ">=": "nonneg", "!=": "nonzero"}


def _asked(domain: str, call: Expr) -> Iterator[Need]:
    """What a function asks of its argument z: "z > 0", "-1 < z < 1", "z != 0", "cos(z) != 0"."""
    match domain.split():
        case ["real"]:
            pass
        case ["z", sign, end]:
            yield Need(_between(Fraction(end), call.args[0], 1), KINDS[sign])
        case [low, below, "z", above, high]:
            yield Need(_between(Fraction(low), call.args[0], 1), KINDS[below])
            yield Need(_between(Fraction(high), call.args[0], -1), KINDS[above])
        case [other, "!=", "0"]:
            yield Need(replace(call, value=other.removesuffix("(z)")), "nonzero")
        case _:
            raise ValueError(f"the domain {domain} of {call.value} is not understood")


def _between(end: Fraction, arg: Expr, side: int) -> Expr:
    """z - end, or end - z on the other side."""
    if side < 0:
        arg = Expr("mul", (Expr("number", (), Fraction(-1), ()), arg), None, arg.shape, arg.span)
    shift = Expr("number", (), -side * end, ())
    return Expr("add", (shift, arg), None, arg.shape, arg.span) if end else arg


@dataclass(frozen=True, slots=True)
class Ground:
    """The problem on the conditions found so far."""

    problem: Problem
    conditions: tuple[Condition, ...]

    def term(self, expr: Expr) -> tuple[Draft, Term]:
        """A formula as a term, and the draft of the conditions alone."""
        asked = on(self.problem, (*self.conditions, Condition(expr, False)))
        draft, told = draft_of(asked), conditions_of(asked)
        number = max(k for k, c in enumerate(told) if c == Condition(expr, False))
        others = tuple(entry for k, entry in enumerate(draft.domain) if k != number)
        return replace(draft, domain=others), draft.domain[number].term or t.ZERO

    def is_positive(self, draft: Draft, term: Term, *, strict: bool = True) -> bool:
        """Is the term shown to be > 0 (>= 0) on the conditions?"""
        lines = Lines(draft, deep=True)
        try:
            with bounded(WORK):
                return show_defined(lines, term) and find_sign(lines, term, strict=strict) is not None
        except Refused:
            return False

    def holds(self, expr: Expr, *, strict: bool = True) -> bool:
        """Is a formula shown to be > 0 (>= 0) there?"""
        return self.is_positive(*self.term(expr), strict=strict)

    def meets(self, need: Need) -> bool:
        """Is what is asked for shown there?"""
        return (
            self.differs(need.expr) if need.kind == "nonzero" else self.holds(need.expr, strict=need.kind != "nonneg")
        )

    def given(self, more: Condition, expr: Expr) -> bool:
        """Is a formula shown to be > 0 once one more condition holds?"""
        return Ground(self.problem, (*self.conditions, more)).holds(expr)

    def differs(self, expr: Expr) -> bool:
        """Is the formula shown to be nowhere 0?"""
        draft, term = self.term(expr)
        return self.is_positive(draft, term) or self.is_positive(draft, t.neg(term))

    def is_multiple(self, draft: Draft, term: Term, other: Term) -> bool:
        """Is the term a number > 0 times the other?"""
        normal = normal_of(draft)
        one, two = normal.poly(term), normal.poly(other)
        scales = {Fraction(one[mono]) / Fraction(two[mono]) for mono in one if mono in two}
        return set(one) == set(two) and len(scales) == 1 and min(scales) > 0

    def speaks(self, expr: Expr) -> bool:
        """Is the formula about the parameters?"""
        return degree(expr, frozenset(p.name for p in self.problem.parameters)) != 0

    def formula(self, text: str) -> Expr:
        """A formula from its text."""
        return parse_expression(text, symbols=(*self.problem.parameters, *self.problem.data))

    def text(self, term: Term) -> str:
        """A term as a person writes it."""
        symbols = (*self.problem.parameters, *self.problem.data)
        return readable(term, {s.name: s.shape for s in symbols})


def place_in(expr: Expr, text: str) -> str:
    """The line of the text with the formula marked in it; the formula alone where it has no place there."""
    return Place(clean(text), expr.span).show() if expr.span != (0, 0) else text_of(expr)
