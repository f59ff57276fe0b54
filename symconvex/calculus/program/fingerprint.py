"""A quick guess whether two nodes are equal: their values modulo a prime, at random points.

Inputs become random residues. exp keeps its law exp(a + b) = exp(a) exp(b); tanh, sigmoid and softplus are
written through it; any other function is a random one, the same for the same argument. Different
fingerprints of rational expressions are a proof that they differ; equal ones, and everything said of
functions, are a guess that something else has to prove.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from symconvex.calculus.program.graph import (
    Apply,
    Constant,
    Graph,
    Input,
    Linear,
    Node,
    Number,
    Power,
    Product,
    Rational,
    operands,
)

PRIME = (1 << 61) - 1

# exp of an atom is a random residue to this power, so that it has all roots whose degree divides it.
ROOTS = 2**12 * 3**4 * 5**12 * 7 * 11


def fingerprints(graph: Graph, nodes: Sequence[int], *, seed: int) -> tuple[int | None, ...]:
    """The residues of `nodes` at one random point; None where a denominator vanishes.

        P(equal residues | different rational functions) <= degree / 2^61

    Source   Schwartz 1980, Journal of the ACM 27, section 2
    Fails    with ValueError when a denominator in the graph is a multiple of 2^61 - 1
    """
    residues = _Residues(graph, Random(seed))  # noqa: S311 - nothing secret is drawn
    for node in graph.needed(nodes):
        residues.compute(node)
    return tuple(residues.values[node] for node in nodes)


def same(graph: Graph, left: int, right: int, *, seed: int = 0, trials: int = 3) -> bool:
    """Do two nodes agree at a few random points, at least one of them without a pole?"""
    pairs = [fingerprints(graph, (left, right), seed=seed + trial) for trial in range(trials)]
    met = [(a, b) for a, b in pairs if a is not None and b is not None]
    return bool(met) and all(a == b for a, b in met)


@dataclass(slots=True)
class _Residues:
    graph: Graph
    random: Random
    values: dict[int, int | None] = field(default_factory=dict)
    drawn: dict[tuple[str, int, Rational], int] = field(default_factory=dict)
    forms: dict[int, dict[int, Rational]] = field(default_factory=dict)

    def compute(self, node: int) -> None:
        what = self.graph.nodes[node]
        parts = [self.values[part] for part in operands(what)]
        known = [part for part in parts if part is not None]
        self.values[node] = None if len(known) < len(parts) else self._value(what, known)

    def _value(self, what: Node, parts: Sequence[int]) -> int | None:
        match what:
            case Number(value):
                return residue(value)
            case Input() | Constant():
                return self.random.randrange(1, PRIME)
            case Linear(terms, constant):
                scaled = (value * residue(scale) for value, (_, scale) in zip(parts, terms, strict=True))
                return (sum(scaled) + residue(constant)) % PRIME
            case Product():
                return parts[0] * parts[1] % PRIME
            case Power(_, exponent):
                return inverse(parts[0]) if exponent == -1 else self._random("power", parts[0], exponent)
            case Apply(name, arg):
                return self._apply(name, arg, parts[0])

    def _apply(self, name: str, arg: int, value: int) -> int | None:
        match name:
            case "exp":
                return self._exp(arg, 1)
            case "tanh":
                square = self._exp(arg, 2)
                return divide(square - 1, square + 1)
            case "sigmoid":
                return inverse(1 + self._exp(arg, -1))
            case "softplus":
                return self._random("log", (1 + self._exp(arg, 1)) % PRIME)
            case "cos" | "normpdf" | "abs":
                return self._random(name, min(value, PRIME - value))
            case "sin" | "atan":
                return self._random(name, value) if 2 * value < PRIME else -self._random(name, PRIME - value) % PRIME
            case "normcdf":
                small = self._random(name, min(value, PRIME - value))
                return small if 2 * value < PRIME else (1 - small) % PRIME
            case "relu":
                return divide(value + self._random("abs", min(value, PRIME - value)), 2)
        return self._random(name, value)

    def _exp(self, arg: int, factor: int) -> int:
        """exp(factor * arg), as a product over the atoms of the linear form of `arg`."""
        result = 1
        for atom, scale in self._form(arg).items():
            value = 1 if atom < 0 else self.values[atom] or 0
            power = ROOTS * factor * scale
            if power.denominator != 1:
                value, power = value * residue(scale) % PRIME, ROOTS * factor
            # atoms of opposite value are one generator, so that exp(u) exp(-u) = 1 in any writing
            sign, value = (1, value) if 2 * value < PRIME else (-1, PRIME - value)
            generator = self._random("exp", value) if value else 1
            result = result * pow(generator, sign * int(power), PRIME) % PRIME
        return result

    def _form(self, node: int) -> dict[int, Rational]:
        """The node as a combination of nodes that are no combinations; -1 stands for the number 1."""
        found = self.forms.get(node)
        if found is not None:
            return found
        form = dict[int, Rational]()
        match self.graph.nodes[node]:
            case Number(value):
                form = {-1: value}
            case Linear(terms, constant):
                form = {-1: constant}
                for part, scale in terms:
                    for atom, inner in self._form(part).items():
                        form[atom] = form.get(atom, 0) + scale * inner
            case _:
                form = {node: 1}
        self.forms[node] = {atom: scale for atom, scale in form.items() if scale}
        return self.forms[node]

    def _random(self, name: str, value: int, parameter: Rational = 0) -> int:
        key = (name, value, parameter)
        if key not in self.drawn:
            self.drawn[key] = self.random.randrange(1, PRIME)
        return self.drawn[key]


def residue(value: Rational) -> int:
    """A rational number modulo the prime."""
    return value.numerator * pow(value.denominator, -1, PRIME) % PRIME


def inverse(value: int) -> int | None:
    """The reciprocal modulo the prime; None for zero."""
    return pow(value, -1, PRIME) if value % PRIME else None


def divide(value: int, by: int) -> int | None:
    """The quotient modulo the prime; None for a division by zero."""
    reciprocal = inverse(by)
    return None if reciprocal is None else value * reciprocal % PRIME
