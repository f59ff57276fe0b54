"""The Hessian of a matrix parameter as Kronecker products: the matrix of the quadratic form, and its text."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from symconvex.calculus.closed.derivation import derive
from symconvex.calculus.program.arrays import evaluate
from symconvex.formats import find
from symconvex.language.state import state

SHAPES = {"W": ("k", "d"), "X": ("n", "d"), "Y": ("n", "k")}
SIZES = {"n": 4, "d": 3, "k": 2}
SOFTMAX = "kron(diag(P[i]) - outer(P[i], P[i]), outer(X[i], X[i])) for i in range(n)"

# id               loss                                                             the Hessian, "" for none
LOSSES = [
    ("softmax",      "sum(logsumexp(X @ W.T, axis=1)) - sum(Y * (X @ W.T))",        f"sum({SOFTMAX})"),
    ("mean",         "mean(logsumexp(X @ W.T, axis=1))",                            "sum(kron(1/n*diag(P[i]) - 1/n*outer(P[i], P[i]), outer(X[i], X[i])) for i in range(n))"),
    ("penalty",      "sum(logsumexp(X @ W.T, axis=1)) + 3*sum(W**2)",               f"sum({SOFTMAX}) + 6*eye(k*d)"),
    ("squares",      "sum((X @ W.T - Y)**2)",                                       "sum(kron(2*eye(k), outer(X[i], X[i])) for i in range(n))"),
    ("logistic",     "sum(log(1 + exp(X @ W.T)))",                                  "sum(kron(diag((p*(1 - p))[i]), outer(X[i], X[i])) for i in range(n))"),
    ("columns",      "sum((Y @ W - X)**2)",                                         ""),
    ("product",      "sum((X @ W.T @ W - X)**2)",                                   ""),
    ("norm of all",  "sum(W**2)**2",                                                ""),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "text"), [row[1:] for row in LOSSES], ids=[row[0] for row in LOSSES])
def test_the_products_are_the_matrix_of_the_quadratic_form(loss: str, text: str) -> None:
    found = derive(state(loss, wrt="W", shapes={name: shape for name, shape in SHAPES.items() if name in loss}))
    assert bool(found.kronecker) == bool(text)
    assert ("kron(" in find("text").closed(found)) == bool(text)
    assert text in find("text").closed(found)
    assert ("\\otimes" in find("latex").closed(found)) == bool(text)
    if text:
        draw = np.random.default_rng(2)
        values: dict[str, Any] = {
            name: draw.normal(size=[SIZES[size] for size in shape]) for name, shape in SHAPES.items()
        }
        values |= SIZES
        for name, expr in found.names:
            values[name] = evaluate(expr, values)
        for _ in range(5):
            way = draw.normal(size=(2, 3))
            form = evaluate(found.curvature, {**values, "v": way})
            assert np.isclose(way.ravel() @ matrix(found.kronecker, values) @ way.ravel(), form)


def matrix(summands: Any, values: Mapping[str, Any]) -> np.ndarray:
    """As the text says, in NumPy."""
    total = np.zeros((6, 6))
    for part in summands:
        scale = float(evaluate(part.scale, values))
        if part.inputs is None:
            total += scale * np.eye(6)
            continue
        for i, row in enumerate(evaluate(part.inputs, values)):
            weights = np.ones(2) if part.weights is None else np.broadcast_to(evaluate(part.weights, values), (4, 2))[i]
            block = np.outer(weights, weights) if part.rank_one else np.diag(weights)
            total += scale * np.kron(block, np.outer(row, row))
    return total
