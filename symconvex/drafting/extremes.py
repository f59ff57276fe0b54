"""Modulus and smoothness constant of a function of several numbers, and that no better ones exist.

    v'Hv - m |v|^2 >= 0,   L |v|^2 - v'Hv >= 0

A Hessian of numbers has its extreme eigenvalues as constants: exact where they are rational or roots of a quadratic
polynomial. Of any other, the part that does not depend on the point gives a modulus when the rest is >= 0.
"""

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

import flint

from symconvex.drafting.arguments.hessian import Gap
from symconvex.drafting.chords import Vector
from symconvex.drafting.constants import holds, squared_norm
from symconvex.drafting.draft import MADE, places_of
from symconvex.drafting.effort import bounded
from symconvex.drafting.eigenpair import find_pair, show_number
from symconvex.drafting.eigenpair import show_gap as show_pair
from symconvex.drafting.indefinite import inner_point, point_of
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import given_positive, nonneg, positive, real
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.oracle import Oracle
from symconvex.drafting.pivots import Form
from symconvex.drafting.quadratic import Pairs, Quadratic, add_squares, find_squares, in_factors, pairs_of, with_field
from symconvex.drafting.rational import Field, Ratio, primitive
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.spanning import eliminated
from symconvex.drafting.tangents import show_by_tangents
from symconvex.kernel import term as t
from symconvex.kernel.polynomial import Mono, Number, Poly, plus, scaled
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Fn, Num, Sym, Term

Extremes = tuple["Extreme | None", "Extreme | None"]
Offers = tuple["Extreme", ...]
SMALLER, LARGER = Sym(f"{MADE}M"), Sym(f"{MADE}m")
DIGITS = 100
CLOSE = 1e-9
SLACK, SHARES, LEAST_OFFERED, MOST_DENOMINATOR = 1e-5, (0.002, 0.1), 1e-4, 64
CONSTANT_WORK = 1_500_000
MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Extreme:
    """A constant, and a point where it is an eigenvalue of the Hessian; None where it is only a bound."""

    value: Term
    at: Vector | None


# ---- eigenvalues -----------------------------------------------------------------------------------


def eigenvalues(matrix: Sequence[Sequence[Fraction]], at: Vector | None) -> tuple[Extreme, Extreme]:
    """The least and the largest eigenvalue of a rational symmetric matrix, or numbers just below and just above.

    at    where the matrix is the Hessian
    """
    import numpy as np

    size = len(matrix)
    rows = flint.fmpq_mat([[flint.fmpq(x.numerator, x.denominator) for x in row] for row in matrix])
    values = np.linalg.eigvalsh(np.array([[float(x) for x in row] for row in matrix]))
    roots = [root for poly, _ in rows.charpoly().factor()[1] for root in roots_of(poly)]
    found = []
    for value, outward in ((values[0], -1), (values[size - 1], 1)):
        near = [root for root, about in roots if abs(about - value) <= CLOSE * max(1.0, abs(value))]
        found.append(Extreme(near[0], at) if len(near) == 1 else Extreme(rounded(float(value), outward), None))
    return found[0], found[1]


