"""Convex parts of the set where a loss is defined: conditions on which the program decides it; and where it is not."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from symconvex.drafting.draft import conditions_of
from symconvex.errors import LossError, NotYet
from symconvex.language.conditions import parse_condition
from symconvex.language.printing import text_of
from symconvex.problem import Expr, Problem
from symconvex.search.domain import checked, on
from symconvex.search.ground import SIGNS, Ground, needs
from symconvex.search.line import Choice
from symconvex.search.portfolio import is_defined

MOST_TRIED, MOST_FOUND, FEW = 12, 4, 5


def undefined(problem: Problem) -> list[str]:
    """Where the loss is not shown to be defined, and what would help; nothing when it is."""
    if is_defined(problem):
        return []
    if not problem.positive and not problem.nonneg:
        return [_open_part(problem)]
    if problem.nonneg and is_defined(_opened(problem, problem.nonneg)):
        alone = [c for c in problem.nonneg if is_defined(_opened(problem, (c,)))]
        edges = [text_of(c) for c in alone[:1] or problem.nonneg]
        where, instead = " or ".join(f"{c} = 0" for c in edges), " and ".join(f"{c} > 0" for c in edges)
        return [f"the loss is not shown to be defined where {where}: state {instead}"]
    return ["the loss is not shown to be defined on all of its domain: state a smaller one"]


def _opened(problem: Problem, edges: tuple[Expr, ...]) -> Problem:
    """The problem without these edges of its domain."""
    closed = tuple(c for c in problem.nonneg if c not in edges)
    return replace(problem, positive=(*problem.positive, *edges), nonneg=closed)


def _open_part(problem: Problem) -> str:
    """The part whose sign is open where no domain was stated, and a domain that would do."""
    known = Ground(problem, ())
    asked = (need for need in needs(problem.loss) if known.speaks(need.expr) and not known.meets(need))
    need = next(asked, None)
    part = "" if need is None else f", as {text_of(need.expr)} {SIGNS[need.kind]} is not shown"
    box = next((box for box in islice(boxes(problem), FEW) if is_part(problem, box)), None)
    hint = "state a domain" if box is None else f"state a domain, such as {' and '.join(box)}"
    return f"the loss is not shown to be defined everywhere{part}: {hint}"


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
