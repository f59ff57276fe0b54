"""Verdicts held against plain NumPy: the text of the loss is evaluated, the kernel is not asked.

A refutation brings points; at random data the inequalities of a convex function must fail there. A claim of
convexity is tried at random chords, which are counted: held, failed, skipped outside the domain.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symconvex.calculus.program.instance import known_sizes
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.kernel.term import parse
from symconvex.problem import Problem, Symbol

Values = dict[str, Any]
Point = dict[str, Any]

SMALL = {"n": 4, "d": 3, "h": 2, "h2": 3, "h1": 2, "h3": 2, "h4": 2, "h5": 2, "m": 2, "k": 2, "K": 3}
DRAWS: Mapping[str, Callable[[np.random.Generator, Any], Any]] = {
    "real": lambda stream, shape: stream.normal(size=shape),
    "positive": lambda stream, shape: stream.uniform(0.1, 3, size=shape),
    "nonnegative": lambda stream, shape: stream.uniform(0, 3, size=shape),
    "sign": lambda stream, shape: stream.choice([-1.0, 1.0], size=shape),
    "binary": lambda stream, shape: stream.choice([0.0, 1.0], size=shape),
    "unit": lambda stream, shape: stream.uniform(0.05, 0.95, size=shape),
    "count": lambda stream, shape: stream.poisson(2, size=shape).astype(float),
}


def _logsumexp(z: Any, axis: Any = None) -> Any:
    return np.log(np.sum(np.exp(z), axis=axis))


WORDS: Values = {
    **{name: function.numpy for name, function in functions().items()},
    "max": lambda *parts: np.maximum.reduce(np.broadcast_arrays(*parts)),
    "min": lambda *parts: np.minimum.reduce(np.broadcast_arrays(*parts)),
    "sum": np.sum,
    "mean": np.mean,
    "norm": np.linalg.norm,
    "trace": np.trace,
    "dot": np.dot,
    "logsumexp": _logsumexp,
    "logaddexp": np.logaddexp,
    "lambda_max": lambda gram: np.linalg.eigvalsh(gram)[-1],
    "lambda_min": lambda gram: np.linalg.eigvalsh(gram)[0],
    "rank": np.linalg.matrix_rank,
}


def evaluate(text: str, values: Values) -> Any:
    """A text of this repository in NumPy's meaning."""
    with np.errstate(all="ignore"):
        return eval(text, {"__builtins__": {}}, {**WORDS, **values})  # noqa: S307  the rows of the tests only


@dataclass(frozen=True, slots=True)
class Tally:
    held: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.held + other.held, self.failed + other.failed, self.skipped + other.skipped)


@dataclass(frozen=True, slots=True)
class Case:
    """A problem at a size with drawn data."""

    problem: Problem
    sizes: Mapping[str, int]
    data: Values
    loss: str = ""

    def shape(self, symbol: Symbol) -> tuple[int, ...]:
        return tuple(self.sizes[size] if isinstance(size, str) else size for size in symbol.shape)

    def f(self, point: Point) -> float:
        return float(evaluate(self.loss or self.problem.text, {**self.sizes, **self.data, **point}))

    def is_inside(self, point: Point) -> bool:
        names = {**self.sizes, **self.data, **point}
        return all(np.all(evaluate(text_at(expr), names) > 0) for expr in self.problem.positive)

    def draw(self, stream: np.random.Generator, scale: float = 1.0) -> Point:
        return {s.name: scale * stream.normal(size=self.shape(s)) for s in self.problem.parameters}


def text_at(expr: Any) -> str:
    from symconvex.language.printing import text_of

    return text_of(expr)


