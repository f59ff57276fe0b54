"""The expression graph of a loss at concrete sizes: a straight-line program without repetitions.

A node is an integer. Equal expressions are one node, and operands always come before the nodes that
use them, so increasing order is an order of evaluation.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor, inf
from operator import itemgetter

from symconvex.errors import NotYet, ShapeError
from symconvex.kernel.term import Add, Delta, Dim, Fn, Index, Mul, Num, Pow, Size, Sum, Sym, Term, children

Rational = int | Fraction
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Number:
    """An exact rational number."""

    value: Rational


@dataclass(frozen=True, slots=True)
class Constant:
    """A number with a name that is not rational: pi."""

    name: str


@dataclass(frozen=True, slots=True)
class Input:
    """An entry of a symbol, such as ("W1", (0, 1))."""

    name: str
    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Linear:
    """The sum of coefficient * node over `terms`, plus `constant`."""

    terms: tuple[tuple[int, Rational], ...]
    constant: Rational


@dataclass(frozen=True, slots=True)
class Product:
    """The product of two nodes, the older one first."""

    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Power:
    """base ** exponent for exponent = -1 or 0 < exponent < 1; other powers are products of these."""

    base: int
    exponent: Rational


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of one variable."""

    name: str
    arg: int


Node = Number | Constant | Input | Linear | Product | Power | Apply

ZERO, ONE = 0, 1


def simple(value: Rational) -> Rational:
    """An int where possible: its arithmetic is ten times faster."""
    return value.numerator if value.denominator == 1 else value


def operands(node: Node) -> tuple[int, ...]:
    """The nodes that a node is computed from."""
    match node:
        case Linear(terms, _):
            return tuple(map(itemgetter(0), terms))
        case Product(left, right):
            return (left, right)
        case Power(base, _):
            return (base,)
        case Apply(_, arg):
            return (arg,)
    return ()


