"""What a claim is said under: conditions that hold at an instance, or are made to hold."""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from symconvex.handcheck.formula import spaces
from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import (
    Chain,
    Derivative,
    Group,
    MaybeCall,
    Name,
    Node,
    Product,
    Relation,
    Text,
    Unreadable,
)
from symconvex.handcheck.formula.walking import relations, sides_of, walk
from symconvex.handcheck.judging.comparing import LOEWNER, ORDER, ZERO, compare, entries
from symconvex.handcheck.meaning import indexing, products, ranges
from symconvex.handcheck.meaning.optima import newton
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.values.definite import ball_of, is_singular, null_vector
from symconvex.handcheck.values.matrices import Entry, Matrix, Mismatch, NotSymbolic, counted, scalar, transposed
from symconvex.handcheck.values.scalars import Scalar, ball, innermost

FULL_RANK = re.compile(
    r"([A-Za-z]\w*) (?:has|is of|have|having|with|of) full (?:column )?rank"
    r"|columns of ([A-Za-z]\w*) are (?:linearly )?independent"
    r"|([A-Za-z]\w*) has (?:linearly )?independent columns"
)
BEFORE_RANK = frozenset([
    "the", "all", "if", "when", "whenever", "since", "as", "for", "with", "where", "that", "matrix", "design", "data",
    "because", "suppose", "assume", "and", "provided",
])  # fmt: skip
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
BESIDE = Fraction(1, 8)


def solved(conditions: tuple[Node, ...], env: Env) -> Env:
    """The same place with letters changed so that the conditions hold, as far as a letter can be solved for."""
    moved = env
    for condition in conditions:
        moved = _try(condition, moved)
    return moved if _are_inside(moved) else env


def _are_inside(env: Env) -> bool:
    """Are the numbers that were moved still in the sets that are declared?"""
    for name, value, _ in env.replaced:
        named = env.world.declared.names.get(name)
        if named is not None and not named.shape and named.within in ("positive", "nonnegative"):
            number = ball_of(innermost(value.value))
            if not bool(number > 0) and not (named.within == "nonnegative" and bool(number >= 0)):
                return False
    return True


def _try(condition: Node, env: Env) -> Env:
    try:
        return _with_condition(condition, env)
    except (Unknown, Mismatch, NotSymbolic):
        return env


def _with_condition(condition: Node, env: Env) -> Env:
    match condition:
        case Chain(Derivative(of=of), (Relation("=", right),)) if _is_zero(right) and _is_loss(of, env):
            env = _stationary(env)
        case Chain(left, (relation, *_)) if relation.sign == "=" and not ranges.is_index(left, env):
            sides = sides_of(condition)
            for side in reversed(sides[:-1]):
                env = _equal(side, sides[-1], env)
        case Chain(left, (relation,)) if relation.sign in ORDER:
            env = _ordered(left, relation.sign, relation.right, env)
            env = _ordered(relation.right, FLIPPED[relation.sign], left, env)
        case Chain(low, (Relation("<" | "<=", Name() as middle), Relation("<" | "<=", high))):
            env = _between(middle, low, high, env)
        case Chain(Name() as left, (relation,)) if relation.sign == "in":
            env = _inside(left, relation.right, env)
        case Group() if spaces.is_space(condition):
            parameters = env.world.declared.parameters
            env = _inside(Name(parameters[0]), condition, env) if len(parameters) == 1 else env
    return env


def _is_zero(node: Node) -> bool:
    return node == ZERO or (isinstance(node, Name) and node.base == "0")


def _is_loss(of: Node | None, env: Env) -> bool:
    """Is it the loss itself, with nothing put in?"""
    head, args = (of.head, of.args) if isinstance(of, MaybeCall) else (of, ())
    own = all(isinstance(arg, Name) and (arg.base,) == env.world.declared.parameters for arg in args)
    return own and (head is None or (isinstance(head, Name) and head.base in env.setting.heads))


def _stationary(env: Env) -> Env:
    """The only point where the slope is zero: one step leads there where the loss is quadratic."""
    parameters = env.world.declared.parameters
    if len(parameters) != 1:
        return env
    point, _ = newton(parameters[0], env.look_up(parameters[0]), env)
    return env.calling({parameters[0]: point})


def _free_name(node: Node, env: Env) -> str | None:
    """The declared name that the node is, whole."""
    key = indexing.whole(node, env)
    return key if key in env.world.declared.names else None


def _every_entry(node: Node, env: Env) -> str | None:
    """The declared vector x of x_i, where i stands for every index."""
    if not isinstance(node, Name) or len(ranges.unbound(node, env)) != 1:
        return None
    found = indexing.resolve(node, env)
    named = env.world.declared.names.get(found.key) if found is not None else None
    return found.key if found is not None and named is not None and len(named.shape) == 1 else None


