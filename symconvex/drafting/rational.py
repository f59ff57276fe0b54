"""Rational functions in the atoms of normal forms, over python-flint: where exact linear algebra on Hessians is done.

An atom is what the kernel's normal form knows by its text: an entry of a symbol, exp(m), a root, another function. In
this field exp(m / q) is one generator for all powers of exp(m), an inverse is a fraction, and for a root r^q = P.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import Any

import flint

from symconvex.drafting.effort import spend
from symconvex.kernel import term as t
from symconvex.kernel.normal import Normal, is_exp
from symconvex.kernel.polynomial import Number, Poly
from symconvex.kernel.term import Fn, Pow, Term

Polynomial = Any  # flint.fmpq_mpoly, which has no types
MOST_TERMS = 3_000


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quotient of polynomials without a common factor."""

    above: Polynomial
    below: Polynomial

    def is_zero(self) -> bool:
        """Is it 0?"""
        return not self.above


@dataclass(frozen=True, slots=True)
class Generator:
    """One generator: what it is, how often it stands in the atom, and for a root of P its order and P.

    atom    the generator as a term
    text    by which text the normal form knows it; of exponentials the text of exp(m)
    parts   exp(m) is this power of the generator
    """

    atom: Term
    text: str
    parts: int = 1

    @property
    def order(self) -> int:
        """q for P^(1/q), else 0."""
        return self.atom.exponent.denominator if isinstance(self.atom, Pow) else 0


