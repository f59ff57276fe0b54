"""One small instance of the data, and the points of an argument at it: as arrays, and exactly for captions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Any

from symconvex.drafting.draft import Draft
from symconvex.drafting.points import Point
from symconvex.exposition.tables import MOST_ENTRIES, Table, table_tex
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Delta, Dim, Index, Mul, Num, Pow, Size, Sum, Sym, Term
from symconvex.language.printing.texwords import entry_tex, number_tex, word_tex

ROWS = ((1, 2, -1, 1), (2, -1, 1, 0), (-1, 1, 2, 1))
NEAR = 4  # rows and columns beyond are all alike
Arrays = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of the argument, times a number."""

    point: Point
    scale: Fraction = Fraction(1)


def sizes_of(draft: Draft, matrix: str | None) -> dict[str, int]:
    """The least sizes, but two samples where the argument singles one out."""
    rows = draft.data[matrix][0] if matrix is not None else "n"
    return {size: max(least, 2 if size == rows else 1) for size, least in draft.sizes().items()}


def numbers(draft: Draft, sizes: Mapping[str, int]) -> int:
    """How many entries all arrays have together."""
    return sum(prod(counts(shape, sizes)) for shape in (*draft.data.values(), *draft.parameters.values()))


def counts(shape: Sequence[Size], sizes: Mapping[str, int]) -> tuple[int, ...]:
    """A shape in numbers."""
    return tuple(size if isinstance(size, int) else sizes[size] for size in shape)


@dataclass(frozen=True, slots=True)
class Small:
    """Data of the least sizes: small integers in the first rows and columns, the same target for every sample.

    witness    where the rows stand that the argument singles out
    arrays     what was computed of the data
    """

    draft: Draft
    sizes: Mapping[str, int]
    witness: Mapping[str, int]
    target: Fraction
    arrays: Arrays = field(default_factory=dict)

    def entry(self, name: str, place: Sequence[int]) -> Fraction:
        """An entry of the data."""
        row, column = (*place, 0, 0)[:2]
        far = row >= NEAR or column >= NEAR
        plain = self.target if self._is_target(name) else Fraction(ROWS[row % 3][column % NEAR])
        match self.draft.within(name):
            case "positive":
                return Fraction(1)
            case "unit":
                return Fraction(1, 2)
            case "sign":
                return Fraction(1 if plain > 0 or row % 2 or far else -1)
            case "binary":
                return Fraction(0) if far else min(abs(plain), Fraction(1))
            case "real":
                return Fraction(0) if far else plain
        return Fraction(0) if far else abs(plain)

    def _is_target(self, name: str) -> bool:
        """Every array but the first matrix."""
        first = next((x for x, shape in self.draft.data.items() if len(shape) == 2), "")
        return bool(self.draft.data[name]) and name != first

    def data(self, name: str) -> Any:
        """An array of the data."""
        import numpy as np

        if name not in self.arrays:
            shape = counts(self.draft.data[name], self.sizes)
            array = np.full(shape, float(self.entry(name, [NEAR for _ in shape])))
            for place in np.ndindex(*(min(count, NEAR) for count in shape)):
                array[place] = float(self.entry(name, place))
            self.arrays[name] = array
        return self.arrays[name]

    def spot(self, name: str, spot: Spot) -> Any:
        """A parameter at a point."""
        import numpy as np

        places, value = spot.point[name]
        shape = counts(self.draft.parameters[name], self.sizes)
        at = {**self.witness, **dict(zip(places, np.ogrid[tuple(slice(count) for count in shape)], strict=True))}
        return np.broadcast_to(float(spot.scale) * self.values(value, at), shape)

    def values(self, term: Term, at: Mapping[str, Any]) -> Any:
        """The entries of a point as an array over the places; functions do not occur in points."""
        match term:
            case Num(value):
                return float(value)
            case Dim(size):
                return float(*counts((size,), self.sizes))
            case Delta(left, right):
                return 1.0 * (_index(left, at) == _index(right, at))
            case Sym(name, indices):
                return self.data(name)[tuple(_index(i, at) for i in indices)]
            case Sum(index, size, body):
                return sum(self.values(body, {**at, index: k}) for k in range(*counts((size,), self.sizes)))
            case Add(args):
                return sum(self.values(arg, at) for arg in args)
            case Mul(args):
                return prod(self.values(arg, at) for arg in args)
            case Pow(base, exponent) if exponent.denominator == 1:
                return self.values(base, at) ** float(exponent)
        raise ValueError(f"{t.render(term)[:80]} does not occur in the points of an argument")

    def exact(self, term: Term, at: Mapping[str, int]) -> Fraction:
        """One entry of a point, exactly."""
        match term:
            case Num(value):
                return value
            case Sym(name, indices):
                return self.entry(name, [_index(i, at) for i in indices])
            case Sum(index, size, body):
                found = (self.exact(body, {**at, index: k}) for k in range(*counts((size,), self.sizes)))
                return sum(found, Fraction(0))
            case Add(args):
                return sum((self.exact(arg, at) for arg in args), Fraction(0))
            case Mul(args):
                return prod((self.exact(arg, at) for arg in args), start=Fraction(1))
            case Pow(base, exponent):
                return self.exact(base, at) ** int(exponent)
        return Fraction(self.values(term, at))

    def data_tex(self, name: str) -> str:
        """X = ..., as a caption lists it."""
        return listed(name, self.data(name), lambda place: self.entry(name, place))

    def spot_tex(self, name: str, spot: Spot) -> str:
        """The same for a parameter at a point."""
        places, value = spot.point[name]

        def entry(place: Sequence[int]) -> Fraction:
            return spot.scale * self.exact(value, {**self.witness, **dict(zip(places, place, strict=True))})

        return listed(name, self.spot(name, spot), entry)


def _index(index: Index, at: Mapping[str, Any]) -> Any:
    return index if isinstance(index, int) else at[index]


def listed(name: str, array: Any, entry: Callable[[Sequence[int]], Fraction]) -> str:
    """All entries of a small array; of a large one those that differ from the last one."""
    import numpy as np

    word = word_tex(name)
    if array.size <= MOST_ENTRIES:
        return f"${word}={table_tex(_table(array.shape, entry))}$"
    rest = entry([count - 1 for count in array.shape])
    places = [tuple(map(int, place)) for place in np.argwhere(array != float(rest))[:MOST_ENTRIES]]
    others = ",\\;".join(f"{entry_tex(name, place)}={number_tex(entry(place))}" for place in places)
    more = ",\\;\\dots" if np.count_nonzero(array != float(rest)) > MOST_ENTRIES else ""
    but = "\\text{ but for }" if others else ""
    return f"${word}={number_tex(rest)}{but}{others}{more}$"


def _table(shape: Sequence[int], entry: Callable[[Sequence[int]], Fraction], at: tuple[int, ...] = ()) -> Table:
    if len(at) == len(shape):
        return entry(at)
    return tuple(_table(shape, entry, (*at, k)) for k in range(shape[len(at)]))
