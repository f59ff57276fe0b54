"""A problem as a certificate states it: in index notation, with an index for every size.

Nothing here decides. What comes out is replayed by the kernel, line by line.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

from symconvex.data import sizes_of
from symconvex.drafting.judgments import sign
from symconvex.kernel import term as t
from symconvex.kernel.reading import FORMAT, read_statement
from symconvex.kernel.statement import Judgment, Statement
from symconvex.kernel.term import Family, Nested, Size, Sum, Term
from symconvex.language import to_terms
from symconvex.language.conditions import degree
from symconvex.problem import Condition, Problem

STRANGE = re.compile(r"[^A-Za-z0-9 _.-]")
# Variables and symbols of hypotheses begin with a sign that no user can write.
MADE = "?"


@dataclass(frozen=True, slots=True)
class Draft:
    """A problem in index notation, with an index for every size.

    domain     (positive T) or (nonneg T), those with flat boundaries first
    proofs     number of an entry of the domain -> the entry as a certificate states it, with its proof
    indices    index -> size, those the loss uses first; more are added by `index`
    """

    problem: Problem
    loss: Term
    domain: tuple[Judgment, ...]
    indices: dict[str, Size]
    proofs: Mapping[int, Mapping[str, object]] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, tuple[Size, ...]]:
        return {p.name: p.shape for p in self.problem.parameters}

    @property
    def data(self) -> dict[str, tuple[Size, ...]]:
        return {d.name: d.shape for d in self.problem.data}

    def within(self, name: str) -> str:
        return next((d.within for d in self.problem.data if d.name == name), "real")

    def least(self, size: Size) -> int:
        return size if isinstance(size, int) else self.problem.least.get(size, 1)

    def index(self, size: Size, taken: Iterable[str] = (), hint: str = "") -> str:
        """An index over the size that is not taken; a new one is declared when none is left.

        hint    how it is called, if the loss uses no such name; asked for twice, it is one index
        """
        taken = set(taken)
        for name, over in self.indices.items():
            fits = name == hint and name not in self.bound() if hint else True
            if over == size and name not in taken and fits:
                return name
        name = t.fresh(hint or "j", frozenset({*self.indices, *taken}))
        self.indices[name] = size
        return name

    def bound(self) -> frozenset[str]:
        """The indices that the loss and the domain use."""
        domain = [entry.term for entry in self.domain if entry.term is not None]
        parts = (part for term in (self.loss, *domain) for part in t.subterms(term))
        free = frozenset[str]().union(*(t.free_indices(term) for term in domain))
        return free | frozenset(part.index for part in parts if isinstance(part, Sum))

    def sizes(self) -> dict[str, int]:
        shapes = [s.shape for s in (*self.problem.parameters, *self.problem.data)]
        names = [size for shape in shapes for size in shape if isinstance(size, str)]
        return {name: self.least(name) for name in dict.fromkeys(names)}

    def header(self) -> dict[str, object]:
        """The fields of a certificate that state the problem."""
        problem = self.problem
        return {
            "format": FORMAT,
            "name": STRANGE.sub("-", problem.name)[:60].strip(" _.-") or "loss",
            "text": problem.text,
            "sizes": self.sizes(),
            "indices": dict(self.indices),
            "data": {d.name: {"shape": list(d.shape), "within": d.within} for d in problem.data},
            "parameters": {p.name: list(p.shape) for p in problem.parameters},
            "values": {name: array_text(value) for name, value in problem.values.items()},
            "domain": [self.proofs.get(k, str(entry)) for k, entry in enumerate(self.domain)],
            "loss": t.render(self.loss),
        }


def draft_of(problem: Problem) -> Draft:
    """Index notation, and an index over every size that occurs in a shape."""
    conditions = conditions_of(problem)
    symbols = (*problem.parameters, *problem.data)
    loss, *terms = to_terms((problem.loss, *(c.expr for c in conditions)), symbols, problem.spread)
    kinds = ["positive" if c.strict else "nonneg" for c in conditions]
    domain = tuple(sign(kind, term) for kind, (term, _) in zip(kinds, terms, strict=True))
    indices: dict[str, Size] = {}
    for part in (p for term, _ in (loss, *terms) for p in t.subterms(term)):
        if isinstance(part, Sum):
            indices[part.index] = part.size
    for _, free in terms:
        indices |= free
    draft = Draft(problem, loss[0], domain, indices)
    for symbol in symbols:
        taken: list[str] = []
        for size in symbol.shape:
            taken.append(draft.index(size, taken))
    return draft


def conditions_of(problem: Problem) -> tuple[Condition, ...]:
    """The conditions in the order in which a certificate states them: curved ones last, for they use the others."""
    names = frozenset(p.name for p in problem.parameters)
    told = [Condition(c, True) for c in problem.positive] + [Condition(c, False) for c in problem.nonneg]
    return tuple(sorted(told, key=lambda c: degree(c.expr, names) not in (0, 1)))


def statement_of(draft: Draft) -> Statement:
    """What the kernel will read in the fields of the header; the numbers of the data are not written and read for that.

    Fails    Malformed when the kernel would not read them
    """
    problem = draft.problem
    bare = dataclasses.replace(draft, problem=dataclasses.replace(problem, values={}))
    statement, fixed = read_statement({**bare.header(), "parts": [], "digest": ""}), sizes_of(problem)
    sizes = {**statement.sizes, **fixed}
    return dataclasses.replace(statement, values=nested(problem.values), fixed=fixed, sizes=sizes)


def nested(values: Mapping[str, object]) -> dict[str, Nested]:
    """Data that are given as numbers, as the kernel has them."""
    return {name: _entries(value) for name, value in values.items()}


def _entries(value: object) -> Nested:
    if isinstance(value, tuple) and set(map(type, value)) == {Fraction}:
        return cast("tuple[Fraction, ...]", value)
    if isinstance(value, tuple | list):
        return tuple(map(_entries, value))
    return value if isinstance(value, Fraction) else Fraction(str(value))


def array_text(value: object) -> object:
    """Nested numbers as a certificate writes an array: the last dimension as one text."""
    if isinstance(value, tuple | list):
        if value and isinstance(value[0], tuple | list):
            return [array_text(entry) for entry in value]
        return " ".join(map(str, value))
    return str(value)


def family(places: Iterable[str], value: Term) -> dict[str, object]:
    """Entries as a certificate writes them."""
    return {"at": list(places), "is": t.render(value)}


def places_of(draft: Draft, name: str) -> tuple[str, ...]:
    """Index names for the entries of a symbol."""
    shape = {**draft.data, **draft.parameters}[name]
    taken: list[str] = []
    for size in shape:
        taken.append(draft.index(size, taken))
    return tuple(taken)


def point_json(point: Mapping[str, Family]) -> dict[str, object]:
    """A point as a certificate writes it."""
    return {name: family(places, value) for name, (places, value) in point.items()}


def read_point(written: Mapping[str, Any]) -> dict[str, Family]:
    """A point of a certificate."""
    return {name: (tuple(entries["at"]), t.parse(entries["is"])) for name, entries in written.items()}
