"""Nodes of an expression graph as formulas a person reads: common factors in front, long repeated parts named."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symconvex.calculus.closed import matrix as m
from symconvex.calculus.program.fold import entry_name
from symconvex.calculus.program.graph import (
    ONE,
    Apply,
    Constant,
    Graph,
    Input,
    Linear,
    Number,
    Power,
    Product,
    Rational,
    operands,
)
from symconvex.errors import NotYet
from symconvex.problem import Expr

MOST_SUMMANDS = 200
# How many names a part must save the page before it gets one of its own.
WORTH_A_NAME = 16

Factors = dict[int, Fraction]
Powers = tuple[tuple[int, Fraction], ...]


def is_short(graph: Graph, node: int) -> bool:
    """Is it a number, an entry, or a multiple of something?"""
    match graph.nodes[node]:
        case Number() | Constant() | Input():
            return True
        case Linear(terms, constant):
            return len(terms) + (constant != 0) == 1
    return False


def factors(graph: Graph, node: int, named: Mapping[int, str]) -> tuple[Rational, Factors]:
    """The rational factor of a node and the powers whose product the rest is; named nodes stay whole."""
    scale, found, waiting = Fraction(1), Factors(), [node]
    while waiting:
        part = waiting.pop()
        match graph.nodes[part]:
            case Number(value):
                scale *= value
            case Product(left, right) if part not in named:
                waiting += (right, left)
            case Linear(((inner, factor),), constant) if not constant:
                scale *= factor
                waiting.append(inner)
            case Power(base, exponent) if part not in named:
                found[base] = found.get(base, Fraction(0)) + exponent
            case _:
                found[part] = found.get(part, Fraction(0)) + 1
    return scale, {base: exponent for base, exponent in sorted(found.items()) if exponent}


def summands(graph: Graph, node: int) -> tuple[dict[int, Rational], Rational]:
    """Nodes that are no sums, with their coefficients, and a constant, which add up to a node."""
    found, constant, waiting = dict[int, Rational](), Fraction(0), [(node, Fraction(1))]
    while waiting:
        part, scale = waiting.pop()
        match graph.nodes[part]:
            case Number(value):
                constant += scale * value
            case Linear(terms, rest):
                constant += scale * rest
                waiting += ((inner, scale * factor) for inner, factor in reversed(terms))
            case _:
                found[part] = found.get(part, 0) + scale
    return found, constant


@dataclass(slots=True)
class Tidy:
    """The same values with sums flattened, their common factors in front, and labels squared away.

    signs   inputs that are -1 or 1
    bits    inputs that are 0 or 1
    """

    graph: Graph
    signs: frozenset[int]
    bits: frozenset[int]
    done: dict[int, int] = field(default_factory=dict)

    def node(self, node: int) -> int:
        if node not in self.done:
            self.done[node] = self._tidied(node)
        return self.done[node]

    def _tidied(self, node: int) -> int:
        match self.graph.nodes[node]:
            case Linear():
                return self._sum(node)
            case Product():
                scale, found = factors(self.graph, node, {})
                return self._product(scale, {self.node(base): exponent for base, exponent in found.items()})
            case Power(base, exponent):
                return self.graph.power(self.node(base), exponent)
            case Apply(name, arg):
                return self.graph.apply(name, self.node(arg))
        return node

    def _product(self, scale: Rational, found: Factors) -> int:
        product = self.graph.number(scale)
        for base, exponent in sorted(found.items()):
            product = self.graph.mul(product, self.graph.power(base, self._lowered(base, exponent)))
        return product

    def _lowered(self, base: int, exponent: Fraction) -> Fraction:
        """y^2 = 1 for signs; b^2 = b for 0 and 1."""
        if base in self.signs and exponent.denominator == 1:
            return exponent % 2
        what = self.graph.nodes[base]
        if exponent > 0 and (base in self.bits or (isinstance(what, Apply) and what.name == "step")):
            return Fraction(1)
        return exponent

    def _sum(self, node: int) -> int:
        found, constant = summands(self.graph, node)
        terms = [(self.node(part), scale) for part, scale in found.items()]
        found, constant = summands(self.graph, self.graph.linear(terms, constant))
        parts: dict[Powers, Rational] = {}
        for part, scale in [*found.items(), (ONE, constant)]:
            powers = tuple(factors(self.graph, part, {})[1].items())
            parts[powers] = parts.get(powers, 0) + scale
        return self._gathered([(scale, dict(powers)) for powers, scale in parts.items() if scale])

    def _gathered(self, parts: Sequence[tuple[Rational, Factors]]) -> int:
        """The sum of products with common factors in front, else with those together that begin or end alike."""
        common = _common([powers for _, powers in parts]) if len(parts) > 1 else {}
        if common:
            rest = [(scale, _divided(powers, common)) for scale, powers in parts]
            return self.graph.mul(self._product(1, common), self._gathered(rest))
        for end in (0, -1):
            groups: dict[Powers, list[tuple[Rational, Factors]]] = {}
            for scale, powers in parts:
                groups.setdefault(tuple(powers.items())[end:][:1], []).append((scale, powers))
            if len(groups) < len(parts):
                return self._linear((self._gathered(group), 1) for group in groups.values())
        return self._linear((self._product(1, powers), scale) for scale, powers in parts)

    def _linear(self, terms: Iterable[tuple[int, Rational]]) -> int:
        """The sum with a sign or a coefficient that all terms have in front."""
        found, constant = summands(self.graph, self.graph.linear(terms))
        node = self.graph.linear(found.items(), constant)
        what = self.graph.nodes[node]
        if not isinstance(what, Linear) or is_short(self.graph, node):
            return node
        scales = [Fraction(scale) for _, scale in what.terms] + [Fraction(what.constant)] * (what.constant != 0)
        sizes = {abs(scale) for scale in scales}
        shared = Fraction(sizes.pop() if len(sizes) == 1 else 1) * (-1 if all(scale < 0 for scale in scales) else 1)
        inner = self.graph.linear([(part, scale / shared) for part, scale in what.terms], what.constant / shared)
        return self.graph.scale(shared, inner)


def _common(products: Sequence[Factors]) -> Factors:
    """The powers that divide every one of the products."""
    first, *others = products
    least = {base: min([e, *(powers.get(base, Fraction(0)) for powers in others)]) for base, e in first.items()}
    return {base: e for base, e in least.items() if e > 0}


def _divided(powers: Factors, by: Factors) -> Factors:
    return {base: e - by.get(base, 0) for base, e in powers.items() if e != by.get(base)}


def reached(graph: Graph, outs: Iterable[int], meaning: Mapping[int, int]) -> dict[int, None]:
    """All nodes that `outs` are computed from, operands first, names after what they mean."""
    order = dict[int, None]()

    def visit(node: int) -> None:
        if node not in order:
            for part in (meaning[node],) if node in meaning else operands(graph.nodes[node]):
                visit(part)
            order[node] = None

    for out in outs:
        visit(out)
    return order


def worth_naming(graph: Graph, order: Sequence[int], outs: Sequence[int]) -> frozenset[int]:
    """Long parts without a name that formulas repeat; with the others named, each must still be long."""
    every = frozenset(_long_repeated(graph, order, outs, frozenset()))
    return frozenset(_long_repeated(graph, order, outs, every))


def _long_repeated(graph: Graph, order: Sequence[int], outs: Sequence[int], named: Container[int]) -> Iterator[int]:
    """From the outermost part inward; what stands in a part found is written once."""
    lengths, uses = dict[int, int](), Counter(outs)
    for node in order:
        parts = operands(graph.nodes[node])
        own = isinstance(graph.nodes[node], Input | Apply)
        lengths[node] = own + sum(1 if part in named else lengths[part] for part in set(parts))
    for node in reversed(order):
        nameless = isinstance(graph.nodes[node], Linear | Power | Apply) and not is_short(graph, node)
        if nameless and (uses[node] - 1) * (lengths[node] - 1) >= WORTH_A_NAME:
            uses[node] = 1
            yield node
        for part in set(operands(graph.nodes[node])):
            uses[part] += uses[node]


@dataclass(frozen=True, slots=True)
class Writer:
    """Nodes as formulas, where named nodes are their names."""

    graph: Graph
    names: Mapping[int, str]

    def at(self, node: int) -> Expr:
        """The name of a node, or its formula."""
        return m.name(self.names[node], ()) if node in self.names else self.formula(node)

    def formula(self, node: int) -> Expr:
        """What a node computes."""
        match self.graph.nodes[node]:
            case Number(value):
                return m.number(value)
            case Constant(name):
                return Expr("constant", (), name, ())
            case Input(name, indices):
                return m.name(entry_name(name, indices), ())
            case Linear(((inner, scale),), constant) if scale == -1 and not constant and self._is_sum(inner):
                found, rest = summands(self.graph, node)
                return self._sum([*found.items(), (ONE, rest)] if rest else [*found.items()])
            case Linear(terms, constant):
                return self._sum([*terms, *([(ONE, constant)] if constant else [])])
            case Product(left, right):
                return self._product((left, right))
            case Power(base, exponent):
                return m.raised(self.at(base), Fraction(exponent))
            case Apply(name, arg):
                return m.call(name, self.at(arg))

    def _is_sum(self, node: int) -> bool:
        return node not in self.names and isinstance(self.graph.nodes[node], Linear)

    def _product(self, nodes: Iterable[int], scale: Rational = 1) -> Expr:
        """The product, multiplied out down to names."""
        found = Factors()
        for node in nodes:
            factor, powers = factors(self.graph, node, self.names)
            scale *= factor
            for base, exponent in powers.items():
                found[base] = found.get(base, Fraction(0)) + exponent
        return m.from_factors(Fraction(scale), {self.at(base): exponent for base, exponent in sorted(found.items())})

    def _sum(self, terms: Sequence[tuple[int, Rational]]) -> Expr:
        """Positive terms first, so that a formula seldom begins with a minus; then by their factors."""
        if len(terms) > MOST_SUMMANDS:
            raise _too_long(len(terms))
        keys = {node: tuple(factors(self.graph, node, self.names)[1]) for node, _ in terms}
        ordered = sorted(terms, key=lambda term: (term[1] < 0, keys[term[0]]))
        result = self._product((ordered[0][0],), ordered[0][1])
        for node, scale in ordered[1:]:
            term = self._product((node,), -scale if scale < 0 else scale)
            result = Expr("add", (result, m.minus(term) if scale < 0 else term), None, ())
        return result


def _too_long(count: int) -> NotYet:
    return NotYet(
        "a sum is too long to write out",
        where="the derivatives entry by entry",
        expected=f"at most {MOST_SUMMANDS} summands",
        got=str(count),
        hint="take smaller sizes, or leave them out for the matrix form",
    )
