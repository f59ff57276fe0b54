"""Exact conditions on one number in which the second derivative is affine, on an interval: against second derivatives."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from symconvex.api import prove, verify

STEP = Fraction(1, 40)

TABLE: list[tuple[str, str, str, str, str | None, str | None]] = [
    # loss                        x    a    where                 convex iff                       concave iff
    ("a*log(x) + x**2",           "x", "a", "x >= 1",             "a <= 2",                        "False"),
    ("a*log(x) + x**2",           "x", "a", "x > 1",              "a <= 2",                        "False"),
    ("c*log(t) + 3*t**2",         "t", "c", "t >= 2",             "c <= 24",                       None),
    ("x**2 + a/x",                "x", "a", "x >= 1",             "a >= -1",                       None),
    ("x**2 + b*sqrt(x)",          "x", "b", "x >= 1",             "b <= 8",                        None),
    ("x**2 + a*x**3",             "x", "a", "-1 <= x <= 1",       "(a >= -1/3) & (a <= 1/3)",      "False"),
    ("x**2 + a*x**3",             "x", "a", "abs(x) < 1",         "(a >= -1/3) & (a <= 1/3)",      "False"),
    ("x**2 + a*x**3",             "x", "a", "x <= 2",             "(a >= -1/6) & (a <= 0)",        "False"),
    ("exp(x) + a*x**2",           "x", "a", "0 <= x <= 1",        "a >= -1/2",                     "exp(1)/2 + a <= 0"),
    ("exp(x) + a*x**2",           "x", "a", "x >= 0",             "a >= -1/2",                     None),
    ("exp(x) + a*x**2",           "x", "a", "x <= 1",             "a >= 0",                        "exp(1)/2 + a <= 0"),
    ("k*exp(u) + u**2",           "u", "k", "u >= 0",             "k >= 0",                        "k <= -2"),
    ("exp(x) + a*exp(2*x)",       "x", "a", "x <= 0",             "a >= -1/4",                     None),
    ("x**2 + a*cos(x) + a*x",     "x", "a", "-1 <= x <= 1",       "a <= 2",                        None),
    ("x**2 + a*sin(x)",           "x", "a", "0 <= x <= 2",        "a <= 2",                        None),
    ("-log(x) + a*x**2",          "x", "a", "0 < x < 2",          "a >= -1/8",                     "False"),
    ("x*log(x) + a/x",            "x", "a", "x >= 1",             "a >= -1/2",                     "False"),
    ("x**2 + a*atan(x)",          "x", "a", "",                   "(16*sqrt(1/3)/3 + a >= 0) & (16*sqrt(1/3)/3 - a >= 0)", "False"),
    ("x**2 + a*x**3 + x**4",      "x", "a", "-1 <= x <= 1",       "(4*sqrt(1/6) + a >= 0) & (4*sqrt(1/6) - a >= 0)",     "False"),
]  # fmt: skip
RANGES = {  # where second derivatives are taken: ends of domains, and far out
    "x >= 1": (1, 50), "x > 1": (1, 50), "t >= 2": (2, 50), "-1 <= x <= 1": (-1, 1), "abs(x) < 1": (-1, 1),
    "x <= 2": (-900, 2), "0 <= x <= 1": (0, 1), "x >= 0": (0, 9), "x <= 1": (-12, 1), "u >= 0": (0, 9), "x <= 0": (-9, 0),
    "0 <= x <= 2": (0, 2), "0 < x < 2": (0, 2), "": (-9, 9),
}  # fmt: skip


STRICT = [
    # loss                        x    where                 strictly convex iff
    ("a*log(x) + x**2",           "x", "x >= 1",             "a <= 2"),
    ("x**2 + a*x**3",             "x", "x <= 2",             "(a >= -1/6) & (a <= 0)"),
    ("exp(t) + b*t**2",           "t", "0 <= t <= 1",        "b >= -1/2"),
    ("x**2 + a*x**3 + x**4",      "x", "-1 <= x <= 1",       "(4*sqrt(1/6) + a >= 0) & (4*sqrt(1/6) - a >= 0)"),
    ("x**2 + a*sin(x)",           "x", "0 <= x <= 2",        "a <= 2"),
    ("a*x**3",                    "x", "x >= 0",             None),  # a > 0, and affine for a = 0
    ("a*exp(x) + x",              "x", "x <= 0",             "a > 0"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "x", "where", "strict"), STRICT, ids=[f"{row[0]} on {row[2]}" for row in STRICT])
def test_strictly_where_the_second_derivative_vanishes_on_no_segment(
    loss: str, x: str, where: str, strict: str | None
) -> None:
    verdict = prove(loss, wrt=x, where=[where])
    assert verdict.strict_when == strict
    assert [replay.outcome for replay in verify(verdict.certificate).values()] == ["accepted"]


@pytest.mark.parametrize("row", TABLE, ids=[f"{row[0]} on {row[3]}" for row in TABLE])
def test_the_condition_is_that_of_second_derivatives(row: tuple[str, str, str, str, str | None, str | None]) -> None:
    loss, x, a, where, convex, concave = row
    verdict = prove(loss, wrt=x, where=[where] if where else [])
    assert (verdict.condition, verdict.concave_condition) == (convex, concave)
    assert [replay.outcome for replay in verify(verdict.certificate).values()] == ["accepted"]
    assert "is affine in" in verdict.to_latex() or "at every point" in verdict.to_latex()
    low, high = RANGES[where]
    points = [mpmath.mpf(float(p)) for p in np.linspace(low + 1e-4, high - 1e-4, 150)]
    bends = [second(loss, x, {a: 0}, p) for p in points], [second(loss, x, {a: 1}, p) for p in points]
    for condition, side in ((convex, 1), (concave, -1)):
        seen = set()
        for k in range(-1_000, 1_001) if condition not in (None, "False") else ():
            value = k * STEP
            if not near_an_end(condition, a, value):
                continue
            least = min(side * (g + float(value) * (e - g)) for g, e in zip(*bends, strict=True))
            assert holds(condition, a, value) == (least > -3e-3), (value, least)
            seen.add(least > -3e-3)
        assert condition in (None, "False") or seen == {True, False}


def second(loss: str, x: str, values: dict[str, int], at: mpmath.mpf) -> float:
    """f'' by mpmath."""
    words = {name: getattr(mpmath, name) for name in ("exp", "log", "sqrt", "sin", "cos", "atan")}
    return float(mpmath.diff(lambda p: eval(loss, {**words, **values, x: p}), at, 2))  # noqa: S307  rows of this file


def holds(condition: str, a: str, value: Fraction) -> bool:
    return bool(eval(condition, {"exp": np.exp, "sqrt": np.sqrt, a: float(value)}))  # noqa: S307  rows of this file


def near_an_end(condition: str, a: str, value: Fraction) -> bool:
    """Is the condition another one close by, on one side or the other?"""
    around = [holds(condition, a, value + d * Fraction(1, 16)) for d in (-2, -1, 0, 1, 2)]
    return len({*around}) == 2 and around[1] == around[2] == around[3]
