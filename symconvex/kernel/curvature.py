"""Steps about the second derivative of the loss along a direction: what it is, and what follows from its sign."""

from dataclasses import replace

from symconvex.kernel import term as t
from symconvex.kernel.arguments import Args
from symconvex.kernel.context import STEP, Context, Point, expect, subject
from symconvex.kernel.functions import KINKED
from symconvex.kernel.statement import SIGNS, Judgment
from symconvex.kernel.term import Fn, Malformed, Num, Pow, Refused, Term


def differentiate(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """The loss is defined and C^1 with a Lipschitz derivative; T is its second derivative almost everywhere."""
    expect(0, uses)
    term = subject(gives, "curvature")
    context.same(_of_c1(context, context.loss)[1], term, "second derivative")


def second_derivatives(context: Context, term: Term) -> tuple[Term, Term]:
    """Both derivatives of a term without steps along the direction, off its kinks."""
    if any(isinstance(part, Fn) and part.name == "step" for part in t.subterms(term)):
        raise Refused(f"a step is not continuous: {t.render(term)[:300]}")
    context.smooth(term)
    first = context.derivative(term, context.statement.directions)
    return first, context.derivative(first, context.statement.directions)


def _of_c1(context: Context, term: Term) -> tuple[Term, Term]:
    """Both derivatives of a C^1 term."""
    first, second = second_derivatives(context, term)
    context.free_of(first, STEP, "the first derivative of a C^1 term")
    return first, second


def second_order(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A C^1 term with curvature >= 0 is convex; so is B^r, B >= 0, 0 < r < 1, with curvature >= 0 where B > 0.

    A convex term is strictly so where the curvature is > 0 off places that contain no segment.
    """
    term = subject(gives, "convex", "strict")
    context.stand(*(use for k, use in enumerate(uses) if k != 1 or "by" not in args))
    match term:
        case _ if "by" in args:
            expect(2 + len(args["by"]), uses)
            context.same(subject(uses[0], "convex"), subject(gives, "strict"), "the convex term")
            off = replace(context, under=uses[1].under)
            bend = second_derivatives(off, term)[1]
            _isolated(context, bend, uses[1], list(zip(args["by"], uses[2:], strict=True)))
            return
        case Pow(base, r) if len(uses) == 2 and 0 < r < 1 and gives.kind == "convex":
            context.same(subject(uses[0], *SIGNS), base, "the base")
            slope, bend = _of_c1(context, base)
            bend = t.sub(t.mul(base, bend), t.mul(Num(1 - r), t.power(slope, 2)))
        case _:
            expect(1, uses)
            bend = _of_c1(context, term)[1]
    if gives.kind == "strict":
        context.free_of(bend, STEP, "the curvature of a C^2 term")
    context.same(bend, subject(uses[-1], *(SIGNS if gives.kind == "convex" else ("definite",))), "the curvature")


def curvature(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """From the sign of the curvature, less or more than a multiple of |v|^2, to a claim about the loss."""
    if not uses or gives.kind != "loss":
        raise Refused(f"the curvature does not give {gives}"[:300])
    bend, claim = subject(uses[0], "curvature"), gives.word
    if "by" in args and not claim.startswith("strictly"):
        raise Malformed("multipliers belong to a strict claim")
    context.stand(*(use for k, use in enumerate(uses) if k != 2 or "by" not in args))
    upward = t.neg(bend) if claim.endswith("concave") else bend
    match claim:
        case "affine":
            expect(1, uses)
            context.same(bend, t.ZERO, "curvature")
        case "convex" | "concave":
            expect(2, uses)
            context.same(upward, subject(uses[1], *SIGNS), "curvature")
        case "strictly_convex" | "strictly_concave":
            context.free_of(bend, STEP, "the curvature of a C^2 loss")
            expect(2 + ("by" in args) * (1 + len(args.get("by", ()))), uses)
            context.same(upward, subject(uses[1], *(SIGNS if "by" in args else ("definite",))), "curvature")
            if "by" in args:
                _isolated(context, upward, uses[2], list(zip(args["by"], uses[3:], strict=True)))
        case "strongly_convex" | "strongly_concave":
            expect(3, uses)
            m = loss_constant(context, gives)
            context.same(m, subject(uses[1], "positive"), "the modulus")
            gap = t.sub(upward, t.mul(m, context.squared_norm()))
            context.same(gap, subject(uses[2], *SIGNS), "curvature - m |v|^2")
        case "smooth":
            expect(3, uses)
            _smooth(context, bend, t.mul(loss_constant(context, gives), context.squared_norm()), uses)
        case _:
            raise Refused(f"the curvature does not give {gives}"[:300])


def _isolated(context: Context, bend: Term, use: Judgment, apart: list[tuple[list[Term], Judgment]]) -> None:
    """C > 0 unless v = 0 wherever every E^2 > 0; E is 0 on no segment, as the sum of h_j D^j E is definite."""
    context.same(bend, subject(use, "definite"), "curvature off isolated points")
    released = [a for a in use.under if not context.holds(a)]
    if len(released) != len(apart):
        raise Refused(f"{len(released)} assumptions are left, {len(apart)} are shown to hold off isolated points")
    for assumption, (multipliers, shown) in zip(released, apart, strict=True):
        match assumption:
            case Judgment("positive", _, Pow(part, e)) if e == 2:
                context.smooth(part)
            case _:
                raise Refused(f"{assumption} does not say that a square is positive"[:300])
        if any(isinstance(inner, Fn) and inner.name in KINKED for inner in t.subterms(part)):
            raise Refused(f"the term has a kink: {t.render(part)[:300]}")
        total = []
        for h in multipliers:
            total.append(t.mul(h, part))
            part = context.derivative(part, context.statement.directions)
        context.same(t.add(*total), subject(shown, "definite"), "the sum of derivatives")


def _smooth(context: Context, bend: Term, bound: Term, uses: list[Judgment]) -> None:
    """|C| <= bound: one line bounds it on one side, the other one tells its sign, or bounds it on the other side."""
    above, other = (subject(use, *SIGNS) for use in uses[1:])
    for side in (bend, t.neg(bend)):
        rests = (side, t.add(bound, side))
        if context.normal.equal(above, t.sub(bound, side)) and any(context.normal.equal(other, r) for r in rests):
            return
    raise Refused("the lines do not bound the curvature by L |v|^2 on both sides")


def loss_constant(context: Context, gives: Judgment) -> Term:
    """The constant of a claim, which depends on nothing that moves."""
    constant = subject(gives, "loss")
    context.fixed(constant, "the constant")
    return constant


def at_point(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """The curvature at a point inside the domain: what convexity says of it, or that it is beyond a constant."""
    constraints = context.statement.constraints
    beyond = gives.kind == "loss" and gives.word in ("not_smooth", "not_strongly_convex")
    expect(1 + len(constraints) + beyond, uses)
    bend = subject(uses[0], "curvature")
    context.free_of(bend, STEP, "the curvature of a C^2 loss")
    point: Point = args["point"]
    for constraint, use in zip(constraints, uses[1:], strict=False):
        context.same(context.substitute(constraint, point), subject(use, "positive"), "the domain at the point")
    place = point | {f"{name}'": family for name, family in args["direction"].items()}
    if beyond:
        excess = t.sub(bend, t.mul(loss_constant(context, gives), context.squared_norm()))
        shown = context.substitute(excess if gives.word == "not_smooth" else t.neg(excess), place)
        context.same(shown, subject(uses[-1], "positive"), "the curvature beyond the constant")
    elif gives.kind == "gap" and gives.word in ("convex", "concave"):
        at = context.substitute(bend, place)
        context.same(t.neg(at) if gives.word == "convex" else at, subject(gives, "gap"), "gap")
    else:
        raise Refused(f"the curvature at a point does not give {gives}"[:300])
