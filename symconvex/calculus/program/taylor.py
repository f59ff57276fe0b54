"""Curvature along a line at a rational point, enclosed by ball arithmetic.

    q(theta; v) = d^2/dt^2 f(theta + t v) at t = 0  =  v' H v

is read off the power series of t -> f(theta + t v) up to t^2: one pass over the graph, no Hessian.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from flint import arb, arb_series, ctx, fmpq

from symconvex.calculus.program.derivatives import gradient, slope
from symconvex.calculus.program.fold import fold
from symconvex.calculus.program.graph import Graph, Rational
from symconvex.functions import functions

TERMS = 3


def curvature(
    graph: Graph,
    out: int,
    inputs: Sequence[int],
    point: Sequence[Fraction],
    direction: Sequence[Fraction],
    precision: int = 53,
) -> arb:
    """A ball that contains v' H v, for rational theta = `point` and v = `direction` in `inputs`.

    Outside the domain, and where a kink cannot be ruled out, the ball is nan, which has no sign. Every
    catalogued function that is not smooth has its kink at 0.

    Shapes   inputs, point, direction (k,)
    Source   Griewank & Walther 2008, Evaluating Derivatives, section 13.2 (Taylor arithmetic)
    Fails    with KeyError when `out` depends on an input that is not listed
    """
    cap, ctx.cap = ctx.cap, TERMS
    try:
        with ctx.workprec(precision):
            lines = zip(inputs, point, direction, strict=True)
            known = {node: arb_series([_ball(at), _ball(step)]) for node, at, step in lines}
            (series,) = fold(graph, [out], known, number=_constant, pi=_pi, power=_power, function=_function)
            ball: arb = 2 * series[2] if series[0].is_finite() else arb("nan")
            return ball
    finally:
        ctx.cap = cap


def enclosures(
    graph: Graph, outs: Sequence[int], inputs: Sequence[int], point: Sequence[Fraction], precision: int = 53
) -> list[arb]:
    """Balls that contain the values of nodes at a rational point; nan outside the domain.

    Fails    with KeyError when `outs` depend on an input that is not listed
    """
    with ctx.workprec(precision):
        known = {node: _ball(at) for node, at in zip(inputs, point, strict=True)}
        return fold(graph, outs, known, number=_ball, pi=arb.pi, power=_ball_power, function=_enclosure)


def _ball(value: Rational) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _constant(value: Rational) -> arb_series:
    return arb_series([_ball(value)])


def _pi() -> arb_series:
    return arb_series([arb.pi()])


def _power(base: arb_series, exponent: Rational) -> arb_series:
    if exponent == -1:
        return arb_series([arb("nan")]) if base[0].contains(0) else base.inv()
    return base.sqrt() if 2 * exponent == 1 else (_constant(exponent) * base.log()).exp()


def _function(name: str, arg: arb_series) -> arb_series:
    """f(u0 + u1 t + u2 t^2) = f(u0) + f'(u0) u1 t + (f'(u0) u2 + f''(u0) u1^2 / 2) t^2."""
    at, first, second = arg[0], arg[1], arg[2]
    if not functions()[name].smooth and at.contains(0):
        return arb_series([arb("nan")])
    graph, z, outs, order = _derivatives(name)
    f0, f1, f2 = fold(graph, outs, {z: at}, number=_ball, power=_ball_power, function=_enclosure, order=order)
    return arb_series([f0, f1 * first, f1 * second + f2 * first * first / 2])


@cache
def _derivatives(name: str) -> tuple[Graph, int, tuple[int, ...], tuple[int, ...]]:
    """A function of the input z and its first two derivatives in one graph, with the order of evaluation."""
    graph = Graph()
    z = graph.input("z")
    value = graph.apply(name, z)
    first = slope(graph, value)
    outs = (value, first, *gradient(graph, first, (z,)))
    return graph, z, outs, tuple(graph.needed(outs))


def _ball_power(base: arb, exponent: Rational) -> arb:
    ball: arb = 1 / base if exponent == -1 else base ** _ball(exponent)
    return ball


def _enclosure(name: str, arg: arb) -> arb:
    ball: arb = functions()[name].enclosure(arg)
    return ball
