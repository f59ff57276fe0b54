"""What a sum is multiplied by before it is differentiated: something positive that leaves a simple derivative."""

from collections.abc import Iterator
from fractions import Fraction

from symconvex.drafting.univariate.direct import Signs, atom_sign
from symconvex.drafting.univariate.ends import End, value_sign
from symconvex.drafting.univariate.ring import HARD, TRIGONOMETRIC, Ring
from symconvex.kernel import term as t
from symconvex.kernel.polynomial import Poly, scaled
from symconvex.kernel.term import Fn


def best_multiplier(signs: Signs, poly: Poly, left: End, right: End) -> Poly | None:
    """The multiplier that leaves the easiest derivative."""
    ring, best = signs.ring, dict[tuple[int, ...], Poly]()
    for by in multipliers(signs, poly, left, right):
        grown = ring.times(poly, by)
        slope = ring.fraction(ring.derivative(grown))[1]
        if slope:
            ends = [e is None or value_sign(ring, grown, e) is None for e in (left, right)]
            best.setdefault((*effort(ring, slope), sum(ends)), by)
    return best[min(best)] if best else None


def effort(ring: Ring, poly: Poly) -> tuple[int, ...]:
    """Logarithms with their degrees, classes of exponentials and roots, degree in the variable, length."""
    logs = [key for key, atom in ring.atoms(poly).items() if isinstance(atom, Fn) and atom.name in HARD]
    variable = t.render(ring.s)
    degrees = [int(max(dict(mono).get(key, 0) for mono in poly)) for key in logs]
    beside = [int(max(dict(m).get(variable, 0) for m in poly if key in dict(m))) for key in logs]
    classes = {ring.exponential(mono) for mono in poly}
    top = int(max(dict(mono).get(variable, 0) for mono in poly))
    return sum(degrees), sum(beside), len(classes), top, len(poly)


def multipliers(signs: Signs, poly: Poly, left: End, right: End) -> Iterator[Poly]:
    """1, and the inverses of the exponential, and of the factors of one sign, in the leading coefficient."""
    ring, lead = signs.ring, poly
    seen: list[Poly] = [{(): 1}]
    yield from seen
    if ring.has(poly, *TRIGONOMETRIC):
        return
    while logs := [key for key, atom in ring.atoms(lead).items() if isinstance(atom, Fn) and atom.name in HARD]:
        key = max(logs, key=lambda k: (len(k), k))
        top = max(dict(mono).get(key, 0) for mono in lead)
        lead = {tuple(p for p in m if p[0] != key): c for m, c in lead.items() if dict(m).get(key, 0) == top}
    for part in sorted({ring.exponential(mono) for mono in lead}):
        outer = ring.inverse(part)
        among = {mono: c for mono, c in lead.items() if ring.exponential(mono) == part}
        for by in (outer, _divided(signs, ring.times(among, outer), outer, poly, left, right)):
            if by not in seen:
                seen.append(by)
                yield by


def _divided(signs: Signs, lead: Poly, outer: Poly, poly: Poly, left: End, right: End) -> Poly:
    """The multiplier that also divides by the factors of one sign of a coefficient, a polynomial in the variable."""
    ring = signs.ring
    if any(atom != ring.s for atom in ring.atoms(lead).values()) or lead == poly:
        return outer
    outside, rest = ring.fraction(lead)
    known = atom_sign(signs, ring.s, left, right)
    for base, e in outside:
        if base == ring.s and known is not None and known.sign > 0:
            outer = ring.times(outer, ring.poly(t.power(ring.s, -Fraction(e))))
    for part, k in ring.factors(rest):
        node = signs.one_sign(part, left, right) if ring.moves(part) and part != poly else None
        if node is not None:
            outer = ring.times(outer, ring.poly(t.power(ring.term(scaled(part, node.sign)), -k)))
    return outer
