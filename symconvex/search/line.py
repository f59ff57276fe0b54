"""Where a product of polynomials in one unknown is above zero: intervals between the roots of its factors."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, prod
from typing import Any

import flint

from symconvex.drafting.halfspaces import between
from symconvex.drafting.rational import Polynomial, fraction
from symconvex.kernel import term as t
from symconvex.kernel.term import Sym, Term
from symconvex.problem import Condition
from symconvex.search.domain import has_proof
from symconvex.search.ground import Ground

Part = tuple[Term, Polynomial]  # an irreducible factor, and the same as a polynomial
Choice = tuple[str, ...]  # conditions that hold together
NEAR, DIGITS = Fraction(1, 8), 10_000
End = tuple[Fraction | float, int]  # a root, and the number of its factor


def on_the_line(
    known: Ground, name: str, sign: int, every: Sequence[Part], odd: Sequence[Part]
) -> tuple[Condition, ...] | list[Choice] | None:
    """The interval where the product is > 0; as texts where there are several, None when it is no polynomial."""
    roots = _roots(every)
    if roots is None:
        return None
    parts = [(a, b) for a, b in pairwise((None, *roots, None)) if _sign_between(a, b, odd) * sign > 0]
    if not roots:
        return None
    if len(parts) != 1:
        return [(_interval(name, a, b),) for a, b in parts]
    (low, high), found = parts[0], list[Condition]()
    for end, side in ((low, 1), (high, -1)):
        if end is None:
            continue
        root, number = end
        if isinstance(root, Fraction):
            away = t.mul(t.number(side), t.sub(Sym(name), t.Num(root)))
        else:
            factor = every[number][0]
            away = factor if _sign_between(low, high, [every[number]]) > 0 else t.neg(factor)
        found.append(Condition(known.formula(known.text(_spread(away))), True))
    found = list(dict.fromkeys(found))
    proven = all(has_proof(known.problem, (*known.conditions, *found[:k]), c) for k, c in enumerate(found))
    return tuple(found) if proven else None


def between_roots(name: str, every: Sequence[Part]) -> list[str] | None:
    """The intervals between the roots of a product; None when it is no polynomial or has no roots."""
    roots = _roots(every)
    return None if not roots else [_interval(name, a, b) for a, b in pairwise((None, *roots, None))]


def _roots(every: Sequence[Part]) -> list[End] | None:
    """All real roots in order; None when the factors are no polynomials."""
    if any(not isinstance(p, Sym) for factor, _ in every for p in _atoms(factor)):
        return None
    found = [(root, k) for k, (_, poly) in enumerate(every) for root in real_roots(poly)]
    return sorted(found, key=lambda end: float(end[0]))


def _spread(term: Term) -> Term:
    """-1 * (x - 2) as 2 - x."""
    match term:
        case t.Mul((t.Num(c), t.Add(args))):
            return t.add(*sorted((t.mul(t.Num(c), arg) for arg in args), key=lambda a: not isinstance(a, t.Num)))
    return term


def _atoms(term: Term) -> Iterator[Term]:
    """What a polynomial is made of."""
    match term:
        case t.Add(args) | t.Mul(args):
            for arg in args:
                yield from _atoms(arg)
        case t.Pow(base, e) if e.denominator == 1 and e > 0:
            yield from _atoms(base)
        case t.Num():
            return
        case _:
            yield term


def real_roots(poly: Polynomial) -> list[Fraction | float]:
    """The real roots of an irreducible polynomial in one unknown: exact for a linear one."""
    coefficients = _coefficients(poly)
    if len(coefficients) == 2:
        return [-coefficients[0] / coefficients[1]]
    scale = 1
    for c in coefficients:
        scale *= c.denominator
    found: Any = flint.fmpz_poly([int(c * scale) for c in coefficients]).complex_roots()
    return [float(root.real.mid()) for root, _ in found if root.imag == 0]


def _coefficients(poly: Polynomial) -> list[Fraction]:
    """From the constant up; there is one generator."""
    found = {max((int(e) for e in exponents), default=0): fraction(c) for exponents, c in poly.to_dict().items()}
    return [found.get(k, Fraction(0)) for k in range(max(found) + 1)]


def _sign_between(a: End | None, b: End | None, parts: Sequence[Part]) -> int:
    """The sign of the product of the factors between two neighbouring roots."""
    left, right = (None if end is None else Fraction(end[0]) for end in (a, b))
    at = between(left, right)
    values = [sum((c * at**k for k, c in enumerate(_coefficients(poly))), Fraction(0)) for _, poly in parts]
    return prod((value > 0) - (value < 0) for value in values)


def near_roots(every: Sequence[Part]) -> Iterator[Fraction]:
    """Numbers at, between and around the roots; nothing when it is no polynomial."""
    for root, _ in _roots(every) or ():
        yield from (_rounded(root, 1) + step for step in (0, NEAR, -NEAR, NEAR / 64, -NEAR / 64))


def _interval(name: str, a: End | None, b: End | None) -> str:
    """The interval as a condition; an end that is no fraction is rounded to the inside."""
    low, high = ("" if end is None else _number(end[0], side) for end, side in ((a, 1), (b, -1)))
    if low and high:
        return f"{low} < {name} < {high}"
    return f"{name} > {low}" if low else f"{name} < {high}"


def _number(root: Fraction | float, side: int) -> str:
    return str(root) if isinstance(root, Fraction) else f"{float(_rounded(root, side)):.4f}"


def _rounded(root: Fraction | float, side: int) -> Fraction:
    """A fraction as it is; another number up to four digits, to the side."""
    return root if isinstance(root, Fraction) else side * Fraction(ceil(side * root * DIGITS), DIGITS)
