"""Strictness where the second derivative vanishes at isolated points, and the modulus."""

from collections.abc import Iterator
from fractions import Fraction

from symconvex.drafting.draft import MADE
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import definite, given_positive, nonneg, positive, real
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.univariate.ends import End, inside, same_end, sign_of, value_sign
from symconvex.drafting.univariate.interval import Interval
from symconvex.drafting.univariate.nodes import Node
from symconvex.drafting.univariate.scribe import Lost
from symconvex.drafting.univariate.signs import Inquiry, S
from symconvex.drafting.univariate.steps import isolated
from symconvex.kernel import term as t
from symconvex.kernel.polynomial import scaled
from symconvex.kernel.term import Num, Sym, Term

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
    zeros = list(dict.fromkeys(zeros_of(setting.question, node)))
    if not 0 < len(zeros) <= MOST_ZEROS:
        return False
    level = lines.combine([[number, setting.direction]], nonneg(form))
    apart = tuple(positive(t.power(zero, 2)) for zero in zeros)
    try:
        setting.show_defined(lines, *zeros, *(_slope(setting.question, zero) for zero in zeros))
        off = setting.question.lines(lines, node, apart)
        if off is None or lines.kind(off) != "positive":
            return False
        with lines.assuming(*(positive(t.power(setting.at(zero), 2)) for zero in zeros)):
            there = _definite(setting, lines, setting.at_parameter(lines, off), form)
        shows = [_moves_on(setting, lines, zero) for zero in zeros]
    except Lost:
        return False
    known = [found for found in shows if found is not None]
    if len(known) < len(shows):
        return False
    isolated(lines, [shown, level, there, *(k for k, _ in known)], word, [row for _, row in known])
    return True


def _definite(setting: Interval, lines: Lines, number: int, form: Term) -> int:
    return lines.definite([number], definite(form), [(setting.parameter, "", [])])


def _slope(asked: Inquiry, zero: Term) -> Term:
    ring = asked.search.ring
    return ring.term(ring.derivative(ring.poly(zero)))


def _moves_on(setting: Interval, lines: Lines, zero: Term) -> tuple[int, list[Term]] | None:
    """(E^2 + E'^2) v^2 or (k E + E'') v^2 is definite, so E vanishes on no segment; with its multipliers."""
    asked, v = setting.question, setting.direction
    slope = _slope(asked, zero)
    bend, square = _slope(asked, slope), t.power(v, 2)
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


# ---- the modulus ---------------------------------------------------------------------------------


def find_modulus(setting: Interval, side: int) -> tuple[Term, Node | None, Term | None] | None:
    """A number m > 0 with side * f'' >= m, why (None: equal everywhere), and a point where they are equal."""
    asked = setting.question
    for value, at in sorted(candidates(asked, side), key=lambda pair: _size(asked, pair[0])):
        if sign_of(asked.search.ring, value) != 1:
            return None
        rest = t.sub(asked.term if side > 0 else t.neg(asked.term), value)
        if not asked.search.ring.poly(rest):
            return value, None, at
        node = Inquiry(rest, asked.region, asked.search).node()
        if node is not None and node.sign > 0:
            return value, node, at
    return None


def _size(asked: Inquiry, value: Term) -> float:
    return float(asked.value(value))


def candidates(asked: Inquiry, side: int) -> Iterator[tuple[Term, Term | None]]:
    """Values of side * f'' where its slope vanishes, at ends where it is defined, and the simplest limit far out."""
    ring, region = asked.search.ring, asked.region
    poly = ring.poly(asked.term)
    if not ring.moves(poly):
        yield (
            (asked.term if side > 0 else t.neg(asked.term)),
            Num(inside(ring, region.left, region.right, Fraction(1, 2))),
        )
        return
    points: list[End] = [region.left, region.right]
    for part in asked.search.chart(ring.derivative(poly), region.left, region.right):
        if part.cut and part.left is not None and part.right is not None:
            if same_end(ring, part.left, part.right):
                points.append(part.left)
            else:
                yield from ((Num(value), None) for value in asked.below(side, part.left, part.right))
    for at in points:
        if at is not None and value_sign(ring, poly, at) is not None:
            value = ring.poly(t.substitute(asked.term, {S.name: ((), at)}))
            interior = not any(end is at for end in (region.left, region.right))
            yield ring.term(scaled(value, side)), (at if interior else None)
    yield from ((Num(value), None) for value in asked.far(side))


def show_modulus(
    setting: Interval, lines: Lines, shown: int, side: int, found: tuple[Term, Node | None, Term | None]
) -> str:
    """The line that the loss is strongly convex (concave) with this modulus; empty when it is lost."""
    value, node, _ = found
    rest = t.sub(setting.question.term if side > 0 else t.neg(setting.question.term), value)
    about = Inquiry(rest, setting.question.region, setting.question.search)
    try:
        line = lines.constant(nonneg(rest)) if node is None else about.lines(lines, node)
        if line is None:
            return ""
        number = line if node is None else setting.at_parameter(lines, line)
        above = setting.question.writer(lines).closed(positive(value))
    except Lost:
        return ""
    level = lines.combine([[number, setting.direction]], nonneg(setting.form(lines.term(number))))
    word = f"strongly_{'convex' if side > 0 else 'concave'}"
    lines.curvature([shown, above, level], claim(word, value))
    return word


def best_part(setting: Interval, value: Term, at: Term) -> PartDraft | None:
    """No modulus is larger than the value at this point inside the domain."""
    larger = Sym(f"{MADE}m")
    room = t.sub(larger, value)
    lines = Lines(setting.draft, given=(real(larger.name), given_positive(room)))
    try:
        setting.show_domain(lines)
        setting.show_defined(lines, setting.profile)
        writer, point = setting.question.writer(lines), {setting.parameter: ((), at)}
        terms = [t.substitute(entry.term, point) for entry in setting.draft.domain if entry.term is not None]
        within = [writer.closed(positive(term)) for term in terms]
    except Lost:
        return None
    shown = lines.differentiate(bends(setting.form(setting.bend)))
    fact = lines.fact("given", positive(room))
    beyond = claim("not_strongly_convex", larger)
    lines.at_point([shown, *within, fact], beyond, point, {setting.parameter: ((), t.ONE)})
    return lines.part(beyond)
