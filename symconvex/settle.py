"""From a problem to its proof on disk within a budget, and the one object that says all of it.

settled    decide, keep the certificate, tell the proof
fields     the object of `symconvex prove --json` and of a line of `symconvex survey`
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from symconvex.deadline import OutOfSpace, OutOfTime, time_limit
from symconvex.problem import Problem

if TYPE_CHECKING:
    from symconvex.verdict import Decided, Depends, Proved, Refuted, Verdict

# Seconds that each step has in any case, so that loading a library is never cut short.
LEAST = 3.0
# Seconds that the search may run over the budget: the kernel replays what was found in the last of them.
SEARCH_GRACE = 5.0
TOO_LONG = "no answer in the time that was given: more of it with --budget"
TOO_LARGE = "no answer in the memory that there is"


@dataclass(frozen=True, slots=True)
class Proof:
    """A verdict, the files that were written for it, what was left out of them, and what became of its PDF.

    replaced   whether the folder held the proof of another problem before
    why        where composition ends, for a loss that is not convex or undecided
    instead    where it was shown to be convex
    page       the LaTeX of its document, if one was asked for
    """

    verdict: "Verdict"
    tried: tuple[str, ...]
    files: tuple[Path, ...]
    left_out: tuple[str, ...]
    tex: str
    seconds: float
    replaced: bool = False
    why: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    page: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """The budget of a whole question: one step after the other gets what is left of it."""

    started: float
    budget: float

    def spent(self) -> float:
        """Seconds since the work began."""
        return time.monotonic() - self.started

    def left(self, least: float | None = None) -> float:
        """Seconds that the next step may take."""
        return max(self.budget - self.spent(), LEAST if least is None else least)


def settled(
    problem: Problem, clock: Clock, *, certificate: Path | None, page: Path | None, forms: Sequence[str] = ()
) -> Proof:
    """Decide, and write what was asked for; an undecided question writes nothing.

    certificate    folder of the certificate alone
    page           folder of the certificate, its proof.tex and the PDF
    forms          kinds of pages that are written beside these: html, markdown, text
    """
    from symconvex.advice import advice
    from symconvex.verdict import Undecided

    verdict = _decided(problem, clock)
    beside = advice(verdict, budget=clock.left(0))
    if isinstance(verdict, Undecided):
        return Proof(verdict, verdict.tried, (), (), "", clock.spent(), why=beside.why, instead=beside.instead)
    kept = () if certificate is None else keep_certificate(verdict, certificate)[0]
    told = Proof(verdict, (), kept, (), "", clock.spent()) if page is None else _told(verdict, page, clock, kept, forms)
    return replace(told, why=beside.why, instead=beside.instead)


def _decided(problem: Problem, clock: Clock) -> "Verdict":
    """The verdict, or that there is none within the limits; the prover is loaded once there is a problem to solve."""
    from symconvex.decide import decide
    from symconvex.verdict import Undecided

    budget = clock.left(0)
    try:
        with time_limit(budget + SEARCH_GRACE):
            return decide(problem, budget=budget)
    except OutOfTime as limit:
        return Undecided(problem, (TOO_LARGE if isinstance(limit, OutOfSpace) else TOO_LONG,))


def keep_certificate(verdict: "Decided", folder: Path) -> tuple[tuple[Path, ...], bool]:
    """The file of the certificate, and whether it took the place of another problem's."""
    from symconvex.store import CERTIFICATE, certificate_text, holds_another, write_proof

    replaced = holds_another(folder, verdict.certificate)
    return write_proof(folder, {CERTIFICATE: certificate_text(verdict.certificate)}), replaced


def _told(
    verdict: "Proved | Refuted | Depends", folder: Path, clock: Clock, kept: tuple[Path, ...], forms: Sequence[str]
) -> Proof:
    """The certificate first, for it is the proof; then its page, and the PDF of the page where TeX is there."""
    files, replaced = keep_certificate(verdict, folder)
    told = keep_page(verdict.to_latex, folder, clock, forms)
    files = (*dict.fromkeys((*kept, *files)), *told.files)
    return Proof(verdict, (), files, told.left_out, told.tex, clock.spent(), replaced, page=told.page)


@dataclass(frozen=True, slots=True)
class Kept:
    """A document: its LaTeX, the files that were written of it, what was left out, and what TeX said."""

    page: str
    files: tuple[Path, ...]
    left_out: tuple[str, ...]
    tex: str


def keep_page(tell: Callable[[], str], folder: Path, clock: Clock, forms: Sequence[str] = ()) -> Kept:
    """The page, the same in other forms, and the PDF of it where TeX is there."""
    from symconvex.pages import find, rendered
    from symconvex.store import PAGE, PDF, Tex, compile_tex, write_proof

    try:
        with time_limit(clock.left()):
            page = tell()
            others = {find(form).file: rendered(form, page) for form in forms}
    except OutOfTime:
        return Kept("", (), (PAGE,), "")
    files = write_proof(folder, {PAGE: page, **others})
    tex = compile_tex(folder, clock.left())
    files += (folder / PDF,) if tex is Tex.COMPILED else ()
    return Kept(page, files, (PDF,) if tex is Tex.TIMED_OUT else (), tex.value)


def fields(proof: Proof) -> dict[str, object]:
    """All that is known of a question, by name; what is not known is None."""
    verdict = proof.verdict
    certificate = next((str(path) for path in proof.files if path.suffix == ".json"), None)
    return {
        "loss": verdict.problem.text,
        "wrt": [symbol.name for symbol in verdict.problem.parameters],
        "verdict": verdict.answer,
        "setting": verdict.setting,
        "theorems": list(verdict.theorems),
        "strict": verdict.strict,
        "strict_when": verdict.strict_when,
        "modulus": verdict.modulus,
        "modulus_when": verdict.modulus_when,
        "smoothness": verdict.smoothness,
        "smoothness_when": verdict.smoothness_when,
        "exact": list(verdict.exact),
        "hypotheses": list(verdict.hypotheses),
        "condition": verdict.condition,
        "concave_condition": verdict.concave_condition,
        "quasiconvex": verdict.quasiconvex,
        "domain": list(verdict.domain),
        "notes": list(verdict.problem.notes),
        "witness": verdict.witness,
        "tried": list(proof.tried),
        "why": list(proof.why),
        "instead": list(proof.instead),
        "certificate": certificate,
        "files": [str(path) for path in proof.files],
        "replaced": proof.replaced,
        "seconds": round(proof.seconds, 3),
    }
