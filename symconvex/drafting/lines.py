"""The lines of a certificate while they are being written, in the vocabulary of the kernel's steps.

Nothing here decides: a line that does not follow is refused when the kernel replays it.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from symconvex.drafting.draft import Draft, array_text, point_json, statement_of
from symconvex.drafting.example import find_example
from symconvex.drafting.needs import signs_needed
from symconvex.drafting.reasons import Reason
from symconvex.kernel import term as t
from symconvex.kernel.check import digest
from symconvex.kernel.context import symbols
from symconvex.kernel.statement import Given, Judgment
from symconvex.kernel.term import Family, Index, Nested, Pow, Term

Point = Mapping[str, Family]
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Step:
    """One line: arguments as they will be written, and the terms among them."""

    rule: str
    uses: tuple[int, ...]
    args: Mapping[str, object]
    terms: tuple[Term, ...]
    gives: Judgment


@dataclass(frozen=True, slots=True)
class PartDraft:
    """A finished part, which still lacks its example."""

    given: tuple[Given, ...]
    numbers: Mapping[str, Nested]
    claims: tuple[Judgment, ...]
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Trial:
    """What is assumed, and which signs were not shown under it."""

    under: tuple[Judgment, ...] = ()
    failed: set[Judgment] = field(default_factory=set)


@dataclass(slots=True)
class Lines:
    """The lines of one part. The same conclusion by any rule is written once.

    A method returns the number of its line: 1, 2, ... Lines that show a term to be defined (`show_defined`) come before
    those that speak of it.

    given      hypotheses of the part
    numbers    names for arrays of numbers
    trial      what the lines that are being written assume, and what the search for signs has not shown there
    deep       does it try small derivations on sums over places as well?
    reasons    line -> what a reader is told of why it holds, where there is something to say
    """

    draft: Draft
    given: tuple[Given, ...] = ()
    numbers: dict[str, Nested] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    known: dict[Judgment, int] = field(default_factory=dict)
    reasons: dict[int, Reason] = field(default_factory=dict)
    deep: bool = False
    trial: Trial = field(default_factory=Trial)

    def add(self, rule: str, uses: Iterable[int], gives: Judgment, terms: Iterable[Term] = (), **args: object) -> int:
        """A line under what is assumed now, or an earlier one that gives the same and assumes no more."""
        known = self.find(gives)
        if known is None:
            gives = replace(gives, under=self.under)
            self.steps.append(Step(rule, tuple(uses), args, tuple(terms), gives))
            known = self.known[gives] = len(self.steps)
        return known

    def find(self, gives: Judgment, under: Sequence[Judgment] | None = None, before: int = 10**9) -> int | None:
        """The line before this one that gives it and assumes no more than `under`, or than what is assumed now."""
        here = self.under if under is None else under
        subsets = (some for count in range(len(here) + 1) for some in combinations(here, count))
        return next((k for some in subsets if (k := self.known.get(replace(gives, under=some), before)) < before), None)

    @contextlib.contextmanager
    def assuming(self, *under: Judgment) -> Iterator[None]:
        """Lines that are written in the body of `with` assume this, and nothing else."""
        before, self.trial = self.trial, Trial(under)
        try:
            yield
        finally:
            self.trial = before

    @property
    def under(self) -> tuple[Judgment, ...]:
        """What the lines that are being written assume."""
        return self.trial.under

    @property
    def failed(self) -> set[Judgment]:
        """What the search for signs that runs now has not shown."""
        return self.trial.failed

    def term(self, number: int) -> Term:
        """What a line is about."""
        return self.steps[number - 1].gives.term or t.ZERO

    def kind(self, number: int) -> str:
        """positive, nonneg, ..."""
        return self.steps[number - 1].gives.kind

    def because(self, number: int, reason: Reason) -> int:
        """The line, with its reason."""
        self.reasons.setdefault(number, reason)
        return number

    def forget(self, count: int) -> None:
        """Leave the first lines, as if the later ones had never been tried."""
        for step in self.steps[count:]:
            self.reasons.pop(self.known.pop(step.gives), None)
        del self.steps[count:]

    def reasons_of(self, number: int) -> tuple[Reason, ...]:
        """The reasons of a line and of those that it rests on, in order."""
        found, waiting = set[int](), [number]
        while waiting:
            k = waiting.pop()
            if k not in found:
                found.add(k)
                waiting += self.steps[k - 1].uses
        return tuple(dict.fromkeys(self.reasons[k] for k in sorted(found) if k in self.reasons))

    # ---- the vocabulary --------------------------------------------------------------------------

    def constant(self, gives: Judgment) -> int:
        """The sign of a term without symbols."""
        return self.add("constant", (), gives)

    def fact(self, name: str, gives: Judgment, at: Term | None = None) -> int:
        """What a set, a size, a hypothesis, the domain, a spectrum or a range says."""
        if at is None:
            return self.add("fact", (), gives, fact=name)
        return self.add("fact", (), gives, (at,), fact=name, at=t.render(at))

    def apart(self, use: int, gives: Judgment, left: Term, right: Term) -> int:
        """left + right < 0: their steps are not both 1."""
        args = {"at": t.render(left), "with": t.render(right)}
        return self.add("fact", (use,), gives, (left, right), fact="apart", **args)

    def side(self, use: int, gives: Judgment, at: Term) -> int:
        """relu and step where their argument keeps one sign."""
        return self.add("fact", (use,), gives, (at,), fact="side", at=t.render(at))

    def power(self, use: int, gives: Judgment) -> int:
        """A power of a signed term."""
        return self.add("power", (use,), gives)

    def combine(self, products: Sequence[Sequence[int | Term]], gives: Judgment) -> int:
        """A sum of products of lines, and of squares of terms."""
        uses = list(dict.fromkeys(f for factors in products for f in factors if isinstance(f, int)))
        squares = [f for factors in products for f in factors if not isinstance(f, int)]
        shown = [[uses.index(f) + 1 if isinstance(f, int) else t.render(f) for f in factors] for factors in products]
        return self.add("combine", uses, gives, squares, products=shown)

    def product(self, uses: Sequence[int], gives: Judgment) -> int:
        """A product of lines; of one line: the same in other words."""
        return self.combine([list(uses)], gives)

    def total(self, uses: Sequence[int], gives: Judgment) -> int:
        """A sum of lines."""
        return self.combine([[use] for use in uses], gives)

    def square(self, gives: Judgment) -> int:
        """An even power, of whatever sign its base is."""
        match gives.term:
            case Pow(base, e):
                return self.combine([[t.power(base, e / 2)]], gives)
        return self.combine([[t.ONE]], gives)

    def quadratic(self, uses: Sequence[int], gives: Judgment, ends: tuple[Term, Term], middle: Term) -> int:
        """A u^2 + 2 B u w + C w^2 from the lines for A, C, A C - B^2."""
        args = {"u": t.render(ends[0]), "w": t.render(ends[1]), "middle": t.render(middle)}
        return self.add("quadratic", uses, gives, (*ends, middle), **args)

    def summed(self, use: int, gives: Judgment) -> int:
        """A line for every index gives it for the sum."""
        return self.add("sum", (use,), gives)

    def summed_at(self, every: int, one: int, gives: Judgment, at: Index) -> int:
        """Summands >= 0 everywhere, and > 0 at one place."""
        return self.add("sum", (every, one), gives, at=str(at))

    def instance(self, use: int, gives: Judgment, of: str, at: Term | str) -> int:
        """A line for every value of a variable, read at a term; or for every place of an index, read at one."""
        args: dict[str, Any] = {"of": of, "is": at if isinstance(at, str) else t.render(at)}
        return self.add("instance", (use,), gives, () if isinstance(at, str) else (at,), **args)

    def tangent(self, uses: Sequence[int], gives: Judgment, of: str, function: Term, ends: tuple[Term, Term]) -> int:
        """phi(b) - phi(a) - phi'(a) (b - a)."""
        args = {"function": t.render(function), "from": t.render(ends[0]), "to": t.render(ends[1])}
        return self.add("tangent", uses, gives, (function, *ends), of=of, **args)

    def definite(
        self, uses: Sequence[int], gives: Judgment, forms: Sequence[tuple[str, str, Sequence[str]]], other: str = ""
    ) -> int:
        """Weighted squares that vanish only at the direction 0: (parameter, matrix or "", indices) for each weight.

        other    a parameter that is added to the image of a matrix
        """
        more = {"and": other} if other else {}
        shown = [{"of": w, "by": x, "at": list(at), **more} for w, x, at in forms]
        return self.add("definite", uses, gives, forms=shown)

    def differentiate(self, gives: Judgment) -> int:
        """The second derivative of the loss along the direction."""
        return self.add("differentiate", (), gives)

    def curvature(self, uses: Sequence[int], gives: Judgment) -> int:
        """From the sign of the curvature to a claim; its line comes first."""
        return self.add("curvature", uses, gives)

    def at_point(self, uses: Sequence[int], gives: Judgment, point: Point, direction: Point) -> int:
        """The second derivative at a point."""
        terms = [value for _, value in (*point.values(), *direction.values())]
        return self.add("at_point", uses, gives, terms, point=point_json(point), direction=point_json(direction))

    def affine(self, gives: Judgment) -> int:
        """Affine by structure."""
        return self.add("affine", (), gives)

    def compose(self, uses: Sequence[int], gives: Judgment) -> int:
        """A convex outer function of the kernel's table."""
        return self.add("compose", uses, gives)

    def outer(self, uses: Sequence[int], gives: Judgment, of: str, function: Term) -> int:
        """phi of an affine term, phi'' >= 0; or of a convex one, phi'' and phi' >= 0. The inner line is the last."""
        return self.add("compose", uses, gives, (function,), of=of, function=t.render(function))

    def ridge(self, bend: int, inner: int, gives: Judgment, of: str, function: Term) -> int:
        """phi of an affine term, phi'' >= 0."""
        return self.outer((bend, inner), gives, of, function)

    def same(self, uses: Sequence[int], gives: Judgment) -> int:
        """Two bounds that meet at a convex term."""
        return self.add("same", uses, gives)

    def second_order(self, uses: Sequence[int], gives: Judgment) -> int:
        """A term by the sign of its own second derivative."""
        return self.add("second_order", uses, gives)

    def conclude(self, use: int, gives: Judgment) -> int:
        """The convex term is the loss."""
        return self.add("conclude", (use,), gives)

    def conclude_more(self, uses: Sequence[int], gives: Judgment) -> int:
        """A strictly convex term and perhaps a convex one add up to the loss; a modulus, and the rest is convex."""
        return self.add("conclude", uses, gives)

    def chord(self, gives: Judgment, ends: Sequence[Point], uses: Sequence[int] = ()) -> int:
        """What convexity says of the middle of two points."""
        terms = [value for end in ends for _, value in end.values()]
        weights = [str(Fraction(1, len(ends)))] * len(ends)
        return self.add("chord", uses, gives, terms, ends=[point_json(end) for end in ends], weights=weights)

    def flat(
        self, gives: Judgment, along: Point, at: Point, base: Point | None = None, bound: int | None = None
    ) -> int:
        """A line along which a convex loss would be constant."""
        points = {"along": along, "at": at, **({} if base is None else {"base": base})}
        terms = [value for point in points.values() for _, value in point.values()]
        shown = {name: point_json(point) for name, point in points.items()}
        return self.add("flat", () if bound is None else (bound,), gives, terms, **shown)

    def refute(self, gaps: Sequence[int], total: int, gives: Judgment) -> int:
        """Gaps whose sum is > 0."""
        return self.add("refute", (*gaps, total), gives, weights=["1"] * len(gaps))

    # ---- the finished part -----------------------------------------------------------------------

    def part(self, *claims: Judgment) -> PartDraft:
        """The finished part, without the lines that no claim needs."""
        needed: set[int] = set()
        waiting = [self.known[claim] for claim in claims]
        while waiting:
            number = waiting.pop()
            if number not in needed:
                needed.add(number)
                waiting += _needs(self, number)
        order = {old: new for new, old in enumerate(sorted(needed), 1)}
        steps = [self.steps[old - 1] for old in order]
        kept = tuple(Step(s.rule, tuple(order[u] for u in s.uses), s.args, s.terms, s.gives) for s in steps)
        return PartDraft(self.given, dict(self.numbers), claims, kept)


