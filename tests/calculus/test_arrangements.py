"""Gradients through entries, lists, diagonals and kept axes agree with difference quotients."""

import re

import numpy as np
import pytest

from symconvex.calculus.closed.derivation import derive
from symconvex.calculus.program.arrays import evaluate, surroundings
from symconvex.language.state import state

SHAPES = {"X": ("n", "d"), "w": ("d",), "y": ("n",), "u": (4,), "A": (3, 3), "s": (), "W": ("k", "d"), "v": (3,)}
SIZES = {"n": 5, "d": 3, "k": 2}
STEP, CLOSE = 1e-5, 2e-4

LOSSES = [
    ("w[0]**2 + exp(w[0]*w[1])",                     "w"),
    ("sum((u[1:] - u[:-1])**2)",                     "u"),
    ("sum((X[0]@w - 1)**2)",                         "w"),
    ("sum(exp(W[:, 0])) + sum(W[1]**2)",             "W"),
    ("sum(X*(X@w)[:, None])",                        "w"),
    ("sum(softplus(X@diag(w)@w))",                   "w"),
    ("sum(exp(diag(A)))",                            "A"),
    ("sum((X@w - mean(X@w))**2)",                    "w"),
    ("var(w) + std(w)",                              "w"),
    ("sum(softmax(X@W.T, axis=1)*(X@W.T))",          "W"),
    ("log(det(A)**2 + 1)",                           "A"),
    ("sum(convolve(v, u)**2)",                       "v,u"),
    ("sum(outer(w, w)**2)",                          "w"),
    ("norm(W - mean(W, axis=1, keepdims=True))**2",  "W"),
    ("sum(exp(W - W.mean(axis=0, keepdims=True)))",  "W"),
    ("sum([s**2, exp(s)])",                          "s"),
    ("trace(inv(A))",                                "A"),
    ("sum(exp(w[:, None] - w[None, :]))",            "w"),
    ("sum(exp(diag(w)))",                            "w"),
    ("atan(s)*tan(s) + asinh(s) + sech(s) + log2(2 + s**2)", "s"),
    ("sum(stack([w, 2*w])@w)",                       "w"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt"), LOSSES, ids=[row[0] for row in LOSSES])
def test_the_gradient_is_the_limit_of_difference_quotients(loss: str, wrt: str) -> None:
    named = set(re.findall(r"[A-Za-z]+", loss))
    problem = state(loss, wrt=wrt, shapes={name: shape for name, shape in SHAPES.items() if name in named})
    derivation, draw = derive(problem), np.random.default_rng(3)
    symbols = (*problem.parameters, *problem.data)
    at = {s.name: draw.normal(size=tuple(SIZES.get(str(size), size) for size in s.shape)) for s in symbols}
    known = surroundings(derivation, dict(at))
    for name, gradient in derivation.gradient:
        found = np.broadcast_to(evaluate(gradient, known), np.shape(at[name]))
        for place in np.ndindex(found.shape):
            values = []
            for sign in (1, -1):
                moved = {word: np.array(value) for word, value in at.items()}
                moved[name][place] += sign * STEP
                values.append(evaluate(problem.loss, {**moved, **SIZES}))
            assert found[place] == pytest.approx((values[0] - values[1]) / (2 * STEP), rel=1e-4, abs=1e-6)


KEPT_AXES = [
    ("sum(softmax(W, axis=1)**2)",                            "W"),
    ("sum(log(softmax(W, axis=1)))",                          "W"),
    ("sum(log_softmax(W, axis=1)**2)",                        "W"),
    ("sum((W/sum(W**2, axis=1, keepdims=True))**2)",          "W"),
    ("sum((W/(1 + norm(W, axis=1, keepdims=True)))**2)",      "W"),
    ("sum((softmax(X@W.T, axis=1) - 1)**2)",                  "W"),
    ("sum((softmax(X@W.T, axis=1)@W@w)**2)",                  "W,w"),
    ("sum(exp(w)[None].T*W.T)",                               "w"),
]  # fmt: skip


@pytest.mark.parametrize("square", [False, True], ids=["sizes that differ", "sizes that are equal"])
@pytest.mark.parametrize(("loss", "wrt"), [*LOSSES, *KEPT_AXES], ids=[row[0] for row in (*LOSSES, *KEPT_AXES)])
def test_the_curvature_is_the_limit_of_second_difference_quotients(loss: str, wrt: str, square: bool) -> None:
    sizes = dict.fromkeys(SIZES, 3) if square else SIZES
    named = set(re.findall(r"[A-Za-z]+", loss))
    problem = state(loss, wrt=wrt, shapes={name: shape for name, shape in SHAPES.items() if name in named})
    derivation, draw = derive(problem), np.random.default_rng(4)
    symbols = (*problem.parameters, *problem.data)
    at = {s.name: draw.normal(size=tuple(sizes.get(str(size), size) for size in s.shape)) for s in symbols}
    way = {name: draw.normal(size=np.shape(at[name])) for name in derivation.directions}
    known = surroundings(derivation, {**at, **{derivation.directions[name]: v for name, v in way.items()}})
    values = []
    for k in (-1, 0, 1):
        moved = {name: np.array(value) + k * CLOSE * way.get(name, 0) for name, value in at.items()}
        values.append(float(evaluate(problem.loss, {**moved, **sizes})))
    expected = (values[0] - 2 * values[1] + values[2]) / CLOSE**2
    assert float(evaluate(derivation.curvature, known)) == pytest.approx(expected, rel=2e-4, abs=2e-4)
