"""The work behind `symconvex prove`: ask the prover, keep the proof, say what was found."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symconvex.cli import screen
from symconvex.cli.question import Question, folder_of, problem_of
from symconvex.deadline import OutOfSpace, OutOfTime, time_limit
from symconvex.problem import Problem

if TYPE_CHECKING:
    from symconvex.verdict import Decided, Depends, Proved, Refuted, Verdict

WORDS = {
    "neither": "neither convex nor concave",
    "affine": "affine, so convex and concave",
    "depends": "convex or not as the data are",
}


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
    """

    verdict: "Verdict"
    tried: tuple[str, ...]
    files: tuple[Path, ...]
    left_out: tuple[str, ...]
    tex: str
    seconds: float
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """The budget of a whole command: one step after the other gets what is left of it."""

    started: float
    budget: float

    def spent(self) -> float:
        """Seconds since the command began."""
        return time.monotonic() - self.started

    def left(self, least: float = LEAST) -> float:
        """Seconds that the next step may take."""
        return max(self.budget - self.spent(), least)


def settle(question: Question, *, budget: float, out: Path) -> Proof:
    """Read, prove, write; an undecided question writes nothing.

    Fails    OutOfTime when the question itself takes too long to read
    """
    from symconvex.store import check_folder

    clock = Clock(time.monotonic(), budget)
    with time_limit(clock.left()):
        problem = problem_of(question)
    folder = out / folder_of(question)
    check_folder(folder)
    return _answered(problem, folder, clock)


def _answered(problem: Problem, folder: Path, clock: Clock) -> Proof:
    """The prover is loaded once there is a problem to solve."""
    from symconvex.verdict import Undecided

    verdict = _decided(problem, clock)
    if isinstance(verdict, Undecided):
        return Proof(verdict, verdict.tried, (), (), "", clock.spent())
    return _kept(verdict, folder, clock)


def _decided(problem: Problem, clock: Clock) -> "Verdict":
    """The verdict, or that there is none within the limits."""
    from symconvex.decide import decide
    from symconvex.verdict import Undecided

    budget = clock.left(0)
    try:
        with time_limit(budget + SEARCH_GRACE):
            return decide(problem, budget=budget)
    except OutOfTime as limit:
        return Undecided(problem, (TOO_LARGE if isinstance(limit, OutOfSpace) else TOO_LONG,))


def _kept(verdict: "Proved | Refuted | Depends", folder: Path, clock: Clock) -> Proof:
    """The certificate first, for it is the proof; then its page, and the PDF of the page where TeX is there."""
    from symconvex.store import CERTIFICATE, PAGE, PDF, Tex, certificate_text, compile_tex, holds_another, write_proof

    replaced = holds_another(folder, verdict.certificate)
    files = write_proof(folder, {CERTIFICATE: certificate_text(verdict.certificate)})
    page, left_out = _page(verdict, clock)
    if page is None:
        return Proof(verdict, (), files, left_out, "", clock.spent(), replaced)
    files += write_proof(folder, {PAGE: page})
    tex = compile_tex(folder, clock.left())
    files += (folder / PDF,) if tex is Tex.COMPILED else ()
    left_out += (PDF,) if tex is Tex.TIMED_OUT else ()
    return Proof(verdict, (), files, left_out, tex.value, clock.spent(), replaced)


def _page(verdict: "Decided", clock: Clock) -> tuple[str | None, tuple[str, ...]]:
    """The text of the proof, and what is left out for want of time."""
    try:
        with time_limit(clock.left()):
            return verdict.to_latex(), ()
    except OutOfTime:
        return None, ("proof.tex",)


def answer(proof: Proof) -> dict[str, object]:
    """The object of `symconvex prove --json`."""
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
        "quasiconvex": verdict.quasiconvex,
        "domain": list(verdict.domain),
        "notes": list(verdict.problem.notes),
        "witness": verdict.witness,
        "tried": list(proof.tried),
        "certificate": certificate,
        "files": [str(path) for path in proof.files],
        "replaced": proof.replaced,
        "seconds": round(proof.seconds, 3),
    }


def exit_code(answer: str, expect: str | None) -> int:
    """0 for a proof either way; an affine loss is as convex and as concave as one may expect."""
    if answer == "undecided":
        return screen.UNDECIDED
    met = expect in {None, answer} or (answer == "affine" and expect in {"convex", "concave"})
    return screen.DONE if met else screen.FALSE


def print_answer(proof: Proof, expect: str | None, *, quiet: bool, verbose: bool) -> None:
    """The verdict, then what comes with it, then the files."""
    verdict = proof.verdict
    names = ", ".join(symbol.name for symbol in verdict.problem.parameters)
    under = f", if {' and '.join(verdict.hypotheses)}" if verdict.hypotheses else ""
    screen.print_title(f"{verdict.problem.name} is {WORDS.get(verdict.answer, verdict.answer)} in {names}{under}")
    if not quiet:
        screen.print_rows(_rows(proof, verbose))
    if proof.replaced:
        click.echo(f"replaced the proof of another problem in {proof.files[0].parent}: keep both with --out", err=True)
    if exit_code(verdict.answer, expect) == screen.FALSE:
        click.echo(f"expected {expect}, proved {verdict.answer}", err=True)


def witness_lines(witness: Mapping[str, object], above: str = "") -> Iterator[str]:
    """One line for each value."""
    for name, value in witness.items():
        if isinstance(value, Mapping):
            yield from witness_lines(value, f"{above}{name} ")
        elif isinstance(value, list) and value and all(isinstance(entry, Mapping) for entry in value):
            for k, entry in enumerate(value, 1):
                yield from witness_lines(entry, f"{above}{name} {k} ")
        else:
            yield f"{above}{name} = {str(value).replace(chr(39), '')}"


def _rows(proof: Proof, verbose: bool) -> Iterator[tuple[str, str]]:
    from symconvex.verdict import constant_text, strictness_text

    verdict = proof.verdict
    yield "loss", verdict.problem.text
    if verdict.setting:
        yield "setting", verdict.setting
    if verdict.problem.notes:
        yield "noted", "\n".join(verdict.problem.notes)
    if verdict.condition not in {None, "True", "False"}:
        yield "convex iff", str(verdict.condition)
    if verdict.strict_when or verdict.strict is not None:
        yield "strictly", strictness_text(verdict)
    for which in ("modulus", "smoothness"):
        if text := constant_text(verdict, which):
            yield which, text
    if verdict.answer == "depends" or verbose:
        yield "proved", "\n".join(verdict.theorems)
    if verdict.witness:
        yield "witness", "\n".join(witness_lines(verdict.witness))
    if proof.tried:
        yield "tried", "\n".join(proof.tried)
    if proof.files:
        yield "written", "\n".join(map(str, proof.files))
    if proof.left_out:
        yield "left out", f"{', '.join(proof.left_out)}: more time with --budget"
    if proof.tex and (verbose or "TeX reported" in proof.tex):
        yield "pdf", proof.tex
    if verbose:
        yield "seconds", f"{proof.seconds:.2f}"
