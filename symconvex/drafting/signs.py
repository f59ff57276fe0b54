"""Finding signs: a recursive search that writes down why a term is positive or nonnegative."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache

from symconvex.drafting.combination import find_combination
from symconvex.drafting.effort import is_brief, spend
from symconvex.drafting.exclusive import cancelled, step_less
from symconvex.drafting.judgments import nonneg, positive
from symconvex.drafting.judgments import sign as sign_judgment
from symconvex.drafting.lines import Lines
from symconvex.drafting.patterns import (
    above_the_rest,
    away_from_zero,
    maximum_sign,
    negated,
    one_minus_exp,
    order_free,
    read_at,
    weighted_sum,
)
from symconvex.drafting.reasons import Exclusive, Known, Logarithm, Mills, Squared, Within
from symconvex.drafting.univariate.ridge import find_of_one
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.kernel.enclose import Values, is_positive
from symconvex.kernel.functions import RANGES
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Add, Budget, Dim, Fn, Mul, Num, Pow, Sum, Sym, Term

CLOSED_WORK = 1_000_000
PI = Sym("pi")

# How the kernel calls what it knows of ranges: by the end of the range, its value, and the sign that this gives.
FACTS: Mapping[tuple[str, int, str], str] = {
    ("lower", 0, "positive"): "{}_positive",
    ("lower", 0, "nonneg"): "{}_nonneg",
    ("lower", -1, "positive"): "{}_above",
    ("lower", -1, "nonneg"): "{}_above",
    ("upper", 1, "positive"): "{}_below_one",
    ("upper", 1, "nonneg"): "{}_below_one",
}
SET_SIGNS = {"positive": "positive", "unit": "positive", "nonnegative": "nonneg", "binary": "nonneg", "count": "nonneg"}


def find_sign(lines: Lines, term: Term, *, strict: bool, again: bool = True) -> int | None:
    """The line that shows term > 0 (strict) or term >= 0; None when no way was found.

    again    what failed before is tried again
    """
    if again:
        lines.failed.clear()
    return _sign(lines, term, strict=strict)


def _sign(lines: Lines, term: Term, *, strict: bool) -> int | None:
    """As find_sign, while it runs: what failed a moment ago fails again."""
    number = _positive(lines, term)
    if number is not None or strict:
        return number
    return _tried(lines, nonneg(term), _nonneg)


def _positive(lines: Lines, term: Term) -> int | None:
    return _tried(lines, positive(term), _strictly)


def _tried(lines: Lines, gives: Judgment, way: Callable[[Lines, Term], int | None]) -> int | None:
    """The line that is known, or what the way finds."""
    term, number = gives.term or t.ZERO, lines.find(gives)
    if number is not None or gives in lines.failed:
        spend(2)
        return number
    spend(2 * sum(1 for _ in t.subterms(term)))
    number = way(lines, term)
    if number is None:
        lines.failed.add(gives)  # a question inside its own answer has no answer
        if isinstance(term, Add | Sym) and _worth_while(lines, term):
            number = find_combination(lines, gives, _asked, _look)
        number = find_of_one(lines, gives, _asked) if number is None else number
    if number is not None:
        lines.failed.discard(gives)
    return number


def _worth_while(lines: Lines, term: Term) -> bool:
    """Are small derivations asked for? On sums over places where there is a domain, or definedness is asked."""
    if is_brief():
        return False
    if lines.deep or lines.draft.domain:
        return True
    return not any(isinstance(part, Sum) or (isinstance(part, Sym) and part.indices) for part in t.subterms(term))


def _asked(lines: Lines, term: Term, strict: bool) -> int | None:
    return _sign(lines, term, strict=strict)


def _look(lines: Lines, term: Term, strict: bool) -> int | None:
    """As it stands: without the derivations that would ask for the same term again."""
    known = lines.known.get(sign_judgment("positive" if strict else "nonneg", term))
    return known or (_strictly if strict else _nonneg)(lines, term)


@cache
def range_fact(name: str, side: str, bound: int) -> tuple[str, str] | None:
    """The fact that f - bound (bound - f) has a sign, and the sign: > 0 unless the end of the range is attained.

    side    "lower" or "upper"; None when the range of the function does not end there, or the kernel has no such fact
    """
    function = functions()[name]
    if function.arity != 1 or function.range[side == "upper"] != str(bound):
        return None
    kind = "nonneg" if str(bound) in function.attained else "positive"
    fact = FACTS.get((side, bound, kind), "").format(name)
    return (fact, kind) if fact in RANGES else None


def show_defined(lines: Lines, term: Term, *, smooth: bool = False) -> bool:
    """Write the lines that every denominator, root and logarithm of the term needs.

    smooth    a root is taken of what is > 0 only, so that derivatives are defined too
    """
    lines.failed.clear()
    lines.deep, before = True, lines.deep
    shown = [_show_base(lines, part, smooth=smooth) for part in reversed(list(t.subterms(term)))]
    lines.deep = before
    return all(shown)


def _show_base(lines: Lines, part: Term, *, smooth: bool) -> bool:
    match part:
        case Pow(Num(value), _) | Fn("log", (Num(value),)):
            return value > 0 or isinstance(part, Pow)
        case Pow(base, e) if e < 0 and e.denominator == 1:
            return _positive(lines, base) is not None or _negative(lines, base)
        case Pow(base, e) if e.denominator > 1:
            return _sign(lines, base, strict=smooth or e < 0) is not None
        case Fn("log", (arg,)):
            return _positive(lines, arg) is not None
    return True


def _negative(lines: Lines, base: Term) -> bool:
    """Is the base < 0? Said in the one way that the kernel looks for."""
    number = _positive(lines, t.neg(base))
    if number is not None:
        lines.product([number], positive(Mul((Num(t.MINUS_ONE), base))))
    return number is not None


def show_defined_given(lines: Lines, value: Term) -> bool:
    """As show_defined, where a hypothesis (nonzero X k) gives the sign of a denominator."""
    for part in t.subterms(value):
        if isinstance(part, Pow) and part.exponent < 0 and lines.given:
            lines.fact("given", positive(part.base))
    return show_defined(lines, value)


def scaled(lines: Lines, factor: Term, number: int | None) -> int | None:
    """From the line term > 0 to the line factor * term > 0."""
    known = None if number is None else find_sign(lines, factor, strict=True)
    if number is None or known is None:
        return None
    return lines.product([known, number], positive(t.mul(factor, lines.term(number))))


def _strictly(lines: Lines, term: Term) -> int | None:
    gives = positive(term)
    number = _assumed(lines, gives)
    if number is not None:
        return number
    match term:
        case Num(value):
            return lines.constant(gives) if value > 0 else None
        case Sym(name, _):
            if SET_SIGNS.get(lines.draft.within(name)) == "positive":
                return lines.because(lines.fact("set", gives, term), Known(term, True))
        case Dim():
            return lines.fact("size", gives, term) if isinstance(term.size, str) else lines.constant(gives)
        case Fn(name, (arg,)) if (fact := range_fact(name, "lower", 0)) is not None and fact[1] == "positive":
            return lines.because(lines.fact(fact[0], gives, arg), Within(name, arg))
        case Fn("log", (arg,)):
            return _closed(lines, gives) or _log_above_zero(lines, arg, gives)
        case Pow(base, e):
            inner = _positive(lines, base)
            if inner is not None:
                return lines.power(inner, gives)
            opposite = _positive(lines, negated(base)) if e == 2 else None
            return None if opposite is None else lines.product([opposite, opposite], gives)
        case Fn("abs", (arg,)):
            return away_from_zero(lines, arg, gives, _asked)
        case Fn("max", args):
            return maximum_sign(lines, args, gives, _asked)
        case Mul(args):
            return _product(lines, args, gives)
        case Sum(_, _, body):
            inner = _positive(lines, body)
            return weighted_sum(lines, term, gives, _asked) if inner is None else lines.summed(inner, gives)
        case Add(args):
            return _add(lines, args, gives)
    return _closed(lines, gives)


def _product(lines: Lines, args: tuple[Term, ...], gives: Judgment) -> int | None:
    """A product in which the negative factors pair off; what stands there twice is a square."""
    uses, turned = list[int](), 0
    for arg in (t.power(arg, count) for arg, count in Counter(args).items()):
        number = _sign(lines, arg, strict=gives.kind == "positive")
        if number is None:
            number, turned = _opposite(lines, arg), turned + 1
        if number is None:
            return None
        uses.append(number)
    return None if turned % 2 else lines.product(uses, gives)


def _opposite(lines: Lines, term: Term) -> int | None:
    """A line that says -term > 0: of numbers, sums, what is assumed, and odd powers of these."""
    match term:
        case Num(value):
            return _positive(lines, Num(-value))
        case Sym():
            return _assumed(lines, positive(t.neg(term)))
        case Add() | Sum():
            return _positive(lines, negated(term))
        case Fn("log", (arg,)):
            return _closed(lines, positive(t.neg(term))) or _log_below_zero(lines, arg, positive(t.neg(term)))
        case Pow(base, e) if e.denominator == 1 and e.numerator % 2:
            inner = _opposite(lines, base)
            if inner is None:
                return None
            raised = lines.power(inner, positive(Pow(lines.term(inner), e)))
            return lines.product([raised], positive(t.neg(term)))
    return None


def _log_above_zero(lines: Lines, arg: Term, gives: Judgment) -> int | None:
    """log u >= 1 - 1/u = (u - 1)/u > 0 for u > 1."""
    inside, beyond = _positive(lines, arg), _positive(lines, t.sub(arg, t.ONE))
    if inside is None or beyond is None:
        return None
    above = lines.fact("log_above", nonneg(t.add(t.fn("log", arg), t.power(arg, -1), t.number(-1))), arg)
    inverse = lines.power(inside, positive(Pow(arg, t.MINUS_ONE)))
    return lines.because(lines.combine([[above], [beyond, inverse]], gives), Logarithm(arg, 1))


def _log_below_zero(lines: Lines, arg: Term, gives: Judgment) -> int | None:
    """log u <= u - 1 < 0 for u < 1."""
    inside, beyond = _positive(lines, arg), _positive(lines, t.sub(t.ONE, arg))
    if inside is None or beyond is None:
        return None
    below = lines.fact("log_below", nonneg(t.sub(t.sub(arg, t.ONE), t.fn("log", arg))), arg)
    return lines.because(lines.total([below, beyond], gives), Logarithm(arg, -1))


def _closed(lines: Lines, gives: Judgment) -> int | None:
    """A term without symbols is left to ball arithmetic; its sign is tried first."""
    term = gives.term or t.ZERO
    if any(isinstance(p, Sym | Dim) and p != PI for p in t.subterms(term)) or t.free_indices(term):
        return None
    closed = is_positive(term, Values({}, {}, {}, {}), Budget(CLOSED_WORK))
    return lines.constant(gives) if closed else None


def _assumed(lines: Lines, gives: Judgment) -> int | None:
    """A hypothesis of the part or a constraint of the domain, whatever the order of its summands."""
    term, strict = gives.term or t.ZERO, gives.kind == "positive"
    signs = [("given", g.kind, g.term) for g in lines.given] + [("domain", d.kind, d.term) for d in lines.draft.domain]
    signs += [("assumed", a.kind, a.term) for a in lines.under]
    for name, kind, assumed in signs:
        if assumed is None or kind not in (gives.kind, "positive"):
            continue
        if order_free(assumed) == order_free(term):
            return lines.because(lines.fact(name, gives), Known(term, strict))
        if name == "domain" and (read := read_at(lines, assumed, term)) is not None:
            fact = lines.fact(name, sign_judgment(gives.kind, assumed))
            return lines.because(lines.instance(fact, gives, *read), Known(term, strict))
    return None


def _all(lines: Lines, uses: list[int | None], gives: Judgment) -> int | None:
    found = [use for use in uses if use is not None]
    return lines.product(found, gives) if len(found) == len(uses) else None


def _nonneg(lines: Lines, term: Term) -> int | None:
    gives = nonneg(term)
    match term:
        case Num(value):
            return lines.constant(gives) if value >= 0 else None
        case Sym(name, _) if lines.draft.within(name) in SET_SIGNS:
            return lines.because(lines.fact("set", gives, term), Known(term, False))
        case Sym():
            return _assumed(lines, gives)
        case t.Delta():
            return lines.because(lines.combine([[term]], gives), Squared(term))
        case Pow(base, e):
            if e.denominator == 1 and e.numerator % 2 == 0 and e > 0:
                return lines.because(lines.square(gives), Squared(base))
            inner = _sign(lines, base, strict=False) if e > 0 else None
            return None if inner is None else lines.power(inner, gives)
        case Fn(name, (arg,)) if (fact := range_fact(name, "lower", 0)) is not None:
            return lines.because(lines.fact(fact[0], gives, arg), Within(name, arg))
        case Fn("abs", (arg,)):
            ramp = t.fn("relu", arg)
            halves = (("relu_nonneg", ramp), ("relu_above", t.sub(ramp, arg)))
            uses = [lines.fact(fact, nonneg(half), arg) for fact, half in halves]
            return lines.because(lines.total(uses, gives), Within("abs", arg))
        case Fn("max", args):
            return maximum_sign(lines, args, gives, _asked)
        case Mul(args):
            return _product(lines, args, gives)
        case Sum(_, _, body):
            inner = _sign(lines, body, strict=False)
            return None if inner is None else lines.summed(inner, gives)
        case Add(args):
            return _add(lines, args, gives)
    return None


def _add(lines: Lines, args: tuple[Term, ...], gives: Judgment) -> int | None:
    """A sum: the parts one by one, or one of the patterns 1 - f, 1 + f, 1 - f^2, 1 - step - step."""
    number, strict = _assumed(lines, gives), gives.kind == "positive"
    if number is not None:
        return number
    parts = [_sign(lines, arg, strict=False) for arg in args]
    found = [part for part in parts if part is not None]
    if len(found) == len(parts) and (not strict or any(lines.kind(k) == "positive" for k in found)):
        return lines.total(found, gives)
    for pattern in (_one_with, _one_minus_square, _exclusive, _one_minus_unit, _mills):
        number = pattern(lines, args, gives)
        if number is not None:
            return number
    return (
        one_minus_exp(lines, args, gives, _asked) or above_the_rest(lines, args, gives, _asked) or _closed(lines, gives)
    )


def _one_with(lines: Lines, args: tuple[Term, ...], gives: Judgment) -> int | None:
    """1 - f or 1 + f for a function between -1 and 1."""
    match args:
        case (Num(one), Mul((Num(minus), Fn(name, (arg,))))) if one == 1 and minus == -1:
            found = range_fact(name, "upper", 1)
        case (Num(one), Fn(name, (arg,))) if one == 1:
            found = range_fact(name, "lower", -1)
        case _:
            return None
    if found is None or (gives.kind == "positive" and found[1] != "positive"):
        return None
    return lines.because(lines.fact(found[0], gives, arg), Within(name, arg))


def _one_minus_square(lines: Lines, args: tuple[Term, ...], gives: Judgment) -> int | None:
    """1 - f^2 = (1 - f)(1 + f)."""
    match args:
        case (Num(one), Mul((Num(minus), Pow(f, e)))) if one == 1 and minus == -1 and e == 2:
            strict = gives.kind == "positive"
            factors = [_sign(lines, g, strict=strict) for g in (t.sub(t.ONE, f), t.add(t.ONE, f))]
            return _all(lines, factors, gives)
    return None


def _exclusive(lines: Lines, args: tuple[Term, ...], gives: Judgment) -> int | None:
    """c (1 - step(a) - step(b)) where a + b < 0 and c has a sign."""
    scale, steps = args[0], [step_less(arg, args[0]) for arg in args[1:]]
    if len(steps) != 2 or None in steps or gives.kind != "nonneg":
        return None
    a, b = (step for step in steps if step is not None)
    gap = t.neg(t.add(a, b))
    for candidate in (gap, *cancelled(lines.draft, a)):
        number = _positive(lines, candidate)
        if number is not None:
            shown = lines.product([number], positive(gap))
            if scale == t.ONE:
                return lines.because(lines.apart(shown, gives, a, b), Exclusive(a, b))
            plain = nonneg(t.add(t.ONE, t.neg(t.fn("step", a)), t.neg(t.fn("step", b))))
            apart = lines.because(lines.apart(shown, plain, a, b), Exclusive(a, b))
            return _all(lines, [_sign(lines, scale, strict=False), apart], gives)
    return None


def _one_minus_unit(lines: Lines, args: tuple[Term, ...], gives: Judgment) -> int | None:
    """1 - s for a symbol between 0 and 1."""
    match args:
        case (Num(one), Mul((Num(minus), Sym(name, _) as s))) if one == 1 and minus == -1:
            within, strict = lines.draft.within(name), gives.kind == "positive"
            if within == "unit" or (within in ("binary", "sign") and not strict):
                return lines.because(lines.fact("set", gives, s), Known(Add(args), strict))
    return None


def _mills(lines: Lines, args: tuple[Term, ...], gives: Judgment) -> int | None:
    """u Phi(u) + phi(u)."""
    for arg in args:
        if isinstance(arg, Fn) and arg.name == "normpdf" and len(args) == 2:
            return lines.because(lines.fact("mills", gives, arg.args[0]), Mills(arg.args[0]))
    return None
