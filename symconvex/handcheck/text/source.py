"""A text as it was handed in: LaTeX, Markdown or a notebook, and where its lines are to be found again."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from symconvex.errors import DerivationError, printable
from symconvex.handcheck.text.markdown import as_latex

NOTEBOOK = ".ipynb"
WORDY = (".md", ".markdown", NOTEBOOK)
WORDS = ("markdown", "raw")


@dataclass(frozen=True, slots=True)
class Source:
    """What is read, and where it comes from.

    name      of the file, as it is shown
    text      its text without signs that steer a terminal
    cells     of a notebook: the first line of each cell of words, and which cell of all it is, both from 1
    given     lines that lost signs, as they were
    latex     what is read: the text itself, or LaTeX that says the same as Markdown
    moved     lines of it that stand some columns further to the right there
    """

    name: str
    text: str
    cells: tuple[tuple[int, int], ...] = ()
    given: Mapping[int, str] = field(default_factory=dict)
    latex: str = ""
    moved: Mapping[int, int] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.text.split("\n"))

    def place(self, line: int, column: int) -> tuple[int, int, int]:
        """Cell, line and column where the file has a sign of the text; the cell is 0 in a file without cells.

        line      from 1
        column    from 0 in the text, from 1 in the file
        """
        cell, first = next(((cell, first) for first, cell in reversed(self.cells) if first <= line), (0, 1))
        return cell, line - first + 1, self._as_given(line, column) + 1

    def _as_given(self, line: int, column: int) -> int:
        """The column in the line as it was."""
        if line not in self.given:
            return column
        kept = accumulate(bool(_cleaned(sign)) for sign in self.given[line])
        return next((at for at, count in enumerate(kept) if count > column), len(self.given[line]))


def source_of(name: str, content: str) -> Source:
    """The source in a file of this name: a notebook by its ending, else the text itself.

    Fails    DerivationError on a notebook that is none
    """
    text, cells = _words_of(content, name) if name.endswith(NOTEBOOK) else (content, ())
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean = [cleaned(row) for row in rows]
    given = {at: row for at, (row, new) in enumerate(zip(rows, clean, strict=True), 1) if len(new) < len(row)}
    text = "\n".join(clean)
    latex, moved = as_latex(text) if name.endswith(WORDY) else (text, {})
    return Source(printable(name), text, cells, given, latex, moved)


def cleaned(text: str) -> str:
    """The text without signs that steer a terminal; \\u2028 and its like are no line ends either.

    A NUL stays, for the reader refuses it.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isprintable() else "".join(map(_cleaned, text))


def _cleaned(sign: str) -> str:
    if sign in "\n\t\0" or sign.isprintable() or unicodedata.category(sign) in ("Zs", "Cn", "Co"):
        return sign
    return "" if unicodedata.category(sign) == "Cf" else "\ufffd"


def _words_of(content: str, name: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The cells of words one below the other; what is computed in the others is not read."""
    try:
        found = list(_cells(json.loads(content)))
    except (ValueError, RecursionError):
        found = None
    if found is None:
        raise DerivationError(
            "the notebook cannot be read",
            where=printable(name),
            expected="a notebook in JSON, with cells",
            got="something else",
            hint="save it again as .ipynb, or hand in its text as .md",
        )
    rows, cells = list[str](), list[tuple[int, int]]()
    for number, text in found:
        cells.append((len(rows) + 1, number))
        rows += [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]
    return "\n".join(rows), tuple(cells)


def _cells(notebook: object) -> Iterator[tuple[int, str]]:
    """Number and text of each cell of words.

    Fails    ValueError on what is no notebook
    """
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise ValueError("no cells")
    for number, cell in enumerate(cells, 1):
        if cell.get("cell_type") in WORDS:
            text = cell.get("source", "")
            yield number, "".join(map(str, text)) if isinstance(text, list) else str(text)
