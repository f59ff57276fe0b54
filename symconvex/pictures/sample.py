"""Histograms of the eigenvalues that a sample has met."""

from typing import Any

from symconvex.pages._page import Picture
from symconvex.pictures._canvas import BLUE, GREY, RED, figure, named, titled, write
from symconvex.search.sampling import Sampling

BINS = 40


def draw(seen: Sampling) -> Any:
    """The lowest eigenvalue at each point, and all of them, with the counts of what is below zero."""
    found, (left, right) = figure(2)
    lowest = [values[0] for values in seen.eigenvalues]
    every = [value for values in seen.eigenvalues for value in values]
    _histogram(left, lowest, "lowest eigenvalue of the Hessian", "points")
    if seen.lowest is not None and len(lowest) < seen.points - seen.skipped:
        worst = seen.lowest.eigenvalue
        left.axvline(worst, color=RED, linestyle=":", label=f"lowest of all points: {worst:.4g}")
        named(left)
    _histogram(right, every, "all eigenvalues of the Hessian", "eigenvalues")
    counted = seen.points - seen.skipped
    drawn = "all" if len(lowest) == counted else f"{len(lowest)} of the"
    caption = f"Seed {seen.seed}; drawn are the eigenvalues at {drawn} {counted} points that were counted. No proof."
    return titled(found, f"{seen.loss}: {seen.said}", caption)


def _histogram(axis: Any, values: list[float], across: str, up: str) -> None:
    """What is below zero in another colour, hatched; zero is an edge, so that no bar has both signs."""
    import numpy as np

    if values:
        low, high = min([*values, 0.0]), max([*values, 0.0])
        width = (high - low) / BINS or 1.0
        below = np.arange(0.0, low - width, -width)[::-1]
        above = np.arange(0.0, high + width, width)
        under, over = [v for v in values if v < 0], [v for v in values if v >= 0]
        if under:
            axis.hist(under, bins=below, color=RED, hatch="//", edgecolor="white", label=f"< 0: {len(under)}")
        if over:
            axis.hist(over, bins=above, color=BLUE, edgecolor="white", label=f"at least 0: {len(over)}")
        named(axis)
    axis.axvline(0, color=GREY, linewidth=1)
    axis.set_xlabel(across)
    axis.set_ylabel(up)


PICTURE = Picture("sample", draw, write)
