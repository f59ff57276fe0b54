"""Derivatives as aligned displays in LaTeX; indices are counted from one on paper."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symconvex.formats._format import Format
from symconvex.formats._rows import TEX, closed_rows, pages
from symconvex.language.printing import formula_tex
from symconvex.language.printing.texwords import word_tex

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.calculus.program.entries import Entries

BEGIN, NEXT, END = "\\begin{align*}\n", " \\\\\n", "\n\\end{align*}\n"


def display(derivation: "Derivation") -> str:
    """Loss, definitions, gradient, Hessian or its blocks, and curvature; below them what q is."""
    rows = [("f", formula_tex(derivation.problem.loss)), *closed_rows(derivation, TEX)]
    way = {name: word_tex(word) for name, word in derivation.directions.items()}
    line = ", ".join(f"{word_tex(name)} + t {word}" for name, word in way.items())
    ways, several = ", ".join(f"${word}$" for word in way.values()), len(way) > 1
    dots = any(name.startswith("d") and not name.startswith("delta") for name, _ in derivation.names)
    return (
        f"{BEGIN}{NEXT.join(_line(*row) for row in rows)}{END}"
        f"Here $q = \\frac{{d^2}}{{dt^2}} f({line}) \\big|_{{t=0}}$ is the second derivative along the "
        f"direction{'s' * several} {ways}{' together' * several}"
        f"{', and a dot marks a derivative along ' + ('them' if several else 'it') if dots else ''}.\n"
    )


def displays(found: "Entries") -> Iterator[str]:
    """Every entry at one size."""
    before = BEGIN
    for rows in pages(found, TEX):
        yield before + NEXT.join(_line(*row) for row in rows)
        before = NEXT
    yield END


def _line(left: str, right: str) -> str:
    return f"  {left} &= {right}"


FORMAT = Format("latex", display, displays)
