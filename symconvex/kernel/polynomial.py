"""Polynomials with rational coefficients in named atoms, as dictionaries of monomials. No rewriting here.

Whole numbers are held as int, others as Fraction; the sign / stands nowhere but in `ratio`, since of two
ints it would make a float.
"""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from functools import cmp_to_key

from symconvex.kernel import term as t

Number = int | Fraction
Mono = tuple[tuple[str, Number], ...]
Poly = dict[Mono, Number]

UNIT: Mono = ()
ONE: Poly = {UNIT: 1}


def whole(value: Number) -> Number:
    """The same number, as an int where it can be one."""
    return value.numerator if value.denominator == 1 else value


def ratio(above: Number, below: Number) -> Number:
    """The quotient of two numbers."""
    return whole(Fraction(above) / Fraction(below))


def bounded(value: Number) -> Number:
    """The same number as `whole`, unless it is too long to be worked with."""
    return whole(t.bounded(value))


def plus(into: Poly, other: Poly, scale: Number) -> Poly:
    """Add `scale * other` to `into`, in place."""
    for mono, c in other.items():
        value = bounded(into.get(mono, 0) + scale * c)
        if value:
            into[mono] = value
        else:
            into.pop(mono, None)
    return into


def scaled(poly: Poly, scale: Number) -> Poly:
    """Every coefficient times a number that is not zero."""
    return {mono: bounded(c * scale) for mono, c in poly.items()}


def order(a: Mono, b: Mono) -> int:
    """Is the first monomial above the second: by its degree, else by the first exponent that differs?"""
    left, right = dict(a), dict(b)
    degree = sum(left.values()) - sum(right.values())
    apart = (left.get(key, 0) - right.get(key, 0) for key in sorted({*left, *right}))
    above = degree or next((d for d in apart if d), 0)
    return (above > 0) - (above < 0)


def leading(poly: Poly) -> Mono:
    """The largest monomial of a polynomial that is not zero."""
    return max(poly, key=cmp_to_key(order))


def content(poly: Poly) -> dict[str, Number]:
    """The largest monomial, exponents of either sign, that divides every monomial."""
    low: dict[str, Number] = {}
    count = Counter[str]()
    for mono in poly:
        for key, e in mono:
            low[key] = min(low.get(key, e), e)
            count[key] += 1
    least = {key: e if count[key] == len(poly) else min(e, 0) for key, e in low.items()}
    return {key: e for key, e in least.items() if e}


def divided(mono: Mono, common: Mapping[str, Number]) -> Mono:
    """The monomial divided by another one."""
    left = dict(mono)
    for key, e in common.items():
        left[key] = whole(left.get(key, 0) - e)
    return tuple(sorted((key, e) for key, e in left.items() if e))
