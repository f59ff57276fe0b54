"""The accepted claims of a verdict, by name: what a document may say, and nothing more."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symconvex.kernel.statement import read_given, read_judgment
from symconvex.kernel.term import Term

if TYPE_CHECKING:
    from symconvex.kernel.check import Theorem


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims without hypotheses by word, and claims by the kind of the hypothesis: (zero, convex) -> X."""

    plain: dict[str, Term | None]
    under: dict[tuple[str, str], str]
    constants: dict[str, Term]

    def always(self, word: str) -> bool:
        return word in self.plain

    def refutes(self, word: str) -> bool:
        """Is it shown, for all data or for X != 0?"""
        return word in self.plain or ("nonzero", word) in self.under

    def matrix(self, given: str, word: str) -> str | None:
        """The matrix that the hypothesis speaks of."""
        return self.under.get((given, word))


def claims_of(theorems: "tuple[Theorem, ...]") -> Claims:
    """Claims and hypotheses of all accepted parts."""
    found = Claims({}, {}, {})
    for theorem in theorems:
        hypotheses = [read_given(text) for text in theorem.given]
        for claim in map(read_judgment, theorem.claims):
            if claim.term is not None and (not hypotheses or claim.word == "smooth"):
                found.constants[claim.word] = claim.term
            if not hypotheses:
                found.plain[claim.word] = claim.term
            for given in hypotheses:
                found.under[given.kind, claim.word] = given.name
    return found
