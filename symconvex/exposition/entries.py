"""Formulas entry by entry, where whole arrays read badly: distances between rows, and roots of sums over an axis."""

from collections.abc import Iterator, Mapping

from symconvex.exposition.notation import Notation
from symconvex.exposition.words import walk
from symconvex.kernel import term as t
from symconvex.language import to_term
from symconvex.language.indices import LETTERS, POOL
from symconvex.language.printing.entries import entry_formula_tex
from symconvex.language.printing.texwords import entry_tex
from symconvex.problem import Expr


def definition(name: str, expr: Expr, rows: Mapping[str, str]) -> tuple[str, str] | None:
    """u_ia and gamma |x_i - c_a|^2, or e_i and the root of a sum; None where the whole array reads well."""
    at = places(expr)
    if is_rooted(expr):
        return entry_tex(name, at), entry_formula_tex(expr, at)
    if len(at) == 2 and any(_is_along(node) for node in walk(expr)):
        text = Notation({}, rows).tex(to_term(expr, at))
        if "\\lVert" in text and "\\sum" not in text:
            return entry_tex(name, at), text
    return None


def slope(name: str, expr: Expr) -> tuple[str, str] | None:
    """The derivative in one entry, where the whole gradient has roots of arrays."""
    at = places(expr)
    return (f"\\partial f/\\partial {entry_tex(name, at)}", entry_formula_tex(expr, at)) if is_rooted(expr) else None


def is_rooted(expr: Expr) -> bool:
    """Is a root taken, entry by entry, of sums over an axis?"""
    return any(
        node.op == "pow"
        and bool(node.shape)
        and t.rational(str(node.value)).denominator == 2
        and any(map(_is_along, walk(node.args[0])))
        for node in walk(expr)
    )


def _is_along(node: Expr) -> bool:
    """A sum over one axis of an array of two."""
    return node.op == "sum" and node.value is not None


def places(expr: Expr) -> tuple[str, ...]:
    """A letter for each axis that is the name of nothing in the formula."""
    taken = {str(node.value) for node in walk(expr) if node.op in ("name", "size")}
    return tuple(_letters(expr, taken))


def _letters(expr: Expr, taken: set[str]) -> Iterator[str]:
    for size in expr.shape:
        letter = next(one for one in (LETTERS.get(str(size), "i"), *POOL) if one not in taken)
        taken.add(letter)
        yield letter
