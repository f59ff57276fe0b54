"""A function of another library in the loss language, and how numbers, shapes and refusals are written there."""

from collections.abc import Sequence
from dataclasses import dataclass

from symconvex.errors import NotYet


@dataclass(frozen=True, slots=True)
class Trace:
    """A function in the loss language, and how that was found."""

    text: str
    note: str


def not_said(what: str, line: str, got: str) -> NotYet:
    """An operation that the loss language lacks."""
    return NotYet(
        f"{what} has no counterpart in the loss language",
        where=line,
        expected="sums, products, powers, matrix products, entrywise functions, max and where over whole arrays",
        got=got[:60],
        hint='write this part with such operations, or the loss as text: prove("sum((X @ w - y)**2)", wrt="w", ...)',
    )


def decimal(value: float) -> str:
    """A number as text that is read as the same decimal."""
    text = repr(float(value)).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text


def shape_text(shape: Sequence[str | int]) -> str:
    """The shape in brackets, as ones and zeros take it."""
    return f"({', '.join(map(str, shape))})" if len(shape) > 1 else str(shape[0])
