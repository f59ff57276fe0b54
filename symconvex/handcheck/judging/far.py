"""Bounds by a number, tried far out: log(1 + e^t) <= 100 holds at small t only."""

from collections.abc import Iterator

from symconvex.handcheck.formula.tree import Name, Node
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.judging.conditions import meets, solved
from symconvex.handcheck.judging.curvature import number, shifted
from symconvex.handcheck.judging.trying import Failure, Trial
from symconvex.handcheck.meaning import variables
from symconvex.handcheck.meaning.claims import Item
from symconvex.handcheck.meaning.world import Env
from symconvex.handcheck.prose.looks import is_constant
from symconvex.handcheck.values.scalars import ball, innermost

FEW = 6  # instances
STEPS = (30, -30, 100, -100, 10_000, -10_000)
SURE = 1000  # a gap of one in so many: no rounding, and no limit that is only come near to
RISING = {"<=": 1, "<": 1, ">=": -1, ">": -1}
ANYWHERE = ("real", "positive", "nonnegative")


def far_out(item: Item, trial: Trial) -> Failure | None:
    """Where an order between a number that moves and a fixed one fails, far from the instances."""
    left, right = item.left, item.right
    if left is None or right is None or item.sign not in RISING or is_constant(left) is is_constant(right):
        return None
    moved = trial.setting.declared.parameters
    heads = {*trial.setting.heads, "loss", *moved}
    if trial.setting.declared.where or not any(isinstance(p, Name) and p.base in heads for p in walk(left)):
        return None
    for k in range(FEW):
        env = trial.env(k)
        for place in _places(env, item.conditions):
            low, high = (innermost(place.value(side).value) for side in (left, right))
            gap = (low - high) * RISING[item.sign]
            if gap.is_finite() and gap * SURE > 1:
                return Failure(trial.instance(k), (), number(low), number(high), "far out")
    return None


def _places(env: Env, conditions: tuple[Node, ...]) -> Iterator[Env]:
    """Far along every axis, where the sets of the parameters and the conditions allow it."""
    names = env.world.declared.names
    sets = [names[name].within for name in env.world.declared.parameters if name in names]
    if any(within not in ANYWHERE for within in sets):
        return
    by = variables.stacked_variable(variables.parameters(env))
    for along in (by.along(k) for k in range(int(by.length))):
        for step in STEPS:
            place = env.calling(shifted(along, ball(step), env))
            inside = step > 0 or all(within == "real" for within in sets)
            if inside and solved(conditions, place) is place and all(meets(one, place) for one in conditions):
                yield place
