"""Exact conditions against numbers: for drawn values of the data, chords and second differences say the same."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symconvex.api import prove
from symconvex.verdict import Decided

Values = Mapping[str, Fraction]
DRAWS = 200
# Exact values of the data on and beside boundaries, and simple ones.
GRID = [Fraction(k, 12) for k in range(-48, 49)]
POINTS, CORNERS = 2_000, 40

TABLE: list[tuple[str, str, dict[str, str], tuple[str, ...], str | None, str | None]] = [
    # loss                                wrt     data                                  where             convex iff                          concave iff
    ("a*x**2",                            "x",    {"a": "real"},                        (),               "a >= 0",                           "a <= 0"),
    ("a*x**2 + b*x*y + c*y**2",           "x, y", dict.fromkeys("abc", "real"),         (),               "(a >= 0) & (c >= 0) & (4*a*c - b**2 >= 0)",  "(a <= 0) & (c <= 0) & (4*a*c - b**2 >= 0)"),
    ("(h*x - y)**2 - a*x**2",             "x",    {"h": "real", "y": "real", "a": "real"}, (),            "h**2 - a >= 0",                    "a - h**2 >= 0"),
    ("exp(x) + a*x**2",                   "x",    {"a": "real"},                        (),               "a >= 0",                           "False"),
    ("x**2 + a*sin(x)",                   "x",    {"a": "real"},                        (),               "(a >= -2) & (a <= 2)",             "False"),
    ("x**2 + y**2 + a*cos(x + y)",        "x, y", {"a": "real"},                        (),               "(a >= -1) & (a <= 1)",             "False"),
    ("a*exp(x) + b*exp(-x)",              "x",    {"a": "real", "b": "real"},           (),               "(b >= 0) & (a >= 0)",              "(b <= 0) & (a <= 0)"),
    ("exp(x) + exp(y) + a*x*y",           "x, y", {"a": "real"},                        (),               "a == 0",                           "False"),
    ("x**a",                              "x",    {"a": "real"},                        ("x > 0",),       "(a <= 0) | (a >= 1)",              "(a >= 0) & (a <= 1)"),
    ("x**a*y**b",                         "x, y", {"a": "real", "b": "real"},           ("x > 0", "y > 0"), "((a <= 0) & ((b <= 0) | (a + b >= 1))) | ((a >= 1) & (b <= 0) & (a + b >= 1))",  "(a >= 0) & (a <= 1) & (b >= 0) & (a + b <= 1)"),
    ("x**a*y**(1 - a)",                   "x, y", {"a": "real"},                        ("x > 0", "y > 0"), "(a <= 0) | (a >= 1)",            "(a >= 0) & (a <= 1)"),
    ("x**4 + a*x**2",                     "x",    {"a": "real"},                        (),               "a >= 0",                           "False"),
    ("x**4 + a*x**3 + b*x**2",            "x",    {"a": "real", "b": "real"},           (),               "8*b - 3*a**2 >= 0",                "False"),
    ("x**2*y**2 + a*(x**4 + y**4)",       "x, y", {"a": "real"},                        (),               "a >= 1/6",                         "False"),
    ("x**2 + a*x**3",                     "x",    {"a": "real"},                        ("x >= -1", "x <= 1"), "(a >= -1/3) & (a <= 1/3)",    "False"),
    ("x**2 + a*x**3",                     "x",    {"a": "real"},                        ("x > 0",),       "a >= 0",                           "False"),
    ("log(cosh(x)) - a*x**2",             "x",    {"a": "real"},                        (),               "a <= 0",                           "a >= 1/2"),
    ("a*log(x) + x**2",                   "x",    {"a": "real"},                        ("x > 0",),       "a <= 0",                           "False"),
    ("a*x*log(x) + b*x**2",               "x",    {"a": "real", "b": "real"},           ("x > 0",),       "(b >= 0) & (a >= 0)",              "(b <= 0) & (a <= 0)"),
    ("p/x + q*x**2",                      "x",    {"p": "real", "q": "real"},           ("x > 0",),       "(p >= 0) & (q >= 0)",              "(p <= 0) & (q <= 0)"),
    ("x**2 + y**2 + z**2 + a*(x*y + y*z + z*x)", "x, y, z", {"a": "real"},              (),               "(a >= -1) & (a <= 2)",             "False"),
    ("x**2 + y**2 + z**2 + a*x*y + b*y*z", "x, y, z", {"a": "real", "b": "real"},       (),               "a**2 + b**2 <= 4",                 "False"),
    ("a*(x**2 + y**2 + z**2) + b*(x + y + z)**2", "x, y, z", {"a": "real", "b": "real"}, (),              "(a + b >= 0) & (a >= 0) & (a + 3*b >= 0)", "(a + b <= 0) & (a <= 0) & (a + 3*b <= 0)"),
    ("(a*x + b*y)**2 - c*x**2",           "x, y", dict.fromkeys("abc", "real"),         (),               "(a**2 - c >= 0) & ((c <= 0) | (b == 0))",  "(c - a**2 >= 0) & (b == 0)"),
    ("a*x**4 + b*x**2*y**2 + c*y**4",     "x, y", dict.fromkeys("abc", "real"),         (),               "(b >= 0) & (a >= 0) & (c >= 0) & (36*a*c - b**2 >= 0)",  "(b <= 0) & (a <= 0) & (c <= 0) & (36*a*c - b**2 >= 0)"),
    ("a*abs(x) + b*x**2",                 "x",    {"a": "real", "b": "real"},           (),               "(b >= 0) & (a >= 0)",              "(b <= 0) & (a <= 0)"),
    ("a*abs(2*x - 1) + x**2",             "x",    {"a": "real"},                        (),               "a >= 0",                           "False"),
    ("a*abs(x)",                          "x",    {"a": "real"},                        (),               "a >= 0",                           "a <= 0"),
]  # fmt: skip


def holds(condition: str, values: Values) -> bool:
    """Python's own reading of a condition, with exact numbers."""
    return bool(eval(condition.replace("/", "*F1/"), {"F1": Fraction(1), "__builtins__": {}}, dict(values)))  # noqa: S307


