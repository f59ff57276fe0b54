"""The work behind `symconvex prove`: ask the prover, keep the proof, say what was found."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symconvex.cli import screen
from symconvex.cli.question import Question, folder_of, problem_of
from symconvex.problem import Problem

if TYPE_CHECKING:
    from symconvex.verdict import Decided, Verdict

WORDS = {"neither": "neither convex nor concave", "undecided": "undecided", "affine": "affine, so convex and concave"}


@dataclass(frozen=True, slots=True)
class Proof:
    """A verdict, the files that were written for it, and what became of its PDF."""

    verdict: "Verdict"
    tried: tuple[str, ...]
    files: tuple[Path, ...]
    tex: str
    seconds: float


def settle(question: Question, *, budget: float, out: Path) -> Proof:
    """Read, prove, write; an undecided question writes nothing."""
    from symconvex.store import check_folder

    started = time.perf_counter()
    problem = problem_of(question)
    folder = out / folder_of(question)
    check_folder(folder)
    return _decided(problem, budget, folder, started)


def _decided(problem: Problem, budget: float, folder: Path, started: float) -> Proof:
    """The prover is loaded once there is a problem to solve."""
    from symconvex.decide import decide
    from symconvex.verdict import Undecided

    verdict = decide(problem, budget=budget)
    if isinstance(verdict, Undecided):
        return Proof(verdict, verdict.tried, (), "", time.perf_counter() - started)
    files, tex = _keep(verdict, folder)
    return Proof(verdict, (), files, tex, time.perf_counter() - started)


def _keep(verdict: "Decided", folder: Path) -> tuple[tuple[Path, ...], str]:
    """Write proof.tex and certificate.json, and proof.pdf where TeX is there."""
    from symconvex.store import CERTIFICATE, Tex, certificate_text, compile_tex, write_proof

    files = write_proof(folder, {"proof.tex": verdict.to_latex(), CERTIFICATE: certificate_text(verdict.certificate)})
    tex = compile_tex(folder)
    return ((*files, folder / "proof.pdf") if tex is Tex.COMPILED else files), tex.value


def answer(proof: Proof) -> dict[str, object]:
    """The object of `symconvex prove --json`."""
    verdict = proof.verdict
    certificate = next((str(path) for path in proof.files if path.suffix == ".json"), None)
    return {
        "loss": verdict.problem.text,
        "wrt": [symbol.name for symbol in verdict.problem.parameters],
        "verdict": verdict.answer,
        "strict": verdict.strict,
        "strict_when": verdict.strict_when,
        "modulus": verdict.modulus,
        "smoothness": verdict.smoothness,
        "exact": list(verdict.exact),
        "hypotheses": list(verdict.hypotheses),
        "condition": verdict.condition,
        "witness": verdict.witness,
        "tried": list(proof.tried),
        "certificate": certificate,
        "files": [str(path) for path in proof.files],
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
    if exit_code(verdict.answer, expect) == screen.FALSE:
        click.echo(f"expected {expect}, proved {verdict.answer}", err=True)


def witness_lines(witness: Mapping[str, object], above: str = "") -> Iterator[str]:
    """One line for each value; a family of entries is W[i,j] = term."""
    for name, value in witness.items():
        match value:
            case {"at": [*places], "is": term}:
                yield f"{above}{name}[{','.join(map(str, places))}] = {term}" if places else f"{above}{name} = {term}"
            case Mapping():
                yield from witness_lines(value, f"{above}{name} ")
            case _:
                yield f"{above}{name} = {str(value).replace(chr(39), '')}"


def _rows(proof: Proof, verbose: bool) -> Iterator[tuple[str, str]]:
    from symconvex.verdict import constant_text

    verdict = proof.verdict
    yield "loss", verdict.problem.text
    if verdict.condition not in {None, "True", "False"}:
        yield "convex iff", str(verdict.condition)
    if verdict.strict_when:
        yield "strictly iff", verdict.strict_when
    elif verdict.strict is not None:
        yield "strictly", "yes" if verdict.strict else "no"
    for which in ("modulus", "smoothness"):
        if text := constant_text(verdict, which):
            yield which, text
    if verdict.witness:
        yield "witness", "\n".join(witness_lines(verdict.witness))
    if proof.tried:
        yield "tried", "\n".join(proof.tried)
    if proof.files:
        yield "written", "\n".join(map(str, proof.files))
    if proof.tex and (verbose or "TeX reported" in proof.tex or "too long" in proof.tex):
        yield "pdf", proof.tex
    if verbose:
        yield "seconds", f"{proof.seconds:.2f}"
