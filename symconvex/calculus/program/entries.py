"""Every entry of gradient and Hessian at concrete sizes, over the named intermediates of the matrix form.

    p[0] = sigmoid(-m[0]),    d2f/dw[0]dw[1] = X[0,0]*X[0,1]*p[0]*(1 - p[0]) + ...

The closed form is evaluated entry by entry on an expression graph, its names as inputs of their own. A part
without a name gets one, t1, only when it is long and often repeated.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import combinations_with_replacement, count
from math import prod
from typing import Any

from symconvex.calculus.closed.derivation import Derivation, derive, direction
from symconvex.calculus.program.arrays import evaluate
from symconvex.calculus.program.fold import entry_name
from symconvex.calculus.program.forms import Form, arithmetic_of, constant, variable
from symconvex.calculus.program.graph import ZERO, Graph, extend
from symconvex.calculus.program.instance import known_sizes, places
from symconvex.calculus.program.writing import Tidy, Writer, is_short, reached, worth_naming
from symconvex.errors import NotYet
from symconvex.kernel.term import Sym
from symconvex.problem import Expr, Problem, Shape, Symbol

MOST_PARAMETERS = 150
MOST_INPUTS = 20_000
PREFIXES = ("t", "u", "aux")

Place = tuple[int, ...]


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
    check_count(problem, sizes)
    derivation = derive(problem)
    spread = Spread(problem, known_sizes(problem, sizes, problem.values))
    for name, expr in derivation.names:
        spread.define(name, expr)
    graph, tidy = spread.graph, spread.tidy()
    outs = [tidy.node(node) for node in spread.results(derivation)]
    meaning = {name: tidy.node(value) for name, value in spread.meaning.items()}
    names = _names(graph, outs, meaning, _prefix(derivation))
    writer = Writer(graph, names)
    words = [entry_name(symbol.name, place) for symbol in problem.parameters for place in places(symbol, spread.sizes)]
    formulas = iter([writer.at(node) for node in outs])
    return Entries(
        problem,
        dict(sizes),
        tuple(words),
        tuple((name, writer.at(meaning[n]) if n in meaning else writer.formula(n)) for n, name in names.items()),
        next(formulas),
        tuple((p, next(formulas)) for p in words),
        tuple((p, q, next(formulas)) for p, q in combinations_with_replacement(words, 2)),
    )


@dataclass(slots=True)
class Spread:
    """Every name of a derivation as an array of nodes; data with given values are numbers.

    values    arrays whose entries are forms in the direction, and the sizes
    meaning   the inputs that stand for entries of intermediates, with what they are computed by
    """

    problem: Problem
    sizes: Mapping[str, int]
    graph: Graph = field(default_factory=Graph)
    values: dict[str, Any] = field(default_factory=dict)
    meaning: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        graph, steps = self.graph, count()
        self.values |= self.sizes
        for symbol in (*self.problem.data, *self.problem.parameters):
            self.values[symbol.name] = self._array(symbol, partial(self._given, symbol.name))
        for symbol in self.problem.parameters:
            way = str(direction(symbol, self.problem).value)
            self.values[way] = self._array(symbol, lambda _: variable(graph, next(steps)))

    def _array(self, symbol: Symbol, entry: Callable[[Place], Form]) -> Any:
        import numpy as np

        array = np.empty(self._lengths(symbol.shape), dtype=object)
        for place in places(symbol, self.sizes):
            array[place] = entry(place)
        return array if symbol.shape else array[()]

    def _lengths(self, shape: Shape) -> tuple[int, ...]:
        return tuple(size if isinstance(size, int) else self.sizes.get(size, 0) for size in shape)

    def _given(self, name: str, place: Place) -> Form:
        return constant(self.graph, extend(self.graph, Sym(name, place), self.sizes, self.problem.values))

    def _evaluated(self, expr: Expr, shape: Shape) -> Any:
        """The array of forms that an expression stands for, in its full shape."""
        import numpy as np

        return np.broadcast_to(evaluate(expr, self.values, arithmetic_of(self.graph)), self._lengths(shape))

    def define(self, name: str, expr: Expr) -> None:
        """Entries of an intermediate become inputs; tangents, numbers and multiples stay what they are."""
        array = self._evaluated(expr, expr.shape)

        def named(place: Place) -> Form:
            form: Form = array[place]
            if not form.is_constant() or is_short(self.graph, form.node()):
                return form
            node = self.graph.input(name, place)
            self.meaning[node] = form.node()
            return constant(self.graph, node)

        self.values[name] = self._array(Symbol(name, expr.shape), named)

    def results(self, derivation: Derivation) -> Iterator[int]:
        """The loss, the entries of the gradient, and the upper triangle of the Hessian."""
        yield self._evaluated(derivation.loss, ())[()].node()
        size = 0
        for parameter, (_, expr) in zip(self.problem.parameters, derivation.gradient, strict=True):
            forms = self._evaluated(expr, parameter.shape).ravel()
            size += len(forms)
            yield from (form.node() for form in forms)
        parts = self._evaluated(derivation.curvature, ())[()].parts
        for row, column in combinations_with_replacement(range(size), 2):
            node = parts.get((row, column), ZERO)
            yield node if row == column else self.graph.scale(Fraction(1, 2), node)

    def tidy(self) -> Tidy:
        """What is known of labels."""

        def inputs(within: str) -> frozenset[int]:
            held = [symbol for symbol in self.problem.data if symbol.within == within]
            return frozenset(self._given(s.name, place).node() for s in held for place in places(s, self.sizes))

        return Tidy(self.graph, inputs("sign"), inputs("binary"))


def _names(graph: Graph, outs: Sequence[int], meaning: Mapping[int, int], prefix: str) -> dict[int, str]:
    """The intermediates that the formulas need, and long repeated parts, in order of definition."""
    needed = reached(graph, outs, meaning)
    live = [node for node in meaning if node in needed]
    order = [*reached(graph, [*live, *outs], meaning)]
    parts = worth_naming(graph, order, [*outs, *(meaning[node] for node in live)])
    numbers, writer = count(1), Writer(graph, {})
    return {
        node: f"{prefix}{next(numbers)}" if node in parts else str(writer.at(node).value)
        for node in order
        if node in parts or node in meaning
    }


def _prefix(derivation: Derivation) -> str:
    symbols = (*derivation.problem.parameters, *derivation.problem.data)
    taken = [*(symbol.name for symbol in symbols), *(name for name, _ in derivation.names)]
    free = (p for p in PREFIXES if not any(name.startswith(p) and name[len(p) :].isdigit() for name in taken))
    return next(free, "t_")


def check_count(problem: Problem, sizes: Mapping[str, int]) -> None:
    """Few enough entries to handle one by one, else NotYet."""
    wanted, held = (_count(symbols, sizes) for symbols in (problem.parameters, problem.data))
    if wanted > MOST_PARAMETERS or held > MOST_INPUTS:
        raise NotYet(
            "there are too many entries to handle one by one",
            where=", ".join(f"{name} = {value}" for name, value in sizes.items()) or "the shapes of the loss",
            expected=f"at most {MOST_PARAMETERS} parameter entries and {MOST_INPUTS} data entries",
            got=f"{wanted} and {held}",
            hint="take smaller sizes, or leave them out for the matrix form",
        )


def _count(symbols: Iterable[Symbol], sizes: Mapping[str, int]) -> int:
    lengths = ([size if isinstance(size, int) else sizes.get(size, 1) for size in s.shape] for s in symbols)
    return sum(map(prod, lengths))