def _needs(lines: Lines, number: int) -> Iterator[int]:
    """The lines used, and those that give the signs that this line needs."""
    step = lines.steps[number - 1]
    yield from step.uses
    loss = lines.draft.loss if step.gives.kind in ("curvature", "gap", "loss") else t.ZERO
    under = [step.gives.under]  # of second_order with multipliers: the term is smooth where its curvature is shown
    under += [lines.steps[step.uses[1] - 1].gives.under] if step.rule == "second_order" and step.args else []
    for sign in dict.fromkeys(signs_needed(step, [lines.steps[use - 1].gives for use in step.uses], loss)):
        for here in under:
            known = [lines.find(replace(sign, kind=kind), here, number) for kind in ("positive", "nonneg")]
            yield from [k for k in known if k is not None][:1]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """One of two opposite hypotheses holds; in each case what follows: cases, or the number of a part, from 0."""

    given: Given
    opposite: Given
    then: "Alternatives | int"
    other: "Alternatives | int"


def finish(
    draft: Draft, parts: Sequence[PartDraft], exact: Mapping[str, Alternatives | int]
) -> dict[str, object] | None:
    """The whole certificate with its digest; None when no part has an example.

    A part whose hypotheses no example meets is left out: with given data, those that speak of other data. Then the
    exact conditions are left out too, for these data decide them.

    exact    convex, concave, ... -> in which cases the loss is that
    """
    statement, written = statement_of(draft), list[dict[str, object]]()
    for part in parts:
        example = find_example(statement, part.given)
        if example is not None:
            written.append(_written(part, example))
    if not written:
        return None
    body: dict[str, object] = {**draft.header(), "parts": written}
    if exact and len(written) == len(parts):
        body["iff"] = {word: _cases(tree) for word, tree in exact.items()}
    return {**body, "digest": digest(body)}