@dataclass(slots=True)
class Graph:
    """Nodes 0 and 1 are the numbers 0 and 1; nodes are added and never changed, and the newest can be dropped again.

    slopes   derivatives of function nodes in their arguments, as far as they were asked for
    most     how many nodes and summands there may be, some hundred bytes each
    """

    most: float = inf

    nodes: list[Node] = field(default_factory=lambda: [Number(0), Number(1)])
    slopes: dict[int, int] = field(default_factory=dict)
    _known: dict[object, int] = field(default_factory=lambda: {0: ZERO, 1: ONE})
    _summands: int = 0

    def _node(self, key: object, kind: type[Node], *parts: object) -> int:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.nodes)
            self.nodes.append(kind(*parts))  # type: ignore[arg-type]
            if found + self._summands > self.most:
                raise _too_large(self.most)
        return found

    def forget(self, mark: int) -> None:
        """Drop all nodes from `mark` on, which no older node uses."""
        while len(self.nodes) > mark:
            self._known.popitem()
            dropped = self.nodes.pop()
            self._summands -= len(dropped.terms) if isinstance(dropped, Linear) else 0
        self.slopes = {node: slope for node, slope in self.slopes.items() if max(node, slope) < mark}

    def number(self, value: Rational) -> int:
        value = simple(value)
        return self._node(value, Number, value)

    def constant(self, name: str) -> int:
        return self._node((name, "constant"), Constant, name)

    def input(self, name: str, indices: tuple[int, ...] = ()) -> int:
        return self._node((name, indices, "input"), Input, name, indices)

    def linear(self, terms: Iterable[tuple[int, Rational]], constant: Rational = 0) -> int:
        """The sum of coefficient * node; equal nodes are collected."""
        total: dict[int, Rational] = {}
        for node, scale in terms:
            what = self.nodes[node]
            if type(what) is Number:
                constant += scale * what.value
            elif type(what) is Linear and len(what.terms) == 1 and not what.constant:
                inner, factor = what.terms[0]
                total[inner] = total.get(inner, 0) + scale * factor
            else:
                total[node] = total.get(node, 0) + scale
        kept = tuple(sorted((node, simple(scale)) for node, scale in total.items() if scale))
        constant = simple(constant)
        if not kept:
            return self.number(constant)
        if len(kept) == 1 and kept[0][1] == 1 and not constant:
            return kept[0][0]
        count = len(self.nodes)
        node = self._node((kept, constant), Linear, kept, constant)
        self._summands += len(kept) * (node == count)
        return node

    def add(self, *nodes: int) -> int:
        return self.linear((node, 1) for node in nodes)

    def scale(self, factor: Rational, node: int) -> int:
        return self.linear(((node, factor),))

    def mul(self, left: int, right: int) -> int:
        """The product, its rational factors gathered in front."""
        factor, product = self.times(self.split(left), self.split(right))
        return product if factor == 1 else self.scale(factor, product)

    def split(self, node: int) -> tuple[Rational, int]:
        """A rational factor and the rest."""
        what = self.nodes[node]
        if type(what) is Number:
            return what.value, ONE
        if type(what) is Linear and len(what.terms) == 1 and not what.constant:
            return what.terms[0][1], what.terms[0][0]
        return 1, node

    def times(self, left: tuple[Rational, int], right: tuple[Rational, int]) -> tuple[Rational, int]:
        """The product of two nodes that are split, split again; no node is made for its factor."""
        factor = left[0] * right[0]
        if not factor:
            return 0, ONE
        low, high = (left[1], right[1]) if left[1] < right[1] else (right[1], left[1])
        return factor, high if low == ONE else self._joined(low, high)

    def _joined(self, low: int, high: int) -> int:
        first, second = self.nodes[low], self.nodes[high]
        if (
            isinstance(first, Power)
            and isinstance(second, Power)
            and first.base == second.base
            and first.exponent > 0
            and second.exponent > 0
        ):
            return self.power(first.base, Fraction(first.exponent) + second.exponent)
        return self._node((low, high, "product"), Product, low, high)

    def power(self, base: int, exponent: Rational) -> int:
        """base ** exponent as a product of base, its reciprocal and a root, by repeated squaring."""
        what = self.nodes[base]
        whole = floor(exponent)
        rest = simple(exponent - whole)
        result = self._node((base, rest, "power"), Power, base, rest) if rest else ONE
        if whole < 0 and type(what) is Number and what.value:
            square = self.number(1 / Fraction(what.value))
        else:
            square = self._node((base, -1, "power"), Power, base, -1) if whole < 0 else base
        count = abs(whole)
        while count:
            result = self.mul(result, square) if count & 1 else result
            count >>= 1
            square = self.mul(square, square) if count else square
        return result

    def apply(self, name: str, *args: int) -> int:
        """A function of one variable; a maximum is written max(a, b) = b + relu(a - b)."""
        if name != "max":
            (arg,) = args
            return self._node((name, arg), Apply, name, arg)
        largest = args[0]
        for other in args[1:]:
            largest = self.add(other, self.apply("relu", self.linear(((largest, 1), (other, -1)))))
        return largest

    def needed(self, outs: Iterable[int], stops: Container[int] = ()) -> list[int]:
        """The nodes that `outs` depend on, themselves included, in order of evaluation; not below `stops`."""
        marked = bytearray(len(self.nodes))
        for out in outs:
            marked[out] = 1
        for node in range(len(self.nodes) - 1, -1, -1):
            if marked[node] and node not in stops:
                for part in operands(self.nodes[node]):
                    marked[part] = 1
        return [node for node, mark in enumerate(marked) if mark]


def operations(graph: Graph, outs: Iterable[int]) -> int:
    """How many additions, multiplications, powers and function calls compute `outs`."""
    return sum(work(graph.nodes[node]) for node in graph.needed(outs))


def work(node: Node) -> int:
    """How many of these a node adds to its operands."""
    match node:
        case Linear(terms, constant):
            return len(terms) - 1 + (constant != 0) + sum(scale not in (1, -1) for _, scale in terms)
        case Product() | Power() | Apply():
            return 1
    return 0


def graph_of(term: Term, sizes: Mapping[str, int], values: Values | None = None) -> tuple[Graph, int]:
    """The graph of a term at these sizes, and its node; symbols with `values` become numbers.

    Fails    with ShapeError when a size is missing or an index exceeds the given values
    """
    graph = Graph()
    return graph, extend(graph, term, sizes, values)


def extend(
    graph: Graph,
    term: Term,
    sizes: Mapping[str, int],
    values: Values | None = None,
    scalars: Mapping[str, int] | None = None,
) -> int:
    """The node of a further term in the same graph; `scalars` are symbols that stand for nodes."""
    return _Unrolled(graph, sizes, values or {}, scalars or {}).node(term, {})


