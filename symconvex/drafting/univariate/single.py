"""Terms that depend on the data and the parameters through one argument: c T(u), and nothing else of u in c.

u = r or r/d, r affine in the parameters, d a number or a label among the data
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.draft import Draft
from symconvex.drafting.profile import degree, mentions
from symconvex.drafting.univariate.signs import S
from symconvex.kernel import term as t
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import Poly
from symconvex.kernel.term import Add, Budget, Fn, Mul, Pow, Refused, Sum, Sym, Term

MOST_ARGUMENTS, WORK = 4, 200_000


@dataclass(frozen=True, slots=True)
class Single:
    """scale * function(S), with the argument for S."""

    scale: Term
    function: Term
    argument: Term


def singles(draft: Draft, term: Term) -> Iterator[Single]:
    """The ways to read a term as a function of one argument."""
    names = frozenset(draft.parameters)
    normal = Normal(Facts({d.name: d.within for d in draft.problem.data}, frozenset(), frozenset(), {}), Budget(WORK))
    inner = list(dict.fromkeys(_affine(term, names)))
    beside = [t.ONE, *dict.fromkeys(part for part in t.subterms(term) if _is_number(draft, part))]
    for r in inner[:MOST_ARGUMENTS]:
        for d in beside[:MOST_ARGUMENTS]:
            try:
                poly = normal.poly(_replaced(term, r, t.mul(S, d)))
            except Refused:
                continue
            scale, function = _apart(normal, poly)
            if function is not None:
                yield Single(scale, function, r if d == t.ONE else t.mul(r, t.power(d, -1)))


def _affine(term: Term, names: frozenset[str]) -> Iterator[Term]:
    """Affine terms in the parameters, the outermost ones."""
    powers = degree(term, names) if mentions(term, names) and not isinstance(term, Fn | Pow | Mul) else None
    if powers is not None and powers[1] <= 1:
        yield term
        return
    if not isinstance(term, Sum):
        for part in t.children(term):
            yield from _affine(part, names)


def _is_number(draft: Draft, part: Term) -> bool:
    """A number, or a label, among the data."""
    return isinstance(part, Sym) and part.name in draft.data and (not part.indices or draft.within(part.name) == "sign")


def _replaced(term: Term, old: Term, new: Term) -> Term:
    parts = t.children(term)
    if term == old:
        return new
    if isinstance(term, Add) and isinstance(old, Add) and all(arg in term.args for arg in old.args):
        return t.add(*(_replaced(arg, old, new) for arg in term.args if arg not in old.args), new)
    return t.rebuild(term, tuple(_replaced(part, old, new) for part in parts)) if parts else term


def _apart(normal: Normal, poly: Poly) -> tuple[Term, Term | None]:
    """c and T with c T(S) the polynomial, c a product in the data; no T where there is none."""
    scales, moving = set[Term](), list[Term]()
    for mono, c in poly.items():
        atoms = [(normal.atoms[key], Fraction(e)) for key, e in mono]
        fixed = [t.power(atom, e) for atom, e in atoms if not _speaks(atom)]
        scales.add(t.mul(*fixed))
        moving.append(t.mul(t.number(c), *(t.power(atom, e) for atom, e in atoms if _speaks(atom))))
    function = t.add(*moving)
    other = any(isinstance(part, Sym) and part not in (S, Sym(t.PI)) for part in t.subterms(function))
    if len(scales) != 1 or other or not _speaks(function) or any(isinstance(p, Sum) for p in t.subterms(function)):
        return t.ONE, None
    (scale,) = scales
    return scale, function if not t.free_indices(scale) else None


def _speaks(term: Term) -> bool:
    return any(part == S for part in t.subterms(term))
