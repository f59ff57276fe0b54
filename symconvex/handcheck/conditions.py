"""What a claim is said under: conditions that hold at an instance, or are made to hold."""

from symconvex.handcheck import products, ranges
from symconvex.handcheck.comparing import ORDER, entries
from symconvex.handcheck.definite import ball_of
from symconvex.handcheck.formula import Chain, Group, Name, Node
from symconvex.handcheck.matrices import Mismatch, scalar
from symconvex.handcheck.scalars import Scalar, innermost
from symconvex.handcheck.symbolic import NotSymbolic
from symconvex.handcheck.world import Env, Unknown


def solved(conditions: tuple[Node, ...], env: Env) -> Env:
    """The same place with one letter changed so that an equation among the conditions holds."""
    for condition in conditions:
        if (
            isinstance(condition, Chain)
            and condition.relations[0].sign == "="
            and not is_index_condition(condition, env)
        ):
            sides = ranges.sides_of(condition)
            for side in reversed(sides[:-1]):
                env = _try_solving(side, sides[-1], env)
    return env


def _try_solving(left: Node, right: Node, env: Env) -> Env:
    try:
        return _solved(left, right, env)
    except (Unknown, Mismatch, NotSymbolic):
        return env


def is_index_condition(condition: Chain, env: Env) -> bool:
    """Is the condition about an index, so that there is nothing to solve?"""
    return ranges.is_index(condition.left, env)


def _solved(left: Node, right: Node, env: Env) -> Env:
    names = {**dict.fromkeys(env.world.declared.parameters), **env.world.declared.names}
    if isinstance(left, Name) and left.base in names:
        return env.calling({left.base: products.fitted(env.value(right), env.look_up(left.base))})
    used = {part.base for node in (left, right) for part in ranges.walk(node) if isinstance(part, Name)}
    for name in names:
        if not env.world.declared.names[name].shape and name in used:
            gap = [_gap(left, right, env.calling({name: scalar(ball_of(k))})) for k in (0, 1, 2)]
            step = gap[1] - gap[0]
            if (gap[2] - gap[1] - step).contains(0) and not step.contains(0):
                return env.calling({name: scalar(-gap[0] / step)})
    return env


def _gap(left: Node, right: Node, env: Env) -> Scalar:
    return ball_of(innermost(env.value(left).value - env.value(right).value))


def meets(condition: Node, env: Env) -> bool:
    """Does a condition hold here? One that cannot be read, or that only names ranges, is no restriction."""
    if not isinstance(condition, Chain):
        return True
    left = condition.left
    for relation in condition.relations:
        try:
            if relation.sign in (*ORDER, "=", "!=") and not _meets(left, relation.sign, relation.right, env):
                return False
        except (Unknown, Mismatch, NotSymbolic):
            pass
        left = relation.right
    return True


def _meets(left: Node, sign: str, right: Node, env: Env) -> bool:
    if isinstance(left, Group):
        return all(_meets(item, sign, right, env) for item in left.items)
    if ranges.is_index(left, env) and ranges.is_index(right, env):
        return bool(innermost(ranges.truth_of(left, sign, right, env)) > 0)
    first, second = env.value(left), env.value(right)
    if ranges.unbound(left, env):
        return True
    if first.is_scalar and second.is_scalar:
        return ranges.compare(first.value, sign, second.value)
    if sign == "!=":
        return any(not bool(ball_of(innermost(x)).contains(0)) for x in entries(first))
    return all(ranges.compare(x, sign, second.value) for x in entries(first)) if second.is_scalar else True
