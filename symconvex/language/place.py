"""Where in the text of a loss something stands, and how an error points at it."""

import ast
from dataclasses import dataclass

from symconvex.problem import Expr, Shape, Span

WIDTH = 96


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a text."""

    text: str
    span: Span

    def of(self, expr: Expr) -> str:
        """What the user wrote for `expr`."""
        word = self.text[slice(*expr.span)]
        return word if len(word) <= 60 else word[:57] + "..."

    def whole(self, expr: Expr) -> str:
        """The same, however long it is: a part of what may be pasted."""
        return self.text[slice(*expr.span)]

    def show(self) -> str:
        """The text, and carets under the part; a long text is cut around it."""
        start, end = self.span
        first = 0 if len(self.text) <= WIDTH else max(0, start - WIDTH // 2)
        line = "".join(sign if sign.isprintable() else "?" for sign in self.text[first : first + WIDTH])
        marks = max(1, min(end, first + WIDTH) - start)
        return f"{line}\n{' ' * (start - first)}{'^' * marks}"


def place_of(node: ast.expr, text: str) -> Place:
    """Where a node of the syntax tree stands."""
    end = node.end_col_offset
    return Place(text, (node.col_offset, len(text) if end is None else end))


def written(shape: Shape) -> str:
    """A shape as Python writes it, without quotes: (n, 3) or (n,)."""
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def in_words(shape: Shape) -> str:
    """A shape for a message: a vector of shape (n,)."""
    kind = ("a scalar", "a vector of shape ", "a matrix of shape ")[min(len(shape), 2)]
    return kind + written(shape) if shape else kind
