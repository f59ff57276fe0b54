"""Losses as people write them, at random points, with their second derivatives by automatic differentiation."""

import autograd
import numpy as np
from support.automatic import numeric

from symconvex.language import state
from symconvex.problem import Problem

SIZES = {"n": 5, "d": 3, "h": 2, "k": 4, "m": 2, "r": 2, "K": 3, "p": 3}

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
    ("dot product",       "sum((X @ w - y)**2) + c*w @ w",                                   LINEAR + ", c:",             "w"),
    ("matrix squared",    "sum(W @ W) + trace(W @ W.T @ W)",                                 "W: d d",                    "W"),
    ("pi and e",          "pi*sum((X @ w - y)**2) + e*w @ w + sum(sin(pi*w))",               LINEAR,                      "w"),
    ("product of sums",   "sum(w)*(y @ w)",                                                  "w: d, y: d",                "w"),
    ("product of scores", "sum(X @ w)*(y @ (X @ w))",                                        LINEAR,                      "w"),
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
    """The problem of a row."""
    shapes, sets = {}, {}
    for part in declared.split(","):
        name, _, words = part.partition(":")
        shapes[name.strip()] = tuple(word for word in words.split() if len(word) == 1)
        sets |= {name.strip(): word for word in words.split() if len(word) > 1}
    return state(loss, wrt=wrt, shapes=shapes, sets=sets)


def point(problem: Problem, seed: int, lengths: dict[str, int] = SIZES) -> dict[str, np.ndarray]:
    """Random parameters and data, each in its set."""
    draw = np.random.default_rng(seed)
    values = {}
    for symbol in (*problem.parameters, *problem.data):
        shape = tuple(size if isinstance(size, int) else lengths[size] for size in symbol.shape)
        bits, real = draw.integers(0, 2, shape), draw.normal(size=shape)
        special = {"sign": 2 * bits - 1.0, "binary": bits * 1.0, "positive": np.abs(real), "count": bits * 3.0}
        values[symbol.name] = special.get(symbol.within, real)
    return values


def loss_at(problem: Problem, values: dict[str, np.ndarray]):
    """The loss as a function of the parameters, from its text: a second road."""
    return lambda **given: numeric(problem.text, {**SIZES, **values, **given})


def drawn(problem: Problem, seed: int = 1, lengths: dict[str, int] = SIZES):
    """A point, a direction for each parameter, and the directions under the names that derivations use."""
    values = point(problem, seed, lengths)
    ways = {s.name: v for s, v in zip(problem.parameters, point(problem, seed + 1, lengths).values(), strict=False)}
    alone = len(ways) == 1 and "v" not in values
    return values, ways, {"v" if alone else f"v_{p}": way for p, way in ways.items()}


def second(problem: Problem, values: dict, one: dict, two: dict) -> float:
    """D^2 f[one, two] by automatic differentiation."""
    f, names = loss_at(problem, values), [symbol.name for symbol in problem.parameters]

    def slope(s: float) -> float:
        return autograd.grad(lambda t: f(**{p: values[p] + s * one.get(p, 0.0) + t * two.get(p, 0.0) for p in names}))(
            0.0
        )

    return autograd.grad(slope)(0.0)
