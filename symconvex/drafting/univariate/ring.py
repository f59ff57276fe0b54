"""Terms in one variable as polynomials in atoms: the kernel's normal form, with derivative, fractions and factors.

A polynomial is a dictionary of monomials; an atom is the variable, exp, log, a root, sin ... of something. What two
polynomials show to be equal, the kernel will find equal by the same rules.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

import flint

from symconvex.drafting.effort import LEFT
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.context import FREE
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal, is_exp
from symconvex.kernel.polynomial import Mono, Number, Poly, content, divided, plus, scaled, whole
from symconvex.kernel.term import Budget, Fn, Pow, Sym, Term

WORK = 20_000_000
MOST_DEGREE, MOST_ROUNDS = 60, 8
TRIGONOMETRIC = ("sin", "cos")
# Each derivative makes these simpler, once what stands before them is gone.
HARD = ("log", "normcdf")


@dataclass(slots=True)
class Ring:
    """Polynomials in the atoms of one variable.

    s        the variable
    within   data -> its set, as the normal form may use it
    """

    s: Sym
    within: Mapping[str, str]
    normal: Normal = field(init=False)
    slopes: dict[Mono, Poly] = field(default_factory=dict)

    def __post_init__(self) -> None:
        facts = Facts(self.within, frozenset(), frozenset(), {})
        self.normal = Normal(facts, LEFT.get() or Budget(WORK))

    def poly(self, term: Term) -> Poly:
        """The normal form of a term."""
        return self.normal.poly(term)

    def term(self, poly: Poly) -> Term:
        """A term with this normal form."""
        return self.normal.term(poly)

    def depends(self, term: Term) -> bool:
        """Does the term speak of the variable?"""
        return any(part == self.s for part in t.subterms(term))

    def moves(self, poly: Poly) -> bool:
        """Does the polynomial speak of the variable?"""
        return any(self.depends(self.normal.atoms[key]) for mono in poly for key, _ in mono)

    def atoms(self, poly: Poly) -> dict[str, Term]:
        """The atoms of a polynomial that move, by their text."""
        keys = sorted({key for mono in poly for key, _ in mono})
        return {key: self.normal.atoms[key] for key in keys if self.depends(self.normal.atoms[key])}

    def times(self, left: Poly, right: Poly) -> Poly:
        """The product."""
        return self.normal.times(left, right)

    def derivative(self, poly: Poly) -> Poly:
        """d/ds, monomial by monomial."""
        result: Poly = {}
        for mono, c in poly.items():
            known = self.slopes.get(mono)
            if known is None:
                slope = derivative(self.normal.mono_term(mono, 1), {self.s.name: FREE}, self.normal.budget)
                known = self.slopes[mono] = self.poly(t.substitute(slope, {FREE: ((), t.ONE)}))
            plus(result, known, c)
        return result

    def fraction(self, poly: Poly) -> tuple[list[tuple[Term, Number]], Poly]:
        """(powers, N): the polynomial is the product of the powers of atoms and denominators, times N."""
        outside: list[tuple[Term, Number]] = []
        for _ in range(MOST_ROUNDS):
            common = content(poly)  # negative powers first: beside them denominators do not cancel
            if any(e < 0 for _, e in common.items()):
                poly = self.times(poly, self.inverse(tuple(sorted(common.items()))))
                outside += [(self.normal.atoms[key], e) for key, e in sorted(common.items())]
            below = sorted({key for mono in poly for key, _ in mono if self._is_inverse(key)})
            if not below:
                break
            for key in below:
                e = max((dict(mono).get(key, 0) for mono in poly), default=0)
                base = self.normal.atoms[key].base  # type: ignore[union-attr]
                for _ in range(int(e)):
                    poly = self.times(poly, self.poly(base))
                outside += [(base, -e)] if e else []
        common = content(poly)
        outside += [(self.normal.atoms[key], e) for key, e in sorted(common.items())]
        return _gathered(outside), {divided(mono, common): c for mono, c in poly.items()}

    def _is_inverse(self, key: str) -> bool:
        atom = self.normal.atoms[key]
        return isinstance(atom, Pow) and atom.exponent == -1 and self.depends(atom)

    def factors(self, poly: Poly) -> list[tuple[Poly, int]]:
        """Factors over the rationals of a polynomial without denominators, its atoms taken as independent."""
        keys = sorted({key for mono in poly for key, _ in mono})
        below = {key: lcm(*(Fraction(dict(mono).get(key, 0)).denominator for mono in poly)) for key in keys}
        exponents = {mono: tuple(int(dict(mono).get(key, 0) * below[key]) for key in keys) for mono in poly}
        if not keys or any(e < 0 or e > MOST_DEGREE for row in exponents.values() for e in row):
            return [(poly, 1)]
        ring = flint.fmpq_mpoly_ctx.get([f"v{k}" for k in range(len(keys))], flint.Ordering.lex)
        numbers = {exponents[mono]: flint.fmpq(c.numerator, c.denominator) for mono, c in poly.items()}
        unit, found = ring.from_dict(numbers).factor()
        self.normal.budget.spend(200 * len(poly))
        parts = [(self._back(part, keys, below), int(e)) for part, e in found]
        value = _number(unit)
        if value < 0 and parts:  # a sign goes into a factor with an odd exponent, a number stays in the first one
            odd = next((k for k, (_, e) in enumerate(parts) if e % 2), None)
            if odd is None:
                return [*parts, ({(): value}, 1)]
            parts[odd] = (scaled(parts[odd][0], -1), parts[odd][1])
            value = whole(-value)
        return parts if value == 1 else [*parts, ({(): value}, 1)]

    def _back(self, part: Any, keys: list[str], below: Mapping[str, int]) -> Poly:
        result: Poly = {}
        for exponents, c in part.to_dict().items():
            mono = tuple(
                (key, whole(Fraction(int(e), below[key]))) for key, e in zip(keys, exponents, strict=True) if e
            )
            result[mono] = _number(c)
        return result

    def exponential(self, mono: Mono) -> Mono:
        """The part of a monomial that is an exponential or a root of what moves."""
        kept = []
        for key, e in mono:
            atom = self.normal.atoms[key]
            if self.depends(atom) and (is_exp(atom) or isinstance(atom, Pow)):
                kept.append((key, e))
        return tuple(kept)

    def has(self, poly: Poly, *names: str) -> bool:
        """Does a function of one of these names move inside?"""
        return any(self.names(atom) & {*names} for atom in self.atoms(poly).values())

    def names(self, term: Term) -> set[str]:
        """The functions of what moves in a term."""
        return {part.name for part in t.subterms(term) if isinstance(part, Fn) and self.depends(part)}

    def inverse(self, mono: Mono) -> Poly:
        """One over a monomial."""
        return self.normal.reduced({key: whole(-e) for key, e in mono})

    def powers(self, parts: list[tuple[Poly, int]]) -> Iterator[Term]:
        """Factors as terms."""
        for part, e in parts:
            yield t.power(self.term(part), e)


def _gathered(powers: list[tuple[Term, Number]]) -> list[tuple[Term, Number]]:
    """Powers of one base as one."""
    found: dict[Term, Number] = {}
    for base, e in powers:
        found[base] = whole(found.get(base, 0) + e)
    return [(base, e) for base, e in found.items() if e]


def _number(value: Any) -> Number:
    return whole(Fraction(int(value.p), int(value.q)))
