"""Quadratic forms that treat all entries of an array alike, by their two eigenvalues.

    v'Hv = A |v|^2 + B (sum of v)^2 = A s + E N m^2,     s = |v|^2 - N m^2,  E = A + N B

m is the mean of the N entries of v.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.draft import Draft, places_of
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.signs import find_sign
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import Poly, scaled
from symconvex.kernel.term import Budget, Dim, Refused, Sum, Sym, Term

WORK = 300_000


@dataclass(frozen=True, slots=True)
class Level:
    """An eigenvalue as scale * core: the scale is > 0, the core has whole coefficients and no size below a line."""

    core: Term
    scale: Term

    @property
    def value(self) -> Term:
        """The eigenvalue."""
        return t.mul(self.scale, self.core)

    def turned(self) -> "Level":
        """Its negative."""
        return Level(t.neg(self.core) if not isinstance(self.core, t.Num) else t.Num(-self.core.value), self.scale)


@dataclass(frozen=True, slots=True)
class Alike:
    """side * v'Hv = apart (|v|^2 - (sum of v)^2/N) + alike (sum of v)^2/N."""

    draft: Draft
    places: tuple[str, ...]
    apart: Level
    alike: Level
    side: int

    @property
    def name(self) -> str:
        """The parameter."""
        return next(iter(self.draft.parameters))

    @property
    def word(self) -> str:
        """What is asked."""
        return "convex" if self.side > 0 else "concave"

    @property
    def count(self) -> Term:
        """N"""
        return t.mul(*map(Dim, self.draft.parameters[self.name]))

    def over(self, body: Term, places: Sequence[str] = ()) -> Term:
        """The sum over all places."""
        for index, size in zip(reversed(places or self.places), self.draft.parameters[self.name][::-1], strict=True):
            body = Sum(index, size, body)
        return body

    @property
    def entry(self) -> Sym:
        """An entry of the direction."""
        return Sym(f"{self.name}'", self.places)

    @property
    def rest(self) -> Term:
        """N s, as half the sum of the squares of all differences."""
        taken, shape = list(self.places), self.draft.parameters[self.name]
        for size in shape:
            taken.append(self.draft.index(size, taken))
        others = tuple(taken[len(shape) :])
        gap = t.power(t.sub(self.entry, Sym(f"{self.name}'", others)), 2)
        return t.mul(t.Num(Fraction(1, 2)), self.over(self.over(gap, others)))

    @property
    def curve(self) -> Term:
        """A s + E N m^2"""
        inverse, total = t.power(self.count, -1), t.power(self.over(self.entry), 2)
        return t.add(t.mul(self.apart.value, inverse, self.rest), t.mul(self.alike.value, inverse, total))


# ---- where it is found ---------------------------------------------------------------------------------


def find_alike(draft: Draft) -> Alike | None:
    """The second derivative, where it is made of the sum of the squares of all entries and the square of their sum."""
    (name,), normal = draft.parameters, normal_of(draft)
    places, way = places_of(draft, name), {name: f"{name}'"}
    if not places or all(size == 1 for size in draft.parameters[name]):
        return None
    try:
        poly = normal.poly(derivative(derivative(draft.loss, way, Budget(WORK)), way, Budget(WORK)))
        shell = Alike(draft, places, Level(t.ONE, t.ONE), Level(t.ONE, t.ONE), 1)
        (square,), (total,) = (normal.poly(shell.over(t.power(shell.entry, e))) for e in (2, 1))
    except (Refused, ValueError):
        return None
    parts: dict[str, Poly] = {"apart": {}, "beside": {}}
    for mono, c in poly.items():
        exponents, ((one, _),), ((all_, _),) = dict(mono), square, total
        kind = "apart" if exponents.pop(one, 0) == 1 else "beside" if exponents.pop(all_, 0) == 2 else ""
        if not kind or any(_speaks(normal.atoms[key], way) for key in exponents):
            return None
        parts[kind][tuple(sorted(exponents.items()))] = c
    apart, beside = (normal.term(part) for part in parts.values())
    both = normal.poly(t.add(apart, t.mul(shell.count, beside)))
    if not parts["beside"] and not _open(draft, apart):
        return None
    levels = _level(normal, parts["apart"]), _level(normal, both)
    numbers = all(isinstance(level.core, t.Num) for level in levels) and not draft.sizes()
    return None if numbers else Alike(draft, places, *levels, 1)


def _open(draft: Draft, apart: Term) -> bool:
    """Has a Hessian that is a multiple of the identity one of unknown sign?"""
    lines = Lines(draft)
    return not any(find_sign(lines, side, strict=False) for side in (apart, t.neg(apart)))


def _speaks(atom: Term, way: dict[str, str]) -> bool:
    names = {*way, *way.values()}
    return any(isinstance(part, Sym) and (part.name in names or part.indices) for part in t.subterms(atom))


def _level(normal: Normal, poly: Poly) -> Level:
    """The eigenvalue without sizes below a line and without a common number."""
    scale: Term = t.ONE
    for key in sorted({key for mono in poly for key, _ in mono}):
        least, atom = min(dict(mono).get(key, 0) for mono in poly), normal.atoms[key]
        if isinstance(atom, Dim) and least:
            scale = t.mul(scale, t.power(atom, Fraction(least)))
            poly = normal.poly(t.mul(normal.term(poly), t.power(atom, Fraction(-least))))
    number = min((abs(Fraction(c)) for c in poly.values()), default=Fraction(1))
    return Level(normal.term(scaled(poly, 1 / number)), t.mul(t.Num(number), scale))
