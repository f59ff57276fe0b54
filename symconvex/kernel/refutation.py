"""Steps that refute: what convexity would imply at chosen points, and that it fails there."""

from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.arguments import Args
from symconvex.kernel.context import FREE, POSITIVE, Context, Point, combined, expect, inside, spoken, subject, terms
from symconvex.kernel.curvature import derivatives
from symconvex.kernel.statement import SIGNS, Judgment, readable, require
from symconvex.kernel.term import Sym, Term

ONE = Fraction(1)
BEYOND = (("loss", "not_quasiconvex"), ("loss", "not_quasiconcave"))


def chord(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """If the loss is convex then f(sum w_k p_k) - sum w_k f(p_k) <= 0; strictly convex: < 0 for different ends.

    concave: the negative. quasiconvex: f(mid) - f(p_1), for ends of equal value.
    The first lines show every constraint of the domain at every end, in order.
    """
    ends, weights = args["ends"], args["weights"]
    readable(len(ends) == len(weights) and sum(weights) == 1, "a chord has one weight for each end, with sum 1")
    context.defined(context.loss)
    strict, highest = gives.kind == "loss", (gives.kind, gives.word) in BEYOND
    before = len(ends) * len(context.statement.domain)
    expect(before + (len(ends) if highest else 2 * strict), uses)
    inside(context, uses, ends)
    mid = _loss_at(context, combined(context.statement.parameters, list(zip(weights, ends, strict=True))))
    values = [_loss_at(context, end) for end in ends]
    if highest:
        for use, value in zip(uses[before:], values, strict=True):
            gap = t.sub(mid, value) if gives.word == "not_quasiconvex" else t.sub(value, mid)
            context.same(gap, subject(use, "positive"), "gap")
        return
    mean = t.add(*(t.mul(t.Num(w), v) for w, v in zip(weights, values, strict=True)))
    if gives.word == "quasiconvex":
        for other in values[1:]:
            context.same(other, values[0], "the loss at the ends")
        mean = values[0]
    gap = t.sub(mean, mid) if gives.word.endswith("concave") else t.sub(mid, mean)
    if not strict:
        context.same(gap, subject(gives, "gap"), "gap")
        return
    require(gives.word in ("not_strictly_convex", "not_strictly_concave"), "a chord does not give {}", gives)
    context.same(gap, subject(uses[-2], *SIGNS), "gap")
    apart = combined(context.statement.parameters, [(ONE, ends[0]), (-ONE, ends[1])])
    context.same(context.square_at(apart), subject(uses[-1], "positive"), "the distance of the first two ends")


def _loss_at(context: Context, point: Point) -> Term:
    return context.substitute(context.loss, point)


def flat(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """If the loss is convex on the whole space and bounded above along a line, it is constant along it everywhere.

    Either the loss does not change along base + t along, or a line used shows M - f >= 0
    with M free of the parameters. Then f(at + along) - f(at) <= 0. The same for a concave loss
    that is constant along a line, or bounded below: f - M >= 0.
    """
    whole = not context.statement.domain and (gives.kind, gives.word) in (("gap", "convex"), ("gap", "concave"))
    require(whole, "lineality speaks of convexity on the whole space")
    context.defined(context.loss)
    names, along, at = context.statement.parameters, args["along"], args["at"]
    if "base" in args:
        expect(0, uses)
        stretched = {name: (places, t.mul(Sym(FREE), value)) for name, (places, value) in along.items()}
        moving = combined(names, [(ONE, args["base"]), (ONE, stretched)])
        context.free_of(_loss_at(context, moving), frozenset({FREE}), "the loss along the line")
    else:
        bound = t.add(*terms(uses, SIGNS), context.loss if gives.word == "convex" else t.neg(context.loss))
        context.free_of(bound, context.parameter_names | context.direction_names, "the bound of the loss")
    end = _loss_at(context, combined(names, [(ONE, at), (ONE, along)]))
    context.same(t.sub(end, _loss_at(context, at)), subject(gives, "gap"), "gap")


def level(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """The curvature is 0 in a direction that is not 0, or along rays: on some segment the loss is affine."""
    claims = gives.kind == "loss" and gives.word in ("not_strictly_convex", "not_strictly_concave")
    require(claims, "a level direction does not give {}", gives)
    shapes = context.statement.parameters
    places = {name: tuple(f"{FREE}{k}" for k in range(len(shape))) for name, shape in shapes.items()}
    along: Point = args.get("along", {name: (at, Sym(name, at)) for name, at in places.items()})
    for square in terms(uses, *(POSITIVE for _ in args)):
        context.same(context.square_at(along), square, "the squared length of the direction")
        said = frozenset[str]().union(*(spoken(term) for _, term in along.values()))
        moving = said & (context.parameter_names | context.direction_names)
        require(not moving, "the direction moves with {}", ", ".join(sorted(moving)))
    bend = derivatives(context, context.loss, everywhere=False)[1]
    bend = context.substitute(bend, {f"{name}'": family for name, family in along.items()})
    context.same(bend, t.ZERO, "the curvature in the direction")


# Which gaps speak of a claim: a convex loss is quasiconvex.
REFUTES = {
    "not_convex": ("convex", "quasiconvex"),
    "not_quasiconvex": ("quasiconvex",),
    "not_concave": ("concave",),
}


def refute(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """Gaps that would all be <= 0 have a positive combination."""
    weights = args["weights"]
    expect(len(weights) + 1, uses)
    fits = REFUTES.get(gives.word, ()) if gives.kind == "loss" else ()
    require(all(use.word in fits for use in uses[:-1]), "the gaps do not speak of {}", gives)
    terms = [t.mul(t.Num(w), subject(use, "gap")) for w, use in zip(weights, uses, strict=False)]
    context.same(t.add(*terms), subject(uses[-1], "positive"), "the sum of the gaps")
