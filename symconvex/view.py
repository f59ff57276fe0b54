"""What the accepted theorems of one statement say together: everything a verdict shows, from them alone.

claims       every accepted claim with all its hypotheses
answer       convex, concave, affine, neither, not convex, depends; and the hypotheses it rests on
constants    modulus and smoothness, the hypotheses they rest on, and whether they are best possible
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

from symconvex.errors import CertificateError
from symconvex.kernel import term as t
from symconvex.kernel.check import Accepted, Rejected, Theorem, check
from symconvex.kernel.enclose import Evaluation, Values
from symconvex.kernel.example import characteristic, enclosure
from symconvex.kernel.functions import Unsure
from symconvex.kernel.reading import Split, Tree
from symconvex.kernel.statement import EXTREMES, Given, Statement
from symconvex.kernel.term import Add, Budget, Malformed, Num, Refused, Sym, Term

WORK = 3_000_000
MOST_FACTORED = 20  # columns of given data whose characteristic polynomial is factored
# A larger modulus or a smaller smoothness constant, by a name that no certificate can use.
OTHER = Sym("?")


# spectral or spectral_least, and the matrix.
Extreme = tuple[str, str]


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


CONVEX = {"convex", "affine", "strictly_convex", "strongly_convex"}


@dataclass(frozen=True, slots=True)
class View:
    """All accepted claims about one statement.

    exact    convex, concave, ... -> the cases in which the loss is exactly that
    balls    what encloses an eigenvalue of given data that is not rational, by kind and matrix
    """

    statement: Statement
    claims: tuple[Claim, ...]
    exact: Mapping[str, Tree]
    balls: Mapping[Extreme, Callable[[], Any]] = field(default_factory=dict)

    @property
    def theorems(self) -> tuple[Theorem, ...]:
        """The theorems of the claims, each once."""
        found: list[Theorem] = []
        for claim in self.claims:
            if not found or found[-1] is not claim.theorem:
                found.append(claim.theorem)
        return tuple(found)

    def enclosed(self, theorem: Theorem, term: Term) -> Any:
        """A ball around a term that speaks of given numbers only, and is not a number as it stands; None for others."""
        named_ = {g.extra: self.balls.get((g.kind, g.name)) for g in (*theorem.given, *theorem.met)}
        balls = {name: ball for name, ball in named_.items() if ball is not None}
        if not any(isinstance(part, Sym) and part.name in balls for part in t.subterms(term)):
            return None
        known = Values(self.statement.values, self.statement.fixed, {}, balls)
        try:
            return Evaluation(known, Budget(WORK)).ball(term)
        except (Unsure, Refused):
            return None

    def find(self, word: str, *kinds: str) -> Claim | None:
        """The claim whose hypotheses that may fail are of exactly these kinds, one of each."""
        return next((c for c in self.claims if c.word == word and c.kinds == tuple(sorted(kinds))), None)

    def always(self, word: str) -> bool:
        """Is it shown without any hypothesis that may fail, or in every case?"""
        tree = self.exact.get(word.removeprefix("not_"))
        return self.find(word) is not None or (tree is not None and sides(tree) == {not word.startswith("not_")})

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
        if self.exact and self.always("not_convex"):
            return "neither" if self.always("not_concave") else "not convex"
        if "convex" in self.exact:
            return "depends"
        low, high = self.refuting, self._weakest("not_concave")
        if low is None or not all(g.kind == "nonzero" for g in low.assumed):
            return "depends"
        return "neither" if high is not None and all(g.kind == "nonzero" for g in high.assumed) else "not convex"

    @property
    def speaks(self) -> bool:
        """Is anything shown of whether the loss is convex, or of data for which it is concave?"""
        words = {*CONVEX, "not_convex", "concave", "strictly_concave", "strongly_concave"}
        return bool(self.exact) or bool(words & {claim.word for claim in self.claims})

    @property
    def grounds(self) -> tuple[tuple[Claim, Given], ...]:
        """The hypotheses that the answer rests on, each with a claim that carries it."""
        if self.answer not in ("neither", "not convex") or self.exact:
            return ()
        words = ("not_convex", "not_concave") if self.answer == "neither" else ("not_convex",)
        claims = [claim for claim in map(self._weakest, words) if claim is not None]
        return tuple((claim, given) for claim in claims for given in claim.assumed)

    @property
    def refuting(self) -> Claim | None:
        """The claim that the loss is not convex, with the fewest hypotheses that may fail."""
        return self._weakest("not_convex")

    def _weakest(self, word: str) -> Claim | None:
        """The claim with the fewest hypotheses that may fail."""
        return min((c for c in self.claims if c.word == word), key=lambda c: len(c.assumed), default=None)

    @property
    def outcomes(self) -> str:
        """What is shown for some data at least, where it is not the same for all: no more than the theorems say."""
        shown = {claim.word for claim in self.claims}
        convex = bool(CONVEX & shown)
        if "not_convex" in shown:
            return "convex for some data and not convex for others" if convex else "not convex for some data"
        return "convex for some data" if convex else "decided for some data"

    @property
    def vanishing(self) -> str | None:
        """The data X such that the loss is convex exactly when X = 0."""
        convex, broken = self.matrix("zero", "convex"), self.matrix("nonzero", "not_convex")
        return convex if convex is not None and convex == broken else None

    # ---- strictness ------------------------------------------------------------------------------

    @property
    def way(self) -> str:
        """The direction that strictness is about: concave where the loss is concave for some data, and never convex."""
        never = self.always("not_convex") and "concave" in self.exact and True in sides(self.exact["concave"])
        return "concave" if never or self.answer == "concave" else "convex"

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

    @property
    def rank_affine(self) -> str | None:
        """The matrix X for which the full column rank of [X 1] decides strictness, either way."""
        full = self.matrix("injective_affine", f"strictly_{self.way}")
        return full if full is not None and full == self.matrix("null_affine", f"not_strictly_{self.way}") else None

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


def sides(tree: Tree) -> set[bool]:
    """Whether it holds in some case, and whether it fails in some."""
    return sides(tree.then) | sides(tree.other) if isinstance(tree, Split) else {bool(tree)}


def named(term: Term, theorem: Theorem) -> Term:
    """The term with every eigenvalue under the name of what it is, so that terms of two theorems can be compared."""
    known = {g.extra: ((), Sym(f"?{g.kind} {g.name}")) for g in (*theorem.given, *theorem.met) if g.kind in EXTREMES}
    return t.substitute(term, known)


def view_of(accepted: Accepted) -> View:
    """All claims of all parts."""
    return View(accepted.statement, tuple(_claims(accepted.theorems)), accepted.exact)


def with_numbers(accepted: Accepted) -> View:
    """The same with the eigenvalues of given data in place of their names, where they are rational."""
    statement, exact, balls = accepted.statement, dict[Extreme, Fraction](), dict[Extreme, Callable[[], Any]]()
    every = [g for theorem in accepted.theorems for g in (*theorem.given, *theorem.met)]
    for name in sorted({g.name for g in every if g.kind in EXTREMES and g.name in statement.values}):
        try:
            polynomial, c = characteristic(statement.values[name], Budget(WORK))
        except Refused:
            continue
        for kind in EXTREMES:
            value = _exact_eigenvalue(polynomial, c, kind) if polynomial.degree() <= MOST_FACTORED else None
            if value is None:
                balls[kind, name] = partial(enclosure, polynomial, c, kind)
            else:
                exact[kind, name] = value
    theorems = tuple(_with_numbers(theorem, exact) for theorem in accepted.theorems)
    return View(statement, tuple(_claims(theorems)), accepted.exact, balls)


def _with_numbers(theorem: Theorem, exact: Mapping[Extreme, Fraction]) -> Theorem:
    numbers = {
        g.extra: ((), Num(exact[g.kind, g.name])) for g in (*theorem.given, *theorem.met) if (g.kind, g.name) in exact
    }
    if not numbers:
        return theorem
    given, met = (
        tuple(g if g.term is None or g.kind == "attained" else replace(g, term=_folded(g.term, numbers)) for g in every)
        for every in (theorem.given, theorem.met)
    )
    claims = tuple(c if c.term is None else replace(c, term=_folded(c.term, numbers)) for c in theorem.claims)
    return Theorem(given, met, claims)


def _exact_eigenvalue(polynomial: Any, c: int, kind: str) -> Fraction | None:
    """The largest or smallest eigenvalue where it is rational: the root of a linear factor beyond all other roots."""
    sign = 1 if kind == "spectral" else -1
    _, factors = polynomial.factor()
    roots = [sign * int(-factor[0]) for factor, _ in factors if factor.degree() == 1]
    if not roots:
        return None
    others = [sign * root.real for factor, _ in factors if factor.degree() > 1 for root, _ in factor.complex_roots()]
    return Fraction(sign * max(roots), c * c) if all(bool(other < max(roots)) for other in others) else None


def _folded(term: Term, numbers: Mapping[str, t.Family]) -> Term:
    """The term with numbers for symbols, those that meet in a sum added up."""
    found = t.substitute(term, numbers)
    if not isinstance(found, Add):
        return found
    numbers_ = [part for part in found.args if isinstance(part, Num)]
    value = Num(sum((part.value for part in numbers_), Fraction(0)))
    return t.add(*(value if part in numbers_[:1] else part for part in found.args if part not in numbers_[1:]))


def _claims(theorems: Iterable[Theorem]) -> Iterator[Claim]:
    for theorem in theorems:
        for claim in theorem.claims:
            yield Claim(claim.word, claim.term, theorem, assumed(theorem))


def accepted(certificate: Mapping[str, Any]) -> Accepted:
    """Replay a certificate as it will be stored."""
    return _replayed(json.dumps(certificate))


@lru_cache(maxsize=2)
def _replayed(text: str) -> Accepted:
    try:
        result = check(json.loads(text))
    except Malformed as problem:
        raise unfit(str(problem), "a readable certificate") from problem
    if isinstance(result, Rejected):
        raise unfit(f"part {result.part}, line {result.step} ({result.rule}): {result.reason}", "Accepted")
    return result


def unfit(got: str, expected: str) -> CertificateError:
    """The error of a certificate that shows something else, or nothing."""
    return CertificateError(
        "the kernel does not accept this certificate",
        where="symconvex.kernel.check",
        expected=expected,
        got=got,
        hint="a verdict is made by prove(); a stored certificate is replayed by `symconvex verify`",
    )
