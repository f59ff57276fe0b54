"""The Hessian entry by entry at a size, over the named intermediates of the matrix form.

    z1 = x11*w1 + x12*w2,    p1 = sigmoid(z1),    d2f/dw1 dw2 = x11*x12*p1*(1 - p1) + ...

Indices are counted from one. The entries are half the second derivatives in v of the quadratic form q.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING, Any

from symconvex.calculus.arrays import Arithmetic, evaluate
from symconvex.calculus.closed import Derivation, direction
from symconvex.calculus.instance import known_sizes
from symconvex.calculus.matrix import names_in
from symconvex.problem import Shape

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True)
class NamedEntries:
    """Definitions of the intermediates, then row, column and formula of the upper triangle, row by row."""

    names: tuple[tuple[str, "sympy.Expr"], ...]
    hessian: tuple[tuple[str, str, "sympy.Expr"], ...]


def entries(derivation: Derivation, sizes: Mapping[str, int]) -> NamedEntries:
    """Every entry of the Hessian as a SymPy expression in data, parameters and named intermediates.

    Fails    ShapeError when a size has no value
    """
    import sympy

    problem = derivation.problem
    lengths: dict[str, Any] = dict(known_sizes(problem, sizes, problem.values))
    ways = {p.name: direction(p, problem) for p in problem.parameters}
    symbols = [(s.name, s.shape) for s in (*problem.parameters, *problem.data)]
    symbols += [(str(way.value), way.shape) for way in ways.values()]
    values = lengths | {name: grid(name, shape, lengths) for name, shape in symbols}
    arithmetic = Arithmetic(_rational, _entrywise)
    names = list[tuple[str, sympy.Expr]]()
    along = {str(way.value) for way in ways.values()}
    for name, expr in derivation.names:
        value = evaluate(expr, values, arithmetic)
        if names_in(expr) & along:
            along.add(name)
            values[name] = value
        else:
            values[name] = grid(name, expr.shape, lengths)
            names.extend((str(s), v) for s, v in zip(_flat(values[name]), _flat(value), strict=True))
    q = evaluate(derivation.curvature, values, arithmetic)
    steps = [step for way in ways.values() for step in _flat(values[str(way.value)])]
    words = [str(entry) for p in problem.parameters for entry in _flat(values[p.name])]
    rows = combinations_with_replacement(zip(words, steps, strict=True), 2)
    # One variable at a time: for two at once SymPy rearranges, and 1 - p becomes -(p - 1).
    found = ((row, column, sympy.diff(sympy.diff(q, s), t) / 2) for (row, s), (column, t) in rows)
    return NamedEntries(tuple(names), tuple(found))


def grid(name: str, shape: Shape, lengths: Mapping[str, int]) -> Any:
    """An array of symbols: w1, X12, or with a separating _ after a digit, W1_12."""
    import numpy as np
    import sympy

    numbers = tuple(size if isinstance(size, int) else lengths[size] for size in shape)
    array = np.empty(numbers, dtype=object)
    for place in product(*map(range, numbers)):
        array[place] = sympy.Symbol(entry_word(name, place), real=True)
    return array if numbers else array[()]


def entry_word(name: str, place: tuple[int, ...]) -> str:
    """The name of an entry: w1, X12, W1_12."""
    if not place:
        return name
    marks = [str(k + 1) for k in place]
    index = ("" if all(len(mark) == 1 for mark in marks) else "_").join(marks)
    return f"{name}_{index}" if name[-1].isdigit() else f"{name}{index}"


def _flat(array: Any) -> Iterator[Any]:
    import numpy as np

    return iter(np.asarray(array, dtype=object).ravel())


def _rational(value: Fraction) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator)


def _entrywise(name: str, array: Any) -> Any:
    """The function by its name on every entry; exp and log are SymPy's own."""
    import numpy as np
    import sympy

    function = getattr(sympy, name) if name in ("exp", "log", "tanh", "sin", "cos") else sympy.Function(name)
    return np.frompyfunc(function, 1, 1)(array)
