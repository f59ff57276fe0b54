"""A gradient with the matrix that its terms share in front: X.T @ 1 - X.T @ s as X.T @ (1 - s)."""

from symconvex.calculus.closed import matrix as m
from symconvex.calculus.closed.matrix import ONE, add, fit, matmul, product, transpose
from symconvex.problem import Expr

Applied = tuple[Expr, Expr]


def gathered(expr: Expr) -> Expr:
    """The vector, where sums of rows stand beside products with the same matrix; others as they are."""
    if len(expr.shape) != 1 or expr.op != "add":
        return expr
    groups, rest, first = dict[Expr, list[Expr]](), list[Expr](), dict[Expr, bool]()
    for coefficient, term in m.terms(expr):
        whole = product(m.number(coefficient), term)
        found = _applied(whole)
        if found is None:
            rest.append(whole)
            continue
        matrix, vector = found
        groups.setdefault(matrix, []).append(vector)
        first[matrix] = first.get(matrix, False) or not vector.shape
    if not any(first[matrix] and len(vectors) > 1 for matrix, vectors in groups.items()):
        return expr
    parts = [matmul(matrix, fit(add(*vectors), (matrix.shape[1],))) for matrix, vectors in groups.items()]
    return fit(add(*parts, *rest), expr.shape)


def _applied(term: Expr) -> Applied | None:
    """A and u where the term is A @ u; a sum of the rows of X is X.T @ 1, with the number for the vector."""
    scalar, core = m.split_scalars(term)
    match core:
        case Expr("matmul", (matrix, vector)) if len(matrix.shape) == 2 and len(vector.shape) == 1:
            return matrix, product(scalar, vector)
        case Expr("sum", (arg,), 0) if len(arg.shape) == 2:
            return transpose(arg), product(scalar, ONE)
    return None
