"""A question of its own about a loss, answered: what is shown of the property, and the verdicts that show it."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from symconvex.asking.blocks import Held, blocks
from symconvex.asking.flattened import with_flattening
from symconvex.asking.logarithm import POSITIVE, logarithms
from symconvex.asking.replies import DEPENDS, NO, OF_THE_LOSS, UNKNOWN, WHEN, YES, Reply, convex, in_each, is_known
from symconvex.decide import decide
from symconvex.errors import LossError
from symconvex.pages._card import ShownProof, card
from symconvex.problem import Problem
from symconvex.search.domain import texts_of
from symconvex.verdict import Decided, Depends, Undecided, Verdict

if TYPE_CHECKING:
    from symconvex.exposition.question import Section

LOGARITHMS = {"log-convex": "convex", "log-concave": "concave"}
STRONG = "strong"
BLOCKS, JOINT = "blocks", "joint"
BESIDE = "quasiconvex"  # what is said beside every verdict: no better one is waited for
NAME = re.compile(r"[A-Za-z]\w*")
QUESTIONS = (*OF_THE_LOSS, *LOGARITHMS, BLOCKS)
NOT_POSITIVE = "the function is not shown to be > 0 on the domain: state where it is, such as x > 0"
WIDER = "what is shown for some values of the others need not be on the domain"


@dataclass(frozen=True, slots=True)
class Shown:
    """One of the verdicts of a question.

    name      whole, log, joint, or in-x for a block; the folder of its certificate
    title     what it is about: "in x, with y fixed"
    """

    name: str
    title: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Answered:
    """What is shown of a property, and the verdicts, with certificates, that show it.

    replies    the answer first, then what else the verdicts say of such properties
    """

    question: str
    problem: Problem
    replies: tuple[Reply, ...]
    parts: tuple[Shown, ...]

    def __bool__(self) -> NoReturn:
        raise TypeError("an answer is no truth value: look at its `answer`")

    @property
    def answer(self) -> str:
        """yes, no, exactly when ..., depends, or unknown."""
        return self.replies[0].answer

    @property
    def word(self) -> str:
        """The same in one word: yes, no, exactly when, depends, unknown."""
        return self.replies[0].word

    def __repr__(self) -> str:
        lines = [reply.text for reply in self.replies]
        for part in self.parts:
            head, *rest = repr(part.verdict).splitlines()
            lines += [f"  {part.title}: {head}" if part.title else f"  {head}", *(f"  {line}" for line in rest)]
        return "\n".join(lines)

    def to_latex(self) -> str:
        """The question, its answer and the proofs of all parts as a LaTeX document."""
        from symconvex.exposition.question import question_document

        subject = "g" if self.question in LOGARITHMS else "f"
        told = [reply.sentence(subject if not k else "it") for k, reply in enumerate(self.replies)]
        page: str = question_document(self.problem, self.question, told, [*self.sections()])
        return page

    def _repr_html_(self) -> str:
        rows = [
            (part.title or "verdict", f"{part.verdict!r}\n" + "\n".join(part.verdict.theorems)) for part in self.parts
        ]
        return card("; ".join(reply.text for reply in self.replies), [("loss", self.problem.text), *rows])

    def show(self) -> ShownProof:
        """The whole page: text where it is printed, a page in a notebook."""
        return ShownProof(self.to_latex())

    def sections(self) -> "Iterator[Section]":
        """What is told of each part that is decided."""
        from symconvex.calculus.closed.derivation import derive
        from symconvex.exposition.question import Section

        for part in self.parts:
            if isinstance(part.verdict, Decided):
                folder = f"{part.name}/" if len(self.parts) > 1 else ""
                yield Section(part.title, part.verdict, derive(part.verdict.problem), folder)


def ask(problem: Problem, question: str, *, budget: float, groups: Sequence[Sequence[str]] = ()) -> Answered:
    """Answer one of QUESTIONS.

    groups    for `blocks` the names of each block; without them each parameter is one

    Fails    LossError on a question that there is not, or blocks that are none; else as `decide`
    """
    if question not in QUESTIONS:
        raise LossError(
            "there is no such question",
            where=f"ask={question!r}"[:200],
            expected=", ".join(QUESTIONS),
            got=str(question)[:60],
            hint='ask="strict"',
        )
    end = time.monotonic() + budget
    if question in LOGARITHMS:
        return _of_logarithm(problem, question, end)
    if question == BLOCKS:
        return _of_blocks(problem, [*blocks(problem, groups)], end)
    replies = OF_THE_LOSS[question]
    enough = None if question == BESIDE else partial(is_known, replies=replies)
    verdict = decide(problem, budget=budget, enough=enough)
    if question == STRONG and not is_known(verdict, replies):
        verdict = with_flattening(verdict, _left(end))
    return Answered(question, problem, replies(verdict), (Shown("whole", "", verdict),))


def _of_logarithm(problem: Problem, question: str, end: float) -> Answered:
    """The verdict about log f that answers it; where f is not shown to be > 0, that there is none."""
    found: list[Reply] = []
    verdict: Verdict = Undecided(problem, (NOT_POSITIVE,))
    for asked in logarithms(problem):
        verdict = decide(asked, budget=_left(end))
        on = " and ".join(texts_of(asked)) if POSITIVE in asked.notes else ""
        found = [convex(verdict, question, LOGARITHMS[question])]
        if found[0].word != UNKNOWN:
            found = [replace(found[0], on=on)]
            break
    replies = tuple(found or [Reply(question, UNKNOWN)])
    return Answered(question, problem, replies, (Shown("log", "its logarithm", verdict),))


def _of_blocks(problem: Problem, chosen: Sequence[Held], end: float) -> Answered:
    """One verdict for each block, and the joint one."""
    parts, replies = list[Shown](), list[Reply]()
    for number, block in enumerate(chosen):
        found = _in_block(block, _left(end) / (len(chosen) + 1 - number))
        others = [symbol.name for symbol in problem.parameters if symbol.name not in block.names]
        names = ", ".join(block.names)
        title = f"in {names}, with {', '.join(others)} fixed" if others else f"in {names}"
        parts.append(Shown(f"in-{'-'.join(block.names)}", title, found))
        replies.append(convex(found, f"convex in {names}"))
    joint = decide(problem, budget=_left(end)) if len(chosen) > 1 else parts.pop().verdict
    whole = in_each([_for_all(reply, problem) for reply in replies], "convex in each block")
    told = (whole, *replies, convex(joint, "jointly convex"))
    if told[-1].word == YES:  # then it is so in each block, whatever became of them
        told = tuple(replace(reply, word=YES, given="") for reply in told)
    elif told[-1].word in (DEPENDS, UNKNOWN) and any((reply.word, reply.given) == (NO, "") for reply in replies):
        told = (*told[:-1], replace(told[-1], word=NO, given=""))  # a block that is so for no data refutes it
    parts.append(Shown(JOINT, f"jointly in {', '.join(symbol.name for symbol in problem.parameters)}", joint))
    return Answered(BLOCKS, problem, told, tuple(parts))


def _for_all(reply: Reply, problem: Problem) -> Reply:
    """The reply about all values of the fixed parameters: a condition on them alone fails for some, in its example."""
    names = set(NAME.findall(reply.given)) if reply.word == WHEN else set()
    if not names & {symbol.name for symbol in problem.parameters}:
        return reply
    return replace(reply, word=DEPENDS if names & {symbol.name for symbol in problem.data} else NO, given="")


def _in_block(block: Held, budget: float) -> Verdict:
    verdict = decide(block.problem, budget=budget)
    if block.wider and isinstance(verdict, Depends):
        return Undecided(block.problem, (WIDER,))
    return verdict


def _left(end: float) -> float:
    """Seconds until the end, and one in any case."""
    return max(end - time.monotonic(), 1.0)
