"""Exactly when a loss is strictly convex: the cases of convexity, each of them split further by what may vanish.

one number    a convex loss is strictly so unless it is affine: where a coefficient is > 0, and not where all are 0
several       a quadratic loss: where all leading minors are > 0, and not where one is not (Sylvester)
"""

from collections.abc import Iterator
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.conditions import Leaf, StrictLeaf
from symconvex.drafting.conditions.bands import Spot, band_of
from symconvex.drafting.conditions.curve import Curve
from symconvex.drafting.conditions.isolated import Zero, zeros_of
from symconvex.drafting.conditions.leading import find_leading
from symconvex.drafting.conditions.level import level_part
from symconvex.drafting.conditions.samples import Samples
from symconvex.drafting.conditions.search import Convex, Found, shown_convex
from symconvex.drafting.conditions.signs import are_positive, case_of, split_of, still
from symconvex.drafting.constants import holds
from symconvex.drafting.effort import answering, spend
from symconvex.drafting.indefinite import inner_point
from symconvex.drafting.lines import Alternatives
from symconvex.drafting.rational import Polynomial, primitive
from symconvex.drafting.univariate.steps import isolated
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given

Cases = Alternatives | int
MOST_SPLITS = 3
LENGTHS = (Fraction(1), Fraction(1, 2))


def find_strict(curve: Curve, samples: Samples, found: Found, tree: Cases) -> Cases | None:
    """The cases of strictness, from those of convexity; None where one of them stays open."""
    with answering(briefly=True):
        if len(curve.ways) > 1:
            return find_leading(curve, samples, found)
        return _refined(curve, samples, found, tree) if not curve.ways[0].indices else None


def _refined(curve: Curve, samples: Samples, found: Found, tree: Cases) -> Cases | None:
    """The same cases, those in which the loss is convex looked at more closely."""
    if isinstance(tree, int):
        shown = found.shown.get(tree)
        return tree if shown is None else _closer(samples, found, shown, MOST_SPLITS, tree)
    then = _refined(curve, samples, found, tree.then)
    other = None if then is None else _refined(curve, samples, found, tree.other)
    return None if then is None or other is None else Alternatives(tree.given, tree.opposite, then, other)


def _closer(samples: Samples, found: Found, shown: Convex, splits: int, number: int | None = None) -> Cases | None:
    """A case in which the loss is convex: strictly so, or what it depends on.

    number    that of its part, where there is one
    """
    spend(1_000)
    strict = _strict(found, shown, number)
    if strict is not None:
        return strict
    vanishing = next(_may_vanish(shown), None)
    if vanishing is None or not splits:
        return None
    path, term = shown.case.path, shown.case.curve.field.term(vanishing)
    above, below = say.given_positive(term), say.given_nonneg(t.neg(term))
    then = _in_case(shown.case.curve, samples, found, (*path, above), splits - 1)
    other = None if then is None else _in_case(shown.case.curve, samples, found, (*path, below), splits - 1)
    return None if then is None or other is None else Alternatives(above, below, then, other)


def _in_case(curve: Curve, samples: Samples, found: Found, path: tuple[Given, ...], splits: int) -> Cases | None:
    """A new case: level, or convex and looked at again."""
    level = _level(curve, samples, found, path)
    if level is not None:
        return level
    case = case_of(curve, path, samples.failing(path))
    shown = None if case is None else shown_convex(case)
    return None if shown is None else _closer(samples, found, shown, splits)


def _may_vanish(shown: Convex) -> Iterator[Polynomial]:
    """Polynomials in the data that are >= 0 in this case, not known to be > 0, and of which the form is made."""
    curve = shown.case.curve
    parts = split_of(curve, curve.matrix[0][0])
    if parts is None:
        return
    band = None if parts.moving is None else band_of(curve, parts.moving)
    found = (*parts.data, *(-poly for poly in parts.data), *(() if band is None else band.coefs))
    for poly in (poly for poly in found if not poly.is_constant()):
        level = still(shown.case, poly, strict=False)
        if level is None or still(shown.case, poly, strict=True) is not None:
            continue
        if still(shown.case, -poly, strict=False) is None:
            yield primitive(curve.field, [poly])[1][0]


def _strict(found: Found, shown: Convex, number: int | None) -> int | None:
    """The number of the part that shows the case to be strict; one that is there already says so from now on."""
    curve, lines, zeros = shown.case.curve, shown.case.lines, tuple[Zero, ...]()
    word, (way,) = say.loss(f"strictly_{curve.word}"), curve.ways
    if are_positive(lines, (shown.outer, *shown.minors)):
        weight = t.mul(*map(lines.term, (shown.outer, *shown.minors)))
        line = lines.product([shown.outer, *shown.minors], say.positive(weight))
        form = say.definite(t.mul(weight, t.power(way, 2)))
        lines.curvature([shown.bend, lines.definite([line], form, [(way.name[:-1], "", [])])], word)
    else:
        offered = zeros_of(shown.case, shown.minors[0])
        if offered is None:
            return None
        there, zeros = offered
        uses = [shown.bend, shown.sign, there, *(zero.line for zero in zeros)]
        isolated(lines, uses, word, [zero.multipliers for zero in zeros])
    part = lines.part(say.loss(curve.word), word)
    if not holds(curve.draft, part):
        return None
    minors = tuple(lines.term(line) for line in shown.minors)
    found.strict.append(StrictLeaf(curve.word, shown.case.path, minors, tuple(zero.term for zero in zeros)))
    if number is None:
        return found.add(part, Leaf(curve.word, shown.case.path, (), {}, {}, None))
    found.parts[number] = part
    return number


def _level(curve: Curve, samples: Samples, found: Found, path: tuple[Given, ...]) -> int | None:
    """The case in which no coefficient is > 0: from two points, if the kernel sees it."""
    case, centre = case_of(curve, path, samples.failing(path)), inner_point(curve.draft)
    parts = None if case is None else split_of(curve, curve.matrix[0][0])
    band = None if parts is None or parts.moving is None else band_of(curve, parts.moving)
    if case is None or centre is None or parts is None or (parts.moving is not None and band is None):
        return None
    if band is not None and any(c and still(case, -c, strict=False) is None for c in band.coefs):
        return None
    (name,) = curve.draft.parameters
    for length in LENGTHS:
        ends: list[Spot] = [{name: t.Num(centre[0] + side * length)} for side in (-1, 1)]
        apart = case.lines.constant(say.positive(t.Num(4 * length * length)))
        number = level_part(case, found, ends, apart)
        if number is not None:
            return number
    return None
