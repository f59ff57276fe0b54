"""A point where the smallest of several functions is above zero, in simple numbers: by trying, then by climbing."""

import random
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import chain, islice, product

from symconvex.drafting.effort import spend

Margin = Callable[[list[Fraction]], float]
SEED = 5
MOST_TRIED, MOST_MOVES, DRAWS = 400, 300, 150
SIMPLE = tuple(map(Fraction, ("0", "1", "2", "1/2", "-1", "3", "1/4", "-2")))
DRAWN = (0, 0, 1, 1, 2, -1, Fraction(1, 2), 3, Fraction(1, 8))
WIDE = tuple(map(Fraction, ("10", "100", "-10", "1/16", "-1/2", "-1/4")))
SMALLEST = Fraction(1, 256)
CLEARLY = 1e-9


def climbed(margin: Margin, size: int, first: Iterable[list[Fraction]] = ()) -> list[Fraction] | None:
    """The point; None when the trials and the moves run out.

    margin    the smallest value at a point, minus infinity where one of the functions is not defined
    """
    best, height = [Fraction(0)] * size, float("-inf")
    for point in islice(chain(first, trials(size)), MOST_TRIED):
        found = margin(point)
        if found > CLEARLY:
            return point
        if found > height:
            best, height = point, found
    step, moves = Fraction(1), 0
    while step >= SMALLEST and moves < MOST_MOVES and height > float("-inf"):
        better = False
        for k, side in product(range(size), (1, -1)):
            spend(100)
            moves += 1
            moved = [*best[:k], best[k] + side * step, *best[k + 1 :]]
            found = margin(moved)
            if found > height:
                best, height, better = moved, found, True
        if height > CLEARLY:
            return best
        step = step if better else step / 2
    return None


def trials(size: int) -> Iterator[list[Fraction]]:
    """The same number everywhere, small grids, and seeded draws of small numbers."""
    for value in (*SIMPLE, *WIDE):
        yield [value] * size
    if size <= 4:
        for entries in product(SIMPLE[: 8 if size <= 2 else 6 if size == 3 else 4], repeat=size):
            yield list(entries)
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)
    for _ in range(DRAWS):
        yield [Fraction(draw.choice(DRAWN)) for _ in range(size)]
