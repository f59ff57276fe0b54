"""Compositions a hundred deep and sums of a thousand terms, search and kernel together, beside CVXPY where it is there.

`pytest tests/benchmarks/test_depth.py -s` prints CPU seconds.
"""

import random
from time import process_time

import pytest

from symconvex.deadline import room
from symconvex.decide import decide
from symconvex.language import state

MOST = 5.0  # CPU seconds


def deep(levels: int, seed: int) -> str:
    """A convex composition of exp, softplus, max, ramps and affine forms."""
    draw, text = random.Random(seed), "x"  # noqa: S311 - no secret
    for _ in range(levels):
        inner = f"{draw.randint(1, 2)}*{text}+{draw.randint(0, 2)}"
        text = draw.choice((f"exp({inner})", f"softplus({inner})", f"max({inner}, 2*x)", f"relu({inner})"))
    return text


def wide(terms: int, numbers: int, seed: int) -> str:
    """A sum of functions of affine forms in a few of many numbers."""
    draw, found = random.Random(seed), []  # noqa: S311 - no secret
    for _ in range(terms):
        a, b, c = draw.sample(range(numbers), 3)
        inner = f"x{a}-2*x{b}+x{c}"
        found.append(draw.choice((f"exp({inner})", f"abs({inner})", f"({inner})**2", f"softplus({inner})")))
    return "+".join(found)


@pytest.mark.parametrize("levels", [10, 50, 100])
def test_depth(levels: int) -> None:
    text = deep(levels, seed=levels)
    decide(state(deep(levels, seed=1), wrt="x", shapes={}), budget=60)  # modules are loaded then
    start = process_time()
    assert decide(state(text, wrt="x", shapes={}), budget=60).answer == "convex"
    spent = process_time() - start
    print(f"\ndepth {levels}: {spent:.2f} s" + peer(text, ["x"], spent))
    assert spent < MOST


@pytest.mark.parametrize(("terms", "numbers"), [(100, 20), (1000, 200)])
def test_width(terms: int, numbers: int) -> None:
    text, names = wide(terms, numbers, seed=1), [f"x{k}" for k in range(numbers)]
    names, start = (
        [name for name in names if f"{name}-" in text or f"{name}+" in text or f"{name})" in text],
        process_time(),
    )
    assert decide(state(text, wrt=names, shapes={}), budget=60).answer == "convex"
    spent = process_time() - start
    print(f"\nwidth {terms} in {numbers}: {spent:.2f} s" + peer(text, names, spent))
    assert spent < MOST


def test_a_sum_of_any_length_is_flat() -> None:
    """Two thousand terms, more than Python nests calls."""
    text, start = " + ".join(f"abs(x - {k})" for k in range(2000)), process_time()
    assert decide(state(text, wrt="x", shapes={}), budget=60).answer == "convex"
    spent = process_time() - start
    print(f"\na sum of 2000 terms: {spent:.2f} s")
    assert spent < 2 * MOST


def peer(text: str, names: list[str], spent: float) -> str:
    """The time of CVXPY on the same formula, and how many times it ours is; empty where it is not installed."""
    cvxpy = pytest.importorskip("cvxpy") if _installed() else None
    if cvxpy is None:
        return ""
    known = {name: cvxpy.Variable() for name in names}
    functions = {
        "exp": cvxpy.exp, "softplus": cvxpy.logistic, "max": cvxpy.maximum, "relu": cvxpy.pos, "abs": cvxpy.abs,
    }  # fmt: skip
    start = process_time()
    with room():
        curvature = eval(text, {**functions, **known}).curvature  # noqa: S307 - our own text
    theirs = process_time() - start
    return f", CVXPY {theirs:.3f} s ({curvature}), {spent / theirs:.0f} times"


def _installed() -> bool:
    from importlib.util import find_spec

    return find_spec("cvxpy") is not None