def _equal(left: Node, right: Node, env: Env) -> Env:
    if isinstance(left, Group) and isinstance(right, Group) and len(left.items) == len(right.items):
        for one, other in zip(left.items, right.items, strict=True):
            env = _equal(one, other, env)
        return env
    name = _free_name(left, env)
    if name is not None:
        return env.calling({name: products.fitted(env.value(right), env.look_up(name))})
    if (name := _every_entry(left, env)) is not None and env.value(right).is_scalar:
        whole, entry = env.look_up(name), env.value(right).value
        return env.calling({name: Matrix(whole.rows, whole.cols, lambda _i, _j: entry)})
    if isinstance(left, Product) and right == ZERO and (vector := _free_name(left.factors[-1], env)) is not None:
        return _in_null_space(left, vector, env)
    return _one_letter(left, right, env)


def _one_letter(left: Node, right: Node, env: Env) -> Env:
    """A number that the two sides are affine in."""
    used = {_free_name(part, env) for node in (left, right) for part in walk(node)}
    for name, named in env.world.declared.names.items():
        if not named.shape and name in used:
            gap = [_gap(left, right, env.calling({name: scalar(ball_of(k))})) for k in (0, 1, 2)]
            step = gap[1] - gap[0]
            if (gap[2] - gap[1] - step).contains(0) and not step.contains(0):
                return env.calling({name: scalar(-gap[0] / step)})
        elif name in used and _is_movable(name, env):
            moved = _one_entry(left, right, name, env)
            if moved is not None:
                return moved
    return env


def _is_movable(name: str, env: Env) -> bool:
    """Is it a vector of data whose entries may be any numbers?"""
    within = env.world.declared.names[name].within
    return env.look_up(name).is_vector and within == "real" and name not in env.world.declared.parameters


def _one_entry(left: Node, right: Node, name: str, env: Env) -> Env | None:
    """A vector with its first entry moved, where the two sides are affine in it."""
    whole = env.look_up(name)

    def at(step: Scalar) -> Env:
        entry: Entry = lambda i, j: whole.at(i, j) + step if i == j == 0 else whole.at(i, j)  # noqa: E731
        return env.calling({name: Matrix(whole.rows, whole.cols, entry)})

    gap = [_gap(left, right, at(ball_of(k))) for k in (0, 1, 2)]
    step = gap[1] - gap[0]
    affine = (gap[2] - gap[1] - step).contains(0) and not step.contains(0)
    return at(-gap[0] / step) if affine else None


def _gap(left: Node, right: Node, env: Env) -> Scalar:
    return ball_of(innermost(env.value(left).value - env.value(right).value))


def _in_null_space(left: Product, name: str, env: Env) -> Env:
    """The letter u of A u = 0 as a vector of the null space, where there is one but 0."""
    size = counted(env.look_up(name).rows, "a null space")
    if env.look_up(name).cols != 1 or env.look_up(name).is_scalar:
        return env
    columns = [entries(env.calling({name: _unit(size, k)}).value(left)) for k in range(size)]
    rows = [list(row) for row in zip(*columns, strict=True)]
    found = null_vector([[innermost(x) for x in row] for row in rows], size)
    if found is None:
        return env
    return env.calling({name: Matrix(size, 1, lambda i, _: found[int(i)])})


def _unit(size: int, k: int) -> Matrix:
    return Matrix(size, 1, lambda i, _: ball(int(i == k)))


def _ordered(left: Node, sign: str, right: Node, env: Env) -> Env:
    """A number, or every entry, is mirrored at its bound when it lies on the wrong side."""
    name = _free_name(left, env) or _every_entry(left, env)
    if name is None:
        return env
    whole, bound = env.look_up(name), innermost(env.value(right).value)

    def mirrored(x: Scalar) -> Scalar:
        value = innermost(x)
        if ranges.compare(value, sign, bound):
            return x
        if sign in (">=", "<=") and value == 0:  # the bound itself is tried too
            return bound
        away = abs(value - bound) + ball(BESIDE)
        return bound + away if sign in (">", ">=") else bound - away

    if not whole.is_vector or all(ranges.compare(x, sign, bound) for x in entries(whole)):
        return env
    return env.calling({name: Matrix(whole.rows, whole.cols, lambda i, j: mirrored(whole.at(i, j)))})


def _inside(left: Name, space: Node, env: Env) -> Env:
    """A number is moved into an interval."""
    base = spaces.base_of(space)
    name = _free_name(left, env)
    if name is None or not isinstance(base, Group) or base.left == "{" or env.world.declared.names[name].shape:
        return env
    limits = spaces.ends(base)
    if len(limits) < 2:
        for sign, end in limits:
            env = _ordered(left, sign, end, env)
        return env
    return _between(left, limits[0][1], limits[1][1], env)


