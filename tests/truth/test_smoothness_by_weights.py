"""Smoothness constants of sums over data whose second derivatives are bounded, and of none that are not."""

import numpy as np
import pytest

import symconvex as sc

FIT = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
FREE = {"X": ("n", "d"), "w": ("d",)}

TABLE = [
    # loss                                                       shapes                   sets                      smooth                            best   strict when
    ("sum(delta**2*(sqrt(1 + ((X@w - y)/delta)**2) - 1))",       {**FIT, "delta": ()},    {"delta": "positive"},    "lambda_max(X.T @ X)",            False, "rank(X) == d"),
    ("sum(sqrt(1 + (X@w - y)**2) - 1)",                          FIT,                     {},                       "lambda_max(X.T @ X)",            False, "rank(X) == d"),
    ("mean(sqrt(1 + (X@w)**2))",                                 FREE,                    {},                       "lambda_max(X.T @ X)/n",          True,  "rank(X) == d"),
    ("sum(sqrt(4 + (X@w)**2))",                                  FREE,                    {},                       "lambda_max(X.T @ X)/2",          True,  "rank(X) == d"),
    ("sum((X@w)*atan(X@w) - log(1 + (X@w)**2)/2)",               FREE,                    {},                       "lambda_max(X.T @ X)",            True,  "rank(X) == d"),
    ("sum((X@w - y)*atan(X@w - y) - log(1 + (X@w - y)**2)/2)",   FIT,                     {},                       "lambda_max(X.T @ X)",            False, "rank(X) == d"),
    ("sum(max(0, 1 - y*(X@w))**2)/2",                            FIT,                     {"y": "sign"},            "lambda_max(X.T @ X)",            False, None),
    ("mean(max(0, 1 - y*(X@w))**2)",                             FIT,                     {"y": "sign"},            "2*lambda_max(X.T @ X)/n",        False, None),
    ("sum(where(abs(X@w - y) <= c, (X@w - y)**2/2, c*(abs(X@w - y) - c/2)))", {**FIT, "c": ()}, {"c": "positive"},  "lambda_max(X.T @ X)",            False, None),
    ("sum(log(cosh(X@w - y)))",                                  FIT,                     {},                       "lambda_max(X.T @ X)",            False, "rank(X) == d"),
    ("sum(sqrt(4 + w**2))",                                      {"w": ("d",)},           {},                       "1/2",                            False, None),
    ("sum(log(1 + exp(X@w - y))) + sum(sqrt(1 + w**2))",         FIT,                     {},                       "lambda_max(X.T @ X)/4 + 1",      False, None),
    # not bounded
    ("sum(exp(X@w) - y*(X@w))",                                  FIT,                     {},                       None,                             False, "rank(X) == d"),
    ("sum((X@w - y)**4)",                                        FIT,                     {},                       None,                             False, None),
    ("sum(cosh(X@w))",                                           FREE,                    {},                       None,                             False, "rank(X) == d"),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_a_bounded_second_derivative_is_a_smoothness_constant(row: tuple[object, ...]) -> None:
    loss, shapes, sets, smooth, best, strict = row
    verdict = sc.prove(str(loss), wrt="w", shapes=shapes, sets=sets, budget=60)
    assert verdict.answer == "convex"
    assert (verdict.smoothness, "smoothness" in verdict.exact, verdict.strict_when) == (smooth, best, strict)


def test_the_bound_of_pseudo_huber_holds_of_numbers() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        X, w, y, delta = rng.normal(size=(6, 3)), rng.normal(size=3), rng.normal(size=6), rng.uniform(0.1, 3)
        weights = (1 + ((X @ w - y) / delta) ** 2) ** -1.5
        hessian = X.T @ (weights[:, None] * X)
        assert np.linalg.eigvalsh(hessian)[-1] <= np.linalg.eigvalsh(X.T @ X)[-1] + 1e-9
