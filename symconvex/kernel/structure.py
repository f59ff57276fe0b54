"""Steps that conclude (affine T) and (convex T) from the structure of a term, without second derivatives."""

from collections.abc import Iterator
from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.arguments import Args
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.context import FLAT, Context, expect, signed, spoken, subject, terms
from symconvex.kernel.curvature import derivatives, loss_constant
from symconvex.kernel.functions import FUNCTIONS, KINKED
from symconvex.kernel.signs import smooth_function
from symconvex.kernel.statement import SIGNS, Judgment, readable, require
from symconvex.kernel.term import Add, Fn, Mul, Num, Pow, Sum, Term

HALF = Fraction(1, 2)


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
    """An outer convex function, monotone where it must be, of convex, concave or affine terms."""
    term, waiting = subject(gives, "convex"), list(uses)
    match term:
        case _ if args:
            _smooth_outer(context, waiting, args, term, quasi=False)
        case Fn(name, parts) if FUNCTIONS[name].outer:
            kinds = ("convex", "affine") if FUNCTIONS[name].outer == "nondecreasing" else ("affine",)
            for part in parts:
                context.same(subject(_next(waiting), *kinds), part, f"argument of {name}")
        case Fn("log", (total,)):
            _mean(context, waiting, total, None, concave=False)
        case Pow(total, r) if 0 < r < 1:
            _mean(context, waiting, total, 1 / r, concave=False)
        case Mul((Num(t.MINUS_ONE), Pow(total, r))) if r > 1 or r < 0:
            _mean(context, waiting, total, 1 / r, concave=True)
        case Mul((Num(t.MINUS_ONE), *factors)):
            _powers(context, waiting, t.mul(*factors), concave=True)
        case _:
            _powers(context, waiting, term, concave=False)
    expect(0, waiting)


def _next(waiting: list[Judgment], at: int = 0) -> Judgment:
    require(waiting, "the step needs one more line")
    return waiting.pop(at)


def _powers(context: Context, waiting: list[Judgment], term: Term, *, concave: bool) -> None:
    """b_1^p_1 ... b_k^p_k: concave for p > 0 with sum <= 1; convex for p <= 0, or with one p > 0 and sum >= 1."""
    parts = list(_factors(context, term, Fraction(1)))
    exponents = [p for base, p in parts if _moves(context, base)]
    degree, rising = sum(exponents), sum(p > 0 for p in exponents)
    fits = rising == len(exponents) and degree <= 1 if concave else rising == 0 or (rising == 1 and degree >= 1)
    require(fits, "the exponents give no convex product of powers")
    for base, p in parts:
        use = _next(waiting)
        context.same(subject(use, "convex", "affine"), t.neg(base) if concave or p < 0 else base, "the base")
        _monotone(context, waiting, use, base, p, concave=concave)


def _moves(context: Context, term: Term) -> bool:
    return not spoken(term).isdisjoint(context.parameter_names)


def _factors(context: Context, term: Term, e: Fraction) -> Iterator[tuple[Term, Fraction]]:
    """The bases and exponents of a product of powers; a product stays whole where only one factor has parameters."""
    base, e = (term.base, e * term.exponent) if isinstance(term, Pow) else (term, e)
    if isinstance(base, Mul) and sum(_moves(context, arg) for arg in base.args) > 1:
        for arg in base.args:
            yield from _factors(context, arg, e)
    else:
        yield base, e


def _mean(context: Context, waiting: list[Judgment], total: Term, p: Fraction | None, *, concave: bool) -> None:
    """log sum W exp(b), and (sum W b^p)^(1/p): convex for p >= 1, concave for other p."""
    for part in _summands(total):
        use, weight = _next(waiting), subject(_next(waiting), *SIGNS)
        context.free_of(weight, context.parameter_names, "a weight")
        inner = subject(use, "convex", "affine")
        base = t.neg(inner) if concave else inner
        raised = t.fn("exp", base) if p is None else t.power(base, p)
        context.same(t.mul(weight, raised), part, "a summand")
        if p is not None:
            _monotone(context, waiting, use, base, p, concave=concave)


def _monotone(
    context: Context, waiting: list[Judgment], use: Judgment, base: Term, p: Fraction, *, concave: bool
) -> None:
    """b^p is monotone where b >= 0, or b > 0; an even power of an affine b is one of abs(b)."""
    if concave or use.kind == "convex" or p < 0 or p % 2:
        context.same(signed(_next(waiting), "positive" if p < 0 else "nonneg"), base, "the sign of the base")


