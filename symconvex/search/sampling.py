"""Is the Hessian positive semidefinite at random points? Counts of eigenvalue signs, and the worst point.

A sample suggests and never proves: its worst point is where a search for an exact witness starts.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from symconvex.calculus.program.evaluate import CHUNK
from symconvex.calculus.program.instance import (
    MOST_NODES,
    Instance,
    check_count,
    instance,
    known_sizes,
    places,
    too_many,
)
from symconvex.calculus.program.taylor import curvature
from symconvex.errors import NotYet, ShapeError
from symconvex.pages._card import card
from symconvex.problem import Problem
from symconvex.search.hessians import hessians_at
from symconvex.search.inertia import Inertia, inertias, lowest_eigenvalue, matrices

Array = NDArray[np.float64]
Signs = tuple[int, int, int]
SMALL = 3
MOST_ROWS = 6
MOST_PARAMETERS = 4_000
# Points with a negative eigenvalue that are looked at again in ball arithmetic, which takes a thousand times as long.
MOST_CERTIFIED = 100_000
PRECISIONS = (64, 256)


@dataclass(frozen=True, slots=True)
class Lowest:
    """The most negative eigenvalue that was met, where, and a unit eigenvector."""

    eigenvalue: float
    point: tuple[float, ...]
    direction: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sampling:
    """What random points say of a Hessian.

    names       the parameters, in the order of `point` and `direction`
    data        all data as exact numbers, given or drawn, by name
    skipped     points outside the domain, or with a Hessian that is not finite in floating point
    unsure      points with a negative eigenvalue in floating point that ball arithmetic did not confirm
    inertia     (negative, zero, positive) eigenvalues -> number of other points, most frequent first
    lowest      None when no point is sure to have a negative eigenvalue
    """

    names: tuple[str, ...]
    data: Mapping[str, object]
    seed: int
    points: int
    skipped: int
    unsure: int
    inertia: Mapping[Signs, int]
    lowest: Lowest | None

    @property
    def negative(self) -> int:
        """The number of points where the Hessian is sure to have a negative eigenvalue."""
        return sum(count for (below, _, _), count in self.inertia.items() if below)

    def __repr__(self) -> str:
        return "\n".join(
            [self.said, *(f"  {name:<9} {text}".replace("\n", "\n" + " " * 12) for name, text in self.rows())]
        )

    def _repr_html_(self) -> str:
        return card(self.said, self.rows())

    @property
    def said(self) -> str:
        """The count, which suggests and never proves."""
        return f"a negative eigenvalue at {self.negative} of {self.points - self.skipped} points (no proof)"

    def rows(self, most: int = MOST_ROWS) -> Iterator[tuple[str, str]]:
        """Seed, what was left out, the signs, and the lowest eigenvalue, by name; of the signs only so many rows."""
        yield "seed", str(self.seed)
        if self.skipped:
            yield "skipped", f"{self.skipped} points outside the domain, or not finite in floating point"
        if self.unsure:
            yield "unsure", f"{self.unsure} points: a negative eigenvalue that may come from rounding"
        lines = [
            f"{count:>9} points: {b} negative, {z} zero, {p} positive" for (b, z, p), count in self.inertia.items()
        ]
        more = len(lines) - most
        yield "signs", "\n".join(lines if more <= 0 else [*lines[:most], f"and {more} more"])
        if self.lowest is not None:
            yield "lowest", f"{self.lowest.eigenvalue:.6g}"


def small_sizes(problem: Problem, given: Mapping[str, int]) -> dict[str, int]:
    """The given sizes, and a small number for every other size that no data decide.

    Fails    ShapeError on a size that the problem does not have
    """
    decided = {size for symbol in problem.data if symbol.name in problem.values for size in symbol.shape}
    sizes = [size for symbol in (*problem.parameters, *problem.data) for size in symbol.shape]
    small = {size: SMALL for size in sizes if isinstance(size, str) and size not in decided}
    for name in given.keys() - set(sizes):
        raise ShapeError(
            f"{problem.name} has no size called {name}",
            where=f"sizes={dict(given)!r}"[:200],
            expected=f"sizes among {', '.join(small)}" if small else "no sizes",
            got=name,
            hint=f"sizes={{{next(iter(small))!r}: 3}}" if small else "leave sizes out",
        )
    return {**small, **given}


def sample(
    problem: Problem,
    *,
    sizes: Mapping[str, int],
    points: int,
    seed: int,
    scale: float = 1.0,
    chunk: int = CHUNK,
    progress: Callable[[int], None] | None = None,
) -> Sampling:
    """The inertia of the Hessian at random parameters; data without values are drawn once.

    The seed alone decides all draws, whatever the chunk. `progress` is told how many points are done.

    Fails    with ShapeError when a size has no value, with NotYet for a discrete parameter or too many entries
    """
    check_count(problem, sizes)
    data = {**problem.values, **draw_data(problem, sizes, seed)}
    at_size = instance(problem, sizes, data, most=MOST_NODES)
    _check_order(len(at_size.parameters), sizes)
    placed = _placing(problem, known_sizes(problem, sizes, data), scale)
    look, width = hessians_at(at_size, max(1, min(chunk, points)))
    counts, skipped, worst, done, sure = Counter[Signs](), 0, _Worst(), 0, _Sure(at_size)
    for normal in _drawn(len(at_size.parameters), points, seed, width):
        place = placed(normal)
        entries, usable = look(place)
        done, skipped = done + normal.shape[1], skipped + int(normal.shape[1] - usable.sum())
        if not usable.all():
            place, entries = place[:, usable], entries[:, usable]
        found = inertias(entries)
        kept = sure.keep(place, entries, found)
        if not kept.all():
            place, entries, found = place[:, kept], entries[:, kept], found.part(kept)
        counts.update(zip(found.negative.tolist(), found.zero.tolist(), found.positive.tolist(), strict=True))
        worst.update(place, entries, found)
        if progress is not None:
            progress(done)
    table = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return Sampling(at_size.names(), data, seed, points, skipped, sure.refused, table, worst.found())


def _check_order(order: int, sizes: Mapping[str, int]) -> None:
    if order > MOST_PARAMETERS:
        raise too_many(sizes, f"at most {MOST_PARAMETERS} parameters, a Hessian of 128 megabytes", str(order))


@dataclass(slots=True)
class _Sure:
    """Looks at points again where rounding may have made an eigenvalue negative.

        v' H v <= l / 2 < 0    for the unit eigenvector v of the lowest eigenvalue l in floating point

    in ball arithmetic, so that H has a negative eigenvalue and l is about right.
    """

    at_size: Instance
    tried: int = 0
    refused: int = 0

    def keep(self, points: Array, entries: Array, signs: Inertia) -> NDArray[np.bool_]:
        """All points but those where a negative eigenvalue is not sure."""
        kept: NDArray[np.bool_] = signs.negative == 0
        for column in np.flatnonzero(signs.negative).tolist():
            kept[column] = self.tried < MOST_CERTIFIED and self._confirms(points[:, column], entries[:, [column]])
            self.tried += 1
        self.refused += int((~kept).sum())
        return kept

    def _confirms(self, point: Array, entries: Array) -> bool:
        values, vectors = np.linalg.eigh(matrices(entries)[0])
        at, way = ([Fraction(x) for x in row.tolist()] for row in (point, vectors[:, 0]))
        graph, loss, inputs = self.at_size.graph, self.at_size.loss, self.at_size.parameters
        balls = (curvature(graph, loss, inputs, at, way, precision) for precision in PRECISIONS)
        return any(2 * ball < values[0] < 0 for ball in balls)


@dataclass(slots=True)
class _Worst:
    """The most negative eigenvalue so far; the first point wins a tie."""

    eigenvalue: float = 0.0
    point: Array | None = None
    matrix: Array | None = None

    def update(self, points: Array, entries: Array, signs: Inertia) -> None:
        chosen = np.flatnonzero(signs.negative)
        if not len(chosen):
            return
        if signs.lowest is None:
            lowest = lowest_eigenvalue(entries[:, chosen], self.eigenvalue)
        else:
            found = min(zip(signs.lowest[chosen].tolist(), range(len(chosen)), strict=True))
            lowest = found if found[0] < self.eigenvalue else None
        if lowest is not None:
            self.eigenvalue, place = lowest
            column = chosen[place]
            self.point, self.matrix = points[:, column].copy(), matrices(entries[:, [column]])[0]

    def found(self) -> Lowest | None:
        if self.point is None or self.matrix is None:
            return None
        vector = np.linalg.eigh(self.matrix)[1][:, 0]
        vector *= np.sign(vector[np.abs(vector).argmax()])
        return Lowest(self.eigenvalue, tuple(self.point.tolist()), tuple(vector.tolist()))


def _drawn(size: int, points: int, seed: int, chunk: int) -> Iterator[Array]:
    """Standard normal draws (size, w), the same stream for every chunk."""
    stream = np.random.default_rng([seed, 1])
    for start in range(0, points, chunk):
        yield stream.standard_normal((min(chunk, points - start), size)).T


def _placing(problem: Problem, known: Mapping[str, int], scale: float) -> Callable[[Array], Array]:
    """From normal draws to parameters in their sets."""
    sets = [symbol.within for symbol in problem.parameters for _ in places(symbol, known)]
    for within in sets:
        if within not in {"real", "positive", "nonnegative", "unit"}:
            raise NotYet(
                "points are drawn only from convex sets",
                where="the set of a parameter",
                expected="real, positive, nonnegative or unit",
                got=within,
                hint="give it a value as data",
            )
    one_sided = np.array([within in {"positive", "nonnegative"} for within in sets], dtype=np.bool_)
    unit = np.array([within == "unit" for within in sets], dtype=np.bool_)

    def place(normal: Array) -> Array:
        with np.errstate(over="ignore"):  # what is too far for a number is outside the domain
            points = scale * normal
        points[one_sided] = np.abs(points[one_sided])
        points[unit] = 1 / (1 + np.exp(-points[unit]))
        return points

    return place


def draw_data(problem: Problem, sizes: Mapping[str, int], seed: int) -> dict[str, object]:
    """Data for the symbols without values: multiples of 1/8 in their sets, as nested tuples of fractions."""
    stream = np.random.default_rng([seed, 0])
    known = known_sizes(problem, sizes, problem.values)
    missing = [symbol for symbol in problem.data if symbol.name not in problem.values]
    drawn = dict[str, object]()
    for symbol in missing:
        entries = iter([_draw(symbol.within, stream) for _ in places(symbol, known)])
        lengths = [known[size] if isinstance(size, str) else size for size in symbol.shape]
        drawn[symbol.name] = _nested(lengths, entries)
    return drawn


def _draw(within: str, stream: np.random.Generator) -> Fraction:
    eighths = round(8 * stream.standard_normal())
    match within:
        case "positive":
            return Fraction(max(abs(eighths), 1), 8)
        case "nonnegative":
            return Fraction(abs(eighths), 8)
        case "sign":
            return Fraction(1 if eighths > 0 else -1)
        case "binary":
            return Fraction(int(eighths > 0))
        case "unit":
            return Fraction(min(max(eighths // 4 + 4, 1), 7), 8)
        case "count":
            return Fraction(abs(eighths) // 4)
        case _:
            return Fraction(eighths, 8)


def _nested(lengths: list[int], entries: Iterator[Fraction]) -> object:
    if not lengths:
        return next(entries)
    return tuple(_nested(lengths[1:], entries) for _ in range(lengths[0]))
