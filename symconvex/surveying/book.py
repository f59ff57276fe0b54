"""The entries that are kept in a file, a line each: what is there is not asked again."""

import contextlib
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from symconvex.errors import OutputError
from symconvex.surveying.lines import Entry, Name

KEPT = ("id", "asked", "error")  # what has to be known of an entry that is there


def line_of(entry: Mapping[str, object]) -> str:
    """An entry on one line."""
    return json.dumps(entry, ensure_ascii=True) + "\n"


@contextlib.contextmanager
def kept(path: Path) -> Iterator[tuple[IO[str], tuple[Entry, ...]]]:
    """The file, open at its end, and of its entries what tells which questions they answer.

    A last line that was not finished is taken away. Of two entries with one id the later one counts, and at the end
    stands in the place of the other.

    Fails    OutputError when it cannot be written, or holds something else
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+", encoding="utf-8") as file:
            file.seek(0)
            text = file.read()
            whole = text[: text.rfind("\n") + 1]
            there = dict(_named(whole, path))
            if whole != text:
                file.truncate(len(whole.encode()))
            try:
                yield file, tuple({key: entry[key] for key in KEPT if key in entry} for entry in there.values())
            finally:
                file.flush()
                _unite(path)
    except OSError as problem:
        raise _unusable(path, problem.strerror or type(problem).__name__) from problem
    except UnicodeDecodeError as problem:
        raise _unusable(path, "bytes that are no text") from problem


def _unite(path: Path) -> None:
    """One line for each id, the last one; where a new file cannot be made, both stay, and the later one counts."""
    text = path.read_text(encoding="utf-8")
    latest = dict(_named(text, path))
    if len(latest) == sum(1 for line in text.splitlines() if line.strip()):
        return
    target = path.resolve()
    other = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with contextlib.suppress(OSError):
        try:
            with other.open("x", encoding="utf-8") as file:
                file.writelines(map(line_of, latest.values()))
            shutil.copymode(target, other)
            other.replace(target)
        finally:
            other.unlink(missing_ok=True)


def _named(text: str, path: Path) -> Iterator[tuple[Name, Entry]]:
    """The entries of the lines, with their ids."""
    for line in filter(str.strip, text.splitlines()):
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        name = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(name, str | int):
            raise _unusable(path, f"a line that is no entry: {line[:60]!r}")
        yield name, entry


def _unusable(path: Path, got: str) -> OutputError:
    return OutputError(
        "the file of the survey cannot be used",
        where=str(path)[:200],
        expected="a new file, or the entries of a survey that goes on",
        got=got,
        hint="name another file with --out",
    )
