"""Parameters without a declared shape that are summed up like arrays: they are read as numbers, and that is said."""

import ast
from collections.abc import Collection

from symconvex.language.syntax import clean, parse_syntax

OF_ARRAYS = ("sum", "mean", "norm", "norm1", "norm_inf", "sum_squares", "prod", "var", "std", "logsumexp")


def unshaped(text: str, names: Collection[str]) -> tuple[str, ...]:
    """A sentence for each of the names that stands where an array is expected: w in sum(w**2)."""
    found = dict[str, None]()
    for node in ast.walk(parse_syntax(clean(text))):
        match node:
            case ast.Call(func=ast.Name(id=word), args=[inner]) if word in OF_ARRAYS:
                found |= dict.fromkeys(_numbers(inner))
            case ast.Call(func=ast.Attribute(value=inner, attr=word), args=args) if word in OF_ARRAYS:
                found |= dict.fromkeys(name for part in (inner, *args) for name in _numbers(part))
    return tuple(read_as_number(name) for name in names if name in found)


def read_as_number(name: str) -> str:
    """What is said of such a parameter."""
    return f"{name} is read as one number, for no shape is declared; for an array declare --shape {name}=d"


def _numbers(part: ast.expr) -> tuple[str, ...]:
    """The names in a part that lists no entries itself."""
    nodes = [*ast.walk(part)]
    if any(isinstance(node, ast.List | ast.GeneratorExp | ast.ListComp) for node in nodes):
        return ()
    return tuple(node.id for node in nodes if isinstance(node, ast.Name))
