"""Convexity from structure: sums, nonnegative factors, maxima and monotone functions of convex terms.

    a affine, g convex:  a + g, c g (c >= 0), sum_i g_i, max(g, h), relu(g), exp(g), softplus(g), g^p (g >= 0, p >= 1)
    |a|, phi(a) with phi'' >= 0 on the line

No second derivative is needed, so kinks do no harm. With data given as numbers the loss is written out first, so
that kinks on one hyperplane meet: c |w.e| with the sum c of what every sample adds.
"""

from symconvex.drafting.arguments.structure import Structure
from symconvex.drafting.draft import Draft
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines
from symconvex.drafting.points import is_numeric, reduced
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import show_defined
from symconvex.drafting.structure import Sides


def find(draft: Draft) -> Finding | None:
    loss = reduced(draft, draft.loss) if is_numeric(draft) else draft.loss
    lines = Lines(draft)
    if not show_defined(lines, draft.loss):
        return None
    search = Sides(lines, frozenset(draft.parameters))
    for answer, side in (("convex", 1), ("concave", -1)):
        found = search.side(loss, side)
        if found is not None:
            number, built = found
            lines.conclude(number, claim(answer))
            return Finding((lines.part(claim(answer)),), Structure(answer, built))
    return None


DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
WITH_LAM = {**DATA, "lam": ()}

RULE = Rule(
    name="composition",
    find=find,
    cost=2,
    source="Boyd & Vandenberghe 2004, sections 3.2.1 to 3.2.4",
    accepts=(
        Example("sum(abs(X@w - y)) + lam*sum(abs(w))", "w", "convex", shapes=WITH_LAM, sets={"lam": "positive"}),
        Example("sum(max(0, 1 - y*(X@w)))", "w", "convex", shapes=DATA),
        Example("max(exp(a), a + b, abs(b))", "a, b", "convex"),
        Example("-sum(relu(X@w - y))", "w", "concave", shapes=DATA),
    ),
    rejects=(
        Example("sum(abs(X@w - y)) + lam*sum(abs(w))", "w", "neither", shapes=WITH_LAM),
        Example("sum(abs(abs(X@w) - 1))", "w", "neither", shapes={"X": ("n", "d"), "w": ("d",)}),
        Example("min(x**2, 1)", "x", "neither"),
        Example("exp(-abs(x))", "x", "neither"),
    ),
)
