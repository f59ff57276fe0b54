"""What a command prints, as text or as one JSON object, and the exit code that says the same."""

import json
from collections.abc import Iterable, Mapping
from typing import NoReturn

import click

from symconvex.errors import SymconvexError

DONE, FALSE, USAGE, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130


def printable(text: str) -> str:
    """What somebody else wrote, on one line and without control characters."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def print_json(fields: Mapping[str, object]) -> None:
    """One object, with a fixed order of keys."""
    click.echo(json.dumps(fields, indent=2, ensure_ascii=False))


def print_rows(rows: Iterable[tuple[str, str]]) -> None:
    """A label and its text on each row; further lines of a text stay below its first."""
    for label, text in rows:
        click.echo(f"  {label:<12} " + text.replace("\n", "\n" + " " * 15))


def print_title(text: str) -> None:
    """The line that says it all; bold on a terminal."""
    click.secho(text, bold=True)


def report_error(problem: SymconvexError, as_json: bool) -> None:
    """Four lines on stderr, and with --json the same as an object on stdout."""
    click.echo(f"error: {problem}", err=True)
    if as_json:
        words = ("what", "where", "expected", "got", "hint")
        fields = {word: getattr(problem, word) for word in words}
        print_json({"error": {"kind": type(problem).__name__, **fields}})


def report_usage(problem: click.UsageError) -> None:
    """The JSON counterpart of a usage message that click prints by itself."""
    where = problem.ctx.command_path if problem.ctx else "symconvex"
    what = problem.format_message()
    fields = {"what": what, "where": where, "expected": None, "got": None, "hint": f"{where} --help"}
    print_json({"error": {"kind": "UsageError", **fields}})


def leave(code: int) -> NoReturn:
    """End the command with this exit code."""
    raise click.exceptions.Exit(code)