@dataclass(frozen=True, slots=True)
class Field:
    """Rational functions in finitely many generators.

    normal    the normal form that the generators come from
    """

    normal: Normal
    generators: tuple[Generator, ...]
    ring: Any

    def polynomial(self, value: int | Fraction) -> Polynomial:
        """A number."""
        fraction = Fraction(value)
        return self.ring.constant(flint.fmpq(fraction.numerator, fraction.denominator))

    def number(self, value: int | Fraction) -> Ratio:
        """A number as a fraction."""
        return Ratio(self.polynomial(value), self.polynomial(1))

    # ---- arithmetic ------------------------------------------------------------------------------

    def ratio(self, above: Polynomial, below: Polynomial) -> Ratio:
        """The quotient in lowest terms, powers r^q replaced by P."""
        spend(20 + 4 * (len(above) + len(below)))
        if max(len(above), len(below)) > MOST_TERMS:
            raise t.TooLarge("a polynomial is too long")
        if not above:
            return self.number(0)
        common = above.gcd(below)
        above, below = above / common, below / common
        for place, generator in enumerate(self.generators):
            if generator.order and self._degree(above, place) >= generator.order:
                return self.over(self._lowered(above, place), Ratio(below, self.polynomial(1)))
        scale = _leading(below)
        return Ratio(above / scale, below / scale)

    def plus(self, left: Ratio, right: Ratio) -> Ratio:
        """left + right"""
        if left.below == right.below:
            return self.ratio(left.above + right.above, left.below)
        return self.ratio(left.above * right.below + right.above * left.below, left.below * right.below)

    def times(self, left: Ratio, right: Ratio) -> Ratio:
        """left * right"""
        return self.ratio(left.above * right.above, left.below * right.below)

    def over(self, left: Ratio, right: Ratio) -> Ratio:
        """left / right"""
        return self.ratio(left.above * right.below, left.below * right.above)

    def negative(self, value: Ratio) -> Ratio:
        """-value"""
        return Ratio(-value.above, value.below)

    def _degree(self, poly: Polynomial, place: int) -> int:
        return max((int(exponents[place]) for exponents in poly.monoms()), default=0)

    def _lowered(self, poly: Polynomial, place: int) -> Ratio:
        """r^q as P, once."""
        generator, low = self.generators[place], dict[tuple[int, ...], Any]()
        high = dict[tuple[int, ...], Any]()
        for exponents, c in poly.to_dict().items():
            rest = list(exponents)
            rest[place] -= generator.order
            (high if rest[place] >= 0 else low)[tuple(rest) if rest[place] >= 0 else exponents] = c
        inner = self.read(self.normal.poly(t.children(generator.atom)[0]))
        raised = self.times(Ratio(self.ring.from_dict(high), self.polynomial(1)), inner)
        return self.plus(raised, Ratio(self.ring.from_dict(low), self.polynomial(1)))

    # ---- from and to terms -----------------------------------------------------------------------

    def read(self, poly: Poly) -> Ratio:
        """A normal form as a fraction."""
        total = self.number(0)
        for mono, c in poly.items():
            product = self.number(Fraction(c))
            for text, e in mono:
                product = self.times(product, self._power(text, e))
            total = self.plus(total, product)
        return total

    def of(self, term: Term) -> Ratio:
        """A term as a fraction."""
        return self.read(self.normal.poly(term))

    def _power(self, text: str, e: Number) -> Ratio:
        atom = self.normal.atoms[text]
        if isinstance(atom, Pow) and atom.exponent == -1:
            inner = self.read(self.normal.poly(atom.base))
            base, e = self.over(self.number(1), inner), whole_number(e)
        else:
            place = next(k for k, g in enumerate(self.generators) if g.text == text)
            base = Ratio(self.ring.gen(place), self.polynomial(1))
            e = whole_number(Fraction(e) * self.generators[place].parts)
        if e < 0:
            return self._power_of_root(text, e) or self.ratio(base.below ** (-e), base.above ** (-e))
        return self.ratio(base.above**e, base.below**e)

    def _power_of_root(self, text: str, e: int) -> Ratio | None:
        """r^-e as r^(k q - e) / P^k."""
        place = next((k for k, g in enumerate(self.generators) if g.text == text and g.order), None)
        if place is None:
            return None
        generator = self.generators[place]
        k = -(e // generator.order)
        inner, left = self.read(self.normal.poly(t.children(generator.atom)[0])), k * generator.order + e
        return self.ratio(self.ring.gen(place) ** left * inner.below**k, inner.above**k)

    def term(self, poly: Polynomial) -> Term:
        """A polynomial as a term, long monomials last."""
        found = sorted(poly.to_dict().items(), key=lambda item: (sum(item[0]), [-e for e in item[0]]))
        return t.add(*(self.monomial(exponents, fraction(c)) for exponents, c in found))

    def monomial(self, exponents: Sequence[int], c: Fraction) -> Term:
        """A monomial with its coefficient as a term."""
        return t.mul(t.Num(c), *(self.raised(k, int(e)) for k, e in enumerate(exponents) if e))

    def raised(self, place: int, e: int) -> Term:
        """A power of a generator."""
        match self.generators[place].atom:
            case Fn("exp", (arg,)):
                return t.fn("exp", t.mul(t.number(e), arg))
            case Pow(base, root):
                return t.power(base, root * e)
            case atom:
                return t.power(atom, e)


def whole_number(value: Number) -> int:
    """The exponent, which is whole."""
    if Fraction(value).denominator != 1:
        raise t.Refused("a power that is not whole")
    return int(value)


def fraction(value: Any) -> Fraction:
    """A number of python-flint."""
    return Fraction(int(value.p), int(value.q))


def _leading(poly: Polynomial) -> Any:
    return poly.leading_coefficient()


# ---- which generators ------------------------------------------------------------------------------


def field_of(normal: Normal, polys: Iterable[Poly]) -> Field:
    """The field that holds these normal forms and everything inside their inverses and roots."""
    parts, atoms = dict[str, int](), dict[str, Term]()
    for text, e in _powers(normal, list(polys), set()):
        atoms[text] = normal.atoms[text]
        parts[text] = lcm(parts.get(text, 1), Fraction(e).denominator)
    order = sorted(atoms, key=lambda text: (not isinstance(atoms[text], t.Sym), text))
    made = tuple(_generator(atoms[text], text, parts[text]) for text in order)
    names = [f"g{k}" for k in range(len(made))] or ["g0"]
    return Field(normal, made, flint.fmpq_mpoly_ctx.get(names, "degrevlex"))


def _generator(atom: Term, text: str, parts: int) -> Generator:
    if is_exp(atom):
        return Generator(t.fn("exp", t.mul(t.Num(Fraction(1, parts)), t.children(atom)[0])), text, parts)
    if isinstance(atom, Pow):
        return Generator(Pow(atom.base, Fraction(1, atom.exponent.denominator)), text)
    return Generator(atom, text)


def _powers(normal: Normal, polys: Sequence[Poly], seen: set[str]) -> Iterator[tuple[str, Number]]:
    """The atoms with the exponents that they have, those inside inverses and roots before them."""
    for mono in (mono for poly in polys for mono in poly):
        for text, e in mono:
            atom = normal.atoms[text]
            if isinstance(atom, Pow):
                if text not in seen:
                    seen.add(text)
                    yield from _powers(normal, [normal.poly(atom.base)], seen)
                if atom.exponent == -1:
                    continue
            yield text, e


def product(field: Field, factors: Iterable[Ratio]) -> Ratio:
    """The product of fractions."""
    return reduce(field.times, factors, field.number(1))


def primitive(field: Field, row: Sequence[Polynomial]) -> tuple[Fraction, list[Polynomial]]:
    """A number c and a row with whole coefficients without a common factor, c times it being the row."""
    numbers = [fraction(c) for poly in row for c in poly.coeffs()]
    below = lcm(*(x.denominator for x in numbers))
    scale = Fraction(gcd(*(int(x * below) for x in numbers)) or 1, below)
    return scale, [poly * field.polynomial(1 / scale) for poly in row]


# ---- rational matrices ------------------------------------------------------------------------------


def rational_squares(matrix: Sequence[Sequence[Fraction]]) -> list[tuple[Fraction, list[Fraction]]] | None:
    """A rational matrix as squares d * row^2 with whole numbers in the rows; None when it is not >= 0."""
    rest, found = [list(row) for row in matrix], list[tuple[Fraction, list[Fraction]]]()
    for k in range(len(rest)):
        d = rest[k][k]
        if d < 0 or (d == 0 and any(rest[k])):
            return None
        if d == 0:
            continue
        spend(len(rest) ** 2)
        row = [x / d for x in rest[k]]
        rest = [[x - d * a * b for x, b in zip(line, row, strict=True)] for line, a in zip(rest, row, strict=True)]
        scale = whole_scale(row)
        found.append((d / scale**2, [x * scale for x in row]))
    return found


def whole_scale(row: Sequence[Fraction]) -> Fraction:
    """The number that makes a row whole and without a common factor."""
    below = lcm(*(x.denominator for x in row))
    return Fraction(below, gcd(*(int(x * below) for x in row)) or 1)
