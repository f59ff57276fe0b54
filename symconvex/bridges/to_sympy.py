"""Derivatives as SymPy objects: matrix expressions for every size, explicit matrices at one.

A vector (n,) is a column (n, 1), a sum of entries the trace of 1' A 1, and what is done entry by entry is a
HadamardProduct, a HadamardPower or a function applied to a matrix.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy

from symconvex.bridges.matrix_words import Words, converted
from symconvex.bridges.sympy_trees import expression
from symconvex.calculus.closed.derivation import Bridge, Derivation
from symconvex.calculus.program.entries import Entries, entries
from symconvex.calculus.program.fold import entry_name, to_sympy
from symconvex.calculus.program.graph import Input
from symconvex.calculus.program.instance import instance, known_sizes, places
from symconvex.language.free_name import free_name
from symconvex.problem import Problem, Shape, Symbol

# What SymPy knows of a symbol whose entries lie in a set.
ASSUMED: Mapping[str, Mapping[str, bool]] = {
    "real": {"real": True},
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "sign": {"integer": True, "nonzero": True},
    "binary": {"integer": True, "nonnegative": True},
    "unit": {"positive": True},
    "count": {"integer": True, "nonnegative": True},
}


@dataclass(frozen=True, slots=True)
class MatrixForms:
    """Derivatives for every size.

    symbols      parameters, data, directions and sizes by name: MatrixSymbol, or Symbol for a number
    names        intermediates with what they mean, in order of definition
    gradient     parameter -> expression of its shape
    hessian      the matrix of one vector, the second derivative in one number; None where there is no short form
    blocks       (P, Q) -> D^2 f[v_P, v_Q]
    curvature    q(theta; v)
    """

    symbols: Mapping[str, Any]
    names: tuple[tuple[Any, Any], ...]
    loss: Any
    gradient: Mapping[str, Any]
    hessian: Any | None
    blocks: Mapping[tuple[str, str], Any]
    curvature: Any

    def written_out(self, expr: Any) -> Any:
        """The expression without intermediates."""
        for name, meaning in reversed(self.names):
            expr = expr.xreplace({name: meaning})
        return expr


@dataclass(frozen=True, slots=True)
class EntryForms:
    """Derivatives at one size, entry by entry.

    symbols       parameters and data by name: a Symbol, or a Matrix of Symbols; numbers where the data are given
    parameters    every entry of every parameter, rows first, in the order of the Hessian
    gradient      parameter -> Matrix of its shape, a column for a vector
    hessian       the Matrix of all parameters

    Shapes   hessian (p, p), where p is the number of entries of all parameters
    """

    symbols: Mapping[str, Any]
    parameters: tuple[Any, ...]
    loss: Any
    gradient: Mapping[str, Any]
    hessian: Any


def sympy_of(derivation: Derivation, sizes: Mapping[str, int]) -> MatrixForms | EntryForms:
    """Entries at the sizes, or where every size is a number; matrix forms where no size is given."""
    problem = derivation.problem
    named = any(isinstance(size, str) for symbol in (*problem.parameters, *problem.data) for size in symbol.shape)
    return entry_forms(problem, sizes) if sizes or not named else matrix_forms(derivation)


def matrix_forms(derivation: Derivation) -> MatrixForms:
    """The derivation in matrix expressions."""
    problem, ways = derivation.problem, derivation.directions
    words = Words.of((*problem.parameters, *problem.data))
    shapes = {ways[symbol.name]: symbol.shape for symbol in problem.parameters}
    shapes |= {name: expr.shape for name, expr in derivation.names}
    words = words.with_more(shapes)
    blocks = {(p, q): converted(expr, words) for p, q, expr in derivation.blocks}
    return MatrixForms(
        {**words.sizes, **{name: words.symbols[name] for name in words.symbols if name not in dict(derivation.names)}},
        tuple((words.symbols[name], converted(expr, words)) for name, expr in derivation.names),
        converted(derivation.loss, words),
        {name: converted(expr, words) for name, expr in derivation.gradient},
        None if derivation.hessian is None else converted(derivation.hessian, words),
        blocks,
        converted(derivation.curvature, words),
    )


def entry_forms(problem: Problem, sizes: Mapping[str, int]) -> EntryForms:
    """The entries that `symconvex derive --size` lists, without intermediates."""
    found = entries(problem, sizes)
    known = known_sizes(problem, sizes, problem.values)
    symbols, entry = _symbols(problem, known)
    env, values = dict(entry), dict[tuple[str, ...], Any]()
    for page in found.pages(lambda tree: tree):
        for name, tree in page.names:
            env[name] = expression(tree, env)
        values |= {of: expression(tree, env) for of, tree in page.values}
    return EntryForms(
        symbols,
        tuple(entry[word] for word in found.parameters),
        values[()],
        {s.name: _array(s, known, lambda word: values[word,]) for s in problem.parameters},
        _mirrored(found, values),
    )


def _mirrored(found: Entries, values: Mapping[tuple[str, ...], Any]) -> Any:
    """The whole Hessian of its upper triangle."""
    words = found.parameters

    def at(i: int, j: int) -> Any:
        return values[words[min(i, j)], words[max(i, j)]]

    return sympy.ImmutableMatrix(len(words), len(words), at)


def _array(symbol: Symbol, sizes: Mapping[str, int], entry: Callable[[str], Any]) -> Any:
    """An array of the shape of a symbol: a scalar, or a matrix."""
    if not symbol.shape:
        return entry(symbol.name)
    rows, columns = (*_lengths(symbol.shape, sizes), 1)[:2]
    found = [entry(entry_name(symbol.name, place)) for place in places(symbol, sizes)]
    return sympy.ImmutableMatrix(rows, columns, found)


def _lengths(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(size if isinstance(size, int) else sizes[size] for size in shape)


def _symbols(problem: Problem, sizes: Mapping[str, int]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Every symbol as SymPy has it, and every entry by the name that listings have: X[0,1] is X_0_1."""
    whole, entry, taken = dict[str, Any](), dict[str, Any](), set[str](problem.words)
    for symbol in (*problem.parameters, *problem.data):
        for place in places(symbol, sizes):
            word = entry_name(symbol.name, place)
            if symbol.name in problem.values:
                entry[word] = _number(problem.values[symbol.name], place)
                continue
            plain = "_".join([symbol.name, *map(str, place)])
            plain = free_name((plain,), taken) if place else plain
            taken.add(plain)
            entry[word] = sympy.Symbol(plain, **ASSUMED[symbol.within])
        whole[symbol.name] = _array(symbol, sizes, entry.__getitem__)
    return whole, entry


