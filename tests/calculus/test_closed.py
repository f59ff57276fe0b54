"""Closed derivatives against automatic differentiation of the loss itself, and as a person reads them."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from symconvex.calculus.closed.derivation import derive
from symconvex.calculus.closed.names import recognised
from symconvex.calculus.program.arrays import evaluate, surroundings
from symconvex.language import parse_expression, state
from symconvex.language.printing.python import text_of
from symconvex.models import models
from symconvex.problem import Problem, Symbol

SIZES = {"n": 5, "d": 3, "h": 2, "k": 4, "m": 2, "r": 2, "K": 3, "p": 3}
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


def point(problem: Problem, seed: int, lengths: dict[str, int] = SIZES) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)
    values = {}
    for symbol in (*problem.parameters, *problem.data):
        shape = tuple(size if isinstance(size, int) else lengths[size] for size in symbol.shape)
        bits, real = draw.integers(0, 2, shape), draw.normal(size=shape)
        special = {"sign": 2 * bits - 1.0, "binary": bits * 1.0, "positive": np.abs(real), "count": bits * 3.0}
        values[symbol.name] = special.get(symbol.within, real)
    return values


def loss_at(problem: Problem, values: dict[str, np.ndarray]):
    """The loss as a function of the parameters, from its text: a second road, and test code only."""
    return lambda **given: eval(problem.text, {**WORDS, **SIZES, **values, **given})  # noqa: S307


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
        (way,) = ways.values()
        form = np.tensordot(np.outer(way, way), np.atleast_2d(evaluate(derivation.hessian, around)))
        np.testing.assert_allclose(form, q, rtol=1e-8)


HESSIANS = [
    # id                 Hessian as it is printed
    ("logistic, signs",  "X.T @ diag(p*(1 - p)) @ X"),
    ("logistic, bits",   "1/n*X.T @ diag(p*(1 - p)) @ X + lam*eye(d)"),
    ("cross-entropy",    "X.T @ diag(p*(1 - p)) @ X"),
    ("least squares",    "2*X.T @ X"),
    ("ridge",            "2/n*X.T @ X + 2*lam*eye(d)"),
    ("residual norm",    "X.T @ (1/sqrt(sum(e**2))*eye(n) - 1/sum(e**2)**(3/2)*outer(e, e)) @ X"),
    ("squared hinge",    "2*X.T @ diag(step(1 - m)) @ X"),
    ("Poisson",          "X.T @ diag(mu) @ X"),
    ("log-cosh",         "X.T @ diag(1 - h**2) @ X"),
    ("log-sum-exp",      "X.T @ (diag(P) - outer(P, P)) @ X"),
    ("one scalar",       "12*x**2 + exp(-x)"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "printed"), HESSIANS, ids=[row[0] for row in HESSIANS])
def test_the_hessian_reads_as_in_a_textbook(case: str, printed: str) -> None:
    hessian = derive(problem_of(*next(row[1:] for row in LOSSES if row[0] == case))).hessian
    assert hessian is not None
    assert text_of(hessian) == printed


READINGS = [
    # id                  what                    as it is printed
    ("logistic, signs",   "m",                    "y*(X @ w)"),
    ("logistic, signs",   "p",                    "sigmoid(-m)"),
    ("logistic, signs",   "w",                    "-X.T @ (y*p)"),
    ("cross-entropy",     "w",                    "X.T @ (p - y)"),
    ("softmax",           "P",                    "softmax(z, axis=1)"),
    ("softmax",           "W",                    "X.T @ (P - Y)"),
    ("softmax",           "q",                    "sum(P*(X @ v)**2) - sum(sum(P*(X @ v), axis=1)**2)"),
    ("factorisation",     "U",                    "2*e @ V + 2*lam*U"),
    ("linear, depth 3",   "W2",                   "2*W3.T @ e @ X.T @ W1.T"),
    ("tanh, depth 3",     "delta2",               "(W3.T @ e)*(1 - h2**2)"),
    ("tanh, depth 3",     "delta1",               "(W2.T @ delta2)*(1 - h1**2)"),
    ("tanh, depth 3",     "W2",                   "delta2 @ h1.T"),
    ("tanh with biases",  "b1",                   "sum(delta, axis=0)"),
    ("one unit",          "v",                    "h*e"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "what", "printed"), READINGS, ids=[f"{case}: {what}" for case, what, _ in READINGS])
def test_results_read_as_in_a_textbook(case: str, what: str, printed: str) -> None:
    derivation = derive(problem_of(*next(row[1:] for row in LOSSES if row[0] == case)))
    assert text_of({**dict(derivation.names), **dict(derivation.gradient), "q": derivation.curvature}[what]) == printed


CHOICES = [(name, {}) for name in sorted(models())]
CHOICES += [
    (name, {option.name: choice})
    for name, model in sorted(models().items())
    for option in model.options
    for choice in option.choices
    if choice != option.default
]


@pytest.mark.parametrize(("name", "chosen"), CHOICES, ids=[f"{name} {' '.join(o.values())}" for name, o in CHOICES])
def test_catalogued_losses_have_the_derivatives_that_their_sources_print(name: str, chosen: dict[str, str]) -> None:
    """At three random points; published directions are v_P throughout."""
    problem, published = models()[name].problem(chosen), models()[name].published(chosen)
    symbols = (*problem.parameters, *problem.data)
    longer = (*symbols, *(Symbol(f"v_{s.name}", s.shape) for s in problem.parameters))
    derivation = derive(problem)
    for seed in (3, 5, 7):
        values, ways, named = drawn(problem, seed)
        around = surroundings(derivation, values | named) | {f"v_{p}": way for p, way in ways.items()}
        for parameter, expr in derivation.gradient:
            expected = evaluate(recognised(parse_expression(published.gradient[parameter], symbols=symbols)), around)
            np.testing.assert_allclose(evaluate(expr, around), expected, rtol=1e-7, atol=1e-9)
        expected = evaluate(recognised(parse_expression(published.curvature, symbols=longer)), around)
        np.testing.assert_allclose(evaluate(derivation.curvature, around), expected, rtol=1e-7, atol=1e-9)