def drawn(problem: Problem, seed: int, loss: str = "") -> Case:
    """Random data in their sets, where the problem does not give them."""
    stream = np.random.default_rng(seed)
    names = [size for s in (*problem.parameters, *problem.data) for size in s.shape if isinstance(size, str)]
    sizes = {name: max(SMALL.get(name, 3), problem.least.get(name, 1)) for name in dict.fromkeys(names)}
    sizes = {**sizes, **known_sizes(problem, {}, problem.values)}
    case = Case(problem, sizes, {}, loss)
    data = {
        s.name: np.array(problem.values[s.name], dtype=float)
        if s.name in problem.values
        else DRAWS[s.within](stream, case.shape(s))
        for s in problem.data
    }
    return Case(problem, sizes, data, loss)


def combined(weights: list[float], points: list[Point]) -> Point:
    return {name: sum(w * p[name] for w, p in zip(weights, points, strict=True)) for name in points[0]}


def near(left: float, right: float, *others: float) -> bool:
    scale = 1 + max(map(abs, (left, right, *others)))
    return abs(left - right) <= 1e-9 * scale


def count_chords(
    case: Case, *, seed: int, trials: int, modulus: float = 0.0, smoothness: float | None = None, sign: int = 1
) -> Tally:
    """modulus/8 |a - b|^2 <= mean of the ends - value at the middle <= smoothness/8 |a - b|^2."""
    stream, tally = np.random.default_rng(seed), Tally()
    for trial in range(trials):
        scale = (0.1, 1.0, 3.0, 10.0)[trial % 4]
        a, b = case.draw(stream, scale), case.draw(stream, scale)
        middle = combined([0.5, 0.5], [a, b])
        if not (case.is_inside(a) and case.is_inside(b)):
            tally += Tally(skipped=1)
            continue
        values = [sign * case.f(p) for p in (a, b, middle)]
        if not np.isfinite(values).all():
            tally += Tally(skipped=1)
            continue
        gap = (values[0] + values[1]) / 2 - values[2]
        eighth = sum(float(np.sum((a[name] - b[name]) ** 2)) for name in a) / 8
        slack = 1e-9 * (1 + sum(map(abs, values)))
        fine = gap >= modulus * eighth - slack and (smoothness is None or gap <= smoothness * eighth + slack)
        tally += Tally(held=1) if fine else Tally(failed=1)
    return tally


# ---- what a certificate says, at numbers ----------------------------------------------------------


def value_of(term: t.Term, values: Values, at: Mapping[str, int], sizes: Mapping[str, int]) -> float:
    """A term at numbers; `at` says which index stands where."""

    def index(i: t.Index) -> int:
        return i if isinstance(i, int) else at[i]

    match term:
        case t.Num(value):
            return float(value)
        case t.Sym(name, indices):
            return float(values[name][tuple(map(index, indices))] if indices else values[name])
        case t.Dim(size):
            return float(sizes[size] if isinstance(size, str) else size)
        case t.Delta(left, right):
            return float(index(left) == index(right))
        case t.Sum(name, size, body):
            count = sizes[size] if isinstance(size, str) else size
            return sum(value_of(body, values, {**at, name: k}, sizes) for k in range(count))
        case t.Pow(base, e):
            return float(value_of(base, values, at, sizes) ** float(e))
    parts = [value_of(part, values, at, sizes) for part in t.children(term)]
    match term:
        case t.Add():
            return sum(parts)
        case t.Mul():
            return float(np.prod(parts))
        case t.Fn("max", _):
            return max(parts)
        case t.Fn(name, _):
            return float(functions()[name].numpy(np.float64(parts[0])))
    raise TypeError(term)


def point_of(case: Case, given: Mapping[str, Any], at: Mapping[str, int]) -> Point:
    """A point of a certificate: families of terms at the data of the case."""
    found: Point = {}
    for symbol in case.problem.parameters:
        shape, value = case.shape(symbol), given[symbol.name]
        term, places = parse(value["is"]), value["at"]
        entries = np.empty(shape)
        for place in np.ndindex(shape):
            here = {**at, **dict(zip(places, place, strict=True))}
            entries[place] = value_of(term, case.data, here, case.sizes)
        found[symbol.name] = entries
    return found


