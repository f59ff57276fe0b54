"""One number: f' as a product of factors, those of one sign apart from those that change it.

f' = A m,   A >= 0 on the interval,   m monotone there (1 where nothing changes its sign)
"""

from collections.abc import Iterator
from fractions import Fraction

from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import spend
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.judgments import nonneg
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.quasi.writing import WORDS, by_slope, weighed, zero
from symconvex.drafting.univariate.interval import Interval, setting_of
from symconvex.drafting.univariate.nodes import Node
from symconvex.drafting.univariate.scribe import Lost
from symconvex.drafting.univariate.signs import Inquiry, slope_of
from symconvex.kernel import term as t
from symconvex.kernel.normal import is_exp
from symconvex.kernel.polynomial import Number
from symconvex.kernel.term import Term

MOST_FACTORS = 8
Powers = list[tuple[Term, Number]]


def find_one(draft: Draft) -> PartDraft | None:
    """The part that says quasiconvex, quasiconcave or both of a smooth function of one number."""
    setting = setting_of(draft)
    parts = None if setting is None else split(setting)
    if setting is None or parts is None:
        return None
    signed, moving = parts
    weight, change = (t.mul(*(t.power(base, e) for base, e in powers)) for powers in parts)
    if not moving:
        return shown(setting, weight, t.ONE)
    moved = [(base, e) for base, e in signed if setting.question.search.ring.depends(base)]
    more = [t.ONE, *(t.power(base, e) for base, e in moved), *(t.power(base, -e) for base, e in moved)]
    found = (
        shown(setting, t.mul(weight, t.power(factor, -1)), t.mul(change, factor))
        for factor in (*more, *exponentials(setting, change))
    )
    return next((part for part in found if part is not None), None)


def exponentials(setting: Interval, change: Term) -> Iterator[Term]:
    """The inverse powers of exponentials that a term may be divided by: half of its highest one, and all of it."""
    ring = setting.question.search.ring
    poly = ring.poly(change)
    for key, atom in ring.atoms(poly).items():
        if is_exp(atom):
            most = max(dict(mono).get(key, 0) for mono in poly)
            yield from (t.power(atom, -most * part) for part in (Fraction(1, 2), Fraction(1)))


def split(setting: Interval) -> tuple[Powers, Powers] | None:
    """The powers of f' that keep one sign, and the others; None when there are too many."""
    ring = setting.question.search.ring
    slope = ring.poly(setting.slope)
    if not slope:
        return None
    outside, rest = ring.fraction(slope)
    powers = [*outside, *((ring.term(poly), e) for poly, e in ring.factors(rest))]
    if len(powers) > MOST_FACTORS:
        return None
    signed, moving = Powers(), Powers()
    for base, e in powers:
        spend(100)
        if not ring.depends(base) or (e > 0 and e % 2 == 0) or sign_on(setting, base) is not None:
            signed.append((base, e))
        elif e > 0 and e % 2 == 1:
            moving.append((base, 1))
            signed += [(base, e - 1)] if e > 1 else []
        else:
            return None
    return signed, moving


def asked(setting: Interval, term: Term) -> Inquiry:
    """The question about another term on the same interval."""
    return Inquiry(term, setting.question.region, setting.question.search)


def sign_on(setting: Interval, term: Term) -> Node | None:
    """The node of a term that keeps one sign."""
    chart = asked(setting, term).chart()
    return chart[0].node if len(chart) == 1 else None


def shown(setting: Interval, weight: Term, factor: Term) -> PartDraft | None:
    """The part for f' = A m with this A and m; None where A or m' is not shown to keep its sign."""
    lines, ring = Lines(setting.draft), setting.question.search.ring
    try:
        setting.show_domain(lines)
        setting.show_defined(lines, setting.profile, factor)
        rise = ring.term(ring.poly(slope_of(factor)))
        up = line_of(setting, lines, rise) if rise != t.ZERO else (zero(lines), 0)
        above = None if up is None else line_of(setting, lines, weight)
        if above is None or up is None:
            return None
        return written(setting, lines, above, up, factor)
    except Lost:
        return None


def line_of(setting: Interval, lines: Lines, term: Term) -> tuple[int, int] | None:
    """The line sign * term > 0 or >= 0, read at x, and the sign."""
    node = sign_on(setting, term)
    setting.show_defined(lines, term)
    number = None if node is None else asked(setting, term).lines(lines, node)
    return None if node is None or number is None else (setting.at_parameter(lines, number), node.sign)


def written(setting: Interval, lines: Lines, above: tuple[int, int], up: tuple[int, int], factor: Term) -> PartDraft:
    """With m increasing: quasiconvex where A >= 0, quasiconcave where A <= 0; both where m is constant."""
    claims, number = [], above[0]
    if not up[1] and factor == t.ONE:
        number = weighed(lines, number, t.mul(t.number(above[1]), setting.direction))
    for side in WORDS:
        way = side * above[1]
        if up[1] and way != up[1]:
            continue
        slope = t.mul(t.number(way), setting.at(factor), setting.direction)
        rise = up[0]
        if up[1]:
            rise = lines.combine([[rise, setting.direction]], nonneg(setting.form(lines.term(rise))))
        by_slope(lines, side, number, rise, slope)
        claims.append(claim(WORDS[side]))
    return lines.part(*claims)
