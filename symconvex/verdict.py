"""The three answers, and the one way to get them.

    Proved      convex, concave or affine, shown for all data in their sets
    Refuted     not convex, with the points that show it
    Undecided   neither was shown; what was tried

Proved and Refuted exist only after the kernel accepted their certificate: their constructors replay it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from symconvex.catalogue import Named, load
from symconvex.drafting.draft import draft_of
from symconvex.errors import CertificateError
from symconvex.kernel.check import Accepted, Rejected, Theorem, check
from symconvex.kernel.term import Malformed
from symconvex.problem import Problem

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation

# The fields of a certificate that state the problem, and what an answer needs.
STATEMENT = ("data", "parameters", "values", "domain", "loss")
CLAIMS: Mapping[str, tuple[str, ...]] = {
    "convex": ("(loss convex)",),
    "concave": ("(loss concave)",),
    "affine": ("(loss affine)",),
    "neither": ("(loss not_convex)", "(loss not_concave)"),
    "not convex": ("(loss not_convex)",),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What Proved and Refuted have in common.

    strict        True, False, or None when it depends on the data or is not known
    strict_when   when it is strictly convex, in Python syntax: "rank(X) == d"
    modulus       of strong convexity, in Python syntax
    smoothness    a Lipschitz constant of the gradient
    exact         which of the two are best possible; "modulus" without a modulus: strongly convex for none
    hypotheses    under which the answer holds: "X != 0"
    condition     the exact condition for convexity, where known: "X == 0"
    argument      how it is shown, as exposition tells it
    theorems      what the kernel accepted; lines: how many lines it replayed
    """

    problem: Problem
    answer: str
    certificate: Mapping[str, object]
    rule: str
    strict: bool | None = None
    strict_when: str | None = None
    modulus: str | None = None
    smoothness: str | None = None
    exact: tuple[str, ...] = ()
    hypotheses: tuple[str, ...] = ()
    condition: str | None = None
    witness: Mapping[str, object] | None = None
    argument: Named | None = None
    theorems: tuple[Theorem, ...] = field(default=(), init=False)
    lines: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        result = accepted(self.certificate)
        object.__setattr__(self, "theorems", result.theorems)
        object.__setattr__(self, "lines", result.steps)
        self._fits()

    def _fits(self) -> None:
        """The certificate is about this problem, and shows this answer."""
        stated = draft_of(self.problem).header()
        other = [field for field in STATEMENT if stated[field] != self.certificate[field]]
        if other:
            field = other[0]
            raise _unfit(f"{field} {self.certificate[field]}"[:200], f"{field} {stated[field]}"[:200])
        shown = {claim for theorem in self.theorems for claim in theorem.claims}
        missing = [claim for claim in CLAIMS[self.answer] if claim not in shown]
        if missing:
            raise _unfit(f"no theorem that says {missing[0]}", missing[0])

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict has three cases: match Proved, Refuted, Undecided")

    def _repr_latex_(self) -> str:
        return _teller().headline(self)

    def to_latex(self) -> str:
        """The whole proof as a LaTeX document."""
        return _teller().document(self, _derived(self.problem))

    @property
    def hessian(self) -> str:
        """The Hessian in NumPy syntax, after the names that it uses; block by block where there are several."""
        return _teller().hessian(_derived(self.problem))


@dataclass(frozen=True, slots=True)
class Teller:
    """Who puts a verdict into words; found by name, as it stands on a higher floor.

    headline     a verdict in one formula
    document     a verdict and its derivatives as a LaTeX document
    hessian      the second derivatives in NumPy syntax
    """

    name: str
    headline: Callable[[Decided], str]
    document: Callable[[Decided, "Derivation"], str]
    hessian: Callable[["Derivation"], str]


def _teller() -> Teller:
    return load("symconvex.exposition", "document", "TELLER", Teller)


def _derived(problem: Problem) -> "Derivation":
    from symconvex.calculus.closed.derivation import derive

    return derive(problem)


class Proved(Decided):
    """The loss is convex (concave, affine) for all data in their sets, under `hypotheses`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _shown(self, f"proved {self.answer}")


class Refuted(Decided):
    """The loss is not convex under `hypotheses`; `witness` has the points."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _shown(self, "refuted: " + ("neither convex nor concave" if self.answer == "neither" else self.answer))


@dataclass(frozen=True, slots=True)
class Undecided:
    """No rule applied and no counterexample turned up."""

    problem: Problem
    tried: tuple[str, ...]

    answer = "undecided"
    strict = strict_when = modulus = smoothness = condition = witness = None
    hypotheses = exact = ()
    certificate = None

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict has three cases: match Proved, Refuted, Undecided")

    def __repr__(self) -> str:
        rows = [("loss", self.problem.text), ("tried", "; ".join(self.tried))]
        return "\n".join(["undecided: neither a proof nor a counterexample was found", *_rows(rows)])


Verdict = Proved | Refuted | Undecided


def accepted(certificate: Mapping[str, object]) -> Accepted:
    """Replay a certificate as it will be stored."""
    try:
        result = check(json.loads(json.dumps(certificate)))
    except Malformed as problem:
        raise _unfit(str(problem), "a readable certificate") from problem
    if isinstance(result, Rejected):
        raise _unfit(f"part {result.part}, line {result.step} ({result.rule}): {result.reason}", "Accepted")
    return result


def _unfit(got: str, expected: str) -> CertificateError:
    return CertificateError(
        "the kernel does not accept this certificate",
        where="symconvex.kernel.check",
        expected=expected,
        got=got,
        hint="a verdict is made by prove(); a stored certificate is replayed by `symconvex verify`",
    )


def _shown(verdict: Decided, claim: str) -> str:
    rows = [
        ("loss", verdict.problem.text),
        ("if", " and ".join(verdict.hypotheses)),
        ("convex iff", verdict.condition if verdict.condition not in (None, "True", "False") else ""),
        ("strict", _strictness(verdict)),
        ("modulus", constant_text(verdict, "modulus")),
        ("smoothness", constant_text(verdict, "smoothness")),
        ("by", f"{verdict.rule}, certificate accepted"),
    ]
    return "\n".join([claim, *_rows(rows)])


def constant_text(verdict: Decided | Undecided, which: str) -> str:
    """The modulus or the smoothness constant, and whether it is best possible; empty when nothing is known."""
    value, exact = getattr(verdict, which), which in verdict.exact
    if value is None:
        return "none, not strongly convex" if exact else ""
    return f"{value}, best possible" if exact else str(value)


def _rows(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"  {name:<11}{value}" for name, value in rows if value)


def _strictness(verdict: Decided) -> str:
    if verdict.strict_when:
        return f"iff {verdict.strict_when}"
    return {True: "yes", False: "no", None: ""}[verdict.strict]
