"""Steps that conclude (curvature T), (affine T), (convex T) and what follows for the loss."""

from collections.abc import Mapping

from symconvex.kernel import term as t
from symconvex.kernel.calculus import KINKED, partial_bases
from symconvex.kernel.context import Context, word
from symconvex.kernel.signs import Args, Rule, expect, rule, smooth_function, subject
from symconvex.kernel.statement import SIGNS, Judgment
from symconvex.kernel.term import Fn, Malformed, Pow, Refused, Sum, Term

STEP = frozenset({"step"})


def differentiate(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """The loss is defined and C^1 with a Lipschitz derivative; T is its second derivative almost everywhere."""
    expect(0, uses)
    term = subject(gives, "curvature")
    context.defined(context.loss)
    first = context.derivative(context.loss, context.statement.directions)
    context.free_of(first, STEP, "the first derivative of a C^1 loss")
    context.same(context.derivative(first, context.statement.directions), term, "second derivative")


def second_order(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """Curvature >= 0 everywhere: convex; <= 0: concave; = 0: affine."""
    curvature = subject(uses[0], "curvature") if uses else t.ZERO
    if gives == Judgment("loss", "affine", None):
        expect(1, uses)
        context.same(curvature, t.ZERO, "curvature")
        return
    expect(2, uses)
    sign = {"convex": curvature, "concave": t.neg(curvature)}.get(gives.word)
    if gives.kind != "loss" or sign is None:
        raise Refused(f"the second-order condition does not give {gives}"[:300])
    context.same(sign, subject(uses[1], *SIGNS), "curvature")


def strict(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """Curvature > 0 in every direction that is not zero: strictly convex."""
    expect(2, uses)
    curvature = subject(uses[0], "curvature")
    context.free_of(curvature, STEP, "the curvature of a C^2 loss")
    sign = {"strictly_convex": curvature, "strictly_concave": t.neg(curvature)}.get(gives.word)
    if gives.kind != "loss" or sign is None:
        raise Refused(f"a definite curvature does not give {gives}"[:300])
    context.same(sign, subject(uses[1], "definite"), "curvature")


def loss_constant(context: Context, gives: Judgment, claim: str) -> Term:
    """The constant of a claim, which depends on nothing that moves."""
    if gives.kind != "loss" or gives.word != claim or gives.term is None:
        raise Refused(f"expected (loss {claim} ...), found {gives}"[:300])
    moving = context.parameter_names | context.direction_names | frozenset(context.variables)
    context.free_of(gives.term, moving, "the constant")
    if t.free_indices(gives.term) - context.witnesses():
        raise Refused("the constant depends on an index")
    return gives.term


def modulus(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """Curvature - m |v|^2 >= 0 with m > 0: strongly convex with modulus m."""
    expect(3, uses)
    m = loss_constant(context, gives, "strongly_convex")
    context.same(m, subject(uses[1], "positive"), "the modulus")
    gap = t.sub(subject(uses[0], "curvature"), t.mul(m, context.squared_norm()))
    context.same(gap, subject(uses[2], *SIGNS), "curvature - m |v|^2")


def smoothness(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """0 <= curvature <= L |v|^2: the gradient is Lipschitz with constant L."""
    expect(3, uses)
    bound = loss_constant(context, gives, "smooth")
    curvature = subject(uses[0], "curvature")
    context.same(curvature, subject(uses[1], *SIGNS), "curvature")
    gap = t.sub(t.mul(bound, context.squared_norm()), curvature)
    context.same(gap, subject(uses[2], *SIGNS), "L |v|^2 - curvature")


def translation(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """Moving by a vector that is not zero adds a constant to the loss: it is not strictly convex."""
    if gives != Judgment("loss", "not_strictly_convex", None) or context.statement.domain:
        raise Refused("a translation of the whole space shows (loss not_strictly_convex)")
    context.defined(context.loss)
    along = context.families(args["along"], context.statement.parameters)
    for _, value in along.values():
        context.free_of(value, context.parameter_names, "the vector of a translation")
    moved = {name: (places, t.add(t.Sym(name, places), value)) for name, (places, value) in along.items()}
    change = t.sub(context.substitute(context.loss, moved), context.loss)
    context.free_of(change, context.parameter_names, "the change of the loss under the translation")
    null = {g.extra for g in context.given if g.kind == "null"}
    if any(value in {t.Sym(u, places) for u in null} for places, value in along.values()):
        expect(0, uses)
        return
    expect(1, uses)
    entry = t.parse(word(args, "entry"))
    context.scope.check(entry)
    if not isinstance(entry, t.Sym) or entry.name not in along:
        raise Malformed("the entry names one entry of the direction")
    moves = t.substitute(entry, {entry.name: along[entry.name]})
    context.same(t.power(moves, 2), subject(uses[0], "positive"), "the entry that is not zero")


# ---- structure: convexity without second derivatives ---------------------------------------------


def affine(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """Polynomial of degree at most one in the parameters."""
    expect(0, uses)
    term = subject(gives, "affine")
    for part in t.subterms(term):
        if isinstance(part, Fn) and part.name in KINKED:
            context.free_of(part, context.parameter_names, "a function in an affine term")
    for base, _ in partial_bases(term):
        context.free_of(base, context.parameter_names, "a denominator in an affine term")
    slope = context.derivative(term, context.statement.directions)
    context.free_of(slope, context.parameter_names, "the derivative of an affine term")


def convex_total(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A sum of convex and affine terms. One summand restates a line."""
    if not uses:
        raise Refused("a sum needs summands")
    found = t.add(*(subject(use, "convex", "affine") for use in uses))
    context.same(found, subject(gives, "convex"), "convex sum")


def convex_scale(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A factor >= 0 that does not depend on the parameters."""
    expect(2, uses)
    factor = subject(uses[0], *SIGNS)
    context.free_of(factor, context.parameter_names, "the factor")
    context.same(t.mul(factor, subject(uses[1], "convex", "affine")), subject(gives, "convex"), "scaled")


def convex_sum(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """Convex for every index: the sum is convex."""
    expect(1, uses)
    match gives:
        case Judgment("convex", _, Sum(index, _, body)) if index not in context.witnesses():
            context.same(subject(uses[0], "convex", "affine"), body, "summand")
        case _:
            raise Refused(f"{gives} is not (convex (sum ...))"[:300])


def convex_max(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """max of convex terms; relu(a) = max(a, 0); abs(a) = max(a, -a) for affine a."""
    match gives:
        case Judgment("convex", _, Fn("max", parts)):
            expect(len(parts), uses)
            for use, part in zip(uses, parts, strict=True):
                context.same(subject(use, "convex", "affine"), part, "argument of max")
        case Judgment("convex", _, Fn(("relu" | "abs") as name, (part,))):
            expect(1, uses)
            kinds = ("convex", "affine") if name == "relu" else ("affine",)
            context.same(subject(uses[0], *kinds), part, f"argument of {name}")
        case _:
            raise Refused(f"{gives} is not a maximum"[:300])


def convex_monotone(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """exp, softplus of a convex term; a power >= 1 of a convex term that is >= 0."""
    match gives:
        case Judgment("convex", _, Fn("exp" | "softplus", (part,))):
            expect(1, uses)
        case Judgment("convex", _, Pow(part, e)) if e >= 1:
            expect(2, uses)
            context.same(subject(uses[1], *SIGNS), part, "the base")
        case _:
            raise Refused(f"{gives} is not a catalogued composition"[:300])
    context.same(subject(uses[0], "convex", "affine"), part, "the inner term")


def convex_ridge(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """phi(a) with phi'' >= 0 on the line and a affine in the parameters."""
    expect(2, uses)
    phi, _, bend = smooth_function(context, args)
    context.free_of(phi, context.parameter_names, "phi")
    context.same(bend, subject(uses[0], *SIGNS), "second derivative")
    composed = context.substitute(phi, {word(args, "of"): ((), subject(uses[1], "affine"))})
    context.same(composed, subject(gives, "convex"), "phi of the affine term")


def convex_loss(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """The term is the loss (its negative for concave)."""
    expect(1, uses)
    context.defined(context.loss)
    target = {"convex": context.loss, "concave": t.neg(context.loss)}.get(gives.word)
    if gives.kind != "loss" or target is None:
        raise Refused(f"a convex term does not give {gives}"[:300])
    context.same(subject(uses[0], "convex", "affine"), target, "the loss")


CONVEXITY_STEPS: Mapping[str, Rule] = {
    "differentiate": rule(differentiate),
    "second_order": rule(second_order),
    "strict": rule(strict),
    "modulus": rule(modulus),
    "smoothness": rule(smoothness),
    "translation": rule(translation, "along", "[entry]"),
    "affine": rule(affine),
    "convex_total": rule(convex_total),
    "convex_scale": rule(convex_scale),
    "convex_sum": rule(convex_sum),
    "convex_max": rule(convex_max),
    "convex_monotone": rule(convex_monotone),
    "convex_ridge": rule(convex_ridge, "of", "function"),
    "convex_loss": rule(convex_loss),
}
