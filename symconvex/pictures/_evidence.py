"""What the pictures of a verdict show, as numbers: evaluated from the loss, at points of the accepted lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from symconvex.calculus.closed.derivation import Derivation, derive
from symconvex.calculus.program.arrays import evaluate
from symconvex.data import sizes_of
from symconvex.problem import Problem
from symconvex.verdict import Decided

STEPS, GRID, FINE = 64, 49, 400  # the ends lie on the grid
SPANS = (4.0, 20.0, 100.0, 1000.0, 1.0, 0.1)
ENOUGH = 0.1  # of an interval has to lie in the domain
MARGIN = 0.5
Arrays = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ends:
    """A chord above which the loss rises: two points with numbers, and where between them."""

    left: Arrays
    right: Arrays
    place: float


@dataclass(frozen=True, slots=True)
class Sliced:
    """The loss on a plane through both ends, f(M + s u + t v), with what moves along u and v.

    scales    for each of them M and u where one number moves, which then is what its axis shows; else None, and the
              ends are at -1 and 1
    """

    names: tuple[str, str]
    places: Any
    values: Any
    ends: tuple[tuple[float, float], tuple[float, float]]
    scales: tuple[tuple[float, float] | None, tuple[float, float] | None]


@dataclass(frozen=True, slots=True)
class Graphed:
    """A function of one number, and its second derivative, where both are finite and the domain is."""

    name: str
    places: Any
    values: Any
    bends: Any


def known(problem: Problem) -> dict[str, Any] | None:
    """Data and sizes as numbers; None where some are not given."""
    if any(symbol.name not in problem.values for symbol in problem.data):
        return None
    sizes: dict[str, Any] = {str(name): size for name, size in sizes_of(problem).items()}
    if any(isinstance(k, str) and k not in sizes for symbol in problem.parameters for k in symbol.shape):
        return None
    return {**sizes, **{name: _floats(value) for name, value in problem.values.items()}}


def ends_of(verdict: Decided) -> Ends | None:
    """The chord of the refutation with the fewest hypotheses, where its points are numbers."""
    witness = verdict.witness
    ends = None if witness is None else witness.get("ends")
    if not isinstance(ends, list) or known(verdict.problem) is None:
        return None
    names = [symbol.name for symbol in verdict.problem.parameters]
    points = [_numbers(end, names) for end in ends]
    weights = witness.get("weights") if witness is not None else None
    if None in points or not isinstance(weights, list):
        return None
    left, right = points
    return Ends(left or {}, right or {}, float(Fraction(str(weights[1]))))


def _numbers(end: Mapping[str, Any], names: list[str]) -> Arrays | None:
    try:
        return {name: _floats(end[name]) for name in names} if set(names) == set(end) else None
    except ValueError:  # a formula
        return None


def _floats(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return np.array([_floats(entry) for entry in value])
    return np.array(float(Fraction(str(value))))


def along(verdict: Decided, ends: Ends) -> list[tuple[float, float]]:
    """(t, f((1 - t) A + t B)) from end to end."""
    names = known(verdict.problem) or {}
    found = []
    for t in np.linspace(0, 1, STEPS + 1).tolist():
        point = {name: (1 - t) * ends.left[name] + t * ends.right[name] for name in ends.left}
        found.append((t, _value(verdict.problem, {**names, **point})))
    return found


def _value(problem: Problem, names: Arrays) -> float:
    with np.errstate(all="ignore"):
        return float(evaluate(problem.loss, names))


def slice_of(verdict: Decided, ends: Ends) -> Sliced | None:
    """The plane in which one half of what differs moves by s, and the other by t; None where it is a line."""
    half = {name: (ends.right[name] - ends.left[name]) / 2 for name in ends.left}
    middle = {name: (ends.right[name] + ends.left[name]) / 2 for name in ends.left}
    split = _split(half)
    if split is None:
        return None
    first, second, told, corner = split
    names = known(verdict.problem) or {}
    places = np.linspace(-1 - MARGIN, 1 + MARGIN, GRID)
    values = np.array([
        [
            _value(verdict.problem, {**names, **{n: middle[n] + s * first[n] + t * second[n] for n in middle}})
            for s in places.tolist()
        ]
        for t in places.tolist()
    ])  # fmt: skip
    scales = (_scale(middle, first), _scale(middle, second))
    return Sliced(told, places, values, ((-1.0, -corner), (1.0, corner)), scales)


def _scale(middle: Arrays, way: Arrays) -> tuple[float, float] | None:
    """Where the only number that moves is in the middle, and how far it goes."""
    moved = [(name, place) for name, array in way.items() for place in np.ndindex(array.shape) if array[place]]
    if len(moved) != 1:
        return None
    ((name, place),) = moved
    return float(middle[name][place]), float(way[name][place])


def _split(half: Arrays) -> tuple[Arrays, Arrays, tuple[str, str], float] | None:
    """Two directions that add up to the half of the chord: by parameter, or entry and others; or with another entry."""
    zero = {name: np.zeros_like(array) for name, array in half.items()}
    moved = [name for name, array in half.items() if np.any(array)]
    if len(moved) > 1:
        others = {**half, moved[0]: zero[moved[0]]}
        return {**zero, moved[0]: half[moved[0]]}, others, (moved[0], ", ".join(moved[1:])), 1.0
    entries = [(name, place) for name, array in half.items() for place in np.ndindex(array.shape)]
    found = [(name, place) for name, place in entries if half[name][place]]
    if not found or len(entries) == 1:
        return None
    first = {**zero, found[0][0]: _only(half, *found[0])}
    if len(found) > 1:
        rest = {name: half[name] - first[name] for name in half}
        return first, rest, (_entry(*found[0]), "the other entries"), 1.0
    other = next(entry for entry in entries if entry != found[0])
    unit = {name: np.ones_like(array) for name, array in half.items()}
    return first, {**zero, other[0]: _only(unit, *other)}, (_entry(*found[0]), _entry(*other)), 0.0


def _only(arrays: Arrays, name: str, place: tuple[int, ...]) -> Any:
    kept = np.zeros_like(arrays[name])
    kept[place] = arrays[name][place]
    return kept


def _entry(name: str, place: tuple[int, ...]) -> str:
    return f"{name}[{','.join(map(str, place))}]" if place else name


def profile_of(verdict: Decided, ends: Ends | None) -> Graphed | None:
    """The curve of a function of one number; None where there is none, or it is nowhere finite."""
    problem, names = verdict.problem, known(verdict.problem)
    shape = None if names is None else _one_number(problem)
    if names is None or shape is None:
        return None
    name = problem.parameters[0].name
    chord = [] if ends is None else [float(end[name].item()) for end in (ends.left, ends.right)]

    def at(place: float) -> Arrays:
        return {**(names or {}), name: np.full(shape, place)}

    for span in SPANS:
        low, high = min([-span, *chord]), max([span, *chord])
        inside = [x for x in np.linspace(low, high, FINE + 1).tolist() if _is_inside(problem, at(x))]
        if len(inside) >= ENOUGH * FINE:
            places = np.linspace(inside[0], inside[-1], FINE + 1)
            values = np.array([_value(problem, at(x)) for x in places.tolist()])
            derivation = derive(problem)
            bends = np.array([_bend(derivation, at(x), shape) for x in places.tolist()])
            return Graphed(name, places, values, bends)
    return None


def _one_number(problem: Problem) -> tuple[int, ...] | None:
    """The shape of the only parameter, where it holds one number at the sizes of the data."""
    if len(problem.parameters) != 1:
        return None
    sizes = sizes_of(problem)
    shape = tuple(sizes[k] if isinstance(k, str) else k for k in problem.parameters[0].shape)
    return shape if {*shape} <= {1} else None


def _is_inside(problem: Problem, names: Arrays) -> bool:
    with np.errstate(all="ignore"):
        held = [float(evaluate(expr, names)) > 0 for expr in problem.positive]
        held += [float(evaluate(expr, names)) >= 0 for expr in problem.nonneg]
    return all(held) and bool(np.isfinite(_value(problem, names)))


def _bend(derivation: Derivation, names: Arrays, shape: tuple[int, ...]) -> float:
    """The second derivative, which is the curvature in the direction 1."""
    found = {**names, **dict.fromkeys(derivation.directions.values(), np.ones(shape))}
    with np.errstate(all="ignore"):
        for name, expr in derivation.names:
            found[name] = evaluate(expr, found)
        return float(evaluate(derivation.curvature, found))
