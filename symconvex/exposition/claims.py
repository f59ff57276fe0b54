"""The accepted claims of a verdict, by name: what a document may say, and nothing more."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symconvex.kernel import term as t
from symconvex.kernel.statement import EXTREMES, Given, Judgment, read_given, read_judgment
from symconvex.kernel.term import Sym, Term
from symconvex.language.printing.texwords import word_tex

if TYPE_CHECKING:
    from symconvex.kernel.check import Theorem

# A larger modulus or a smaller smoothness constant, by a name that no problem can use.
OTHER = Sym("?")


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims without hypotheses by word, and claims by the kind of the hypothesis: (zero, convex) -> X.

    constants    modulus and smoothness constant; for the modulus the one from the data under "least"
    bounds       symbols for extreme eigenvalues of X'X with their kind and X
    beyond       what is assumed > 0 where a larger modulus, or a smaller smoothness constant, is refuted
    """

    plain: dict[str, Term | None]
    under: dict[tuple[str, str], str]
    constants: dict[str, Term]
    bounds: dict[str, tuple[str, str]]
    beyond: dict[str, list[Term]]

    def always(self, word: str) -> bool:
        return word in self.plain

    def refutes(self, word: str) -> bool:
        """Is it shown, for all data or for X != 0?"""
        return word in self.plain or ("nonzero", word) in self.under

    def matrix(self, given: str, word: str) -> str | None:
        """The matrix that the hypothesis speaks of."""
        return self.under.get((given, word))

    @property
    def modulus(self) -> Term | None:
        """The best accepted modulus, which may hold only when it is positive."""
        return self.constants.get("least", self.constants.get("strongly_convex"))

    @property
    def modulus_is_best(self) -> bool:
        """Is every larger number refuted as a modulus? Without a modulus: every positive number."""
        return t.sub(OTHER, self.modulus or t.ZERO) in self.beyond["not_strongly_convex"]

    @property
    def never_strongly(self) -> bool:
        """Is the loss strongly convex for no data?"""
        return self.modulus is None and self.modulus_is_best

    @property
    def smoothness_is_best(self) -> bool:
        """Is every smaller number refuted as a smoothness constant?"""
        smooth = self.constants.get("smooth")
        return smooth is not None and t.sub(smooth, OTHER) in self.beyond["not_smooth"]

    def eigenvalues(self) -> dict[Term, str]:
        """How the extreme eigenvalues are printed."""
        words = {"spectral": "max", "spectral_least": "min"}
        shown = {name: (words[kind], word_tex(x)) for name, (kind, x) in self.bounds.items()}
        return {Sym(name): f"\\lambda_{{\\{word}}}({x}\\T {x})" for name, (word, x) in shown.items()}


def claims_of(theorems: "tuple[Theorem, ...]") -> Claims:
    """Claims and hypotheses of all accepted parts."""
    found = Claims({}, {}, {}, {}, {"not_strongly_convex": [], "not_smooth": []})
    for theorem in theorems:
        hypotheses = [read_given(text) for text in theorem.given]
        found.bounds.update({given.extra: (given.kind, given.name) for given in hypotheses if given.kind in EXTREMES})
        for claim in map(read_judgment, theorem.claims):
            _add(found, claim, hypotheses)
    return found


def _add(found: Claims, claim: Judgment, hypotheses: list[Given]) -> None:
    kinds = {given.kind for given in hypotheses}
    if claim.word in found.beyond:
        found.beyond[claim.word] += _conditions(claim, hypotheses)
        return
    if claim.term is not None and (not hypotheses or claim.word == "smooth"):
        found.constants[claim.word] = claim.term
    if claim.term is not None and claim.word == "strongly_convex" and "spectral_least" in kinds:
        found.constants["least"] = claim.term
    if not hypotheses:
        found.plain[claim.word] = claim.term
    for given in hypotheses:
        found.under[given.kind, claim.word] = given.name


def _conditions(claim: Judgment, hypotheses: list[Given]) -> list[Term]:
    """The condition on the refuted constant, which is called OTHER here; none when another one is refuted."""
    if not isinstance(claim.term, Sym):
        return []
    return [
        t.substitute(given.term, {claim.term.name: ((), OTHER)})
        for given in hypotheses
        if given.kind == "positive" and given.term is not None
    ]
