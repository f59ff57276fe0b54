"""Eigenvalues are those of symmetric matrices: where a matrix need not be one, it is said which entries are read."""

import ast
from collections.abc import Collection, Iterator, Mapping

from symconvex.kernel import term as t
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Budget, Sym, Term
from symconvex.language.indices import to_term
from symconvex.language.read import parse_expression
from symconvex.language.syntax import clean, parse_syntax
from symconvex.problem import Symbol

OF_SYMMETRIC = ("eigvalsh", "lambda_max", "lambda_min")
SETS = ("symmetric", "psd", "pd")
WORK = 1_000_000


def triangles(text: str, symbols: Collection[Symbol], sets: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each matrix with eigenvalues of which nothing says that it is symmetric: lambda_max(B)."""
    kept = frozenset(name for name, within in sets.items() if within in SETS)
    shapes = tuple(symbols)
    return tuple(_told(matrix) for matrix in dict.fromkeys(_matrices(text)) if not _is_symmetric(matrix, shapes, kept))


def _matrices(text: str) -> Iterator[str]:
    for node in ast.walk(parse_syntax(clean(text))):
        match node:
            case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word), args=[inner, *_]) if word in OF_SYMMETRIC:
                yield ast.unparse(inner)


def _told(matrix: str) -> str:
    declare = f"; declare --set {matrix}=symmetric" if matrix.isidentifier() else ""
    return (
        f"{matrix} need not be symmetric: as in NumPy, its eigenvalues are read as those of the symmetric matrix "
        f"that it is on and below the diagonal{declare}"
    )


def _is_symmetric(matrix: str, symbols: tuple[Symbol, ...], kept: frozenset[str]) -> bool:
    expr = parse_expression(matrix, symbols=symbols)
    above, below = (_folded(to_term(expr, place), kept) for place in ((0, 1), (1, 0)))
    return not Normal(Facts({}, frozenset(), frozenset(), {}), Budget(WORK)).poly(t.sub(above, below))


def _folded(term: Term, kept: frozenset[str]) -> Term:
    """With A[0,1] for A[1,0], where A is symmetric."""
    if isinstance(term, Sym) and term.name in kept and all(isinstance(index, int) for index in term.indices):
        return Sym(term.name, tuple(sorted(term.indices, key=int)))
    return t.rebuild(term, tuple(_folded(part, kept) for part in t.children(term)))
