"""Determinants and inverses of small matrices of numbered size, written out.

    det(A) = sum_k (-1)^k A[0, k] det(A without row 0 and column k),    inv(A)[i, j] = (-1)^(i+j) minor(j, i) / det(A)

Source   Horn & Johnson 2013, Matrix Analysis, sections 0.3.1 and 0.8.2
"""

from functools import reduce

from symconvex.errors import NotYet, ShapeError
from symconvex.language import nodes
from symconvex.language.absent import SYMMETRIC
from symconvex.language.entries import diagonal, entries, stacked
from symconvex.language.place import Place, in_words
from symconvex.problem import Expr

MOST_ROWS = 4
Rows = tuple[tuple[Expr, ...], ...]


def _rows(expr: Expr, at: Place) -> Rows:
    if len(expr.shape) != 2 or expr.shape[0] != expr.shape[1]:
        raise ShapeError(
            "a determinant or an inverse needs a square matrix",
            where=at.show(),
            expected="shape (d, d)",
            got=f"{at.of(expr)} is {in_words(expr.shape)}",
            hint="det(A.T @ A) and inv(A.T @ A) have one where A has two sizes",
        )
    size = expr.shape[0]
    if isinstance(size, str) or size > MOST_ROWS:
        raise NotYet(
            "the determinant or inverse of a matrix of this size",
            where=at.show(),
            expected=f"a square matrix with a number of rows, at most {MOST_ROWS}",
            got=f"{at.of(expr)} is {in_words(expr.shape)}",
            hint=f"declare the size as 2 or 3; {SYMMETRIC}",
        )
    return tuple(entries(line, 0, at) for line in entries(expr, 0, at))


def _without(rows: Rows, i: int, j: int) -> Rows:
    return tuple(line[:j] + line[j + 1 :] for k, line in enumerate(rows) if k != i)


def _determinant(rows: Rows, at: Place) -> Expr:
    if not rows:
        return nodes.number(1, at)
    terms = [nodes.mul(first, _determinant(_without(rows, 0, k), at), at) for k, first in enumerate(rows[0])]
    signed = [nodes.neg(term, at) if k % 2 else term for k, term in enumerate(terms)]
    return reduce(lambda left, right: nodes.add(left, right, at), signed)


def determinant(expr: Expr, at: Place) -> Expr:
    """The determinant; that of a diagonal matrix of named size is the product of its diagonal, of numbers > 0."""
    if expr.op == "diag" and isinstance(expr.shape[0], str):
        return nodes.call("exp", log_determinant(expr, at), at)
    return _determinant(_rows(expr, at), at)


def log_determinant(expr: Expr, at: Place) -> Expr:
    """The logarithm of the determinant."""
    if expr.op == "diag" and isinstance(expr.shape[0], str):
        return nodes.total(nodes.call("log", expr.args[0], at), None, at)
    return nodes.call("log", determinant(expr, at), at)


def inverse(expr: Expr, at: Place) -> Expr:
    """The inverse: the matrix of the cofactors, transposed, over the determinant."""
    if expr.op == "diag":
        return diagonal(nodes.power(expr.args[0], nodes.MINUS, at), at)
    rows = _rows(expr, at)
    below = nodes.power(_determinant(rows, at), nodes.MINUS, at)
    size = range(len(rows))

    def cofactor(i: int, j: int) -> Expr:
        minor = _determinant(_without(rows, j, i), at)
        return nodes.neg(minor, at) if (i + j) % 2 else minor

    return nodes.mul(below, stacked([stacked([cofactor(i, j) for j in size], at) for i in size], at), at)
