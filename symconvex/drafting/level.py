"""Directions in which a loss does not bend: along them it is affine piece by piece, so it is not strictly convex.

    q(w; v) = 0 for a fixed v that is not 0, or for v = w: f is affine on parts of rays

Sums of corners of affine forms are so in every direction, what is homogeneous of degree 1 along rays.
"""

from collections.abc import Iterator

from symconvex.drafting import judgments as say
from symconvex.drafting.constants import holds
from symconvex.drafting.draft import MADE, Draft, nested, places_of
from symconvex.drafting.effort import spend
from symconvex.drafting.kinked.steps import level, level_rays
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.signs import show_defined
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Budget, Family, Refused, Sym, Term

Point = dict[str, Family]
WORK = 400_000
MOST_PARTS = 2_000
NULL = f"{MADE}u"


def level_part(draft: Draft, way: str) -> PartDraft | None:
    """The claim that the loss is not strictly convex (concave), by rays or by a direction along one number."""
    bend = bend_of(draft)
    word = say.loss(f"not_strictly_{way}")
    if bend is None or t.free_indices(draft.loss):
        return None
    for along in (None, *_units(draft)):
        if not is_level(draft, bend, along or _rays(draft)):
            continue
        lines = Lines(draft)
        if not show_defined(lines, draft.loss, smooth=True):
            return None
        if along is None:
            level_rays(lines, word)
        else:
            level(lines, word, along, lines.constant(say.positive(t.ONE)))
        part = lines.part(word)
        if holds(draft, part):
            return part
    return None


def null_part(draft: Draft, matrix: str, parameter: str, other: str) -> PartDraft | None:
    """The same under X u = 0 for some u that is not 0, in the direction u.

    other    a parameter that is added to X w, empty for none: then X u is constant, and the direction is u, -x_0.u
    """
    lines = Lines(draft, given=((say.null_affine if other else say.null)(matrix, NULL),))
    if not show_defined(lines, draft.loss, smooth=True):
        return None
    along: Point = {name: (places_of(draft, name), t.ZERO) for name in draft.parameters}
    places, size = places_of(draft, parameter), draft.parameters[parameter][0]
    along[parameter] = places, Sym(NULL, places)
    square: Term = t.Sum(places[0], size, t.power(Sym(NULL, places), 2))
    shown = lines.fact("spectrum", say.positive(square))
    if other:
        value = t.neg(t.Sum(places[0], size, t.mul(Sym(matrix, (0, *places)), Sym(NULL, places))))
        along[other] = (), value
        shown = lines.combine([[shown], [value]], say.positive(t.add(square, t.power(value, 2))))
    word = say.loss("not_strictly_convex")
    level(lines, word, along, shown)
    part = lines.part(word)
    return part if holds(draft, part) else None


def bend_of(draft: Draft) -> Term | None:
    """The second derivative of the loss along the direction, formally; None when it is long."""
    directions, budget = {name: f"{name}'" for name in draft.parameters}, Budget(WORK)
    try:
        term = draft.loss
        for _ in range(2):
            term = derivative(term, directions, budget)
            if sum(1 for _, _ in zip(range(MOST_PARTS), t.subterms(term), strict=False)) == MOST_PARTS:
                return None
    except Refused:
        return None
    return term


def is_level(draft: Draft, bend: Term, along: Point) -> bool:
    """Is the second derivative 0 in this direction, by the normal form?"""
    spend(1_000)
    sets = {d.name: d.within for d in draft.problem.data}
    normal = Normal(Facts(sets, frozenset(), frozenset(), nested(draft.problem.values)), Budget(WORK))
    try:
        return not normal.poly(t.substitute(bend, {f"{name}'": family for name, family in along.items()}))
    except Refused:
        return False


def _rays(draft: Draft) -> Point:
    return {
        name: (places, Sym(name, places)) for name in draft.parameters if (places := places_of(draft, name)) is not None
    }


def _units(draft: Draft) -> Iterator[Point]:
    """The first entry of one parameter, and nothing else."""
    zero = {name: (places_of(draft, name), t.ZERO) for name in draft.parameters}
    for name in reversed(list(draft.parameters)):
        places = places_of(draft, name)
        yield {**zero, name: (places, t.mul(*(t.Delta(place, 0) for place in places)))}
