"""Determinants of symmetric matrices of size 3 that end in a row of their own: p f - z' adj(M) z, with p = det M.

    z' M^-1 z - f      has the second derivative 2 w' M^-1 w,   w = z' - M' M^-1 z,   M affine of size 2
    A p w' M^-1 w = (A w_2 - B w_1)^2 + p w_1^2,                M = [[A, B], [B, D]]

Source   Boyd & Vandenberghe 2004, section 3.1.7 (matrix fractional function) and appendix A.5.5 (Schur complement)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.judgments import nonneg, positive
from symconvex.drafting.lines import Lines
from symconvex.drafting.profile import is_affine
from symconvex.drafting.signs import find_sign
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import Poly
from symconvex.kernel.term import Budget, Sym, Term

WORK, MOST_KEYS = 3_000_000, 8


@dataclass(frozen=True, slots=True)
class Bordered:
    """p f - (D z1^2 - 2 B z1 z2 + A z2^2), p = A D - B^2: the matrix [[A, B, z1], [B, D, z2], [z1, z2, f]]."""

    a: Term
    b: Term
    d: Term
    p: Term
    z: tuple[Term, Term]


def find_bordered(lines: Lines, normal: Normal, times: Term, term: Term) -> int | None:
    """The line (loss convex) where the loss is -h T and h = 1/p; None when T is no such determinant."""
    names = frozenset(lines.draft.parameters)
    ways = {name: f"{name}'" for name in names}
    for found in bordered(normal, term, names):
        if normal.equal(t.mul(times, found.p), t.ONE):
            signed = _signed(lines, found, ways)
            if signed is not None and normal.equal(lines.term(signed), _twice(lines.draft.loss, ways)):
                return lines.curvature([lines.differentiate(bends(lines.term(signed))), signed], claim("convex"))
    return None


def _signed(lines: Lines, m: Bordered, ways: Mapping[str, str]) -> int | None:
    """The line for 2 w' M^-1 w >= 0: A times its numerator is a sum of squares, with W = p w."""
    inside, corner = find_sign(lines, m.p, strict=True), find_sign(lines, m.a, strict=True)
    if inside is None or corner is None:
        return None
    w1, w2 = moved(m, ways)
    two, root = lines.constant(positive(t.number(2))), t.sub(t.mul(m.a, w2), t.mul(m.b, w1))
    whole = t.add(t.mul(t.number(2), t.power(root, 2)), t.mul(t.number(2), m.p, t.power(w1, 2)))
    squares = lines.combine([[two, root], [two, inside, w1]], nonneg(whole))
    form = t.add(
        t.mul(t.number(2), m.d, t.power(w1, 2)),
        t.mul(t.number(-4), m.b, w1, w2),
        t.mul(t.number(2), m.a, t.power(w2, 2)),
    )
    over = lines.power(corner, positive(t.Pow(lines.term(corner), t.MINUS_ONE)))
    numerator = lines.combine([[squares, over]], nonneg(form))
    below = lines.power(inside, positive(t.Pow(m.p, Fraction(-3))))
    return lines.combine([[numerator, below]], nonneg(t.mul(form, t.Pow(m.p, Fraction(-3)))))


def _twice(loss: Term, ways: Mapping[str, str]) -> Term:
    return derivative(derivative(loss, ways, Budget(WORK)), ways, Budget(WORK))


def bordered(normal: Normal, term: Term, names: frozenset[str]) -> Iterator[Bordered]:
    """Every way to read the term as such a determinant."""
    poly = normal.poly(term)
    atoms = {key: normal.atoms[key] for mono in poly for key, _ in mono}
    keys = [key for key, atom in atoms.items() if isinstance(atom, Sym) and atom.name in names]
    for f, z1, z2 in permutations(keys, 3) if 3 < len(keys) <= MOST_KEYS else ():
        chosen = (f, z1, z2)
        shapes = {tuple(dict(mono).get(key, 0) for key in chosen) for mono in poly}
        if shapes == {(1, 0, 0), (0, 2, 0), (0, 0, 2), (0, 1, 1)}:
            p, d, a, b = (
                normal.term(_coefficient(poly, chosen, shape, scale))
                for shape, scale in (((1, 0, 0), 1), ((0, 2, 0), -1), ((0, 0, 2), -1), ((0, 1, 1), Fraction(1, 2)))
            )
            if normal.equal(p, t.sub(t.mul(a, d), t.power(b, 2))) and all(is_affine(x, names) for x in (a, b, d)):
                yield Bordered(a, b, d, p, (atoms[z1], atoms[z2]))


def _coefficient(poly: Poly, keys: tuple[str, ...], shape: tuple[int, ...], scale: Fraction | int) -> Poly:
    """What a monomial in the keys is multiplied by, times a number."""
    return {
        tuple(part for part in mono if part[0] not in keys): c * scale
        for mono, c in poly.items()
        if tuple(dict(mono).get(key, 0) for key in keys) == shape
    }


def moved(m: Bordered, ways: Mapping[str, str]) -> tuple[Term, Term]:
    """W = p w = p z' - M' adj(M) z"""
    s1 = t.sub(t.mul(m.d, m.z[0]), t.mul(m.b, m.z[1]))
    s2 = t.sub(t.mul(m.a, m.z[1]), t.mul(m.b, m.z[0]))
    a1, b1, d1, z1, z2 = (derivative(x, ways, Budget(WORK)) for x in (m.a, m.b, m.d, *m.z))
    first = t.sub(t.mul(m.p, z1), t.add(t.mul(a1, s1), t.mul(b1, s2)))
    return first, t.sub(t.mul(m.p, z2), t.add(t.mul(b1, s1), t.mul(d1, s2)))
