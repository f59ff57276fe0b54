"""Corners that cancel, in several spellings; and losses that are neither, whatever the data are that they are about."""

import cProfile
from typing import Any

import numpy as np
import pytest

from symconvex.api import prove, verify
from symconvex.calculus.program.arrays import evaluate
from symconvex.language.state import state

TABLE = [
    # loss                                 wrt      answer
    ("max(x, y) + min(x, y)",              "x,y",   "affine"),
    ("max(0, z) + min(z, 0)",              "z",     "affine"),
    ("abs(x - y) + 2*min(x, y)",           "x,y",   "affine"),
    ("abs(u - v) - 2*max(v, u)",           "u,v",   "affine"),
    ("3*max(2*x, y - 1) + 3*min(2*x, y - 1)", "x,y", "affine"),
    ("exp(max(x, y) + min(x, y))",         "x,y",   "convex"),
    ("-(max(x, y) + min(y, x))**2",        "x,y",   "concave"),
    ("abs(x) - 2*relu(x) + x**2",          "x",     "convex"),
    ("max(x, y) + 2*min(x, y)",            "x,y",   "concave"),
    ("2*max(x, y) + min(x, y)",            "x,y",   "convex"),
    ("max(x, y) - min(x, y)",              "x,y",   "convex"),
    ("max(x, y) + min(x, z)",              "x,y,z", "neither"),
    ("abs(x + y) + 2*min(x, y)",           "x,y",   "neither"),
    ("max(x, y) + min(x, y + 1)",          "x,y",   "neither"),
    ("abs(x - y) + 2.01*min(x, y)",        "x,y",   "concave"),
    ("abs(x - y) + 1.99*min(x, y)",        "x,y",   "convex"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "answer"), TABLE, ids=[row[0] for row in TABLE])
def test_corners_that_cancel(loss: str, wrt: str, answer: str) -> None:
    verdict = prove(loss, wrt=wrt.split(","))
    assert verdict.answer == answer
    assert [replay.outcome for replay in verify(verdict.certificate).values()] == ["accepted"]
    names = {"max": max, "min": min, "abs": abs, "exp": np.exp, "relu": lambda z: max(z, 0.0)}
    draw, problem = np.random.default_rng(2), state(loss, wrt=wrt, shapes={})
    for _ in range(100):
        at = {name: float(draw.integers(-6, 7)) / 2 for name in wrt.split(",")}
        theirs = eval(loss, {**names, **at})  # noqa: S307  rows of this file
        assert np.isclose(float(evaluate(problem.loss, at)), theirs), at


ABOUT: list[tuple[str, str, dict[str, Any], str]] = [
    # loss                                    wrt  shapes                                answer
    ("sum(log(1 + (w - y)**2))",              "w", {"w": ("d",), "y": ("d",)},           "neither"),
    ("sum(log(1 + (b - 2*v)**2))",            "v", {"v": ("k",), "b": ("k",)},           "neither"),
    ("mean(1 - exp(-(W - Y)**2))",            "W", {"W": ("n", "m"), "Y": ("n", "m")},   "neither"),
    ("sum((w - y)**2/(1 + (w - y)**2))",      "w", {"w": ("d",), "y": ("d",)},           "neither"),
    ("sum(sin(w - y))",                       "w", {"w": ("d",), "y": ("d",)},           "neither"),
    ("sum(min((w - y)**2, 1))",               "w", {"w": ("d",), "y": ("d",)},           "neither"),
    ("sum(sqrt(abs(w - y)))",                 "w", {"w": ("d",), "y": ("d",)},           "neither"),
    ("sum((w - y)**2)",                       "w", {"w": ("d",), "y": ("d",)},           "convex"),
    ("sum(abs(w - y)**3)",                    "w", {"w": ("d",), "y": ("d",)},           "convex"),
    ("sum(log(1 + (w - y)**2)) + sum(w**2)/8", "w", {"w": ("d",), "y": ("d",)},          "convex"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "shapes", "answer"), ABOUT, ids=[row[0] for row in ABOUT])
def test_a_loss_about_data_of_the_same_shape(loss: str, wrt: str, shapes: dict[str, Any], answer: str) -> None:
    verdict = prove(loss, wrt=wrt, shapes=shapes)
    assert verdict.answer == answer
    assert [replay.outcome for replay in verify(verdict.certificate).values()] == ["accepted"]
    assert not verdict.hypotheses


def calls(terms: int) -> int:
    """Function calls that reading a sum of absolute values takes."""
    text = " + ".join(f"abs(x - {k})" for k in range(terms))
    watched = cProfile.Profile()
    watched.enable()
    state(text, wrt="x", shapes={})
    watched.disable()
    return sum(entry.callcount for entry in watched.getstats())


def test_a_sum_of_corners_is_read_in_linear_time() -> None:
    calls(10)  # modules are loaded then
    assert calls(400) < 3 * calls(200)
