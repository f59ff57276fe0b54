"""Real numbers among the data: exactly when the loss is convex in one or two numbers, and exactly when it is concave.

    a x^2 + b x y + c y^2 is convex iff a >= 0, c >= 0 and 4 a c - b^2 >= 0

The second derivative is a factor >= 0 times v'Rv; each principal minor of R is C_0 p^d + C_1 p^(d-1) q + ... in one
quantity of known range. In each case of the signs of the C_k the minors are shown to be >= 0, or one is refuted.
"""

from collections.abc import Iterator, Mapping

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.conditions import Conditions
from symconvex.drafting.conditions.between import find_between
from symconvex.drafting.conditions.constant import constant_part
from symconvex.drafting.conditions.curve import Curve, curve_of, is_scalar, whole
from symconvex.drafting.conditions.factored import find_factored
from symconvex.drafting.conditions.samples import Samples, samples_of
from symconvex.drafting.conditions.search import Found, find_cases
from symconvex.drafting.conditions.sloped import find_sloped
from symconvex.drafting.conditions.strict import find_strict
from symconvex.drafting.draft import Draft
from symconvex.drafting.lines import Alternatives, PartDraft
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.kernel import term as t


def find(draft: Draft) -> Finding | None:
    found = by_signs(draft) or find_sloped(draft) if is_scalar(draft) else None
    return found or find_factored(draft)


def by_signs(draft: Draft) -> Finding | None:
    """The cases of the signs of expressions in the data."""
    found, loose, exact, first = Found(), Found(), dict[str, Alternatives | int](), None
    constants = list[PartDraft]()
    for sign in (1, -1):
        curve = curve_of(draft, sign)
        if curve is None:
            return None
        first, here, samples = first or curve, found.copy(), samples_of(curve)
        tree = find_cases(curve, samples, here)
        if tree is None:
            between = found.copy()
            tree = find_between(draft, sign, between)
            if tree is None:
                loose.take(here, len(found.parts))
                continue
            here = between
        found = here
        exact |= {} if isinstance(tree, int) else {curve.word: tree}
        constants += constant_part(curve, samples)
        strictly = say.loss(f"strictly_{curve.word}")
        if any(strictly in found.parts[k].claims for k in leaves(tree)):
            exact[strictly.word] = tree  # in every case it is shown to be strictly so, or refuted
        if not found.asked:
            found, strict = with_strict(curve, samples, found, tree)
            exact |= strict
    kept = found if found.parts else loose
    if first is None or not kept.parts:
        return None
    argument = Conditions(t.mul(whole(first), first.form), first.ways, tuple(kept.leaves), tuple(found.strict))
    return Finding((*kept.parts, *constants), argument, exact=exact)


def with_strict(
    curve: Curve, samples: Samples, found: Found, tree: Alternatives | int
) -> tuple[Found, Mapping[str, Alternatives | int]]:
    """What was found, with the cases in which a loss that is convex (concave) in some case is strictly so."""
    if not any(k in found.shown for k in leaves(tree)):
        return found, {}
    found.asked = True
    here = found.copy()
    strict = find_strict(curve, samples, here, tree)
    return (found, {}) if strict is None else (here, {f"strictly_{curve.word}": strict})


def leaves(tree: Alternatives | int) -> Iterator[int]:
    """The parts of a tree."""
    if isinstance(tree, int):
        yield tree
    else:
        yield from (*leaves(tree.then), *leaves(tree.other))


RULE = Rule(
    name="exact-conditions",
    find=find,
    cost=12,
    source="Boyd & Vandenberghe 2004, section 3.1.4 (second-order condition) and appendix A.5.5 (principal minors)",
    accepts=(
        Example("a*x**4 + x**2", "x", "convex", sets={"a": "nonnegative"}),
        Example("x**3 + a*x", "x", "neither"),
        Example("x**2 + a*sin(x)/2", "x", "convex", sets={"a": "unit"}),
    ),
    rejects=(Example("a*x**3 + x**2", "x", "neither", sets={"a": "positive"}),),
)
