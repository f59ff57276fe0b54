"""The entries that are kept in a file, a line each: what is there is not asked again."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from symconvex.errors import OutputError
from symconvex.surveying.lines import Name


def line_of(entry: Mapping[str, object]) -> str:
    """An entry on one line."""
    return json.dumps(entry, ensure_ascii=True) + "\n"


@contextmanager
def kept(path: Path) -> Iterator[tuple[IO[str], frozenset[Name]]]:
    """The file, open at its end, and the ids that it has; a last line that was not finished is taken away.

    Fails    OutputError when it cannot be written, or holds something else
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+", encoding="utf-8") as file:
            file.seek(0)
            text = file.read()
            whole = text[: text.rfind("\n") + 1]
            names = frozenset(_name(line, path) for line in whole.splitlines() if line.strip())
            if whole != text:
                file.truncate(len(whole.encode()))
            yield file, names
    except OSError as problem:
        raise _unusable(path, problem.strerror or type(problem).__name__) from problem
    except UnicodeDecodeError as problem:
        raise _unusable(path, "bytes that are no text") from problem


def _name(line: str, path: Path) -> Name:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    name = found.get("id") if isinstance(found, dict) else None
    if not isinstance(name, str | int):
        raise _unusable(path, f"a line that is no entry: {line[:60]!r}")
    return name


def _unusable(path: Path, got: str) -> OutputError:
    return OutputError(
        "the file of the survey cannot be used",
        where=str(path)[:200],
        expected="a new file, or the entries of a survey that goes on",
        got=got,
        hint="name another file with --out",
    )
