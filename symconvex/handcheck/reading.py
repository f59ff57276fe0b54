"""From a file and its declarations to a report."""

import re
from collections.abc import Iterator
from dataclasses import replace

from symconvex.deadline import OutOfTime, computing
from symconvex.errors import DerivationError, LossError
from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import MaybeCall, Name
from symconvex.handcheck.judging.judge import DEFAULT, Report, check, with_first
from symconvex.handcheck.judging.pace import Pace
from symconvex.handcheck.judging.renaming import in_letters_of
from symconvex.handcheck.judging.ruling import Judged
from symconvex.handcheck.latex.place import over
from symconvex.handcheck.meaning.claims import items_of
from symconvex.handcheck.meaning.declare import HEADS, LOSSES, USUAL, contradiction, loss_text, read_declarations
from symconvex.handcheck.meaning.named import trait_of
from symconvex.handcheck.meaning.pieces import mathematics
from symconvex.handcheck.meaning.problems import completed, shaped_expressions, with_domain, written_out
from symconvex.handcheck.meaning.renewed import paired, renewed
from symconvex.handcheck.meaning.stated import Stated, head_of, stated, with_indexed, with_loss_formula, with_parameters
from symconvex.handcheck.prose.sentences import statements_of
from symconvex.handcheck.text.declared import Declared
from symconvex.handcheck.text.display import Event
from symconvex.handcheck.text.document import Document, Formula, Setting
from symconvex.handcheck.text.events import events_of
from symconvex.handcheck.text.minimised import with_minimisers
from symconvex.handcheck.text.source import cleaned
from symconvex.handcheck.text.traits import layout_of, with_traits
from symconvex.handcheck.values.instances import check_bounds
from symconvex.language.vocabulary import names_in

LATEX = re.compile(r"\$.*\$")
MOST_RELATIONS = 2_000


def read(text: str) -> Document:
    """All statements of a derivation, in reading order.

    Fails    DerivationError for a file that cannot be read at all: too long, nested without end, a macro without end
    """
    return _document(*events_of(text))


def _document(events: list[Event], settings: tuple[Setting, ...]) -> Document:
    return Document(statements_of(events), settings, tuple(_sentences(events)), layout_of(events))


def _told(text: str) -> Document:
    """The same with what is told in words as formulas: traits of letters, where a loss is smallest."""
    events, settings = events_of(text)
    return paired(_document([*with_minimisers([*with_traits(events, trait_of)])], settings))


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
            document = _told(cleaned(tex))
            declared, extra = _declared(document, declared, declarations)
            _check_count(document)
            document = renewed(document, declared)
        report = check(document, declared, extra, pace)
    except OutOfTime as stopped:
        return Report("undecided", (Judged(1, "the whole file", "undecided", pace.why(stopped)),))
    except RecursionError:
        return Report("undecided", (Judged(1, "the whole file", "undecided", "something is defined through itself"),))
    return report if not declared.unread else with_first(report, list(_not_read(document, declared)))


def _not_read(document: Document, declared: Declared) -> Iterator[Judged]:
    """Words of declarations that say nothing here, each where it stands."""
    for text in declared.unread:
        lines = (s.tex_line for s in document.settings if text.split(":")[0] in s.text)
        yield Judged(
            next(lines, 1),
            f"declared: {text.partition(' (')[0]}"[:200],
            "not-understood",
            f"what is declared here is not understood: {text}"[:300],
        )


def _declared(document: Document, declared: Declared, declarations: str) -> tuple[Declared, Document | None]:
    """Everything that is declared or stated, and what is a formula of it."""
    lines = [*cleaned(declarations).splitlines(), *(setting.text for setting in document.settings)]
    declared = read_declarations("\n".join(line for line in lines if not LATEX.search(line)), declared)
    formulas = [line for line in lines if LATEX.search(line)] + [f"${text}$" for text in declared.written]
    extra = paired(read("\n\n".join(formulas))) if formulas else None
    declared = in_letters_of(document, declared) if extra is None else declared
    declared = with_parameters(document, with_indexed(document, declared))
    whole = replace(document, statements=(*(extra.statements if extra else ()), *document.statements))
    try:
        found = _in_words(whole, declared)
    except LossError:
        bare = replace(declared, loss="", parameters=(), unread=(*declared.unread, loss_text(declared)))
        found = stated(whole, bare, has_loss=False)
        if found.loss is None or declared.problem is not None:
            raise
    found = found or stated(whole, declared, has_loss=_has_loss(declared, extra))
    if found.loss is not None:
        extra = Document((found.loss, *(extra.statements if extra else ())))
    declared = with_domain(completed(_with_parameters(found.declared)))
    _check_parameters(declared, extra)
    check_bounds(declared)
    for loss in _losses(extra, declared):
        raise contradiction("the loss", loss_text(declared), loss)
    return declared, extra


def _has_loss(declared: Declared, extra: Document | None) -> bool:
    formulas = (s.chain.left for s in extra.statements if isinstance(s, Formula)) if extra else ()
    heads = (left.head for left in formulas if isinstance(left, MaybeCall))
    return bool(declared.loss) or any(isinstance(head, Name) and head.base in LOSSES for head in heads)


def _in_words(document: Document, declared: Declared) -> Stated | None:
    """A declared loss that is no text of the loss language, read as people write mathematics.

    Fails    LossError when neither reading makes a number of it
    """
    problem = None
    told = stated(document, declared, has_loss=True).declared
    for text in dict.fromkeys((declared.loss, declared.loss.replace("^", "**"))) if declared.loss else ():
        trial = replace(told, loss=text)
        try:
            [*shaped_expressions(completed(_with_parameters(trial)))]
        except LossError as error:
            problem = problem or error
        else:
            return Stated(trial)
    if problem is None:
        return None
    head, names = (*declared.heads, head_of(document))[0], declared.parameters
    for statement in read(f"${head}={mathematics(declared.loss)}$").statements:
        if isinstance(statement, Formula) and len(statement.chain.relations) == 1:
            body, bare = statement.chain.relations[0].right, replace(told, loss="", parameters=(), heads=())
            found = with_loss_formula(document, bare, Name(head), tuple(map(Name, names)), body, 0)
            if found is not None:
                return found
    raise problem


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
