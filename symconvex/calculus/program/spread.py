"""Loss and gradient at concrete sizes as nodes of one graph, where the names of the matrix form have their nodes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symconvex.calculus.closed.derivation import Slopes
from symconvex.calculus.program.arrays import evaluate, nodes_of
from symconvex.calculus.program.graph import Graph, Number, extend
from symconvex.calculus.program.instance import MOST_NODES, known_sizes, places
from symconvex.calculus.program.tidy import Labels, is_short
from symconvex.kernel.term import Sym
from symconvex.problem import Expr, Problem, Shape, Symbol

Place = tuple[int, ...]


@dataclass(slots=True)
class Spread:
    """Every name of a gradient as an array of nodes; data with given values are numbers.

    values    name -> array of nodes, and size -> number
    labels    the nodes that are entries of intermediates
    inputs    the entries of all parameters
    """

    problem: Problem
    sizes: Mapping[str, int]
    graph: Graph = field(default_factory=lambda: Graph(MOST_NODES))
    values: dict[str, Any] = field(default_factory=dict)
    labels: dict[int, tuple[str, Place]] = field(default_factory=dict)
    loss: int = 0
    inputs: list[int] = field(default_factory=list)
    gradient: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, problem: Problem, slopes: Slopes, sizes: Mapping[str, int]) -> "Spread":
        """The names in their order, then the loss and the gradient."""
        spread = cls(problem, known_sizes(problem, sizes, problem.values))
        spread.values |= spread.sizes
        for symbol in (*problem.data, *problem.parameters):
            spread.values[symbol.name] = spread._entries(symbol)
        for name, expr in slopes.names:
            spread._name(name, expr)
        spread.loss = int(spread._evaluated(slopes.loss, ())[()])
        for parameter, (_, expr) in zip(problem.parameters, slopes.gradient, strict=True):
            spread.inputs += np.ravel(spread.values[parameter.name]).tolist()
            spread.gradient += spread._evaluated(expr, parameter.shape).ravel().tolist()
        return spread

    def _entries(self, symbol: Symbol) -> Any:
        array = np.empty(self._lengths(symbol.shape), dtype=object)
        for place in places(symbol, self.sizes):
            array[place] = extend(self.graph, Sym(symbol.name, place), self.sizes, self.problem.values)
        return array[()]

    def _lengths(self, shape: Shape) -> tuple[int, ...]:
        return tuple(size if isinstance(size, int) else self.sizes.get(size, 0) for size in shape)

    def _evaluated(self, expr: Expr, shape: Shape) -> Any:
        """The array of nodes that an expression stands for, in its full shape."""
        return np.broadcast_to(evaluate(expr, self.values, nodes_of(self.graph)), self._lengths(shape))

    def _name(self, name: str, expr: Expr) -> None:
        """Numbers, entries and multiples stay what they are, and the first name of a node is kept."""
        self.values[name] = self._evaluated(expr, expr.shape)[()]
        for place in places(Symbol(name, expr.shape), self.sizes):
            node = self.values[name][place] if place else self.values[name]
            if not is_short(self.graph, node):
                self.labels.setdefault(node, (name, place))

    def facts(self) -> Labels:
        """What is known of labels."""

        def inputs(within: str) -> frozenset[int]:
            held = [symbol for symbol in self.problem.data if symbol.within == within]
            nodes = {node for symbol in held for node in np.ravel(self.values[symbol.name]).tolist()}
            return frozenset(node for node in nodes if not isinstance(self.graph.nodes[node], Number))

        return Labels(self.graph, inputs("sign"), inputs("binary"))
