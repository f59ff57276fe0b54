"""Quadratic losses that treat all entries alike: exact conditions with the size in them, against eigenvalues."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from symconvex.api import prove, verify

TABLE: list[tuple[str, str, dict[str, Any], str, str | None, str | None, str | None]] = [
    # loss                                    wrt  shapes                          answer     convex iff                     strictly iff                  concave iff
    ("sum(w**2) - a*sum(w)**2",               "w", {"w": ("d",), "a": ()},         "depends", "d*a <= 1",                    "d*a < 1",                    None),
    ("norm(x)**2 + a*sum(x)**2",              "x", {"x": ("n",), "a": ()},         "depends", "n*a >= -1",                   "n*a > -1",                   None),
    ("sum((z - c)**2) - t*sum(z - c)**2 + c@z", "z", {"z": ("k",), "c": ("k",), "t": ()}, "depends", "k*t <= 1",            "k*t < 1",                    None),
    ("b*sum(x**2) + a*sum(x)**2",             "x", {"x": ("n",), "a": (), "b": ()}, "depends", "(n*a + b >= 0) & (b >= 0)",  "(n*a + b > 0) & (b > 0)",    "(n*a + b <= 0) & (b <= 0)"),
    ("a*mean(w**2) + b*mean(w)**2",           "w", {"w": ("d",), "a": (), "b": ()}, "depends", "(a + b >= 0) & (a >= 0)",    "(a + b > 0) & (a > 0)",      "(a + b <= 0) & (a <= 0)"),
    ("sum(W**2) - b*sum(W)**2",               "W", {"W": ("n", "m"), "b": ()},     "depends", "m*n*b <= 1",                  "m*n*b < 1",                  None),
    ("sum((x - mean(x))**2) - a*sum(x**2)",   "x", {"x": ("n",), "a": ()},         "depends", "a <= 0",                      "a < 0",                      None),
    ("sum(w**2) - a*sum(w)**2",               "w", {"w": (3,), "a": ()},           "depends", "a <= 1/3",                    "a < 1/3",                    "False"),
    ("sum(x**2) - mean(x)**2",                "x", {"x": ("n",)},                  "convex",  "True",                        None,                         None),
    ("mean(x)**2 - sum(x**2)",                "x", {"x": ("n",)},                  "concave", None,                          None,                         "True"),
    ("sum(x**2) - 2*mean(x)**2",              "x", {"x": ("n",)},                  "depends", "n >= 2",                      None,                         None),
    ("a*sum(x)**2",                           "x", {"x": ("n",), "a": ()},         "depends", "a >= 0",                      None,                         "a <= 0"),
]  # fmt: skip
NUMBERS = [-2.0, -1.0, -0.5, -1 / 3, -0.25, -0.2, 0.0, 0.2, 0.24, 0.25, 0.26, 1 / 3, 0.4, 0.5, 1.0, 2.0]


@pytest.mark.parametrize("row", TABLE, ids=[f"{row[0]} {row[2]}" for row in TABLE])
def test_the_condition_is_that_of_eigenvalues(row: tuple[Any, ...]) -> None:
    loss, wrt, shapes, answer, convex, strict, concave = row
    verdict = prove(loss, wrt=wrt, shapes=shapes)
    assert (verdict.answer, verdict.condition, verdict.concave_condition) == (answer, convex, concave)
    assert strict is None or verdict.strict_when == strict
    assert [replay.outcome for replay in verify(verdict.certificate).values()] == ["accepted"]
    assert "\\lambda" in verdict.to_latex()
    draw, seen = np.random.default_rng(8), set()
    least = 2 if verdict.hypotheses else 1
    for _ in range(400):
        sizes = {size: int(draw.integers(least, 6)) for shape in shapes.values() for size in shape if size != 3}
        data = {name: draw.choice(NUMBERS) for name, shape in shapes.items() if not shape}
        low, high = bends(loss, wrt, shapes, sizes, data)
        told = {**sizes, **data}
        for condition, truth in ((convex, low >= -1e-7), (strict, low > 1e-7), (concave, high <= 1e-7)):
            assert condition in (None, "False") or holds(condition, told) == truth, (condition, told, low, high)
            seen.add(truth)
    assert seen == {True, False}


def holds(condition: str, told: Mapping[str, float]) -> bool:
    """The condition at numbers; what is close to a border counts as on it."""
    for sign, wide in (("<=", "<= 1e-9 +"), (">=", ">= -1e-9 +"), ("<", "< -1e-9 +"), (">", "> 1e-9 +")):
        condition = condition.replace(f" {sign} ", f" {wide} ")
    return bool(eval(condition, dict(told)))  # noqa: S307  rows of this file


def bends(loss: str, wrt: str, shapes: Any, sizes: Mapping[str, int], data: Mapping[str, float]) -> tuple[float, float]:
    """The least and the largest eigenvalue of the Hessian, by second differences of a quadratic function."""
    shape = tuple(sizes.get(size, size) for size in shapes[wrt])
    known = {"sum": np.sum, "mean": np.mean, "norm": np.linalg.norm, **data}
    known |= {name: np.ones([sizes.get(s, s) for s in own]) for name, own in shapes.items() if own and name != wrt}
    count, code = int(np.prod(shape)), compile(loss, "loss", "eval")

    def value(flat: Any) -> float:
        return float(eval(code, {**known, wrt: flat.reshape(shape)}))  # noqa: S307  rows of this file

    unit = np.eye(count)
    matrix = [[value(a + b) - value(a) - value(b) + value(0 * a) for a in unit] for b in unit]
    eigenvalues = np.linalg.eigvalsh(np.array(matrix))
    return float(eigenvalues[0]), float(eigenvalues[-1])
