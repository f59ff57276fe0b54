"""The work behind `symconvex survey`: lines in, lines out, progress and a table beside them."""

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import click

from symconvex.cli import screen
from symconvex.cli.net import give_up_unwritten
from symconvex.errors import LossError, printable

Tell = Callable[[Mapping[str, Any]], None]
Row = tuple[str, bool, float]
COLUMNS = ("verdict", "problems", "strictly", "median s", "longest s")


def surveyed(path: Path, asked: Mapping[str, Any], *, out: Path | None, quiet: bool) -> tuple[list[Row], int]:
    """Write every entry as soon as it is there; the verdict, strictness and seconds of each, and how many more
    were there already.
    """
    from symconvex.surveying.book import kept, line_of
    from symconvex.surveying.survey import survey

    rows, lines = list[Row](), list[None]()
    with contextlib.ExitStack() as stack:
        stack.enter_context(_pipes_may_break())
        problems = stack.enter_context(click.open_file(str(path), encoding="utf-8", errors="replace"))
        if str(path) != "-":
            _check_problems(path)
        file, done = stack.enter_context(kept(out)) if out is not None else (None, ())
        tell = stack.enter_context(_progress(quiet))
        entries = survey(_counting(problems, lines), done=done, **asked)
        stack.callback(entries.close)  # type: ignore[attr-defined]
        for entry in entries:
            click.echo(line_of(entry), nl=False, file=file)
            rows.append(_row(entry))
            tell(entry)
    return rows, len(lines) - len(rows)


def _check_problems(path: Path) -> None:
    """Is there a line that begins an object, as every problem does?

    Fails    LossError where there is none: one error for the file instead of one for each line
    """
    from symconvex.surveying.lines import EXAMPLE

    first = ""
    with click.open_file(str(path), encoding="utf-8", errors="replace") as lines:
        for line in lines:
            first = first or line.strip()
            if line.lstrip().startswith("{"):
                return
    raise LossError(
        "this is no list of problems",
        where=printable(str(path)),
        expected="a JSON object on each line, with its loss and what it is minimised over",
        got=repr(printable(first)[:60]) if first else "an empty file",
        hint=EXAMPLE,
    )


def _counting(problems: Iterable[str], lines: list[None]) -> Iterator[str]:
    """The same lines; each that asks something is counted."""
    for line in problems:
        lines += [None] * bool(line.strip())
        yield line


@contextlib.contextmanager
def _pipes_may_break() -> Iterator[None]:
    """A worker that ends breaks a pipe, which does not end the program; a reader who leaves still does."""
    if not hasattr(signal, "SIGPIPE") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        yield
    except BrokenPipeError:
        give_up_unwritten(sys.stdout)
        raise SystemExit(screen.SIGNAL + signal.SIGPIPE) from None
    finally:
        signal.signal(signal.SIGPIPE, before)


def _row(entry: Mapping[str, Any]) -> Row:
    return entry.get("answer", entry.get("verdict", "error")), entry.get("strict") is True, entry["seconds"]


@contextlib.contextmanager
def _progress(quiet: bool) -> Iterator[Tell]:
    """On stderr: how far it is where somebody is looking, else a line for each entry."""
    if quiet:
        yield lambda _: None
    elif not sys.stderr.isatty():
        yield lambda entry: click.echo(_told(entry), err=True)
    else:
        from rich.console import Console
        from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda entry: bar.update(task, advance=1, description=_told(entry))


def _told(entry: Mapping[str, Any]) -> str:
    error = entry.get("error")
    words = entry.get("answer", entry.get("verdict")) if error is None else f"error: {error['what']}"
    return f"{printable(str(entry['id']))[:60]}: {printable(words)} ({entry['seconds']:.2f} s)"


def print_summary(rows: list[Row], there: int) -> None:
    """How many problems met which verdict, and how many more were there already, on stderr."""
    kinds = sorted(
        {verdict for verdict, _, _ in rows}, key=lambda kind: (kind in ("undecided", "unknown", "error"), kind)
    )
    lines = [COLUMNS, *(_counted(kind, [row for row in rows if row[0] == kind]) for kind in kinds)]
    for cells in (*lines, _counted("all", rows)):
        click.echo(f"{cells[0]:<12}" + "".join(f"{cell:>11}" for cell in cells[1:]), err=True)
    if there:
        click.echo(f"{there} {'was' if there == 1 else 'were'} there already", err=True)


def _counted(kind: str, rows: list[Row]) -> tuple[str, ...]:
    seconds = [row[2] for row in rows]
    strictly = sum(row[1] for row in rows)
    return kind, str(len(rows)), str(strictly), f"{median(seconds or [0]):.2f}", f"{max(seconds, default=0):.2f}"
