"""Lines on which a loss of finitely many numbers is affine, where all its squares have a null vector in common.

    v'Hv = sum_k W_k l_k(v)^2,   l_k(u) = 0 for all k:   f(2 u) = (f(0) + f(4 u))/2, and f is not strictly convex

The l_k may speak of data. Where u vanishes for some data (p = 0), these are a case of their own.
"""

from collections.abc import Mapping, Sequence

from symconvex.drafting.constants import holds
from symconvex.drafting.draft import places_of
from symconvex.drafting.judgments import given_positive, is_zero, nonneg
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Alternatives, Lines, PartDraft
from symconvex.drafting.points import loss_at
from symconvex.drafting.quadratic import Quadratic, Sos
from symconvex.drafting.rational import Field, Polynomial, Ratio, primitive
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.spanning import eliminated
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Sym, Term

Level = tuple[list[PartDraft], Mapping[str, Alternatives | int]]
NOTHING: Level = ([], {})


def level_parts(quadratic: Quadratic, sos: Sos, word: str, before: int) -> Level:
    """Parts that say not strictly convex (concave), and the cases where there are more than one.

    before    how many parts stand before them
    """
    draft, field, names = quadratic.lines.draft, quadratic.oracle.field, frozenset(quadratic.lines.draft.parameters)
    rows = [square.row for square in sos.squares]
    if any(_speaks(field, poly, names) for row in rows for poly in row) or any(draft.parameters.values()):
        return NOTHING
    vectors = null_vectors(field, rows)
    for vector in vectors:
        part = _part(quadratic, vector, word, ())
        if part is not None:
            return [part], {}
    places = {generator.atom: k for k, generator in enumerate(field.generators)}
    for name, shape in draft.data.items():
        place = places.get(Sym(name))
        if shape or place is None or not vectors:
            continue
        gone = (*field.ring.gens()[:place], field.polynomial(0), *field.ring.gens()[place + 1 :])
        there = null_vectors(field, [[poly.compose(*gone) for poly in row] for row in rows])
        apart = given_positive(t.power(Sym(name), 2))
        parts = [_part(quadratic, there[0], word, (is_zero(name),)) if there else None]
        parts.append(next((p for p in (_part(quadratic, v, word, (apart,)) for v in vectors) if p is not None), None))
        if all(parts):
            tree = Alternatives(is_zero(name), apart, before, before + 1)
            return [part for part in parts if part is not None], {f"strictly_{word}": tree}
    return NOTHING


def _speaks(field: Field, poly: Polynomial, names: frozenset[str]) -> bool:
    used = [k for k in range(len(field.generators)) if any(int(e[k]) for e in poly.monoms())]
    atoms = [field.generators[k].atom for k in used]
    return any(isinstance(part, Sym) and part.name in names for atom in atoms for part in t.subterms(atom))


def null_vectors(field: Field, rows: Sequence[Sequence[Polynomial]]) -> list[list[Polynomial]]:
    """Vectors of polynomials that all rows take to 0, one for each column that is free."""
    reduced, pivots, size = list[list[Ratio]](), list[int](), len(rows[0]) if rows else 0
    for row in rows:
        line = eliminated(field, [field.ratio(poly, field.polynomial(1)) for poly in row], reduced, pivots)
        place = next((k for k in range(size) if not line[k].is_zero()), None)
        if place is not None:
            line = [field.over(x, line[place]) for x in line]
            reduced = [eliminated(field, old, [line], [place]) for old in reduced]
            reduced, pivots = [*reduced, line], [*pivots, place]
    return [_whole(field, reduced, pivots, free, size) for free in range(size) if free not in pivots]


def _whole(field: Field, rows: list[list[Ratio]], pivots: list[int], free: int, size: int) -> list[Polynomial]:
    """The vector with 1 at the free column, times all denominators."""
    found = [field.number(int(k == free)) for k in range(size)]
    for row, place in zip(rows, pivots, strict=True):
        found[place] = field.negative(row[free])
    below = field.polynomial(1)
    for x in found:
        below = below * (x.below / below.gcd(x.below))
    return list(primitive(field, [x.above * (below / x.below) for x in found])[1])


def _part(quadratic: Quadratic, vector: Sequence[Polynomial], word: str, given: tuple[Given, ...]) -> PartDraft | None:
    """The chord from a point to that with 4 u added, in the domain whose terms do not change on it."""
    draft, field = quadratic.lines.draft, quadratic.oracle.field
    lines = Lines(draft, given=given)
    shift = {way.name[:-1]: field.term(poly) for way, poly in zip(quadratic.ways, vector, strict=True)}
    here: Mapping[str, Term] = {name: Sym(name) if draft.domain else t.ZERO for name in draft.parameters}
    ends = [
        {name: (places_of(draft, name), t.add(here[name], t.mul(t.number(k), u))) for name, u in shift.items()}
        for k in (0, 4)
    ]
    length = find_sign(lines, t.add(*(t.power(t.mul(t.number(4), u), 2) for u in shift.values())), strict=True)
    if length is None or not show_defined(lines, draft.loss):
        return None
    middle = {name: (places_of(draft, name), t.add(here[name], t.mul(t.number(2), u))) for name, u in shift.items()}
    for point in (*ends, middle):
        show_defined(lines, loss_at(draft, point))
    inside = [lines.fact("domain", entry) for entry in draft.domain]
    flat = claim(f"not_strictly_{word}")
    lines.chord(flat, ends, [*inside, *inside, lines.constant(nonneg(t.ZERO)), length])
    part = lines.part(flat)
    return part if holds(draft, part) else None
