"""Gradients through entries, lists, diagonals and kept axes agree with difference quotients."""

import re

import numpy as np
import pytest

from symconvex.calculus.closed.derivation import derive
from symconvex.calculus.program.arrays import evaluate, surroundings
from symconvex.language.state import state

SHAPES = {"X": ("n", "d"), "w": ("d",), "y": ("n",), "u": (4,), "A": (3, 3), "s": (), "W": ("k", "d"), "v": (3,)}
SIZES = {"n": 5, "d": 3, "k": 2}
STEP = 1e-5

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
