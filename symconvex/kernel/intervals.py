"""Steps that lead from assumptions to none: two cases, growth from the end of an interval, balls over a box."""

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from symconvex.kernel import term as t
from symconvex.kernel.arguments import Args
from symconvex.kernel.calculus import undefined_base
from symconvex.kernel.context import Context, expect, signed, spoken, subject, terms
from symconvex.kernel.enclose import Evaluation, Values, is_certain
from symconvex.kernel.functions import rational
from symconvex.kernel.statement import SIGNS, Judgment, readable, require
from symconvex.kernel.term import Num, Refused, Sym, Term

MOST_BOXES = 4_000
BITS = 96


def cases(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """Shown under A >= 0 and under -A >= 0, hence shown; under A > 0 and -A > 0 where A^2 > 0."""
    expect(2, uses)
    match [[a for a in use.under if not context.holds(a)] for use in uses]:
        case [[Judgment(_, _, a) as first], [Judgment(_, _, b) as second]] if a is not None and b is not None:
            for side in (a, b):
                context.defined(side)
            context.same(a, t.neg(b), "the two cases")
        case _:
            raise Refused("each of the two lines stands under one assumption that does not hold here")
    whole = not first.kind == second.kind == "positive" or context.holds(Judgment("positive", "", t.power(a, 2)))
    require(whole, "neither case speaks of the points where {} is 0", a)
    for use in uses:
        if gives.kind in SIGNS:
            signed(use, gives.kind)
        else:
            require((use.kind, use.word) == (gives.kind, gives.word), "{} does not give {}", use, gives)
        if use.term is not None and gives.term is not None:
            context.same(use.term, gives.term, "what is shown in both cases")


def growth(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """T at a has a sign and T' has it from a on (towards a, from below): so has T there."""
    (first, rise), term, name, start = terms(uses, SIGNS, SIGNS), subject(gives, *SIGNS), args["of"], args["from"]
    new = name in context.part.variables and name not in spoken(start)
    require(new, "{} is not a variable of this part, or the start speaks of it", name)
    readable(args["side"] in ("above", "below"), "a side is above or below")
    way = t.number(1 if args["side"] == "above" else -1)
    context.analytic(term)
    strict = _bounds(context, name, t.mul(way, Sym(name)), t.mul(way, start)) and uses[1].kind == "positive"
    at = {name: ((), start)}
    base = undefined_base(term, lambda shown, _: context.holds(Judgment("positive", "", context.substitute(shown, at))))
    require(base is None, "no earlier line shows that {} is positive at the start", base)
    context.same(first, context.substitute(term, at), "the term at the start")
    context.same(rise, t.mul(way, context.slope(term, name)), "the slope")
    enough = strict or gives.kind == "nonneg" or uses[0].kind == "positive"
    require(enough, "the term is only shown to be nonnegative")
    context.stand(uses[0])
    moving = (a.term for a in context.under if a.term is not None and name in spoken(a.term))
    context.under += tuple(Judgment("positive", "", term) for term in moving)
    context.stand(uses[1])


def _bounds(context: Context, name: str, forward: Term, start: Term) -> bool:
    """Is s - a > 0 assumed, not only s - a >= 0 (`forward` for s, `start` for a)? All others with s say c - s >= 0."""
    kinds = set[str]()
    for assumption in context.under:
        term = subject(assumption, *SIGNS)
        if name in spoken(term):
            if context.normal.equal(term, t.sub(forward, start)):
                kinds.add(assumption.kind)
            else:
                context.free_of(t.add(term, forward), frozenset({name}), "a bound at the other end")
    require(kinds, "the line does not assume that {} lies on its side of the start", name)
    return "positive" in kinds


def box(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """T > 0 for all l <= s <= u: balls over the box, and over its halves where they are too wide."""
    expect(0, uses)
    term, sides = subject(gives, "positive"), args["box"]
    for name, (low, high) in sides.items():
        for bound in (t.sub(Sym(name), Num(low)), t.sub(Num(high), Sym(name))):
            require(context.holds(Judgment("nonneg", "", bound)), "nothing says that {} >= 0", bound)
    waiting = [tuple(sides.values())]
    for _ in range(MOST_BOXES):
        if not waiting:
            return
        here = waiting.pop()
        if not _is_positive(context, term, dict(zip(sides, here, strict=True))):
            waiting += _halves(here)
    raise Refused(f"ball arithmetic on {MOST_BOXES} boxes does not show that {t.render(term)[:300]} is positive")


def _is_positive(context: Context, term: Term, sides: dict[str, tuple[Fraction, Fraction]]) -> bool:
    known, balls = context.known, {s: partial(rational(low).union, rational(high)) for s, (low, high) in sides.items()}
    over = Evaluation(Values(known.values, known.sizes, {}, balls), context.budget)
    return is_certain(BITS, lambda: bool(over.ball(term) > 0))


def _halves(here: Sequence[tuple[Fraction, Fraction]]) -> list[tuple[tuple[Fraction, Fraction], ...]]:
    """The box cut in two across its longest side."""
    k = max(range(len(here)), key=lambda j: here[j][1] - here[j][0])
    low, high = here[k]
    middle = sum(here[k]) * Fraction(1, 2)
    return [(*here[:k], half, *here[k + 1 :]) for half in ((low, middle), (middle, high))]
