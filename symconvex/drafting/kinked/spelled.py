"""Signs of functions with corners: on each piece a corner is put as what it is there, then the pieces are joined."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from symconvex.drafting.draft import MADE
from symconvex.drafting.effort import spend
from symconvex.drafting.judgments import nonneg, positive, sign
from symconvex.drafting.kinked.pieces import Corner, corner_of, paired, pieces_of, without
from symconvex.drafting.kinked.steps import equal
from symconvex.drafting.lines import Lines
from symconvex.drafting.univariate.ends import sign_of
from symconvex.drafting.univariate.scribe import Lost, Region
from symconvex.drafting.univariate.signs import S, question
from symconvex.drafting.univariate.steps import cases
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Sym, Term

HOLE = Sym(f"{MADE}q")
TWO, HALF = t.number(2), Fraction(1, 2)
MOST_CORNERS = 24
# The line for a smooth term on a region, under what the region assumes.
Shown = Callable[[Lines, Term, Region], int]


def level(lines: Lines, term: Term, region: Region) -> int:
    """0 >= 0, in other words."""
    with lines.assuming(*region.assumptions(S)):
        defined(lines, term, region)
        if question(term, region, {}).search.ring.poly(term):
            raise Lost(t.render(term))
        return lines.constant(nonneg(term))


def signed(lines: Lines, term: Term, region: Region) -> int:
    """The sign of a smooth term that is >= 0 on the region, by a chart."""
    asked = question(term, region, {})
    if region.left is not None and region.left == region.right:
        return _signed_at(lines, term, region, region.left)
    if not asked.search.ring.poly(term):
        return level(lines, term, region)
    node = asked.node()
    found = None if node is None or node.sign < 0 else asked.lines(lines, node)
    if found is None:
        raise Lost(t.render(term))
    return found


def _signed_at(lines: Lines, term: Term, region: Region, place: Term) -> int:
    """The sign that a smooth term has at a point, where the variable is this point."""
    asked, value = question(term, region, {}), t.substitute(term, {S.name: ((), place)})
    side = sign_of(asked.search.ring, value)
    if side not in (0, 1):
        raise Lost(t.render(term))
    kind = "positive" if side else "nonneg"
    number = asked.writer(lines).closed(sign(kind, value))
    defined(lines, term, region)
    ends = [lines.fact("assumed", nonneg(t.sub(*pair))) for pair in ((S, place), (place, S))]
    hole = t.substitute(term, {S.name: ((), HOLE)})
    return equal(lines, (*ends, number), sign(kind, term), HOLE.name, hole, (place, S))


def defined(lines: Lines, term: Term, region: Region) -> None:
    """Lines for the denominators, roots and logarithms of a term with or without corners."""
    for base, need in reversed(list(partial_bases(term))):
        for side in (base, t.Mul((t.Num(t.MINUS_ONE), base)))[: 1 + (need == "nonzero")]:
            if lines.find(positive(side)) is not None:
                break
            try:
                found = spelled(lines, side, region, signed)
            except Lost:
                continue
            kinds = ("positive",) if need != "nonneg" else ("positive", "nonneg")
            if lines.kind(found) in kinds:
                lines.product([found], sign(lines.kind(found), side))
                break
        else:
            raise Lost(t.render(base))


@dataclass(frozen=True, slots=True)
class Put:
    """A corner in a term, which of its sides holds, and the lines that say so from above and below."""

    function: Term
    corner: Corner
    value: Term
    above: int
    below: int


def spelled(lines: Lines, term: Term, region: Region, shown: Shown) -> int:
    """The line for a term with corners on a region where each has one side, under what the region assumes.

    Fails    Lost
    """
    puts, rest = list[Put](), paired(term)
    with lines.assuming(*region.assumptions(S)):
        while (corner := corner_of(rest)) is not None:
            spend(300)
            if len(puts) == MOST_CORNERS:
                raise Lost(t.render(term))
            put = _put(lines, rest, corner, region)
            puts.append(put)
            rest = without(rest, corner, put.value)
        number = shown(lines, rest, region)
        for put in reversed(puts):
            whole = t.substitute(put.function, {HOLE.name: ((), put.corner.term)})
            defined(lines, whole, region) if list(partial_bases(whole)) else None
            ends = (put.value, put.corner.term)
            gives = sign(lines.kind(number), whole)
            number = equal(lines, (put.above, put.below, number), gives, HOLE.name, put.function, ends)
        return lines.product([number], sign(lines.kind(number), term))


def _put(lines: Lines, term: Term, corner: Corner, region: Region) -> Put:
    u, strict = corner.inside, corner.term.name == "step"
    for side, inside in ((1, u), (-1, t.neg(u))):
        try:
            number = signed(lines, inside, region)
        except Lost:
            continue
        if strict and side > 0 and lines.kind(number) != "positive":
            continue
        above, below = _pair(lines, corner, side, number)
        return Put(without(term, corner, HOLE), corner, corner.where(side), above, below)
    raise Lost(t.render(u))


def _pair(lines: Lines, corner: Corner, side: int, number: int) -> tuple[int, int]:
    """The lines corner - value >= 0 and value - corner >= 0, from the line for the sign of what is inside."""
    u, value = corner.inside, corner.where(side)
    gaps = t.sub(corner.term, value), t.sub(value, corner.term)
    if corner.term.name == "step":
        label = t.fn("step", u)
        if side > 0:
            above = lines.side(number, nonneg(t.sub(label, t.ONE)), u)
            return above, lines.fact("step_below_one", nonneg(t.sub(t.ONE, label)), u)
        return lines.fact("step_nonneg", nonneg(label), u), lines.side(number, nonneg(t.neg(label)), u)
    ramp = t.fn("relu", u)
    if side > 0:
        pair = (
            lines.fact("relu_above", nonneg(t.sub(ramp, u)), u),
            lines.side(number, nonneg(t.sub(u, ramp)), u),
        )
    else:
        pair = lines.fact("relu_nonneg", nonneg(ramp), u), lines.side(number, nonneg(t.neg(ramp)), u)
    twice = [lines.constant(positive(TWO))] if corner.term.name == "abs" else []
    first, second = (lines.product([*twice, n], nonneg(gap)) for n, gap in zip(pair, gaps, strict=True))
    return first, second


def joined(lines: Lines, term: Term, region: Region, shown: Shown, apart: Sequence[Term] | None = None) -> int:
    """The line for the term on the whole region, piece by piece; each piece holds its right end.

    apart    all ends of pieces, where they are left out: there squares are assumed to be > 0
    Fails    Lost
    """
    cuts = cuts_of(term, region)
    if apart is not None:
        if not set(cuts) <= set(apart):
            raise Lost(t.render(term))
        cuts = list(apart)
    before, ends = region.assumptions(S), [region.left, *cuts, region.right]
    off = () if apart is None else apart_from(cuts)
    defined_everywhere(lines, term, region, apart)
    found = list[int]()
    for k, (left, right) in enumerate(pairwise(ends)):
        closed = k == 0 and region.left_closed, region.right_closed if k == len(cuts) else apart is None
        found.append(spelled(lines, term, Region(left, right, *closed), shown))
    number = found.pop()
    for k, before_it in reversed(list(enumerate(found))):
        kind = "nonneg" if "nonneg" in (lines.kind(number), lines.kind(before_it)) else "positive"
        more = Region(ends[k], None).assumptions(S) if k else ()
        with lines.assuming(*before, *more, *off):
            number = cases(lines, (number, before_it), sign(kind, term))
    return number


def apart_from(cuts: Sequence[Term]) -> tuple[Judgment, ...]:
    """The variable is none of these."""
    return tuple(positive(t.power(t.sub(S, cut), 2)) for cut in cuts)


def cuts_of(term: Term, region: Region) -> list[Term]:
    """Where a corner of the term changes its side, inside the region."""
    found = pieces_of(term, region, joined=False)
    if not found:
        raise Lost(t.render(term))
    return list(dict.fromkeys(piece.left for piece in found[1:] if piece.left is not None))


def defined_everywhere(lines: Lines, term: Term, region: Region, apart: Sequence[Term] | None = None) -> None:
    """Lines for the bases of a term with corners, on the whole region."""
    off = () if apart is None else apart_from(apart)
    for base, need in reversed(list(partial_bases(term))):
        with lines.assuming(*region.assumptions(S), *off):
            if lines.find(positive(base)) is not None:
                continue
            if corner_of(base) is None and apart is None:
                defined(lines, t.power(base, -1) if need == "nonzero" else t.power(base, HALF), region)
                continue
        found = joined(lines, base, region, signed, apart)
        if lines.kind(found) != "positive" and (need != "nonneg" or apart is not None):
            raise Lost(t.render(base))
