"""Entries at a size as text, as Python assignments, as LaTeX and as plain values."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symconvex.formats.python import text_of

if TYPE_CHECKING:
    from symconvex.calculus.entries import Entries


def entries_text(found: "Entries") -> str:
    """One formula on each line: intermediates, the loss, first and second derivatives."""
    rows = [
        *((name, text_of(expr)) for name, expr in found.names),
        ("f", text_of(found.loss)),
        *((f"df/d{p}", text_of(expr)) for p, expr in found.gradient),
        *((f"d2f/d{p}d{q}", text_of(expr)) for p, q, expr in found.hessian),
    ]
    return "".join(f"{left} = {right}\n" for left, right in rows)


def entries_python(found: "Entries") -> str:
    """Assignments in NumPy syntax, the Hessian as a full list of rows."""
    upper = {(p, q): text_of(expr) for p, q, expr in found.hessian}
    rows = [[upper.get((p, q)) or upper[q, p] for q in found.parameters] for p in found.parameters]
    lines = [
        *(f"{name} = {text_of(expr)}" for name, expr in found.names),
        f"loss = {text_of(found.loss)}",
        *_listed("gradient", [text_of(expr) for _, expr in found.gradient]),
        *_listed("hessian", [f"[{', '.join(row)}]" for row in rows]),
    ]
    return "\n".join(lines) + "\n"


def _listed(name: str, items: list[str]) -> Iterator[str]:
    yield f"{name} = ["
    yield from (f"    {item}," for item in items)
    yield "]"


def entries_json(found: "Entries") -> dict[str, object]:
    """Plain values, formulas in NumPy syntax."""
    return {
        "name": found.problem.name,
        "loss": text_of(found.loss),
        "sizes": dict(found.sizes),
        "names": [{"name": name, "is": text_of(expr)} for name, expr in found.names],
        "gradient": {name: text_of(expr) for name, expr in found.gradient},
        "hessian": [{"of": [p, q], "entry": text_of(expr)} for p, q, expr in found.hessian],
    }
