"""One number: the sign of the second derivative on an interval, exactly.

f'' has one sign: convex or concave, strictly where its zeros are isolated, strongly by its infimum
f'' has both signs: a point for each

The sign comes from a chart (drafting/univariate/): factors, growth from a point where the value is known, balls.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from symconvex.drafting.arguments.univariate import Univariate
from symconvex.drafting.constants import holds
from symconvex.drafting.draft import Draft
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.judgments import nonneg
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.points import simplified
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.univariate.bounds import best_part, find_bound, show_modulus, show_smooth
from symconvex.drafting.univariate.interval import Interval, setting_of
from symconvex.drafting.univariate.nodes import Node
from symconvex.drafting.univariate.refuting import chords, curvatures
from symconvex.drafting.univariate.scribe import Lost
from symconvex.drafting.univariate.strictness import show_strict
from symconvex.drafting.univariate.telling import why
from symconvex.kernel.statement import Judgment

WORDS = {1: "convex", -1: "concave"}


def find(draft: Draft) -> Finding | None:
    setting = setting_of(draft)
    if setting is None:
        return None
    lines, asked = Lines(draft), setting.question
    try:
        setting.show_domain(lines)
        setting.show_defined(lines, setting.profile, asked.term)
    except Lost:
        return None
    shown = lines.differentiate(bends(setting.form(setting.bend)))
    points = asked.sampled()
    chart = asked.chart() if len(points) < 2 else []
    if len(points) < 2 and len(chart) != 1:
        points |= asked.points(chart)
    node = chart[0].node if len(chart) == 1 else None
    if len(points) == 2:
        return refuted(setting, points)
    parts = proved(setting, lines, shown, node)
    return Finding(parts, told(setting, node, points)) if parts else None


def told(setting: Interval, node: Node | None, points: Mapping[int, Fraction]) -> Univariate:
    """The argument, in terms of the parameter."""
    ring, bend = setting.question.search.ring, simplified(setting.bend)
    side = None if len(points) == 2 else 0 if node is None else node.sign
    reason = None if node is None else why(ring, node, setting.parameter)
    return Univariate(setting.parameter, simplified(setting.at(setting.slope)), bend, side, reason, points)


def refuted(setting: Interval, points: Mapping[int, Fraction]) -> Finding | None:
    """Neither convex nor concave: by chords, where they are long enough to be seen."""
    try:
        found = chords(setting, points)
        if found is not None:
            return Finding((found[0],), found[1])
        return Finding((curvatures(setting, points),), told(setting, None, points))
    except Lost:
        return None


def proved(setting: Interval, lines: Lines, shown: int, node: Node | None) -> tuple[PartDraft, ...]:
    """Affine, convex or concave, and what else can be said."""
    asked = setting.question
    if not asked.search.ring.poly(asked.term):
        lines.curvature([shown], claim("affine"))
        return (lines.part(claim("affine")),)
    found = None if node is None else asked.lines(lines, node)
    if node is None or found is None:
        return ()
    number, word = setting.at_parameter(lines, found), WORDS[node.sign]
    level = lines.combine([[number, setting.direction]], nonneg(setting.form(lines.term(number))))
    lines.curvature([shown, level], claim(word))
    claims, more = [claim(word)], list[PartDraft]()
    if show_strict(setting, lines, shown, number, node):
        claims.append(claim(f"strictly_{word}"))
    for side in (node.sign, -node.sign):
        bound = find_bound(setting, side) if node.strict or side != node.sign else None
        if bound is None:
            continue
        above = side != node.sign
        said = show_smooth(setting, lines, shown, level, bound) if above else show_modulus(setting, lines, shown, bound)
        best = None if said is None else best_part(setting, bound, above=above)
        claims += [] if said is None else [said]
        more += [] if best is None else [best]
    parts = (lines.part(*claims), *more)
    return parts if holds(setting.draft, *parts) else kept(setting, lines, claims, more)


def kept(
    setting: Interval, lines: Lines, claims: Sequence[Judgment], more: Sequence[PartDraft]
) -> tuple[PartDraft, ...]:
    """What the kernel accepts of it: the sign, and each further claim that holds on its own."""
    word, *others = claims
    held = [said for said in others if holds(setting.draft, lines.part(word, said))]
    return (lines.part(word, *held), *(best for best in more if held and holds(setting.draft, best)))


RULE = Rule(
    name="one-variable",
    find=find,
    cost=0,
    source="Boyd & Vandenberghe 2004, section 3.1.4 (second-order condition)",
    accepts=(
        Example("exp(x) - x**3/6 - x**2/2 - x", "x", "convex"),
        Example("sqrt(1 + x**4)", "x", "convex"),
        Example("log((exp(x) - 1)/x)", "x", "convex", positive=("x",)),
        Example("x*log(1 + 1/x)", "x", "concave", positive=("x",)),
        Example("x**4 - 6*x**2", "x", "convex", positive=("x - 1",)),
        Example("cos(x) + x**2/2", "x", "convex"),
        Example("x**2/(1 + x**2)", "x", "neither"),
    ),
    rejects=(
        Example("exp(x) - x**3/6 - x**2 - x", "x", "neither"),
        Example("x**4 - 6*x**2", "x", "neither", positive=("x - 1/2",)),
        Example("cos(x) + 2*x**2/5", "x", "neither"),
        Example("abs(x) - x**2", "x", "neither"),
    ),
)
