"""Singular values and eigenvalues of matrices with two rows and two columns, in closed form.

    W = [[a, b], [c, d]]      p = norm([a + d, b - c]),  q = norm([a - d, b + c])
    nuclear norm              max(p, q), the sum of the two singular values
    spectral norm             (p + q)/2, the larger one
    S = [[a, b], [b, c]]      (a + c)/2 - r, (a + c)/2 + r with r = norm([a - c, 2*b])/2

For p^2 and q^2 are |W|^2 + 2 det W and |W|^2 - 2 det W, so that p and q are the sum and the difference of the singular
values, in one order or the other. Written so, composition shows what is convex.

Source   Horn & Johnson 2013, Matrix Analysis, sections 1.2, 2.6 and 5.6
"""

from dataclasses import replace
from fractions import Fraction

from symconvex.errors import NotYet, ShapeError
from symconvex.language import nodes
from symconvex.language.entries import entries, stacked
from symconvex.language.place import Place, in_words
from symconvex.problem import Expr

HALF = Fraction(1, 2)
ASCENDING = "ascending"  # entries of which the last is the largest


def nuclear_norm(expr: Expr, at: Place) -> Expr:
    """The sum of the singular values."""
    return _rank_one(expr, at) or nodes.maximum(_sum_and_difference(expr, "the nuclear norm", at), at)


def spectral_norm(expr: Expr, at: Place) -> Expr:
    """The largest singular value."""
    one = _rank_one(expr, at)
    return one or _half(nodes.add(*_sum_and_difference(expr, "the largest singular value", at), at), at)


def eigenvalues(expr: Expr, at: Place) -> Expr:
    """Those of a symmetric matrix, the smaller first; as in NumPy, of a matrix that is not what is on and below
    the diagonal counts.
    """
    (a, _), (b, c) = _two_by_two(expr, "the eigenvalues", at)
    middle, far = _half(nodes.add(a, c, at), at), nodes.add(a, nodes.neg(c, at), at)
    apart = _half(_length(far, nodes.mul(nodes.number(2, at), b, at), at), at)
    ends = stacked([nodes.add(middle, nodes.neg(apart, at), at), nodes.add(middle, apart, at)], at)
    return replace(ends, value=ASCENDING)


def eigenvalue(expr: Expr, place: int, at: Place) -> Expr:
    """The smallest or the largest one."""
    return eigenvalues(expr, at).args[place]


def _rank_one(expr: Expr, at: Place) -> Expr | None:
    """A row or a column has one singular value, its length."""
    return nodes.norm(expr, None, at) if 1 in expr.shape else None


def _half(expr: Expr, at: Place) -> Expr:
    return nodes.mul(nodes.number(HALF, at), expr, at)


def _length(left: Expr, right: Expr, at: Place) -> Expr:
    return nodes.norm(stacked([left, right], at), None, at)


def _sum_and_difference(expr: Expr, what: str, at: Place) -> tuple[Expr, Expr]:
    """Of the singular values, in one order or the other."""
    (a, b), (c, d) = _two_by_two(expr, what, at)
    first = _length(nodes.add(a, d, at), nodes.add(b, nodes.neg(c, at), at), at)
    return first, _length(nodes.add(a, nodes.neg(d, at), at), nodes.add(b, c, at), at)


def _two_by_two(expr: Expr, what: str, at: Place) -> tuple[tuple[Expr, ...], ...]:
    inner, of_symmetric = at.whole(expr), what == "the eigenvalues"
    if of_symmetric and (len(expr.shape) != 2 or expr.shape[0] != expr.shape[1]):
        gram = f"{nodes.transposed(inner)} @ {nodes.bracketed(inner)}"
        raise ShapeError(
            "eigenvalues are those of a square matrix",
            where=at.show(),
            expected="a symmetric matrix of shape (2, 2)",
            got=f"{at.of(expr)} is {in_words(expr.shape)}",
            hint=f"lambda_max({gram}) is norm({inner}, 2)**2" if len(expr.shape) == 2 else f"write norm({inner})",
        )
    if expr.shape != (2, 2):
        shown = "the largest is convex and the smallest concave" if of_symmetric else "it is convex"
        instead = f"trace({inner})" if of_symmetric else f"norm({inner}, 'fro')"
        raise NotYet(
            f"{what} of a matrix of this size",
            where=at.show(),
            expected="a matrix of shape (2, 2), whose closed form has a proof",
            got=f"{at.of(expr)} is {in_words(expr.shape)}",
            hint=f"{shown} at every size, proved only where it is declared as 2 by 2; for others write {instead}",
        )
    return tuple(entries(line, 0, at) for line in entries(expr, 0, at))