def _number(value: Any, place: tuple[int, ...]) -> Any:
    for at in place:
        value = value[at]
    return sympy.Rational(value.numerator, value.denominator)


def differentiated(problem: Problem, sizes: Mapping[str, int]) -> EntryForms:
    """The same by another road: the loss spread out as it was written, differentiated by SymPy."""
    known = known_sizes(problem, sizes, problem.values)
    symbols, entry = _symbols(problem, known)
    found = instance(problem, sizes)
    inputs = {k: entry[entry_name(n.name, n.indices)] for k, n in enumerate(found.graph.nodes) if isinstance(n, Input)}
    (loss,) = to_sympy(found.graph, [found.loss], inputs)
    parameters = tuple(entry[word] for word in found.names())
    slope = {parameter: sympy.diff(loss, parameter) for parameter in parameters}
    size = range(len(parameters))
    bend = {(i, j): sympy.diff(slope[parameters[i]], parameters[j]) for i, j in product(size, size) if i <= j}
    return EntryForms(
        symbols,
        parameters,
        loss,
        {s.name: _array(s, known, lambda word: slope[entry[word]]) for s in problem.parameters},
        sympy.ImmutableMatrix(len(parameters), len(parameters), lambda i, j: bend[min(i, j), max(i, j)]),
    )


BRIDGE = Bridge("to-sympy", sympy_of)
