"""Steps about the second derivative of the loss along a direction: what it is, and what follows from its sign."""

from dataclasses import replace

from symconvex.kernel import term as t
from symconvex.kernel.arguments import Args
from symconvex.kernel.context import STEP, Context, Point, expect, functions, inside, subject, terms
from symconvex.kernel.statement import SIGNS, Judgment, readable, require
from symconvex.kernel.term import Num, Pow, Refused, Term


def differentiate(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """The loss is defined and C^1 with a Lipschitz derivative; T is its second derivative almost everywhere."""
    expect(0, uses)
    context.same(
        derivatives(context, context.loss, everywhere=True)[1], subject(gives, "curvature"), "second derivative"
    )


def derivatives(context: Context, term: Term, *, everywhere: bool) -> tuple[Term, Term]:
    """Both derivatives of a C^1 term along the direction; or of a continuous one, off its kinks."""
    require(functions(term).isdisjoint(STEP), "a step is not continuous: {}", term)
    context.smooth(term)
    first = context.derivative(term, context.statement.directions)
    context.free_of(first, STEP if everywhere else frozenset(), "the first derivative of a C^1 term")
    return first, context.derivative(first, context.statement.directions)


def second_order(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A C^1 term with curvature >= 0 is convex; so is B^r, B >= 0, 0 < r < 1, with curvature >= 0 where B > 0.

    A convex term is strictly so where its curvature is > 0 off places that contain no segment.
    """
    term, by, sure = subject(gives, "convex", "strict"), args.get("by", []), ("definite",)
    context.stand(*(use for k, use in enumerate(uses) if k != 1 or not by))
    match term:
        case _ if by:
            convex, there, *rest = terms(uses, ("convex",), sure, *(sure for _ in by))
            context.same(convex, subject(gives, "strict"), "the convex term")
            bend = derivatives(replace(context, under=uses[1].under), term, everywhere=False)[1]
            context.same(bend, there, "the curvature off its kinks")
            _isolated(context, uses[1], by, rest)
            return
        case Pow(base, r) if len(uses) == 2 and 0 < r < 1 and gives.kind == "convex":
            context.same(subject(uses[0], *SIGNS), base, "the base")
            slope, bend = derivatives(context, base, everywhere=True)
            bend = t.sub(t.mul(base, bend), t.mul(Num(1 - r), t.power(slope, 2)))
        case _:
            expect(1, uses)
            bend = derivatives(context, term, everywhere=True)[1]
    if gives.kind == "strict":
        context.free_of(bend, STEP, "the curvature of a C^2 term")
    context.same(bend, subject(uses[-1], *(SIGNS if gives.kind == "convex" else ("definite",))), "the curvature")


def curvature(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """From the sign of the curvature, less or more than a multiple of |v|^2, to a claim about the loss."""
    claim, by, bent = gives.word if gives.kind == "loss" else "", args.get("by"), ("curvature",)
    readable(by is None or claim.startswith("strictly"), "multipliers belong to a strict claim")
    context.stand(*(use for k, use in enumerate(uses) if k != 2 or by is None))
    upward = t.neg if claim.endswith("concave") else t.add
    match claim:
        case "affine":
            (bend,) = terms(uses, bent)
            context.same(bend, t.ZERO, "curvature")
        case "convex" | "concave":
            bend, sign = terms(uses, bent, SIGNS)
            context.same(upward(bend), sign, "curvature")
        case "strictly_convex" | "strictly_concave":
            sure = ("definite",)
            bend, sign, *rest = terms(uses, bent, *((SIGNS, sure, *(sure for _ in by)) if by else (sure,)))
            context.free_of(bend, STEP, "the curvature of a C^2 loss")
            context.same(upward(bend), sign, "curvature")
            if by:
                context.same(upward(bend), rest[0], "curvature off isolated points")
                _isolated(context, uses[2], by, rest[1:])
        case "strongly_convex" | "strongly_concave":
            bend, modulus, sign = terms(uses, bent, ("positive",), SIGNS)
            m = loss_constant(context, gives)
            context.same(m, modulus, "the modulus")
            context.same(t.sub(upward(bend), t.mul(m, context.squared_norm())), sign, "curvature - m |v|^2")
        case "smooth":
            bend, above, other = terms(uses, bent, SIGNS, SIGNS)
            bound = t.mul(loss_constant(context, gives), context.squared_norm())
            sides = ((side, t.sub(bound, side), t.add(bound, side)) for side in (bend, t.neg(bend)))
            equal = context.normal.equal
            within = any(
                equal(above, least) and (equal(other, side) or equal(other, most)) for side, least, most in sides
            )
            require(within, "the lines do not bound the curvature by L |v|^2 on both sides")
        case _:
            raise Refused(f"the curvature does not give {gives}"[:300])


def _isolated(context: Context, use: Judgment, by: list[list[Term]], shown: list[Term]) -> None:
    """The line holds where every E^2 > 0; E is 0 on no segment, as the sum of h_j D^j E is definite."""
    released = [a for a in use.under if not context.holds(a)]
    reason = "{} assumptions are left, {} are shown to hold off isolated points"
    require(len(released) == len(by), reason, len(released), len(by))
    for assumption, multipliers, sure in zip(released, by, shown, strict=True):
        match assumption:
            case Judgment("positive", _, Pow(part, e)) if e == 2:
                context.analytic(part)
            case _:
                raise Refused(f"{assumption} does not say that a square is positive"[:300])
        total = []
        for h in multipliers:
            total.append(t.mul(h, part))
            part = context.derivative(part, context.statement.directions)
        context.same(t.add(*total), sure, "the sum of derivatives")


def loss_constant(context: Context, gives: Judgment) -> Term:
    """The constant of a claim, which depends on nothing that moves."""
    constant = subject(gives, "loss")
    context.fixed(constant, "the constant")
    return constant


def at_point(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """The curvature at a point inside the domain: what convexity says of it, or that it is beyond a constant."""
    beyond = gives.kind == "loss" and gives.word in ("not_smooth", "not_strongly_convex")
    expect(1 + len(context.statement.domain) + beyond, uses)
    bend = subject(uses[0], "curvature")
    context.free_of(bend, STEP, "the curvature of a C^2 loss")
    point: Point = args["point"]
    inside(context, uses[1:], [point], strictly=True)
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