@dataclass(slots=True)
class _Unrolled:
    """Walks a term in index notation; each subterm is visited once for each value of its free indices."""

    graph: Graph
    sizes: Mapping[str, int]
    values: Values
    scalars: Mapping[str, int]
    free: dict[int, tuple[str, ...]] = field(default_factory=dict)
    done: dict[tuple[int, ...], int] = field(default_factory=dict)

    def node(self, term: Term, at: dict[str, int]) -> int:
        key = (id(term), *[at[index] for index in self._free(term)])
        found = self.done.get(key)
        if found is None:
            found = self.done[key] = self._build(term, at)
        return found

    def _free(self, term: Term) -> tuple[str, ...]:
        found = self.free.get(id(term))
        if found is None:
            match term:
                case Sym(_, indices):
                    names = {i for i in indices if isinstance(i, str)}
                case Delta(left, right):
                    names = {i for i in (left, right) if isinstance(i, str)}
                case _:
                    names = {name for part in children(term) for name in self._free(part)}
                    names -= {term.index} if isinstance(term, Sum) else set()
            found = self.free[id(term)] = tuple(sorted(names))
        return found

    def _build(self, term: Term, at: dict[str, int]) -> int:
        graph = self.graph
        match term:
            case Num(value):
                return graph.number(value)
            case Sym(name, indices):
                return self._entry(name, tuple(_index(i, at) for i in indices))
            case Dim(size):
                return graph.number(self._size(size))
            case Delta(left, right):
                return ONE if _index(left, at) == _index(right, at) else ZERO
            case Sum(index, size, body):
                steps = range(self._size(size))
                return graph.add(*[self.node(body, {**at, index: k}) for k in steps])
            case Add(args):
                return graph.add(*[self.node(part, at) for part in args])
            case Mul(args):
                product = ONE
                for factor in sorted(self.node(part, at) for part in args):
                    product = graph.mul(product, factor)
                return product
            case Pow(base, exponent):
                return graph.power(self.node(base, at), exponent)
            case Fn(name, args):
                return graph.apply(name, *[self.node(part, at) for part in args])

    def _size(self, size: Size) -> int:
        if isinstance(size, int):
            return size
        if size not in self.sizes:
            got = ", ".join(f"{name} = {value}" for name, value in sorted(self.sizes.items())) or "no sizes"
            raise ShapeError(
                f"the size {size} has no value",
                where="the expression graph, which has one node for each entry",
                expected=f"a number for {size}",
                got=got,
                hint=f"give {size} a value, for example {size} = 2",
            )
        return self.sizes[size]

    def _entry(self, name: str, indices: tuple[int, ...]) -> int:
        if not indices and name in self.scalars:
            return self.scalars[name]
        if name == "pi":
            return self.graph.constant(name)
        if name not in self.values:
            return self.graph.input(name, indices)
        value = self.values[name]
        for index in indices:
            if not isinstance(value, tuple) or index >= len(value):
                raise _no_entry(name, indices, self.values[name])
            value = value[index]
        if not isinstance(value, int | Fraction):
            raise _no_entry(name, indices, self.values[name])
        return self.graph.number(value)


def _index(index: Index, at: Mapping[str, int]) -> int:
    return at[index] if isinstance(index, str) else index


def _too_large(most: float) -> NotYet:
    return NotYet(
        "there are too many entries to handle one by one",
        where="the expression graph, which has one node for each product and sum of entries",
        expected=f"at most {most:.0f} nodes and summands, about a gigabyte",
        got="more",
        hint="take smaller sizes",
    )


def _no_entry(name: str, indices: tuple[int, ...], value: object) -> ShapeError:
    shape = list[str]()
    while isinstance(value, tuple) and value:
        shape.append(str(len(value)))
        value = value[0]
    return ShapeError(
        f"{name} has no number at [{', '.join(map(str, indices))}]",
        where=f"the values of {name}",
        expected=f"nested tuples of exact numbers that reach [{', '.join(map(str, indices))}], counted from 0",
        got=f"shape ({', '.join(shape)})",
        hint="let the sizes agree with the values",
    )
