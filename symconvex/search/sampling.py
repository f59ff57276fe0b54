"""Is the Hessian positive semidefinite at random points? Counts of eigenvalue signs, and the worst point.

A sample suggests and never proves: its worst point is where a search for an exact witness starts.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

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
from symconvex.catalogue import load
from symconvex.errors import NotYet, ShapeError
from symconvex.pages._card import card
from symconvex.pages._page import Picture
from symconvex.problem import Problem
from symconvex.processes import team
from symconvex.search.certain import MOST_CERTIFIED, Lowest, Sure, Worst
from symconvex.search.hessians import hessians_at
from symconvex.search.inertia import eigenvalues, inertias

Array = NDArray[np.float64]
Signs = tuple[int, int, int]
SMALL = 3
BLOCK = 8_192  # points that one process draws and counts
MOST_SEEN, WORK = 1_000, 500_000_000  # points whose eigenvalues are kept, and what these may cost
MOST_ROWS = 6
MOST_SHOWN, FEW_SHOWN = 100, 6  # entries of an array, where all is shown and where it is not
MOST_PARAMETERS = 4_000


@dataclass(frozen=True, slots=True)
class Sampling:
    """What random points say of a Hessian.

    names       the parameters, in the order of `point` and `direction`
    data        all data as exact numbers, given or drawn, by name
    skipped     points outside the domain, or with a Hessian that is not finite in floating point
    unsure      points with a negative eigenvalue in floating point that ball arithmetic did not confirm
    inertia     (negative, zero, positive) eigenvalues -> number of other points, most frequent first
    lowest      None when no point is sure to have a negative eigenvalue
    eigenvalues all eigenvalues at some of the counted points, in ascending order, for a histogram
    loss        the loss, as NumPy would write it
    sizes       the numbers that stand for named sizes
    given       the data that were not drawn
    """

    names: tuple[str, ...]
    data: Mapping[str, object]
    seed: int
    points: int
    skipped: int
    unsure: int
    inertia: Mapping[Signs, int]
    lowest: Lowest | None
    eigenvalues: tuple[tuple[float, ...], ...] = ()
    loss: str = ""
    sizes: Mapping[str, int] = field(default_factory=dict)
    given: frozenset[str] = frozenset()

    @property
    def negative(self) -> int:
        """The number of points where the Hessian is sure to have a negative eigenvalue."""
        return sum(count for (below, _, _), count in self.inertia.items() if below)

    def __repr__(self) -> str:
        return "\n".join(
            [self.said, *(f"  {name:<10} {text}".replace("\n", "\n" + " " * 13) for name, text in self.rows())]
        )

    def _repr_html_(self) -> str:
        return card(self.said, self.rows())

    def plot(self, path: str | Path | None = None) -> Any:
        """Histograms of the eigenvalues, as a figure of matplotlib.

        path    of a file to keep it in too: .png, .svg or .pdf

        Fails    NotYet without matplotlib; OutputError on another kind of file
        """
        return load("symconvex.pictures", "sample", "PICTURE", Picture).drawn(self, path)

    @property
    def said(self) -> str:
        """The count, which suggests and never proves."""
        return f"a negative eigenvalue at {self.negative} of {self.points - self.skipped} points (no proof)"

    def rows(self, *, everything: bool = False) -> Iterator[tuple[str, str]]:
        """Loss, sizes, drawn data, seed, what was left out, the signs, and the lowest eigenvalue, by name.

        everything    every sign that was met, and small data in full
        """
        most = len(self.inertia) if everything else MOST_ROWS
        yield "loss", self.loss
        if self.sizes:
            yield "sizes", ", ".join(f"{name} = {size}" for name, size in self.sizes.items())
        if drawn := "\n".join(self._drawn(MOST_SHOWN if everything else FEW_SHOWN)):
            yield "drawn data", drawn
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

    def _drawn(self, most: int) -> Iterator[str]:
        """The data that were not given: how many numbers, or small arrays in full."""
        for name, value in self.data.items():
            if name not in self.given:
                count = count_of(value)
                yield f"{name} = {plain(value)}" if count <= most else f"{name}: {count} numbers"


def plain(value: object) -> object:
    """Nested tuples of exact numbers as lists of what JSON has: whole numbers and decimals."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    return [plain(entry) for entry in value] if isinstance(value, tuple) else value


def count_of(value: object) -> int:
    """How many numbers there are in nested tuples."""
    return sum(map(count_of, value)) if isinstance(value, tuple) else 1


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
    jobs: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Sampling:
    """The inertia of the Hessian at random parameters; data without values are drawn once.

    The seed alone decides all draws, whatever the chunk and the number of processes. `progress` is told how many points
    are done.

    Fails    with ShapeError when a size has no value, with NotYet for a discrete parameter or too many entries
    """
    draws = Draws(problem, dict(sizes), points, seed, scale, chunk)
    looker = _looker(draws)  # what cannot be sampled is refused here, before any process is started
    shares = [_share(looker, 0, 1, progress)] if jobs == 1 else _in_processes(draws, jobs, progress)
    counts = sum((share.counts for share in shares), Counter[Signs]())
    table = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    worst = min((share.worst for share in shares if share.worst is not None), key=lambda found: found[:2], default=None)
    seen = [row for _, rows in sorted(pair for share in shares for pair in share.eigenvalues) for row in rows]
    skipped, unsure = (sum(getattr(share, name) for share in shares) for name in ("skipped", "unsure"))
    lowest = None if worst is None else worst[2]
    names = looker.at_size.names()
    given = frozenset(problem.values)
    return Sampling(
        names, looker.data, seed, points, skipped, unsure, table, lowest, tuple(seen), problem.text, sizes, given
    )


