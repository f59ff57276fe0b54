"""Derivatives on the expression graph: gradient by one sweep back, Hessian entries by sweeps forward over it.

The factors that the sweep back carries (the deltas of back-propagation) are nodes like any other, so every
entry of the Hessian shares them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from symconvex.calculus.program.graph import (
    ONE,
    ZERO,
    Apply,
    Graph,
    Input,
    Linear,
    Power,
    Product,
    Rational,
    extend,
    operands,
)
from symconvex.functions import functions
from symconvex.kernel.term import Term
from symconvex.language import parse_expression, to_term
from symconvex.problem import Symbol

# A rational factor and a node.
Split = tuple[Rational, int]


@cache
def slope_term(name: str) -> Term:
    """The derivative of a function of one variable z, as its catalogue file states it."""
    return to_term(parse_expression(functions()[name].derivative, symbols=(Symbol("z"),)))


def slope(graph: Graph, node: int) -> int:
    """The derivative of a power or function node in its argument."""
    found = graph.slopes.get(node)
    if found is None:
        found = graph.slopes[node] = _slope(graph, node)
    return found


def _slope(graph: Graph, node: int) -> int:
    match graph.nodes[node]:
        case Power(base, exponent):
            return graph.scale(exponent, graph.mul(node, graph.power(base, -1)))
        case Apply(name, arg):
            return extend(graph, slope_term(name), {}, scalars={"z": arg})
        case other:
            raise TypeError(f"{type(other).__name__} has no slope")


def gradient(graph: Graph, out: int, inputs: Sequence[int]) -> tuple[int, ...]:
    """The derivative of `out` in each input, by one sweep back.

        bar(m) = sum over uses n of m: bar(n) * dn/dm,    bar(out) = 1

    Source   Griewank & Walther 2008, Evaluating Derivatives, section 3.2
    """
    flows: dict[int, list[tuple[int, Rational]]] = {out: [(ONE, 1)]}
    bars = dict.fromkeys(inputs, ZERO)
    active = _reach(graph, graph.needed([out]), inputs)
    for node in sorted(active, reverse=True):
        if node not in flows:
            continue
        bar = graph.linear(flows.pop(node))
        if node in bars:
            bars[node] = bar
        for part, flow, factor in _passed_back(graph, node, bar, active):
            flows.setdefault(part, []).append((flow, factor))
    return tuple(bars[node] for node in inputs)


def _passed_back(graph: Graph, node: int, bar: int, active: Mapping[int, int]) -> list[tuple[int, int, Rational]]:
    match graph.nodes[node]:
        case Linear(terms, _):
            return [(part, bar, scale) for part, scale in terms if part in active]
        case Product(left, right) if left == right:
            return [(left, graph.mul(bar, left), 2)]
        case Product(left, right):
            both = ((left, right), (right, left))
            return [(part, graph.mul(bar, other), 1) for part, other in both if part in active]
        case Power(part, _) | Apply(_, part):
            return [(part, graph.mul(bar, slope(graph, node)), 1)]
    return []


def _reach(graph: Graph, order: Sequence[int], inputs: Sequence[int]) -> dict[int, int]:
    """The nodes of `order` that depend on an input, each with the set of those inputs as bits."""
    bits = {node: 1 << place for place, node in enumerate(inputs)}
    reach = dict[int, int]()
    for node in order:
        mask = bits.get(node, 0)
        for part in operands(graph.nodes[node]):
            mask |= reach.get(part, 0)
        if mask:
            reach[node] = mask
    return reach


def hessian_entries(graph: Graph, out: int, inputs: Sequence[int]) -> tuple[int, ...]:
    """Second derivatives of `out`: the upper triangle row by row, (0,0), (0,1), ..., (1,1), ...

    Source   Griewank & Walther 2008, Evaluating Derivatives, section 5.4 (forward over reverse)
    """
    slopes = gradient(graph, out, inputs)
    forward = Forward.over(graph, slopes, inputs)
    columns = [forward.along(place, slopes[: place + 1]) for place in range(len(inputs))]
    return tuple(columns[j][i] for i in range(len(inputs)) for j in range(i, len(inputs)))


@dataclass(frozen=True, slots=True)
class Forward:
    """Sweeps forward over the nodes that a gradient is computed from.

    reach    those that depend on an input, in order of evaluation, each with the set of those inputs as bits
    """

    graph: Graph
    inputs: Sequence[int]
    reach: Mapping[int, int]

    @classmethod
    def over(cls, graph: Graph, slopes: Sequence[int], inputs: Sequence[int]) -> "Forward":
        """Nodes that are added later are not swept over."""
        return cls(graph, inputs, _reach(graph, graph.needed(slopes), inputs))

    def along(self, place: int, outs: Sequence[int]) -> list[int]:
        """The derivatives of `outs` in one input."""
        wanted = _wanted(self.graph, outs, self.reach, 1 << place)
        dots = _pushed(self.graph, sorted(wanted), {self.inputs[place]: ONE})
        return [self.graph.scale(*dots[out]) if out in dots else ZERO for out in outs]

    def together(self, ways: Mapping[int, int], outs: Sequence[int]) -> list[int]:
        """The derivatives of `outs` along a direction, whose entries are nodes too, by input."""
        dots = _pushed(self.graph, [*self.reach], ways)
        return [self.graph.scale(*dots[out]) if out in dots else ZERO for out in outs]


def _wanted(graph: Graph, outs: Sequence[int], reach: Mapping[int, int], bit: int) -> set[int]:
    """The nodes below `outs` that depend on the input with this bit."""
    seen, stack = set[int](), [out for out in outs if reach.get(out, 0) & bit]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(part for part in operands(graph.nodes[node]) if reach.get(part, 0) & bit)
    return seen


def _pushed(graph: Graph, order: Sequence[int], ways: Mapping[int, int]) -> dict[int, Split]:
    """The derivative of each node of `order` when inputs move along `ways`, by one sweep forward."""
    dots = {node: graph.split(way) for node, way in ways.items()}
    for node in order:
        match graph.nodes[node]:
            case Linear(terms, _):
                moving = [(dots[part], scale) for part, scale in terms if part in dots]
                dots[node] = graph.split(graph.linear([(dot, scale * factor) for (factor, dot), scale in moving]))
            case Product(left, right) if left == right:
                dots[node] = graph.times(dots[left], (2, left))
            case Product(left, right):
                both = ((left, right), (right, left))
                parts = [graph.times(dots[part], graph.split(other)) for part, other in both if part in dots]
                dots[node] = parts[0] if len(parts) == 1 else graph.split(graph.linear([(d, f) for f, d in parts]))
            case Power(part, _) | Apply(_, part):
                dots[node] = graph.times(graph.split(slope(graph, node)), dots[part])
    return dots


def inputs_of(graph: Graph, outs: Sequence[int]) -> tuple[int, ...]:
    """The inputs that `outs` depend on, by name and indices."""
    nodes = ((node, graph.nodes[node]) for node in graph.needed(outs))
    found = {(what.name, what.indices): node for node, what in nodes if isinstance(what, Input)}
    return tuple(found[key] for key in sorted(found))
