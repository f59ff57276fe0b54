"""Every entry of gradient and Hessian at concrete sizes, over the named intermediates of the matrix form.

    p[0] = sigmoid(-m[0]),    d2f/dw[0]dw[1] = X[0,0]*X[0,1]*p[0]*(1 - p[0]) + ...

Loss and gradient are spread out on one expression graph, where the Hessian is the derivative of the gradient, row by
row. What is short enough to be read is tidied, and only long repeated parts get names of their own, t1, t2, ...; in a
longer listing everything that saves operations does. Rows are forgotten as soon as they are written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import count
from typing import Generic, TypeVar

from symconvex.calculus.closed.derivation import Slopes
from symconvex.calculus.closed.derivation import slopes as slopes_of
from symconvex.calculus.program.derivatives import Forward, gradient, slope
from symconvex.calculus.program.fold import entry_name
from symconvex.calculus.program.graph import Apply, Constant, Graph, Power, operations
from symconvex.calculus.program.instance import check_count, places, too_many
from symconvex.calculus.program.spread import Place, Spread
from symconvex.calculus.program.tidy import Labels, Tidy
from symconvex.calculus.program.writing import READABLE, SHARED, Thrift, Writer, reached, worth_naming
from symconvex.language.free_name import free_name
from symconvex.language.printing.tree import Tree
from symconvex.problem import Problem

T = TypeVar("T")

# Nodes of rows that are held at a time.
BLOCK = 50_000
# Operations of all sweeps together, two to three minutes for each hundred million.
MOST_WORK = 200_000_000
# Up to so many parameters the listing is for reading.
PAGE = 13
PREFIXES = ("t", "u", "aux")


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """Names with what they mean, then derivatives by the parameters they are taken in: none for the loss itself."""

    names: tuple[tuple[str, T], ...]
    values: tuple[tuple[tuple[str, ...], T], ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """A loss with its derivatives at a size.

    parameters   the entries of all parameters, W1[0,1], counted from zero
    functions    all functions that formulas may call, and pi where they say it
    """

    problem: Problem
    sizes: Mapping[str, int]
    parameters: tuple[str, ...]
    functions: frozenset[str]
    spread: Spread
    prefix: str

    @property
    def intermediates(self) -> frozenset[str]:
        """The names of the matrix form that formulas may say."""
        return frozenset(name for name, _ in self.spread.labels.values())

    def pages(self, show: Callable[[Tree], T]) -> Iterator[Sheet[T]]:
        """The loss, the gradient and the upper triangle of the Hessian, row by row.

        show    what becomes of a formula at once, so that no more than one is held as a tree
        """
        graph, slopes, words = self.spread.graph, self.spread.gradient, self.parameters
        forward, mark, shown = Forward.over(graph, slopes, self.spread.inputs), len(graph.nodes), _Shown(self.prefix)
        keys: list[tuple[str, ...]] = [(), *((word,) for word in words)]
        outs = [self.spread.loss, *slopes]
        for place, word in enumerate(words):
            outs += forward.along(place, slopes[place:])
            keys += [(word, other) for other in words[place:]]
            if len(graph.nodes) - mark > BLOCK or place + 1 == len(words):
                yield self._page(keys, outs, shown, show)
                graph.forget(mark)
                shown.forget(mark)
                keys, outs = [], []

    def _page(
        self, keys: Sequence[tuple[str, ...]], outs: Sequence[int], shown: "_Shown", show: Callable[[Tree], T]
    ) -> Sheet[T]:
        graph, facts = self.spread.graph, self.spread.facts()
        if len(self.parameters) <= PAGE:
            labels, meaning, outs = _tidied(graph, facts, self.spread.labels, outs)
            names = shown.named(graph, outs, labels, meaning, READABLE)
        else:
            labels, meaning = {node: entry_name(*label) for node, label in self.spread.labels.items()}, {}
            names = shown.named(graph, outs, labels, meaning, SHARED)
        writer = Writer(graph, shown.names, facts)
        return Sheet(
            tuple((name, show(writer.formula(meaning.get(node, node)))) for node, name in names.items()),
            tuple((key, show(writer.at(out))) for key, out in zip(keys, outs, strict=True)),
        )


def entries(problem: Problem, sizes: Mapping[str, int]) -> Entries:
    """The loss, its gradient and its Hessian, entry by entry.

    Domain   where the loss is smooth; kinks are left out
    Fails    ShapeError when a size has no value, NotYet when there are too many entries
    """
    check_count(problem, sizes)
    found = slopes_of(problem)
    spread = Spread.of(problem, found, sizes)
    words = [entry_name(symbol.name, place) for symbol in problem.parameters for place in places(symbol, spread.sizes)]
    if len(words) > PAGE:
        spread.gradient = min(spread.gradient, _swept(spread), key=partial(operations, spread.graph))
    check_work(operations(spread.graph, spread.gradient), len(words), sizes)
    return Entries(problem, dict(sizes), tuple(words), _bent(spread), spread, _prefix(problem, found))


def _swept(spread: Spread) -> list[int]:
    """The gradient by one sweep over the graph, which shares more than products of matrices taken from the left."""
    return [*gradient(spread.graph, spread.loss, spread.inputs)]


def _bent(spread: Spread) -> frozenset[str]:
    """The functions and named numbers in loss, gradient and their slopes, which are put into the graph for good."""
    graph, outs = spread.graph, [spread.loss, *spread.gradient]
    slopes = [slope(graph, node) for node in graph.needed(outs) if isinstance(graph.nodes[node], Power | Apply)]
    nodes = [graph.nodes[node] for node in graph.needed([*outs, *slopes])]
    # Only exponents with even denominators can add up to 1/2, which formulas call sqrt.
    roots = {"sqrt" for what in nodes if isinstance(what, Power) and Fraction(what.exponent).denominator % 2 == 0}
    return frozenset(what.name for what in nodes if isinstance(what, Apply | Constant)) | roots


@dataclass(slots=True)
class _Shown:
    """The names of the pages so far, as long as their nodes are there."""

    prefix: str
    names: dict[int, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def named(
        self, graph: Graph, outs: Sequence[int], labels: Mapping[int, str], meaning: Mapping[int, int], thrift: Thrift
    ) -> dict[int, str]:
        """The new names that formulas need, of the matrix form or worth it, in order of definition."""
        order = sorted(reached(graph, outs, meaning, self.names))
        if meaning:  # names stand for older nodes then
            needed = {*order}
            order = reached(graph, [*(node for node in labels if node in needed), *outs], meaning)
        parts = worth_naming(graph, order, outs, meaning, {*self.names, *labels}, thrift)
        fresh = {
            node: labels[node] if node in labels else f"{self.prefix}{next(self.numbers)}"
            for node in order
            if node not in self.names and (node in parts or node in labels)
        }
        self.names |= fresh
        return fresh

    def forget(self, mark: int) -> None:
        self.names = {node: name for node, name in self.names.items() if node < mark}


def _tidied(
    graph: Graph, facts: Labels, labels: Mapping[int, tuple[str, Place]], outs: Iterable[int]
) -> tuple[dict[int, str], dict[int, int], list[int]]:
    """Named inputs in the place of labelled nodes, what they mean, and `outs` in terms of them."""
    known = {node: graph.input(*label) for node, label in labels.items()}
    tidy = Tidy(graph, facts, known)
    meaning = {stand_in: tidy.formula(node) for node, stand_in in known.items()}
    names = {stand_in: entry_name(*labels[node]) for node, stand_in in known.items()}
    return names, meaning, [tidy.node(out) for out in outs]


def _prefix(problem: Problem, found: Slopes) -> str:
    """What no name is with a number behind it."""
    words = {*problem.words, *(name for name, _ in found.names)}
    return free_name(PREFIXES, {word.rstrip("0123456789") for word in words if word[-1].isdigit()})


def check_work(slope_operations: int, parameters: int, sizes: Mapping[str, int]) -> None:
    """Few enough operations for a row of the Hessian after the other, else NotYet."""
    if slope_operations * parameters > MOST_WORK:
        got = f"{parameters} parameters times {slope_operations} operations of the gradient"
        raise too_many(sizes, f"at most {MOST_WORK} operations", got)
