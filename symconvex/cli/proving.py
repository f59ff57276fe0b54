"""The work behind `symconvex prove`: ask the prover, keep the proof, say what was found."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symconvex.cli import screen
from symconvex.cli.misuse import misused
from symconvex.cli.question import Question, folder_of, problem_of, read_question
from symconvex.cli.sampling import check_plot, keep_plot
from symconvex.deadline import time_limit
from symconvex.errors import UsageError
from symconvex.settle import Clock, Proof, settled

COMPILED = "compiled"  # what is said of a PDF that is there

if TYPE_CHECKING:
    from symconvex.asking.settling import Answer


def settle(question: Question, *, budget: float, out: Path | None, forms: Sequence[str] = ()) -> Proof:
    """Read, prove, write into a folder below `out`, if there is one; an undecided question writes nothing.

    Fails    OutOfTime when the question itself takes too long to read
    """
    from symconvex.store import check_folder

    clock = Clock(time.monotonic(), budget)
    with time_limit(clock.left()):
        problem = problem_of(question)
    folder = None if out is None else out / folder_of(question)
    if folder is not None:
        check_folder(folder)
    return settled(problem, clock, certificate=None, page=folder, forms=forms)


def out_of(asked: Mapping[str, Any]) -> Path | None:
    """Where proofs are kept; nowhere with --no-write."""
    out: Path | None = None if asked["no_write"] else asked["out"]
    return out


def proved(_: str | None, expect: str | None, as_json: bool, asked: Mapping[str, Any]) -> int:
    """Decide, print the verdict; the exit code."""
    from symconvex.settle import fields

    check_plot(asked["plot"])
    proof = settle(read_question(asked), budget=asked["budget"], out=out_of(asked), forms=forms_of(asked, as_json))
    if as_json:
        screen.print_json(fields(proof))
    else:
        print_answer(proof, expect, quiet=asked["quiet"], verbose=asked["verbose"])
        _print_page(proof.page, asked["show"])
    decided = proof.verdict if proof.verdict.certificate is not None else None
    drawn = keep_plot(decided, asked["plot"], quiet=asked["quiet"] or as_json)
    return exit_code(proof.verdict.answer, expect) or (screen.DONE if drawn else screen.USAGE)


def forms_of(asked: Mapping[str, Any], as_json: bool) -> tuple[str, ...]:
    """Which pages to write beside proof.tex, which is always written."""
    if as_json and asked["show"]:
        raise _not_both("--show", "--json")
    if asked["no_write"] and (asked["show"] or asked["forms"]):
        raise _not_both("--show" if asked["show"] else "--format", "--no-write")
    return tuple(form for form in dict.fromkeys(asked["forms"]) if form != "latex")


def _not_both(one: str, other: str) -> UsageError:
    """Two options of which each wants another thing."""
    expected, got = f"{one} or {other}", "both"
    return misused(f"{one} does not go with {other}", expected=expected, got=got, hint=f"leave {other} out")


def _print_page(page: str, asked: bool) -> None:
    """The proof as text, below the answer."""
    if asked and page:
        from symconvex.pages import rendered

        click.echo(f"\n{rendered('text', page)}", nl=False)


def replied(question: str | None, expect: str | None, as_json: bool, asked: Mapping[str, Any]) -> int:
    """Answer a question of its own, print the answer; the exit code."""
    from symconvex.asking.settling import question_fields

    if asked["plot"] is not None:
        raise _not_both("--plot", "--ask")
    forms = forms_of(asked, as_json)
    answer = _answered(read_question(asked), str(question), budget=asked["budget"], out=out_of(asked), forms=forms)
    if as_json:
        screen.print_json(question_fields(answer))
    else:
        _print_replies(answer, quiet=asked["quiet"], verbose=asked["verbose"])
        _print_page(answer.page, asked["show"])
    word = answer.answered.word
    if word == "unknown":
        return screen.UNDECIDED
    if expect in {None, word}:
        return screen.DONE
    click.echo(f"expected {expect}, proved {answer.answered.answer}", err=True)
    return screen.FALSE


def _answered(question: Question, asked: str, *, budget: float, out: Path | None, forms: Sequence[str]) -> "Answer":
    """Read, ask, write; each --wrt is a block where there are several.

    Fails    OutOfTime when the question itself takes too long to read
    """
    from symconvex.asking.settling import settled_question
    from symconvex.store import check_folder

    clock = Clock(time.monotonic(), budget)
    with time_limit(clock.left()):
        problem = problem_of(question)
    folder = None if out is None else out / f"{folder_of(question)}-{asked}"
    if folder is not None:
        check_folder(folder)
    groups = question.groups if asked == "blocks" else ()
    return settled_question(problem, asked, clock, groups=groups, certificate=None, page=folder, forms=forms)


def _print_replies(answer: "Answer", *, quiet: bool, verbose: bool) -> None:
    """The answer, then what else was found, then what is known of each part, then the files."""
    first, *others = answer.answered.replies
    screen.print_title(first.text)
    if quiet:
        return
    for reply in others:
        click.echo(reply.text)
    if answer.answered.question.startswith("log-"):
        screen.print_rows([("loss", answer.answered.problem.text)])
    beside = (
        answer.answered.question == "quasiconvex" and answer.answered.word == "yes"
    )  # a witness speaks of convexity
    hidden = {"written", "seconds", *(("witness",) if beside else ())}
    for part, proof in zip(answer.answered.parts, answer.proofs, strict=True):
        if part.title:
            click.echo(f"{part.title}: {part.verdict.said}")
        screen.print_rows(row for row in _rows(proof, verbose) if row[0] not in hidden)
    if answer.files:
        screen.print_rows([("written", "\n".join(map(str, answer.files)))])
    if answer.tex not in {"", COMPILED} and not answer.left_out:
        screen.print_rows([("pdf", answer.tex)])
    if answer.left_out:
        screen.print_rows([("left out", f"{', '.join(answer.left_out)}: more time with --budget")])


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
    answer, some, which = verdict.said.partition(" for some data")
    screen.print_title(f"{verdict.problem.name} is {answer} in {names}{some}{which}{under}")
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
    from symconvex.language.printing.verdicts import constant_text, quasiconvexity_text, strictness_text

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
    if text := quasiconvexity_text(verdict):
        yield "quasiconvex", text
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
    if proof.tex and (verbose or (proof.tex != COMPILED and not proof.left_out)):
        yield "pdf", proof.tex
    if verbose:
        yield "seconds", f"{proof.seconds:.2f}"
