"""What the names in a listing are: shape, set, and what each is for."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from symconvex.calculus.closed import matrix as m
from symconvex.calculus.closed.derivation import Derivation
from symconvex.functions import functions
from symconvex.problem import SETS, Expr, Problem, Shape, Symbol

KINKS = "where differentiable"


class Meaning(NamedTuple):
    """A name, its shape as NumPy writes it (empty for a number), the set of its entries, and what it is."""

    name: str
    shape: str
    within: str
    role: str

    @property
    def text(self) -> str:
        """The set and the role in words."""
        each = f"every entry {self.within}" if self.shape else self.within
        return f"{self.role}, {each}" if self.within else self.role


def legend(problem: Problem, sizes: Mapping[str, int] = {}) -> Iterator[Meaning]:
    """Parameters and data of a problem, at sizes where they are given."""
    for symbol in (*problem.parameters, *problem.data):
        given = symbol.name in problem.values
        role = "parameter" if symbol in problem.parameters else "given data" if given else "data"
        yield Meaning(symbol.name, shape_text(symbol.shape, sizes), "" if given else _set(symbol), role)


def closed_legend(derivation: Derivation) -> Iterator[Meaning]:
    """The same, and directions and intermediates of the matrix form."""
    problem = derivation.problem
    yield from legend(problem)
    for symbol in problem.parameters:
        yield Meaning(derivation.directions[symbol.name], shape_text(symbol.shape), "", f"direction of {symbol.name}")
    for name, expr in derivation.names:
        yield Meaning(name, shape_text(expr.shape), "", "intermediate")


def _set(symbol: Symbol) -> str:
    return "" if symbol.within == "real" else SETS[symbol.within].replace("x", symbol.name if not symbol.shape else "x")


def shape_text(shape: Shape, sizes: Mapping[str, int] = {}) -> str:
    """(n, d) and (n,), nothing for a number."""
    words = [str(sizes.get(str(size), size)) for size in shape]
    return f"({', '.join(words)}{',' * (len(words) == 1)})" if words else ""


def has_kinks(problem: Problem) -> bool:
    """May the loss have points without a gradient? Roots of what may vanish count."""
    return any(_kinked(node) for node in m.walk(problem.loss))


def _kinked(node: Expr) -> bool:
    match node.op:
        case "max":
            return True
        case "call":
            return not functions()[str(node.value)].smooth or node.value == "sqrt"
        case "pow":
            return m.exponent_of(node).denominator != 1 and not _is_above_zero(node.args[0])
    return False


def _is_above_zero(expr: Expr) -> bool:
    """Is it a positive number plus squares, by its form?"""
    found = m.terms(expr)
    return any(coefficient > 0 and term == m.ONE for coefficient, term in found) and all(
        coefficient > 0 and (term == m.ONE or _is_square(term)) for coefficient, term in found
    )


def _is_square(term: Expr) -> bool:
    inner = term.args[0] if term.op == "sum" else term
    return inner.op == "pow" and m.exponent_of(inner) % 2 == 0
