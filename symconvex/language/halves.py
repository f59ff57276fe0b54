"""A bound on one size as two bounds on what is inside: abs(u) <= c is u <= c and -u <= c, where u is affine.

    c - k abs(u) >= 0         c - k u >= 0 and c + k u >= 0            k > 0

The set is the same, whatever c is, and its sides are as simple as c is: no size has to be shown to be convex.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce

from symconvex.language import nodes
from symconvex.language.canonical import linear
from symconvex.language.conditions import degree
from symconvex.language.indices import nodes_of
from symconvex.language.place import Place
from symconvex.problem import Expr


def halves(expr: Expr, names: frozenset[str]) -> tuple[Expr, ...]:
    """Formulas that are both > 0 (>= 0) exactly where this one is; itself, where it is no bound on one size."""
    sizes = [part for part in nodes_of(expr) if _is_size(part)]
    constant, terms = linear(expr)
    scale = terms.get(sizes[0], Fraction(0)) if len(sizes) == 1 else Fraction(0)
    if scale >= 0 or sizes[0].shape != expr.shape or degree(sizes[0].args[0], names) != 1:
        return (expr,)
    others = {part: by for part, by in terms.items() if part != sizes[0]}
    inside, at = sizes[0].args[0], Place("", expr.span)
    sides = [_sum(constant, {**others, inside: others.get(inside, Fraction(0)) + sign * scale}, at) for sign in (1, -1)]
    return tuple(sides) if all(degree(side, names) != 0 for side in sides) else (expr,)


def _sum(constant: Fraction, terms: Mapping[Expr, Fraction], at: Place) -> Expr:
    """constant + sum of factor * part"""
    moving = [nodes.mul(nodes.number(by, at), part, at) for part, by in terms.items() if by]
    first = [nodes.number(constant, at)] if constant or not moving else []
    total = reduce(lambda a, b: nodes.add(a, b, at), [*first, *moving])
    return Expr(total.op, total.args, total.value, total.shape, at.span)


def _is_size(part: Expr) -> bool:
    return part.op == "call" and part.value == "abs"
