"""Polynomials with rational coefficients in named atoms, as dictionaries of monomials. No rewriting here."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from symconvex.kernel.term import bounded

Mono = tuple[tuple[str, Fraction], ...]
Poly = dict[Mono, Fraction]

ZERO, ONE = Fraction(0), Fraction(1)
UNIT: Mono = ()


def plus(into: Poly, other: Poly, scale: Fraction = ONE) -> Poly:
    """Add `scale * other` to `into`, in place."""
    for mono, c in other.items():
        value = bounded(into.get(mono, ZERO) + scale * c)
        if value:
            into[mono] = value
        else:
            into.pop(mono, None)
    return into


def scaled(poly: Poly, scale: Fraction) -> Poly:
    """Every coefficient times a number that is not zero."""
    return {mono: c * scale for mono, c in poly.items()}


def larger(a: Mono, b: Mono) -> bool:
    """Graded lexicographic order on monomials."""
    da, db = sum(e for _, e in a), sum(e for _, e in b)
    if da != db:
        return da > db
    left, right = dict(a), dict(b)
    for key in sorted({*left, *right}):
        if left.get(key, ZERO) != right.get(key, ZERO):
            return left.get(key, ZERO) > right.get(key, ZERO)
    return False


def leading(poly: Poly) -> Mono:
    """The largest monomial of a polynomial that is not zero."""
    best = next(iter(poly))
    for mono in poly:
        if larger(mono, best):
            best = mono
    return best


def content(poly: Poly) -> dict[str, Fraction]:
    """The largest monomial, exponents of either sign, that divides every monomial."""
    low: dict[str, Fraction] = {}
    count = Counter[str]()
    for mono in poly:
        for key, e in mono:
            low[key] = min(low.get(key, e), e)
            count[key] += 1
    least = {key: e if count[key] == len(poly) else min(e, ZERO) for key, e in low.items()}
    return {key: e for key, e in least.items() if e}


def divided(mono: Mono, common: Mapping[str, Fraction]) -> Mono:
    """The monomial divided by another one."""
    left = dict(mono)
    for key, e in common.items():
        left[key] = left.get(key, ZERO) - e
    return tuple(sorted((key, e) for key, e in left.items() if e))


def primes(value: Fraction) -> dict[int, int]:
    """A positive number as prime powers, by trial division up to 1000; what is left stands as one factor."""
    found = Counter[int]()
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        rest = whole
        for p in range(2, 1001):
            while rest % p == 0 and rest > 1:
                found[p] += sign
                rest //= p
        if rest > 1:
            found[rest] += sign
    return dict(found)
