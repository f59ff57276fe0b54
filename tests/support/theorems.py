"""The accepted theorems of a verdict as texts, for tests."""

from symconvex.verdict import Decided


def theorems_of(verdict: Decided) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Hypotheses, met or not, and claims of every part."""
    return [
        (tuple(map(str, (*theorem.met, *theorem.given))), tuple(map(str, theorem.claims)))
        for theorem in verdict.accepted.theorems
    ]
