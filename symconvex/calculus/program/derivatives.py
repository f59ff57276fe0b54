"""Derivatives on the expression graph: gradient by one sweep back, Hessian entries by sweeps forward over it.

The factors that the sweep back carries (the deltas of back-propagation) are nodes like any other, so every
entry of the Hessian shares them.
"""

from collections.abc import Mapping, Sequence
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
    order = graph.needed(slopes)
    reach = _reach(graph, order, inputs)
    columns = list[list[int]]()
    for place, node in enumerate(inputs):
        wanted = _wanted(graph, slopes[: place + 1], reach, 1 << place)
        dots = _pushed(graph, [n for n in order if n in wanted], node)
        columns.append([dots.get(entry, ZERO) for entry in slopes[: place + 1]])
    return tuple(columns[j][i] for i in range(len(inputs)) for j in range(i, len(inputs)))


def _wanted(graph: Graph, outs: Sequence[int], reach: Mapping[int, int], bit: int) -> set[int]:
    """The nodes below `outs` that depend on the input with this bit."""
    seen, stack = set[int](), [out for out in outs if reach.get(out, 0) & bit]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(part for part in operands(graph.nodes[node]) if reach.get(part, 0) & bit)
    return seen


def _pushed(graph: Graph, order: Sequence[int], seed: int) -> dict[int, int]:
    """The derivative of each node of `order` in the input `seed`, by one sweep forward."""
    dots = {seed: ONE}
    for node in order:
        match graph.nodes[node]:
            case Linear(terms, _):
                dots[node] = graph.linear([(dots[part], scale) for part, scale in terms if part in dots])
            case Product(left, right) if left == right:
                dots[node] = graph.scale(2, graph.mul(left, dots[left]))
            case Product(left, right):
                both = ((left, right), (right, left))
                dots[node] = graph.add(*[graph.mul(dots[part], other) for part, other in both if part in dots])
            case Power(part, _) | Apply(_, part):
                dots[node] = graph.mul(slope(graph, node), dots[part])
            case Input():
                dots[node] = ONE
    return dots


def inputs_of(graph: Graph, outs: Sequence[int]) -> tuple[int, ...]:
    """The inputs that `outs` depend on, by name and indices."""
    nodes = ((node, graph.nodes[node]) for node in graph.needed(outs))
    found = {(what.name, what.indices): node for node, what in nodes if isinstance(what, Input)}
    return tuple(found[key] for key in sorted(found))
