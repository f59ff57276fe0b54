"""Conditions for what a formula asks for to hold: its natural domain, when that is a convex set.

Every root, logarithm and denominator asks for a sign. That is simplified: factors of known sign leave, a polynomial
in one unknown is solved. A set that falls apart is an error that names its parts.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod

from symconvex.drafting.draft import Draft, draft_of
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.rational import field_of, fraction
from symconvex.drafting.signs import find_sign
from symconvex.errors import LossError, NotYet
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Sym, Term
from symconvex.language import nodes
from symconvex.language.absent import symmetric_instead
from symconvex.language.conditions import degree, parse_condition
from symconvex.language.indices import nodes_of
from symconvex.language.place import Place
from symconvex.language.printing import text_of
from symconvex.problem import Condition, Expr, Problem
from symconvex.search.domain import has_proof, on
from symconvex.search.ground import SIGNS, Ground, Need, place_in
from symconvex.search.line import Choice, Part, between_roots, near_roots, on_the_line
from symconvex.search.parts import convex_parts
from symconvex.search.torn import find_tear

NOWHERE = Place("", (0, 0))


def needed(problem: Problem, stated: tuple[Condition, ...], asked: Iterable[Need], text: str) -> tuple[Condition, ...]:
    """Conditions that meet what is asked for, after the stated ones."""
    known, waiting, asked = Ground(problem, stated), list[Need](), [*asked]
    for need in asked:
        if not known.speaks(need.expr) or known.holds(need.expr, strict=need.kind != "nonneg"):
            continue
        if need.kind == "nonzero":
            waiting.append(need)
            continue
        found = on_data(known, need.expr) or solved(known, need, asked, text)
        known = Ground(problem, (*known.conditions, *found))
    for need in waiting:
        if not known.differs(need.expr):
            raise _fault(known, need, asked, text, _sides(known, need.expr))
    return known.conditions


def _with_stated(known: Ground, part: Choice) -> Choice:
    """The part with the conditions found before that it does not imply."""
    symbols = (*known.problem.parameters, *known.problem.data)
    told = tuple(c for text in part for c in parse_condition(text, symbols=symbols))
    kept = [c for c in known.conditions if not Ground(known.problem, told).holds(c.expr)]
    return (*(f"{text_of(c.expr)} > 0" for c in kept), *part)


def _sides(known: Ground, expr: Expr) -> list[Choice]:
    """The parts on which a formula is not 0."""
    if expr.op == "call" and expr.value == "abs":
        return _sides(known, expr.args[0])
    draft, term = known.term(expr)
    if not _is_scalar(expr, term):
        return [(f"{text_of(expr)} > 0",), (f"{text_of(expr)} < 0",)]
    _, odd, even = split(known, draft, term)
    every = [*odd, *even]
    if len(known.problem.parameters) == 1 and not draft.data:
        found = between_roots(known.problem.parameters[0].name, every)
        if found is not None:
            return [(part,) for part in found]
    return [*_patterns(known, 1, every), *_patterns(known, -1, every)]


def without_repeats(problem: Problem, conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The conditions that do not follow from the others."""
    kept = list(conditions)
    for condition in conditions:
        others = tuple(c for c in kept if c is not condition)
        if others and Ground(problem, others).holds(condition.expr):
            kept = list(others)
    return tuple(kept)


# ---- sums of weights -------------------------------------------------------------------------------


def with_weights(problem: Problem, stated: tuple[Condition, ...], asked: Iterable[Need]) -> tuple[Condition, ...]:
    """The stated conditions, and those on data with which more of what is asked for holds."""
    known = Ground(problem, stated)
    for need in asked:
        if known.speaks(need.expr) and not known.holds(need.expr, strict=need.kind != "nonneg"):
            known = Ground(problem, (*known.conditions, *on_data(known, need.expr)))
    return known.conditions


def on_data(known: Ground, expr: Expr) -> tuple[Condition, ...]:
    """A condition on weights alone with which a sum of weighted terms is > 0; nothing when none is known."""
    told = (Condition(mass, True) for mass in masses(expr, known))
    found = next((c for c in told if known.given(c, expr)), None)
    return () if found is None else (found,)


