"""Modulus and smoothness constant of a function of several numbers, and that no better ones exist.

    v'Hv - m |v|^2 >= 0,   L |v|^2 - v'Hv >= 0

A Hessian of numbers has its extreme eigenvalues as constants: exact where they are rational or roots of a quadratic
polynomial. Of any other, the part that does not depend on the point gives a modulus when the rest is >= 0.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from symconvex.drafting.arguments.hessian import Gap
from symconvex.drafting.constants import holds, squared_norm
from symconvex.drafting.draft import MADE, places_of
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import given_positive, nonneg, positive, real
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.pivots import Form
from symconvex.drafting.quadratic import Pairs, Quadratic, add_squares, find_squares, in_factors, pairs_of, with_field
from symconvex.drafting.rational import Field, Ratio, primitive
from symconvex.drafting.signs import find_sign
from symconvex.drafting.spanning import eliminated
from symconvex.kernel import term as t
from symconvex.kernel.polynomial import Mono, Number, Poly, plus, scaled
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Num, Sym, Term

SMALLER, LARGER = Sym(f"{MADE}M"), Sym(f"{MADE}m")
DIGITS = 100
CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Extreme:
    """A constant, and whether it is an eigenvalue of the Hessian."""

    value: Term
    exact: bool


# ---- eigenvalues -----------------------------------------------------------------------------------


def eigenvalues(matrix: Sequence[Sequence[Fraction]]) -> tuple[Extreme, Extreme]:
    """The least and the largest eigenvalue of a rational symmetric matrix, or numbers just below and just above."""
    import numpy as np

    size = len(matrix)
    rows = flint.fmpq_mat([[flint.fmpq(x.numerator, x.denominator) for x in row] for row in matrix])
    values = np.linalg.eigvalsh(np.array([[float(x) for x in row] for row in matrix]))
    roots = [root for poly, _ in rows.charpoly().factor()[1] for root in roots_of(poly)]
    found = []
    for value, outward in ((values[0], -1), (values[size - 1], 1)):
        near = [root for root, at in roots if abs(at - value) <= CLOSE * max(1.0, abs(value))]
        found.append(Extreme(near[0], True) if len(near) == 1 else Extreme(rounded(float(value), outward), False))
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


# ---- constants as claims ---------------------------------------------------------------------------


def add_constants(quadratic: Quadratic, bend: int, shown: int, sign: int) -> tuple[list[Judgment], list[Gap]]:
    """Claims of the modulus and of smoothness, written after the lines for the curvature and its sign."""
    least, largest, rest = find_constants_of(quadratic, sign)
    word, lines = "convex" if sign > 0 else "concave", quadratic.lines
    claims, gaps, curve = list[Judgment](), list[Gap](), scaled(quadratic.whole(), sign)
    number = None if least is None else find_sign(lines, least.value, strict=True)
    below = None if least is None or number is None else gap(quadratic, curve, least.value, 1, rest)
    if least is not None and number is not None and below is not None:
        claims.append(claim(f"strongly_{word}", least.value))
        lines.curvature([bend, number, below[0]], claims[-1])
        gaps.append(Gap(least.value, 1, below[1]))
    above = None if largest is None else gap(quadratic, curve, largest.value, -1, {})
    if largest is not None and above is not None:
        claims.append(claim("smooth", largest.value))
        lines.curvature([bend, above[0], shown], claims[-1])
        gaps.append(Gap(largest.value, -1, above[1]))
    return claims, gaps


def find_constants_of(quadratic: Quadratic, sign: int) -> tuple[Extreme | None, Extreme | None, Poly]:
    """What the modulus and the smoothness constant may be; of a Hessian that moves, its fixed part for the first."""
    fixed, moving = parted(quadratic)
    form = quadratic.form(scaled(fixed, sign)) if fixed else None
    if form is None:
        return None, None, moving
    if not form.is_constant():
        same = common_diagonal(form)
        return (None if same is None else Extreme(same, not moving)), None, moving
    least, largest = eigenvalues(form.numbers())
    return Extreme(least.value, least.exact and not moving), (None if moving else largest), moving


def parted(quadratic: Quadratic) -> tuple[Poly, Poly]:
    """The part of the second derivative that is the same at all points, and the rest."""
    normal, names = quadratic.normal, frozenset(quadratic.lines.draft.parameters)
    fixed, moving = dict[Mono, Number](), dict[Mono, Number]()
    for mono, c in quadratic.whole().items():
        atoms = [normal.atoms[text] for text, _ in mono]
        free = not any(isinstance(p, Sym) and p.name in names for atom in atoms for p in t.subterms(atom))
        (fixed if free else moving)[mono] = c
    return fixed, moving


def common_diagonal(form: Form) -> Term | None:
    """c, when the form is c |v|^2."""
    first = form.matrix[0][0]
    same = all((x == first) if i == j else x.is_zero() for i, row in enumerate(form.matrix) for j, x in enumerate(row))
    return in_factors(form.field, first) if same else None


def gap(quadratic: Quadratic, curve: Poly, constant: Term, side: int, rest: Poly) -> tuple[int, Pairs] | None:
    """The line that side * (curve - constant |v|^2) >= 0, and the squares that it is; `rest` is a piece of it."""
    lines, normal = quadratic.lines, quadratic.normal
    norm = normal.poly(t.mul(constant, squared_norm(lines.draft)))
    left = scaled(plus(dict(curve), norm, -1), side)
    if not left:
        return lines.constant(nonneg(t.ZERO)), ()
    pieces = (plus(dict(left), rest, -1), rest) if rest else (left,)
    other = with_field(lines, normal, quadratic.ways, tuple(filter(None, pieces)))
    sos = None if other is None else find_squares(other, 1)
    return None if sos is None else (add_squares(lines, sos), pairs_of(sos))


# ---- no better constants ---------------------------------------------------------------------------


def find_best(quadratic: Quadratic, sign: int, gaps: Sequence[Gap]) -> Iterator[tuple[PartDraft, Gap | None]]:
    """No modulus is larger, and no smoothness constant smaller: at one point, along eigenvectors.

    A least eigenvalue 0 is no modulus, but then there is none.
    """
    least, largest, _ = find_constants_of(quadratic, sign)
    for extreme, side in ((least, 1), (largest, -1)):
        known = next((gap for gap in gaps if gap.side == side), None)
        if sign < 0 or extreme is None or not extreme.exact or (known is None and extreme.value != t.ZERO):
            continue
        vector = eigenvector(quadratic, extreme.value, sign)
        part = None if vector is None else beyond(quadratic, extreme.value, vector, above=side < 0)
        if vector is not None and part is not None and holds(quadratic.lines.draft, part):
            yield part, None if known is None else dataclasses.replace(known, vector=tuple(vector.values()))


def beyond(quadratic: Quadratic, constant: Term, vector: Mapping[Sym, Term], *, above: bool) -> PartDraft | None:
    """The second derivative along an eigenvector is constant |u|^2: below m |u|^2 for every m above the constant."""
    draft, normal, other = quadratic.lines.draft, quadratic.normal, SMALLER if above else LARGER
    if draft.domain or any(draft.parameters.values()):
        return None
    distance = t.sub(constant, other) if above else t.sub(other, constant)
    lines = Lines(draft, given=(real(other.name), given_positive(distance)))
    shown = lines.differentiate(bends(normal.term(quadratic.whole())))
    length = t.add(*(t.power(x, 2) for x in vector.values()))
    positive_length = find_sign(lines, length, strict=True)
    if positive_length is None:
        return None
    room = lines.product([lines.fact("given", positive(distance)), positive_length], positive(t.mul(distance, length)))
    word = claim("not_smooth" if above else "not_strongly_convex", other)
    origin = {name: (places_of(draft, name), t.ZERO) for name in draft.parameters}
    along = {name: (places_of(draft, name), vector[Sym(f"{name}'")]) for name in draft.parameters}
    lines.at_point([shown, room], word, origin, along)
    return lines.part(word)


def eigenvector(quadratic: Quadratic, constant: Term, sign: int) -> dict[Sym, Term] | None:
    """A vector that H takes to constant times itself, without denominators."""
    norm = quadratic.normal.poly(t.mul(constant, squared_norm(quadratic.lines.draft)))
    left = plus(scaled(quadratic.whole(), sign), norm, -1)
    if not left:
        return {way: t.ZERO if k else t.ONE for k, way in enumerate(quadratic.ways)}
    other = with_field(quadratic.lines, quadratic.normal, quadratic.ways, (left,))
    form = None if other is None else other.form(left)
    if form is None:
        return None
    entries = null_vector(form.field, form.matrix)
    if entries is None:
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
