"""What is known to be >= 0 in the atoms of a field: the domain, hypotheses, and ranges of functions."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, permutations
from typing import Any

import flint

from symconvex.drafting.draft import MADE
from symconvex.drafting.effort import is_brief
from symconvex.drafting.judgments import nonneg, sign
from symconvex.drafting.lines import Lines
from symconvex.drafting.rational import Field, Polynomial
from symconvex.drafting.reasons import Tangent
from symconvex.drafting.signs import find_sign, range_fact, show_defined
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.kernel.statement import SIGNS
from symconvex.kernel.term import Fn, Sym, Term

MOST_CHARTS = 6
TRIES, SEED = 60, 7


@dataclass(frozen=True, slots=True)
class Lower:
    """A polynomial that is known to be > 0 or >= 0, with its line."""

    poly: Polynomial
    line: int


def bounds_of(lines: Lines, field: Field) -> Iterator[Lower]:
    """The domain and the hypotheses as polynomials, as far as they are such."""
    facts = [("domain", d.kind, d.term) for d in lines.draft.domain]
    facts += [("given", g.kind, g.term) for g in lines.given if g.kind in SIGNS]
    for name, kind, term in facts:
        if term is None or t.free_indices(term):
            continue
        poly = read(field, term)
        if poly is not None:
            yield Lower(poly, lines.fact(name, sign(kind, term)))
    for place, generator in enumerate(field.generators if not is_brief() else ()):
        yield from _ends(lines, field, field.ring.gen(place), generator.atom)


def _ends(lines: Lines, field: Field, own: Polynomial, atom: Term) -> Iterator[Lower]:
    """What the range of a function says: f <= 1, f >= -1, and exp(u) >= 1 for u >= 0."""
    one = field.polynomial(1)
    match atom:
        case Fn("exp", (arg,)):
            line = _above_one(lines, arg)
            if line is not None:
                yield Lower(own - one, line)
        case Fn(name, (arg,)) if name in functions() and show_defined(lines, atom):
            ends = (("upper", 1, one - own, t.sub(t.ONE, atom)), ("lower", -1, one + own, t.add(t.ONE, atom)))
            for side, bound, end, term in ends:
                fact = range_fact(name, side, bound)
                if fact is not None:
                    yield Lower(end, lines.fact(fact[0], sign(fact[1], term), arg))


def _above_one(lines: Lines, arg: Term) -> int | None:
    """exp(u) - 1 = (exp(u) - 1 - u) + u by the tangent at 0, for u >= 0."""
    z = Sym(f"{MADE}z")
    above = find_sign(lines, arg, strict=True) or find_sign(lines, arg, strict=False)
    bend = find_sign(lines, Fn("exp", (z,)), strict=True)
    if above is None or bend is None:
        return None
    rise = t.sub(t.sub(Fn("exp", (arg,)), t.ONE), arg)
    tangent = lines.tangent([bend], nonneg(rise), z.name, Fn("exp", (z,)), (t.ZERO, arg))
    lines.because(tangent, Tangent("exp"))
    return lines.total([tangent, above], sign(lines.kind(above), t.sub(Fn("exp", (arg,)), t.ONE)))


def read(field: Field, term: Term) -> Polynomial | None:
    """A term as a polynomial of the field; None when it has other atoms or a denominator."""
    normal = field.normal.poly(term)
    texts = {text for mono in normal for text, _ in mono}
    if not texts <= {generator.text for generator in field.generators}:
        return None
    found = field.read(normal)
    return found.above if found.below == 1 else None


def is_refuted(field: Field, poly: Polynomial, known: Sequence[Polynomial], used: Sequence[int]) -> bool:
    """Is the polynomial negative at some numbers where all that is known is positive?"""
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)
    size = len(field.generators)
    for k in range(TRIES):
        reach = 4 ** (k % 4)
        point = [flint.fmpq(draw.randint(-8 * reach, 8 * reach), 8) if j in used else 0 for j in range(size)]
        if all(p(*point) > 0 for p in known) and poly(*point) < 0:
            return True
    return False


# ---- x = bound + s ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chart:
    """images    what every generator is in the new ones
    lines     new generators that are a bound of the domain, with its line
    """

    images: tuple[Polynomial, ...]
    lines: dict[int, int]


def related(poly: Polynomial, bounds: Sequence[Lower]) -> list[Lower]:
    """The bounds that share a generator with the polynomial, or with such a bound."""
    reached, found = _places(poly), list[Lower]()
    while True:
        more = [bound for bound in bounds if bound not in found and _places(bound.poly) & reached]
        if not more:
            return [bound for bound in bounds if bound in found]
        found += more
        reached = reached.union(*(_places(bound.poly) for bound in more))


def _places(poly: Polynomial) -> set[int]:
    return {k for exponents in poly.monoms() for k, e in enumerate(exponents) if e}


def charts(field: Field, bounds: Sequence[Lower]) -> Iterator[Chart]:
    """The bounds, in some orders, each solved for a generator in which it is affine with a number as slope."""
    affine = [bound for bound in bounds if any(slope_in(bound.poly, k) for k in range(len(field.generators)))]
    for order in islice(permutations(affine), MOST_CHARTS):
        images, lines = list(field.ring.gens()), dict[int, int]()
        for bound in order:
            moved = bound.poly.compose(*images)
            place = next((k for k in range(len(images)) if k not in lines and slope_in(moved, k)), None)
            if place is None:
                continue
            slope, new = slope_in(moved, place), field.ring.gen(place)
            solved = (new - (moved - new * slope)) / slope
            step = [solved if k == place else field.ring.gen(k) for k in range(len(images))]
            images = [image.compose(*step) for image in images]
            lines[place] = bound.line
        if lines:
            yield Chart(tuple(images), lines)


def slope_in(poly: Polynomial, place: int) -> Any:
    """The number c in poly = c * generator + rest; 0 where there is no such number."""
    slope = poly.derivative(place)
    return slope.leading_coefficient() if slope and slope.is_constant() else 0
