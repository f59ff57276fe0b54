"""Where a function bends: eigenvalues of its Hessian at many points at once, near and far, in floating point.

    scales 1e-8 ... 1e8 around a point of the domain, places close to its boundary, then steps downhill on the smallest
    eigenvalue from the lowest places of every scale

A point is a proposal: what it shows is decided in ball arithmetic or exactly.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symconvex.calculus.program.derivatives import hessian_entries
from symconvex.calculus.program.evaluate import compile_graph
from symconvex.calculus.program.graph import Linear
from symconvex.calculus.program.instance import Instance

Array = NDArray[np.float64]
Vector = tuple[Fraction, ...]

SEED = 20240229
SCALES = tuple(10.0**k for k in range(-8, 9))
CLOSE = tuple(1 - 10.0**-k for k in range(1, 9))  # shares of the way to the boundary of the domain
MOST_NUMBERS = 24_000_000  # entries of Hessians in a scan, times operations over 100
LINE, LINED = 1_500, 60  # points of one grid for one variable, where there are so many at each scale
WINDOWS = (2.0, 20.0, 200.0, 2_000.0)
MOST_LINES = 3  # parameters whose axes are looked along
MOST_FORMS = 200
NEARBY = (0.0, 0.25, -0.25, 0.6, -0.6, 1.0, -1.0, 2.0, -2.0, 5.0, -5.0)  # values of an affine form
ROUNDS, KEPT, TRIED, SHRINK = 24, 3, 10, 0.65
EACH, STARTED, FAR, ROUNDING, UNBOUNDED = 40, 24, 50.0, 1e-9, 1e4
NEGATIVE = 1e-11  # an eigenvalue below this part of the largest entry may be rounding
DENOMINATORS = (1, 2, 4, 8, 16, 64, 256, 1_000, 10_000, 10**6)
DIGITS = range(1, 16)


@dataclass(frozen=True, slots=True)
class Low:
    """A point with the Hessian there, and the smallest eigenvalue of sign * Hessian."""

    point: Array
    hessian: Array
    lowest: float


@dataclass(frozen=True, slots=True)
class Lens:
    """Hessians at rows of points; nan outside the domain and where a value is not finite.

    cost     numbers for each point
    forms    affine forms a.x + c that stand in the function, a row (a, c) for each: it may bend where they are small

    Shapes   forms (k, count + 1)
    """

    count: int
    cost: int
    forms: Array
    hessians: Callable[[Array], Array]
    inside: Callable[[Array], Array]


def look_at(inst: Instance) -> Lens:
    """One program for the loss, its Hessian and the domain."""
    count, upper = len(inst.parameters), hessian_entries(inst.graph, inst.loss, inst.parameters)
    outs = (*upper, inst.loss, *inst.positive)
    program = compile_graph(inst.graph, outs, inst.parameters)
    bounds = compile_graph(inst.graph, inst.positive, inst.parameters) if inst.positive else None
    rows, columns = np.triu_indices(count)

    def hessians(points: Array) -> Array:
        values = program.run(np.ascontiguousarray(points.T))
        with np.errstate(all="ignore"):
            good = np.isfinite(values[: len(upper) + 1]).all(axis=0) & (values[len(upper) + 1 :] > 0).all(axis=0)
        values[:, ~good] = np.nan
        full = np.empty((len(points), count, count))
        full[:, rows, columns] = full[:, columns, rows] = values[: len(upper)].T
        return full

    def inside(points: Array) -> Array:
        if bounds is None:
            return np.empty((0, len(points)))
        return bounds.run(np.ascontiguousarray(points.T))

    return Lens(count, count**2 + len(program.steps) // 100, forms_of(inst), hessians, inside)


def forms_of(inst: Instance) -> Array:
    """The affine forms in the parameters that the graph holds, constants left out."""
    place = {node: k for k, node in enumerate(inst.parameters)}
    found = np.zeros((0, len(place) + 1))
    for what in inst.graph.nodes:
        if len(found) < MOST_FORMS and isinstance(what, Linear) and all(node in place for node, _ in what.terms):
            row = np.zeros((1, len(place) + 1))
            for node, factor in what.terms:
                row[0, place[node]] = float(factor)
            row[0, -1] = float(what.constant)
            found = np.concatenate([found, row])
    return found


def near_forms(look: Lens, centre: Array) -> Array:
    """Points where one of the forms is 0 or small, next to the centre."""
    slopes, ends = look.forms[:, :-1], look.forms[:, -1]
    squares = (slopes**2).sum(axis=1)
    values = (slopes * centre).sum(axis=1) + ends
    steps = (np.array(NEARBY)[:, None] - values) / squares
    return np.asarray(centre + (steps[:, :, None] * slopes).reshape(-1, look.count), dtype=np.float64)


def lowest(hessians: Array, sign: int) -> Array:
    """The smallest eigenvalue of sign * H, inf where it is not known."""
    values, good = np.full(len(hessians), np.inf), np.isfinite(hessians).all(axis=(1, 2))
    if good.any():
        values[good] = np.linalg.eigvalsh(sign * hessians[good])[:, 0]
    return values


def size_of(hessians: Array) -> Array:
    """The largest entry of each Hessian."""
    return np.asarray(np.nan_to_num(np.abs(hessians).max(axis=(1, 2)), nan=0.0), dtype=np.float64)


# ---- places to look at --------------------------------------------------------------------------------


def places(look: Lens, around: ArrayLike, most: int = 120) -> Array:
    """Points at every scale around a centre, at most so many at each; those outside the domain are drawn in."""
    draw, count, centre = np.random.default_rng(SEED), look.count, np.asarray(around, dtype=np.float64)
    each = int(max(4, min(most, MOST_NUMBERS // (60 * look.cost * len(SCALES)))))
    found = [centre + scale * draw.standard_normal((each, count)) for scale in SCALES]
    sign, spread = draw.choice((-1.0, 1.0), (3 * each, count)), draw.uniform(-5, 5, (3 * each, count))
    found += [centre + sign * 10**spread, near_forms(look, centre)]
    if count <= MOST_LINES and each >= LINED:
        wide = 10 ** np.linspace(-8, 8, LINE)
        along = np.concatenate([*(np.linspace(-reach, reach, LINE) for reach in WINDOWS), wide, -wide])
        found += [centre + along[:, None] * axis for axis in np.eye(count)]
    return drawn_in(look, centre, np.concatenate(found))


def drawn_in(look: Lens, centre: Array, points: Array) -> Array:
    """Points outside the domain moved towards the centre: some well inside, some close to the boundary."""
    there, here = look.inside(points), look.inside(centre[None, :])
    if not len(there):
        return points
    with np.errstate(all="ignore"):
        shares = np.where(there > 0, np.inf, here / (here - there)).min(axis=0)
        way = points - centre
        out = ~(shares > 1)
        draw = np.random.default_rng(SEED + 1)
        part = draw.choice((*CLOSE, 0.5, 0.25, 0.75), out.sum())
        points = points.copy()
        points[out] = centre + (shares[out] * part)[:, None] * way[out]
    return points


def descents(look: Lens, centre: Array, sign: int) -> Low | None:
    """The place with the smallest eigenvalue of sign * H that is met, relative to the largest entry there."""
    points = places(look, centre)
    hessians = look.hessians(points)
    values, sizes = lowest(hessians, sign), size_of(hessians)
    best = _best(points, hessians, values, sizes)
    if best is not None and best.lowest < -1e-3 * np.abs(best.hessian).max():
        return best
    starts = _starts(points, values, sizes, centre)
    if not len(starts):
        return best
    return min(filter(None, (best, _downhill(look, centre, starts, sign))), key=_relative, default=None)


def _relative(bend: Low) -> float:
    return bend.lowest / (float(np.abs(bend.hessian).max()) or 1.0)


def _best(points: Array, hessians: Array, values: Array, sizes: Array) -> Low | None:
    known = np.isfinite(values)
    if not known.any():
        return None
    relative = np.where(known, values / np.where(sizes > 0, sizes, 1.0), np.inf)
    clear = relative < -NEGATIVE
    # among clear ones the nearest, else the smallest
    chosen = int(np.argmin(np.where(clear, np.abs(points).max(axis=1), np.inf)) if clear.any() else np.argmin(relative))
    return Low(points[chosen], hessians[chosen], float(values[chosen]))


def _starts(points: Array, values: Array, sizes: Array, centre: Array) -> Array:
    """The lowest places of every scale, by the eigenvalue and by its part of the largest entry."""
    distance = np.floor(np.log10(np.abs(points - centre).max(axis=1) + 1e-300))
    relative = values / np.where(sizes > 0, sizes, 1.0)
    chosen = set[int]()
    for level in np.unique(distance[np.isfinite(values)]):
        here = np.flatnonzero((distance == level) & np.isfinite(values))
        for key in (values, relative):
            chosen.update(here[np.argsort(key[here], kind="stable")[:KEPT]].tolist())
    return points[sorted(chosen)]


def _downhill(look: Lens, centre: Array, starts: Array, sign: int) -> Low | None:
    """Random steps that shrink, from every start at once; a step is kept when the eigenvalue is smaller."""
    draw, at = np.random.default_rng(SEED + 2), starts.copy()
    tried = int(max(2, min(TRIED, MOST_NUMBERS // (3 * ROUNDS * look.cost * len(starts)))))
    hessians = look.hessians(at)
    values, reach = lowest(hessians, sign), np.abs(starts - centre).max(axis=1) + 1e-9
    for turn in range(ROUNDS):
        steps = draw.standard_normal((tried, *at.shape)) * (reach * SHRINK**turn)[None, :, None]
        near = drawn_in(look, centre, (at + steps).reshape(-1, look.count))
        found = look.hessians(near)
        low = lowest(found, sign).reshape(tried, len(at))
        which = np.argmin(low, axis=0)
        better = low[which, np.arange(len(at))] < values
        flat = which * len(at) + np.arange(len(at))
        at[better], hessians[better] = near[flat[better]], found[flat[better]]
        values[better] = low[which, np.arange(len(at))][better]
    return _best(at, hessians, values, size_of(hessians))


def extent(look: Lens, around: ArrayLike, sign: int) -> float | None:
    """The least eigenvalue of sign * H that is met; None where it seems to have no bound, or the Hessian is lost."""
    draw, centre = np.random.default_rng(SEED + 3), np.asarray(around, dtype=np.float64)
    points = places(look, centre, EACH)
    reach = np.abs(points - centre).max(axis=1) + 1e-9
    points, reach = points[reach < FAR], reach[reach < FAR]  # beyond, exponentials are rounded to 0
    values = _clear(look.hessians(points), sign)
    usual = np.abs(values[np.isfinite(values)])
    chosen = np.argsort(values, kind="stable")[:STARTED]
    at, values, reach = points[chosen], values[chosen], reach[chosen]
    for turn in range(ROUNDS):
        steps = draw.standard_normal((TRIED, *at.shape)) * (reach * SHRINK**turn)[None, :, None]
        near = drawn_in(look, centre, (at + steps).reshape(-1, look.count))
        low = _clear(look.hessians(near), sign).reshape(TRIED, len(at))
        which = np.argmin(low, axis=0)
        found, flat = low[which, np.arange(len(at))], which * len(at) + np.arange(len(at))
        better = found < values
        at[better], values[better] = near[flat[better]], found[better]
    least = float(values.min(initial=np.inf))
    return least if len(usual) and abs(least) < UNBOUNDED * max(1.0, float(np.median(usual))) else None


def _clear(hessians: Array, sign: int) -> Array:
    """The smallest eigenvalue of sign * H, inf where it may be rounding."""
    values = lowest(hessians, sign)
    return np.where(np.abs(values) > ROUNDING * size_of(hessians), values, np.inf)


# ---- simple numbers near a point ------------------------------------------------------------------------


def simpler(look: Lens, bend: Low, sign: int) -> Iterator[tuple[Vector, Array]]:
    """Points with short fractions near a bend where the eigenvalue is still clearly negative, the simplest first."""
    found = [tuple(Fraction(x).limit_denominator(d) for x in bend.point.tolist()) for d in DENOMINATORS]
    found += [tuple(_digits(x, k) for x in bend.point.tolist()) for k in DIGITS]
    found = sorted(dict.fromkeys((*found, tuple(map(Fraction, bend.point.tolist())))), key=_length)
    hessians = look.hessians(np.array([[float(x) for x in point] for point in found]))
    values = lowest(hessians, sign)
    for share in (0.3, 0.01):
        for point, hessian, value in zip(found, hessians, values, strict=True):
            if value < share * bend.lowest:
                yield point, hessian


def _length(point: Vector) -> int:
    return sum(len(f"{x.numerator}{x.denominator}") for x in point)


def _digits(x: float, digits: int) -> Fraction:
    """A number with so many significant decimals."""
    return Fraction(f"{x:.{digits - 1}e}") if x else Fraction(0)


def shortened(vector: Sequence[float], digits: int) -> Vector:
    """A direction, its largest entry 1, with so many significant decimals."""
    top = max(map(abs, vector))
    return tuple(_digits(x / top, digits) for x in vector)
