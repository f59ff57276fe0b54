"""Several numbers: the derivative along v without a factor A > 0, and whether what is left does not decrease.

x/y on y > 0:   y^-2 (y u - x w), and y u - x w does not change along a line
N/D, N convex, D affine:   D^-2 M with M' = D N''          x y on the quadrant:   -M = -x y (u/x + w/y)

Of a loss > 0 the factor may be the loss itself: what is left is the derivative of its logarithm.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, islice

from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import spend
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.profile import mentions
from symconvex.drafting.quadratic import add_squares, directions_of, squares_at, with_field
from symconvex.drafting.quasi.writing import WORDS, by_slope, zero
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.univariate.signs import is_smooth
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.normal import Normal, is_exp
from symconvex.kernel.polynomial import Poly
from symconvex.kernel.term import Budget, Mul, Pow, Sym, Term

MOST_FACTORS, MOST_BASES, MOST_MONOMIALS = 16, 4, 200
WORK = 3_000_000


def find_slopes(draft: Draft, most: int = 2) -> PartDraft | None:
    """The part that says quasiconvex, quasiconcave or both: so many words are looked for."""
    lines = Lines(draft)
    if not is_smooth(draft.loss) or not show_defined(lines, draft.loss, smooth=True):
        return None
    normal, names = normal_of(draft), {name: f"{name}'" for name in draft.parameters}
    slope = normal.poly(derivative(draft.loss, names, Budget(WORK)))
    if not slope or len(slope) > MOST_MONOMIALS:
        return None
    found = dict[str, None]()
    for factor in islice(factors(lines, normal, slope), MOST_FACTORS):
        spend(1_000 + 20 * len(slope))
        found |= dict.fromkeys(shown(lines, normal, slope, factor))
        if len(found) >= most:
            break
    return lines.part(*map(claim, found)) if found else None


def factors(lines: Lines, normal: Normal, slope: Poly) -> Iterator[Term]:
    """Powers of what is > 0 in the derivative, and products of these: of a denominator the highest power first."""
    names, found = frozenset(lines.draft.parameters), list[list[Term]]()
    if isinstance(lines.draft.loss, Mul | Pow) and find_sign(lines, lines.draft.loss, strict=True) is not None:
        yield lines.draft.loss
    for key in dict.fromkeys(key for mono in slope for key, _ in mono):
        atom = normal.atoms[key]
        exponents = sorted({Fraction(dict(mono).get(key, 0)) for mono in slope}, key=abs, reverse=True)
        base = atom.base if isinstance(atom, Pow) and atom.exponent == -1 else atom
        if not mentions(atom, names) or not (isinstance(atom, Sym | Pow) or is_exp(atom)):
            continue
        if find_sign(lines, base, strict=True) is None:
            continue
        turn = -1 if base is not atom else 1
        powers = [t.power(base, turn * e) for e in exponents if e]
        if isinstance(atom, Sym):
            powers += [t.power(base, e) for e in (-1, 1, -2) if e not in exponents]
        found.append(powers)
    if 0 < len(found) <= MOST_BASES:
        for powers in found:
            yield from powers
        for some in combinations(found, 2):
            yield from (t.mul(a, b) for a in some[0][:3] for b in some[1][:3])


def shown(lines: Lines, normal: Normal, slope: Poly, factor: Term) -> Iterator[str]:
    """The words that the derivative shows when the factor is taken off."""
    names = {name: f"{name}'" for name in lines.draft.parameters}
    rest = normal.poly(t.mul(t.power(factor, -1), normal.term(slope)))
    known = find_sign(lines, factor, strict=False)
    if known is None or len(rest) > MOST_MONOMIALS:
        return
    left = normal.term(rest)
    bend = normal.poly(derivative(left, names, Budget(WORK)))
    if not show_defined(lines, left, smooth=True) or not normal.equal(t.mul(factor, left), normal.term(slope)):
        return
    for side, word in WORDS.items():
        rise = zero(lines) if not bend else rising(lines, normal, bend, side)
        if rise is not None:
            by_slope(lines, side, known, rise, left if side > 0 else t.neg(left))
            yield word


def rising(lines: Lines, normal: Normal, bend: Poly, side: int) -> int | None:
    """The line side * bend >= 0, of a quadratic form in the directions."""
    ways = directions_of(lines.draft)
    quadratic = with_field(lines, normal, ways, (bend,)) if ways else None
    sos = None if quadratic is None else squares_at(quadratic, side, deep=False)
    if sos is not None:
        return add_squares(lines, sos)
    return find_sign(lines, normal.term({mono: side * c for mono, c in bend.items()}), strict=False)
