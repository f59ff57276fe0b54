"""The manual page, made of the help of every command, as text for troff; hook.py puts it into the package.

python .docs/manual.py > symconvex.1 && man ./symconvex.1
"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent
BEHIND = r"""
.SH ENVIRONMENT
.TP
.B SYMCONVEX_DEBUG
When it is set and not 0, a failure of symconvex itself shows a traceback, as with \-\-debug.
.TP
.B _SYMCONVEX_COMPLETE
bash_source, zsh_source or fish_source: symconvex prints what completes its commands in that shell.
.SH FILES
.TP
.I proofs/
Below it every proof has a folder of its own: certificate.json, proof.tex and, where TeX is there, proof.pdf.
"""


def manual(version: str) -> str:
    """The whole page."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from symconvex.cli import main

    above = click.Context(main, info_name="symconvex")
    names = sorted(main.commands)
    lines = [
        f'.TH SYMCONVEX 1 "" "symconvex {version}" "User Commands"',
        ".SH NAME",
        "symconvex \\- prove whether a loss is convex in its parameters",
        ".SH SYNOPSIS",
        *(f".B symconvex {name}\n{_plain(_usage(main.commands[name], above))}\n.br" for name in names),
        ".SH DESCRIPTION",
        *_text(main.help or ""),
        ".SH COMMANDS",
    ]
    for name in names:
        command = main.commands[name]
        context = click.Context(command, parent=above, info_name=name)
        lines += [f".SS symconvex {name}", *_text(command.help or ""), *_options(command, context)]
    return "\n".join(lines) + BEHIND


def _usage(command: click.Command, above: click.Context) -> str:
    return " ".join(command.collect_usage_pieces(click.Context(command, parent=above, info_name=command.name)))


def _text(help_text: str) -> Iterator[str]:
    """Paragraphs; one that begins with a form feed of click stands as it is."""
    for block in inspect.cleandoc(help_text).split("\n\n"):
        if block.startswith("\b"):
            yield from (".PP", ".nf", *map(_plain, block.removeprefix("\b").strip("\n").splitlines()), ".fi")
        else:
            yield from (".PP", _plain(" ".join(block.split())))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for param in command.get_params(context):
        record = param.get_help_record(context)
        if record is not None:
            yield from (".TP", f".B {_plain(record[0])}", _plain(record[1]))


def _plain(text: str) -> str:
    """Text in which no sign has a meaning for troff."""
    shown = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{shown}" if shown[:1] in (".", "'") else shown


if __name__ == "__main__":
    from importlib import metadata

    print(manual(metadata.version("symconvex")), end="")
