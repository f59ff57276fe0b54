"""The work behind `symconvex check`: read a derivation, judge it, print the verdicts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symconvex.cli import screen
from symconvex.cli.misuse import misused
from symconvex.errors import DerivationError, LossError, printable

if TYPE_CHECKING:
    from symconvex.handcheck.judging.judge import Report
    from symconvex.handcheck.judging.ruling import Judged
    from symconvex.handcheck.meaning.declare import Declared

EXITS = {"proven": screen.DONE, "false": screen.FALSE, "unreadable": screen.USAGE, "undecided": screen.UNDECIDED}
COLOURS = {"\u2713": "green", "\u2717": "red", "?": "yellow", "\u00b7": "bright_black"}
MAX_BYTES = 200_000
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}\Z")


def judged_file(path: Path, asked: Mapping[str, Any]) -> tuple[str, "Report"]:
    """The text of the file and its report."""
    _check_usage(asked)
    tex = _text(path)
    declarations = "" if asked["declare"] is None else _text(asked["declare"])
    from symconvex.handcheck.reading import check_text, cleaned

    return cleaned(tex), check_text(tex, declared_by(asked), declarations, asked["budget"])


def _check_usage(asked: Mapping[str, Any]) -> None:
    """Options that belong together, and a letter that is one."""
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
    name = asked["name"]
    if name is None:
        return
    if asked["model"] is None and asked["formula"] is None:
        raise misused(
            "--name is the letter of a --formula or a --model",
            expected="one of the two beside it",
            got="neither",
            hint='--formula "norm(X@w - y)**2/2" --wrt w, or leave --name out',
        )
    if not WORD.match(name):
        raise _wrong("the name of the loss cannot be read", "--name", "one letter or word", name, "--name L")


def _text(path: Path) -> str:
    """The text of a regular file; a pipe or a device would be read without end."""
    if not path.is_file():
        raise _unread(path, "the file cannot be read", "a text file", "no file but a pipe or a device")
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _unread(path, "the file is too long", f"at most {MAX_BYTES} bytes", "more")
    return content.decode("utf-8-sig", errors="replace")


def _unread(path: Path, what: str, expected: str, got: str) -> DerivationError:
    where = printable(str(path))
    return DerivationError(what, where=where, expected=expected, got=got, hint="check one derivation at a time")


def declared_by(asked: Mapping[str, Any]) -> "Declared":
    """What the options of the command line declare."""
    from symconvex.handcheck.meaning.declare import Declared, from_model, joined, with_loss
    from symconvex.handcheck.meaning.named import Named, word_of

    declared = Declared()
    heads = () if asked["name"] is None else (asked["name"],)
    if asked["model"] is not None:
        declared = replace(from_model(declared, [asked["model"], *asked["option"]]), heads=heads)
    for name, shape in _pairs("--shape", asked["shape"], "n,d"):
        told = Named(name, tuple(_size(name, word.strip()) for word in shape.split(",")))
        if len(told.shape) > 2:
            raise _wrong("a shape cannot be read", f"--shape {name}", "at most two sizes", shape, f"--shape {name}=n,d")
        declared = replace(declared, names={**declared.names, name: joined(declared, told)})
    for name, words in _pairs("--assume", asked["assume"], "positive"):
        for word in words.replace(",", " ").split():
            declared = replace(declared, names={**declared.names, name: joined(declared, word_of(name, word))})
    if asked["formula"] is None:
        return declared
    wrt = tuple(name.strip() for names in asked["wrt"] for name in names.split(","))
    for name in wrt:
        if not WORD.match(name):
            raise _wrong("a parameter cannot be read", "--wrt", "names, with commas between them", name, "--wrt w,b")
    return with_loss(declared, heads or ("J",), wrt, asked["formula"])


def _size(name: str, word: str) -> int | str:
    if re.fullmatch(r"[1-9]\d{0,8}", word, re.ASCII):
        return int(word)
    if WORD.match(word):
        return word
    raise _wrong("a size cannot be read", f"--shape {name}", "a name, or a whole number from 1", word, "--shape X=n,d")


def _pairs(option: str, texts: tuple[str, ...], example: str) -> Iterator[tuple[str, str]]:
    """NAME=VALUE."""
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not (WORD.match(name) and sign and value):
            hint = f"{option} {name if WORD.match(name) else 'w'}={example}"
            raise _wrong("a declaration cannot be read", option, "NAME=VALUE", text, hint)
        yield name, value


def _wrong(what: str, where: str, expected: str, got: str, hint: str) -> LossError:
    return LossError(what, where=where, expected=expected, got=repr(got[:60]), hint=hint)


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
    from symconvex.handcheck.judging.report import mark

    sign = mark(one.verdict)
    click.secho(f"{sign} {one.tex_line:>4}  ", fg=COLOURS[sign], nl=False)
    click.echo(one.read_as + ("" if one.verdict == "proven" and not verbose else f"   [{one.verdict}]"))


def _summary(report: "Report") -> str:
    counts = dict.fromkeys(dict.fromkeys(one.verdict for one in report.relations), 0)
    for one in report.relations:
        counts[one.verdict] += 1
    return f"{report.outcome}: " + ", ".join(f"{count} {verdict}" for verdict, count in counts.items())


def _print_first(first: "Judged") -> None:
    from symconvex.handcheck.judging.report import counterexample

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
