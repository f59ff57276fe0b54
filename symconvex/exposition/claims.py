"""The accepted claims of a verdict, each with all its hypotheses: what a document may say, and nothing more."""

from dataclasses import dataclass

from symconvex.kernel.statement import EXTREMES
from symconvex.kernel.term import Sym, Term
from symconvex.language.printing.texwords import word_tex
from symconvex.view import Claim, View


@dataclass(frozen=True, slots=True)
class Claims:
    """All accepted claims. A question names the hypotheses that a sentence will state; no claim has others."""

    view: View

    @property
    def accepted(self) -> tuple[Claim, ...]:
        """Every claim."""
        return self.view.claims

    def find(self, word: str, *kinds: str) -> Claim | None:
        """The claim whose hypotheses that may fail are of exactly these kinds, one of each."""
        return self.view.find(word, *kinds)

    def always(self, word: str) -> bool:
        """Is it shown for all data?"""
        return self.view.always(word)

    def refutes(self, word: str) -> bool:
        """Is it shown, for all data or for X != 0?"""
        return self.always(word) or self.find(word, "nonzero") is not None

    def matrix(self, given: str, word: str) -> str | None:
        """The matrix of the only hypothesis, which is of this kind."""
        return self.view.matrix(given, word)

    @property
    def _strongest(self) -> Claim | None:
        """The best modulus that holds always; else one that holds when the least eigenvalue in it is positive."""
        claim = self.view.modulus.claim
        if claim is None or claim.word != "strongly_convex":
            return None
        if not claim.assumed:
            return claim
        bounds = [Sym(g.extra) for g in claim.theorem.given if g.kind == "spectral_least"]
        alone = [g.term for g in claim.assumed] == bounds and not self.always("strongly_convex")
        return claim if alone else self.find("strongly_convex")

    @property
    def least(self) -> Claim | None:
        """The modulus from the least eigenvalue, which may hold only when that eigenvalue is positive."""
        claim = self._strongest
        kinds = [] if claim is None else [g.kind for g in (*claim.theorem.given, *claim.theorem.met)]
        return claim if "spectral_least" in kinds else None

    @property
    def modulus(self) -> Term | None:
        """The best accepted modulus; where it does not hold always, it holds when it is positive."""
        claim = self._strongest
        return None if claim is None else claim.term

    @property
    def smoothness(self) -> Term | None:
        """The accepted smoothness constant; the largest eigenvalue in it is that of the data."""
        claim = self.view.smoothness.claim
        return None if claim is None or claim.assumed else claim.term

    @property
    def modulus_is_best(self) -> bool:
        """Is every larger number refuted as a modulus? Without a modulus: every positive number."""
        return self.view.modulus.best and self._strongest is self.view.modulus.claim

    @property
    def never_strongly(self) -> bool:
        """Is the loss strongly convex for no data?"""
        return self.modulus is None and self.modulus_is_best

    @property
    def smoothness_is_best(self) -> bool:
        """Is every smaller number refuted as a smoothness constant?"""
        return self.smoothness is not None and self.view.smoothness.best

    def eigenvalues(self) -> dict[Term, str]:
        """How the extreme eigenvalues are printed."""
        words = {"spectral": "max", "spectral_least": "min"}
        given = [g for claim in self.accepted for g in (*claim.theorem.given, *claim.theorem.met) if g.kind in EXTREMES]
        shown = {g.extra: (words[g.kind], word_tex(g.name)) for g in given}
        return {Sym(name): f"\\lambda_{{\\{word}}}({x}\\T {x})" for name, (word, x) in shown.items()}