def masses(expr: Expr, known: Ground) -> Iterator[Expr]:
    """What the weights of a sum of weighted terms add up to: R @ exp(X @ w) with R >= 0 is > 0 where this is."""
    match expr:
        case Expr("mul", (left, right)) if left.shape == () or right.shape == ():
            yield from masses(right if left.shape == () else left, known)
        case Expr("matmul", (left, right)) if len(left.shape) == 2 and not known.speaks(left):
            yield nodes.total(left, 1, NOWHERE)
        case Expr("matmul", (left, right)) if len(right.shape) == 2 and not known.speaks(right):
            yield nodes.total(right, 0, NOWHERE)
        case Expr("matmul", (left, right)):
            yield from (nodes.total(arg, None, NOWHERE) for arg in (left, right) if not known.speaks(arg))
        case Expr("sum", (Expr("mul", args, shape=shape),), axis) if axis is None or isinstance(axis, int):
            weights = [arg for arg in args if arg.shape == shape and not known.speaks(arg)]
            yield from (nodes.total(arg, axis, NOWHERE) for arg in weights)


# ---- one sign --------------------------------------------------------------------------------------


def solved(known: Ground, need: Need, asked: Sequence[Need], text: str) -> tuple[Condition, ...]:
    """Conditions for a formula to be > 0, one of those that are asked for.

    Fails    LossError when it is so nowhere, or on a set that is not convex; NotYet when neither is shown
    """
    expr = need.expr
    whole = (Condition(expr, True),)
    names = frozenset(p.name for p in known.problem.parameters)
    draft, term = known.term(expr)
    if degree(expr, names) == 1 or not _is_scalar(expr, term):
        return whole
    sign, odd, even = split(known, draft, term)
    if not odd and not even:
        if sign < 0:
            raise _not_real(expr, text)
        return whole
    if len(names) == 1 and not draft.data:
        found = on_the_line(known, next(iter(names)), sign, [*odd, *even], odd)
        if found is not None:
            if isinstance(found, tuple):
                return found
            raise _fault(known, need, asked, text, found)
    if len(odd) == 1 and not even:
        plain = odd[0][0] if sign > 0 else t.neg(odd[0][0])
        simple = simpler(plain)
        if simple != plain or not known.is_multiple(draft, term, plain):
            whole = (Condition(known.formula(known.text(simple)), True),)
    if has_proof(known.problem, known.conditions, whole[0]):
        return whole
    choices = [] if even else _patterns(known, sign, odd) if len(odd) > 1 else _split_choices(known, whole[0])
    raise _fault(known, need, asked, text, choices)


def _is_scalar(expr: Expr, term: Term) -> bool:
    parts = t.subterms(term)
    return not expr.shape and not any(isinstance(p, t.Sum) or (isinstance(p, Sym) and p.indices) for p in parts)


def _split_choices(known: Ground, condition: Condition) -> list[Choice]:
    """The condition where an unknown has one sign, and where it has the other, if both are convex: a c - b^2 > 0."""
    if any(isinstance(part, Fn) for part in t.subterms(known.term(condition.expr)[1])):
        return []
    for symbol in known.problem.parameters:
        here = Expr("name", (), symbol.name, ())
        below = Expr("mul", (Expr("number", (), Fraction(-1), ()), here), None, ())
        signs = [Condition(side, True) for side in (here, below)]
        if all(has_proof(known.problem, (*known.conditions, sign), condition) for sign in signs):
            return [(f"{symbol.name} {sign} 0", f"{text_of(condition.expr)} > 0") for sign in "><"]
    return []


def split(known: Ground, draft: Draft, term: Term) -> tuple[int, list[Part], list[Part]]:
    """The sign of what is known, and the factors of unknown sign that stand an odd, and an even, number of times."""
    normal = normal_of(draft)
    poly = normal.poly(term)
    field = field_of(normal, [poly])
    value = field.read(poly)
    above, below = value.above.factor(), value.below.factor()
    sign, odd, even = 1 if fraction(above[0]) * fraction(below[0]) > 0 else -1, list[Part](), list[Part]()
    for part, e in (*above[1], *below[1]):
        factor = field.term(part)
        if known.is_positive(draft, factor):
            continue
        if known.is_positive(draft, t.neg(factor)):
            sign *= (-1) ** int(e)
        else:
            (odd if int(e) % 2 else even).append((factor, part))
    return sign, odd, even


