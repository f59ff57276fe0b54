"""Parameters that are symmetric, semidefinite or definite matrices of numbered size: their entries, each once.

    P    [[P_00, P_01], [P_01, P_11]]

    pd          its leading minors are > 0
    psd         its least eigenvalue is >= 0, of two rows, where it has a closed form
    symmetric   any numbers

A function is convex among such matrices exactly when it is in the entries, for these are coordinates of the matrices.
Constants are those of the norm of the matrices: of a loss of degree two, which may have both, an entry beside the
diagonal is written P_01/sqrt(2), so that the sum of the squares of P is that of its coordinates.

Source   Horn & Johnson 2013, Matrix Analysis, theorem 7.2.5
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

from symconvex.language import nodes
from symconvex.language.canonical import canonical
from symconvex.language.conditions import degree
from symconvex.language.determinants import determinant
from symconvex.language.entries import entries, stacked
from symconvex.language.free_name import free_name
from symconvex.language.place import Place
from symconvex.language.printing.arrays import text_of
from symconvex.language.read import parse_expression
from symconvex.language.spectra import eigenvalue
from symconvex.problem import Expr, Problem, Symbol

MOST_ROWS: Mapping[str, int] = {"pd": 3, "psd": 2, "symmetric": 4}
AT = Place("", (0, 0))


@dataclass(frozen=True, slots=True)
class Coordinates:
    """What stands for a matrix, its entries as symbols, the conditions on them, and how that is said."""

    meaning: Expr
    symbols: tuple[Symbol, ...]
    positive: tuple[Expr, ...]
    nonneg: tuple[Expr, ...]
    said: str


def with_coordinates(problem: Problem, kinds: Mapping[str, str]) -> Problem:
    """The problem in the entries of its parameters that are matrices of a kind, of a numbered size that is known."""
    found, taken = dict[str, Coordinates](), set(problem.words)
    for symbol in problem.parameters:
        kind = kinds.get(symbol.name, "")
        if _is_small(symbol, kind):
            names = frozenset((symbol.name,))
            found[symbol.name] = _coordinates(symbol, kind, taken, quadratic=degree(problem.loss, names) == 2)
            taken |= {own.name for own in found[symbol.name].symbols}
    if not found:
        return problem
    own = tuple(s for p in problem.parameters for s in (found[p.name].symbols if p.name in found else (p,)))
    symbols, meanings = (*own, *problem.data), {name: one.meaning for name, one in found.items()}
    positive, nonneg = (
        tuple(_put(part, meanings, symbols) for part in every) for every in (problem.positive, problem.nonneg)
    )
    loss, every = _put(problem.loss, meanings, symbols), found.values()
    return replace(
        problem,
        text=text_of(loss),
        loss=loss,
        parameters=own,
        positive=(*(part for one in every for part in one.positive), *positive),
        nonneg=(*(part for one in every for part in one.nonneg), *nonneg),
        notes=(*problem.notes, *(one.said for one in every)),
    )


def _is_small(symbol: Symbol, kind: str) -> bool:
    rows = symbol.shape[0] if len(symbol.shape) == 2 and symbol.shape[0] == symbol.shape[1] else None
    return isinstance(rows, int) and rows <= MOST_ROWS.get(kind, 0)


def _coordinates(symbol: Symbol, kind: str, taken: set[str], *, quadratic: bool) -> Coordinates:
    """The matrix as its entries, and what makes it one of its kind."""
    rows, found = int(symbol.shape[0]), dict[tuple[int, int], Symbol]()
    for place in combinations_with_replacement(range(rows), 2):
        name = free_name((f"{symbol.name}_{place[0]}{place[1]}",), {*taken, *(one.name for one in found.values())})
        found[place] = Symbol(name)
    scaled = quadratic and (kind == "symmetric" or rows < MOST_ROWS["pd"])

    def at(i: int, j: int) -> Expr:
        name = Expr("name", (), found[min(i, j), max(i, j)].name, ())
        return nodes.divide(name, nodes.power(nodes.number(2, AT), nodes.HALF, AT), AT) if scaled and i != j else name

    meaning = stacked([stacked([at(i, j) for j in range(rows)], AT) for i in range(rows)], AT)
    said = f"{symbol.name} is written as {text_of(meaning).replace('stack', '').replace('([', '[').replace('])', ']')}"
    positive, nonneg = _conditions(meaning, kind, rows)
    return Coordinates(meaning, tuple(found.values()), positive, nonneg, f"{said}, {_counted(rows, scaled)}")


def _counted(rows: int, scaled: bool) -> str:
    """How constants are meant."""
    if scaled or rows == 1:
        return "and constants are those of its norm"
    return "and constants are those of its entries, each once"


def _conditions(meaning: Expr, kind: str, rows: int) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """What is > 0, and what is >= 0."""
    lines = [entries(line, 0, AT) for line in entries(meaning, 0, AT)]
    if kind == "pd":
        minors = ([line[:k] for line in lines[:k]] for k in range(1, rows + 1))
        return tuple(canonical(_determinant(minor)) for minor in minors), ()
    if kind == "psd":
        return (), (lines[0][0] if rows == 1 else canonical(eigenvalue(meaning, 0, AT)),)
    return (), ()


def _determinant(minor: Sequence[Sequence[Expr]]) -> Expr:
    return determinant(stacked([stacked(line, AT) for line in minor], AT), AT)


def _put(expr: Expr, meanings: Mapping[str, Expr], symbols: tuple[Symbol, ...]) -> Expr:
    """The formula with entries for matrices, read again: entries of lists are their entries."""
    return canonical(parse_expression(text_of(_replaced(expr, meanings)), symbols=symbols))


def _replaced(expr: Expr, meanings: Mapping[str, Expr]) -> Expr:
    inner = expr.args[0] if expr.op == "transpose" else expr
    if inner.op == "name" and inner.value in meanings:
        return meanings[str(inner.value)]
    return replace(expr, args=tuple(_replaced(arg, meanings) for arg in expr.args))
