"""What sampling saw of an undecided question, and one thing to try. It suggests and never proves."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from symconvex.calculus.program.bends import SEED, Low, descents, look_at
from symconvex.calculus.program.instance import MOST_NODES, Instance, check_count, instance
from symconvex.data import at_sizes, sizes_of
from symconvex.drafting.draft import draft_of
from symconvex.drafting.indefinite import inner_point
from symconvex.errors import SymconvexError
from symconvex.kernel.term import Refused
from symconvex.problem import Problem
from symconvex.search.certain import is_bent
from symconvex.search.sampling import draw_data, small_sizes

MOST_PARAMETERS, MOST_SHOWN = 60, 6
FLAT = 1e-9  # beside the Hessian at the same point
NOISE = 1e-13  # beside the largest entry that was met


def evidence(problem: Problem) -> tuple[str, ...]:
    """The smallest and the largest curvature that were met, with the point of the smaller, and a piece of advice.

    Of stand-ins nothing is drawn: what any array does in the place of a part says nothing of that part.
    """
    if problem.standins:
        return ()
    try:
        sizes = {**sizes_of(problem), **small_sizes(problem, {})}
        check_count(problem, sizes)
        data = draw_data(problem, sizes, SEED)
        case = at_sizes(replace(problem, values={**problem.values, **data}), sizes)
        inst, centre = instance(case, {}, most=MOST_NODES), inner_point(draft_of(case))
    except (SymconvexError, Refused):
        return ()
    if centre is None or not 0 < len(inst.parameters) <= MOST_PARAMETERS:
        return ()
    look, at = look_at(inst), np.array([float(x) for x in centre])
    low, high = descents(look, at, 1), descents(look, at, -1)
    return tuple(said(problem, inst, low, high, bool(data))) if low is not None and high is not None else ()


def said(problem: Problem, inst: Instance, low: Low, high: Low, drawn: bool) -> Iterator[str]:
    """Sentences for a person."""
    names, shown = inst.names(), low.point.tolist()[:MOST_SHOWN]
    where = ", ".join(f"{name} = {short(x)}" for name, x in zip(names, shown, strict=False))
    more = ", ..." if len(names) > MOST_SHOWN else ""
    data = " with data drawn at random" if drawn else ""
    sizes = [float(np.abs(bend.hessian).max()) for bend in (low, high)]
    least = 0.0 if abs(low.lowest) <= NOISE * max(sizes) else low.lowest
    limits = [-max(FLAT * size, NOISE * max(sizes)) for size in sizes]
    below = [bend.lowest < limit for bend, limit in zip((low, high), limits, strict=True)]
    sure = [
        bent and is_bent(inst, bend.point, bend.hessian, sign)
        for bent, bend, sign in zip(below, (low, high), (1, -1), strict=True)
    ]
    if below[0] and not sure[0]:
        yield f"sampled{data}: no eigenvalue of the Hessian was met that is negative beyond rounding"
    else:
        yield f"sampled{data}: the smallest eigenvalue of the Hessian that was met is {least:.3g}, at {where}{more}"
    match tuple(sure):
        case (True, True):
            instead = "give the data as numbers" if drawn else "state a smaller domain"
            hint = f"it looks neither convex nor concave: {instead}"
        case (True, False):
            instead = "give the data as numbers" if drawn else "ask for its summands one by one"
            hint = f"it looks concave{data}: {instead}"
        case _:
            instead = "give the data as numbers, or ask" if drawn else "ask"
            hint = f"it looks convex{data}: {instead} for its summands one by one, or state a smaller domain"
    yield f"try: {hint}"


def short(x: float) -> str:
    """Few digits."""
    return str(Fraction(x)) if x == round(x) and abs(x) < 10_000 else f"{x:.4g}"
