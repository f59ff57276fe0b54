"""Systems of linear inequalities with rational coefficients: a point inside, or conditions that contradict each other.

Source   Schrijver 1986, Theory of Linear and Integer Programming, section 12.2 (Fourier-Motzkin elimination)
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import ceil, floor

MOST_ROWS = 400


@dataclass(frozen=True, slots=True)
class HalfSpace:
    """a.w + b > 0 (strict) or >= 0, w by the names of its entries, and the conditions that it comes from."""

    a: Mapping[Hashable, Fraction]
    b: Fraction
    strict: bool = True
    origin: frozenset[int] = frozenset()

    @property
    def is_void(self) -> bool:
        """Does it say something false of no unknown?"""
        return not self.a and (self.b < 0 or (self.strict and not self.b))


Stage = tuple[Hashable, Sequence[HalfSpace]]


def eliminated(rows: Iterable[HalfSpace]) -> tuple[list[Stage], list[HalfSpace]] | None:
    """What speaks of each unknown when it is eliminated, and what remains; None when there are too many rows."""
    left, stages = list(rows), list[Stage]()
    while unknowns := {name for row in left for name in row.a}:
        name = min(unknowns, key=lambda u: (_growth(left, u), str(u)))
        if len(left) + _growth(left, name) > MOST_ROWS:
            return None
        about = [row for row in left if name in row.a]
        above, below = ([row for row in about if sign * row.a[name] > 0] for sign in (1, -1))
        left = [row for row in left if name not in row.a]
        left += [_without(name, up, down) for up, down in product(above, below)]
        stages.append((name, about))
    return stages, left


def _growth(rows: Sequence[HalfSpace], name: Hashable) -> int:
    signs = [row.a[name] > 0 for row in rows if name in row.a]
    return sum(signs) * (len(signs) - sum(signs)) - len(signs)


def _without(name: Hashable, up: HalfSpace, down: HalfSpace) -> HalfSpace:
    """The sum of positive multiples in which the unknown is gone."""
    one, two = -down.a[name], up.a[name]
    a = {key: one * up.a.get(key, 0) + two * down.a.get(key, 0) for key in {*up.a, *down.a} - {name}}
    kept = {key: value for key, value in a.items() if value}
    return HalfSpace(kept, one * up.b + two * down.b, up.strict or down.strict, up.origin | down.origin)


def contradiction(rows: Iterable[HalfSpace]) -> frozenset[int] | None:
    """The fewest conditions of which no values meet all, as elimination shows them; None when none are known."""
    found = eliminated(rows)
    void = [row.origin for row in found[1] if row.is_void] if found is not None else []
    return min(void, key=len, default=None)


def inside(rows: Iterable[HalfSpace]) -> dict[Hashable, Fraction] | None:
    """Simple numbers that meet all inequalities strictly; None when there are none, or too many rows."""
    found = eliminated(rows)
    if found is None or any(row.b <= 0 for row in found[1]):
        return None
    point = dict[Hashable, Fraction]()
    for name, about in reversed(found[0]):
        bounds: dict[bool, list[Fraction]] = {True: [], False: []}
        for row in about:
            rest = row.b + sum(value * point.get(key, 0) for key, value in row.a.items() if key != name)
            bounds[row.a[name] > 0].append(-rest / row.a[name])
        point[name] = between(max(bounds[True], default=None), min(bounds[False], default=None))
    return point


def between(low: Fraction | None, high: Fraction | None) -> Fraction:
    """The simplest number strictly between two, where each may be absent."""
    if (low is None or low < 0) and (high is None or high > 0):
        return Fraction(0)
    if low is None:
        return Fraction(ceil(high or 0) - 1)
    if high is None:
        return Fraction(floor(low) + 1)
    if high <= 0:
        return -between(-high, -low)
    whole = floor(low)
    if whole + 1 < high:
        return Fraction(whole + 1)
    return whole + 1 / between(1 / (high - whole), 1 / (low - whole) if low > whole else None)
