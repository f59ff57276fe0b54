"""Closed points of the line: values there, their order, and the root of a monotone term between two ends.

An end is a closed term, or None: minus infinity on the left, plus infinity on the right.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import flint

from symconvex.drafting.univariate.ring import Ring
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.enclose import Evaluation, Values
from symconvex.kernel.functions import Unsure, rational
from symconvex.kernel.polynomial import Poly
from symconvex.kernel.term import Num, Refused, Term

End = Term | None
PRECISIONS = (64, 256, 1024)
HALF = Fraction(1, 2)


def ball(ring: Ring, term: Term, at: Any, bits: int) -> Any:
    """The enclosure of a term where the variable lies in a ball.

    Fails    Unsure when a part has none
    """
    with flint.ctx.workprec(bits):
        known = Values({}, {}, {}, {ring.s.name: lambda: at})
        return Evaluation(known, ring.normal.budget).ball(term)


def closed_ball(ring: Ring, end: Term, bits: int) -> Any:
    """The enclosure of a closed term."""
    return ball(ring, end, flint.arb(0), bits)


def sign_of(ring: Ring, value: Term) -> int | None:
    """The sign of a closed term; 0 where the normal form shows it; None when it stays unsure."""
    try:
        if not ring.poly(value):
            return 0
        return _certain(partial(closed_ball, ring, value))
    except (Refused, Unsure):
        return None


def _certain(enclosure: Any) -> int | None:
    for bits in PRECISIONS:
        found = enclosure(bits)
        if found > 0 or found < 0:
            return 1 if found > 0 else -1
    return None


def value_sign(ring: Ring, poly: Poly, at: Term) -> int | None:
    """The sign of a polynomial at a closed point; None where it is not defined there or unsure."""
    term = ring.term(poly)
    place = {ring.s.name: ((), at)}
    for base, need in partial_bases(term):
        found = sign_of(ring, t.substitute(base, place))
        if found is None or found == 0 or (need != "nonzero" and found < 0):
            return None
    return sign_of(ring, t.substitute(term, place))


def order(ring: Ring, left: End, right: End) -> int | None:
    """The sign of right - left, for a left and a right end; None when unsure."""
    if left is None or right is None:
        return 1
    return sign_of(ring, t.sub(right, left))


def same_end(ring: Ring, a: End, b: End) -> bool:
    """Are the two ends (both left or both right) equal?"""
    if a is None or b is None:
        return a is b
    return a == b or not ring.poly(t.sub(a, b))


def near(ring: Ring, end: Term, way: int) -> Fraction:
    """A rational number close to a closed term, on this side of it unless it is one itself."""
    if isinstance(end, Num):
        return end.value
    found = closed_ball(ring, end, 128)
    scaled = found * 2**60
    side = scaled.upper().ceil() if way > 0 else scaled.lower().floor()
    return Fraction(int(side.unique_fmpz()), 2**60)


def inside(ring: Ring, left: End, right: End, at: Fraction) -> Fraction:
    """A rational number between the ends, increasing with 0 < at < 1."""
    low = None if left is None else near(ring, left, 1)
    high = None if right is None else near(ring, right, -1)
    if low is None and high is None:
        return (2 * at - 1) / (at * (1 - at))
    if low is None:
        return (high or Fraction(0)) - (1 - at) / at
    if high is None:
        return low + at / (1 - at)
    return low + at * (high - low)


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The number with the smallest denominator in [low, high]."""
    if low <= 0 <= high:
        return Fraction(0)
    if low < 0:
        return -simplest(-high, -low)
    above = -(-low.numerator // low.denominator)
    if above <= high:
        return Fraction(above)
    floor = low.numerator // low.denominator
    return floor + 1 / simplest(1 / (high - floor), 1 / (low - floor))


def guesses(ring: Ring, low: Fraction, high: Fraction) -> Iterator[Term]:
    """Closed terms between two close numbers that could be a root: a fraction, the log, exp or root of a simple one."""
    found = simplest(low, high)
    if found.denominator < 10_000:
        yield Num(found)
    with flint.ctx.workprec(256):
        ends = [rational(low), rational(high)]
        for there, back in _shapes(low):
            images = [(there(end) * 2**80).mid().floor().unique_fmpz() for end in ends]
            if None in images:
                continue
            value = simplest(*sorted(Fraction(int(image), 2**80) for image in images))
            if value.denominator < 200 and 0 < abs(value.numerator) < 1000:
                yield back(value)


def _shapes(low: Fraction) -> Iterator[tuple[Any, Any]]:
    if low > 0:
        yield (lambda x: x * x), (lambda v: t.power(Num(v), HALF))
        yield (lambda x: x.log()), (lambda v: t.fn("exp", Num(v)))
    elif low < 0:
        yield (lambda x: x * x), (lambda v: t.neg(t.power(Num(v), HALF)))
    yield (lambda x: x / flint.arb.pi()), (lambda v: t.mul(Num(v), t.Sym(t.PI)))
    yield (lambda x: x.exp()), (lambda v: t.fn("log", Num(v)))