def _between(letter: Name, low: Node, high: Node, env: Env) -> Env:
    """A number is moved between two others."""
    name = _free_name(letter, env)
    if name is None or env.world.declared.names[name].shape:
        return env
    below, above = (innermost(env.value(end).value) for end in (low, high))
    value = innermost(env.look_up(name).value)
    if ranges.compare(value, ">", below) and ranges.compare(value, "<", above):
        return env
    share = 1 / (1 + ball(BESIDE) + abs(value))
    return env.calling({name: scalar(below + (above - below) * share)})


def full_rank(text: str) -> "re.Match[str] | None":
    """ "X has full rank", "the columns of X are independent"; not "two columns of X"."""
    found = FULL_RANK.search(text)
    before = text[: found.start()].lower().split() if found is not None else ()
    return found if set(before) <= BEFORE_RANK else None


def unchecked(conditions: tuple[Node, ...]) -> str:
    """A condition in words, or an unread one, that no instance can be tested for; empty when there is none."""
    for condition in conditions:
        if isinstance(condition, Text) and full_rank(condition.text) is None:
            return condition.text
        thin = isinstance(condition, Chain) and condition.relations[-1].sign == "!="  # it excludes single points
        if not thin and any(isinstance(part, Unreadable) for part in walk(condition)):
            return render(condition)
    return ""


def meets(condition: Node, env: Env) -> bool:
    """Does a condition hold here? One that cannot be read, or that only names ranges, is no restriction."""
    match condition:
        case Text(text):
            return has_rank(text, env)
        case Group() if spaces.is_space(condition) and len(env.world.declared.parameters) == 1:
            return _holds(Name(env.world.declared.parameters[0]), "in", condition, env)
        case Chain():
            return all(_holds_for_all(left, sign, right, env) for left, sign, right in relations(condition))
    return True


def _holds_for_all(left: Node, sign: str, right: Node, env: Env) -> bool:
    """ "x_i > 0" in a line without i is said of every i."""
    if sign not in (*ORDER, "=") or _every_entry(left, env) is None:
        return _holds(left, sign, right, env)
    try:
        return all(_holds(left, sign, right, bound) for bound in free_values(env, (left, right)))
    except Unknown:
        return True


def has_rank(text: str, env: Env) -> bool:
    """ "X has full column rank" leaves out the instances where it has not."""
    match = full_rank(text)
    name = next(filter(None, match.groups()), "") if match is not None else ""
    if not name or name not in env.world.words:
        return True
    matrix = env.look_up(name)
    return not is_singular(products.times(transposed(matrix), matrix, env.algebra))


def _holds(left: Node, sign: str, right: Node, env: Env) -> bool:
    try:
        return _meets(left, sign, right, env)
    except (Unknown, Mismatch, NotSymbolic):
        return True


def _meets(left: Node, sign: str, right: Node, env: Env) -> bool:
    if isinstance(left, Group) and not isinstance(right, Group):
        return all(_meets(item, sign, right, env) for item in left.items)
    if ranges.is_index(left, env) and (sign == "in" or ranges.is_index(right, env)):
        return sign == "in" or bool(innermost(ranges.truth_of(left, sign, right, env)) > 0)
    if ranges.unbound(left, env):
        return True
    if sign in ("in", *LOEWNER):
        return compare(left, sign, right, env) is True
    first, second = env.value(left), env.value(right)
    if sign not in (*ORDER, "=", "!="):
        return True
    if first.is_scalar and second.is_scalar:
        known = all(ball_of(innermost(side.value)).is_finite() for side in (first, second))
        return known and ranges.compare(first.value, sign, second.value)
    if sign == "!=":
        return any(not bool(ball_of(innermost(x)).contains(0)) for x in entries(first))
    if sign == "=":
        return compare(left, sign, right, env) is True
    return all(ranges.compare(x, sign, second.value) for x in entries(first)) if second.is_scalar else True


def places(env: Env, nodes: tuple[Node, ...], conditions: tuple[Node, ...]) -> Iterator[Env]:
    """Every value of every free index of the first two formulas, where the conditions hold or are made to hold."""
    for free in free_values(env, nodes):
        place = solved(conditions, free)
        if all(meets(condition, place) for condition in conditions):
            yield place


def free_values(env: Env, nodes: tuple[Node, ...]) -> Iterator[Env]:
    """Every value of every free index."""
    letters = list(dict.fromkeys(letter for node in nodes[:2] for letter in ranges.unbound(node, env)))
    sizes = []
    for letter in letters:
        size = ranges.range_of(letter, nodes, env)
        if size is None:
            raise Unknown(f"what {letter} runs over")
        sizes.append(int(size))
    for values in product(*(range(size) for size in sizes)):
        bound = env
        for letter, size, value in zip(letters, sizes, values, strict=True):
            bound = bound.binding(letter, value, size)
        yield bound
