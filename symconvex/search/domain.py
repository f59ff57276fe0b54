"""Is there a point in the domain? An empty one would make every theorem about it empty."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from symconvex.drafting.draft import Draft, draft_of, statement_of
from symconvex.drafting.example import find_example
from symconvex.errors import LossError, NotYet
from symconvex.kernel import term as t
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import UNIT, ratio
from symconvex.kernel.term import Budget, Malformed, Term
from symconvex.language.printing import text_of
from symconvex.problem import Problem

WORK = 3_000_000
MOST_ROWS = 400

# a.w + b > 0 (strict) or >= 0, w by the names of its entries, and the conditions that it comes from.
Row = tuple[dict[str, Fraction], Fraction, bool, frozenset[int]]


def check_domain(problem: Problem) -> None:
    """Nothing, when a point of the domain is found.

    Fails    LossError when the conditions contradict each other, NotYet when they are no affine conditions on the
             parameters or no point is found
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
    clash = contradiction(draft)
    if clash:
        raise LossError(
            "the domain is empty",
            where=" and ".join(texts[k] for k in sorted(clash)),
            expected="conditions that some values of the parameters meet",
            got="conditions that contradict each other",
            hint="leave one of them out",
        )
    raise _not_understood(texts, "no point that meets them all was found")


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


# ---- conditions with numbers only: Fourier and Motzkin ---------------------------------------------


def contradiction(draft: Draft) -> frozenset[int]:
    """Conditions of which no values meet all, by number; empty when none are known to contradict each other.

    Source   Schrijver 1986, Theory of Linear and Integer Programming, section 12.2 (Fourier-Motzkin elimination)
    """
    rows = list(_rows(draft))
    for name in sorted({name for a, _, _, _ in rows for name in a}):
        above = [row for row in rows if row[0].get(name, 0) > 0]
        below = [row for row in rows if row[0].get(name, 0) < 0]
        rows = [row for row in rows if not row[0].get(name)]
        rows += [_without(name, up, down) for up, down in product(above, below)]
        if len(rows) > MOST_ROWS:
            return frozenset()
    clashes = [origin for _, b, strict, origin in rows if b < 0 or (b == 0 and strict)]
    return min(clashes, key=len, default=frozenset())


def _without(name: str, up: Row, down: Row) -> Row:
    """The sum of positive multiples in which the entry is gone."""
    scale = (-down[0][name], up[0][name])
    a = {key: scale[0] * up[0].get(key, 0) + scale[1] * down[0].get(key, 0) for key in {*up[0], *down[0]} - {name}}
    return {k: v for k, v in a.items() if v}, scale[0] * up[1] + scale[1] * down[1], up[2] or down[2], up[3] | down[3]


def _rows(draft: Draft) -> Iterator[Row]:
    """The conditions that are affine with numbers for coefficients."""
    normal = Normal(Facts({}, frozenset(), frozenset(), {}), Budget(WORK))
    for number, entry in enumerate(draft.domain):
        poly = normal.poly(entry.term or t.ZERO)
        plain = [mono for mono in poly if len(mono) == 1 and mono[0][1] == 1 and mono[0][0] in _entries(draft, normal)]
        if all(mono == UNIT or mono in plain for mono in poly):
            a = {mono[0][0]: Fraction(poly[mono]) for mono in plain}
            yield a, Fraction(ratio(poly.get(UNIT, 0), 1)), entry.kind == "positive", frozenset({number})


def _entries(draft: Draft, normal: Normal) -> set[str]:
    """Single entries of parameters among the atoms; an entry at a free index stands for every place."""
    return {key for key, atom in normal.atoms.items() if isinstance(atom, t.Sym) and atom.name in draft.parameters}
