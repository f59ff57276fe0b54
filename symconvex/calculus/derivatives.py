"""Derivatives on the expression graph: gradient by one sweep back, Hessian entries by sweeps forward over it.

The factors that the sweep back carries (the deltas of back-propagation) are nodes like any other, so every
entry of the Hessian shares them.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from symconvex.calculus.graph import (
    ONE,
    ZERO,
    Apply,
    Graph,
    Input,
    Linear,
    Power,
    Product,
    Rational,
    operands,
)
from symconvex.kernel.term import Add, Fn, Mul, Num, Pow, Sym, Term, parse

SLOPES: Mapping[str, str] = {
    "exp": "(exp z)",
    "log": "(^ z -1)",
    "tanh": "(+ 1 (* -1 (^ (tanh z) 2)))",
    "sigmoid": "(* (sigmoid z) (+ 1 (* -1 (sigmoid z))))",
    "softplus": "(sigmoid z)",
    "sin": "(cos z)",
    "cos": "(* -1 (sin z))",
    "normcdf": "(normpdf z)",
    "normpdf": "(* -1 z (normpdf z))",
    "relu": "(step z)",
    "step": "0",
    "abs": "(+ (step z) (* -1 (step (* -1 z))))",
}


@cache
def slope_term(name: str) -> Term:
    """The derivative of a function of one variable z."""
    return parse(SLOPES[name])


def slope(graph: Graph, node: int) -> int:
    """The derivative of a power or function node in its argument."""
    what = graph.nodes[node]
    match what:
        case Power(base, exponent):
            reciprocal = graph.power(base, -1)
            return graph.scale(exponent, graph.mul(node, reciprocal))
        case Apply(name, arg):
            return _at(graph, slope_term(name), arg)
    raise TypeError(f"{type(what).__name__} has no slope")


def _at(graph: Graph, term: Term, z: int) -> int:
    """A term in the one symbol z, with the node for z."""
    match term:
        case Num(value):
            return graph.number(value)
        case Sym("z", ()):
            return z
        case Add(args):
            return graph.add(*[_at(graph, part, z) for part in args])
        case Mul(args):
            product = ONE
            for part in args:
                product = graph.mul(product, _at(graph, part, z))
            return product
        case Pow(base, exponent):
            return graph.power(_at(graph, base, z), exponent)
        case Fn(name, args):
            return graph.apply(name, *[_at(graph, part, z) for part in args])
    raise TypeError(f"a derivative in z cannot contain {type(term).__name__}")


def gradient(graph: Graph, out: int, inputs: Sequence[int]) -> tuple[int, ...]:
    """The derivative of `out` in each input, by one sweep back.

        bar(m) = sum over uses n of m: bar(n) * dn/dm,    bar(out) = 1
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
