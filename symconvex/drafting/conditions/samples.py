"""Where it seems to hold: minors at many points for many values of the data, in floats. A proposal only."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Any

from symconvex.drafting.conditions.curve import Curve
from symconvex.drafting.rational import Polynomial, fraction
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Add, Fn, Mul, Num, Pow, Sym, Term

Array = Any  # numpy.ndarray
MOST_SAMPLES, MOST_POINTS = 800, 150
SEED = 5
CLEARLY = 1e-9
PLAIN = (0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 0.25, -0.25, 1.5, -1.5, 3.0, -3.0, 1 / 3, -1 / 3, 10.0, -10.0)
# Points of both signs.
SPOTS = (0.0, 1.0, 0.5, 2.0, 0.05, 1.5708, 3.1416, 6.0, 30.0, 0.2, 0.35, 0.7, 0.85, 0.97, 0.999, 1.2, 4.0, 10.0)
MEMBER: Mapping[str, Callable[[float], bool]] = {
    "positive": lambda x: x > 0,
    "nonnegative": lambda x: x >= 0,
    "unit": lambda x: 0 < x < 1,
}
SEPARATE: Mapping[str, tuple[float, ...]] = {"sign": (-1.0, 1.0), "binary": (0.0, 1.0), "count": (0.0, 1.0, 2.0, 3.0)}


@dataclass(frozen=True, slots=True)
class Samples:
    """Values of the data, and for each whether a minor is negative somewhere.

    Shapes   data name -> (N,), broken (N,)
    """

    data: Mapping[str, Array]
    broken: Array

    def where(self, path: Iterable[Given]) -> Array:
        """The samples that meet the hypotheses."""
        import numpy as np

        mask = np.ones(self.broken.shape, dtype=bool)
        for given in path:
            if given.term is not None:
                value = self.value(given.term)
                mask &= value > 0 if given.kind == "positive" else value >= 0
        return mask

    def value(self, term: Term) -> Array:
        """A term in the data."""
        import numpy as np

        return np.broadcast_to(numeric(term, self.data), self.broken.shape)

    def failing(self, path: Iterable[Given]) -> Callable[[Term, bool], bool]:
        """Is a term in the data clearly not > 0 (not >= 0) at a sample that meets the hypotheses?"""
        mask = self.where(path)

        def fails(term: Term, strict: bool) -> bool:
            names = {part.name for part in t.subterms(term) if isinstance(part, Sym)} - {t.PI}
            if not names <= self.data.keys():
                return False
            value = self.value(term)[mask]
            return bool((value <= 0 if strict else value < -CLEARLY).any())

        return fails


def samples_of(curve: Curve) -> Samples:
    """The samples of one second derivative."""
    import numpy as np

    names = [d.name for d in curve.draft.problem.data]
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)
    numbers = (*PLAIN, *(k / 24 for k in range(-96, 97))) if len(names) == 1 else PLAIN
    rows = list(product(*(_members(curve.draft.within(name), numbers) for name in names)))
    rows = rows if len(rows) <= MOST_SAMPLES else draw.sample(rows, MOST_SAMPLES)
    spots = list(product((*SPOTS, *(-x for x in SPOTS[1:])), repeat=len(curve.draft.parameters)))
    spots = spots if len(spots) <= MOST_POINTS else draw.sample(spots, MOST_POINTS)
    data = {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    env = {name: column[:, None] for name, column in data.items()}
    places = zip(curve.draft.parameters, zip(*spots, strict=True), strict=True)
    env |= {name: np.array(column)[None, :] for name, column in places}
    shape = (len(rows), len(spots))
    with np.errstate(all="ignore"):
        usable = np.ones(shape, dtype=bool)
        for entry in curve.draft.domain:
            usable &= numeric(entry.term or t.ZERO, env) > 0
        above, below = (_polynomial(curve, poly, env) for poly in (curve.outer.above, curve.outer.below))
        usable &= np.isfinite(above[0] / below[0]) & (above[0] / below[0] > 0)
        broken = np.zeros(shape, dtype=bool)
        for minor in curve.minors():
            value, size = _polynomial(curve, minor, env)
            broken |= value < -CLEARLY * size
    return Samples(data, (broken & usable).any(axis=1))


def _members(within: str, numbers: Sequence[float]) -> Sequence[float]:
    inside = MEMBER.get(within)
    return SEPARATE.get(within) or [x for x in numbers if inside is None or inside(x)]


def _polynomial(curve: Curve, poly: Polynomial, env: Mapping[str, Array]) -> tuple[Array, Array]:
    """The value, and the sum of the sizes of its monomials."""
    value, size = 0.0, 0.0
    for exponents, c in poly.to_dict().items():
        term: Array = float(fraction(c))
        for generator, e in zip(curve.field.generators, exponents, strict=False):  # numbers have a name more
            if e:
                term = term * numeric(generator.atom, env) ** int(e)
        value, size = value + term, size + abs(term)
    return value, size


def numeric(term: Term, env: Mapping[str, Array]) -> Array:
    """The value of a term; nan where it has none."""
    import numpy as np

    with np.errstate(all="ignore"):
        return _numeric(term, env)


def _numeric(term: Term, env: Mapping[str, Array]) -> Array:
    import numpy as np

    match term:
        case Num(value):
            return float(value)
        case Sym("pi", ()):
            return np.pi
        case Sym(name, ()):
            return env[name]
        case Add(args):
            return sum(_numeric(arg, env) for arg in args)
        case Mul(args):
            found: Array = 1.0
            for arg in args:
                found = found * _numeric(arg, env)
            return found
        case Pow(base, e):
            below = np.asarray(_numeric(base, env), dtype=float)
            return below ** (int(e) if e.denominator == 1 else float(e))
        case Fn(name, args):
            values = [np.asarray(_numeric(arg, env), dtype=float) for arg in args]
            function = functions()[name]
            return reduce(function.numpy, values) if function.arity == 2 else function.numpy(*values)
    return np.nan


def is_pure(half: Array, broken: Array) -> bool:
    """Are all samples of one kind?"""
    return int((half & broken).sum()) in (0, int(half.sum()))


def impurity(halves: Iterable[Array], broken: Array) -> int:
    """How many samples are on the side of the others."""
    counts = [(int((half & broken).sum()), int(half.sum())) for half in halves]
    return sum(min(bad, count - bad) for bad, count in counts)
