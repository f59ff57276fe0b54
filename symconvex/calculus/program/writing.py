"""Nodes of an expression graph as formulas: what gets a name, and how the rest is written out."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

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
from symconvex.calculus.program.tidy import Factors, Labels, factors, is_short, summands
from symconvex.language.printing.tree import Exact, Name, Op, Plus, Raised, Times, Tree, reciprocal


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
        passed = uses[node] if uses[node] > 1 and node not in named and is_short(graph, node) else 1
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
class Writer:
    """Nodes as formulas, where named nodes are their names."""

    graph: Graph
    names: Mapping[int, str]
    facts: Labels
    words: dict[int, Name] = field(default_factory=dict)

    def at(self, node: int) -> Tree:
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
        return self.words.setdefault(node, Name(word))

    def formula(self, node: int) -> Tree:
        """What a node computes."""
        match self.graph.nodes[node]:
            case Number(value):
                return _exact(value)
            case Constant(name):
                return Name(name)
            case Linear(terms, constant):
                return self._sum(terms, constant)
            case Product(left, right):
                return self._product(*factors(self.graph, (left, right), self.names))
            case Power(base, exponent):
                return self._product(1, {base: exponent})
            case Apply(name, arg):
                return Op("call", (self.at(arg),), (name,))
        return self.at(node)

    def _product(self, scale: Rational, powers: Factors) -> Tree:
        """The product, multiplied out down to names; what divides stands behind."""
        parts: list[Tree] = [] if scale == 1 else [_exact(scale)]
        below = list[Tree]()
        for base, exponent in self.facts.lowered(powers).items():
            part = self.at(base)
            if exponent == 1:
                parts.append(part)
            elif exponent > 0:
                parts.append(Raised(part, Fraction(exponent)))
            else:
                below.append(reciprocal(part if exponent == -1 else Raised(part, Fraction(-exponent))))
        parts += below
        return Times(tuple(parts)) if len(parts) > 1 else parts[0] if parts else _exact(1)

    def _sum(self, terms: Sequence[tuple[int, Rational]], constant: Rational) -> Tree:
        """Positive terms first, so that a formula seldom begins with a minus; then by their factors."""
        found, constant = summands(self.graph, terms, constant, self.names)
        opened = ((scale, factors(self.graph, (node,), self.names)) for node, scale in found.items())
        parts = [(scale, factor, powers) for scale, (factor, powers) in opened]
        parts += [(constant, 1, Factors())] if constant else []
        parts.sort(key=lambda part: (part[0] < 0, [*part[2]]))
        args = tuple(self._product(scale * factor, powers) for scale, factor, powers in parts)
        return args[0] if len(args) == 1 else Plus(args) if args else _exact(0)


def _exact(value: Rational) -> Exact:
    """A number as it is printed."""
    return Exact(Fraction(value))
