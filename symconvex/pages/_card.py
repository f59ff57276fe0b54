"""A title and named lines as a small table for a notebook; and a document as a notebook or a terminal shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

STYLE = "text-align: left; vertical-align: top; padding: 0.15em 1em 0.15em 0"


def card(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """One row for each name that has something to say; further lines of a text stay below its first."""
    told = "\n".join(
        f'<tr><th style="{STYLE}">{escape(name)}</th><td style="{STYLE}">{_lines(text)}</td></tr>'
        for name, text in rows
        if text
    )
    return f"<p><strong>{escape(title)}</strong></p>\n<table>\n{told}\n</table>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns with names."""
    top = "".join(f'<th style="{STYLE}">{escape(name)}</th>' for name in head)
    body = "\n".join(
        "<tr>" + "".join(f'<td style="{STYLE}">{_lines(text)}</td>' for text in row) + "</tr>" for row in rows
    )
    return f"<table>\n<tr>{top}</tr>\n{body}\n</table>"


def _lines(text: str) -> str:
    return "<br>".join(f"<code>{escape(line)}</code>" for line in text.split("\n"))


@dataclass(frozen=True, slots=True)
class ShownProof:
    """A document: text where it is printed, a page in a notebook.

    latex    as exposition/ writes it
    """

    latex: str

    def __str__(self) -> str:
        return self._as("text")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from symconvex.pages import find
        from symconvex.pages._reading import read_document

        return find("html").part(read_document(self.latex))

    def _as(self, name: str) -> str:
        from symconvex.pages import rendered

        return rendered(name, self.latex)