def sampled(code: Any, wrt: list[str], where: tuple[str, ...], values: Values, rng: Any) -> tuple[float, float]:
    """The smallest and the largest second difference along random directions, relative to the size of the loss."""
    reach = rng.choice((0.3, 1.0, 3.0, 12.0), POINTS)
    point = {w: rng.uniform(-1, 1, POINTS) * reach for w in wrt}
    for spots in point.values():  # corners are at simple points
        spots[:CORNERS] = rng.integers(-2, 3, CORNERS) / 2
    if where:
        signs = (1, -1) if "-1" in where[0] else (1,)
        point = {w: rng.choice((0.01, 0.3, 0.9, 0.99), POINTS) * rng.choice(signs, POINTS) for w in wrt}
    angle = rng.uniform(0, 2 * np.pi, POINTS)
    h = 1e-3 * np.minimum(1.0, np.min([abs(x) + 0.01 for x in point.values()], axis=0))
    way = dict(zip(wrt, (np.cos(angle), np.sin(angle), rng.uniform(-1, 1, POINTS)), strict=False))
    numbers = {k: float(v) for k, v in values.items()}
    with np.errstate(all="ignore"):
        left, mid, right = (
            eval(code, vars(np), {**numbers, **{w: point[w] + k * h * way[w] for w in wrt}})  # noqa: S307
            for k in (-1, 0, 1)
        )
        bend = (left - 2 * mid + right) / (abs(left) + 2 * abs(mid) + abs(right) + 1e-4)
    bend = bend[np.isfinite(bend)]
    return float(bend.min(initial=0)), float(bend.max(initial=0))


@pytest.mark.parametrize("row", TABLE, ids=[f"{row[0]} {' '.join(row[3])}" for row in TABLE])
def test_a_condition_is_that_of_numbers(row: tuple[str, str, dict[str, str], tuple[str, ...], str, str]) -> None:
    loss, wrt, sets, where, convex, concave = row
    verdict = prove(loss, wrt=wrt, sets=sets, where=where, budget=120)
    assert isinstance(verdict, Decided)
    assert (verdict.condition, verdict.concave_condition) == (convex, concave)
    rng, names, seen, code = np.random.default_rng(3), wrt.split(", "), 0, compile(loss, "loss", "eval")
    for _ in range(DRAWS):
        values = {k: GRID[rng.integers(len(GRID))] for k, within in sets.items()}
        least, largest = sampled(code, names, where, values, rng)
        # A bend beyond rounding is a proof in floats that the property fails; its absence proves nothing.
        assert not (least < -1e-9 and holds(convex, values)), (values, least)
        assert not (largest > 1e-9 and holds(concave, values)), (values, largest)
        seen += (least < -1e-9) == (not holds(convex, values))
    assert seen > 0.8 * DRAWS, seen
