"""Convexity from structure: sums, nonnegative factors, maxima and monotone functions of convex terms.

    a affine, g convex:  a + g, c g (c >= 0), sum_i g_i, max(g, h), relu(g), exp(g), softplus(g), g^p (g >= 0, p >= 1)
    |a|, phi(a) with phi'' >= 0 on the line

No second derivative is needed, so kinks do no harm. With data given as numbers the loss is written out first, so
that kinks on one hyperplane meet: c |w.e| with the sum c of what every sample adds.
"""

from symconvex.drafting.arguments.structure import Structure
from symconvex.drafting.draft import Draft, Lines
from symconvex.drafting.points import reduced
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import negated, show_defined
from symconvex.drafting.structure import find_convex


def find(draft: Draft) -> Finding | None:
    loss = reduced(draft, draft.loss) if draft.problem.values else draft.loss
    for answer, term in (("convex", loss), ("concave", negated(loss))):
        lines = Lines(draft, variables=("z",))
        if not show_defined(lines, draft.loss):
            return None
        found = find_convex(lines, term)
        if found is not None:
            number, built = found
            lines.add("convex_loss", [number], f"(loss {answer})")
            condition, argument = "True" if answer == "convex" else None, Structure(answer, built)
            return Finding(answer, (lines.part(f"(loss {answer})"),), condition=condition, argument=argument)
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
