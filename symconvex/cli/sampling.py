"""The work behind `symconvex sample`: random points, watched, counted and told."""

import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from symconvex.cli import screen
from symconvex.problem import Problem

if TYPE_CHECKING:
    from symconvex.search.sampling import Sampling

MOST_ROWS = 6
MOST_SHOWN = 100  # entries of an array


def watched_sample(
    problem: Problem, *, sizes: Mapping[str, int], points: int, seed: int, scale: float, quiet: bool
) -> "Sampling":
    """Sample, with a progress bar on stderr when somebody is looking."""
    from symconvex.search.sampling import sample

    if quiet or not sys.stderr.isatty():
        return sample(problem, sizes=sizes, points=points, seed=seed, scale=scale)
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("sampling", total=points)
        return sample(
            problem,
            sizes=sizes,
            points=points,
            seed=seed,
            scale=scale,
            progress=lambda done: bar.update(task, completed=done),
        )


def tally(problem: Problem, sizes: Mapping[str, int], seen: "Sampling") -> dict[str, object]:
    """The object of `symconvex sample --json`."""
    lowest = seen.lowest
    return {
        "loss": problem.text,
        "wrt": [symbol.name for symbol in problem.parameters],
        "sizes": dict(sizes),
        "seed": seen.seed,
        "data": {name: _plain(value) if _count(value) <= MOST_SHOWN else None for name, value in seen.data.items()},
        "points": seen.points,
        "skipped": seen.skipped,
        "unsure": seen.unsure,
        "negative": seen.negative,
        "inertia": [
            {"negative": below, "zero": flat, "positive": above, "points": count}
            for (below, flat, above), count in seen.inertia.items()
        ],
        "lowest": lowest
        and {
            "eigenvalue": lowest.eigenvalue,
            "point": dict(zip(seen.names, lowest.point, strict=True)),
            "direction": dict(zip(seen.names, lowest.direction, strict=True)),
        },
    }


def _plain(value: object) -> object:
    """Nested tuples of exact numbers as lists of what JSON has: whole numbers and decimals."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else value


def _count(value: object) -> int:
    return sum(map(_count, value)) if isinstance(value, tuple) else 1


def _drawn(problem: Problem, seen: "Sampling") -> Iterator[str]:
    """The data that were not given, small arrays in full."""
    for name, value in seen.data.items():
        if name not in problem.values:
            count = _count(value)
            yield f"{name} = {_plain(value)}" if count <= MOST_SHOWN else f"{name}: {count} numbers"


def print_tally(problem: Problem, sizes: Mapping[str, int], seen: "Sampling", *, quiet: bool, verbose: bool) -> None:
    """How many points have a negative eigenvalue, and what the signs were."""
    used = seen.points - seen.skipped
    screen.print_title(f"{problem.name}: a negative eigenvalue at {seen.negative} of {used} points (no proof)")
    if not quiet:
        screen.print_rows(_rows(problem, sizes, seen, verbose))


def _rows(problem: Problem, sizes: Mapping[str, int], seen: "Sampling", verbose: bool) -> Iterator[tuple[str, str]]:
    yield "loss", problem.text
    if sizes:
        yield "sizes", ", ".join(f"{name} = {size}" for name, size in sizes.items())
    yield "seed", str(seen.seed)
    drawn = "\n".join(_drawn(problem, seen))
    if drawn:
        yield "drawn data", drawn
    if seen.skipped:
        outside = "outside the domain, or " if problem.positive or problem.nonneg else ""
        yield "skipped", f"{seen.skipped} points {outside}not finite in floating point"
    if seen.unsure:
        yield "unsure", f"{seen.unsure} points: a negative eigenvalue that may come from rounding"
    lines = [f"{count:>9} points: {b} negative, {z} zero, {p} positive" for (b, z, p), count in seen.inertia.items()]
    more = len(lines) - MOST_ROWS
    yield "signs", "\n".join(lines if verbose or more <= 0 else [*lines[:MOST_ROWS], f"and {more} more (-v)"])
    if seen.lowest is not None:
        yield "lowest", f"{seen.lowest.eigenvalue:.6g}"
        if verbose:
            rows = zip(seen.names, seen.lowest.point, seen.lowest.direction, strict=True)
            yield "there", "\n".join(f"{name} = {point:.6g}, direction {way:.6g}" for name, point, way in rows)