def _in_processes(draws: "Draws", jobs: int, progress: Callable[[int], None] | None) -> "list[Share]":
    """Every process takes each so many-th block."""
    jobs = min(jobs, draws.blocks)
    with team(jobs) as executor:
        waiting = [executor.submit(share_of, draws, which, jobs) for which in range(jobs)]
        found, done = list[Share](), 0
        for future in as_completed(waiting):
            found.append(future.result())
            done += found[-1].points
            if progress is not None:
                progress(done)
    return found


@dataclass(frozen=True, slots=True)
class Draws:
    """What is drawn, in blocks of which every one is the same whoever draws it."""

    problem: Problem
    sizes: Mapping[str, int]
    points: int
    seed: int
    scale: float
    chunk: int

    @property
    def blocks(self) -> int:
        """How many there are."""
        return -(-self.points // BLOCK)

    def share(self, total: int) -> int:
        """The part of a total that each block may have."""
        return -(-total // max(self.blocks, 1))


@dataclass(frozen=True, slots=True)
class Share:
    """What some of the blocks say; `worst` is the eigenvalue, the number of its block, and where it was."""

    points: int
    counts: Counter[Signs]
    skipped: int
    unsure: int
    worst: "tuple[float, int, Lowest] | None"
    eigenvalues: "tuple[tuple[int, tuple[tuple[float, ...], ...]], ...]"


@dataclass(frozen=True, slots=True)
class _Looker:
    """A problem at a size, ready for points."""

    draws: Draws
    data: Mapping[str, object]
    at_size: Instance
    placed: Callable[[Array], Array]
    look: Callable[[Array], tuple[Array, NDArray[np.bool_]]]
    width: int


def _looker(draws: Draws) -> _Looker:
    problem, sizes = draws.problem, draws.sizes
    check_count(problem, sizes)
    data = {**problem.values, **draw_data(problem, sizes, draws.seed)}
    at_size = instance(problem, sizes, data, most=MOST_NODES)
    _check_order(len(at_size.parameters), sizes)
    placed = _placing(problem, known_sizes(problem, sizes, data), draws.scale)
    look, width = hessians_at(at_size, max(1, min(draws.chunk, draws.points)))
    return _Looker(draws, data, at_size, placed, look, width)


def share_of(draws: Draws, which: int, of: int) -> Share:
    """The blocks `which`, `which` + `of`, ..."""
    return _share(_looker(draws), which, of, None)


def _share(looker: _Looker, which: int, of: int, progress: Callable[[int], None] | None) -> Share:
    draws, order = looker.draws, len(looker.at_size.parameters)
    counts, skipped, worst, done, unsure = Counter[Signs](), 0, Worst(), 0, 0
    most = draws.share(min(MOST_SEEN, max(WORK // max(order, 1) ** 3, 1)))
    kept = dict[int, list[tuple[float, ...]]]()
    sure = Sure(looker.at_size, draws.share(MOST_CERTIFIED))
    for block, normal in _drawn(order, draws.points, draws.seed, looker.width):
        if block % of != which:
            continue
        if block not in kept:
            unsure, sure, kept[block] = unsure + sure.refused, replace(sure, tried=0, refused=0), []
        place = looker.placed(normal)
        entries, usable = looker.look(place)
        done, skipped = done + normal.shape[1], skipped + int(normal.shape[1] - usable.sum())
        place, entries = (place, entries) if usable.all() else (place[:, usable], entries[:, usable])
        found = inertias(entries)
        fine = sure.keep(place, entries, found)
        if not fine.all():
            place, entries, found = place[:, fine], entries[:, fine], found.part(fine)
        counts.update(zip(found.negative.tolist(), found.zero.tolist(), found.positive.tolist(), strict=True))
        worst.update(place, entries, found, block)
        wanted = most - len(kept[block])
        kept[block] += [tuple(row) for row in eigenvalues(entries[:, :wanted]).tolist()] if wanted > 0 else []
        if progress is not None:
            progress(done)
    seen = tuple((block, tuple(rows)) for block, rows in kept.items())
    return Share(done, counts, skipped, unsure + sure.refused, worst.found(), seen)


def _check_order(order: int, sizes: Mapping[str, int]) -> None:
    if order > MOST_PARAMETERS:
        raise too_many(sizes, f"at most {MOST_PARAMETERS} parameters, a Hessian of 128 megabytes", str(order))


def _drawn(size: int, points: int, seed: int, chunk: int) -> Iterator[tuple[int, Array]]:
    """Standard normal draws (size, w) and the number of their block, the same stream for every chunk."""
    stream = np.random.default_rng([seed, 1])
    for start in range(0, points, BLOCK):
        end = min(start + BLOCK, points)
        for at in range(start, end, chunk):
            yield start // BLOCK, stream.standard_normal((min(chunk, end - at), size)).T


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
