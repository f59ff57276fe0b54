"""Cases of a problem: small sizes, and simple numbers in their sets for all data, the plainest first.

One case that is not convex refutes "for all data"; one that is convex shows that the data matter.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product

from symconvex.calculus.program.instance import MOST_INPUTS, entry_counts
from symconvex.data import at_sizes, sizes_of
from symconvex.drafting.example import CHOICES, fractions
from symconvex.problem import Problem, Symbol

# What all entries of a symbol may be; then every symbol has different entries.
ALIKE: Mapping[str, tuple[Fraction, ...]] = {
    **{within: choices[:2] for within, choices in CHOICES.items()},
    "real": fractions(1, 0, -1, 2),
}
MOST_ALIKE, DRAWN, MOST_SYMBOLS = 18, 4, 6
SEED = 7


def cases(problem: Problem) -> Iterator[tuple[dict[str, int], Problem]]:
    """Sizes, and the problem with numbers for these and for all data; nothing when they are too many to hold."""
    free = [symbol for symbol in problem.data if symbol.name not in problem.values]
    named = {size for s in (*problem.parameters, *problem.data) for size in s.shape if isinstance(size, str)}
    fixed = sizes_of(problem)
    sizes = {size: fixed.get(size, problem.least.get(size, 1)) for size in sorted(named)}
    wider = {size: length if size in fixed else length + 1 for size, length in sizes.items()}
    if sum(entry_counts(free, wider)) > MOST_INPUTS:
        return
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)
    for alike in islice(plainest([ALIKE[symbol.within] for symbol in free]), MOST_ALIKE):
        filled = {s.name: _filled(s.shape, sizes, value) for s, value in zip(free, alike, strict=True)}
        yield sizes, at_case(problem, sizes, filled)
    for _ in range(DRAWN if named or free else 0):
        yield wider, at_case(problem, wider, {s.name: _drawn(s, s.shape, wider, draw) for s in free})


def plainest(choices: Sequence[Sequence[Fraction]]) -> Iterator[tuple[Fraction, ...]]:
    """One choice for each, the first ones first: by how far down the lists they stand together."""
    few = [range(len(each)) for each in choices[:MOST_SYMBOLS]]
    places = sorted(product(*few), key=lambda at: (sum(at), at))
    rest = [each[0] for each in choices[MOST_SYMBOLS:]]
    for at in places:
        yield (*(each[k] for each, k in zip(choices, at, strict=False)), *rest)


def at_case(problem: Problem, sizes: Mapping[str, int], values: Mapping[str, object]) -> Problem:
    """The problem for these sizes and data."""
    return at_sizes(replace(problem, values={**problem.values, **values}), sizes)


def _length(size: str | int, sizes: Mapping[str, int]) -> int:
    return sizes[size] if isinstance(size, str) else size


def _filled(shape: tuple[str | int, ...], sizes: Mapping[str, int], value: Fraction) -> object:
    return tuple(_filled(shape[1:], sizes, value) for _ in range(_length(shape[0], sizes))) if shape else value


def _drawn(symbol: Symbol, shape: tuple[str | int, ...], sizes: Mapping[str, int], draw: random.Random) -> object:
    """Entries of the set, one by one."""
    if shape:
        return tuple(_drawn(symbol, shape[1:], sizes, draw) for _ in range(_length(shape[0], sizes)))
    return draw.choice(CHOICES[symbol.within])
