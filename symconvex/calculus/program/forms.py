"""Polynomials in a direction v, with nodes of an expression graph as coefficients.

Evaluated with them, the quadratic form q(theta; v) shows every entry of the Hessian at once: H_jj is the
coefficient of v_j^2, and 2 H_jk that of v_j v_k.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symconvex.calculus.program.arrays import Arithmetic
from symconvex.calculus.program.graph import ONE, ZERO, Graph, Rational

# Which entries of v are multiplied: (), (j,) or (j, k) with j <= k.
Steps = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """The sum over `parts` of a coefficient times the product of entries of v; no part is zero."""

    graph: Graph
    parts: Mapping[Steps, int]

    def __add__(self, other: Any) -> "Form":
        right = _form(self.graph, other)
        if right is None:
            return NotImplemented
        parts = dict(self.parts)
        for steps, node in right.parts.items():
            parts[steps] = self.graph.add(parts[steps], node) if steps in parts else node
        return _whole(self.graph, parts)

    def __mul__(self, other: Any) -> "Form":
        right = _form(self.graph, other)
        if right is None:
            return NotImplemented
        found: dict[Steps, list[int]] = {}
        for one, left_node in self.parts.items():
            for two, right_node in right.parts.items():
                found.setdefault(tuple(sorted(one + two)), []).append(self.graph.mul(left_node, right_node))
        return _whole(self.graph, {steps: self.graph.add(*nodes) for steps, nodes in found.items()})

    __radd__ = __add__
    __rmul__ = __mul__

    def __truediv__(self, other: "Form") -> "Form":
        return self * other ** Fraction(-1)

    def __pow__(self, exponent: Fraction) -> "Form":
        if exponent == 2:
            return self * self
        return constant(self.graph, self.graph.power(self.node(), exponent))

    def is_constant(self) -> bool:
        """Does no entry of v occur?"""
        return self.parts.keys() <= {()}

    def node(self) -> int:
        """The coefficient of a form that does not depend on v."""
        if not self.is_constant():
            raise TypeError("only sums and products of directions are polynomials")
        return self.parts.get((), ZERO)


def _form(graph: Graph, value: Any) -> Form | None:
    """Forms, and the whole numbers of which NumPy makes diagonal matrices."""
    if isinstance(value, int):
        return constant(graph, graph.number(value))
    return value if isinstance(value, Form) else None


def _whole(graph: Graph, parts: Mapping[Steps, int]) -> Form:
    return Form(graph, {steps: node for steps, node in parts.items() if node != ZERO})


def constant(graph: Graph, node: int) -> Form:
    """A node as a form that does not depend on v."""
    return _whole(graph, {(): node})


def variable(graph: Graph, place: int) -> Form:
    """The entry of v at a place."""
    return Form(graph, {(place,): ONE})


def arithmetic_of(graph: Graph) -> Arithmetic:
    """How result trees are evaluated in forms."""

    def number(value: Rational) -> Form:
        return constant(graph, graph.number(value))

    def pi() -> Form:
        return constant(graph, graph.constant("pi"))

    def call(name: str, array: Any) -> Any:
        import numpy as np

        return np.frompyfunc(lambda form: constant(graph, graph.apply(name, form.node())), 1, 1)(array)

    return Arithmetic(number, pi, call, lambda base, exponent: base**exponent)
