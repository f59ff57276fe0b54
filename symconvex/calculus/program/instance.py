"""A problem at concrete sizes as an expression graph."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import inf, prod

from symconvex.calculus.program.fold import entry_name
from symconvex.calculus.program.graph import Graph, Input, Values, extend
from symconvex.errors import NotYet, ShapeError
from symconvex.language import to_term
from symconvex.problem import Expr, Problem, Symbol

# Bounds of memory: entries, and nodes and summands of a graph, some hundred bytes each.
MOST_INPUTS = 100_000
MOST_NODES = 2_000_000


@dataclass(frozen=True, slots=True)
class Instance:
    """The loss and its domain as nodes of one graph.

    parameters   input nodes of all parameter entries, in the order of declaration, rows first
    positive     nodes that are > 0 inside the domain
    """

    graph: Graph
    loss: int
    parameters: tuple[int, ...]
    positive: tuple[int, ...]

    def names(self) -> tuple[str, ...]:
        """The parameters as a person writes them, W1[0,1], counted from zero."""
        nodes = [self.graph.nodes[node] for node in self.parameters]
        return tuple(entry_name(node.name, node.indices) for node in nodes if isinstance(node, Input))


def instance(
    problem: Problem, sizes: Mapping[str, int], values: Values | None = None, *, most: float = inf
) -> Instance:
    """The graph of a problem; `values` add to those that the problem gives.

    Fails    with ShapeError when a size is neither given nor seen in the values, with NotYet beyond `most` nodes
    """
    numbers = {**problem.values, **(values or {})}
    known = known_sizes(problem, sizes, numbers)
    graph = Graph(most)
    parameters = tuple(
        graph.input(symbol.name, indices) for symbol in problem.parameters for indices in places(symbol, known)
    )
    loss = extend(graph, to_term(problem.loss), known, numbers)
    inside = (*problem.positive, *problem.nonneg)
    entries = [to_term(expr, at) for expr in inside for at in places(expr, known)]
    return Instance(graph, loss, parameters, tuple(extend(graph, entry, known, numbers) for entry in entries))


def known_sizes(problem: Problem, sizes: Mapping[str, int], values: Values) -> dict[str, int]:
    """The given sizes and those of the given values.

    Fails    with ShapeError when two of them disagree
    """
    known = dict(sizes)
    for symbol in problem.data:
        value = values.get(symbol.name)
        for size in symbol.shape:
            if not isinstance(value, tuple):
                break
            if isinstance(size, str) and known.setdefault(size, len(value)) != len(value):
                raise ShapeError(
                    f"the size {size} has two values",
                    where=f"the values of {symbol.name}",
                    expected=f"{size} = {known[size]}",
                    got=f"{size} = {len(value)}",
                    hint=f"give {symbol.name} values of shape {symbol.shape}, or another {size}",
                )
            value = value[0] if value else None
    return known


def places(symbol: Symbol | Expr, sizes: Mapping[str, int]) -> Iterator[tuple[int, ...]]:
    """The indices of all entries of an array, rows first."""
    missing = [size for size in symbol.shape if isinstance(size, str) and size not in sizes]
    if missing:
        raise ShapeError(
            f"the size {missing[0]} has no value",
            where=f"an array of shape {symbol.shape}",
            expected=f"a number for {missing[0]}",
            got=", ".join(f"{name} = {value}" for name, value in sorted(sizes.items())) or "no sizes",
            hint=f"give {missing[0]} a value, for example {missing[0]} = 2",
        )
    yield from product(*(range(sizes[size] if isinstance(size, str) else size) for size in symbol.shape))


def check_count(problem: Problem, sizes: Mapping[str, int]) -> None:
    """Few enough entries of data and parameters to hold one by one, else NotYet."""
    held = sum(entry_counts((*problem.parameters, *problem.data), sizes))
    if held > MOST_INPUTS:
        raise too_many(sizes, f"at most {MOST_INPUTS} entries of parameters and data", str(held))


def entry_counts(symbols: Iterable[Symbol], sizes: Mapping[str, int]) -> list[int]:
    """How many entries each symbol has; a size without a value counts as 1."""
    return [prod(size if isinstance(size, int) else sizes.get(size, 1) for size in s.shape) for s in symbols]


def too_many(sizes: Mapping[str, int], expected: str, got: str) -> NotYet:
    """What is beyond the bounds of memory and work."""
    return NotYet(
        "there are too many entries to handle one by one",
        where=", ".join(f"{name} = {value}" for name, value in sizes.items()) or "the shapes of the loss",
        expected=expected,
        got=got,
        hint="take smaller sizes; derive without sizes gives the matrix form",
    )
