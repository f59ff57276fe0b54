"""A case in which a loss is not strictly convex: its value in the middle of two points is not below the mean."""

from collections.abc import Sequence

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.conditions import Leaf, StrictLeaf
from symconvex.drafting.conditions.bands import Spot
from symconvex.drafting.conditions.search import Found
from symconvex.drafting.conditions.signs import Branch, sign_by
from symconvex.drafting.conditions.witnesses import shown_positive
from symconvex.drafting.constants import holds
from symconvex.drafting.oracle import Oracle
from symconvex.drafting.rational import field_of
from symconvex.kernel import term as t
from symconvex.kernel.term import Family, Term

HALF = t.Num(t.ONE.value / 2)


def level_part(
    case: Branch, found: Found, ends: Sequence[Spot], apart: int | None, above: int | None = None
) -> int | None:
    """The number of the part; None where the sign is not shown.

    apart    the line that the square of the distance of the ends is > 0
    above    the line that the value in the middle is not below the mean, where that is known
    """
    curve, lines = case.curve, case.lines
    places: list[dict[str, Family]] = [{name: ((), value) for name, value in end.items()} for end in ends]
    inside = [
        shown_positive(case, t.substitute(entry.term or t.ZERO, at)) for at in places for entry in curve.draft.domain
    ]
    above = _above(case, places) if above is None else above
    if apart is None or above is None or None in inside:
        return None
    flat = say.loss(f"not_strictly_{curve.word}")
    lines.chord(flat, places, [*(line or 0 for line in inside), above, apart])
    part = lines.part(flat)
    if not holds(curve.draft, part):
        lines.known.pop(flat, None)
        return None
    value = lines.term(above) if curve.sign > 0 else t.neg(lines.term(above))
    found.strict.append(StrictLeaf(curve.word, case.path, ends=tuple(ends), value=value))
    return found.add(part, Leaf(curve.word, case.path, (), {}, {}, None))


def _above(case: Branch, ends: Sequence[dict[str, Family]]) -> int | None:
    """The line that the value in the middle is not below the mean."""
    curve = case.curve
    middle: dict[str, Family] = {name: ((), t.mul(HALF, t.add(*(end[name][1] for end in ends)))) for name in ends[0]}
    values = [t.substitute(curve.draft.loss, at) for at in [middle, *ends]]
    gap: Term = t.add(values[0], *(t.mul(t.neg(HALF), value) for value in values[1:]))
    try:
        poly = curve.normal.poly(gap if curve.sign > 0 else t.neg(gap))
    except t.Refused:
        return None
    field = field_of(curve.normal, [poly])
    oracle = Oracle(case.lines, field, fails=case.oracle.fails)
    value = field.read(poly)
    if value.is_zero():
        return case.lines.constant(say.nonneg(t.ZERO))
    number = value.below.leading_coefficient() if value.below.is_constant() else 1
    top = sign_by(oracle, value.above / number, strict=False)
    if top is None or value.below.is_constant():
        return top
    bottom = sign_by(oracle, value.below, strict=True)
    if bottom is None:
        return None
    inverse = case.lines.power(bottom, say.positive(t.power(case.lines.term(bottom), -1)))
    return case.lines.product([top, inverse], say.nonneg(t.mul(case.lines.term(top), case.lines.term(inverse))))
