"""Products, sums and inverses of matrices as they are written, with identities and ones that fit any size."""

from collections.abc import Callable
from fractions import Fraction

from symconvex.handcheck.meaning.world import Algebra, Unknown
from symconvex.handcheck.values.matrices import ANY, Matrix, Mismatch, counted, scalar, shape_text
from symconvex.handcheck.values.scalars import Scalar, innermost, largest

# Entries that are looked at along each axis of a matrix that fits any size.
LOOKED_AT = 4


def identity(algebra: Algebra, size: int | str = ANY) -> Matrix:
    """The identity; without a size it fits any."""
    return Matrix(size, size, algebra.delta)


def ones(algebra: Algebra, size: int | str = ANY) -> Matrix:
    """The column of ones."""
    return Matrix(size, 1, lambda _i, _j: algebra.number(Fraction(1)))


def fitted(a: Matrix, like: Matrix) -> Matrix:
    """A matrix of any size takes the size of the one beside it; a number becomes constant entries."""
    if ANY in (a.rows, a.cols):
        return Matrix(like.rows if a.rows == ANY else a.rows, like.cols if a.cols == ANY else a.cols, a.entry)
    if a.is_scalar and not like.is_scalar and ANY not in (like.rows, like.cols):
        return Matrix(like.rows, like.cols, lambda _i, _j: a.at(0, 0))
    return a


def extreme(values: list[Matrix], sign: int) -> Matrix:
    """The greatest of several numbers, entry by entry beside a vector, or of one vector; the least for -1."""
    like = next((value for value in values if not value.is_scalar), None)
    if like is not None and len(values) == 1:
        values = [scalar(like.item(k)) for k in range(counted(like.length, "a maximum"))]
        like = None
    if like is None:
        return scalar(largest([value.value * sign for value in values]) * sign)
    alike = [fitted(value, like) for value in values]
    if any((value.rows, value.cols) != (like.rows, like.cols) for value in alike):
        raise Mismatch("the maximum of arrays of several shapes")
    return Matrix(like.rows, like.cols, lambda i, j: largest([a.at(i, j) * sign for a in alike]) * sign)


def together(a: Matrix, b: Matrix, combine: Callable[[Scalar, Scalar], Scalar], what: str) -> Matrix:
    """Entry by entry, after both were fitted to each other."""
    a, b = fitted(a, b), fitted(b, a)
    if (a.rows, a.cols) != (b.rows, b.cols):
        raise Mismatch(f"{shape_text(a)} and {shape_text(b)} cannot be {what}")
    return Matrix(a.rows, a.cols, lambda i, j: combine(a.at(i, j), b.at(i, j)))


def added(a: Matrix, b: Matrix) -> Matrix:
    """The sum."""
    return together(a, b, lambda x, y: x + y, "added")


def entrywise(a: Matrix, b: Matrix) -> Matrix:
    """The product entry by entry."""
    return together(a, b, lambda x, y: x * y, "multiplied entry by entry")


def divided(a: Matrix, b: Matrix) -> Matrix:
    """The quotient entry by entry."""
    return together(a, b, lambda x, y: x / y, "divided entry by entry")


def times(a: Matrix, b: Matrix, algebra: Algebra) -> Matrix:
    """The matrix product; a number scales."""
    if a.is_scalar or b.is_scalar:
        number, other = (a, b) if a.is_scalar else (b, a)
        return Matrix(other.rows, other.cols, lambda i, j: number.at(0, 0) * other.at(i, j))
    if a.cols == b.rows == ANY:
        return _of_any_size(a, b, algebra)
    a = Matrix(b.rows if a.rows == ANY else a.rows, b.rows, a.entry) if a.cols == ANY else a
    b = Matrix(a.cols, a.cols if b.cols == ANY else b.cols, b.entry) if b.rows == ANY else b
    if a.cols != b.rows:
        raise Mismatch(f"{shape_text(a)} times {shape_text(b)}")
    return Matrix(a.rows, b.cols, lambda i, j: algebra.total(a.cols, lambda k: a.at(i, k) * b.at(k, j)))


def _of_any_size(a: Matrix, b: Matrix, algebra: Algebra) -> Matrix:
    """Only a multiple of the identity can be multiplied before its size is known."""
    if is_multiple_of_identity(a, algebra):
        return Matrix(b.rows, b.cols, lambda i, j: a.at(0, 0) * b.at(i, j))
    if is_multiple_of_identity(b, algebra):
        return Matrix(a.rows, a.cols, lambda i, j: a.at(i, j) * b.at(0, 0))
    raise Unknown("a product whose size nothing tells")


