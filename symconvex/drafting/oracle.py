"""Signs of polynomials and of rational functions in atoms, shown by lines.

    f = sum of c * products of what is known to be >= 0 * squares

is looked for in this order: as it stands; after x = bound + s for the bounds of the domain; by squares of polynomials.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import flint

from symconvex.drafting.draft import Draft, nested
from symconvex.drafting.effort import spend
from symconvex.drafting.gram import Coefficients, find_sum_of_squares
from symconvex.drafting.judgments import positive, sign
from symconvex.drafting.known import Lower, bounds_of, charts, is_refuted, read, related
from symconvex.drafting.lines import Lines
from symconvex.drafting.rational import Field, Polynomial, Ratio, fraction
from symconvex.drafting.signs import find_sign
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Mul, Num, Term

NORMAL_WORK = 5_000_000
MOST_ATOMS, MOST_PAIRS, MOST_DEGREE = 6, 6, 200
SHARES = (Fraction(1, 2), Fraction(1, 8), Fraction(1, 64))


def normal_of(draft: Draft, zero: frozenset[str] = frozenset()) -> Normal:
    """The kernel's normal form for the data of a draft."""
    sets = {d.name: d.within for d in draft.problem.data}
    return Normal(Facts(sets, zero, frozenset(), nested(draft.problem.values)), t.Budget(NORMAL_WORK))


@dataclass(frozen=True, slots=True)
class Multiplier:
    """A polynomial that is a product of lines."""

    poly: Polynomial
    lines: tuple[int, ...]


