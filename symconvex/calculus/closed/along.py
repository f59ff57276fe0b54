"""The Hessian times a direction in closed matrix form: half of the slope of the quadratic form in that direction."""

from dataclasses import dataclass
from fractions import Fraction

from symconvex.calculus.closed import matrix as m
from symconvex.calculus.closed.derivation import Derivation, slopes
from symconvex.problem import Expr, Problem, Symbol


@dataclass(frozen=True, slots=True)
class HessianTimes:
    """H v, part by part.

        (H v)_P = d/dv_P q(theta; v) / 2

    names     intermediates beside those of the derivation, in order of definition
    parts     parameter -> expression of its shape
    """

    names: tuple[tuple[str, Expr], ...]
    parts: tuple[tuple[str, Expr], ...]


def hessian_times(derivation: Derivation) -> HessianTimes:
    """The product of the Hessian with the directions of a derivation.

    Source   Pearlmutter 1994, Fast exact multiplication by the Hessian; Griewank & Walther 2008, section 5.1
    Fails    as derive
    """
    problem, ways = derivation.problem, derivation.directions
    moving, fixed = dict[str, Expr](), list[Symbol]()
    for name, expr in derivation.names:
        if m.names_in(expr) & {*ways.values(), *moving}:
            moving[name] = expr
        else:
            fixed.append(Symbol(name, expr.shape))
    form = derivation.curvature
    for name in reversed(moving):
        form = m.replace_names(form, {name: moving[name]})
    half = m.product(m.number(Fraction(1, 2)), form)
    directions = tuple(Symbol(ways[symbol.name], symbol.shape) for symbol in problem.parameters)
    found = slopes(Problem("q", "", half, directions, (*problem.parameters, *problem.data, *fixed)))
    parts = tuple((symbol.name, expr) for symbol, (_, expr) in zip(problem.parameters, found.gradient, strict=True))
    return HessianTimes(found.names, parts)
