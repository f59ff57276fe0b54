"""Closed derivatives against automatic differentiation of the loss itself, and as a person reads them."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from symconvex.calculus.arrays import evaluate, surroundings
from symconvex.calculus.closed import derive
from symconvex.errors import NotYet
from symconvex.formats.python import text_of
from symconvex.language import state
from symconvex.problem import Problem

SIZES = {"n": 5, "d": 3, "h": 2, "k": 4, "m": 2, "r": 2}
WORDS = {
    "exp": anp.exp,
    "log": anp.log,
    "sum": anp.sum,
    "tanh": anp.tanh,
    "cosh": anp.cosh,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "logsumexp": lambda z, axis=None: anp.log(anp.sum(anp.exp(z), axis=axis)),
    "mean": anp.mean,
    "norm": lambda z, axis=None: anp.sqrt(anp.sum(z**2, axis=axis)),
    "max": anp.maximum,
}

LINEAR = "X: n d, w: d, y: n"
NET = "X: n d, W1: h d, W2: m h, Y: n m"
DEEP = "X: d n, W1: h d, W2: k h, W3: m k, Y: m n"

LOSSES = [
    # id                  loss                                                               shapes                       wrt
    ("logistic, signs",   "sum(log(1 + exp(-y*(X @ w))))",                                   LINEAR + " sign",            "w"),
    ("logistic, bits",    "sum(log(1 + exp(X @ w)) - y*(X @ w))/n + lam/2*sum(w**2)",        LINEAR + " binary, lam:",    "w"),
    ("cross-entropy",     "-sum(y*log(sigmoid(X @ w)) + (1 - y)*log(1 - sigmoid(X @ w)))",   LINEAR + " binary",          "w"),
    ("with intercept",    "sum(softplus(-y*(X @ w + b)))",                                   LINEAR + " sign, b:",        "w b"),
    ("least squares",     "sum((X @ w - y)**2)",                                             LINEAR,                      "w"),
    ("ridge",             "mean((y - X @ w)**2) + lam*sum(w**2)",                            LINEAR + ", lam:",           "w"),
    ("residual norm",     "norm(X @ w - y)",                                                 LINEAR,                      "w"),
    ("Brier score",       "sum((sigmoid(X @ w) - y)**2)",                                    LINEAR,                      "w"),
    ("squared hinge",     "sum(max(0, 1 - y*(X @ w))**2)",                                   LINEAR + " sign",            "w"),
    ("Poisson",           "sum(exp(X @ w) - y*(X @ w))",                                     LINEAR,                      "w"),
    ("log-cosh",          "sum(log(cosh(X @ w - y)))",                                       LINEAR,                      "w"),
    ("log-sum-exp",       "logsumexp(X @ w + b)",                                            "X: n d, w: d, b: n",        "w"),
    ("softmax",           "sum(logsumexp(X @ W, axis=1)) - sum(Y*(X @ W))",                  "X: n d, W: d k, Y: n k",    "W"),
    ("weighted softmax",  "sum(s*logsumexp(X @ W, axis=1))",                                 "X: n d, W: d k, s: n",      "W"),
    ("squared softmax",   "sum(logsumexp(X @ W, axis=1)**2)",                                "X: n d, W: d k",            "W"),
    ("group norms",       "sum(norm(W, axis=1)) + sum(norm(W, axis=0))",                     "W: n d",                    "W"),
    ("factorisation",     "sum((U @ V.T - M)**2) + lam*(sum(U**2) + sum(V**2))",             "U: n r, V: k r, M: n k, lam:", "U V"),
    ("linear, depth 2",   "sum((X @ W1.T @ W2.T - Y)**2)/2",                                 NET,                         "W1 W2"),
    ("linear, depth 3",   "sum((W3 @ W2 @ W1 @ X - Y)**2)",                                  DEEP,                        "W1 W2 W3"),
    ("tanh network",      "sum((tanh(X @ W1.T) @ W2.T - Y)**2)/n",                           NET,                         "W1 W2"),
    ("tanh with biases",  "sum((tanh(X @ W1.T + b1) @ W2.T + b2 - Y)**2)/n",                 NET + ", b1: h, b2: m",      "W1 b1 W2 b2"),
    ("tanh, depth 3",     "sum((W3 @ tanh(W2 @ tanh(W1 @ X)) - Y)**2)/2",                    DEEP,                        "W1 W2 W3"),
    ("logistic network",  "sum(softplus(-y*(tanh(X @ W.T) @ a)))",                           "X: n d, W: h d, a: h, y: n sign", "W a"),
    ("vector output",     "sum((sigmoid(X @ W.T) @ a - y)**2)",                              "X: n d, W: h d, a: h, y: n", "W a"),
    ("radial basis",      "sum((exp(-g*((sum(X**2, axis=1) - 2*C @ X.T).T + sum(C**2, axis=1))) @ a - y)**2)",
                                                                                             "X: n d, C: h d, a: h, y: n, g:", "C a g"),
    ("one unit",          "(v*tanh(w*x) - y)**2/2",                                          "w:, v:, x:, y:",            "w v"),
    ("one scalar",        "x**4 + exp(-x)",                                                  "x:",                        "x"),
]  # fmt: skip


def problem_of(loss: str, declared: str, wrt: str) -> Problem:
    shapes, sets = {}, {}
    for part in declared.split(","):
        name, _, words = part.partition(":")
        shapes[name.strip()] = tuple(word for word in words.split() if len(word) == 1)
        sets |= {name.strip(): word for word in words.split() if len(word) > 1}
    return state(loss, wrt=wrt, shapes=shapes, sets=sets)


def point(problem: Problem, seed: int) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)
    values = {}
    for symbol in (*problem.parameters, *problem.data):
        shape = tuple(SIZES[str(size)] for size in symbol.shape)
        sign = draw.integers(0, 2, shape)
        values[symbol.name] = {"sign": 2 * sign - 1.0, "binary": sign * 1.0}.get(symbol.within, draw.normal(size=shape))
    return values


def loss_at(problem: Problem, values: dict[str, np.ndarray]):
    """The loss along theta + s u + t v, as a function of the stacked steps; test code only."""

    def value(**parameters):
        return eval(problem.text, {**WORDS, **SIZES, **values, **parameters})

    return value


def drawn(problem: Problem):
    """A point, a direction for each parameter, and the names of the directions."""
    values, ways = point(problem, 1), {s.name: v for s, v in zip(problem.parameters, point(problem, 2).values())}
    names = {p: "v" if len(ways) == 1 and "v" not in values else f"v_{p}" for p in ways}
    return values, ways, {names[p]: way for p, way in ways.items()}


def second(problem: Problem, values, one: dict, two: dict) -> float:
    """D^2 f[one, two] by automatic differentiation."""
    f = loss_at(problem, values)

    def slope(s):
        def along(t):
            return f(**{p: values[p] + s * one.get(p, 0.0) + t * two.get(p, 0.0) for p in (s_.name for s_ in problem.parameters)})

        return autograd.grad(along)(0.0)

    return autograd.grad(slope)(0.0)


TABLE = pytest.mark.parametrize(("case", "loss", "shapes", "wrt"), LOSSES, ids=[row[0] for row in LOSSES])


@TABLE
def test_the_gradient_is_that_of_automatic_differentiation(case: str, loss: str, shapes: str, wrt: str) -> None:
    problem = problem_of(loss, shapes, wrt)
    values, _, _ = drawn(problem)
    derivation = derive(problem)
    around = surroundings(derivation, values)
    for name, expr in derivation.gradient:
        expected = autograd.grad(lambda p, name=name: loss_at(problem, values)(**{name: p}))(values[name])
        found = evaluate(expr, around)
        assert np.shape(found) == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@TABLE
def test_curvature_blocks_and_hessian_are_those_of_automatic_differentiation(
    case: str, loss: str, shapes: str, wrt: str
) -> None:
    problem = problem_of(loss, shapes, wrt)
    values, ways, named = drawn(problem)
    derivation = derive(problem)
    around = surroundings(derivation, values | named)
    q = second(problem, values, ways, ways)
    np.testing.assert_allclose(evaluate(derivation.curvature, around), q, rtol=1e-8, atol=1e-9)
    for p, r, expr in derivation.blocks:
        expected = second(problem, values, {p: ways[p]}, {r: ways[r]})
        np.testing.assert_allclose(evaluate(expr, around), expected, rtol=1e-8, atol=1e-9)
    if derivation.hessian is not None:
        ((_, way),) = ways.items()
        np.testing.assert_allclose(way @ evaluate(derivation.hessian, around) @ way if np.ndim(way) else
                                   way**2 * evaluate(derivation.hessian, around), q, rtol=1e-8)
