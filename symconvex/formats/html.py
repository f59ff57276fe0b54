"""Derivatives as one page for a browser, which needs nothing beside it."""

import html
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from symconvex.formats._format import Format
from symconvex.formats._kron import kronecker_note, kronecker_rows
from symconvex.formats._legend import KINKS, Meaning, closed_legend, has_kinks, legend
from symconvex.formats._rows import DRAWN, Row, along, closed_rows, pages

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.calculus.program.entries import Entries
    from symconvex.problem import Problem

STYLE = """<style>
body { font-family: serif; margin: 2em; }
td { padding: 0.1em 0.5em 0.1em 0; vertical-align: top; }
</style>"""


def page(derivation: "Derivation") -> str:
    """Definitions, gradient, Hessian and curvature, and what q is."""
    shown = [*closed_rows(derivation, DRAWN), *kronecker_rows(derivation, DRAWN, DRAWN.formula)]
    rows = "".join(_rows(shown))
    note = kronecker_note(derivation)
    said = f"{along(derivation, DRAWN)}{f'; {note}' * bool(note)}{f'; all {KINKS}' * has_kinks(derivation.problem)}"
    return f"{_head(derivation.problem, closed_legend(derivation))}{rows}</table>\n<p>{_escaped(said)}.</p>\n{END}"


def listing(found: "Entries") -> Iterator[str]:
    """Every entry at one size, in one table."""
    yield _head(found.problem, legend(found.problem, found.sizes))
    for rows in pages(found, DRAWN):
        yield "".join(_rows(rows))
    yield f"</table>\n{f'<p>All {KINKS}.</p>' * has_kinks(found.problem)}{END}"


END = "</body>\n</html>\n"


def _head(problem: "Problem", names: Iterable[Meaning]) -> str:
    name, loss = _escaped(problem.name), _escaped(problem.text)
    cells = ((row.name, row.shape, row.text) for row in names)
    legend_rows = "".join(f"<tr>{''.join(f'<td>{_escaped(cell)}</td>' for cell in row)}</tr>\n" for row in cells)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Derivatives of {name}</title>\n'
        f"{STYLE}\n</head>\n<body>\n<h1>{name}</h1>\n<p>f = <code>{loss}</code></p>\n"
        f'<table class="legend">\n{legend_rows}</table>\n<table>\n'
    )


def _rows(rows: Iterable[Row]) -> Iterator[str]:
    for left, right in rows:
        yield f"<tr><td><code>{_escaped(left)}</code></td><td>= <code>{_escaped(right)}</code></td></tr>\n"


def _escaped(text: str) -> str:
    """ASCII only, so that every output can hold it."""
    return html.escape(text).encode("ascii", "xmlcharrefreplace").decode("ascii")


FORMAT = Format("html", page, listing)
