"""A question with its files, and the object that says all of it.

settled_question    ask, keep every certificate in a folder of its own, tell the proofs on one page
question_fields     the object of `symconvex prove --ask --json` and of a line of a survey that asks
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from symconvex.asking.answered import Answered, Shown, ask
from symconvex.asking.replies import UNKNOWN, Reply
from symconvex.deadline import OutOfSpace, OutOfTime, time_limit
from symconvex.problem import Problem
from symconvex.settle import SEARCH_GRACE, TOO_LARGE, TOO_LONG, Clock, Proof, fields, keep_certificate, keep_page
from symconvex.verdict import Decided, Undecided


@dataclass(frozen=True, slots=True)
class Answer:
    """An answered question and what was written for it.

    proofs    one for each part, with the file of its certificate
    files     all files: the certificates, then the page and its PDF
    page      the LaTeX of the document, if one was asked for
    """

    answered: Answered
    proofs: tuple[Proof, ...]
    files: tuple[Path, ...]
    left_out: tuple[str, ...]
    tex: str
    seconds: float
    page: str = ""

    @property
    def replaced(self) -> bool:
        """Did a folder hold the proof of another problem?"""
        return any(proof.replaced for proof in self.proofs)


def settled_question(
    problem: Problem,
    question: str,
    clock: Clock,
    *,
    groups: Sequence[Sequence[str]] = (),
    certificate: Path | None,
    page: Path | None,
    forms: Sequence[str] = (),
) -> Answer:
    """Ask, and write what was asked for; what is undecided writes nothing.

    certificate    folder of the certificates alone
    page           folder of the certificates, of proof.tex and its PDF
    forms          kinds of pages that are written beside these: html, markdown, text
    """
    answered = _asked(problem, question, clock, groups)
    proofs = [_kept(part, [*_homes(part, answered, certificate, page)]) for part in answered.parts]
    files = [path for proof in proofs for path in proof.files]
    if page is None or not files:
        return Answer(answered, tuple(proofs), tuple(files), (), "", clock.spent())
    told = keep_page(answered.to_latex, page, clock, forms)
    files += told.files
    return Answer(answered, tuple(proofs), tuple(files), told.left_out, told.tex, clock.spent(), told.page)


def _asked(problem: Problem, question: str, clock: Clock, groups: Sequence[Sequence[str]]) -> Answered:
    budget = clock.left(0)
    try:
        with time_limit(budget + SEARCH_GRACE):
            return ask(problem, question, budget=budget, groups=groups)
    except OutOfTime as limit:
        verdict = Undecided(problem, (TOO_LARGE if isinstance(limit, OutOfSpace) else TOO_LONG,))
        return Answered(question, problem, (Reply(question, UNKNOWN),), (Shown("whole", "", verdict),))


def _homes(part: Shown, answered: Answered, *roots: Path | None) -> list[Path]:
    """Where the certificate of a part is kept: in a folder of its own where there are several."""
    return [root / part.name if len(answered.parts) > 1 else root for root in roots if root is not None]


def _kept(part: Shown, homes: Sequence[Path]) -> Proof:
    verdict = part.verdict
    if not isinstance(verdict, Decided):
        return Proof(verdict, verdict.tried, (), (), "", 0.0)
    written = [keep_certificate(verdict, home) for home in homes]
    files = tuple(path for paths, _ in written for path in paths)
    return Proof(verdict, (), files, (), "", 0.0, any(replaced for _, replaced in written))


def question_fields(answer: Answer) -> dict[str, object]:
    """All that is known of a question, by name."""
    answered = answer.answered
    return {
        "loss": answered.problem.text,
        "wrt": [symbol.name for symbol in answered.problem.parameters],
        "ask": answered.question,
        "answer": answered.word,
        "answer_when": answered.replies[0].given or None,
        "answer_on": answered.replies[0].on or None,
        "replies": [{"property": r.claim, "answer": r.word, "when": r.given or None} for r in answered.replies],
        "parts": [
            {"part": part.name, "about": part.title or None, **fields(proof)}
            for part, proof in zip(answered.parts, answer.proofs, strict=True)
        ],
        "files": [str(path) for path in answer.files],
        "replaced": answer.replaced,
        "seconds": round(answer.seconds, 3),
    }
