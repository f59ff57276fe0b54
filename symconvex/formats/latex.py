"""Derivatives as aligned displays in LaTeX; indices are counted from one on paper. Long formulas are broken."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from symconvex.formats._format import Format
from symconvex.formats._kron import kronecker_note, kronecker_rows
from symconvex.formats._legend import KINKS, Meaning, closed_legend, has_kinks, legend
from symconvex.formats._rows import TEX, closed_rows, pages
from symconvex.language.printing import formula_tex, lines_tex
from symconvex.language.printing.engine import broken
from symconvex.language.printing.styles import LATEX
from symconvex.language.printing.texwords import size_tex, word_tex
from symconvex.problem import Expr, Problem

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.calculus.program.entries import Entries
    from symconvex.language.printing.tree import Tree

BEGIN, NEXT, END = "\\begin{align*}\n", " \\\\\n", "\n\\end{align*}\n"
AGAIN = f"{NEXT}  &\\quad "
WIDTH = 52  # signs in a line behind what is derived, which fit on a page of paper
SETS_TEX = {
    "real": "\\mathbf{R}",
    "-1 or 1": "\\{-1, 1\\}",
    "0 or 1": "\\{0, 1\\}",
    "x > 0": "\\mathbf{R}_{>0}",
    "x >= 0": "\\mathbf{R}_{\\ge 0}",
    "0 < x < 1": "(0, 1)",
    "0, 1, 2, ...": "\\mathbf{N}_0",
}


def display(derivation: "Derivation") -> str:
    """Loss, definitions, gradient, Hessian or its blocks, and curvature; below them what q and the names are."""
    rows = [("f", _formula(derivation.problem.loss)), *closed_rows(derivation, TEX, _formula)]
    rows += kronecker_rows(derivation, TEX, formula_tex)
    note = kronecker_note(derivation)
    note = f"{note[:1].upper()}{note[1:]}; an index $i$ takes a row, as a column vector.\n" if note else ""
    way = {name: word_tex(word) for name, word in derivation.directions.items()}
    line = ", ".join(f"{word_tex(name)} + t {word}" for name, word in way.items())
    ways, several = ", ".join(f"${word}$" for word in way.values()), len(way) > 1
    dots = any(name.startswith("d") and not name.startswith("delta") for name, _ in derivation.names)
    return (
        f"{BEGIN}{NEXT.join(_line(*row) for row in rows)}{END}"
        f"Here $q = \\frac{{d^2}}{{dt^2}} f({line}) \\big|_{{t=0}}$ is the second derivative along the "
        f"direction{'s' * several} {ways}{' together' * several}"
        f"{', and a dot marks a derivative along ' + ('them' if several else 'it') if dots else ''}.\n"
        f"{note}{_legend(closed_legend(derivation))}{_kinks(derivation.problem)}"
    )


def displays(found: "Entries") -> Iterator[str]:
    """Every entry at one size."""
    before = BEGIN
    for rows in pages(found, TEX, _tree):
        yield before + NEXT.join(_line(*row) for row in rows)
        before = NEXT
    yield f"{END}{_legend(legend(found.problem, found.sizes))}{_kinks(found.problem)}"


def _kinks(problem: Problem) -> str:
    return f"All {KINKS}.\n" if has_kinks(problem) else ""


def _formula(expr: Expr) -> str:
    return AGAIN.join(lines_tex(expr, width=WIDTH))


def _tree(tree: "Tree") -> str:
    return AGAIN.join(broken(tree, LATEX, WIDTH, inside=True))


def _line(left: str, right: str) -> str:
    return f"  {left} &= {right}"


def _legend(names: Iterable[Meaning]) -> str:
    """What the names are: those of one kind together."""
    kinds = [(role, [*rows]) for role, rows in groupby(names, lambda row: row.role.split(" of ")[0])]
    parts = [f"{_plural(role, len(rows))} {', '.join(f'${_member(row)}$' for row in rows)}" for role, rows in kinds]
    said = "; ".join(parts)
    return f"{said[0].upper()}{said[1:]}.\n"


def _plural(role: str, count: int) -> str:
    return role if count == 1 or role.endswith("data") else f"{role}s"


def _member(row: Meaning) -> str:
    """w as an element of its space."""
    base = SETS_TEX.get(row.within.replace(row.name, "x"), SETS_TEX["real"]) if row.within else SETS_TEX["real"]
    sizes = row.shape.strip("(),").split(", ") if row.shape else []
    power = " \\times ".join(size_tex(int(size) if size.isdigit() else size) for size in sizes)
    return f"{word_tex(row.name)} \\in {base}{f'^{{{power}}}' * bool(power)}"


FORMAT = Format("latex", display, displays)
