"""The expression graph in NumPy: a list of array operations, run chunk by chunk in reused buffers.

Every value is a row over the points of a chunk. A row is given to the next value as soon as its last
reader is done, so a chunk stays in the processor's cache.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import inf, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symconvex.calculus.program.graph import Apply, Constant, Graph, Linear, Number, Power, Product, Rational, operands
from symconvex.functions import functions

Array = NDArray[np.float64]
Operation = Callable[..., object]
Operand = int | float  # a row, or a constant
Step = tuple[Operation, tuple[Operand, ...]]

CHUNK = 2048


@dataclass(frozen=True, slots=True)
class Program:
    """Array operations on rows; the last operand of each step is the row it writes.

    Rows 0 .. inputs-1 hold the point, the next `outputs` rows the results, the others are scratch.
    """

    inputs: int
    outputs: int
    rows: int
    steps: tuple[Step, ...]

    def run(self, points: Array, chunk: int = CHUNK) -> Array:
        """Values of all outputs at all points.

        Shapes   points (inputs, N)  ->  (outputs, N)
        Fails    never; a point outside the domain gives nan or inf
        """
        count = points.shape[1]
        values = np.empty((self.outputs, count))
        machine = self.machine(max(1, min(chunk, count)))
        for start in range(0, count, chunk):
            stop = min(start + chunk, count)
            values[:, start:stop] = machine(points[:, start:stop])
        return values

    def machine(self, width: int) -> Callable[[Array], Array]:
        """The program on its own buffers, for at most `width` points at a time.

        Shapes   points (inputs, w)  ->  (outputs, w), overwritten by the next call
        """
        buffers = np.zeros((self.rows, width))
        rows = list(buffers)
        bound = [(do, [rows[x] if isinstance(x, int) else np.array(x) for x in args]) for do, args in self.steps]
        point, results = buffers[: self.inputs], buffers[self.inputs : self.inputs + self.outputs]

        def evaluate(points: Array) -> Array:
            used = points.shape[1]
            point[:, :used] = points
            with np.errstate(all="ignore"):
                for do, args in bound:
                    do(*args)
            return results[:, :used]

        return evaluate


def compile_graph(graph: Graph, outs: Sequence[int], inputs: Sequence[int]) -> Program:
    """The program that computes `outs` from `inputs`.

    Fails    with ValueError when `outs` depend on an input that is not listed
    """
    return _Compiler(graph, list(outs), list(inputs)).program()


@dataclass(slots=True)
class _Compiler:
    graph: Graph
    outs: list[int]
    inputs: list[int]
    steps: list[Step] = field(default_factory=list)
    place: dict[int, Operand] = field(default_factory=dict)
    readers: Counter[int] = field(default_factory=Counter)
    idle: list[int] = field(default_factory=list)
    rows: int = 0

    def program(self) -> Program:
        graph, first = self.graph, len(self.inputs)
        self.place = {node: row for row, node in enumerate(self.inputs)}
        self.rows = first + len(self.outs)
        order = self._depth_first()
        for node in order:
            self.readers.update(operands(graph.nodes[node]))
        results = dict[int, int]()
        for row, out in enumerate(self.outs, first):
            results.setdefault(out, row)
        for node in order:
            self._compute(node, results.get(node))
        for row, out in enumerate(self.outs, first):
            source = self.place[out]
            if isinstance(source, float) or source != row:
                self._do(np.copyto, row, source)
        return Program(first, len(self.outs), self.rows, tuple(self.steps))

    def _depth_first(self) -> list[int]:
        """Every needed node after its operands, as late as possible, so that few rows are alive at once."""
        order, seen, stack = list[int](), set(self.inputs), list(reversed(self.outs))
        while stack:
            node = stack.pop()
            if node < 0:
                order.append(~node)
            elif node not in seen:
                seen.add(node)
                stack.append(~node)
                stack.extend(operands(self.graph.nodes[node]))
        return order

    def _do(self, operation: Operation, *args: Operand) -> None:
        self.steps.append((operation, args))

    def _take(self) -> int:
        if self.idle:
            return self.idle.pop()
        self.rows += 1
        return self.rows - 1

    def _release(self, *nodes: int) -> None:
        """Note one reading of each node; the row of a node that nobody reads again becomes idle."""
        for node in nodes:
            self.readers[node] -= 1
            row = self.place[node]
            if not self.readers[node] and isinstance(row, int) and row >= len(self.inputs) + len(self.outs):
                self.idle.append(row)

    def _compute(self, node: int, target: int | None) -> None:
        what = self.graph.nodes[node]
        match what:
            case Number(value):
                self.place[node] = double(value)
                return
            case Constant():
                self.place[node] = pi
                return
            case Linear(terms, constant):
                target = self._linear(terms, double(constant), target)
            case Product(left, right):
                args = (self.place[left], self.place[right])
                self._release(left, right)
                target = self._take() if target is None else target
                self._do(np.multiply, *args, target)
            case Power(arg, _) | Apply(_, arg):
                row = self.place[arg]
                self._release(arg)
                target = self._take() if target is None else target
                self.steps.extend(_unary(what, row, target))
            case _:
                raise ValueError(f"the outputs depend on {what}, which is not among the inputs")
        self.place[node] = target

    def _linear(self, terms: Sequence[tuple[int, Rational]], constant: float, target: int | None) -> int:
        """Adds up term by term; a factor common to all terms is applied once at the end."""
        common = abs(double(terms[0][1]))
        if len(terms) == 1 or any(abs(scale) != abs(terms[0][1]) for _, scale in terms):
            common = 1.0
        queue = sorted(((node, double(scale) / common) for node, scale in terms), key=lambda term: term[1] != 1)
        (node, scale), rest = queue[0], queue[1:]
        row = self.place[node]
        scratch = self._take() if any(abs(factor) != 1 for _, factor in rest) else None
        self._release(node)
        target = self._take() if target is None else target
        if scale != 1 or not rest:
            self._do(np.multiply, row, scale, target) if scale != 1 else self._do(np.add, row, constant, target)
            row = target
        for node, scale in rest:
            other = self.place[node]
            if abs(scale) != 1 and scratch is not None:
                self._do(np.multiply, other, scale, scratch)
                other = scratch
            self._do(np.subtract if scale == -1 else np.add, row, other, target)
            row = target
        if scratch is not None:
            self.idle.append(scratch)
        if common != 1:
            self._do(np.multiply, target, common, target)
        if constant and (rest or queue[0][1] != 1):
            self._do(np.add, target, constant, target)
        self._release(*[node for node, _ in rest])
        return target


def double(value: Rational) -> float:
    """The nearest double, infinite beyond them all."""
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def _unary(what: Power | Apply, row: Operand, target: int) -> list[Step]:
    """The steps of a power or function; `row` and `target` may be the same row."""
    if isinstance(what, Power):
        if what.exponent == -1:
            return [(np.reciprocal, (row, target))]
        root: Step = (np.sqrt, (row, target))
        return [root if 2 * what.exponent == 1 else (np.power, (row, float(what.exponent), target))]
    plain: dict[str, np.ufunc] = {
        "exp": np.exp,
        "log": np.log,
        "tanh": np.tanh,
        "sin": np.sin,
        "cos": np.cos,
        "abs": np.absolute,
    }
    with_constant: dict[str, tuple[np.ufunc, float]] = {
        "step": (np.heaviside, 0.0),
        "softplus": (np.logaddexp, 0.0),
    }
    match what.name:
        case name if name in plain:
            return [(plain[name], (row, target))]
        case name if name in with_constant:
            operation, constant = with_constant[name]
            return [(operation, (row, constant, target))]
        case "relu":
            return [(_ramp, (row, target))]
        case "sigmoid":
            steps: list[Step] = [(np.negative, (row, target)), (np.exp, (target, target))]
            return [*steps, (np.add, (target, 1.0, target)), (np.reciprocal, (target, target))]
        case "normpdf":
            steps = [(np.multiply, (row, row, target)), (np.multiply, (target, -0.5, target))]
            return [*steps, (np.exp, (target, target)), (np.multiply, (target, 1 / sqrt(2 * pi), target))]
        case name:
            return [(partial(_catalogued, functions()[name].numpy), (row, target))]


def _ramp(arg: Array, out: Array) -> None:
    np.maximum(arg, 0.0, out=out)


def _catalogued(values: Callable[[Any], Any], arg: Array, out: Array) -> None:
    np.copyto(out, values(arg))
