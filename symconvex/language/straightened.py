"""Corners that cancel: the larger and the smaller of two numbers add up to both.

    max(u, v) + min(u, v)      u + v                  relu(u) - relu(-u)     u
    2 max(u, v) - abs(u - v)   u + v                  abs(u) - 2 relu(u)     -u
    2 min(u, v) + abs(u - v)   u + v                  3 max(u, v) + min(u, v)  2 max(u, v) + u + v

Each line is an identity for all u and v. Of two corners that bend against each other the smaller one leaves.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import reduce
from itertools import permutations

from symconvex.language import nodes
from symconvex.language.canonical import Linear, linear
from symconvex.language.place import Place
from symconvex.problem import Expr

Scaled = tuple[Fraction, Expr]


def straightened(expr: Expr, *, inside: bool = False) -> Expr:
    """The formula without the corners that cancel; of a sum all parts are looked at once, not from inside it."""
    args = tuple(straightened(arg, inside=expr.op == "add") for arg in expr.args)
    here = expr if args == expr.args else Expr(expr.op, args, expr.value, expr.shape, expr.span)
    while not inside and here.op == "add" and sum(map(_is_corner, _summands_of(here))) > 1:
        found = _cancelled(here)
        if found is None:
            break
        here = found
    return here


def _cancelled(expr: Expr) -> Expr | None:
    """The sum with two of its parts replaced by what they add up to."""
    constant, terms = linear(expr)
    alike = defaultdict[object, list[Expr]](list)
    for part in filter(_is_corner, terms):
        alike[_corner(part)].append(part)
    for first, second in (pair for group in alike.values() for pair in permutations(group, 2)):
        both = _together(first, second, terms)
        if both is None:
            continue
        at = Place("", expr.span)
        kept = [(by, part) for part, by in terms.items() if part not in (first, second)]
        found = _sum(constant, [*kept, *both], at)
        return found if found.shape == expr.shape else None
    return None


def _together(first: Expr, second: Expr, terms: Mapping[Expr, Fraction]) -> list[Scaled] | None:
    """What a maximum and another part with a factor of the other sign add up to: less of the larger of both."""
    (by, other), pair = (terms[first], terms[second]), _two(first)
    if not pair or by * other > 0:
        return None
    u, v = map(linear, pair)
    if first.op != "max" and by + (2 if _is_size(second) else 1) * other:
        return None  # relu(u) - relu(-u)/10 is a unit of a network
    if _is_size(second):
        gap, rest = _less(u, v), by + 2 * other
        if linear(second.args[0]) not in (gap, _times(gap, -1)):
            return None
        if rest * by > 0:
            return [(rest, first), *((-other, part) for part in pair)]
        return [(rest / 2, second), *((by / 2, part) for part in pair)]
    turned, opposite = [linear(part) for part in _two(second)], [_times(u, -1), _times(v, -1)]
    if turned not in (opposite, opposite[::-1]) or abs(by) < abs(other):
        return None
    return [(by + other, first), *((-other, part) for part in pair)]


def _summands_of(expr: Expr) -> Iterator[Expr]:
    """The parts of a sum, without numbers in front of them."""
    waiting = [*expr.args]
    while waiting:
        part = waiting.pop()
        if part.op in ("add", "mul", "neg"):
            waiting.extend(part.args)
        else:
            yield part


def _is_corner(part: Expr) -> bool:
    return bool(_two(part)) or _is_size(part)


def _corner(part: Expr) -> object:
    """Where a part has its corner, up to a sign: the coefficients of u - v."""
    constant, terms = linear(part.args[0]) if _is_size(part) else _less(*map(linear, _two(part)))
    return abs(constant), frozenset((inner, abs(by)) for inner, by in terms.items())


def _two(part: Expr) -> tuple[Expr, ...]:
    """What a part is the larger of."""
    if part.op == "call" and part.value == "relu":
        return part.args[0], nodes.number(0, Place("", part.span))
    return part.args if part.op == "max" and len(part.args) == 2 else ()


def _is_size(part: Expr) -> bool:
    return part.op == "call" and part.value == "abs"


def _times(form: Linear, factor: int) -> Linear:
    return form[0] * factor, {part: by * factor for part, by in form[1].items()}


def _less(u: Linear, v: Linear) -> Linear:
    total = {part: u[1].get(part, Fraction(0)) - v[1].get(part, Fraction(0)) for part in {**u[1], **v[1]}}
    return u[0] - v[0], {part: by for part, by in total.items() if by}


def _sum(constant: Fraction, terms: list[Scaled], at: Place) -> Expr:
    return reduce(lambda a, b: nodes.add(a, b, at), _summands(constant, terms, at))


def _summands(constant: Fraction, terms: list[Scaled], at: Place) -> Iterator[Expr]:
    moving = [nodes.mul(nodes.number(by, at), part, at) for by, part in terms if by and nodes.constant(part) != 0]
    if constant or not moving:
        yield nodes.number(constant, at)
    yield from moving
