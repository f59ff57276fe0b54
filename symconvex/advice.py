"""What to tell beside an answer that a person did not hope for: where composition ends, and a domain that helps.

why        the smallest part at which the rules of composition end
instead    an interval on which a function of one variable is convex, after it was decided on it
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite

from symconvex.deadline import OutOfTime, time_limit
from symconvex.drafting.univariate.ends import simplest
from symconvex.errors import SymconvexError
from symconvex.language.conditions import parse_condition
from symconvex.language.printing import text_of
from symconvex.problem import Problem
from symconvex.verdict import Depends, Proved, Verdict

SHARE = 0.1  # of the budget at most, for all of it
MOST_SECONDS = 2.0
GRID = 4_001
REACH = (3.0, 30.0, 300.0)  # how far from 0 a function is looked at, in turn
SLACK = Fraction(1, 20)  # the part of an interval that may be given up for simpler ends
ALIKE = 0.9  # intervals of this share of the widest are as good as it
HALVINGS, LARGEST = 50, 100  # halvings, and the largest denominator of a root that is taken for rational


@dataclass(frozen=True, slots=True)
class Advice:
    """Sentences for a person; both are empty where there is nothing to say."""

    why: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()


def advice(verdict: Verdict, *, budget: float) -> Advice:
    """Why a loss is not convex as it stands, and what is, within a share of the budget.

    A domain is named only after the loss was proved convex on it; the certificate of that is not kept.
    """
    if isinstance(verdict, Proved | Depends) or verdict.problem.standins:
        return Advice()
    from symconvex.search.obstacle import obstacle

    seconds = min(SHARE * budget, MOST_SECONDS)
    end = time.monotonic() + seconds
    try:
        with time_limit(seconds):
            found = obstacle(verdict.problem)
            said = () if found is None else (str(found),)
            return Advice(said, tuple(_domains(verdict.problem, end)))
    except (OutOfTime, SymconvexError):
        return Advice()


def _domains(problem: Problem, end: float) -> Iterator[str]:
    """Intervals on which the loss is convex, for one scalar parameter without data."""
    if len(problem.parameters) != 1 or problem.parameters[0].shape or problem.data:
        return
    from symconvex.decide import decide

    name = problem.parameters[0].name
    for low, high in _bent_up(problem):
        text = _said(name, low, high)
        more = parse_condition(text, symbols=problem.parameters)
        closer = replace(problem, nonneg=(*problem.nonneg, *(c.expr for c in more)))
        left = end - time.monotonic()
        found = decide(closer, budget=left) if left > 0 else None
        if isinstance(found, Proved) and found.answer in ("convex", "affine"):
            already = [f"{text_of(c)} > 0" for c in problem.positive] + [f"{text_of(c)} >= 0" for c in problem.nonneg]
            stated = " ".join(f'--where "{line}"' for line in (*already, text))
            yield f"convex for example where {' and '.join((*already, text))}: state {stated}"
            return


def _said(name: str, low: Fraction | None, high: Fraction | None) -> str:
    left, right = ("" if low is None else f"{low} <= "), ("" if high is None else f" <= {high}")
    return f"{name} >= {low}" if high is None else f"{left}{name}{right}"


def _bent_up(problem: Problem) -> Iterator[tuple[Fraction | None, Fraction | None]]:
    """Intervals where the second derivative is seen to be >= 0 on a grid, with ends that are simple fractions.

    None stands for an end of the domain, or of the line.
    """
    import numpy as np

    from symconvex.calculus.program.bends import look_at
    from symconvex.calculus.program.instance import instance

    lens = look_at(instance(problem, {}))

    def bend(place: float) -> float:
        return float(lens.hessians(np.array([[place]]))[0, 0, 0])

    for reach in REACH:
        places = np.linspace(-reach, reach, GRID)
        up = lens.hessians(places[:, None])[:, 0, 0] >= 0  # nan, outside the domain, is not
        steps = np.diff(np.concatenate(([False], up, [False])).astype(int))
        runs = np.flatnonzero(steps).reshape(-1, 2)
        if not len(runs) or up.all():
            continue
        sizes, middles = runs[:, 1] - runs[:, 0], abs(runs.sum(axis=1) - GRID)
        wide = np.flatnonzero(sizes >= ALIKE * sizes.max())
        first, after = runs[min(wide[::-1], key=middles.__getitem__)]  # the one close to 0, to the right of it
        width = float(places[after - 1] - places[first])
        low = _end(bend, float(places[first - 1]), float(places[first]), width) if first else None
        high = _end(bend, float(places[after]), float(places[after - 1]), width) if after < GRID else None
        if width > 0 and (low, high) != (None, None):
            yield low, high


def _end(bend: Callable[[float], float], outside: float, inside: float, width: float) -> Fraction | None:
    """A simple fraction at the root between two places of a grid, or close to it on the side of `inside`."""
    if not isfinite(bend(outside)):
        return None
    for _ in range(HALVINGS):
        middle = (outside + inside) / 2
        outside, inside = (outside, middle) if bend(middle) >= 0 else (middle, inside)
    root, near = Fraction(inside), Fraction(1 + abs(inside)) / 10**9
    exact = simplest(root - near, root + near)
    if exact.denominator <= LARGEST:
        return exact
    room = Fraction(width) * SLACK * (1 if inside > outside else -1)
    return simplest(*sorted((root, root + room)))
