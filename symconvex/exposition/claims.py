"""The accepted claims of a verdict, each with all its hypotheses: what a document may say, and nothing more."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symconvex.kernel import term as t
from symconvex.kernel.statement import EXTREMES, Given, read_given, read_judgment
from symconvex.kernel.term import Sym, Term
from symconvex.language.printing.texwords import word_tex

if TYPE_CHECKING:
    from symconvex.kernel.check import Theorem

# A larger modulus or a smaller smoothness constant, by a name that no problem can use.
OTHER = Sym("?")


@dataclass(frozen=True, slots=True)
class Claim:
    """One word that was accepted of the loss, with its constant, under these hypotheses together."""

    word: str
    term: Term | None
    given: tuple[Given, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """Of which kinds the hypotheses are."""
        return frozenset(given.kind for given in self.given)


@dataclass(frozen=True, slots=True)
class Claims:
    """All accepted claims. A question names the hypotheses that a sentence will state; no claim has others."""

    accepted: tuple[Claim, ...]

    def find(self, word: str, *kinds: str) -> Claim | None:
        """The claim whose hypotheses are of exactly these kinds, one of each."""
        fits = (c for c in self.accepted if c.word == word and sorted(g.kind for g in c.given) == sorted(kinds))
        return next(fits, None)

    def always(self, word: str) -> bool:
        """Is it shown for all data?"""
        return self.find(word) is not None

    def refutes(self, word: str) -> bool:
        """Is it shown, for all data or for X != 0?"""
        return self.always(word) or self.find(word, "nonzero") is not None

    def matrix(self, given: str, word: str) -> str | None:
        """The matrix of the only hypothesis, which is of this kind."""
        found = self.find(word, given)
        return None if found is None else found.given[0].name

    @property
    def least(self) -> Claim | None:
        """The modulus from the least eigenvalue, which may hold only when that eigenvalue is positive."""
        found = self.find("strongly_convex", "spectral_least")
        if found is None:
            found = self.find("strongly_convex", "spectral_least", "positive")
            bounds = [] if found is None else [Sym(g.extra) for g in found.given if g.kind == "spectral_least"]
            assumed = [] if found is None else [g.term for g in found.given if g.kind == "positive"]
            return found if bounds == assumed else None
        return found

    @property
    def modulus(self) -> Term | None:
        """The best accepted modulus."""
        found = self.least or self.find("strongly_convex")
        return None if found is None else found.term

    @property
    def smoothness(self) -> Term | None:
        """The accepted smoothness constant; the largest eigenvalue in it is that of the data."""
        found = self.find("smooth") or self.find("smooth", "spectral")
        return None if found is None else found.term

    @property
    def modulus_is_best(self) -> bool:
        """Is every larger number refuted as a modulus? Without a modulus: every positive number."""
        return t.sub(OTHER, self.modulus or t.ZERO) in self._beyond("not_strongly_convex")

    @property
    def never_strongly(self) -> bool:
        """Is the loss strongly convex for no data?"""
        return self.modulus is None and self.modulus_is_best

    @property
    def smoothness_is_best(self) -> bool:
        """Is every smaller number refuted as a smoothness constant?"""
        return self.smoothness is not None and t.sub(self.smoothness, OTHER) in self._beyond("not_smooth")

    def _beyond(self, word: str) -> list[Term]:
        """What is assumed > 0 of a constant, called OTHER here, that is refuted; extremes are always attained."""
        found = []
        for claim in self.accepted:
            conditions = [g.term for g in claim.given if g.kind == "positive" and g.term is not None]
            harmless = claim.kinds <= {"real", "positive", "attained", *EXTREMES}
            if claim.word == word and isinstance(claim.term, Sym) and harmless and len(conditions) == 1:
                found.append(t.substitute(conditions[0], {claim.term.name: ((), OTHER)}))
        return found

    def eigenvalues(self) -> dict[Term, str]:
        """How the extreme eigenvalues are printed."""
        words = {"spectral": "max", "spectral_least": "min"}
        bounds = {g.extra: g for claim in self.accepted for g in claim.given if g.kind in EXTREMES}
        shown = {name: (words[g.kind], word_tex(g.name)) for name, g in bounds.items()}
        return {Sym(name): f"\\lambda_{{\\{word}}}({x}\\T {x})" for name, (word, x) in shown.items()}


def claims_of(theorems: "Iterable[Theorem]") -> Claims:
    """Claims and hypotheses of all accepted parts."""
    found = []
    for theorem in theorems:
        given = tuple(map(read_given, theorem.given))
        found += [Claim(j.word, j.term, given) for j in map(read_judgment, theorem.claims)]
    return Claims(tuple(found))
