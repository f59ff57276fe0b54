"""The work behind `symconvex prove`: ask the prover, keep the proof, say what was found."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from symconvex.cli import screen
from symconvex.cli.question import Question, folder_of, problem_of
from symconvex.deadline import time_limit
from symconvex.settle import Clock, Proof, settled


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
    return settled(problem, clock, certificate=None, page=folder)


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
    screen.print_title(f"{verdict.problem.name} is {verdict.said} in {names}{under}")
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
    if verdict.problem.standins:
        yield "in which", "\n".join(verdict.problem.standins)
    if verdict.setting:
        yield "setting", verdict.setting
    if verdict.problem.notes:
        yield "noted", "\n".join(verdict.problem.notes)
    if verdict.condition not in {None, "True", "False"}:
        yield "convex iff", str(verdict.condition)
    if verdict.concave_condition not in {None, "True", "False"}:
        yield "concave iff", str(verdict.concave_condition)
    if verdict.strict_when or verdict.strict is not None:
        yield "strictly", strictness_text(verdict)
    for which in ("modulus", "smoothness"):
        if text := constant_text(verdict, which):
            yield which, text
    if verdict.answer == "depends" or verbose:
        yield "proved", "\n".join(verdict.theorems)
    if verdict.witness:
        yield "witness", "\n".join(witness_lines(verdict.witness))
    lists = (("why not", proof.why), ("instead", proof.instead), ("tried", proof.tried), ("written", proof.files))
    for name, lines in lists:
        if lines:
            yield name, "\n".join(map(str, lines))
    if proof.left_out:
        yield "left out", f"{', '.join(proof.left_out)}: more time with --budget"
    if proof.tex and (verbose or "TeX reported" in proof.tex):
        yield "pdf", proof.tex
    if verbose:
        yield "seconds", f"{proof.seconds:.2f}"
