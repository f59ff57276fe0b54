"""What the accepted theorems of one statement say together: everything a verdict shows, from them alone.

claims       every accepted claim with all its hypotheses
answer       convex, concave, affine, neither, not convex, depends; and the hypotheses it rests on
constants    modulus and smoothness, the hypotheses they rest on, and whether they are best possible
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symconvex.kernel import term as t
from symconvex.kernel.check import Accepted, Theorem
from symconvex.kernel.statement import EXTREMES, Given, Statement
from symconvex.kernel.term import Sym, Term

# A larger modulus or a smaller smoothness constant, by a name that no certificate can use.
OTHER = Sym("?")


@dataclass(frozen=True, slots=True)
class Claim:
    """One word that was accepted of the loss, with its constant, under the hypotheses of its theorem.

    assumed     the hypotheses that may fail; the others only name an eigenvalue, an eigenvector or a number
    """

    word: str
    term: Term | None
    theorem: Theorem
    assumed: tuple[Given, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of which kinds the hypotheses that may fail are, in alphabetical order."""
        return tuple(sorted(given.kind for given in self.assumed))


@dataclass(frozen=True, slots=True)
class BestConstant:
    """A modulus or a smoothness constant, where it holds, and whether no better one does."""

    claim: Claim | None
    best: bool


def assumed(theorem: Theorem) -> tuple[Given, ...]:
    """The hypotheses of a theorem that may fail."""
    return tuple(g for g in theorem.given if g.kind not in (*EXTREMES, "attained", "real"))


@dataclass(frozen=True, slots=True)
class View:
    """All accepted claims about one statement."""

    statement: Statement
    claims: tuple[Claim, ...]

    def find(self, word: str, *kinds: str) -> Claim | None:
        """The claim whose hypotheses that may fail are of exactly these kinds, one of each."""
        return next((c for c in self.claims if c.word == word and c.kinds == tuple(sorted(kinds))), None)

    def always(self, word: str) -> bool:
        """Is it shown without any hypothesis that may fail?"""
        return self.find(word) is not None

    def matrix(self, given: str, word: str) -> str | None:
        """The matrix of the only hypothesis, which is of this kind."""
        found = self.find(word, given)
        return None if found is None else found.assumed[0].name

    # ---- the answer ------------------------------------------------------------------------------

    @property
    def answer(self) -> str:
        """convex, concave, affine: without hypotheses. neither, not convex: under `grounds`. Else depends."""
        if self.always("affine") or (self.always("convex") and self.always("concave")):
            return "affine"
        for word in ("convex", "concave"):
            if self.always(word) or self.always(f"strictly_{word}") or self.always(f"strongly_{word}"):
                return word
        low, high = self._weakest("not_convex"), self._weakest("not_concave")
        if low is None or not all(g.kind == "nonzero" for g in low.assumed):
            return "depends"
        return "neither" if high is not None and all(g.kind == "nonzero" for g in high.assumed) else "not convex"

    @property
    def grounds(self) -> tuple[tuple[Claim, Given], ...]:
        """The hypotheses that the answer rests on, each with a claim that carries it."""
        if self.answer not in ("neither", "not convex"):
            return ()
        words = ("not_convex", "not_concave") if self.answer == "neither" else ("not_convex",)
        claims = [claim for claim in map(self._weakest, words) if claim is not None]
        return tuple((claim, given) for claim in claims for given in claim.assumed)

    def _weakest(self, word: str) -> Claim | None:
        """The claim with the fewest hypotheses that may fail."""
        return min((c for c in self.claims if c.word == word), key=lambda c: len(c.assumed), default=None)

    @property
    def vanishing(self) -> str | None:
        """The data X such that the loss is convex exactly when X = 0."""
        convex, broken = self.matrix("zero", "convex"), self.matrix("nonzero", "not_convex")
        return convex if convex is not None and convex == broken else None

    # ---- strictness ------------------------------------------------------------------------------

    @property
    def way(self) -> str:
        """The direction that strictness is about."""
        return "concave" if self.answer == "concave" else "convex"

    @property
    def strict(self) -> bool | None:
        """Strictly convex (concave)? None when it depends on hypotheses or is not known."""
        if any(self.always(f"{kind}_{self.way}") for kind in ("strictly", "strongly")):
            return True
        return False if self.always(f"not_strictly_{self.way}") or self.answer == "affine" else None

    @property
    def rank(self) -> str | None:
        """The matrix whose full column rank decides strictness, either way."""
        full, flat = self.matrix("injective", f"strictly_{self.way}"), self.matrix("null", f"not_strictly_{self.way}")
        return full if full is not None and full == flat else None

    # ---- constants -------------------------------------------------------------------------------

    @property
    def modulus(self) -> BestConstant:
        """The modulus that is best possible, or else the one with the fewest hypotheses.

        Without a claim and best: strongly convex (concave) for no modulus.
        """
        found = [c for c in self.claims if c.word == f"strongly_{self.way}"]
        beyond = self._beyond("not_strongly_convex") if self.way == "convex" else []
        best = [c for c in found if c.term is not None and t.sub(OTHER, named(c.term, c.theorem)) in beyond]
        found.sort(key=lambda c: len(c.assumed))
        if best or found:
            return BestConstant((best or found)[0], bool(best))
        return BestConstant(None, OTHER in beyond)

    @property
    def smoothness(self) -> BestConstant:
        """The smoothness constant with the fewest hypotheses."""
        found = [c for c in self.claims if c.word == "smooth" and c.term is not None]
        beyond = self._beyond("not_smooth")
        best = [c for c in found if t.sub(named(c.term or t.ZERO, c.theorem), OTHER) in beyond]
        found.sort(key=lambda c: len(c.assumed))
        return BestConstant(next(iter([*best, *found]), None), bool(best))

    def _beyond(self, word: str) -> list[Term]:
        """What is assumed > 0 of a constant, called OTHER here, that is refuted; nothing else may be assumed."""
        found = []
        for claim in self.claims:
            if claim.word != word or not isinstance(claim.term, Sym) or claim.kinds != ("positive",):
                continue
            (condition,) = claim.assumed
            real = any(g.kind == "real" and g.extra == claim.term.name for g in claim.theorem.given)
            if real and condition.term is not None:
                renamed = t.substitute(condition.term, {claim.term.name: ((), OTHER)})
                found.append(named(renamed, claim.theorem))
        return found


def named(term: Term, theorem: Theorem) -> Term:
    """The term with every eigenvalue under the name of what it is, so that terms of two theorems can be compared."""
    known = {g.extra: ((), Sym(f"?{g.kind} {g.name}")) for g in (*theorem.given, *theorem.met) if g.kind in EXTREMES}
    return t.substitute(term, known)


def view_of(accepted: Accepted) -> View:
    """All claims of all parts."""
    return View(accepted.statement, tuple(_claims(accepted.theorems)))


def _claims(theorems: Iterable[Theorem]) -> Iterator[Claim]:
    for theorem in theorems:
        for claim in theorem.claims:
            yield Claim(claim.word, claim.term, theorem, assumed(theorem))
