"""One number: f' as a product of factors, those of one sign apart from those that change it.

f' = A m,   A >= 0 on the interval,   m monotone there (1 where nothing changes its sign)
"""

from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import spend
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.judgments import nonneg
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.quasi.writing import WORDS, by_slope, zero
from symconvex.drafting.univariate.interval import Interval, setting_of
from symconvex.drafting.univariate.nodes import Node
from symconvex.drafting.univariate.scribe import Lost
from symconvex.drafting.univariate.signs import Inquiry, slope_of
from symconvex.kernel import term as t
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
    for more in ((), *(((base, e),) for base, e in signed), *(((base, -e),) for base, e in signed)):
        found = shown(setting, t.mul(*(t.power(b, e) for b, e in (*moving, *more))))
        if found is not None:
            return found
        if not moving:
            break
    return None


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
        if not ring.depends(base):
            continue
        node = sign_on(setting, base)
        if node is not None or (e > 0 and e % 2 == 0):
            signed.append((base, e))
        elif e > 0 and e % 2 == 1:
            moving.append((base, 1))
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


def shown(setting: Interval, factor: Term) -> PartDraft | None:
    """The part for f' = A m with this m; None where A or m' is not shown to keep its sign."""
    lines, ring = Lines(setting.draft), setting.question.search.ring
    weight = ring.term(ring.poly(t.mul(setting.slope, t.power(factor, -1))))
    try:
        setting.show_domain(lines)
        setting.show_defined(lines, setting.profile, setting.slope, factor)
        rise = slope_of(factor) if ring.depends(factor) else t.ZERO
        above, up = (
            line_of(setting, lines, weight),
            line_of(setting, lines, rise) if rise != t.ZERO else (zero(lines), 0),
        )
        if above is None or up is None:
            return None
        return written(setting, lines, above, up, factor)
    except Lost:
        return None


def line_of(setting: Interval, lines: Lines, term: Term) -> tuple[int, int] | None:
    """The line sign * term > 0 or >= 0, read at x, and the sign."""
    node = sign_on(setting, term)
    number = None if node is None else asked(setting, term).lines(lines, node)
    return None if node is None or number is None else (setting.at_parameter(lines, number), node.sign)


def written(setting: Interval, lines: Lines, above: tuple[int, int], up: tuple[int, int], factor: Term) -> PartDraft:
    """With m increasing: quasiconvex where A >= 0, quasiconcave where A <= 0; both where m is constant."""
    claims = []
    for side in WORDS:
        way = side * above[1]
        if up[1] and way != up[1]:
            continue
        slope = t.mul(t.number(way), setting.at(factor), setting.direction)
        rise = up[0]
        if up[1]:
            rise = lines.combine([[rise, setting.direction]], nonneg(setting.form(lines.term(rise))))
        by_slope(lines, side, above[0], rise, slope)
        claims.append(claim(WORDS[side]))
    return lines.part(*claims)
