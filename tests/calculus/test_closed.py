"""Closed derivatives against automatic differentiation of the loss itself, and as a person reads them."""

import autograd
import numpy as np
import pytest
from support.losses import LOSSES, drawn, loss_at, problem_of, second

from symconvex.calculus.closed.derivation import derive
from symconvex.calculus.closed.names import recognised
from symconvex.calculus.program.arrays import evaluate, surroundings
from symconvex.language import parse_expression
from symconvex.language.printing import text_of
from symconvex.models import models
from symconvex.problem import Symbol

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
        matrix = np.atleast_2d(evaluate(derivation.hessian, around))
        np.testing.assert_allclose(matrix, matrix.T)
        np.testing.assert_allclose(np.tensordot(np.outer(way, way), matrix), q, rtol=1e-8)


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
