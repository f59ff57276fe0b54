"""The work behind `symconvex sample`: random points, watched, counted and told."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symconvex.cli import screen
from symconvex.problem import Problem

if TYPE_CHECKING:
    from symconvex.search.sampling import Sampling


def watched_sample(
    problem: Problem, *, sizes: Mapping[str, int], points: int, seed: int, scale: float, jobs: int, quiet: bool
) -> "Sampling":
    """Sample, with a progress bar on stderr when somebody is looking."""
    from symconvex.search.sampling import sample

    if quiet or not sys.stderr.isatty():
        return sample(problem, sizes=sizes, points=points, seed=seed, scale=scale, jobs=jobs)
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
            jobs=jobs,
            progress=lambda done: bar.update(task, completed=done),
        )


def tally(problem: Problem, sizes: Mapping[str, int], seen: "Sampling") -> dict[str, object]:
    """The object of `symconvex sample --json`."""
    from symconvex.search.sampling import MOST_SHOWN, count_of, plain

    lowest = seen.lowest
    return {
        "loss": problem.text,
        "wrt": [symbol.name for symbol in problem.parameters],
        "sizes": dict(sizes),
        "seed": seen.seed,
        "data": {name: plain(value) if count_of(value) <= MOST_SHOWN else None for name, value in seen.data.items()},
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


def check_plot(path: Path | None) -> None:
    """Refuse a name that no picture has before the work begins."""
    if path is not None:
        from symconvex.pictures._canvas import check_name

        check_name(path)


def keep_plot(seen: Any, path: Path | None, *, quiet: bool) -> bool:
    """Draw what was found, a sample or a verdict; where nothing was found, or there is nothing to draw, say so.

    Returns    whether everything that was asked for was drawn

    Fails    OutputError where the file cannot be written
    """
    if path is None:
        return True
    from symconvex.errors import NotYet
    from symconvex.pictures._canvas import write

    if seen is None:
        click.echo("no picture: nothing was proved", err=True)
        return False
    try:
        written = write(seen.plot(), path)
    except NotYet as problem:
        click.echo(f"no picture: {problem}", err=True)
        return False
    if not quiet:
        screen.print_rows([("picture", str(written))])
    return True


def print_tally(problem: Problem, seen: "Sampling", *, quiet: bool, verbose: bool) -> None:
    """How many points have a negative eigenvalue, and what the signs were."""
    screen.print_title(f"{problem.name}: {seen.said}")
    if not quiet:
        screen.print_rows(_rows(seen, verbose))


def _rows(seen: "Sampling", verbose: bool) -> Iterator[tuple[str, str]]:
    yield from seen.rows(everything=verbose)
    if seen.lowest is not None and verbose:
        rows = zip(seen.names, seen.lowest.point, seen.lowest.direction, strict=True)
        yield "there", "\n".join(f"{name} = {point:.6g}, direction {way:.6g}" for name, point, way in rows)
