"""The work behind `symconvex check`: read derivations, judge them, print the verdicts."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symconvex.cli import screen
from symconvex.cli.misuse import misused
from symconvex.errors import LossError, ModelError, SymconvexError, printable

if TYPE_CHECKING:
    from symconvex.handcheck.showing._checked import Checked
    from symconvex.handcheck.text.declared import Declared
    from symconvex.handcheck.text.source import Source

EXITS = {"false": screen.FALSE, "unreadable": screen.USAGE, "undecided": screen.UNDECIDED, "proven": screen.DONE}


def run(paths: Sequence[Path], form: str, asked: Mapping[str, Any], *, quiet: bool, verbose: bool) -> int:
    """Check every file, print what became of it, and say the exit code."""
    _check_usage(paths, form, asked)
    from symconvex.handcheck.check import checked_source, read_source

    declared = declared_by(asked)
    declarations = "" if asked["declare"] is None else read_source(asked["declare"]).text
    found: list[Checked | SymconvexError] = []
    for path in paths:
        try:
            found.append(checked_source(_source(path), declared, declarations, asked["budget"]))
        except SymconvexError as problem:
            told = _in_file(path, problem)
            if len(paths) == 1:
                raise told from None
            found.append(told)
        if form not in ("json", "html"):
            _print_one(path, found[-1], form, quiet=quiet, verbose=verbose)
    _print_together(paths, found, form)
    outcomes = [one.outcome if not isinstance(one, SymconvexError) else "unreadable" for one in found]
    accepted = all(not isinstance(one, SymconvexError) and one.accepts(asked["accept"]) for one in found)
    return screen.DONE if accepted else next((EXITS[word] for word in EXITS if word in outcomes), screen.DONE)


def _check_usage(paths: Sequence[Path], form: str, asked: Mapping[str, Any]) -> None:
    """Options that belong together."""
    if form == "latex" and len(paths) > 1:
        raise misused(
            "LaTeX is written for one file", expected="one file", got=f"{len(paths)} files", hint="--format html"
        )
    if asked["model"] is not None and asked["formula"] is not None:
        raise misused(
            "name a --model, or give a --formula of your own",
            expected="one of the two",
            got="both",
            hint="leave --model or --formula out",
        )
    for option, other in (("option", "model"), ("wrt", "formula")):
        if asked[option] and asked[other] is None:
            raise misused(
                f"--{option} belongs to --{other}",
                expected=f"--{other} beside it",
                got=f"no --{other}",
                hint=f"--{other} {'logistic' if other == 'model' else 'LOSS'}, or leave --{option} out",
            )
    if asked["name"] is not None and asked["model"] is None and asked["formula"] is None:
        raise misused(
            "--name is the letter of a --formula or a --model",
            expected="one of the two beside it",
            got="neither",
            hint='--formula "norm(X@w - y)**2/2" --wrt w, or leave --name out',
        )


def _source(path: Path) -> "Source":
    """The source in a file, or what comes in on stdin."""
    from symconvex.handcheck.check import STDIN, read_source, text_of
    from symconvex.handcheck.text.source import source_of

    if str(path) == "-":
        return source_of(STDIN, text_of(sys.stdin.buffer, STDIN))
    return read_source(path)


def declared_by(asked: Mapping[str, Any]) -> "Declared":
    """What the options of the command line declare."""
    from symconvex.handcheck.check import declaration
    from symconvex.models import retold

    shapes = {
        name: [word.strip() for word in shape.split(",")] for name, shape in _pairs("--shape", asked["shape"], "n,d")
    }
    sets = dict[str, str]()
    for name, words in _pairs("--set", asked["assume"], "positive"):
        sets[name] = f"{sets.get(name, '')} {words}"
    wrt = [name.strip() for names in asked["wrt"] for name in names.split(",")]
    told = (asked["model"], asked["option"], asked["formula"], asked["name"], wrt, shapes, sets, asked["where"])
    try:
        return declaration(*told)
    except ModelError as problem:
        raise retold(problem, "--option {}={}") from None


def _pairs(option: str, texts: tuple[str, ...], example: str) -> Iterator[tuple[str, str]]:
    """NAME=VALUE."""
    from symconvex.handcheck.check import WORD

    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not (WORD.match(name) and sign and value):
            hint = f"{option} {name if WORD.match(name) else 'w'}={example}"
            what, got = "a declaration cannot be read", repr(text[:60])
            raise LossError(what, where=option, expected="NAME=VALUE", got=got, hint=hint)
        yield name, value


def _print_one(path: Path, one: "Checked | SymconvexError", form: str, *, quiet: bool, verbose: bool) -> None:
    """What became of one of the files, as soon as it is known."""
    if isinstance(one, SymconvexError):
        screen.report_error(one, as_json=False)
        if form == "github":
            click.echo(f"::error file={printable(str(path))}::{printable(one.what)}: {printable(one.hint)}")
    elif form == "text":
        from symconvex.handcheck.showing.text import rows

        for row in rows(one, quiet=quiet, verbose=verbose):
            click.echo("".join(_painted(text, colour) for colour, text in row))
    else:
        click.echo(one.to(form), nl=False)


def _in_file(path: Path, problem: SymconvexError) -> SymconvexError:
    """The error, with the file that it is about."""
    name = printable(str(path))
    where = problem.where if name in problem.where else f"{name}: {problem.where}"
    return type(problem)(problem.what, where=where, expected=problem.expected, got=problem.got, hint=problem.hint)


def _painted(text: str, colour: str) -> str:
    return click.style(text, bold=True) if colour == "bold" else click.style(text, fg=colour) if colour else text


def _print_together(paths: Sequence[Path], found: "Sequence[Checked | SymconvexError]", form: str) -> None:
    """What holds all files in one."""
    if form == "json":
        from symconvex.handcheck.showing.json import fields_of

        objects = [
            {"file": printable(str(path)), "error": one.fields()} if isinstance(one, SymconvexError) else fields_of(one)
            for path, one in zip(paths, found, strict=True)
        ]
        screen.print_json(objects[0] if len(paths) == 1 else {"files": objects})
    elif form == "html":
        from symconvex.handcheck.showing.html import page

        for _path, one in zip(paths, found, strict=True):
            if isinstance(one, SymconvexError):
                screen.report_error(one, as_json=False)
        click.echo(page([one for one in found if not isinstance(one, SymconvexError)]), nl=False)
    sys.stdout.flush()
