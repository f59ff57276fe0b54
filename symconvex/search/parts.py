"""Convex parts of the set where a loss is defined: conditions with which the program decides it."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from symconvex.drafting.draft import conditions_of
from symconvex.errors import LossError, NotYet
from symconvex.language.conditions import parse_condition
from symconvex.problem import Problem
from symconvex.search.domain import checked, on
from symconvex.search.line import Choice
from symconvex.search.portfolio import is_defined

MOST_TRIED, MOST_FOUND = 12, 4


def convex_parts(problem: Problem, asked: Iterable[Choice]) -> list[Choice]:
    """Those of some choices of conditions on which the loss is defined, each a convex set; else a simple one.

    The conditions of the problem hold too.
    """
    found = [choice for choice in islice(asked, MOST_TRIED) if is_part(problem, choice)][:MOST_FOUND]
    return found or [*islice((box for box in islice(boxes(problem), MOST_TRIED) if is_part(problem, box)), 1)]


def is_part(problem: Problem, choice: Choice) -> bool:
    """Is the loss defined where these conditions and those of the problem hold, and is that a convex set?"""
    symbols = (*problem.parameters, *problem.data)
    try:
        told = tuple(c for text in choice for c in parse_condition(text, symbols=symbols))
        return bool(choice) and is_defined(checked(on(problem, (*conditions_of(problem), *told))))
    except (LossError, NotYet):
        return False


def boxes(problem: Problem) -> Iterator[Choice]:
    """Signs of one unknown, then of all, then intervals."""
    names = [p.name for p in problem.parameters]
    few = names[:2]
    one = ((f"{name} {sign} 0",) for name in few for sign in "><")
    spans = ((f"{low} < {name} < {high}",) for low, high in (("-1", "1"), ("0", "1")) for name in few)
    every = (tuple(f"{name} {end}" for name in names) for end in ("> 0", "> 1") if end != "> 0" or len(names) > 1)
    yield from chain(one, every, spans)