def _cases(tree: Alternatives | int) -> object:
    """Alternatives as a certificate writes them, parts counted from 1."""
    if isinstance(tree, int):
        return tree + 1
    split = [str(tree.given), str(tree.opposite)]
    return {"split": split, "then": _cases(tree.then), "else": _cases(tree.other)}


def constraint_json(said: Judgment, times: Term, parts: Sequence[PartDraft]) -> dict[str, object]:
    """An entry of a domain with its proof: the lines of the parts, one after the other."""
    steps = list[Step]()
    for part in parts:
        before = len(steps)
        steps += [Step(s.rule, tuple(before + use for use in s.uses), s.args, s.terms, s.gives) for s in part.steps]
    names = {name for name in _symbols(steps) if name.startswith("?")}
    return {"is": str(said), "times": t.render(times), "variables": sorted(names), "uses": steps_json(steps)}


def _symbols(steps: Iterable[Step]) -> set[str]:
    every = [sign.term for step in steps for sign in (step.gives, *step.gives.under)]
    return set[str]().union(*(symbols(term) for term in (*every, *(t for s in steps for t in s.terms)) if term))


def steps_json(steps: Iterable[Step]) -> list[dict[str, object]]:
    """Lines as a certificate writes them."""
    return [
        {"id": k, "rule": s.rule, "uses": list(s.uses), "with": dict(s.args), "gives": str(s.gives), **_under(s)}
        for k, s in enumerate(steps, 1)
    ]


def _written(part: PartDraft, example: Mapping[str, object]) -> dict[str, object]:
    used = _symbols(part.steps)
    names, made = {name for name in used if name.startswith("?")}, {g.extra for g in part.given}
    return {
        "given": [str(given) for given in part.given],
        "numbers": {n: {"shape": shape_of(a), "is": array_text(a)} for n, a in part.numbers.items() if n in used},
        "variables": sorted(names - made),
        "example": dict(example),
        "claims": [str(claim) for claim in part.claims],
        "steps": steps_json(part.steps),
    }


def _under(step: Step) -> dict[str, list[str]]:
    return {"under": list(map(str, step.gives.under))} if step.gives.under else {}


def shape_of(array: Nested) -> list[int]:
    """The lengths of an array, outermost first."""
    return [len(array), *shape_of(array[0])] if isinstance(array, tuple) else []
