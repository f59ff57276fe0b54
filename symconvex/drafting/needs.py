"""What a line of a certificate needs beside the lines that it uses: signs that make it defined, or that they assume."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Num, Term


class Written(Protocol):
    """A line as it is written; `terms` are those among its arguments."""

    @property
    def rule(self) -> str:
        """The step."""

    @property
    def args(self) -> Mapping[str, object]:
        """Its arguments."""

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms among them."""

    @property
    def gives(self) -> Judgment:
        """The conclusion."""


def signs_needed(step: Written, used: Iterable[Judgment], loss: Term) -> Iterator[Judgment]:
    """Signs that an earlier line should give, of the lines used and of all that must be defined."""
    yield from _assumed(step, used)
    assumed = [sign.term for sign in step.gives.under]
    terms = [term for term in (step.gives.term, *step.terms, *assumed, loss) if term is not None]
    bases = [base for term in terms for base, _ in partial_bases(term)]
    if step.rule == "growth":  # is defined at its start as well
        bases += [t.substitute(base, _read_at(step)) for base, _ in partial_bases(terms[0])]
    for base in bases:
        yield Judgment("positive", "", base)
        yield Judgment("positive", "", t.Mul((Num(t.MINUS_ONE), base)))


def _assumed(step: Written, used: Iterable[Judgment]) -> Iterator[Judgment]:
    """What the lines used assume, of an instance with the term put in; the bounds of a box; that a case is not 0."""
    for side in step.terms if step.rule == "box" else ():
        yield Judgment("nonneg", "", side)
    signs = [sign for use in used for sign in use.under]
    for sign in signs if step.rule == "cases" else ():
        yield Judgment("positive", "", t.power(sign.term or t.ZERO, 2))
    for sign in signs:
        whole = step.rule == "instance" and sign.term is not None
        yield replace(sign, term=_instance(step, sign.term or t.ZERO)) if whole else sign


def _instance(step: Written, term: Term) -> Term:
    """The term, or the place, put in for what a line was about."""
    if step.terms:
        return t.substitute(term, _read_at(step))
    place = str(step.args["is"])
    return t.reindex(term, {str(step.args["of"]): int(place) if place.isdigit() else place})


def _read_at(step: Written) -> dict[str, t.Family]:
    return {str(step.args["of"]): ((), step.terms[0])}
