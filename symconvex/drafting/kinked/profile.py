"""A term as a function of one affine form."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.draft import Draft
from symconvex.drafting.profile import is_affine, mentions
from symconvex.drafting.univariate.scribe import Region
from symconvex.drafting.univariate.signs import S
from symconvex.kernel import term as t
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import UNIT, Poly
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Add, Budget, Fn, Num, Sum, Sym, Term

KINKED = ("relu", "abs", "max")
WORK = 300_000
MOST_PARTS = 300


@dataclass(frozen=True, slots=True)
class Profile:
    """term = function at the argument, an affine form of the parameters.

    region    what the domain says of the argument
    sides     for each assumption of the region, the entry of the domain and the factor that give it
    """

    function: Term
    argument: Term
    region: Region
    sides: tuple[tuple[Judgment, Fraction], ...] = ()


def has_kinks(term: Term, names: frozenset[str]) -> bool:
    """Does a corner move with the parameters?"""
    return any(isinstance(part, Fn) and part.name in KINKED and mentions(part, names) for part in t.subterms(term))


def profile_of(draft: Draft, term: Term) -> Profile | None:
    """The function and the form; None when the term depends on more than one form, or on data beside it."""
    names = frozenset(draft.parameters)
    parts = [part for _, part in zip(range(MOST_PARTS), t.subterms(term), strict=False)]
    if len(parts) == MOST_PARTS:
        return None
    forms = list(dict.fromkeys(map(_without_numbers, _forms(term, names))))
    if not forms:
        return None
    argument = min(forms, key=lambda form: (len(t.render(form)), t.render(form)))
    normal = Normal(Facts({d.name: d.within for d in draft.problem.data}, frozenset(), frozenset(), {}), Budget(WORK))
    reader = FormReader(normal, normal.poly(argument), names)
    function = reader.read(term)
    if function is None or any(isinstance(part, Sym) and part not in (S, Sym(t.PI)) for part in t.subterms(function)):
        return None
    return _within(draft, reader, argument, function)


def _forms(term: Term, names: frozenset[str]) -> Iterator[Term]:
    """The largest affine parts that move."""
    if not mentions(term, names):
        return
    if is_affine(term, names):
        yield term
        return
    for part in t.children(term):
        yield from _forms(part, names)


def _without_numbers(form: Term) -> Term:
    return t.add(*(arg for arg in form.args if not isinstance(arg, Num))) if isinstance(form, Add) else form


@dataclass(frozen=True, slots=True)
class FormReader:
    """Reads terms in one affine form as terms in S."""

    normal: Normal
    form: Poly
    names: frozenset[str]

    def read(self, term: Term) -> Term | None:
        """The term in S."""
        if not mentions(term, self.names):
            return None if isinstance(term, Sum) else term
        if is_affine(term, self.names):
            found = self.scaled(term)
            return None if found is None else t.add(t.mul(Num(found[0]), S), Num(found[1]))
        if isinstance(term, Sum):
            return None
        parts = [self.read(part) for part in t.children(term)]
        known = tuple(part for part in parts if part is not None)
        return t.rebuild(term, known) if len(known) == len(parts) else None

    def scaled(self, term: Term) -> tuple[Fraction, Fraction] | None:
        """a and b where the term is a * form + b."""
        poly = dict(self.normal.poly(term))
        constant = Fraction(poly.pop(UNIT, 0))
        mono = next(iter(self.form))
        ratio = Fraction(poly.get(mono, 0)) / Fraction(self.form[mono])
        matches = ratio and poly.keys() == self.form.keys() and all(poly[m] == ratio * c for m, c in self.form.items())
        return (ratio, constant) if matches else None


def _within(draft: Draft, reader: FormReader, argument: Term, function: Term) -> Profile:
    """With the bounds that the domain gives the form."""
    ends = dict[int, tuple[Fraction, bool, Judgment, Fraction]]()
    for entry in draft.domain:
        term = entry.term or t.ZERO
        found = reader.scaled(term) if is_affine(term, reader.names) and mentions(term, reader.names) else None
        if found is None or t.free_indices(term) or not _is_plain(term, reader.names):
            continue
        ratio, constant = found
        way, end = (1 if ratio > 0 else -1), -constant / ratio
        known = ends.get(way)
        if known is None or way * (end - known[0]) > 0:
            ends[way] = (end, entry.kind == "nonneg", entry, 1 / abs(ratio))
    left, right = ends.get(1), ends.get(-1)
    region = Region(
        None if left is None else Num(left[0]),
        None if right is None else Num(right[0]),
        left is not None and left[1],
        right is not None and right[1],
    )
    return Profile(function, argument, region, tuple((end[2], end[3]) for end in (left, right) if end is not None))


def _is_plain(term: Term, names: frozenset[str]) -> bool:
    """Of parameters and numbers only?"""
    return all(part.name in names for part in t.subterms(term) if isinstance(part, Sym))
