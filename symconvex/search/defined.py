"""The domain on which a problem is decided: as it was stated, or the natural one, and the loss is defined on it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from itertools import islice

from symconvex.drafting.draft import conditions_of, draft_of
from symconvex.drafting.interior import trials
from symconvex.drafting.lines import Lines
from symconvex.drafting.signs import find_sign
from symconvex.errors import LossError, NotYet
from symconvex.kernel import term as t
from symconvex.kernel.enclose import Values, is_positive
from symconvex.kernel.term import Budget, Term
from symconvex.language import nodes
from symconvex.language.conditions import degree
from symconvex.language.place import Place
from symconvex.language.printing import text_of
from symconvex.problem import Condition, Expr, Problem
from symconvex.search.domain import on
from symconvex.search.ground import SIGNS, Ground, needs, place_in
from symconvex.search.natural import needed, with_weights, without_repeats
from symconvex.search.parts import convex_parts
from symconvex.search.portfolio import is_defined

WORK = 3_000_000
MOST_POINTS = 120
ZERO = Expr("number", (), Fraction(0), ())
NATURAL = "no domain was stated: this one is taken, on which the formula is defined"


def defined(problem: Problem) -> Problem:
    """The problem on a domain where its loss is defined, as far as that can be found; what is added is noted.

    Fails    LossError when the natural domain is not convex, or the loss is not real on the domain that was stated
    """
    stated = tuple(plain for c in conditions_of(problem) for plain in unrooted(problem, c))
    if stated:
        problem = on(problem, _completed(problem, stated))
        if is_defined(problem):
            return problem
        weighted = on(problem, with_weights(problem, conditions_of(problem), needs(problem.loss)))
        return weighted if is_defined(weighted) else _opened(problem)
    if is_defined(problem):
        return problem
    try:
        found = needed(problem, (), needs(problem.loss), problem.text)
    except NotYet:  # no part of it is shown to be convex: the rules may know better, and say where they end
        return problem
    return replace(on(problem, without_repeats(problem, found)), notes=(*problem.notes, NATURAL)) if found else problem


def unrooted(problem: Problem, condition: Condition) -> tuple[Condition, ...]:
    """r - k sqrt(E) > 0 with E >= 0 as r > 0 and r^2 - k^2 E > 0, with >= where r is a number; any other as it is.

    Where no more than r >= 0 is known, r^2 - k^2 E over r, which is concave, may not be defined. That r >= 0 is left
    out where the data say so; where they do not, and r is data, the condition stays as it is.
    """
    parts = list(_summands(condition.expr))
    roots = [(k, part) for k, part in enumerate(parts) if _root(part) is not None]
    if len(roots) != 1 or condition.expr.shape:
        return (condition,)
    ((number, root),) = roots
    scale, inner = _root(root) or (Fraction(0), root)
    draft, term = Ground(problem, ()).term(inner)
    if scale >= 0 or find_sign(Lines(draft, deep=True), term, strict=False) is None:
        return (condition,)
    nowhere = Place("", (0, 0))
    rest = reduce(lambda a, b: nodes.add(a, b, nowhere), [p for k, p in enumerate(parts) if k != number] or [ZERO])
    value, square = nodes.constant(rest), nodes.mul(nodes.number(-(scale**2), nowhere), inner, nowhere)
    if value is not None and value > 0:
        return (replace(condition, expr=nodes.add(nodes.number(value**2, nowhere), square, nowhere)),)
    if not condition.strict and value is None:
        return (condition,)
    whole = nodes.add(Expr("pow", (rest,), Fraction(2), rest.shape), square, nowhere)
    ground, left = Ground(problem, ()).term(rest)
    known = find_sign(Lines(ground, deep=True), left, strict=False) is not None
    if not known and degree(rest, frozenset(p.name for p in problem.parameters)) == 0:
        return (condition,)  # norm(w) < r with any r, of which no condition can be said
    return (*([] if known else [replace(condition, expr=rest)]), replace(condition, expr=whole))


def _summands(expr: Expr) -> Iterator[Expr]:
    if expr.op == "add":
        for arg in expr.args:
            yield from _summands(arg)
    else:
        yield expr


def _root(expr: Expr) -> tuple[Fraction, Expr] | None:
    """k and E of k sqrt(E)."""
    scale = nodes.constant(expr.args[0]) if expr.op == "mul" else None
    inner = expr.args[1] if scale is not None else expr
    return (scale or Fraction(1), inner.args[0]) if inner.op == "pow" and inner.value == Fraction(1, 2) else None


def _completed(problem: Problem, stated: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The stated conditions with what they presuppose: log(x) > y only where x > 0."""
    asked = [need for c in stated for need in needs(c.expr) if need.kind != "nonzero"]
    if not asked or all(Ground(problem, stated).holds(need.expr) for need in asked):
        return stated
    before = needed(problem, (), asked, " and ".join(text_of(c.expr) for c in stated))
    return (*before, *(c for c in stated if c not in before))


def _opened(problem: Problem) -> Problem:
    """Without the edges at which the loss is not shown to be defined.

    Fails    LossError when the loss is certainly not defined at some point inside
    """
    closed = [Condition(c, False) for c in problem.nonneg]
    for edges in (*([c] for c in closed), closed):
        told = [replace(c, strict=True) if c in edges else c for c in conditions_of(problem)]
        if edges and is_defined(on(problem, told)):
            shown = " and ".join(f"{text_of(c.expr)} > 0" for c in edges)
            return replace(
                on(problem, told),
                notes=(
                    *problem.notes,
                    f"{shown}: the loss is not shown to be defined at the edge",
                ),
            )
    _check_real(problem)
    return problem


def _check_real(problem: Problem) -> None:
    """Raise LossError when the loss is certainly not a real number at some point of the domain."""
    if problem.data or any(p.shape for p in problem.parameters):
        return
    known = Ground(problem, conditions_of(problem))
    names, domain = [p.name for p in problem.parameters], [entry.term or t.ZERO for entry in draft_of(problem).domain]
    points = [p for p in islice(trials(len(names)), MOST_POINTS) if all(_above(names, p, term) for term in domain)]
    for need in needs(problem.loss):
        term = known.term(need.expr)[1]
        below = [p for p in points if _above(names, p, t.neg(term))]
        if below and (need.kind != "nonzero" or any(_above(names, p, term) for p in points)):
            at = ", ".join(f"{name} = {x}" for name, x in zip(names, below[0], strict=True))
            text, sign = text_of(need.expr), SIGNS[need.kind]
            stated = [f"{text_of(c.expr)} {'>' if c.strict else '>='} 0" for c in conditions_of(problem)]
            parts = convex_parts(on(problem, ()), [(f"{text} > 0",), (*stated, f"{text} > 0")])
            told = " ".join(f'--where "{condition}"' for condition in parts[0]) if parts else ""
            raise LossError(
                "the loss is not a real number on all of its domain",
                where=place_in(need.expr, problem.text),
                expected=f"{text} {sign} on the domain",
                got=f"{text} < 0 at {at}"
                + ("" if need.kind != "nonzero" else ", and > 0 elsewhere: in between it is 0"),
                hint=f"state another domain, such as {told}" if told else "state another domain with --where",
            )


def _above(names: Sequence[str], point: Sequence[Fraction], term: Term) -> bool:
    """Is the term certainly > 0 at the point?"""
    return is_positive(term, Values(dict(zip(names, point, strict=True)), {}, {}, {}), Budget(WORK))
