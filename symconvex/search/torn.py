"""Points that show that a formula is not defined on a convex set: two where it is, and one between where it is not.

Signs are those of balls or of exact numbers at rational points, so what is said here is shown. The signs of a
continuous part at two points of the set show as much: between them it is 0, or not defined.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, combinations, islice, product
from math import prod

from symconvex.data import sizes_of
from symconvex.drafting.draft import draft_of, nested
from symconvex.drafting.example import CHOICES
from symconvex.drafting.interior import trials
from symconvex.kernel import term as t
from symconvex.kernel.enclose import PRECISIONS, Evaluation, Values, is_certain, is_nonneg, is_positive
from symconvex.kernel.term import Budget, Fn, Nested, Refused, Size, Sym, Term
from symconvex.problem import Problem
from symconvex.search.ground import Ground, Need

MOST_POINTS, MOST_DEFINED, MOST_ENTRIES, MOST_DATA, LEAST = 150, 32, 6, 3, 2
WORK = 3_000_000
JUMPS = frozenset({"sign", "step"})
Point = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Tear:
    """Two points of the set and what is between them, as a sentence, and the data for which it is so, or nothing."""

    text: str
    data: str


@dataclass(frozen=True, slots=True)
class Demand:
    """What must be > 0, >= 0 or not 0, for every place of its free indices."""

    kind: str
    term: Term
    free: Mapping[str, Size]


@dataclass(frozen=True, slots=True)
class Places:
    """Where a problem is looked at: numbers for the sizes and the data, names and lengths of the parameters."""

    problem: Problem
    sizes: Mapping[str, int]
    data: Mapping[str, Nested]

    def lengths(self, shape: Sequence[Size]) -> list[int]:
        """The lengths of an array."""
        return [size if isinstance(size, int) else self.sizes[size] for size in shape]

    def values(self, point: Point) -> Values:
        """What has a value at the point."""
        entries = iter(point)
        arrays = {p.name: _array(self.lengths(p.shape), entries) for p in self.problem.parameters}
        return Values({**self.data, **arrays}, self.sizes, {}, {})

    @property
    def size(self) -> int:
        """How many numbers the parameters are."""
        return sum(prod(self.lengths(p.shape)) for p in self.problem.parameters)

    def text(self, point: Point) -> str:
        """The point as a person writes it: x = 1, w = (1, 0)."""
        values = self.values(point).values
        return ", ".join(f"{p.name} = {_text(values[p.name])}" for p in self.problem.parameters)

    def every(self, point: Point, asked: Demand) -> Iterator[Values]:
        """The same for every entry of what is asked for."""
        values = self.values(point)
        for chosen in product(*map(range, self.lengths([*asked.free.values()]))):
            yield replace(values, places=dict(zip(asked.free, chosen, strict=True)))


def _array(lengths: list[int], entries: Iterator[Fraction]) -> Nested:
    return tuple(_array(lengths[1:], entries) for _ in range(lengths[0])) if lengths else next(entries)


def _text(value: Nested) -> str:
    return f"({', '.join(map(_text, value))})" if isinstance(value, tuple) else str(value)


def find_tear(
    known: Ground, need: Need, asked: Sequence[Need], parts: Sequence[Term], near: Sequence[Fraction]
) -> Tear | None:
    """What shows that the set where a formula is defined is not convex; None when nothing was found.

    need     what is not met between the points
    asked    all that the formula asks for: met at both
    parts    its factors: where one is 0, it is 0 or not defined
    near     numbers to try first where there is one unknown
    """
    try:
        terms = [_asked(known, other) for other in asked]
        main = _asked(known, need)
    except Refused:
        return None
    mine = {p.name for p in known.problem.parameters}
    open_ = {part.name for part in t.subterms(main.term) if isinstance(part, Sym)} - mine
    for places in _cases(known.problem):
        text = _torn(places, main, terms, [main.term, *parts], near)
        if text is not None:
            return Tear(text, ", ".join(f"{n} = {_text(v)}" for n, v in places.data.items() if n in open_))
    return None


def _asked(known: Ground, need: Need) -> Demand:
    draft, term = known.term(need.expr)
    return Demand(need.kind, term, {index: draft.indices[index] for index in sorted(t.free_indices(term))})


def _cases(problem: Problem) -> Iterator[Places]:
    """Small sizes, and simple data: the same number in every place."""
    draft = draft_of(problem)
    sizes = {size: max(draft.least(size), LEAST) for size in draft.sizes()} | sizes_of(problem)
    for k in range(MOST_DATA if any(symbol.name not in problem.values for symbol in problem.data) else 1):
        places = Places(problem, sizes, {})
        data = dict[str, Nested]()
        for symbol in problem.data:
            number = CHOICES[symbol.within][k % len(CHOICES[symbol.within])]
            lengths = places.lengths(symbol.shape)
            data[symbol.name] = _array(lengths, iter([number] * prod(lengths)))
        places = replace(places, data=data | nested(problem.values))
        if places.size <= MOST_ENTRIES:
            yield places


def _torn(
    places: Places, need: Demand, asked: Sequence[Demand], parts: Sequence[Term], near: Sequence[Fraction]
) -> str | None:
    """The points as a sentence."""
    tried = chain(([x] for x in near if places.size == 1), trials(places.size))
    both = ([side * x for x in p] for p in islice(tried, MOST_POINTS) for side in (1, -1))
    points = dict.fromkeys(map(tuple, both))
    inside = [*islice((p for p in points if all(_met(places, p, each) for each in asked)), MOST_DEFINED)]
    for a, b in combinations(inside, 2):
        middle = tuple((x + y) / 2 for x, y in zip(a, b, strict=True))
        if any(_broken(need.kind, need.term, values) for values in places.every(middle, need)):
            return f"it is defined at {places.text(a)} and {places.text(b)}, not at {places.text(middle)} between them"
    for part in parts if need.kind == "nonzero" and not need.free else ():
        above = next((p for p in inside if _positive(part, places.values(p))), None)
        below = next((p for p in inside if _positive(t.neg(part), places.values(p))), None)
        if above is not None and below is not None and not _jumps(need.term):
            return f"it is defined at {places.text(above)} and {places.text(below)}, not everywhere between them"
    return None


def _jumps(term: Term) -> bool:
    return any(isinstance(part, Fn) and part.name in JUMPS for part in t.subterms(term))


def _met(places: Places, point: Point, asked: Demand) -> bool:
    """Is it certainly met in every entry?"""
    for values in places.every(point, asked):
        if asked.kind == "nonneg" and is_nonneg(asked.term, values, Budget(WORK)):
            continue
        if not _positive(asked.term, values) and (asked.kind != "nonzero" or not _positive(t.neg(asked.term), values)):
            return False
    return True


def _broken(kind: str, term: Term, known: Values) -> bool:
    """Is it certainly not met?"""
    if kind != "nonzero" and _positive(t.neg(term), known):
        return True
    return kind != "nonneg" and is_certain(
        PRECISIONS[0], lambda: bool(Evaluation(known, Budget(WORK)).ball(term).is_zero())
    )


def _positive(term: Term, known: Values) -> bool:
    return is_positive(term, known, Budget(WORK))
