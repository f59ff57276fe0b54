"""Strictness where the second derivative is a mixture of its values at the ends of the interval of a number.

It is > 0 but where one of some terms vanishes, and these vanish on no segment: so it is for every mixture.
"""

from collections.abc import Sequence

from symconvex.drafting import judgments as say
from symconvex.drafting.conditions.linear import Limits, LinearBend, SignedTerm
from symconvex.drafting.lines import Lines
from symconvex.drafting.univariate.scribe import Lost, Region
from symconvex.drafting.univariate.signs import Inquiry, S
from symconvex.drafting.univariate.steps import cases, isolated
from symconvex.drafting.univariate.strictness import MOST_ZEROS, inside, moves_on, slope_in, zeros_of
from symconvex.kernel import term as t
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Term


def show_strict(bend: LinearBend, limits: Limits, lines: Lines, uses: tuple[int, int], word: Judgment) -> bool:
    """Write the line that the loss is strictly convex (concave) for every number in the interval.

    uses    the second derivative, and the line that it is >= 0
    """
    region, ends = bend.region, limits.signs[: len(limits.ends)]
    inner = list(dict.fromkeys(zero for one in ends if one.node for zero in zeros_of(one.asked, one.node)))
    closed = [a.term for a in region.assumptions(S) if a.kind == "nonneg" and a.term is not None]
    for edges in ([], closed) if closed else ([],):
        try:
            if len(inner) + len(edges) <= MOST_ZEROS and _written(bend, limits, lines, uses, word, (inner, edges)):
                return True
        except Lost:
            continue
    return False


def _written(
    bend: LinearBend,
    limits: Limits,
    lines: Lines,
    uses: tuple[int, int],
    word: Judgment,
    where: tuple[Sequence[Term], Sequence[Term]],
) -> bool:
    (inner, edges), setting = where, bend.setting
    zeros = [*inner, *edges]
    setting.show_defined(lines, *zeros, *(slope_in(setting.question, zero) for zero in zeros))
    region = Region(bend.region.left, bend.region.right) if edges else bend.region
    apart = tuple(say.positive(t.power(zero, 2)) for zero in inner)
    off = [_off(one, region, lines, apart) for one in limits.signs[: len(limits.ends)]]
    with lines.assuming(*(say.positive(t.power(setting.at(zero), 2)) for zero in zeros)):
        for assumption in region.assumptions(S) if edges else ():
            inside(lines, setting.at(assumption.term or t.ZERO))
        number = _mixed(bend, limits, lines, [setting.at_parameter(lines, one) for one in off])
        form = say.definite(setting.form(lines.term(number)))
        there = lines.definite([number], form, [(setting.parameter, "", [])])
    if not zeros:
        lines.curvature([uses[0], there], word)
        return True
    shown = [moves_on(setting, lines, zero) for zero in zeros]
    known = [one for one in shown if one is not None]
    if len(known) < len(shown):
        return False
    isolated(lines, [*uses, there, *(k for k, _ in known)], word, [row for _, row in known])
    return True


def _off(one: SignedTerm, region: Region, lines: Lines, apart: Sequence[Judgment]) -> int:
    """The line that the second derivative at an end is > 0 off the zeros.

    Fails    Lost
    """
    asked = Inquiry(one.asked.term, region, one.asked.search)
    found = None if one.node is None else asked.lines(lines, one.node, apart)
    if found is None or lines.kind(found) != "positive":
        raise Lost("strictness")
    return found


def _mixed(bend: LinearBend, limits: Limits, lines: Lines, numbers: Sequence[int]) -> int:
    """The line that g + a h > 0 at x."""
    setting, here = bend.setting, lines.under
    target = say.positive(setting.at(t.add(bend.g, t.mul(bend.datum, bend.h))))
    given = [lines.fact("given", say.nonneg(one.term or t.ZERO)) for one in lines.given]
    if len(limits.ends) == 1:
        other = bend.setting.at_parameter(lines, _moves(limits.signs[1], lines))
        return lines.combine([[numbers[0]], [other, given[0]]], target)
    width = t.sub(limits.ends[1].value, limits.ends[0].value)
    writer = setting.question.writer(lines)
    half, share = (writer.closed(say.positive(term)) for term in (t.mul(width, t.Num(HALF)), t.power(width, -1)))
    second = writer.closed(say.positive(t.Num(HALF)))
    gap, found = t.sub(lines.term(given[0]), lines.term(given[1])), list[int]()
    for side, more in ((gap, 0), (t.neg(gap), 1)):
        with lines.assuming(*here, say.nonneg(side)):
            fact = lines.fact("assumed", say.nonneg(side))
            large = lines.combine([[fact, second], [half]], say.positive(lines.term(given[more])))
            rooms = [large if k == more else one for k, one in enumerate(given)]
            found.append(lines.combine([[numbers[0], rooms[1], share], [numbers[1], rooms[0], share]], target))
    return cases(lines, found, target)


def _moves(sign: SignedTerm, lines: Lines) -> int:
    found = None if sign.node is None else sign.asked.lines(lines, sign.node)
    if found is None:
        raise Lost("a sign")
    return found


HALF = t.ONE.value / 2
