"""A second derivative of one number that is the same everywhere: where it is > 0 it is the modulus and the constant."""

from symconvex.drafting import judgments as say
from symconvex.drafting.conditions.curve import Curve
from symconvex.drafting.conditions.samples import Samples
from symconvex.drafting.conditions.search import shown_convex
from symconvex.drafting.conditions.signs import are_positive, case_of
from symconvex.drafting.constants import holds
from symconvex.drafting.lines import PartDraft
from symconvex.drafting.rational import primitive
from symconvex.kernel import term as t


def constant_part(curve: Curve, samples: Samples) -> list[PartDraft]:
    """The part that says so, where the data make it > 0; none where it moves, or is a number."""
    core = curve.matrix[0][0]
    outer = [curve.outer.above, curve.outer.below]
    if len(curve.ways) > 1 or core.is_constant() or any(map(curve.moves, (core, *outer))):
        return []
    path = (say.given_positive(curve.field.term(primitive(curve.field, [core])[1][0])),)
    case = case_of(curve, path, samples.failing(path))
    shown = None if case is None else shown_convex(case)
    if case is None or shown is None or not are_positive(case.lines, (shown.outer, *shown.minors)):
        return []
    lines, (way,) = case.lines, curve.ways
    both = (shown.outer, *shown.minors)
    number = lines.product(both, say.positive(t.mul(*map(lines.term, both))))
    none, value = lines.constant(say.nonneg(t.ZERO)), lines.term(number)
    claims = [say.loss(f"strongly_{curve.word}", value)]
    lines.curvature([shown.bend, number, none], claims[0])
    if curve.sign > 0:
        claims.append(say.loss("smooth", value))
        above = lines.combine([[number, way]], say.nonneg(t.mul(value, t.power(way, 2))))
        lines.curvature([shown.bend, none, above], claims[1])
    part = lines.part(*claims)
    return [part] if holds(curve.draft, part) else []
