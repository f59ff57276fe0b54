"""Nodes of an expression graph as formulas: what gets a name, and how the rest is written out."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from symconvex.calculus.program.fold import entry_name
from symconvex.calculus.program.graph import (
    Apply,
    Constant,
    Graph,
    Input,
    Linear,
    Node,
    Number,
    Power,
    Product,
    Rational,
    operands,
    work,
)
from symconvex.calculus.program.tidy import Factors, Facts, factors, is_short, summands

T = TypeVar("T")


class Script(Protocol[T]):
    """A way to write formulas down: as trees, as text."""

    def number(self, value: Rational) -> T:
        """An exact number."""

    def name(self, word: str) -> T:
        """An entry such as W1[0,1], or another name."""

    def call(self, function: str, arg: T) -> T:
        """A function of one variable."""

    def product(self, scale: Rational, powers: Sequence[tuple[T, Rational]]) -> T:
        """The scale times all powers; 1 without any."""

    def sum(self, first: T, others: Sequence[tuple[bool, T]]) -> T:
        """The first term and the others, each added or (True) subtracted."""


def reached(
    graph: Graph, outs: Iterable[int], meaning: Mapping[int, int], stops: Container[int] = frozenset()
) -> list[int]:
    """All nodes that `outs` are computed from, operands first, names after what they mean; nothing below `stops`."""
    order, seen, stack = list[int](), set[int](), [*reversed([*outs])]
    while stack:
        node = stack.pop()
        if node < 0:
            order.append(~node)
        elif node not in seen:
            seen.add(node)
            stack.append(~node)
            if node not in stops:
                stack.extend(reversed(operands(graph.nodes[meaning.get(node, node)])))
    return order


@dataclass(frozen=True, slots=True)
class Thrift:
    """When a part is worth a name.

    cost     what a node adds to the cost of its parts
    name     what it costs to say a name
    least    what a name must save
    """

    cost: Callable[[Node], int]
    name: int
    least: int


def _words(node: Node) -> int:
    return int(isinstance(node, Input | Apply))


# On a page long parts make it hard to read; in a listing every operation counts.
READABLE, SHARED = Thrift(_words, 1, 12), Thrift(work, 0, 1)


def worth_naming(
    graph: Graph,
    order: Sequence[int],
    outs: Iterable[int],
    meaning: Mapping[int, int],
    named: Container[int],
    thrift: Thrift,
) -> frozenset[int]:
    """Parts without a name whose repetitions cost enough, when parts of them that are worth a name have theirs."""
    uses, costs, found = Counter(outs), dict[int, int](), set[int]()
    parts = {node: {*operands(graph.nodes[meaning.get(node, node)])} for node in order}
    for node in reversed(order):
        passed = 1 if node in named or not is_short(graph, node) else uses[node]
        for part in parts[node]:
            uses[part] += passed
    for node in order:
        cost = thrift.cost(graph.nodes[meaning.get(node, node)])
        for part in parts[node]:
            cost += costs.get(part, thrift.name)
        if node in named:
            cost = thrift.name
        elif (uses[node] - 1) * (cost - thrift.name) >= thrift.least and not is_short(graph, node):
            found.add(node)
            cost = thrift.name
        costs[node] = cost
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Writer(Generic[T]):
    """Nodes as formulas in a script, where named nodes are their names."""

    graph: Graph
    names: Mapping[int, str]
    facts: Facts
    script: Script[T]
    words: dict[int, T] = field(default_factory=dict)

    def at(self, node: int) -> T:
        """The name of a node, or its formula."""
        found = self.words.get(node)
        if found is not None:
            return found
        if node in self.names:
            word = self.names[node]
        else:
            match self.graph.nodes[node]:
                case Input(name, indices):
                    word = entry_name(name, indices)
                case _:
                    return self.formula(node)
        return self.words.setdefault(node, self.script.name(word))

    def formula(self, node: int) -> T:
        """What a node computes."""
        match self.graph.nodes[node]:
            case Number(value):
                return self.script.number(value)
            case Constant(name):
                return self.script.name(name)
            case Linear(terms, constant):
                return self._sum(terms, constant)
            case Product(left, right):
                return self._product(1, *factors(self.graph, (left, right), self.names))
            case Power(base, exponent):
                return self._product(1, 1, {base: exponent})
            case Apply(name, arg):
                return self.script.call(name, self.at(arg))
        return self.at(node)

    def _product(self, factor: Rational, scale: Rational, powers: Factors) -> T:
        """The product, multiplied out down to names."""
        lowered = self.facts.lowered(powers)
        return self.script.product(factor * scale, [(self.at(base), e) for base, e in lowered.items()])

    def _sum(self, terms: Sequence[tuple[int, Rational]], constant: Rational) -> T:
        """Positive terms first, so that a formula seldom begins with a minus; then by their factors."""
        found, constant = summands(self.graph, terms, constant, self.names)
        opened = ((scale, factors(self.graph, (node,), self.names)) for node, scale in found.items())
        parts = [(scale, factor, powers) for scale, (factor, powers) in opened]
        parts += [(constant, 1, Factors())] if constant else []
        if not parts:
            return self.script.number(0)
        parts.sort(key=lambda part: (part[0] < 0, [*part[2]]))
        first = self._product(*parts[0])
        others = [
            (scale < 0, self._product(-scale if scale < 0 else scale, factor, powers))
            for scale, factor, powers in parts[1:]
        ]
        return self.script.sum(first, others) if others else first