def simpler(term: Term) -> Term:
    """log u > 0 as u - 1 > 0, and e^u - 1 > 0 as u > 0."""
    match term:
        case Fn("log", (u,)):
            return t.sub(u, t.ONE)
        case t.Add((t.Num(c), Fn("exp", (u,)))) if c == -1:
            return u
    return term


def _patterns(known: Ground, sign: int, odd: Sequence[Part]) -> list[Choice]:
    """The choices of signs of the factors with which the product has the sign; what is >= 0 has one choice."""
    draft, found = draft_of(on(known.problem, known.conditions)), list[Choice]()
    fixed = [find_sign(Lines(draft, deep=True), factor, strict=False) is not None for factor, _ in odd]
    for choice in product((1, -1), repeat=len(odd)):
        if prod(choice) == sign and all(side > 0 for side, one in zip(choice, fixed, strict=True) if one):
            parts = zip(choice, odd, fixed, strict=True)
            found.append(tuple(_sided(known, factor, side) for side, (factor, _), one in parts if not one))
    return found


def _sided(known: Ground, factor: Term, side: int) -> str:
    """factor > 0 or factor < 0"""
    return f"{known.text(simpler(factor))} {'>' if side > 0 else '<'} 0"


# ---- errors ----------------------------------------------------------------------------------------


def _fault(
    known: Ground, need: Need, asked: Sequence[Need], text: str, choices: Sequence[Choice]
) -> LossError | NotYet:
    """The error for a part whose sign is open: that the set falls apart only where points show it."""
    factors, sign = _factors(known, need.expr), SIGNS[need.kind]
    if _is_base(known.problem, need.expr, text):
        return NotYet(
            "a power whose exponent is no number is read for positive bases only",
            where=place_in(need.expr, text),
            expected=f"{text_of(need.expr)} > 0",
            got="a base that may be 0, where the power may still be a number",
            hint=f'state --where "{text_of(need.expr)} > 0", or give the exponent as a number',
        )
    near = near_roots(factors) if len(known.problem.parameters) == 1 else ()
    tear = find_tear(known, need, asked, [factor for factor, _ in factors], [*near])
    if tear is None:
        return NotYet(
            "the formula is not shown to be defined on a convex set",
            where=place_in(need.expr, text),
            expected=f"{text_of(need.expr)} {sign} on a convex set",
            got="its sign is not known",
            hint="state a domain with --where",
        )
    parts = convex_parts(known.problem, (_with_stated(known, choice) for choice in choices))
    told = " or ".join(" ".join(f'--where "{condition}"' for condition in part) for part in parts)
    instead = symmetric_instead(known.problem) or "state a convex part of it with --where"
    return LossError(
        "the formula is defined on a set that is not convex" + (" for some values of the data" if tear.data else ""),
        where=place_in(need.expr, text),
        expected="a convex domain, as convexity compares points with those between them",
        got=f"{text_of(need.expr)} {sign} is asked for: {tear.text}" + (f", for {tear.data}" if tear.data else ""),
        hint=f"state one part of it: {told}" if parts else instead,
    )


def _is_base(problem: Problem, expr: Expr, text: str) -> bool:
    """Was it typed as the base of a power b**p, which is read as exp(p log b)?"""
    logs = (part for part in nodes_of(problem.loss) if part.op == "call" and part.value == "log")
    return any(part.args[0] == expr and "log" not in text[slice(*part.span)] for part in logs)


def _factors(known: Ground, expr: Expr) -> list[Part]:
    """The factors of unknown sign of a formula without sums and data."""
    draft, term = known.term(expr)
    if draft.data or not _is_scalar(expr, term):
        return []
    _, odd, even = split(known, draft, term)
    return [*odd, *even]


def _not_real(expr: Expr, text: str) -> LossError:
    return LossError(
        "the formula is no real number for any values of the parameters",
        where=place_in(expr, text),
        expected=f"{text_of(expr)} > 0 somewhere",
        got=f"{text_of(expr)} is never > 0",
        hint="check its sign",
    )