@dataclass(slots=True)
class Oracle:
    """What is known of signs in one part of a certificate.

    known    what was asked before: the line, or None where no way was found
    deep     are sums of squares looked for?
    fails    is it seen that a term is not > 0 (not >= 0)? What fails is not looked for
    """

    lines: Lines
    field: Field
    known: dict[tuple[str, bool], int | None] = dataclasses.field(default_factory=dict)
    deep: bool = False
    fails: Callable[[Term, bool], bool] | None = None

    def deepen(self) -> None:
        """From now on sums of squares are looked for; what was not shown is asked again."""
        self.deep = True
        self.known = {asked: line for asked, line in self.known.items() if line is not None}

    # ---- polynomials -----------------------------------------------------------------------------

    def sign_of(self, poly: Polynomial, *, strict: bool) -> int | None:
        """The line that shows the polynomial, written out, to be > 0 or >= 0."""
        asked = str(poly), strict
        if asked not in self.known:
            self.known[asked] = None  # a question inside its own answer has no answer
            self.known[asked] = self._sign_of(poly, strict=strict)
        return self.known[asked]

    def _sign_of(self, poly: Polynomial, *, strict: bool) -> int | None:
        spend(50 + 10 * len(poly))
        term = self.field.term(poly)
        if self.seen_to_fail(term, strict=strict) or not self.defined(term):
            return None
        found = find_sign(self.lines, term, strict=strict)
        if found is not None:
            return found
        bounds = list(bounds_of(self.lines, self.field))
        for bound in bounds:
            scale = _multiple(poly, bound.poly)
            if scale is not None and (not strict or self.lines.kind(bound.line) == "positive"):
                return self._scaled(bound, scale, sign("positive" if strict else "nonneg", term))
        if max(map(int, poly.degrees()), default=0) > MOST_DEGREE:
            return None  # to multiply it out would take all memory
        shifted = self._shifted(poly, bounds, strict=strict)
        return self._squared(poly, bounds, strict=strict) if shifted is None and self.deep else shifted

    def seen_to_fail(self, term: Term, *, strict: bool) -> bool:
        """Is it seen that a term is not > 0 (not >= 0)?"""
        return self.fails is not None and self.fails(term, strict)

    def _squared(self, poly: Polynomial, bounds: Sequence[Lower], *, strict: bool) -> int | None:
        """A sum of squares times what is known to be >= 0."""
        used = [k for k in range(len(self.field.generators)) if any(int(e[k]) for e in poly.monoms())]
        known = self.multipliers(bounds, used)
        if len(used) > MOST_ATOMS or is_refuted(self.field, poly, [m.poly for m in known], used):
            return None
        for part in self._lower_parts(poly) if strict else [poly - poly]:
            squares = find_sum_of_squares(narrowed(poly - part, used), [narrowed(m.poly, used) for m in known])
            if squares is not None:
                found = self._monomials(part, {}) or []
                products = [factors for _, factors in found]
                for square in squares:
                    weight = [] if square.weight == 1 else [self.lines.constant(positive(Num(square.weight)))]
                    base = self.field.term(widened(self.field, square.base, used))
                    products.append([*weight, *known[square.multiplier].lines, *([base] if base != t.ONE else [])])
                    products[-1] = products[-1] or [t.ONE]
                return self.lines.combine(products, sign("positive" if strict else "nonneg", self.field.term(poly)))
        return None

    def _lower_parts(self, poly: Polynomial) -> Iterator[Polynomial]:
        """Monomials > 0 with small coefficients, to be left out of a sum of squares."""
        monos = [e for e, c in poly.to_dict().items() if c > 0]
        for exponents in sorted(monos, key=sum):
            places = [k for k, e in enumerate(exponents) if e]
            lines = [self.atom(k) for k in places]
            if all(line is not None and self.lines.kind(line) == "positive" for line in lines):
                mono = self.field.ring.from_dict({exponents: poly.to_dict()[exponents]})
                for share in SHARES:
                    yield mono * self.field.polynomial(share)

    def multipliers(self, bounds: Sequence[Lower], used: Sequence[int]) -> list[Multiplier]:
        """1, the atoms that are >= 0, the bounds of the domain, and products of two of these."""
        single = list[Multiplier]()
        for place in used:
            line = self.atom(place)
            if line is not None:
                single.append(Multiplier(self.field.ring.gen(place), (line,)))
        inside = [b for b in bounds if not any(int(e[k]) for e in b.poly.monoms() for k in self._others(used))]
        single += [Multiplier(b.poly, (b.line,)) for b in inside if not any(b.poly == m.poly for m in single)]
        pairs = [Multiplier(a.poly * b.poly, (*a.lines, *b.lines)) for a, b in combinations(single, 2)]
        return [Multiplier(self.field.polynomial(1), ()), *single, *(pairs if len(pairs) <= MOST_PAIRS else ())]

    def _others(self, used: Sequence[int]) -> list[int]:
        return [k for k in range(len(self.field.generators)) if k not in used]

    def _scaled(self, bound: Lower, scale: Fraction, gives: Any) -> int:
        factor = [] if scale == 1 else [self.lines.constant(positive(Num(scale)))]
        return self.lines.combine([[*factor, bound.line]], gives)

    def _shifted(self, poly: Polynomial, bounds: Sequence[Lower], *, strict: bool) -> int | None:
        """After x = bound + s every monomial has a sign."""
        for chart in charts(self.field, related(poly, bounds)):
            moved = poly.compose(*chart.images)
            if moved.is_zero():
                continue
            products = self._monomials(moved, chart.lines)
            if products is not None and (not strict or any(shown for shown, _ in products)):
                kind = "positive" if strict else "nonneg"
                return self.lines.combine([factors for _, factors in products], sign(kind, self.field.term(poly)))
        return None

    def _monomials(self, poly: Polynomial, shifts: dict[int, int]) -> list[tuple[bool, list[int | Term]]] | None:
        """Every monomial as a product of lines and squares, and whether all of them are > 0."""
        found = []
        for exponents, c in poly.to_dict().items():
            value, factors, strict = fraction(c), list[int | Term](), True
            if value < 0:
                return None
            if value != 1 or not any(exponents):
                factors.append(self.lines.constant(positive(Num(value))))
            for place, e in ((k, int(e)) for k, e in enumerate(exponents) if e):
                line = shifts.get(place) or self.atom(place)
                if line is None and e % 2:
                    return None
                strict &= line is not None and self.lines.kind(line) == "positive"
                factors += [line] * e if line is not None else [self.field.raised(place, e // 2)]
            found.append((strict, factors))
        return found

    def atom(self, place: int) -> int | None:
        """The sign of a generator."""
        term = self.field.raised(place, 1)
        if not self.defined(term):
            return None
        return find_sign(self.lines, term, strict=True) or find_sign(self.lines, term, strict=False)

    # ---- rational functions ----------------------------------------------------------------------

    def weight(self, value: Ratio, *, strict: bool) -> tuple[int, Term] | None:
        """A rational function in factors, with the line that shows it to be > 0 or >= 0."""
        number, factors = factored(value)
        kinds, products = [True], list[int | Term]()
        terms: list[Term] = [t.Num(abs(number))]
        turned = number < 0
        for poly, e in factors:
            side = self._side(poly, even=e % 2 == 0 and e > 0, strict=strict)
            if side is None:
                return None
            line, base, flipped = side
            turned ^= flipped and e % 2 != 0
            terms.append(t.power(base, e) if flipped else self.power(poly, base, e))
            if line is None:
                products.append(t.power(base, e // 2))
                kinds.append(False)
                continue
            kinds.append(self.lines.kind(line) == "positive")
            if e < 0 and not kinds[-1]:
                return None
            products.append(line if e == 1 else self._raised(line, terms[-1]))
        if turned or number == 0 or (strict and not all(kinds)):
            return None
        if abs(number) != 1 or not products:
            products.insert(0, self.lines.constant(positive(Num(abs(number)))))
        term = t.mul(*terms)
        return self.lines.combine([products], sign("positive" if all(kinds) else "nonneg", term)), term

    def power(self, poly: Polynomial, base: Term, e: int) -> Term:
        """A power of a factor: of a single generator as it is written."""
        place = next((k for k, gen in enumerate(self.field.ring.gens()) if gen == poly), None)
        return t.power(base, e) if place is None else self.field.raised(place, e)

    def _raised(self, line: int, term: Term) -> int:
        """From the line for a base to the line for its power."""
        kind = self.lines.kind(line)
        if isinstance(term, t.Pow) and term.base == self.lines.term(line):
            return self.lines.power(line, sign(kind, term))
        return find_sign(self.lines, term, strict=kind == "positive") or self.lines.power(line, sign(kind, term))

    def _side(self, poly: Polynomial, *, even: bool, strict: bool) -> tuple[int | None, Term, bool] | None:
        """The line for the polynomial or for its negative, and which of the two; no line for an even power."""
        for kind in (True,) if strict else (True, False):
            for flipped, side in ((False, poly), (True, -poly)):
                line = self.sign_of(side, strict=kind)
                if line is not None:
                    return line, self.field.term(side), flipped
        return (None, self.field.term(poly), False) if even and not strict else None

    # ---- definedness -----------------------------------------------------------------------------

    def defined(self, term: Term) -> bool:
        """Write the lines that every denominator, root and logarithm of the term needs."""
        return all(self._based(base, need != "nonzero") for base, need in reversed(list(partial_bases(term))))

    def _based(self, base: Term, needed: bool) -> bool:
        if find_sign(self.lines, base, strict=True) is not None:
            return True
        below = Mul((Num(t.MINUS_ONE), base))
        for side, opposite in ((base, False), *(() if needed else ((below, True),))):
            poly = read(self.field, side)
            line = None if poly is None else self.sign_of(poly, strict=True)
            if line is not None:
                self.lines.product([line], positive(below if opposite else base))
                return True
        return False


def narrowed(poly: Polynomial, used: Sequence[int]) -> dict[tuple[int, ...], Fraction]:
    """The coefficients, by the exponents of the generators that are used."""
    return {tuple(int(e[k]) for k in used): fraction(c) for e, c in poly.to_dict().items()}


def widened(field: Field, base: Coefficients, used: Sequence[int]) -> Polynomial:
    """The polynomial with these coefficients."""
    found = {}
    for exponents, c in base.items():
        places = dict(zip(used, exponents, strict=True))
        key = tuple(places.get(k, 0) for k in range(len(field.generators)))
        found[key] = flint.fmpq(c.numerator, c.denominator)
    return field.ring.from_dict(found)


def _multiple(poly: Polynomial, other: Polynomial) -> Fraction | None:
    """c > 0 with poly = c * other."""
    if len(poly) != len(other) or not other:
        return None
    scale = poly.leading_coefficient() / other.leading_coefficient()
    return fraction(scale) if scale > 0 and poly == other * scale else None


def factored(value: Ratio) -> tuple[Fraction, list[tuple[Polynomial, int]]]:
    """The number and the irreducible factors with their exponents, those of the denominator negative."""
    above, below = value.above.factor(), value.below.factor()
    factors = [(p, int(e)) for p, e in above[1]] + [(p, -int(e)) for p, e in below[1]]
    return fraction(above[0]) / fraction(below[0]), factors
