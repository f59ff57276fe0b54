"""Is there a point in the domain? An empty one would make every theorem about it empty."""

from collections.abc import Hashable, Iterator
from fractions import Fraction
from itertools import product
from math import prod

from symconvex.data import sized, sizes_of
from symconvex.drafting.draft import Draft, draft_of, nested, statement_of
from symconvex.drafting.example import find_example
from symconvex.drafting.halfspaces import MOST_ROWS, HalfSpace, contradiction
from symconvex.errors import LossError, NotYet
from symconvex.kernel import term as t
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import UNIT, ratio
from symconvex.kernel.term import Budget, Malformed, Refused, Term
from symconvex.language.printing import text_of
from symconvex.problem import Problem

WORK = 3_000_000


def check_domain(problem: Problem) -> None:
    """Nothing, when a point of the domain is found.

    Fails    LossError when the conditions contradict each other or leave no room, NotYet when they are not affine in
             the parameters or no point is found
    """
    if not problem.positive and not problem.nonneg:
        return
    draft = draft_of(problem)
    texts = [*(f"{text_of(c)} > 0" for c in problem.positive), *(f"{text_of(c)} >= 0" for c in problem.nonneg)]
    try:
        statement = statement_of(draft)
    except Malformed as fault:
        raise _not_understood(texts, str(fault)) from fault
    _check_affine(draft, texts)
    if find_example(statement, ()) is not None:
        return
    sized_ = draft_of(sized(problem)) if problem.values else draft
    _check_room(sized_, texts)
    raise _not_understood(texts, "no point was found that meets them all strictly")


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


def _not_understood(texts: list[str], got: str) -> NotYet:
    return NotYet(
        "the conditions are not understood as a domain",
        where=" and ".join(texts),
        expected="affine conditions on the parameters, such as x > 0 or 1 - x - y >= 0",
        got=got,
        hint="state conditions on data as their sets, --set a=positive",
    )


def _check_affine(draft: Draft, texts: list[str]) -> None:
    """Every condition is affine in the parameters and speaks of one at least."""
    normal = Normal(Facts({}, frozenset(), frozenset(), {}), Budget(WORK))
    names = frozenset(draft.parameters)
    for text, entry in zip(texts, draft.domain, strict=True):
        term = entry.term or t.ZERO
        if not normal.mentions(term, names):
            raise _not_understood([text], f"{text} speaks of no parameter")
        if _degree(normal, term, names) != 1:
            raise _not_understood([text], f"{text} is not affine in {', '.join(names)}")


def _degree(normal: Normal, term: Term, names: frozenset[str]) -> int | None:
    """The degree in the parameters; None when they stand inside a function or a quotient."""
    highest = 0
    for mono in normal.poly(term):
        degree = 0
        for key, e in mono:
            atom = normal.atoms[key]
            if not any(isinstance(p, t.Sym) and p.name in names for p in t.subterms(atom)):
                continue
            inner = 1 if isinstance(atom, t.Sym) else None
            if isinstance(atom, t.Sum):
                inner = _degree(normal, atom.body, names)
            if inner is None or e != 1:
                return None
            degree += inner
        highest = max(highest, degree)
    return highest


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
