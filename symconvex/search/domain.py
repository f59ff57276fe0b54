"""Is there a point in the domain? An empty one would make every theorem about it empty."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod

from symconvex.data import sized, sizes_of
from symconvex.drafting.draft import Draft, conditions_of, draft_of, nested, statement_of
from symconvex.drafting.example import find_example
from symconvex.drafting.halfspaces import MOST_ROWS, HalfSpace, contradiction
from symconvex.errors import LossError, NotYet
from symconvex.kernel import term as t
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import UNIT, ratio
from symconvex.kernel.term import Budget, Malformed, Refused, Term
from symconvex.language.absent import symmetric_instead
from symconvex.language.conditions import degree
from symconvex.language.printing import text_of
from symconvex.problem import Condition, Problem
from symconvex.search.constraints import curved, find_gap, find_proof

WORK = 3_000_000


def checked(problem: Problem) -> Problem:
    """The problem with its conditions in an order in which each is shown to leave a convex set, with a point inside.

    Fails    LossError when the conditions contradict each other, leave no room, or a set that is not convex; NotYet
             when no point is found, or no proof that the set is convex
    """
    if not problem.positive and not problem.nonneg:
        return problem
    draft = draft_of(problem)
    try:
        statement = statement_of(draft)
    except Malformed as fault:
        raise _not_understood(texts_of(problem), str(fault)) from fault
    _check_about(draft, texts_of(problem))
    if find_example(statement, ()) is None:
        sized_ = sized(problem) if problem.values else problem
        _check_room(draft_of(sized_), texts_of(sized_))
        raise _without_point(problem)
    return _arranged(problem)


def _without_point(problem: Problem) -> NotYet:
    return NotYet(
        "no point of the domain was found",
        where=" and ".join(texts_of(problem)),
        expected="conditions that some values of the parameters meet, all of them strictly",
        got="none among simple numbers, and none by climbing",
        hint="state conditions on data as their sets, --set a=positive"
        if problem.data
        else "check that they do not contradict each other",
    )


def texts_of(problem: Problem) -> list[str]:
    """The conditions as they are shown, in the order of the certificate."""
    return [f"{text_of(c.expr)} {'>' if c.strict else '>='} 0" for c in conditions_of(problem)]


def _arranged(problem: Problem) -> Problem:
    """Curved conditions in an order in which each has a proof."""
    draft, conditions = draft_of(problem), conditions_of(problem)
    waiting = [conditions[k] for k in curved(draft)]
    if not waiting:
        return problem
    shown = [c for c in conditions if c not in waiting]
    while waiting:
        found = next((c for c in waiting if has_proof(problem, shown, c)), None)
        if found is None:
            raise _not_convex(problem, shown, waiting[0])
        shown, waiting = [*shown, found], [c for c in waiting if c is not found]
    return on(problem, shown)


def on(problem: Problem, conditions: Iterable[Condition]) -> Problem:
    """The problem with these conditions for its domain."""
    told = tuple(conditions)
    strict, closed = (tuple(c.expr for c in told if c.strict == kind) for kind in (True, False))
    return replace(problem, positive=strict, nonneg=closed)


def has_proof(problem: Problem, shown: Sequence[Condition], last: Condition) -> bool:
    """Does the condition cut a convex set out of what the others leave?"""
    if degree(last.expr, frozenset(p.name for p in problem.parameters)) == 1:
        return True
    draft = draft_of(on(problem, (*shown, last)))
    number = next(k for k, c in enumerate(conditions_of(on(problem, (*shown, last)))) if c == last)
    others = [entry for k, entry in enumerate(draft.domain) if k != number]
    turned = replace(draft, domain=(*others, draft.domain[number]))
    return find_proof(turned, len(others)) is not None


def _not_convex(problem: Problem, shown: Sequence[Condition], last: Condition) -> LossError | NotYet:
    """The error for a condition without a proof: with two points whose middle is outside, where some are found."""
    whole = on(problem, (*shown, last))
    text = next(text for c, text in zip(conditions_of(whole), texts_of(whole), strict=True) if c == last)
    gap = find_gap(draft_of(whole))
    if gap is None:
        return NotYet(
            "the domain is not shown to be convex",
            where=text,
            expected="g > 0 where g, or h g with some h > 0, is concave: 1 - x**2 - y**2 > 0, x*y > 1 with x > 0",
            got=f"no proof that {text} leaves a convex set",
            hint=symmetric_instead(problem)
            or "state it by affine or concave sides, signs first: x > 0, then x*y - 1 > 0",
        )
    return LossError(
        "the domain is not convex",
        where=text,
        expected="a convex set: with two points also all points between them",
        got=f"it has {gap[0]} and {gap[1]}, but not the point halfway",
        hint="state one convex part of it, such as x > 0 of x**2 > 0 or x > 0 and y > 0 of x*y > 0",
    )


def _check_room(draft: Draft, texts: list[str]) -> None:
    """Raise LossError when the conditions contradict each other, or leave no room inside."""
    for strict, what in ((False, "the domain is empty"), (True, "the domain is flat: it has no point inside")):
        clash = contradiction_in(draft, strict=strict)
        if clash is not None:
            raise LossError(
                what,
                where=" and ".join(texts[k] for k in sorted(clash)),
                expected="conditions that some values of the parameters meet, all of them strictly",
                got="conditions that contradict each other" + (" when they are strict" if strict else ""),
                hint="leave one of them out",
            )


def _not_understood(texts: list[str], got: str, hint: str = "") -> NotYet:
    return NotYet(
        "the conditions are not understood as a domain",
        where=" and ".join(texts),
        expected="conditions on the parameters, such as x > 0 or 1 - x**2 - y**2 >= 0",
        got=got,
        hint=hint or "state conditions on data as their sets, --set a=positive",
    )


def _check_about(draft: Draft, texts: list[str]) -> None:
    """Every condition speaks of a parameter, or of several numbers of the data together: no set says that."""
    normal = Normal(Facts({}, frozenset(), frozenset(), {}), Budget(WORK))
    names = frozenset(draft.parameters)
    for text, entry in zip(texts, draft.domain, strict=True):
        term = entry.term or t.ZERO
        if not normal.mentions(term, names) and not any(isinstance(part, t.Sum) for part in t.subterms(term)):
            name = text.removesuffix(" > 0").removesuffix(" >= 0")
            within = "nonnegative" if text.endswith(">= 0") else "positive"
            hint = f"say it of the data: --set {name}={within}" if name in draft.data else ""
            raise _not_understood([text], f"{text} speaks of no parameter", hint)


# ---- conditions that contradict each other ---------------------------------------------------------


def contradiction_in(draft: Draft, *, strict: bool) -> frozenset[int] | None:
    """Conditions of which no values meet all, by number; None when none are known to contradict each other.

    strict    whether each is asked to be > 0, also where it says >= 0: is there room in the domain?
    """
    normal = Normal(Facts({}, frozenset(), frozenset(), nested(draft.problem.values)), Budget(WORK))
    try:
        return contradiction([*_rows(draft, normal, strict), *_known(draft, normal)])
    except Refused:
        return None


def _row(normal: Normal, term: Term, strict: bool, *origin: int) -> HalfSpace:
    """The term as a combination of monomials, each of them an unknown of its own."""
    poly = normal.poly(term)
    a: dict[Hashable, Fraction] = {mono: Fraction(value) for mono, value in poly.items() if mono != UNIT}
    return HalfSpace(a, Fraction(ratio(poly.get(UNIT, 0), 1)), strict, frozenset(origin))


def _rows(draft: Draft, normal: Normal, strict: bool) -> Iterator[HalfSpace]:
    """Every condition; of one for every place also the sum over the places, and with given sizes each place."""
    fixed = sizes_of(draft.problem)
    for number, entry in enumerate(draft.domain):
        term, strictly = entry.term or t.ZERO, strict or entry.kind == "positive"
        free = {index: draft.indices[index] for index in sorted(t.free_indices(term))}
        yield _row(normal, term, strictly, number)
        total = term
        for index, size in free.items():
            total = t.Sum(index, size, total)
            yield _row(normal, total, strictly, number)
        counts = [fixed.get(size, 0) if isinstance(size, str) else size for size in free.values()]
        for place in product(*map(range, counts)) if prod(counts) <= MOST_ROWS and free else ():
            yield _row(normal, t.reindex(term, dict(zip(free, place, strict=True))), strictly, number)


def _known(draft: Draft, normal: Normal) -> Iterator[HalfSpace]:
    """What sets, least sizes and even powers say of the parts of the conditions."""
    parts = {part for entry in draft.domain for part in t.subterms(entry.term or t.ZERO)}
    parts |= {t.Dim(size) for size in draft.sizes()}
    for part in sorted(parts, key=t.render):
        if isinstance(part, t.Dim) and isinstance(part.size, str):
            yield _row(normal, t.sub(part, t.number(draft.least(part.size))), False)
        elif isinstance(part, t.Pow) and part.exponent.denominator == 1 and part.exponent % 2 == 0:
            yield _row(normal, part, False)
        elif isinstance(part, t.Sym) and part.name in draft.data:
            within = draft.within(part.name)
            if within in ("positive", "unit"):
                yield _row(normal, part, True)
            if within in ("nonnegative", "binary", "count"):
                yield _row(normal, part, False)
            if within in ("unit", "binary", "sign"):
                yield _row(normal, t.sub(t.ONE, part), within == "unit")
            if within == "sign":
                yield _row(normal, t.add(t.ONE, part), False)
