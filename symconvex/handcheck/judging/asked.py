"""Questions to the prover about terms of a derivation, not only about its loss: its certificates alone answer."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symconvex.deadline import OutOfTime, time_limit
from symconvex.drafting.draft import Draft, places_of
from symconvex.drafting.effort import bounded
from symconvex.drafting.judgments import nonneg, positive
from symconvex.drafting.lines import finish
from symconvex.errors import SymconvexError
from symconvex.handcheck.text.declared import Declared
from symconvex.kernel import term as t
from symconvex.kernel.check import Accepted, check
from symconvex.kernel.statement import Given, Judgment
from symconvex.kernel.term import Malformed, Refused, Size, Sum, Sym, Term
from symconvex.problem import Expr, Problem, Shape, Symbol
from symconvex.rules import rules

WORK = 300_000
SECONDS = 4.0
LIKELY = ("weighted-squares", "composition", "hessian-squares", "one-variable", "kinks")
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}\Z")
ZERO = Expr("number", (), Fraction(0), ())


@dataclass(frozen=True, slots=True)
class Shown:
    """Claims of accepted certificates, each with what it assumes."""

    theorems: tuple[tuple[tuple[Given, ...], tuple[Judgment, ...]], ...] = ()

    def says(self, words: Iterable[str], ranks: frozenset[str] = frozenset()) -> bool:
        """Is one of the words shown? `ranks` are the matrices that are known to be injective."""
        return any(
            claim.word in words
            for given, claims in self.theorems
            if all(_is_met(g, given, ranks) for g in given)
            for claim in claims
        )


def _is_met(hypothesis: Given, given: Iterable[Given], ranks: frozenset[str]) -> bool:
    """Eigenvalues have names for every matrix, and the least one of an injective matrix is > 0."""
    least = {str(g.extra): g.name for g in given if g.kind == "spectral_least"}
    match hypothesis.kind:
        case "spectral" | "spectral_least":
            return True
        case "injective":
            return hypothesis.name in ranks
        case "positive" if isinstance(hypothesis.term, Sym):
            return least.get(hypothesis.term.name, "") in ranks
    return False


@dataclass(frozen=True, slots=True)
class Question:
    """A function of some symbols, all others being data: their shapes and sets, and the least sizes."""

    term: Term
    parameters: Mapping[str, Shape]
    shapes: Mapping[str, Shape]
    sets: Mapping[str, str]
    least: Mapping[str, int]


def question_of(term: Term, parameters: Mapping[str, Shape], declared: Declared) -> Question:
    """A function of the parameters in declared names; of a matrix with traits also in its root."""
    shapes = {named.name: named.shape for named in declared.names.values()}
    sets = {named.name: named.within for named in declared.names.values()} | {f"?{n}+": "positive" for n in shapes}
    shapes |= {f"?{name}": shape for name, shape in shapes.items()} | {f"?{name}+": () for name in shapes}
    return Question(term, parameters, shapes, sets, declared.least)


def ask(question: Question) -> Shown:
    """What the first rules show of the function, for all sizes and data; matrices keep their names in what is shown."""
    draft = draft_of(question)
    return Shown() if draft is None else _asked(draft)


def _asked(draft: Draft) -> Shown:
    for rule in sorted(rules(), key=lambda rule: rule.cost):
        if rule.name not in LIKELY:
            continue
        try:
            with time_limit(SECONDS), bounded(WORK):
                fresh = replace(draft, indices=dict(draft.indices))
                finding = rule.find(fresh)
                certificate = None if finding is None else finish(fresh, finding.parts, {})
                result = None if certificate is None else check(certificate)
        except (OutOfTime, Refused, Malformed, SymconvexError):
            continue
        if isinstance(result, Accepted):
            return Shown(tuple((theorem.given, theorem.claims) for theorem in result.theorems))
    return Shown()


def draft_of(question: Question) -> Draft | None:
    """The question in plain names, as a certificate needs them; None when it speaks of something unknown."""
    used = dict.fromkeys(part.name for part in t.subterms(question.term) if isinstance(part, Sym) and part.name != "pi")
    if not used.keys() <= {*question.parameters, *question.shapes} or t.free_indices(question.term):
        return None
    names = {name: name if PLAIN.match(name) else f"s{k}x" for k, name in enumerate(used)}
    indices = dict[str, Size]()
    term = _indexed(renamed(question.term, names), (), indices)
    known = {**question.shapes, **question.parameters}
    symbols = {name: Symbol(names[name], known[name], question.sets.get(name, "real")) for name in used}
    parameters = tuple(symbols[name] for name in question.parameters if name in symbols)
    if any(symbol.within in ("sign", "binary", "count") for symbol in parameters):
        return None
    data = tuple(symbol for name, symbol in symbols.items() if name not in question.parameters)
    plainly = tuple(replace(symbol, within="real") for symbol in parameters)
    problem = Problem("line", "a line of a derivation", ZERO, plainly, data, least=question.least)
    draft = Draft(problem, term, (), indices)
    places = {symbol.name: places_of(draft, symbol.name) for symbol in (*parameters, *data)}
    domain = tuple(
        sign for symbol in parameters for sign in _inside(Sym(symbol.name, places[symbol.name]), symbol.within)
    )
    return replace(draft, domain=domain) if parameters else None


def _inside(entry: Sym, within: str) -> tuple[Judgment, ...]:
    """What is > 0 or >= 0 where a parameter lies in its set."""
    match within:
        case "positive":
            return (positive(entry),)
        case "nonnegative":
            return (nonneg(entry),)
        case "unit":
            return (positive(entry), positive(t.sub(t.ONE, entry)))
    return ()


def _indexed(term: Term, above: tuple[Size, ...], indices: dict[str, Size]) -> Term:
    """Bound indices named by their size and depth."""
    if isinstance(term, Sum):
        name = f"i{above.count(term.size)}{term.size}"
        indices[name] = term.size
        inner = _indexed(t.reindex(term.body, {term.index: f"?{name}"}), (*above, term.size), indices)
        return Sum(name, term.size, t.reindex(inner, {f"?{name}": name}))
    parts = tuple(_indexed(part, above, indices) for part in t.children(term))
    return t.rebuild(term, parts) if parts else term


def renamed(term: Term, names: Mapping[str, str]) -> Term:
    """The term with other names for its symbols."""
    if isinstance(term, Sym):
        return Sym(names.get(term.name, term.name), term.indices)
    parts = tuple(renamed(part, names) for part in t.children(term))
    return t.rebuild(term, parts) if parts else term
