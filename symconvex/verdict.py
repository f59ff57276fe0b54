"""The answers: views of a certificate, and nothing beside it.

    Proved      convex, concave or affine, shown without any hypothesis that may fail
    Refuted     not convex, with the points that show it, for all data that meet the hypotheses shown
    Depends     for some data one way and for some another, or shown under hypotheses only
    Undecided   nothing was shown; what was tried

The first three exist only after the kernel accepted their certificate: their constructors replay it, and every field is
computed from the theorems.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from symconvex.bridges import Answering
from symconvex.catalogue import load
from symconvex.drafting.draft import draft_of, nested
from symconvex.kernel.check import Accepted
from symconvex.language.printing import theorems as words
from symconvex.language.printing.verdicts import rows, stated, told
from symconvex.pages import kept
from symconvex.pages._card import ShownProof, card
from symconvex.pages._page import Picture
from symconvex.problem import Problem
from symconvex.view import BestConstant, Claim, View, accepted, unfit, view_of, with_numbers
from symconvex.witness import Broken, find_broken, witness_of

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.drafting.arguments import Argument

UNDECIDED = "undecided: neither a proof nor a counterexample was found"
# The fields of a certificate that state the problem.
STATEMENT = ("data", "parameters", "domain", "loss")


@dataclass(frozen=True, slots=True)
class Decided:
    """What Proved, Refuted and Depends have in common: a problem, a certificate about it, and how it is told.

    Every further attribute is read off the accepted theorems.

    numbers    the view in which eigenvalues of given data are numbers, where they are rational
    """

    ANSWERS: ClassVar[tuple[str, ...]] = ()

    problem: Problem
    certificate: Mapping[str, Any]
    rule: str
    argument: "Argument | None" = None
    accepted: Accepted = field(init=False)
    view: View = field(init=False)
    numbers: View = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "accepted", accepted(self.certificate))
        object.__setattr__(self, "view", view_of(self.accepted))
        object.__setattr__(self, "numbers", with_numbers(self.accepted))
        _check_about(self.problem, self.certificate, self.accepted)
        if self.answer not in self.ANSWERS:
            raise unfit(f"theorems that say: {self.answer}", f"theorems that say: {' or '.join(self.ANSWERS)}")

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is no truth value: match Proved, Refuted, Depends, Undecided")

    @property
    def answer(self) -> str:
        """convex, concave, affine, neither, not convex or depends."""
        return self.view.answer

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """What the answer assumes of data and sizes: "X != 0", "h >= 2"."""
        statement, asked = self.accepted.statement, self.problem.least
        parts = groupby(self.view.grounds, key=lambda pair: pair[0].theorem)
        data = [text for theorem, part in parts for text in words.given_texts(statement, theorem, [g for _, g in part])]
        sizes = [
            f"{name} >= {least}"
            for name, least in self.accepted.statement.sizes.items()
            if name not in self.accepted.statement.fixed and least > asked.get(name, 1)
        ]
        refuted = self.answer in Refuted.ANSWERS and words.may_be_empty(self.accepted.statement)
        return tuple(dict.fromkeys([*data, *sizes, *(["the domain is not empty"] if refuted else [])]))

    @property
    def said(self) -> str:
        """The answer as a person says it."""
        words = {"neither": "neither convex nor concave", "affine": "affine, so convex and concave"}
        return words.get(self.answer, self.answer)

    @property
    def condition(self) -> str | None:
        """The exact condition for convexity at the sizes of the theorems, where known: "X == 0", "True", "False"."""
        if "convex" in self.view.exact:
            return words.exact_text(self.accepted.statement, self.view.exact["convex"])
        if self.view.vanishing is not None:
            return f"{self.view.vanishing} == 0"
        if self.answer in ("convex", "affine"):
            return "True"
        return "False" if self.view.always("not_convex") else None

    @property
    def concave_condition(self) -> str | None:
        """The same for concavity."""
        if "concave" in self.view.exact:
            return words.exact_text(self.accepted.statement, self.view.exact["concave"])
        if self.answer in ("concave", "affine"):
            return "True"
        return "False" if self.view.always("not_concave") else None

    @property
    def strict(self) -> bool | None:
        """Strictly convex (concave)? None when it depends on the data or is not known."""
        return self.view.strict

    @property
    def strict_when(self) -> str | None:
        """The exact condition for that, where it depends on the data: "rank(X) == d"."""
        statement, matrix = self.accepted.statement, self.view.rank
        if (exact := self.view.exact.get(f"strictly_{self.view.way}")) is not None:
            return words.exact_text(statement, exact) if self.view.strict is None else None
        if matrix is None:
            affine = self.view.rank_affine
            return None if affine is None else words.affine_rank(statement, affine, "==")
        return f"rank({matrix}) == {words.columns(statement, matrix)}"

    @property
    def modulus(self) -> str | None:
        """A modulus of strong convexity (concavity), in NumPy syntax."""
        return self._constant(self.numbers.modulus)

    @property
    def modulus_when(self) -> str | None:
        """What the modulus assumes, None when nothing: "lambda_min(X.T @ X) > 0"."""
        return self._when(self.numbers.modulus)

    @property
    def smoothness(self) -> str | None:
        """A Lipschitz constant of the gradient, in NumPy syntax."""
        return self._constant(self.numbers.smoothness)

    @property
    def smoothness_when(self) -> str | None:
        """What the smoothness constant assumes, None when nothing."""
        return self._when(self.numbers.smoothness)

    @property
    def exact(self) -> tuple[str, ...]:
        """Which of the two are best possible; "modulus" without a modulus: strongly convex for none."""
        pairs = (("modulus", self.numbers.modulus), ("smoothness", self.numbers.smoothness))
        return tuple(name for name, constant in pairs if constant.best)

    @property
    def quasiconvex(self) -> bool | None:
        """Quasiconvex? None when it is not known."""
        return self.quasi("convex")

    def quasi(self, way: str) -> bool | None:
        """Quasiconvex, or quasiconcave?"""
        if self.answer in (way, "affine") or self.view.always(f"quasi{way}"):
            return True
        return False if self.view.always(f"not_quasi{way}") and not self.hypotheses else None

    @property
    def domain(self) -> tuple[str, ...]:
        """The conditions that the parameters meet."""
        statement = self.accepted.statement
        return tuple(words.sign_text(statement, (), d.kind, d.term) for d in statement.domain if d.term is not None)

    @property
    def theorems(self) -> tuple[str, ...]:
        """Every accepted theorem as a sentence, with all that it assumes."""
        view = self.numbers
        return tuple(words.sentence(view.statement, theorem, view.enclosed) for theorem in view.theorems)

    @property
    def setting(self) -> str:
        """What the theorems are about: sizes, data and their sets, parameters, domain, given numbers."""
        return words.setting(self.accepted.statement)

    @property
    def witness(self) -> Mapping[str, object] | None:
        """The points of the refutation with the fewest hypotheses, as its certificate has them."""
        claim = self.view.refuting
        return None if claim is None else witness_of(self.accepted.statement, claim.theorem, self._part(claim))

    @property
    def broken(self) -> Broken | None:
        """Which inequality of that refutation is broken, where given numbers tell."""
        claim = self.view.refuting
        return None if claim is None else find_broken(self.accepted.statement, claim.theorem, self._part(claim))

    def _part(self, claim: Claim) -> Mapping[str, Any]:
        """The part of the certificate that shows a claim."""
        number = next(k for k, theorem in enumerate(self.accepted.theorems) if theorem is claim.theorem)
        part: Mapping[str, Any] = self.certificate["parts"][number]
        return part

    def decimals(self, which: str) -> str:
        """2.618... for a modulus or a smoothness constant of given data that is not rational; empty for others."""
        claim = (self.numbers.modulus if which == "modulus" else self.numbers.smoothness).claim
        ball = None if claim is None or claim.term is None else self.numbers.enclosed(claim.theorem, claim.term)
        return words.decimal(ball)

    def _constant(self, constant: BestConstant) -> str | None:
        claim = constant.claim
        if claim is None or claim.term is None:
            return None
        return words.constant_text(self.accepted.statement, claim.theorem, claim.term)

    def _when(self, constant: BestConstant) -> str | None:
        claim = constant.claim
        told = () if claim is None else words.given_texts(self.accepted.statement, claim.theorem, claim.assumed)
        return " and ".join(told) or None

    def _repr_latex_(self) -> str:
        return _teller().headline(self, _derived(self.problem))

    def _repr_html_(self) -> str:
        return card(repr(self).partition("\n")[0], (*told(self), *stated(self)))

    def to_latex(self) -> str:
        """The whole proof as a LaTeX document."""
        return _teller().document(self, _derived(self.problem))

    def show(self) -> ShownProof:
        """The whole proof: text where it is printed, a page in a notebook."""
        return ShownProof(self.to_latex())

    def save(self, folder: str | Path) -> tuple[Path, ...]:
        """Write certificate.json, proof.tex and proof.html into the folder; OutputError where that cannot be."""
        return kept(Path(folder), self.certificate, self.to_latex())

    def plot(self, path: str | Path | None = None) -> Any:
        """A picture of what is proved, as a figure of matplotlib; `symconvex/pictures/` says which.

        path    of a file to keep it in too: .png, .svg or .pdf

        Fails    NotYet without matplotlib, or where there is nothing to draw; OutputError on another kind of file
        """
        return load("symconvex.pictures", "verdict", "PICTURE", Picture).drawn(self, path)

    def to_sympy(self, *symbols: Any) -> Any:
        """Condition, constants, hypotheses and witness as SymPy objects; `symbols` of yours are used for their names.

        Fails    NotYet where SymPy has no words
        """
        return _answering().answer(self, symbols)

    @property
    def hessian(self) -> str:
        """The Hessian in NumPy syntax, after the names that it uses; block by block where there are several."""
        return _teller().hessian(_derived(self.problem))


@dataclass(frozen=True, slots=True)
class Teller:
    """Who puts a verdict into words; found by name, as it stands on a higher floor.

    headline     a verdict in a formula, and the sentences of its theorem
    document     a verdict and its derivatives as a LaTeX document
    hessian      the second derivatives in NumPy syntax
    """

    name: str
    headline: Callable[[Decided, "Derivation"], str]
    document: Callable[[Decided, "Derivation"], str]
    hessian: Callable[["Derivation"], str]


def _teller() -> Teller:
    return load("symconvex.exposition", "document", "TELLER", Teller)


def _answering() -> Answering:
    return load("symconvex.bridges", "sympy_answer", "ANSWER", Answering)


def _derived(problem: Problem) -> "Derivation":
    from symconvex.calculus.closed.derivation import derive

    return derive(problem)


class Proved(Decided):
    """The loss is convex (concave, affine) for all data in their sets."""

    __slots__ = ()
    ANSWERS = ("convex", "concave", "affine")

    def __repr__(self) -> str:
        return _shown(self, f"proved {self.answer}")


class Refuted(Decided):
    """The loss is not convex under `hypotheses`; `witness` has the points."""

    __slots__ = ()
    ANSWERS = ("neither", "not convex")

    def __repr__(self) -> str:
        return _shown(self, f"refuted: {self.said}")


class Depends(Decided):
    """What is shown holds for some data: the theorems say for which."""

    __slots__ = ()
    ANSWERS = ("depends",)

    @property
    def said(self) -> str:
        """No more than is shown: of data that no theorem speaks of nothing is known."""
        return self.view.outcomes

    def __repr__(self) -> str:
        return _shown(self, self.said)


@dataclass(frozen=True, slots=True)
class Undecided:
    """No rule applied and no counterexample turned up; `beside` has what is shown all the same of other properties."""

    problem: Problem
    tried: tuple[str, ...]
    beside: Depends | None = None

    answer = said = "undecided"
    strict = strict_when = modulus = modulus_when = smoothness = smoothness_when = None
    condition = concave_condition = witness = None
    certificate = None
    hypotheses = exact = domain = ()
    setting = ""

    @property
    def quasiconvex(self) -> bool | None:
        """Quasiconvex? None when it is not known."""
        return self.quasi("convex")

    def quasi(self, way: str) -> bool | None:
        """Quasiconvex, or quasiconcave?"""
        return None if self.beside is None else self.beside.quasi(way)

    @property
    def theorems(self) -> tuple[str, ...]:
        """Every accepted theorem as a sentence: they leave the question open."""
        return () if self.beside is None else self.beside.theorems

    def to_sympy(self, *symbols: Any) -> Any:
        """As other verdicts: there is nothing to say but the names."""
        return _answering().answer(self, symbols)

    def decimals(self, which: str) -> str:  # noqa: ARG002  (no constant is known)
        """Nothing."""
        return ""

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is no truth value: match Proved, Refuted, Depends, Undecided")

    def __repr__(self) -> str:
        return "\n".join([UNDECIDED, *rows([("loss", self.problem.text), ("tried", "; ".join(self.tried))])])

    def _repr_html_(self) -> str:
        return card(UNDECIDED, (("loss", self.problem.text), ("tried", "\n".join(self.tried)), *stated(self)))


Verdict = Proved | Refuted | Depends | Undecided


def verdict_of(problem: Problem, certificate: Mapping[str, Any], rule: str, argument: "Argument | None") -> Verdict:
    """The verdict that a certificate shows of a problem.

    Fails    CertificateError when the kernel does not accept it, or it is about another problem
    """
    answer = view_of(accepted(certificate)).answer
    kind = next(kind for kind in (Proved, Refuted, Depends) if answer in kind.ANSWERS)
    return kind(problem, certificate, rule, argument)


def _check_about(problem: Problem, certificate: Mapping[str, Any], accepted: Accepted) -> None:
    """Raise CertificateError unless the certificate states this problem; its least sizes are shown as hypotheses."""
    stated = draft_of(replace(problem, values={})).header()
    other = next((name for name in STATEMENT if _said(stated[name]) != _said(certificate[name])), None)
    if other is not None:
        raise unfit(f"{other} {certificate[other]}"[:200], f"{other} {stated[other]}"[:200])
    if nested(problem.values) != accepted.statement.values:
        raise unfit(f"values of {', '.join(accepted.statement.values) or 'no data'}", "the values of the problem")


def _said(field: Any) -> Any:
    """A field without the proofs of the entries of a domain."""
    return [entry["is"] if isinstance(entry, dict) else entry for entry in field] if isinstance(field, list) else field


def _shown(verdict: Decided, claim: str) -> str:
    return "\n".join([claim, *rows(told(verdict))])
