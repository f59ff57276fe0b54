"""Every entry of gradient and Hessian at concrete sizes, as formulas over named intermediates.

    t1 = sigmoid(X[0,0]*w[0] + X[0,1]*w[1]),    d2f/dw[0]dw[1] = X[0,0]*X[0,1]*t1*(1 - t1) + ...

What occurs more than once has a name, so the formulas stay as short as the computation.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import combinations_with_replacement

from symconvex.calculus.derivatives import gradient, hessian_entries
from symconvex.calculus.fold import entry_name
from symconvex.calculus.graph import ONE, Apply, Graph, Input, Linear, Number, Power, Product, Rational, operands
from symconvex.calculus.instance import instance
from symconvex.errors import NotYet
from symconvex.problem import Expr, Problem, Symbol

MOST_PARAMETERS = 150
MOST_INPUTS = 20_000
PREFIXES = ("t", "u", "aux")


@dataclass(frozen=True, slots=True)
class Entries:
    """A loss with its derivatives at a size.

    parameters   the entries of all parameters, W1[0,1], counted from zero
    names        intermediates in order of definition
    gradient     one formula for each parameter entry
    hessian      row, column, formula: the upper triangle, row by row
    """

    problem: Problem
    sizes: Mapping[str, int]
    parameters: tuple[str, ...]
    names: tuple[tuple[str, Expr], ...]
    loss: Expr
    gradient: tuple[tuple[str, Expr], ...]
    hessian: tuple[tuple[str, str, Expr], ...]


def entries(problem: Problem, sizes: Mapping[str, int]) -> Entries:
    """The loss, its gradient and its Hessian, entry by entry.

    Domain   where the loss is smooth; kinks are left out
    Fails    ShapeError when a size has no value, NotYet when there are too many entries to read
    """
    _check_count(problem, sizes)
    at_size = instance(problem, sizes)
    graph, inputs = at_size.graph, at_size.parameters
    slopes = gradient(graph, at_size.loss, inputs)
    bends = hessian_entries(graph, at_size.loss, inputs)
    outs = (at_size.loss, *slopes, *bends)
    writer = Writer(graph, _names(graph, outs, _prefix(problem)))
    names = tuple((name, writer.formula(node)) for node, name in writer.names.items())
    loss, *formulas = [writer.at(node) for node in outs]
    words = at_size.names()
    pairs = combinations_with_replacement(words, 2)
    return Entries(
        problem,
        dict(sizes),
        words,
        names,
        loss,
        tuple(zip(words, formulas[: len(words)], strict=True)),
        tuple((p, q, formula) for (p, q), formula in zip(pairs, formulas[len(words) :], strict=True)),
    )


def _check_count(problem: Problem, sizes: Mapping[str, int]) -> None:
    wanted, held = (_count(symbols, sizes) for symbols in (problem.parameters, problem.data))
    if wanted > MOST_PARAMETERS or held > MOST_INPUTS:
        raise NotYet(
            "there are too many entries to write out",
            where=", ".join(f"{name} = {value}" for name, value in sizes.items()) or "the shapes of the loss",
            expected=f"at most {MOST_PARAMETERS} parameter entries and {MOST_INPUTS} data entries",
            got=f"{wanted} and {held}",
            hint="take smaller sizes, or leave them out for the matrix form",
        )


def _count(symbols: Iterable[Symbol], sizes: Mapping[str, int]) -> int:
    total = 0
    for symbol in symbols:
        numbers = [size if isinstance(size, int) else sizes.get(size, 1) for size in symbol.shape]
        total += reduce(int.__mul__, numbers, 1)
    return total


def _prefix(problem: Problem) -> str:
    taken = [symbol.name for symbol in (*problem.parameters, *problem.data)]
    free = (p for p in PREFIXES if not any(name.startswith(p) and name[len(p) :].isdigit() for name in taken))
    return next(free, "t_")


def _names(graph: Graph, outs: Sequence[int], prefix: str) -> dict[int, str]:
    """Names for the nodes that are used more than once and are more than a symbol, a number or a multiple."""
    order = graph.needed(outs)
    uses = Counter(part for node in order for part in set(operands(graph.nodes[node])))
    uses.update(set(outs))
    shared = [node for node in order if uses[node] > 1 and not _is_short(graph, node)]
    return {node: f"{prefix}{place}" for place, node in enumerate(shared, start=1)}


def _is_short(graph: Graph, node: int) -> bool:
    match graph.nodes[node]:
        case Number() | Input():
            return True
        case Linear(terms, constant):
            return len(terms) + (constant != 0) == 1
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Writer:
    """Nodes as formulas, where named nodes are their names."""

    graph: Graph
    names: Mapping[int, str]

    def at(self, node: int) -> Expr:
        """The name of a node, or its formula."""
        name = self.names.get(node)
        return self.formula(node) if name is None else _name(name)

    def formula(self, node: int) -> Expr:
        """What a node computes."""
        match self.graph.nodes[node]:
            case Number(value):
                return _number(value)
            case Input(name, indices):
                return _name(entry_name(name, indices))
            case Linear(terms, constant):
                return _joined("add", self._parts(terms, constant))
            case Product(left, right):
                return self._product(1, (left, right))
            case Power(base, exponent):
                return Expr("pow", (self.at(base),), Fraction(exponent), ())
            case Apply(name, arg):
                return Expr("call", (self.at(arg),), name, ())

    def _parts(self, terms: Iterable[tuple[int, Rational]], constant: Rational) -> Iterator[Expr]:
        """Positive parts first, so that a formula seldom begins with a minus."""
        parts = [*terms, *([(ONE, constant)] if constant else [])]
        for node, scale in sorted(parts, key=lambda part: part[1] < 0):
            yield self._product(scale, (node,))

    def _product(self, scale: Rational, nodes: Sequence[int]) -> Expr:
        """scale * the product of the nodes, multiplied out down to names; equal factors become powers."""
        factors = Counter[int]()
        for node in nodes:
            scale *= self._gather(node, factors)
        powers = [_power(self.at(node), count) for node, count in sorted(factors.items())]
        if not powers:
            return _number(scale)
        product = _joined("mul", powers)
        return product if scale == 1 else _joined("mul", (_number(scale), product))

    def _gather(self, node: int, factors: Counter[int]) -> Rational:
        """Count the factors of a node; what is returned is its rational factor."""
        what = self.graph.nodes[node]
        if isinstance(what, Number):
            return what.value
        if node not in self.names and isinstance(what, Product):
            return self._gather(what.left, factors) * self._gather(what.right, factors)
        if isinstance(what, Linear) and _is_short(self.graph, node):
            return what.terms[0][1] * self._gather(what.terms[0][0], factors)
        factors[node] += 1
        return 1


def _name(text: str) -> Expr:
    return Expr("name", (), text, ())


def _number(value: Rational) -> Expr:
    return Expr("number", (), Fraction(value), ())


def _power(base: Expr, count: int) -> Expr:
    return base if count == 1 else Expr("pow", (base,), Fraction(count), ())


def _joined(op: str, parts: Iterable[Expr]) -> Expr:
    return reduce(lambda left, right: Expr(op, (left, right), None, ()), parts)