def is_multiple_of_identity(a: Matrix, algebra: Algebra) -> bool:
    """Is a matrix that fits any size a multiple of the identity, as far as its first entries tell?"""
    if not a.rows == a.cols == ANY:
        return False
    places = [(i, j) for i in range(LOOKED_AT) for j in range(LOOKED_AT)]
    return all(algebra.vanishes(a.at(i, j) - algebra.delta(i, j) * a.at(0, 0)) for i, j in places)


def inner(a: Matrix, b: Matrix, algebra: Algebra) -> Matrix:
    """The sum of the entrywise product."""
    product = entrywise(a, b)
    return scalar(total(product, algebra))


def total(a: Matrix, algebra: Algebra) -> Scalar:
    """The sum of all entries."""
    return algebra.total(a.rows, lambda i: algebra.total(a.cols, lambda j: a.at(i, j)))


def trace(a: Matrix, algebra: Algebra) -> Matrix:
    """The sum of the diagonal."""
    if a.rows != a.cols:
        raise Mismatch(f"the trace of a {shape_text(a)} matrix")
    return scalar(algebra.total(a.rows, lambda k: a.at(k, k)))


def kron(a: Matrix, b: Matrix) -> Matrix:
    """The Kronecker product."""
    rows, cols = counted(b.rows, "a Kronecker product"), counted(b.cols, "a Kronecker product")
    above, beside = counted(a.rows, "a Kronecker product"), counted(a.cols, "a Kronecker product")

    def entry(i: int | str, j: int | str) -> Scalar:
        p, q = int(i), int(j)
        return a.at(p // rows, q // cols) * b.at(p % rows, q % cols)

    return Matrix(above * rows, beside * cols, entry)


def stacked(a: Matrix) -> Matrix:
    """vec: the columns one below the other."""
    rows, cols = counted(a.rows, "vec"), counted(a.cols, "vec")
    return Matrix(rows * cols, 1, lambda i, _j: a.at(int(i) % rows, int(i) // rows))


def _is_diagonal(a: Matrix, algebra: Algebra) -> bool:
    """At a symbolic size: is a_ij = [i = j] a_ii?"""
    i, j = "diagonal_r", "diagonal_c"
    return algebra.vanishes(a.at(i, j) * (1 - algebra.delta(i, j)))


def inverse(a: Matrix, algebra: Algebra) -> Matrix:
    """By elimination with the largest pivot."""
    if a.is_scalar:
        return scalar(1 / a.at(0, 0))
    if is_multiple_of_identity(a, algebra):
        return Matrix(ANY, ANY, lambda i, j: algebra.delta(i, j) / a.at(0, 0))
    if a.rows != a.cols:
        raise Mismatch(f"the inverse of a {shape_text(a)} matrix")
    if isinstance(a.rows, str) and _is_diagonal(a, algebra):
        return Matrix(a.rows, a.cols, lambda i, j: algebra.delta(i, j) / a.at(i, i))
    size = counted(a.rows, "an inverse")
    work = [[a.at(i, j) for j in range(size)] + [algebra.delta(i, j) for j in range(size)] for i in range(size)]
    for k in range(size):
        best = max(range(k, size), key=lambda r: float(abs(innermost(work[r][k])).mid()))
        work[k], work[best] = work[best], work[k]
        work[k] = [x / work[k][k] for x in work[k]]
        for r in range(size):
            if r != k:
                factor = work[r][k]
                work[r] = [x - factor * y for x, y in zip(work[r], work[k], strict=True)]
    return Matrix(size, size, lambda i, j: work[int(i)][size + int(j)])


def blocks(rows: list[list[Matrix]]) -> Matrix:
    """A matrix of blocks; a row of numbers is a matrix of numbers."""
    heights = [counted(row[0].rows, "a block") for row in rows]
    widths = [counted(part.cols, "a block") for part in rows[0]]
    for row, height in zip(rows, heights, strict=True):
        if [counted(part.cols, "a block") for part in row] != widths or any(part.rows != height for part in row):
            raise Mismatch("blocks that do not fit side by side")
    places = [(r, i) for r, height in enumerate(heights) for i in range(height)]
    spots = [(c, j) for c, width in enumerate(widths) for j in range(width)]

    def entry(i: int | str, j: int | str) -> Scalar:
        (r, p), (c, q) = places[int(i)], spots[int(j)]
        return rows[r][c].at(p, q)

    return Matrix(len(places), len(spots), entry)
