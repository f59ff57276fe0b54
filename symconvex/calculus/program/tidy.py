"""Sums and products of an expression graph as a person writes them: flat, with common factors in front."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

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
)

Factors = dict[int, Rational]
Powers = tuple[tuple[int, Rational], ...]
Terms = Iterable[tuple[int, Rational]]


def is_short(graph: Graph, node: int) -> bool:
    """Is it a number, an entry, or a multiple of something?"""
    match graph.nodes[node]:
        case Number() | Constant() | Input():
            return True
        case Linear(terms, constant):
            return len(terms) + (constant != 0) == 1
    return False


def factors(graph: Graph, parts: Iterable[int], whole: Container[int]) -> tuple[Rational, Factors]:
    """The rational factor of a product and the powers whose product the rest is; nodes in `whole` are not opened."""
    scale: Rational = 1
    found, waiting, nodes = Factors(), [*parts], graph.nodes
    while waiting:
        part = waiting.pop()
        if part in whole:
            found[part] = found.get(part, 0) + 1
            continue
        match nodes[part]:
            case Product(left, right):
                waiting += (right, left)
            case Number(value):
                scale *= value
            case Linear(((inner, factor),), constant) if not constant:
                scale *= factor
                waiting.append(inner)
            case Power(base, exponent):
                found[base] = found.get(base, 0) + exponent
            case _:
                found[part] = found.get(part, 0) + 1
    return scale, {base: exponent for base in sorted(found) if (exponent := found[base])}


def summands(
    graph: Graph, terms: Terms, constant: Rational, whole: Container[int]
) -> tuple[dict[int, Rational], Rational]:
    """Nodes that are no sums, with their coefficients, and a constant, which add up to a sum; `whole` as above."""
    found, waiting = dict[int, Rational](), [*reversed([*terms])]
    while waiting:
        part, scale = waiting.pop()
        match graph.nodes[part]:
            case Number(value):
                constant += scale * value
            case Linear(inner, rest) if part not in whole:
                constant += scale * rest
                waiting += ((node, scale * factor) for node, factor in reversed(inner))
            case _:
                found[part] = found.get(part, 0) + scale
    return found, constant


@dataclass(frozen=True, slots=True)
class Labels:
    """What is known of labels, as nodes.

    signs   those that are -1 or 1
    bits    those that are 0 or 1
    """

    graph: Graph
    signs: frozenset[int]
    bits: frozenset[int]

    def lowered(self, powers: Factors) -> Factors:
        """y^2 = 1 for signs; b^2 = b for 0 and 1."""
        if {*powers.values()} <= {1}:
            return powers
        return {base: e for base, exponent in powers.items() if (e := self._exponent(base, exponent))}

    def _exponent(self, base: int, exponent: Rational) -> Rational:
        if base in self.signs and exponent.denominator == 1:
            return exponent % 2
        what = self.graph.nodes[base]
        if exponent > 0 and (base in self.bits or (isinstance(what, Apply) and what.name == "step")):
            return 1
        return exponent


@dataclass(slots=True)
class Tidy:
    """The same values with sums flattened, their common factors in front, and labels squared away.

    facts     what is known of labels
    known     named nodes, each with the input that stands for it
    compound  named products with their factors, by the factor that fewest of them have
    """

    graph: Graph
    facts: Labels
    known: Mapping[int, int]
    compound: dict[int, list[tuple[int, Factors]]] = field(default_factory=dict)
    done: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        products = [(node, what) for node in self.known if isinstance(what := self.graph.nodes[node], Product)]
        opened = [(node, factors(self.graph, (what.left, what.right), self.known)) for node, what in products]
        common = Counter(base for _, (_, powers) in opened for base in powers)
        for node, (scale, powers) in opened:
            if scale == 1 and len(powers) > 1:
                self.compound.setdefault(min(powers, key=lambda base: (common[base], base)), []).append((node, powers))

    def node(self, node: int) -> int:
        """The tidy node with the same value; a named one is an input."""
        if node in self.known:
            return self.known[node]
        if node not in self.done:
            self.done[node] = self.formula(node)
        return self.done[node]

    def formula(self, node: int) -> int:
        """What a node computes, tidy."""
        match self.graph.nodes[node]:
            case Linear(terms, constant):
                return self._sum(terms, constant)
            case Product(left, right):
                scale, found = factors(self.graph, (left, right), self.known)
                self._recognise(found, node)
                powers = Factors()
                for base, exponent in found.items():
                    tidy = self.node(base)
                    powers[tidy] = powers.get(tidy, 0) + exponent
                return self._product(scale, powers)
            case Power(base, exponent):
                return self.graph.power(self.node(base), exponent)
            case Apply(name, arg):
                return self.graph.apply(name, self.node(arg))
        return node

    def _recognise(self, found: Factors, product: int) -> None:
        """Put named products in the place of their factors; only older ones, so that none is defined by itself."""
        for base in tuple(found):
            for node, powers in self.compound.get(base, []):
                times = min(found.get(part, 0) // exponent for part, exponent in powers.items())
                if node < product and times > 0:
                    for part, exponent in powers.items():
                        found[part] -= times * exponent
                    found[node] = found.get(node, 0) + times

    def _product(self, scale: Rational, found: Factors) -> int:
        product = self.graph.number(scale)
        for base, exponent in sorted(self.facts.lowered(found).items()):
            product = self.graph.mul(product, self.graph.power(base, exponent))
        return product

    def _sum(self, terms: Terms, constant: Rational) -> int:
        found, constant = summands(self.graph, terms, constant, self.known)
        tidied = [(self.node(part), scale) for part, scale in found.items()]
        found, constant = summands(self.graph, tidied, constant, {})
        parts: dict[Powers, Rational] = {}
        for part, scale in [*found.items(), (ONE, constant)]:
            factor, powers = factors(self.graph, (part,), {})
            key = tuple(powers.items())
            parts[key] = parts.get(key, 0) + scale * factor
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
        found, constant = summands(self.graph, terms, 0, {})
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
    least = {base: min([e, *(powers.get(base, 0) for powers in others)]) for base, e in first.items()}
    return {base: e for base, e in least.items() if e > 0}


def _divided(powers: Factors, by: Factors) -> Factors:
    return {base: e - by.get(base, 0) for base, e in powers.items() if e != by.get(base)}
