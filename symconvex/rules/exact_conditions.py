"""Real numbers among the data: exactly when the loss is convex in one or two numbers, and exactly when it is concave.

    a x^2 + b x y + c y^2 is convex iff a >= 0, c >= 0 and 4 a c - b^2 >= 0

The second derivative is a factor >= 0 times v'Rv; each principal minor of R is C_0 p^d + C_1 p^(d-1) q + ... in one quantity
of known range. In each case of the signs of the C_k the minors are shown to be >= 0, or one is refuted at a point.
"""

from symconvex.drafting.conditions.curve import curve_of, is_scalar
from symconvex.drafting.conditions.search import Found, find_cases
from symconvex.drafting.draft import Draft
from symconvex.drafting.lines import Cases
from symconvex.drafting.rule import Example, Finding, Rule

WORDS = {"convex": 1, "concave": -1}


def find(draft: Draft) -> Finding | None:
    if not is_scalar(draft):
        return None
    found, exact, loose = Found(), dict[str, Cases | int](), Found()
    for word, sign in WORDS.items():
        curve, here = curve_of(draft, sign), Found(list(found.parts), list(found.leaves))
        if curve is None:
            return None
        tree = find_cases(curve, here)
        if tree is None:
            loose.parts += here.parts[len(found.parts) :]
            continue
        found = here
        if not isinstance(tree, int):
            exact[word] = tree
    parts = found.parts or loose.parts
    return Finding(tuple(parts), None, exact=exact) if parts else None


RULE = Rule(
    name="exact-conditions",
    find=find,
    cost=12,
    source="Boyd & Vandenberghe 2004, section 3.1.4 (second-order condition) and appendix A.5.5 (principal minors)",
    accepts=(Example("a*x**2", "x", "convex", sets={"a": "nonnegative"}),),
    rejects=(Example("x**3 + a*x", "x", "neither"),),
)
