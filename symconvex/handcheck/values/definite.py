"""Definiteness at an instance: an eigenvector guesses, balls decide."""

from fractions import Fraction
from itertools import permutations

from symconvex.handcheck.values.matrices import Matrix, Mismatch, NotSymbolic, counted, shape_text
from symconvex.handcheck.values.scalars import Scalar, ball, innermost

MAX_DET = 6


def numbers_of(a: Matrix) -> list[list[float]]:
    """The entries as floats, to guess with."""
    if not isinstance(a.rows, int) or not isinstance(a.cols, int):
        raise NotSymbolic("definiteness at a symbolic size")
    if a.rows != a.cols:
        raise Mismatch(f"definiteness of a {shape_text(a)} matrix")
    entries = [[innermost(a.at(i, j)) for j in range(a.cols)] for i in range(a.rows)]
    if any(hasattr(x, "applied") for row in entries for x in row):
        raise NotSymbolic("definiteness of a formula")
    return [[float(ball_of(x).mid()) for x in row] for row in entries]


def ball_of(x: Scalar) -> Scalar:
    """An exact number as a ball."""
    return ball(x) if isinstance(x, int | Fraction) else x


def extreme_eigenvalue(a: Matrix, *, largest: bool) -> Scalar:
    """The largest or smallest eigenvalue, as a ball with the width of a float's error; 0 where one of them is 0."""
    from flint import arb
    from numpy import array, linalg

    values = linalg.eigvalsh(array(numbers_of(a)))
    if not is_symmetric(a):
        raise NotSymbolic("eigenvalues of a matrix that is not symmetric")
    value = float(values[-1] if largest else values[0])
    found = arb(value, 1e-12 * (1 + abs(value)))
    return arb(0) if found.contains(0) and is_singular(a) else found


def quadratic(a: Matrix, v: list[Fraction]) -> Scalar:
    """v' a v as a ball."""
    total: Scalar = ball(0)
    for i, p in enumerate(v):
        for j, q in enumerate(v):
            total = total + a.at(i, j) * ball(p * q)
    return total


def negative_direction(a: Matrix) -> list[Fraction] | None:
    """A direction with v' a v < 0, certain by balls; None when no eigenvector gives one."""
    from numpy import array, linalg

    size = len(numbers_of(a))
    for v in _simple(size):
        if quadratic(a, v) < 0:
            return v
    symmetric = array(numbers_of(a))
    values, vectors = linalg.eigh((symmetric + symmetric.T) / 2)
    if not values[0] < 0:
        return None
    v = [Fraction(float(x)).limit_denominator(1000) for x in vectors[:, 0]]
    return v if quadratic(a, v) < 0 else None


def _simple(size: int) -> list[list[Fraction]]:
    units = [[Fraction(int(i == k)) for i in range(size)] for k in range(size)]
    pairs = [
        [Fraction(int(i == k) + s * int(i == l)) for i in range(size)]
        for k in range(size)
        for l in range(k)  # noqa: E741
        for s in (1, -1)
    ]
    return units + pairs


def is_singular(a: Matrix) -> bool:
    """Is the determinant zero, as far as balls of 60 digits can tell?"""
    numbers = numbers_of(a)
    value = ball_of(innermost(determinant(a)))
    scale = max((abs(x) for row in numbers for x in row), default=1.0) or 1.0
    return bool(value.contains(0)) and float(value.rad()) <= 1e-30 * scale ** len(numbers) + 1e-300


def is_symmetric(a: Matrix) -> bool:
    """Do entries mirrored in the diagonal agree?"""
    size = len(numbers_of(a))
    return all(bool((a.at(i, j) - a.at(j, i)).contains(0)) for i in range(size) for j in range(i))


def same_number(x: Scalar, y: Scalar) -> bool | None:
    """Certainly different, equal to 30 digits, or undefined."""
    gap = ball_of(innermost(x - y))
    if not gap.is_finite():
        return None
    if not gap.contains(0):
        return False
    size = abs(float(ball_of(innermost(x)).mid())) + abs(float(ball_of(innermost(y)).mid()))
    return True if float(gap.rad()) <= 1e-30 * (1 + size) else None


def determinant(a: Matrix) -> Scalar:
    """By permutations; matrices are small."""
    size = counted(a.rows, "a determinant")
    if a.rows != a.cols or size > MAX_DET:
        raise Mismatch(f"the determinant of a {shape_text(a)} matrix")
    result: Scalar = 0
    for order in permutations(range(size)):
        term: Scalar = 1
        for i, j in enumerate(order):
            term = a.at(i, j) * term
        swaps = sum(order[i] > order[j] for i in range(size) for j in range(i + 1, size))
        result = (term if swaps % 2 == 0 else -term) + result
    return result


def eliminated(rows: list[list[Scalar]], cols: int) -> tuple[list[list[Scalar]], list[int]]:
    """Reduced rows and the columns of the pivots; what balls of 60 digits cannot tell from 0 is 0."""
    left, done, pivots = list(rows), list[list[Scalar]](), list[int]()
    for j in range(cols):
        pivot = next((row for row in left if not row[j].contains(0)), None)
        if pivot is None:
            continue
        pivots.append(j)
        pivot_row = [x / pivot[j] for x in pivot]
        left = [[x - row[j] * y for x, y in zip(row, pivot_row, strict=True)] for row in left if row is not pivot]
        done = [[x - row[j] * y for x, y in zip(row, pivot_row, strict=True)] for row in done] + [pivot_row]
    return done, pivots


def null_vector(rows: list[list[Scalar]], cols: int) -> list[Scalar] | None:
    """A vector but 0 that the rows map to 0, if there is one."""
    done, pivots = eliminated(rows, cols)
    free = next((j for j in range(cols) if j not in pivots), None)
    if free is None:
        return None
    found = [ball(int(j == free)) for j in range(cols)]
    for j, row in zip(pivots, done, strict=True):
        found[j] = -row[free]
    return found
