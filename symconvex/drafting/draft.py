"""A certificate while it is being written: the statement, its names, and numbered lines.

Nothing here decides. What comes out is replayed by the kernel, line by line.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from symconvex.kernel import term as t
from symconvex.kernel.check import digest
from symconvex.kernel.reading import FORMAT
from symconvex.kernel.term import Size, Sum, Term
from symconvex.language import to_terms
from symconvex.language.printing.termpython import term_text
from symconvex.problem import Problem

# Names made by us begin with a sign that no user can write, until a certificate is finished.
MARK = "$"
WORD = re.compile(r"[$]?[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Draft:
    """A problem in index notation, with an index for every size.

    indices    index -> size, those the loss uses first; more are added by `index`
    """

    problem: Problem
    loss: Term
    domain: tuple[Term, ...]
    indices: dict[str, Size]

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
        """An index over the size that is not taken; a new one is declared when none is left."""
        taken = set(taken)
        for name, over in self.indices.items():
            if over == size and name not in taken and not hint:
                return name
        used = {*self.indices, *self.parameters, *self.data, *self.sizes(), *taken}
        name = t.fresh(hint or "j", frozenset(used))
        self.indices[name] = size
        return name

    def sizes(self) -> dict[str, int]:
        shapes = [s.shape for s in (*self.problem.parameters, *self.problem.data)]
        names = [size for shape in shapes for size in shape if isinstance(size, str)]
        return {name: self.least(name) for name in dict.fromkeys(names)}

    def header(self) -> dict[str, object]:
        """The fields of a certificate that state the problem."""
        problem = self.problem
        return {
            "format": FORMAT,
            "name": problem.name,
            "text": problem.text,
            "sizes": self.sizes(),
            "indices": dict(self.indices),
            "data": {d.name: {"shape": list(d.shape), "within": d.within} for d in problem.data},
            "parameters": {p.name: list(p.shape) for p in problem.parameters},
            "values": {name: nested_text(value) for name, value in problem.values.items()},
            "domain": [t.render(c) for c in self.domain],
            "loss": t.render(self.loss),
        }


def draft_of(problem: Problem) -> Draft:
    """Index notation, and an index over every size that occurs in a shape."""
    loss, *domain = to_terms((problem.loss, *problem.positive), (*problem.parameters, *problem.data))
    indices: dict[str, Size] = {}
    for part in (p for term in (loss, *domain) for p in t.subterms(term)):
        if isinstance(part, Sum):
            indices[part.index] = part.size
    draft = Draft(problem, loss, tuple(domain), indices)
    for symbol in (*problem.parameters, *problem.data):
        taken: list[str] = []
        for size in symbol.shape:
            taken.append(draft.index(size, taken))
    return draft


def nested_text(value: object) -> object:
    """Nested numbers as nested text."""
    if isinstance(value, tuple | list):
        return [nested_text(entry) for entry in value]
    return str(value)


@dataclass(slots=True)
class Lines:
    """The lines of one part. The same conclusion by any rule is written once."""

    draft: Draft
    given: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    steps: list[dict[str, object]] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)

    def add(self, rule: str, uses: Iterable[int], gives: str, **args: object) -> int:
        if gives in self.known:
            return self.known[gives]
        number = len(self.steps) + 1
        self.steps.append({"id": number, "rule": rule, "uses": list(uses), "with": args, "gives": gives})
        self.known[gives] = number
        return number

    def part(self, *claims: str) -> dict[str, object]:
        """The finished part, without the lines that no claim needs."""
        needed: set[int] = set()
        waiting = [self.known[claim] for claim in claims]
        while waiting:
            number = waiting.pop()
            if number not in needed:
                needed.add(number)
                waiting += self._needs(number)
        order = {old: new for new, old in enumerate(sorted(needed), 1)}
        steps = [
            {**step, "id": order[k], "uses": [order[u] for u in step["uses"]]}  # type: ignore[attr-defined]
            for k, step in enumerate(self.steps, 1)
            if k in needed
        ]
        return {
            "given": list(self.given),
            "variables": [v for v in self.variables if any(v in str(step) for step in steps)],
            "claims": list(claims),
            "steps": steps,
        }

    def _needs(self, number: int) -> list[int]:
        """The lines used, and those that show denominators and logarithms of this line to be defined."""
        step = self.steps[number - 1]
        uses = [k for k in step["uses"] if isinstance(k, int)]  # type: ignore[attr-defined]
        texts = [str(step["gives"]), str(step["with"]), t.render(self.draft.loss)]
        for gives, k in self.known.items():
            body = gives.removeprefix("(positive ")[:-1]
            if k < number and gives.startswith("(positive ") and any(_divides(body, text) for text in texts):
                uses.append(k)
        return uses


def _divides(base: str, text: str) -> bool:
    """Is the base, or what it is the negative of, inverted in the text?"""
    if base.startswith("(* -1 ") and _divides(base[len("(* -1 ") : -1], text):
        return True
    return any(f"{head}{base}{tail}" in text for head, tail in (("(^ ", " -"), ("(log ", ")"), ("(^ ", " 1/")))


def finish(draft: Draft, parts: list[dict[str, object]]) -> dict[str, object]:
    """The whole certificate with its digest; names with a mark get plain ones that nothing else has."""
    body = {**draft.header(), "parts": parts}
    words = frozenset(WORD.findall(json.dumps(body)))
    body["parts"] = _plain(parts, {mark: t.fresh(mark[1:], words) for mark in words if mark.startswith(MARK)})
    return {**body, "digest": digest(body)}


def _plain(value: object, names: Mapping[str, str]) -> object:
    """The same nested value with marked names replaced."""
    match value:
        case str():
            return WORD.sub(lambda word: names.get(word[0], word[0]), value)
        case list():
            return [_plain(entry, names) for entry in value]
        case dict():
            return {key: _plain(entry, names) for key, entry in value.items()}
    return value


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


def point_json(point: Mapping[str, tuple[tuple[str, ...], Term]]) -> dict[str, object]:
    """A point as a certificate writes it."""
    return {name: family(places, value) for name, (places, value) in point.items()}


def point_text(point: Mapping[str, tuple[tuple[str, ...], Term]], index: str) -> dict[str, object]:
    """A point as a person reads it: {"W1[a,j]": "(a == 0)*X[k,j]/...", "where": ...}."""
    shown: dict[str, object] = {
        f"{name}[{','.join(places)}]" if places else name: term_text(value) for name, (places, value) in point.items()
    }
    return {**shown, "where": f"{index} is a sample whose row is not zero"} if index else shown
