"""What a certificate says, as terms: parts, lines, and the claims that the kernel accepted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symconvex.kernel import term as t
from symconvex.kernel.statement import read_judgment
from symconvex.kernel.term import Add, Fn, Index, Mul, Num, Pow, Size, Sum, Sym, Term

if TYPE_CHECKING:
    from symconvex.kernel.check import Theorem

Binders = tuple[tuple[str, Size], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One step: its rule, the lines it uses, its arguments, and the kind and term of its conclusion."""

    rule: str
    uses: tuple[int, ...]
    args: Mapping[str, Any]
    kind: str
    word: str
    term: Term | None


@dataclass(frozen=True, slots=True)
class Part:
    """Hypotheses, claims and lines; lines count from one."""

    given: tuple[str, ...]
    claims: tuple[str, ...]
    lines: tuple[Line, ...]

    def line(self, number: int) -> Line:
        return self.lines[number - 1]

    def by_rule(self, rule: str) -> Iterator[Line]:
        return (line for line in self.lines if line.rule == rule)

    def term_of(self, kind: str) -> Term:
        """The term of the first line of this kind."""
        return next(line.term for line in self.lines if line.kind == kind and line.term is not None)

    def shows_positive(self, term: Term) -> bool:
        return any(line.kind == "positive" and line.term == term for line in self.lines)

    def facts(self) -> tuple[str, ...]:
        """Ranges of functions that the lines rest on."""
        return tuple(dict.fromkeys(str(line.args["fact"]) for line in self.by_rule("range")))


@dataclass(frozen=True, slots=True)
class Reading:
    """A certificate, read."""

    loss: Term
    parts: tuple[Part, ...]
    parameters: Mapping[str, tuple[Size, ...]]
    data: Mapping[str, tuple[tuple[Size, ...], str]]
    sizes: Mapping[str, int]
    digest: str

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.parameters)

    @property
    def count(self) -> int:
        return sum(len(part.lines) for part in self.parts)

    def part(self, claim: str, given: str = "") -> Part | None:
        """The first part with a claim of this kind, under a hypothesis of that kind ("" for none)."""
        for part in self.parts:
            words = {text[1:].split()[0] for text in part.given}
            kinds = {text.strip("()").split()[1] for text in part.claims}
            if claim in kinds and words == ({given} if given else set()):
                return part
        return None


def read_certificate(certificate: Mapping[str, Any]) -> Reading:
    """The terms of a certificate that the kernel has accepted."""
    return Reading(
        t.parse(certificate["loss"]),
        tuple(_part(part) for part in certificate["parts"]),
        {name: tuple(shape) for name, shape in certificate["parameters"].items()},
        {name: (tuple(entry["shape"]), entry["within"]) for name, entry in certificate["data"].items()},
        dict(certificate["sizes"]),
        certificate["digest"],
    )


def _part(part: Mapping[str, Any]) -> Part:
    return Part(tuple(part["given"]), tuple(part["claims"]), tuple(map(_line, part["steps"])))


def _line(step: Mapping[str, Any]) -> Line:
    judgment = read_judgment(step["gives"])
    return Line(step["rule"], tuple(step["uses"]), step["with"], judgment.kind, judgment.word, judgment.term)


def accepted_term(theorems: "tuple[Theorem, ...]", word: str) -> Term | None:
    """The constant of an accepted claim such as (loss smooth L)."""
    for theorem in theorems:
        for claim in map(read_judgment, theorem.claims):
            if claim.word == word:
                return claim.term
    return None


# ---- terms --------------------------------------------------------------------------------------


def mentions(term: Term, names: frozenset[str]) -> bool:
    """Does the term contain one of the symbols?"""
    return any(isinstance(part, Sym) and part.name in names for part in t.subterms(term))


def replaced(term: Term, old: Term, new: Term) -> Term:
    """The term with one subterm replaced."""
    if term == old:
        return new
    return t.rebuild(term, tuple(replaced(part, old, new) for part in t.children(term)))


def summands(term: Term) -> tuple[Term, ...]:
    """The parts of a sum."""
    return term.args if isinstance(term, Add) else (term,)


def factors(term: Term) -> tuple[Term, ...]:
    """The parts of a product."""
    return term.args if isinstance(term, Mul) else (term,)


def unsummed(term: Term) -> tuple[Binders, Term]:
    """sum_i c * sum_j body as binders (i, j) and c * body; factors stay inside."""
    match term:
        case Sum(index, size, body):
            binders, inner = unsummed(body)
            return ((index, size), *binders), inner
        case Mul(args) if sum(isinstance(arg, Sum) for arg in args) == 1:
            total = next(arg for arg in args if isinstance(arg, Sum))
            binders, inner = unsummed(total)
            return binders, t.mul(*(arg for arg in args if arg is not total), inner)
    return (), term


def is_linear(term: Term, names: frozenset[str]) -> bool:
    """A parameter entry, or sum_j of data times a parameter entry."""
    match term:
        case Sym(name, _):
            return name in names
        case Sum(_, _, Mul((Sym(a, _), Sym(b, _)))):
            return (a in names) != (b in names)
    return False


def linear_forms(term: Term, names: frozenset[str]) -> set[Term]:
    """The linear forms through which the term depends on the parameters."""
    if not mentions(term, names):
        return set()
    if is_linear(term, names):
        return {term}
    return set().union(*(linear_forms(part, names) for part in t.children(term)))


@dataclass(frozen=True, slots=True)
class Fit:
    """factor * sum of (prediction - target)^2, or of softplus(-label * prediction)."""

    kind: str
    factor: Term
    binders: Binders
    prediction: Term
    target: Term


def find_fit(loss: Term, names: frozenset[str], labels: frozenset[str]) -> Fit | None:
    """The prediction in a squared loss, or in a logistic loss of labels -1, 1."""
    binders, body = unsummed(loss)
    moving = [f for f in factors(body) if mentions(f, names)]
    factor = t.mul(*(f for f in factors(body) if f not in moving))
    match moving:
        case [Pow(Add(args), e)] if e == 2:
            inner, rest = split(args, names)
            return Fit("squared", factor, binders, t.add(*inner), t.neg(t.add(*rest)))
        case [Fn("softplus", (Mul(args),))]:
            signs = [arg for arg in args if isinstance(arg, Sym) and arg.name in labels]
            others = t.neg(t.mul(*(arg for arg in args if arg not in signs)))
            return Fit("logistic", factor, binders, others, signs[0]) if len(signs) == 1 else None
    return None


def split(args: tuple[Term, ...], names: frozenset[str]) -> tuple[list[Term], list[Term]]:
    """Those that mention the names, and the others."""
    inner = [arg for arg in args if mentions(arg, names)]
    return inner, [arg for arg in args if arg not in inner]


def number_of(term: Term) -> Fraction:
    """The value of a plain number, 0 for anything else."""
    return term.value if isinstance(term, Num) else Fraction(0)


__all__ = ["Fit", "Index", "Line", "Part", "Reading", "accepted_term", "find_fit", "read_certificate"]
