"""The work behind `symconvex check`: read a derivation, judge it, print the verdicts."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symconvex.cli import screen
from symconvex.errors import DerivationError

if TYPE_CHECKING:
    from symconvex.handcheck.judge import Judged, Report

EXITS = {"proven": screen.DONE, "false": screen.FALSE, "unreadable": screen.USAGE, "undecided": screen.UNDECIDED}
COLOURS = {"\u2713": "green", "\u2717": "red", "?": "yellow", "\u00b7": "bright_black"}
MAX_BYTES = 200_000


def judged_file(path: Path, asked: Mapping[str, Any]) -> tuple[str, "Report"]:
    """The text of the file and its report."""
    from symconvex.handcheck.checking import check_text

    tex = _text(path)
    return tex, check_text(tex, _declared(asked), declarations_of(asked))


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise DerivationError(
            "the file is too long",
            where=str(path),
            expected=f"at most {MAX_BYTES} bytes",
            got=f"{path.stat().st_size} bytes",
            hint="check one derivation at a time",
        )
    return path.read_text(encoding="utf-8", errors="replace")


def _declared(asked: Mapping[str, Any]) -> Any:
    from symconvex.handcheck.declare import Declared, from_model

    if asked["model"] is None:
        return Declared()
    return from_model(Declared(), [asked["model"], *asked["option"]])


def declarations_of(asked: Mapping[str, Any]) -> str:
    """The options of the command line as declaration lines."""
    lines = list[str]()
    if asked["declare"] is not None:
        lines.append(_text(asked["declare"]))
    sets = dict(part.split("=", 1) for part in asked["assume"] if "=" in part)
    shapes = dict(part.split("=", 1) for part in asked["shape"] if "=" in part)
    for name in dict.fromkeys((*shapes, *sets)):
        lines.append(f"{name}: {shapes.get(name, '')} {sets.get(name, '')}")
    if asked["loss"] is not None:
        wrt = ", ".join(asked["wrt"])
        lines.append(f"{asked['name']}({wrt}) = {asked['loss']}" if wrt else f"loss = {asked['loss']}")
    return "\n".join(lines)


def print_report(report: "Report", *, quiet: bool, verbose: bool) -> None:
    """A mark for each relation, then the first mistake in full."""
    first = report.first_error
    if not quiet:
        for one in report.relations:
            _print_relation(one, verbose=verbose or one is first)
    screen.print_title(_summary(report))
    if first is not None:
        _print_first(first)


def _print_relation(one: "Judged", *, verbose: bool) -> None:
    from symconvex.handcheck.report import mark

    sign = mark(one.verdict)
    click.secho(f"{sign} {one.tex_line:>4}  ", fg=COLOURS[sign], nl=False)
    click.echo(one.read_as + ("" if one.verdict == "proven" and not verbose else f"   [{one.verdict}]"))


def _summary(report: "Report") -> str:
    counts = dict.fromkeys(dict.fromkeys(one.verdict for one in report.relations), 0)
    for one in report.relations:
        counts[one.verdict] += 1
    return f"{report.outcome}: " + ", ".join(f"{count} {verdict}" for verdict, count in counts.items())


def _print_first(first: "Judged") -> None:
    from symconvex.handcheck.report import counterexample

    click.secho(f"first mistake in line {first.tex_line}: {first.read_as}", fg="red")
    rows = [("slip", first.kind), ("hint", first.hint), ("meant", first.meant)]
    if first.failure is not None:
        example = counterexample(first.failure)
        values = example["values"]
        shown = ", ".join(f"{k} = {v}" for k, v in values.items()) if isinstance(values, dict) else ""
        indices = example["indices"]
        places = ", ".join(f"{k} = {v}" for k, v in indices.items()) if isinstance(indices, dict) else ""
        rows += [("at", shown), ("indices", places), ("left", first.failure.left), ("right", first.failure.right)]
        rows.append(("because", first.failure.why))
    screen.print_rows([(label, text) for label, text in rows if text])
