"""The second-order condition with the curvature written as a sum of weighted squares.

    f = sum_i c_i phi_i(a_i(w)):   curvature = sum_i c_i phi_i''(a_i) a_i(v)^2
    log sum_k exp(a_k):            curvature = 1/2 sum_k sum_l p_k p_l (a_k(v) - a_l(v))^2

Every weight is shown to have a sign. Strictness, modulus and smoothness constant come from the weights.
"""

from collections.abc import Sequence

from symconvex.drafting.arguments import Argument
from symconvex.drafting.arguments.curvature import Curvature
from symconvex.drafting.arguments.squares import Squares
from symconvex.drafting.arguments.variance import Softmax
from symconvex.drafting.constants import find_constants, mentions_step
from symconvex.drafting.draft import Draft
from symconvex.drafting.exactness import find_exactness
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines
from symconvex.drafting.margins import find_margins
from symconvex.drafting.mirrored import mirrored, opposite
from symconvex.drafting.patterns import negated
from symconvex.drafting.profile import collect, summands
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.slopes import find_slope
from symconvex.drafting.softmax import find_softmax
from symconvex.drafting.squares import Square, Summand, find_squares
from symconvex.drafting.variances import Majorant, Variance
from symconvex.kernel import term as t
from symconvex.kernel.term import Term


def find(draft: Draft) -> Finding | None:
    squares = find_squares(draft)
    if squares is None:
        return None
    lines = Lines(draft)
    if not show_defined(lines, draft.loss, smooth=True):
        return None
    curvature = t.add(*(s.form for s in squares))
    if not show_defined(lines, curvature):
        return None
    shown = lines.differentiate(bends(curvature))
    if curvature == t.ZERO:
        lines.curvature([shown], claim("affine"))
        return Finding((lines.part(claim("affine")),), Curvature(curvature, 0, (), kinked=False))
    sign = find_sign(lines, curvature, strict=False)
    if sign is None:
        return find_concave(draft, squares)
    lines.curvature([shown, sign], claim("convex"))
    argument: Argument | None = find_argument(lines, squares, curvature, sign)
    parts = find_constants(lines, squares, curvature)
    more, argument = find_exactness(draft, squares, curvature, parts, argument)
    slope, exact = find_slope(draft, squares, curvature, len(parts) + len(more))
    return Finding((*parts, *more, *slope), argument, exact=exact)


def find_argument(
    lines: Lines, squares: Sequence[Summand], curvature: Term, sign: int
) -> Squares | Softmax | Curvature:
    """The most telling way to say it."""
    special = find_softmax(lines.draft) or find_margins(lines, squares)
    return special or Curvature(curvature, 1, lines.reasons_of(sign), mentions_step(curvature))


def find_concave(draft: Draft, bent: Sequence[Summand]) -> Finding | None:
    """Every weight nonpositive: what is shown of -f, turned.

    bent    the summands of the second derivative of f
    """
    other = opposite(draft)
    squares, lines = [turned(summand) for summand in bent], Lines(other)
    if not show_defined(lines, other.loss, smooth=True):
        return None
    curvature = t.add(*(s.form for s in squares))
    if not show_defined(lines, curvature):
        return None
    shown, sign = lines.differentiate(bends(curvature)), find_sign(lines, curvature, strict=False)
    if sign is None:
        return None
    lines.curvature([shown, sign], claim("convex"))
    parts = [mirrored(part) for part in find_constants(lines, squares, curvature)]
    form = negated(curvature)
    argument = Curvature(form, -1, lines.reasons_of(sign), mentions_step(form))
    return Finding(tuple(part for part in parts if part is not None), argument)


def turned(summand: Summand) -> Summand:
    """The summand of the second derivative of -f."""
    if isinstance(summand, Square):
        weight = collect(*map(t.neg, summands(summand.weight)))
        return Square(summand.binders, weight, summand.core, summand.names)
    inside = summand.within
    room = None if inside is None else Majorant(inside.binders, t.neg(inside.weight), inside.core, negated(inside.room))
    return Variance(summand.binders, negated(summand.form), room)


DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}

RULE = Rule(
    name="weighted-squares",
    find=find,
    cost=0,
    source="Boyd & Vandenberghe 2004, section 3.1.4 (second-order condition) and 3.1.5 (log-sum-exp)",
    accepts=(
        Example("sum(c*(X@w - y)**2)", "w", "convex", shapes={**DATA, "c": ("n",)}, sets={"c": "positive"}),
        Example("sum(log(1 + exp(-y*(X@w))))", "w", "convex", shapes=DATA),
        Example("log(sum(exp(X@w + y)))", "w", "convex", shapes=DATA),
        Example("exp(x) + x**2 - 3*x", "x", "convex"),
        Example("x*log(x)", "x", "convex", positive=("x",)),
        Example("-sum(exp(X@w))", "w", "concave", shapes={"X": ("n", "d"), "w": ("d",)}),
    ),
    rejects=(
        Example("sum(c*(X@w - y)**2)", "w", "neither", shapes={**DATA, "c": ("n",)}),
        Example("sum(log(1 + (X@w)**2))", "w", "neither", shapes={"X": ("n", "d"), "w": ("d",)}),
        Example("sum(log(1 - exp(-(X@w)**2)/2))", "w", "neither", shapes={"X": ("n", "d"), "w": ("d",)}),
        Example("exp(x) - x**2", "x", "neither"),
        Example("x**3", "x", "neither"),
    ),
)
