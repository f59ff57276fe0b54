"""Derivatives at a size, entry by entry, against those that SymPy finds of the loss: exact points, thirty digits."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sympy

from symconvex.bridges.to_sympy import EntryForms, differentiated, entry_forms
from symconvex.problem import Problem

DIGITS, CLOSE = 30, sympy.Rational(1, 10**20)
POINTS, TRIED = 3, 60
SEED = 20240229


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two roads agree.

    entries    how many values were compared at each point: loss, gradient, upper triangle of the Hessian
    points     at how many points all of them are real numbers
    differ     the entries that differ, with the point and both values
    """

    entries: int
    points: int
    differ: tuple[str, ...]


def agreement(problem: Problem, sizes: Mapping[str, int]) -> Agreement:
    """The entries that are listed at a size against SymPy's own derivatives, at random rational points.

    Kinks and poles are left out by chance: no point that is drawn meets one, or it is drawn anew.

    Fails    ShapeError, NotYet as the listing
    """
    one, two = entry_forms(problem, sizes), differentiated(problem, sizes)
    pairs = [*zip(_named(one), _named(two), strict=True)]
    draw, met, differ = random.Random(SEED), 0, list[str]()  # noqa: S311  (the same points on every run)
    for k in range(TRIED):
        at = _point(one, draw, positive=k % 2 == 1)
        values = [(word, _at(left, at), _at(right, at)) for (word, left), (_, right) in pairs]
        if any(value is None for *_, value in values):
            continue
        met += 1
        differ += [f"{word}: {left} and {right}" for word, left, right in values if not _close(left, right)]
        if met == POINTS or differ:
            break
    return Agreement(len(pairs), met, tuple(differ))


def _named(forms: EntryForms) -> Iterator[tuple[str, Any]]:
    """Every value of the forms with what it is."""
    yield "f", forms.loss
    for name, array in forms.gradient.items():
        entries = [*array] if getattr(array, "is_Matrix", False) else [array]
        yield from ((f"df/d{name} ({k + 1})", entry) for k, entry in enumerate(entries))
    words = forms.parameters
    for i, p in enumerate(words):
        yield from ((f"d2f/d{p}d{words[j]}", forms.hessian[i, j]) for j in range(i, len(words)))


def _point(forms: EntryForms, draw: random.Random, *, positive: bool) -> dict[Any, Any]:
    """Rational numbers for all symbols, each in its set; the reals among them positive where that is asked."""
    symbols = dict.fromkeys(
        symbol
        for whole in forms.symbols.values()
        for entry in ([*whole] if getattr(whole, "is_Matrix", False) else [whole])
        for symbol in sorted(entry.free_symbols, key=str)
    )
    return {symbol: _value(symbol, draw, positive=positive) for symbol in symbols}


def _value(symbol: Any, draw: random.Random, *, positive: bool) -> Any:
    if symbol.is_integer:
        return sympy.Integer(draw.choice((0, 1)) if symbol.is_nonnegative else draw.choice((-1, 1)))
    size = sympy.Rational(draw.randint(1, 96), 97)
    return size if positive or symbol.is_nonnegative or draw.random() < 0.5 else -size


def _at(expr: Any, point: Mapping[Any, Any]) -> Any | None:
    """The real number there, None where there is none."""
    value = sympy.N(expr.xreplace(dict(point)), DIGITS)
    return value if value.is_Float or value.is_Integer else None


def _close(left: Any, right: Any) -> bool:
    return left is not None and bool(abs(left - right) <= CLOSE * (1 + abs(right)))