def _summands(total: Term) -> Iterator[Term]:
    """The terms under sums and finite sums."""
    if isinstance(total, Add | Sum):
        for part in t.children(total):
            yield from _summands(part)
    else:
        yield total


def _smooth_outer(context: Context, waiting: list[Judgment], args: Args, term: Term, *, quasi: bool) -> None:
    """phi(A) with phi'' >= 0 where A takes its values, and A affine, or A convex and phi' >= 0; quasi: phi' only."""
    readable(len(args) == 2, "a composition names its variable and its function, or neither")
    phi, slope, bend = smooth_function(context, args)
    still = spoken(phi).isdisjoint(context.parameter_names | context.direction_names)
    require(still, "phi moves with the point: {}", phi)
    inner = _next(waiting, -1)
    base = subject(inner, *FLAT)
    at = {args["of"]: ((), base)}
    composed = context.substitute(phi, at)
    if quasi:
        context.stand(inner)
        context.defined(composed)
        context.under += (Judgment("positive", "", base),) * context.holds(Judgment("nonneg", "", base))
        context.stand(*waiting)
    context.smooth(composed)
    for derivative in (slope,) if quasi else (bend, slope) if inner.kind == "convex" else (bend,):
        sign = subject(_next(waiting), *SIGNS)
        if not context.normal.equal(sign, derivative):
            context.same(sign, context.substitute(derivative, at), "a derivative of phi")
    context.same(composed, term, "phi of the term")


def same(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """b - a >= 0 and a - b >= 0: what a line says of phi(a) holds of phi(b); without arguments of a = E, b = T."""
    term = subject(gives, *SIGNS, "definite", "convex", "strict")
    more, less, other = terms(uses, SIGNS, SIGNS, FLAT if gives.kind == "convex" else (gives.kind,))
    readable(len(args) in (0, 4), "equals are put into a function of a variable, or into none")
    a, b = args.get("from", other), args.get("to", term)
    for end, value in ((a, other), (b, term)) if args else ():
        require(args["of"] in context.part.variables, "{} is not a variable of this part", args["of"])
        found = context.substitute(args["function"], {args["of"]: ((), end)})
        context.defined(found)
        context.same(found, value, "the function")
    context.same(more, t.sub(b, a), "the difference")
    context.same(less, t.sub(a, b), "the difference the other way")


def quasi(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """F1 = A M, A >= 0, with M nondecreasing, or DB for it, B convex; or phi(B) with phi' >= 0 on the values of B."""
    require(gives.kind == "loss" and gives.word in ("quasiconvex", "quasiconcave"), "the step does not give {}", gives)
    readable("slope" not in args or len(args) == 1, "a quasiconvex loss has a slope or a composition")
    context.defined(context.loss)
    term = context.loss if gives.word == "quasiconvex" else t.neg(context.loss)
    if not args or "slope" in args:
        context.stand(*uses)
        factor, other = terms(uses, SIGNS, SIGNS if args else FLAT)
        parts = (term, args.get("slope", other))
        first, second = (derivatives(context, part, everywhere=False)[0] for part in parts)
        context.same(first, t.mul(factor, args.get("slope", second)), "the derivative of the loss")
        if args:
            context.same(second, other, "the derivative of the slope")
        return
    waiting = list(uses)
    _smooth_outer(context, waiting, args, term, quasi=True)
    expect(0, waiting)


def conclude(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """The convex terms add up to the loss (its negative for concave), less m/2 |w|^2 for a modulus m."""
    context.defined(context.loss)
    claim, waiting = gives.word, list(uses)
    target = t.neg(context.loss) if claim.endswith("concave") else context.loss
    if claim.startswith("strongly"):
        m = loss_constant(context, gives)
        context.same(m, subject(_next(waiting), "positive"), "the modulus")
        target = t.sub(target, t.mul(Num(HALF), m, context.squared_length()))
    else:
        fits = gives.kind == "loss" and claim in ("convex", "concave", "strictly_convex", "strictly_concave")
        require(fits, "a convex term does not give {}", gives)
    terms = [subject(_next(waiting), "strict")] if claim.startswith("strictly") else []
    if not terms or waiting:
        terms.append(subject(_next(waiting), "convex", "affine"))
    expect(0, waiting)
    context.same(t.add(*terms), target, "the loss")
