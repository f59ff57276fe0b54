"""What is shown of -f as convex says that f is concave: the same lines, with the second derivative -C."""

import dataclasses

from symconvex.drafting.draft import Draft
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import PartDraft, Step
from symconvex.drafting.patterns import negated
from symconvex.kernel.statement import Judgment

WORDS = {
    "convex": "concave",
    "strictly_convex": "strictly_concave",
    "strongly_convex": "strongly_concave",
    "not_strictly_convex": "not_strictly_concave",
    "smooth": "smooth",
}
RULES = ("at_point", "flat", "refute")  # what these say of C has no mirror image


def opposite(draft: Draft) -> Draft:
    """The draft of -f."""
    return dataclasses.replace(draft, loss=negated(draft.loss))


def mirrored(part: PartDraft) -> PartDraft | None:
    """The part about f from one about -f; None when it has no mirror image."""
    if any(step.rule in RULES for step in part.steps) or any(c.word not in WORDS for c in part.claims):
        return None
    steps = tuple(Step(s.rule, s.uses, s.args, s.terms, _turned(s.gives)) for s in part.steps)
    return dataclasses.replace(part, claims=tuple(map(_turned, part.claims)), steps=steps)


def _turned(gives: Judgment) -> Judgment:
    match gives:
        case Judgment("curvature", _, term) if term is not None:
            return dataclasses.replace(bends(negated(term)), under=gives.under)
        case Judgment("loss", word, constant):
            return dataclasses.replace(claim(WORDS[word], constant), under=gives.under)
    return gives
