"""Directions, in terms of the data, in which a small matrix may have a negative form at a point."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from symconvex.drafting.conditions.bands import Spot
from symconvex.drafting.conditions.curve import Curve
from symconvex.drafting.rational import Field, Polynomial
from symconvex.kernel import term as t
from symconvex.kernel.term import Term

Recipe = tuple[Polynomial, ...]
Offer = tuple[list[Polynomial], Recipe]


def directions(curve: Curve, point: Spot) -> Iterator[tuple[Spot, Recipe]]:
    """For one number 1; for more the axes, diagonals, and those that a zero of a determinant suggests.

    At (-(1 + c)/2, b) the form of (a, b; b, c) is det - a ((1 - c)/2)^2 subtracted from 0.
    """
    names = [way.name for way in curve.ways]
    if len(names) == 1:
        yield {names[0]: t.ONE}, ()
        # as short as the denominators of the point are large: so the normal form sees the same without these
        shorter = t.mul(*(part for value in point.values() for part in _inverses(value)))
        if shorter != t.ONE:
            yield {names[0]: shorter}, ()
        return
    size, field = len(names), curve.field
    for k in range(size):
        yield {name: t.number(int(j == k)) for j, name in enumerate(names)}, ()
    at = {name: ((), value) for name, value in point.items()}
    for entries in product((1, -1, 0) if size > 2 else (1, -1), repeat=size):
        if entries[0] == 1 and sum(map(abs, entries)) > 1:
            yield {name: t.number(k) for name, k in zip(names, entries, strict=True)}, ()
    for row, recipe in (*_in_pairs(curve.matrix, field), *(_in_triples(curve.matrix, field) if size == 3 else ())):
        yield {name: t.substitute(field.term(p), at) for name, p in zip(names, row, strict=True)}, recipe


def _suggested(a: Polynomial, b: Polynomial, c: Polynomial, one: Polynomial) -> list[Offer]:
    """For the form (a, b; b, c)."""
    det = a * c - b * b
    return [
        (_primitive(-b, a), ()),
        (_primitive(c, -b), ()),
        ([-(one + c) / 2, b], (-det, -a * ((one - c) / 2) ** 2)),
        ([b, -(one + a) / 2], (-det, -c * ((one - a) / 2) ** 2)),
    ]


def _in_pairs(rows: Sequence[Sequence[Polynomial]], field: Field) -> Iterator[Offer]:
    """In two of the directions, 0 in the others."""
    one, size = field.polynomial(1), len(rows)
    for i, j in combinations(range(size), 2):
        for pair, recipe in _suggested(rows[i][i], rows[i][j], rows[j][j], one):
            yield [pair[0] if k == i else pair[1] if k == j else one - one for k in range(size)], recipe


def _in_triples(rows: Sequence[Sequence[Polynomial]], field: Field) -> Iterator[Offer]:
    """As the form that is left when the square with a corner a is completed: v'Rv = a w'Mw for v = (-b'w, a w)."""
    one = field.polynomial(1)
    for corner in range(3):
        i, j = (k for k in range(3) if k != corner)
        a, beside = rows[corner][corner], rows[corner]
        rest = [[a * rows[p][q] - beside[p] * beside[q] for q in (i, j)] for p in (i, j)]
        for pair, recipe in _suggested(rest[0][0], rest[0][1], rest[1][1], one):
            turned = -(beside[i] * pair[0] + beside[j] * pair[1])
            row = {corner: turned, i: a * pair[0], j: a * pair[1]}
            yield [row[k] for k in range(3)], tuple(a * part for part in recipe)


def _inverses(value: Term) -> Iterator[Term]:
    """The factors 1/P of a product, P a sum."""
    for part in value.args if isinstance(value, t.Mul) else (value,):
        if isinstance(part, t.Pow) and part.exponent == -1 and isinstance(part.base, t.Add):
            yield part


def _primitive(left: Polynomial, right: Polynomial) -> list[Polynomial]:
    common = left.gcd(right)
    return [left / common, right / common] if common else [left, right]