def roots_of(poly: Any) -> Iterator[tuple[Term, float]]:
    """The roots of a polynomial of degree 1 or 2, as p + q sqrt(d) with d free of squares, and roughly."""
    c = [Fraction(int(poly[k].p), int(poly[k].q)) for k in range(poly.degree() + 1)]
    if len(c) == 2:
        yield Num(-c[0] / c[1]), float(-c[0] / c[1])
    if len(c) == 3:
        disc = c[1] ** 2 - 4 * c[2] * c[0]
        whole, scale = disc.numerator * disc.denominator, Fraction(1, disc.denominator)
        for prime, e in flint.fmpz(whole).factor():
            scale *= int(prime) ** (int(e) // 2)
            whole //= int(prime) ** (2 * (int(e) // 2))
        for side in (-1, 1):
            p, q = -c[1] / (2 * c[2]), side * scale / (2 * c[2])
            root = t.power(t.number(whole), Fraction(1, 2))
            yield t.add(Num(p), t.mul(Num(q), root)), float(p) + float(q) * whole**0.5


def rounded(value: float, outward: int) -> Num:
    """A number with few digits on the outer side."""
    exact = Fraction(value) + outward * Fraction(abs(value)) * Fraction(1, 10**6)
    scale = Fraction(1)
    while abs(exact) * scale < DIGITS and scale < 10**12:
        scale *= 10
    return Num((-((-exact * scale) // 1) if outward > 0 else (exact * scale) // 1) / scale)


def offers(value: float | None, outward: int) -> Offers:
    """Simple numbers > 0 just below (outward -1) or above a value, the closest first."""
    if value is None or value < LEAST_OFFERED:
        return ()
    found = list[Fraction]()
    for share in SHARES:
        low, high = sorted((value * (1 - outward * SLACK), value * (1 + outward * share)))
        for below in range(1, MOST_DENOMINATOR):
            nearest = Fraction(ceil(low * below) if outward > 0 else floor(high * below), below)
            if low <= nearest <= high and nearest > 0:
                found.append(nearest)
                break
    return tuple(Extreme(Num(x), None) for x in dict.fromkeys(found))


# ---- constants as claims ---------------------------------------------------------------------------


def find_constants(
    quadratic: Quadratic,
    bend: int,
    shown: int,
    sign: int,
    points: tuple[Vector | None, Vector | None],
    near: tuple[Offers, Offers],
) -> tuple[list[Judgment], list[PartDraft], list[Gap]]:
    """Claims of the modulus and of smoothness, further parts that say that they are best, and how both are told.

    points    where the least and the largest eigenvalue seem to be attained
    near      numbers below the least and above the largest eigenvalue that is met, the closest first
    """
    best = list[PartDraft]()
    extremes: Extremes = (None, None)
    with contextlib.suppress(t.Refused), bounded(CONSTANT_WORK):
        extremes = find_extremes(quadratic, sign, points)
    extremes, claims, gaps = add_constants(quadratic, bend, shown, sign, extremes, near)
    for part, told in find_best(quadratic, sign, extremes, gaps):
        best.append(part)
        gaps = [told, *(gap for gap in gaps if gap.side != told.side)]
    return claims, best, sorted(gaps, key=lambda gap: -gap.side)


def add_constants(
    quadratic: Quadratic, bend: int, shown: int, sign: int, extremes: Extremes, near: tuple[Offers, Offers]
) -> tuple[Extremes, list[Judgment], list[Gap]]:
    """Claims of the modulus and of smoothness, written after the lines for the curvature and its sign."""
    word, lines = "convex" if sign > 0 else "concave", quadratic.lines
    claims, gaps, curve = list[Judgment](), list[Gap](), scaled(quadratic.whole(), sign)
    least, below = first_shown(quadratic, curve, 1, (extremes[0], *near[0]))
    number = None if least is None or below is None else find_sign(lines, least.value, strict=True)
    if least is not None and number is not None and below is not None:
        claims.append(claim(f"strongly_{word}", least.value))
        lines.curvature([bend, number, below[0]], claims[-1])
        gaps.append(Gap(least.value, 1, below[1]))
    largest, above = first_shown(quadratic, curve, -1, (extremes[1], *near[1]))
    if largest is not None and above is not None:
        claims.append(claim("smooth", largest.value))
        lines.curvature([bend, above[0], shown], claims[-1])
        gaps.append(Gap(largest.value, -1, above[1]))
    return (least, largest), claims, gaps


def first_shown(
    quadratic: Quadratic, curve: Poly, side: int, offers: Sequence[Extreme | None]
) -> tuple[Extreme | None, tuple[int, Pairs] | None]:
    """The first constant that is shown, a modulus being > 0, with the line and the squares; else the first of all."""
    for offer in filter(None, offers):
        if side < 0 or find_sign(quadratic.lines, offer.value, strict=True) is not None:
            found = gap(quadratic, curve, offer.value, side) or gap_at(quadratic, curve, offer, side)
            if found is not None:
                return offer, found
    return offers[0], None


def find_extremes(quadratic: Quadratic, sign: int, points: tuple[Vector | None, Vector | None]) -> Extremes:
    """What the modulus and the smoothness constant may be.

    points    where the least and the largest eigenvalue seem to be attained; else a fixed part of the Hessian tells
    """
    fixed, moving = parted(quadratic)
    if moving:
        at = [None if point is None else hessian_at(quadratic, point, sign) for point in points]
        low, high = (None if m is None else eigenvalues(m, p) for m, p in zip(at, points, strict=True))
        largest = None if high is None or high[1].at is None else high[1]
        if low is not None and low[0].at is not None:
            return low[0], largest
        return fixed_part(quadratic, scaled(fixed, sign))[0], largest
    return fixed_part(quadratic, scaled(fixed, sign), inner_point(quadratic.lines.draft))


def fixed_part(quadratic: Quadratic, fixed: Poly, at: Vector | None = None) -> Extremes:
    """The extreme eigenvalues of a form that is the same at all points; of c |v|^2 it is c."""
    form = quadratic.form(fixed) if fixed else None
    if form is None:
        return None, None
    if form.is_constant():
        return eigenvalues(form.numbers(), at)
    pair = find_pair(quadratic, fixed)
    if pair is not None:
        return Extreme(pair.value(1), at), Extreme(pair.value(-1), at)
    return diagonal(quadratic, form, at)


def hessian_at(quadratic: Quadratic, point: Vector, sign: int) -> list[list[Fraction]] | None:
    """The Hessian at a point (sign -1: its negative); None where it is not rational, as exp(1) is not."""
    normal, there = quadratic.normal, point_of(quadratic.lines.draft, point)
    whole = t.substitute(normal.term(quadratic.whole()), there)
    if any(isinstance(part, Fn) and part.name == "exp" and normal.poly(part.args[0]) for part in t.subterms(whole)):
        return None
    form = form_at(quadratic, point)
    return None if form is None or not form.is_constant() else [[sign * x for x in row] for row in form.numbers()]


def form_at(quadratic: Quadratic, point: Vector) -> Form | None:
    """The second derivative at a point."""
    other = with_field(quadratic.lines, quadratic.normal, quadratic.ways, (poly_at(quadratic, point),))
    return None if other is None else other.form(other.whole())


def poly_at(quadratic: Quadratic, point: Vector) -> Poly:
    """The same as a normal form in the direction."""
    normal = quadratic.normal
    return dict(normal.poly(t.substitute(normal.term(quadratic.whole()), point_of(quadratic.lines.draft, point))))


def parted(quadratic: Quadratic) -> tuple[Poly, Poly]:
    """The part of the second derivative that is the same at all points, and the rest."""
    normal, names = quadratic.normal, frozenset(quadratic.lines.draft.parameters)
    fixed, moving = dict[Mono, Number](), dict[Mono, Number]()
    for mono, c in quadratic.whole().items():
        atoms = [normal.atoms[text] for text, _ in mono]
        free = not any(isinstance(p, Sym) and p.name in names for atom in atoms for p in t.subterms(atom))
        (fixed if free else moving)[mono] = c
    return fixed, moving


def diagonal(quadratic: Quadratic, form: Form, at: Vector | None) -> Extremes:
    """The least and the largest entry, where all others are 0 and the order of these is clear."""
    size, entries = range(form.size), list[Term]()
    if not all(form.matrix[i][j].is_zero() for i in size for j in size if i != j):
        return None, None
    for i in size:
        entry = in_factors(form.field, form.matrix[i][i])
        places = [k for k, other in enumerate(entries) if other == entry or is_less(quadratic, entry, other)]
        place = min(places, default=len(entries))
        if entry not in entries and not all(is_less(quadratic, other, entry) for other in entries[:place]):
            return None, None
        entries.insert(place, entry)
    return Extreme(entries[0], at), Extreme(entries[-1], at)


def is_less(quadratic: Quadratic, left: Term, right: Term) -> bool:
    """Is it shown that left < right?"""
    return find_sign(quadratic.lines, t.sub(right, left), strict=True) is not None


def gap(quadratic: Quadratic, curve: Poly, constant: Term, side: int) -> tuple[int, Pairs] | None:
    """The line that side * (curve - constant |v|^2) >= 0, and the squares that it is."""
    lines, normal = quadratic.lines, quadratic.normal
    norm = normal.poly(t.mul(constant, squared_norm(lines.draft)))
    left = scaled(plus(dict(curve), norm, -1), side)
    if not left:
        return lines.constant(nonneg(t.ZERO)), ()
    rest = scaled(parted(quadratic)[1], side)
    pair = None if rest else find_pair(quadratic, curve)
    if pair is not None and constant == pair.value(side):
        return show_pair(quadratic, pair, normal.term(left), side)
    pieces = (plus(dict(left), rest, -1), rest) if rest else (left,)
    with contextlib.suppress(t.Refused), bounded(CONSTANT_WORK):
        other = with_field(lines, normal, quadratic.ways, tuple(filter(None, pieces)))
        sos = None if other is None else find_squares(other, 1)
        if sos is not None:
            return add_squares(lines, sos), pairs_of(sos)
    with contextlib.suppress(t.Refused), bounded(CONSTANT_WORK):
        return show_by_tangents(quadratic, left)
    return None


def gap_at(quadratic: Quadratic, curve: Poly, extreme: Extreme, side: int) -> tuple[int, Pairs] | None:
    """The same in parts: side * (H_p - constant |v|^2), and for every summand of H how far it is from its own at p."""
    normal, draft = quadratic.normal, quadratic.lines.draft
    if extreme.at is None or not 1 < len(quadratic.pieces) <= MOST_PARTS or not parted(quadratic)[1]:
        return None
    there, turn = point_of(draft, extreme.at), side if curve == quadratic.whole() else -side
    parts = [scaled(dict(normal.poly(t.mul(extreme.value, squared_norm(draft)))), -side)]
    for piece in quadratic.pieces:
        fixed = normal.poly(t.substitute(normal.term(piece), there))
        plus(parts[0], fixed, turn)
        parts.append(scaled(plus(dict(piece), fixed, -1), turn))
    with contextlib.suppress(t.Refused), bounded(CONSTANT_WORK):
        other = with_field(quadratic.lines, normal, quadratic.ways, tuple(filter(None, parts)))
        sos = None if other is None else find_squares(other, 1)
        if sos is not None:
            return add_squares(quadratic.lines, sos), pairs_of(sos)
    return None


# ---- no better constants ---------------------------------------------------------------------------


def find_best(
    quadratic: Quadratic, sign: int, extremes: Extremes, gaps: Sequence[Gap]
) -> Iterator[tuple[PartDraft, Gap]]:
    """No modulus is larger, and no smoothness constant smaller: at one point, along eigenvectors.

    A least eigenvalue 0 is no modulus, but then there is none.
    """
    for extreme, side in zip(extremes, (1, -1), strict=True):
        known = next((gap for gap in gaps if gap.side == side), None)
        if sign < 0 or extreme is None or extreme.at is None or (known is None and extreme.value != t.ZERO):
            continue
        with contextlib.suppress(t.Refused), bounded(CONSTANT_WORK):
            vector = eigenvector(quadratic, extreme)
            part = None if vector is None else beyond(quadratic, extreme, vector, above=side < 0)
            if vector is not None and part is not None and holds(quadratic.lines.draft, part):
                at = tuple(map(Num, extreme.at)) if parted(quadratic)[1] else None
                told = known or Gap(t.ZERO, side, ())
                yield part, dataclasses.replace(told, vector=tuple(vector.values()), at=at)


def beyond(quadratic: Quadratic, extreme: Extreme, vector: Mapping[Sym, Term], *, above: bool) -> PartDraft | None:
    """The second derivative along an eigenvector is constant |u|^2: below m |u|^2 for every m above the constant."""
    draft, normal, other = quadratic.lines.draft, quadratic.normal, SMALLER if above else LARGER
    if extreme.at is None or any(draft.parameters.values()):
        return None
    distance = t.sub(extreme.value, other) if above else t.sub(other, extreme.value)
    lines = Lines(draft, given=(real(other.name), given_positive(distance)))
    curve, point = normal.term(quadratic.whole()), point_of(draft, extreme.at)
    if not Oracle(lines, quadratic.oracle.field).defined(curve) or not show_defined(lines, draft.loss):
        return None
    shown = lines.differentiate(bends(curve))
    if not all(show_defined(lines, x) for x in (extreme.value, *vector.values())):
        return None
    length = t.add(*(t.power(x, 2) for x in vector.values()))
    positive_length = show_number(lines, length) or find_sign(lines, length, strict=True)
    if positive_length is None:
        return None
    inside = [lines.constant(positive(t.substitute(d.term, point))) for d in draft.domain if d.term is not None]
    room = lines.product([lines.fact("given", positive(distance)), positive_length], positive(t.mul(distance, length)))
    word = claim("not_smooth" if above else "not_strongly_convex", other)
    along = {name: (places_of(draft, name), vector[Sym(f"{name}'")]) for name in draft.parameters}
    lines.at_point([shown, *inside, room], word, point, along)
    return lines.part(word)


def eigenvector(quadratic: Quadratic, extreme: Extreme) -> dict[Sym, Term] | None:
    """A vector that the Hessian at the point takes to the constant times itself, without denominators."""
    pair = None if parted(quadratic)[1] else find_pair(quadratic, quadratic.whole())
    for side in () if pair is None else (1, -1):
        if pair is not None and extreme.value == pair.value(side):
            return dict(zip(quadratic.ways, pair.vector(side), strict=True))
    norm = quadratic.normal.poly(t.mul(extreme.value, squared_norm(quadratic.lines.draft)))
    left = plus(poly_at(quadratic, extreme.at or ()), norm, -1)
    if not left:
        return {way: t.ZERO if k else t.ONE for k, way in enumerate(quadratic.ways)}
    other = with_field(quadratic.lines, quadratic.normal, quadratic.ways, (left,))
    form = None if other is None else other.form(left)
    entries = None if form is None else null_vector(form.field, form.matrix)
    if form is None or entries is None:
        return None
    field, below = form.field, form.field.polynomial(1)
    for x in entries:
        below = below * (x.below / below.gcd(x.below))
    whole = [field.times(x, field.ratio(below, field.polynomial(1))) for x in entries]
    if not all(x.below == 1 for x in whole):
        return None
    _, row = primitive(field, [x.above for x in whole])
    return {way: field.term(poly) for way, poly in zip(quadratic.ways, row, strict=True)}


def null_vector(field: Field, matrix: Sequence[Sequence[Ratio]]) -> list[Ratio] | None:
    """v with M v = 0 whose first entries are chosen so that one of them is 1; None for a regular matrix."""
    reduced, pivots, size = list[list[Ratio]](), list[int](), len(matrix)
    for row in matrix:
        line = eliminated(field, list(row), reduced, pivots)
        place = next((k for k in range(size) if not line[k].is_zero()), None)
        if place is not None:
            line = [field.over(x, line[place]) for x in line]
            reduced = [eliminated(field, old, [line], [place]) for old in reduced]
            reduced, pivots = [*reduced, line], [*pivots, place]
    free = next((k for k in range(size) if k not in pivots), None)
    if free is None:
        return None
    found = [field.number(int(k == free)) for k in range(size)]
    for row, place in zip(reduced, pivots, strict=True):
        found[place] = field.negative(row[free])
    return found
