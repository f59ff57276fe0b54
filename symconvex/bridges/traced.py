"""A function of another library in the loss language, and how numbers, shapes and refusals are written there."""

import inspect
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from symconvex.errors import LossError, NotYet
from symconvex.problem import Shape

SHAPED = (
    "declare the shapes of the arrays that it is written for, each by the name of its argument: "
    'shapes={"X": ("n", "d"), "w": ("d",), "y": ("n",)}'
)
MOST_SHOWN = 120  # characters of what another library says, cut between words


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
        expected="sums, products, powers, matrix products, slices with fixed ends, entrywise functions, max and where",
        got=shorten(got, MOST_SHOWN, placeholder=" ..."),
        hint='write this part with such operations, or the loss as text: prove("sum((X @ w - y)**2)", wrt="w", ...)',
    )


def failing(function: Callable[..., Any], error: Exception, arguments: Sequence[tuple[str, Shape]]) -> LossError:
    """A function that another library cannot run at the declared shapes, with its line and what that library says."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if code is not None and frame.filename == code.co_filename]
    place = f"{code.co_filename}, line {lines[-1]}" if lines and code is not None else called(function)
    said = str(error).strip().partition("\n")[0]
    return LossError(
        "the function fails while it is traced",
        where=place,
        expected="a function that runs at "
        + (", ".join(f"{name}: {_written(s)}" for name, s in arguments) or "nothing"),
        got=shorten(f"{type(error).__name__}: {said}", 2 * MOST_SHOWN, placeholder=" ..."),
        hint=SHAPED if isinstance(error, TypeError | ValueError) else "call it with numbers first, which fails alike",
    )


def called(function: Callable[..., Any]) -> str:
    """The name of a function, if it has one that a loss may have."""
    name = str(getattr(function, "__name__", "loss"))
    return name if name.isidentifier() else "loss"


def _written(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"


def decimal(value: float) -> str:
    """A number as text that is read as the same decimal."""
    text = repr(float(value)).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text


def shape_text(shape: Sequence[str | int]) -> str:
    """The shape in brackets, as ones and zeros take it."""
    return f"({', '.join(map(str, shape))})" if len(shape) > 1 else str(shape[0])
