"""Steps that refute: what convexity would imply at chosen points, and that it fails there."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from symconvex.kernel import term as t
from symconvex.kernel.context import FREE, Context, combine, rational
from symconvex.kernel.enclose import is_positive, second_derivative, value
from symconvex.kernel.signs import Args, Rule, expect, rule, subject
from symconvex.kernel.statement import SIGNS, Judgment, read_nested
from symconvex.kernel.term import Family, Malformed, Nested, Refused, Sym, Term

STEP = frozenset({"step"})


def _points(context: Context, args: Args) -> tuple[list[dict[str, Family]], list[Fraction]]:
    """The ends of a chord and their weights, which are positive and add up to one."""
    ends, weights = args["ends"], args["weights"]
    if not isinstance(ends, list) or not isinstance(weights, list) or not len(ends) == len(weights) >= 2:
        raise Malformed("a chord has two or more ends, each with a weight")
    shares = [rational(weight) for weight in weights]
    if any(share <= 0 for share in shares) or sum(shares) != 1:
        raise Refused(f"the weights {weights} are not positive with sum 1")
    return [context.families(end, context.statement.parameters) for end in ends], shares


def _loss_at(context: Context, point: dict[str, Family]) -> Term:
    return context.substitute(context.loss, point)


def chord(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """If the loss is convex then f(sum w_k p_k) - sum w_k f(p_k) <= 0.

    concave: the negative. quasiconvex: f(mid) - f(p_1), for ends of equal value.
    On a domain the lines used show every constraint at every end, in order.
    """
    ends, weights = _points(context, args)
    context.defined(context.loss)
    constraints = [context.substitute(c, end) for end in ends for c in context.statement.domain]
    expect(len(constraints), uses)
    for use, constraint in zip(uses, constraints, strict=True):
        context.same(subject(use, "positive"), constraint, "the domain at an end")
    mid = _loss_at(context, combine(context.statement.parameters, list(zip(weights, ends, strict=True))))
    values = [_loss_at(context, end) for end in ends]
    if gives.word == "quasiconvex":
        for other in values[1:]:
            context.same(other, values[0], "the loss at the ends")
        gap = t.sub(mid, values[0])
    else:
        mean = t.add(*(t.mul(t.Num(w), v) for w, v in zip(weights, values, strict=True)))
        gap = t.sub(mid, mean) if gives.word == "convex" else t.sub(mean, mid)
    context.same(gap, subject(gives, "gap"), "gap")


def flat(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """If the loss is convex on the whole space and bounded above along a line, it is constant along it everywhere.

    Either the loss does not change along base + t along, or a line used shows M - f >= 0
    with M free of the parameters. Then f(at + along) - f(at) <= 0. The same for a concave loss
    that is constant along a line, or bounded below: f - M >= 0.
    """
    if gives.word == "quasiconvex" or context.statement.domain:
        raise Refused("lineality speaks of convexity on the whole space")
    context.defined(context.loss)
    names = context.statement.parameters
    along, at = context.families(args["along"], names), context.families(args["at"], names)
    if "base" in args:
        expect(0, uses)
        base = context.families(args["base"], names)
        moving = combine(names, [(Fraction(1), base), (Fraction(1), _stretched(along))])
        context.free_of(_loss_at(context, moving), frozenset({FREE}), "the loss along the line")
    else:
        expect(1, uses)
        above = context.loss if gives.word == "convex" else t.neg(context.loss)
        bound = t.add(subject(uses[0], *SIGNS), above)
        context.free_of(bound, context.parameter_names, "the upper bound of the loss")
    end = combine(names, [(Fraction(1), at), (Fraction(1), along)])
    gap = t.sub(_loss_at(context, end), _loss_at(context, at))
    context.same(gap, subject(gives, "gap"), "gap")


def _stretched(along: dict[str, Family]) -> dict[str, Family]:
    return {name: (places, t.mul(Sym(FREE), value)) for name, (places, value) in along.items()}


def bend(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """If the loss is convex then its curvature at a point is >= 0 (concave: <= 0)."""
    expect(1, uses)
    curvature = subject(uses[0], "curvature")
    if context.statement.domain or gives.word == "quasiconvex":
        raise Refused("curvature at a point speaks of convexity on the whole space")
    context.free_of(curvature, STEP, "the curvature of a C^2 loss")
    names = context.statement.parameters
    point = context.families(args["point"], names)
    direction = context.families(args["direction"], names)
    place = point | {f"{name}'": family for name, family in direction.items()}
    at = context.substitute(curvature, place)
    context.same(t.neg(at) if gives.word == "convex" else at, subject(gives, "gap"), "gap")


# Which gaps speak of a claim: a convex loss is quasiconvex.
REFUTES = {
    "not_convex": ("convex", "quasiconvex"),
    "not_quasiconvex": ("quasiconvex",),
    "not_concave": ("concave",),
}


def refute(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """Gaps that would all be <= 0 have a positive combination."""
    weights = args["weights"]
    if not isinstance(weights, list) or len(uses) != len(weights) + 1 or not weights:
        raise Refused("one weight for each gap, and the line with the sign of their sum last")
    shares = [rational(weight) for weight in weights]
    if any(share <= 0 for share in shares):
        raise Refused("the weights of the gaps must be positive")
    fits = REFUTES.get(gives.word, ())
    if gives.kind != "loss" or any(use.word not in fits for use in uses[:-1]):
        raise Refused(f"the gaps do not speak of {gives}"[:300])
    terms = [t.mul(t.Num(w), subject(use, "gap")) for w, use in zip(shares, uses, strict=False)]
    context.same(t.add(*terms), subject(uses[-1], "positive"), "the sum of the gaps")


# ---- data and points given as numbers: evaluated by ball arithmetic -------------------------------


def _numbers(context: Context, point: object) -> dict[str, Nested]:
    """A point with a rational number for every entry of every parameter."""
    shapes = context.statement.parameters
    if not isinstance(point, dict) or set(point) != set(shapes):
        raise Malformed(f"expected numbers for each of {sorted(shapes)}")
    return {name: read_nested(point[name], shape) for name, shape in shapes.items()}


def _mean(a: Nested, b: Nested) -> Nested:
    if isinstance(a, tuple) and isinstance(b, tuple):
        return tuple(_mean(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return (a + b) / 2
    raise Malformed("two points of different shape")


def _ball(context: Context, term: Term, point: dict[str, Nested]) -> Callable[[], Any]:
    """The term at a point, to be enclosed at a precision that is chosen later."""
    known = {**context.statement.values, **point}
    return lambda: value(term, known, context.budget)


def _inside(context: Context, point: dict[str, Nested]) -> None:
    for constraint in context.statement.domain:
        if not is_positive(_ball(context, constraint, point)):
            raise Refused(f"the point is not shown to lie in the domain: {t.render(constraint)[:200]} > 0")


def numeric_chord(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """The loss at the middle of two points is above (below) the mean; quasiconvex: above both ends."""
    expect(0, uses)
    context.defined(context.loss)
    left, right = _numbers(context, args["left"]), _numbers(context, args["right"])
    middle = {name: _mean(left[name], right[name]) for name in left}
    for point in (left, right):
        _inside(context, point)
    a, m, b = (_ball(context, context.loss, point) for point in (left, middle, right))
    match gives:
        case Judgment("loss", "not_convex"):
            shown = is_positive(lambda: 2 * m() - a() - b())
        case Judgment("loss", "not_concave"):
            shown = is_positive(lambda: a() + b() - 2 * m())
        case Judgment("loss", "not_quasiconvex"):
            shown = is_positive(lambda: m() - a()) and is_positive(lambda: m() - b())
        case _:
            shown = False
    if not shown:
        raise Refused(f"the chord does not show {gives}"[:300])


def numeric_bend(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """The second derivative of the loss along a direction at a point is negative (positive)."""
    expect(0, uses)
    context.defined(context.loss)
    point, direction = _numbers(context, args["point"]), _numbers(context, args["direction"])
    _inside(context, point)
    known = {**context.statement.values, **point}
    sign = {"not_convex": -1, "not_concave": 1}.get(gives.word)
    if gives.kind != "loss" or sign is None:
        raise Refused(f"the curvature at a point does not show {gives}"[:300])
    if not is_positive(lambda: sign * second_derivative(context.loss, known, direction, context.budget)):
        raise Refused(f"the curvature at the point does not show {gives}"[:300])


REFUTATION_STEPS: Mapping[str, Rule] = {
    "chord": rule(chord, "ends", "weights"),
    "flat": rule(flat, "along", "at", "[base]"),
    "bend": rule(bend, "point", "direction"),
    "refute": rule(refute, "weights"),
    "numeric_chord": rule(numeric_chord, "left", "right"),
    "numeric_bend": rule(numeric_bend, "point", "direction"),
}
