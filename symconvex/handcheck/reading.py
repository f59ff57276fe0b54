"""From a file and its declarations to a report."""

import re
from collections.abc import Iterator
from dataclasses import replace

from symconvex.deadline import OutOfTime, computing
from symconvex.errors import DerivationError, LossError
from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import MaybeCall, Name
from symconvex.handcheck.judging.judge import DEFAULT, Report, check
from symconvex.handcheck.judging.pace import Pace
from symconvex.handcheck.judging.ruling import Judged
from symconvex.handcheck.latex.place import over
from symconvex.handcheck.meaning.claims import items_of
from symconvex.handcheck.meaning.declare import (
    Declared,
    completed,
    contradiction,
    loss_text,
    read_declarations,
    written_out,
)
from symconvex.handcheck.meaning.defining import HEADS
from symconvex.handcheck.prose.sentences import statements_of
from symconvex.handcheck.text.display import Event
from symconvex.handcheck.text.document import Document, Formula
from symconvex.handcheck.text.events import events_of
from symconvex.handcheck.text.source import cleaned
from symconvex.handcheck.values.instances import check_bounds
from symconvex.language.vocabulary import names_in

LATEX = re.compile(r"\$.*\$")
USUAL = ("w", "theta", "beta", "W", "x", "z", "u", "U", "v", "V", "b")
MOST_RELATIONS = 2_000


def read(text: str) -> Document:
    """All statements of a derivation, in reading order.

    Fails    DerivationError for a file that cannot be read at all: too long, nested without end, a macro without end
    """
    events, settings = events_of(text)
    return Document(statements_of(events), settings, tuple(_sentences(events)))


def _sentences(events: list[Event]) -> Iterator[int]:
    """Where each of them stands."""
    places = list[int]()
    for event in events:
        if event.kind not in ("end", "bound"):
            places.append(event.line)
        elif places:
            yield over(places)
            places = []
    if places:
        yield over(places)


def check_text(tex: str, declared: Declared, declarations: str = "", seconds: float = DEFAULT) -> Report:
    """Check a derivation; declarations come from the arguments, then from its own comments.

    The seconds are those of computing, so that a busy machine gives the same answer.

    Fails    DerivationError, LossError, ModelError, UnknownName, ShapeError
    """
    with computing():
        return _checked(tex, declared, declarations, seconds)


def _checked(tex: str, declared: Declared, declarations: str, seconds: float) -> Report:
    pace = Pace.of(seconds)
    try:
        with pace.whole():
            document = read(cleaned(tex))
            declared, extra = _declared(document, declared, declarations)
            _check_count(document)
    except OutOfTime as stopped:
        return Report("undecided", (Judged(1, "the whole file", "undecided", pace.why(stopped)),))
    return check(document, declared, extra, pace)


def _declared(document: Document, declared: Declared, declarations: str) -> tuple[Declared, Document | None]:
    """Everything that is declared, and what is declared in LaTeX."""
    lines = [*cleaned(declarations).splitlines(), *(setting.text for setting in document.settings)]
    plain = "\n".join(line for line in lines if not LATEX.search(line))
    formulas = "\n\n".join(line for line in lines if LATEX.search(line))
    declared = completed(_with_parameters(read_declarations(plain, declared)))
    extra = read(formulas) if formulas else None
    _check_parameters(declared, extra)
    check_bounds(declared)
    for loss in _losses(extra, declared):
        raise contradiction("the loss", loss_text(declared), loss)
    return declared, extra


def _losses(extra: Document | None, declared: Declared) -> Iterator[str]:
    """Formulas in declarations that say what the loss is, where there is one already."""
    heads = declared.heads or HEADS
    for statement in extra.statements if extra and declared.loss else ():
        match statement:
            case Formula(chain) if chain.relations:
                match chain.left:
                    case MaybeCall(Name() as head, args) if head.base in heads:
                        if {render(arg) for arg in args} & {render(Name(name)) for name in declared.parameters}:
                            yield render(chain)


def _check_parameters(declared: Declared, extra: Document | None) -> None:
    """Does the loss depend on what it is minimised over?"""
    if not declared.loss or extra is not None:
        return
    used = names_in(written_out(declared.loss, declared.definitions))
    stray = next((name for name in declared.parameters if name not in used), None)
    if stray is not None:
        raise LossError(
            f"the loss does not depend on {stray}",
            where=loss_text(declared)[:200],
            expected=f"parameters among {', '.join(used)}" if used else "a loss with a parameter",
            got=stray,
            hint="name what it is minimised over: --wrt w, or J(w) = ...",
        )


def _check_count(document: Document) -> None:
    count = sum(1 for _ in items_of(document))
    if count > MOST_RELATIONS:
        raise DerivationError(
            "the file states too much",
            where="the whole file",
            expected=f"at most {MOST_RELATIONS} relations",
            got=f"{count} relations",
            hint="check one derivation at a time",
        )


def _with_parameters(declared: Declared) -> Declared:
    """Without a list of parameters, the usual letters among the names of the loss."""
    if declared.parameters or not declared.loss:
        return declared
    names = {*declared.names, *names_in(written_out(declared.loss, declared.definitions))}
    found = tuple(name for name in USUAL if name in names)[:1]
    if not found:
        raise LossError(
            "it is not said what the loss is minimised over",
            where=declared.loss[:200],
            expected="parameters",
            got="none",
            hint="--wrt w, or J(w) = ... in the declarations",
        )
    return replace(declared, parameters=found)
