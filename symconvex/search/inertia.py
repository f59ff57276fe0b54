"""Signs of the eigenvalues of many small symmetric matrices at once.

Matrices come as upper triangles, one row of an array for each entry and one column for each matrix.
Everything here is a screen: it says where to look and proves nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

# An eigenvalue counts as zero below this part of the largest one.
ZERO = 1e-10
# A pivot is tiny below this part of the terms that it is the difference of, where rounding may decide its
# sign, and of the largest entry on the diagonal, where it may count as zero.
TINY = 1e-8
# Beyond this order eigenvalues one matrix after the other are faster than pivots of many at once.
SCREENED = 200


@dataclass(frozen=True, slots=True)
class Inertia:
    """How many eigenvalues of each matrix are negative, zero and positive.

    lowest   the smallest eigenvalues, when all eigenvalues were computed

    Shapes   negative, zero, positive, lowest (N,)
    """

    negative: Counts
    zero: Counts
    positive: Counts
    lowest: Array | None = None

    def part(self, chosen: NDArray[np.bool_]) -> "Inertia":
        """Of some matrices only."""
        lowest = None if self.lowest is None else self.lowest[chosen]
        return Inertia(self.negative[chosen], self.zero[chosen], self.positive[chosen], lowest)


def order_of(entries: Array) -> int:
    """The n of an upper triangle with n (n + 1) / 2 entries."""
    return int((np.sqrt(8 * len(entries) + 1) - 1) / 2)


def matrices(entries: Array) -> Array:
    """Full symmetric matrices, (n (n + 1) / 2, N)  ->  (N, n, n)."""
    size = order_of(entries)
    rows, columns = np.triu_indices(size)
    full = np.empty((entries.shape[1], size, size))
    full[:, rows, columns] = full[:, columns, rows] = entries.T
    return full


def eigenvalues(entries: Array) -> Array:
    """All eigenvalues in ascending order, (N, n)."""
    return np.asarray(np.linalg.eigvalsh(matrices(entries)), dtype=np.float64)


def inertias(entries: Array) -> Inertia:
    """Inertia of finite matrices: pivots of L D L' where they are clear, eigenvalues elsewhere.

        H = L D L',    inertia(H) = inertia(D)

    Shapes   entries (n (n + 1) / 2, N)
    Source   Sylvester's law of inertia; Golub & Van Loan 2013, Matrix Computations, section 8.1.5
    """
    size = order_of(entries)
    if size > SCREENED:
        values = eigenvalues(entries)
        negative, positive = _counted(values)
        return Inertia(negative, size - negative - positive, positive, values[:, 0])
    negative, clear = pivot_signs(entries)
    positive = size - negative
    doubtful = np.flatnonzero(~clear)
    if len(doubtful):
        negative[doubtful], positive[doubtful] = _counted(eigenvalues(entries[:, doubtful]))
    return Inertia(negative, size - negative - positive, positive)


def _counted(values: Array) -> tuple[Counts, Counts]:
    """How many eigenvalues of each row are clearly negative, and clearly positive."""
    floor = ZERO * np.abs(values).max(axis=1, keepdims=True)
    return (values < -floor).sum(axis=1), (values > floor).sum(axis=1)


def pivot_signs(entries: Array) -> tuple[Counts, NDArray[np.bool_]]:
    """The number of negative pivots of L D L' without exchanges, and where no pivot is tiny.

    A pivot is a diagonal entry less squares over earlier pivots; it is compared with the sum of their sizes.
    """
    size, count = order_of(entries), entries.shape[1]
    work, scratch, ratio = entries.copy(), np.empty((size, count)), np.empty(count)
    starts = [row * size - row * (row - 1) // 2 for row in range(size)]
    mass = np.abs(entries[starts])
    negative, clear = np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.bool_)
    largest = mass.max(axis=0, initial=0.0)
    with np.errstate(all="ignore"):
        for row, start in enumerate(starts):
            pivot = work[start]
            negative += pivot < 0
            np.abs(pivot, out=ratio)
            clear &= ratio > TINY * np.maximum(mass[row], largest)
            np.reciprocal(pivot, out=ratio)
            for below in range(row + 1, size):
                tail = work[start + below - row : start + size - row]
                change = scratch[: size - below]
                np.multiply(tail[0], ratio, out=change[0])
                np.multiply(tail[1:], change[0], out=change[1:])
                change[0] *= tail[0]
                work[starts[below] : starts[below] + size - below] -= change
                mass[below] += np.abs(change[0])
    return negative, clear


def eigenvalue_floor(entries: Array) -> Array:
    """A lower bound of the smallest eigenvalue from trace and Frobenius norm.

        m - s sqrt(n - 1),    m = tr H / n,    s^2 = |H|^2 / n - m^2

    Shapes   entries (n (n + 1) / 2, N)  ->  (N,)
    Source   Wolkowicz & Styan 1980, Linear Algebra and its Applications 29, theorem 2.1
    """
    size = order_of(entries)
    rows, columns = np.triu_indices(size)
    middle = entries[rows == columns].sum(axis=0) / size
    weight = np.where(rows == columns, 1.0, 2.0)
    spread = np.einsum("k,kc,kc->c", weight, entries, entries) / size - middle * middle
    floor: Array = middle - np.sqrt(np.maximum(spread, 0.0) * (size - 1))
    return floor


def lowest_eigenvalue(entries: Array, below: float, batch: int = 64) -> tuple[float, int] | None:
    """The smallest eigenvalue of all matrices and the matrix that has it, if it is less than `below`.

    Matrices are visited in the order of their lower bounds, until the bounds exceed what was found.
    """
    floors = eigenvalue_floor(entries)
    slack = 1e-9 * np.abs(entries).max(axis=0, initial=0.0)
    floors -= slack
    promising = np.flatnonzero(floors < below)
    promising = promising[np.argsort(floors[promising], kind="stable")]
    best: tuple[float, int] | None = None
    for start in range(0, len(promising), batch):
        chosen = promising[start : start + batch]
        if floors[chosen[0]] > below:
            break
        lowest = eigenvalues(entries[:, chosen])[:, 0]
        found = min(zip(lowest.tolist(), chosen.tolist(), strict=True))
        if found[0] < below or (best is not None and found < best):
            best, below = found, found[0]
    return best