def witnesses(part: Mapping[str, Any], case: Case) -> Iterator[tuple[Case, dict[str, int]]]:
    """The data under the hypotheses of a part, with a row for every witness; matrices that are zero are made so."""
    data, at = dict(case.data), dict[str, int]()
    for name, entry in part["numbers"].items():
        data[name] = np.array([float(t.Fraction(x)) for x in _words(entry["is"])]).reshape(entry["shape"])
    for text in part["given"]:
        words = re.sub("[()]", "", text).split()
        match words:
            case ["nonzero", _, index]:
                at[index] = 0
            case ["zero", name]:
                data[name] = np.zeros_like(data[name])
            case _:
                return
    yield Case(case.problem, case.sizes, data, case.loss), at


def _words(array: Any) -> Iterator[str]:
    """All numbers of an array of a certificate."""
    if isinstance(array, list):
        for entry in array:
            yield from _words(entry)
    else:
        yield from array.split(" ")


def gap_of(case: Case, step: Mapping[str, Any], at: Mapping[str, int]) -> float:
    """What a convex (concave, quasiconvex) loss would keep <= 0, from the points of the step alone."""
    args, word = step["with"], step["gives"].split()[1]
    sign = -1.0 if word == "concave" else 1.0
    match step["rule"]:
        case "chord":
            ends = [point_of(case, end, at) for end in args["ends"]]
            weights = [float(t.Fraction(share)) for share in args["weights"]]
            assert all(map(case.is_inside, ends))
            values, middle = [case.f(end) for end in ends], case.f(combined(weights, ends))
            if word == "quasiconvex":
                assert all(near(value, values[0], middle) for value in values), "the ends have different values"
                return middle - values[0]
            return sign * (middle - float(np.dot(weights, values)))
        case "flat":
            along, here = point_of(case, args["along"], at), point_of(case, args["at"], at)
            base = point_of(case, args["base"], at) if "base" in args else here
            far = [sign * case.f(combined([1.0, s], [base, along])) for s in (0.0, 1.0, 1e2, 1e4)]
            assert max(far) <= 1e3 * (1 + abs(far[0])), "the loss is not bounded along the line"
            if "base" in args:
                assert all(near(value, far[0]) for value in far), "the loss is not constant along the line"
            # constant along the line, so either sign of the change is a violation
            return case.f(combined([1.0, 1.0], [here, along])) - case.f(here)
        case "at_point":
            point, way = point_of(case, args["point"], at), point_of(case, args["direction"], at)
            return -sign * second_difference(case, point, way)
    raise TypeError(step["rule"])


def second_difference(case: Case, point: Point, way: Point, reach: float = 1e-3) -> float:
    low, mid, high = (case.f(combined([1.0, s * reach], [point, way])) for s in (-1.0, 0.0, 1.0))
    return (high - 2 * mid + low) / reach**2


def confirm_refutations(certificate: Mapping[str, Any], problem: Problem, *, seed: int) -> set[str]:
    """The claims not_* whose points break the inequality at drawn data; raises AssertionError where they do not."""
    confirmed = set[str]()
    for part in certificate["parts"]:
        for case, at in witnesses(part, drawn(problem, seed)):
            steps = {step["id"]: step for step in part["steps"]}
            for step in part["steps"]:
                claim = step["gives"]
                if step["rule"] != "refute":
                    continue
                amount, scale = _violation(case, step, steps, at)
                assert amount > 1e-9 * scale, f"{claim} is not seen at its points: {amount}"
                confirmed.add(claim.split()[1].removesuffix(")"))
    return confirmed


def _violation(
    case: Case, step: Mapping[str, Any], steps: Mapping[int, Mapping[str, Any]], at: Mapping[str, int]
) -> tuple[float, float]:
    assert step["rule"] == "refute", step["rule"]
    gaps = [gap_of(case, steps[use], at) for use in step["uses"][:-1]]
    shares = [float(t.Fraction(w)) for w in step["with"]["weights"]]
    return float(np.dot(gaps, shares)), 1 + max(map(abs, gaps))
