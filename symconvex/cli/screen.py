"""What a command prints, as text or as one JSON object, and the exit code that says the same."""

import codecs
import json
import sys
from collections.abc import Iterable, Mapping
from typing import NoReturn

import click

from symconvex.errors import SymconvexError

DONE, FALSE, USAGE, UNDECIDED = 0, 1, 2, 3
BUG = 70  # EX_SOFTWARE of sysexits.h
SIGNAL = 128  # a shell adds the number of the signal

PLAIN = "symconvex-plain"
# What an encoding may lack, and what stands for it.
SIGNS = {"\u2713": "+", "\u2717": "x", "\u00b7": ".", "\u2013": "-", "\u2026": "...", "\u2019": "'"}


def plain(problem: UnicodeError) -> tuple[str | bytes, int]:
    """An error handler for encoding: a likeness of the sign, or its number."""
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    lacking = problem.object[problem.start : problem.end]
    return "".join(SIGNS.get(sign) or ascii(sign)[1:-1] for sign in lacking), problem.end


codecs.register_error(PLAIN, plain)


def json_text(fields: Mapping[str, object]) -> str:
    """One object, with a fixed order of keys; where the output is not UTF-8, in ASCII."""
    unicode = "utf" in (sys.stdout.encoding or "").lower()
    return json.dumps(fields, indent=2, ensure_ascii=not unicode)


def print_json(fields: Mapping[str, object]) -> None:
    """One object on a screen of its own."""
    click.echo(json_text(fields))


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
        print_json({"error": problem.fields()})


def leave(code: int) -> NoReturn:
    """End the command with this exit code."""
    raise click.exceptions.Exit(code)
