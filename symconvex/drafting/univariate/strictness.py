"""Strictness where the second derivative vanishes at isolated points."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symconvex.drafting.judgments import definite, nonneg, positive
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines
from symconvex.drafting.univariate.ends import same_end
from symconvex.drafting.univariate.interval import Interval
from symconvex.drafting.univariate.nodes import Node
from symconvex.drafting.univariate.scribe import Lost, Region
from symconvex.drafting.univariate.signs import Inquiry, S
from symconvex.drafting.univariate.steps import cases, isolated
from symconvex.kernel import term as t
from symconvex.kernel.polynomial import scaled
from symconvex.kernel.term import Num, Term

MOST_ZEROS = 6


def show_strict(setting: Interval, lines: Lines, shown: int, number: int, node: Node) -> bool:
    """The line that the loss is strictly convex (concave).

    number    the line side * f'' >= 0, read at x
    """
    word = claim(f"strictly_{'convex' if node.sign > 0 else 'concave'}")
    form = setting.form(lines.term(number))
    if lines.kind(number) == "positive":
        lines.curvature([shown, _definite(setting, lines, number, form)], word)
        return True
    inner, region = list(dict.fromkeys(zeros_of(setting.question, node))), setting.question.region
    ends = [bound.term for bound in region.assumptions(S) if bound.kind == "nonneg" and bound.term is not None]
    level = lines.combine([[number, setting.direction]], nonneg(form))
    for edges in ([], ends) if ends else ([],):
        claimed = _isolated(setting, lines, (shown, level), node, inner, edges)
        if claimed is not None:
            isolated(lines, claimed[0], word, claimed[1])
            return True
    return False


def _isolated(
    setting: Interval, lines: Lines, uses: tuple[int, int], node: Node, inner: Sequence[Term], edges: Sequence[Term]
) -> tuple[list[int], list[list[Term]]] | None:
    """The lines and multipliers of a second derivative that vanishes where some of these terms do.

    edges    the terms that vanish at the closed ends; none where it does not vanish there
    """
    zeros, region = [*inner, *edges], setting.question.region
    if not 0 < len(zeros) <= MOST_ZEROS:
        return None
    open_ = Region(region.left, region.right) if edges else region
    asked = Inquiry(setting.question.term, open_, setting.question.search)
    apart = tuple(positive(t.power(zero, 2)) for zero in inner)
    try:
        setting.show_defined(lines, *zeros, *(slope_in(setting.question, zero) for zero in zeros))
        off = asked.lines(lines, node, apart)
        if off is None or lines.kind(off) != "positive":
            return None
        with lines.assuming(*(positive(t.power(setting.at(zero), 2)) for zero in zeros)):
            for assumption in region.assumptions(S) if edges else ():
                inside(lines, setting.at(assumption.term or t.ZERO))
            number = setting.at_parameter(lines, off)
            there = _definite(setting, lines, number, setting.form(lines.term(number)))
        shows = [moves_on(setting, lines, zero) for zero in zeros]
    except Lost:
        return None
    known = [found for found in shows if found is not None]
    if len(known) < len(shows):
        return None
    return [*uses, there, *(k for k, _ in known)], [row for _, row in known]


def inside(lines: Lines, bound: Term) -> None:
    """The line bound > 0, from bound >= 0 and bound^2 > 0: where -bound > 0, bound = -bound + 2 bound."""
    level, turned, here = lines.find(nonneg(bound)), t.neg(bound), lines.under
    if lines.find(positive(bound)) is not None or level is None:
        return
    with lines.assuming(*here, positive(bound)):
        first = lines.fact("assumed", positive(bound))
    with lines.assuming(*here, positive(turned)):
        second = lines.total([lines.fact("assumed", positive(turned)), level, level], positive(bound))
    cases(lines, [first, second], positive(bound))


def _definite(setting: Interval, lines: Lines, number: int, form: Term) -> int:
    return lines.definite([number], definite(form), [(setting.parameter, "", [])])


def slope_in(asked: Inquiry, zero: Term) -> Term:
    """The derivative of a term in the variable."""
    ring = asked.search.ring
    return ring.term(ring.derivative(ring.poly(zero)))


def moves_on(setting: Interval, lines: Lines, zero: Term) -> tuple[int, list[Term]] | None:
    """(E^2 + E'^2) v^2 or (k E + E'') v^2 is definite, so E vanishes on no segment; with its multipliers."""
    asked, v = setting.question, setting.direction
    slope = slope_in(asked, zero)
    bend, square = slope_in(asked, slope), t.power(v, 2)
    k = _frequency(asked, zero, bend)
    first = [t.mul(setting.at(zero), square), t.mul(setting.at(slope), v)]
    ways = [(t.add(t.power(zero, 2), t.power(slope, 2)), first)]
    ways += [] if k is None else [(t.add(t.mul(k, zero), bend), [t.mul(k, square), t.ZERO, t.ONE])]
    for total, multipliers in ways:
        about = Inquiry(total, asked.region, asked.search)
        node = about.node()
        found = None if node is None or node.sign < 0 else about.lines(lines, node)
        if found is not None and lines.kind(found) == "positive":
            number = setting.at_parameter(lines, found)
            return _definite(setting, lines, number, setting.form(lines.term(number))), multipliers
    return None


def _frequency(asked: Inquiry, zero: Term, bend: Term) -> Term | None:
    """k where E is a constant and a sine or cosine with k E + E'' constant."""
    ring = asked.search.ring
    first, second = ring.poly(zero), ring.poly(bend)
    ratios = {Fraction(second.get(mono, 0)) / Fraction(c) for mono, c in first.items() if mono}
    return Num(-max(ratios)) if len(ratios) == 1 and max(ratios) < 0 else None


def zeros_of(asked: Inquiry, node: Node) -> Iterator[Term]:
    """Terms E such that the node's term vanishes only where one of them does."""
    ring = asked.search.ring
    if node.strict:
        return
    if node.how == "cases":
        for first, second in zip(node.kids, node.kids[1:], strict=False):
            if first.right is not None and same_end(ring, first.right, second.left):
                yield t.sub(first.right, S)
        for kid in node.kids:
            yield from zeros_of(asked, kid)
    elif node.how == "bounded":
        yield ring.term(scaled(node.poly, node.sign))
    elif node.how == "product":
        known = [kid.poly for kid in node.kids]
        for part, _ in node.factors:
            if ring.moves(part) and part not in known:
                yield ring.term(part)
        for kid in node.kids:
            yield from zeros_of(asked, kid)
