"""Derivatives as a page for the terminal, one formula a line."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from symconvex.formats._format import Format
from symconvex.formats._kron import kronecker_note, kronecker_rows
from symconvex.formats._legend import KINKS, Meaning, closed_legend, has_kinks, legend
from symconvex.formats._rows import DRAWN, PLAIN, Look, Row, along, closed_rows, pages
from symconvex.language.printing import text_of
from symconvex.problem import Expr

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.calculus.program.entries import Entries
    from symconvex.problem import Problem


def page(derivation: "Derivation") -> str:
    """Definitions, gradient, Hessian and curvature; every formula is NumPy syntax."""
    return _page(derivation, PLAIN)


def drawn_page(derivation: "Derivation") -> str:
    """The same with Greek letters, transposes and powers as a terminal shows them."""
    return _page(derivation, DRAWN)


def _page(derivation: "Derivation", look: Look) -> str:
    head = f"{derivation.problem.name}: {derivation.problem.text}\n\n{_legend(closed_legend(derivation), look)}\n"
    rows = _aligned([*closed_rows(derivation, look), *kronecker_rows(derivation, look, look.formula)])
    note = kronecker_note(derivation)
    return f"{head}{rows}\n  {along(derivation, look)}{f'; {note}' if note else ''}{_kinks(derivation.problem)}\n"


def listing(found: "Entries") -> Iterator[str]:
    """Intermediates, the loss, first and second derivatives, entry by entry."""
    yield f"{found.problem.name}: {found.problem.text}\n\n{_legend(legend(found.problem, found.sizes), PLAIN)}\n"
    yield from map(_aligned, pages(found, PLAIN))
    if has_kinks(found.problem):
        yield f"\n  all {KINKS}\n"


def _legend(names: Iterable[Meaning], look: Look) -> str:
    """What every name is, in columns."""
    rows = [(look.word(row.name), row.shape, row.text) for row in names]
    first, second = (max(len(row[k]) for row in rows) for k in range(2))
    return "".join(f"  {name:<{first}}  {shape:<{second}}  {text}".rstrip() + "\n" for name, shape, text in rows)


def _kinks(problem: "Problem") -> str:
    return f"; all {KINKS}" if has_kinks(problem) else ""


def _aligned(rows: list[Row]) -> str:
    """Rows with their signs of equality below each other."""
    width = max(len(left) for left, _ in rows)
    return "".join([f"  {left:<{width}} = {right}\n" for left, right in rows])


def second_derivatives(derivation: "Derivation") -> str:
    """The Hessian as H, or its blocks, after the names that it uses; every formula is NumPy syntax."""
    way = derivation.directions
    if derivation.hessian is not None:
        found = [("H", derivation.hessian)]
    elif derivation.blocks:
        found = [(f"D2[{way[p]}, {way[q]}]", expr) for p, q, expr in derivation.blocks]
    else:
        found = [(f"D2[{v}, {v}]", derivation.curvature) for v in way.values()]
    said, used = {word for _, expr in found for word in _words(expr)}, list[tuple[str, Expr]]()
    for name, expr in reversed(derivation.names):
        if name in said:
            used.insert(0, (name, expr))
            said |= _words(expr)
    return "\n".join(f"{left} = {text_of(expr)}" for left, expr in (*used, *found))


def _words(expr: Expr) -> set[str]:
    words, waiting = set[str](), [expr]
    while waiting:
        node = waiting.pop()
        words |= {str(node.value)} if node.op == "name" else set()
        waiting += node.args
    return words


FORMAT = Format("text", page, listing, drawn_page)
