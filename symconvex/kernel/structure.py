"""Steps that conclude (affine T) and (convex T) from the structure of a term, without second derivatives."""

from symconvex.kernel import term as t
from symconvex.kernel.arguments import Args
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.context import Context, expect, subject
from symconvex.kernel.functions import FUNCTIONS, KINKED
from symconvex.kernel.signs import smooth_function
from symconvex.kernel.statement import SIGNS, Judgment
from symconvex.kernel.term import Fn, Malformed, Pow, Refused


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


def compose(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """An outer convex function of convex or affine terms."""
    term = subject(gives, "convex")
    if args:
        _ridge(context, uses, args, gives)
        return
    match term:
        case Fn(name, parts) if FUNCTIONS[name].outer:
            expect(len(parts), uses)
            kinds = ("convex", "affine") if FUNCTIONS[name].outer == "nondecreasing" else ("affine",)
            for use, part in zip(uses, parts, strict=True):
                context.same(subject(use, *kinds), part, f"argument of {name}")
        case Pow(base, e) if e >= 1:
            expect(2, uses)
            context.same(subject(uses[0], "convex", "affine"), base, "the base")
            context.same(subject(uses[1], *SIGNS), base, "the sign of the base")
        case _:
            raise Refused(f"{gives} is no composition with a convex function of the table"[:300])


def _ridge(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """phi(a) with phi'' >= 0 on the line and a affine in the parameters."""
    expect(2, uses)
    if len(args) != 2:
        raise Malformed("a composition names its variable and its function, or neither")
    phi, _, bend = smooth_function(context, args)
    context.free_of(phi, context.parameter_names, "phi")
    context.same(bend, subject(uses[0], *SIGNS), "second derivative")
    composed = context.substitute(phi, {args["of"]: ((), subject(uses[1], "affine"))})
    context.same(composed, subject(gives, "convex"), "phi of the affine term")


def conclude(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """The convex term is the loss (its negative for concave)."""
    expect(1, uses)
    context.defined(context.loss)
    target = {"convex": context.loss, "concave": t.neg(context.loss)}.get(gives.word)
    if gives.kind != "loss" or target is None:
        raise Refused(f"a convex term does not give {gives}"[:300])
    context.same(subject(uses[0], "convex", "affine"), target, "the loss")
