"""Which negative eigenvalues of a sample are sure, and which is the lowest."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from symconvex.calculus.program.instance import Instance
from symconvex.calculus.program.taylor import curvature
from symconvex.search.inertia import Inertia, lowest_eigenvalue, matrices

Array = NDArray[np.float64]
# Points with a negative eigenvalue that are looked at again in ball arithmetic, which takes a thousand times as long.
MOST_CERTIFIED = 100_000
PRECISIONS = (64, 256)


@dataclass(frozen=True, slots=True)
class Lowest:
    """The most negative eigenvalue that was met, where, and a unit eigenvector."""

    eigenvalue: float
    point: tuple[float, ...]
    direction: tuple[float, ...]


@dataclass(slots=True)
class Sure:
    """Looks at points again where rounding may have made an eigenvalue negative.

        v' H v <= l / 2 < 0    for the unit eigenvector v of the lowest eigenvalue l in floating point

    in ball arithmetic, so that H has a negative eigenvalue and l is about right.
    """

    at_size: Instance
    most: int = MOST_CERTIFIED
    tried: int = 0
    refused: int = 0

    def keep(self, points: Array, entries: Array, signs: Inertia) -> NDArray[np.bool_]:
        """All points but those where a negative eigenvalue is not sure."""
        kept: NDArray[np.bool_] = signs.negative == 0
        for column in np.flatnonzero(signs.negative).tolist():
            hessian = matrices(entries[:, [column]])[0]
            kept[column] = self.tried < self.most and is_bent(self.at_size, points[:, column], hessian)
            self.tried += 1
        self.refused += int((~kept).sum())
        return kept


def is_bent(at_size: Instance, point: Array, hessian: Array, sign: int = 1) -> bool:
    """Has sign * H surely a negative eigenvalue at the point, where it is this in floating point?"""
    values, vectors = np.linalg.eigh(sign * hessian)
    at, way = ([Fraction(x) for x in row.tolist()] for row in (point, vectors[:, 0]))
    inputs = (at_size.graph, at_size.loss, at_size.parameters, at, way)
    return any(2 * sign * curvature(*inputs, precision) < values[0] < 0 for precision in PRECISIONS)


@dataclass(slots=True)
class Worst:
    """The most negative eigenvalue so far; the first point wins a tie."""

    eigenvalue: float = 0.0
    block: int = 0
    point: Array | None = None
    matrix: Array | None = None

    def update(self, points: Array, entries: Array, signs: Inertia, block: int) -> None:
        chosen = np.flatnonzero(signs.negative)
        if not len(chosen):
            return
        if signs.lowest is None:
            lowest = lowest_eigenvalue(entries[:, chosen], self.eigenvalue)
        else:
            found = min(zip(signs.lowest[chosen].tolist(), range(len(chosen)), strict=True))
            lowest = found if found[0] < self.eigenvalue else None
        if lowest is not None:
            (self.eigenvalue, place), self.block = lowest, block
            column = chosen[place]
            self.point, self.matrix = points[:, column].copy(), matrices(entries[:, [column]])[0]

    def found(self) -> tuple[float, int, Lowest] | None:
        if self.point is None or self.matrix is None:
            return None
        vector = np.linalg.eigh(self.matrix)[1][:, 0]
        vector *= np.sign(vector[np.abs(vector).argmax()])
        lowest = Lowest(self.eigenvalue, tuple(self.point.tolist()), tuple(vector.tolist()))
        return self.eigenvalue, self.block, lowest
