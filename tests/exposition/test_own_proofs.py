"""What documents prove beside the certificate, tried with numbers: minimisers, pieces, exact values, Kronecker blocks."""

import random
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from support.deciding import unhurried

import symconvex as sc
from symconvex.data import with_data
from symconvex.drafting.arguments.chord import Chord
from symconvex.drafting.arguments.squares import Squares
from symconvex.drafting.draft import draft_of
from symconvex.exposition.chord import points_of
from symconvex.exposition.exactly import exact_value
from symconvex.exposition.notation import Notation
from symconvex.exposition.pieces import piecewise
from symconvex.kernel import term as t
from symconvex.language.state import state
from symconvex.models import models
from symconvex.verdict import Decided

ROWS = {"w": ("d",), "X": ("n", "d"), "y": ("n",)}


def decided(loss: str, **sets: str) -> Decided:
    shapes = {**ROWS, **{name: () for name in ("lam",) if name in loss}}
    shapes = {name: shape for name, shape in shapes.items() if name in loss}
    verdict = unhurried(state(loss, wrt="w", shapes=shapes, sets=sets))
    assert isinstance(verdict, Decided)
    return verdict


# id                 loss                                                    sets                      what is said of minimisers
MINIMISERS = [
    ("margins",      "sum(log(1 + exp(-y*(X@w))))",                          {"y": "sign"},            "separates the data"),
    ("exponential",  "sum(exp(-y*(X@w)))",                                   {"y": "sign"},            "separates the data"),
    ("bits",         "sum(log(1 + exp(X@w)) - y*(X@w))",                     {"y": "binary"},          "s_{i}=2y_{i}-1"),
    ("any targets",  "sum(log(1 + exp(X@w)) - y*(X@w))",                     {},                       ""),
    ("counts",       "sum(exp(X@w) - y*(X@w))",                              {"y": "count"},           ""),
    ("no labels",    "sum(log(1 + exp(X@w)))",                               {},                       ""),
    ("smooth hinge", "sum(relu(1 - y*(X@w))**2)",                            {"y": "sign"},            ""),
    ("shifted",      "sum(log(1 + exp(-(X@w - y))))",                        {},                       ""),
    ("ridge",        "sum((X@w - y)**2)/2 + lam*sum(w**2)/2",                {"lam": "positive"},      r"w_*=(X\T X+\lambda\,I)^{-1}X\T y"),
    ("twice",        "sum((X@w - y)**2) + lam*sum(w**2)",                    {"lam": "positive"},      r"w_*=(2\,X\T X+2 \lambda\,I)^{-1}2\,X\T y"),
    ("perhaps none", "sum((X@w - y)**2)/2 + lam*sum(w**2)/2",                {"lam": "nonnegative"},   ""),
    ("squares",      "sum((X@w - y)**2)/2",                                  {},                       r"X\T X\,w_*=X\T y"),
    ("with penalty", "sum(log(1 + exp(-y*(X@w)))) + lam*sum(w**2)/2",        {"y": "sign", "lam": "positive"}, "exactly one minimiser"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "sets", "said"), [row[1:] for row in MINIMISERS], ids=[row[0] for row in MINIMISERS])
def test_of_minimisers_no_more_is_said_than_is_proved(loss: str, sets: dict[str, str], said: str) -> None:
    text = decided(loss, **sets).to_latex()
    assert ("\\begin{proposition}" in text) == bool(said)
    assert said in text


def separates(x: np.ndarray, y: np.ndarray) -> bool:
    """Is there b with y_i x_i.b >= 0 for all i, and > 0 for one? In the plane a few directions tell."""
    rows = (y[:, None] * x).astype(int)
    turned = [(sign * -row[1], sign * row[0]) for row in rows for sign in (1, -1)]
    turned += [tuple(sign * row) for row in rows for sign in (1, -1)]
    tried = [*turned, *(tuple(a + b) for a, b in product(np.array(turned), repeat=2))]
    scores = [rows @ np.array(b) for b in tried if any(b)]
    return any(score.min() >= 0 and score.max() > 0 for score in scores)


def has_minimiser(x: np.ndarray, y: np.ndarray) -> bool:
    """Newton's method with a little penalty: without a minimiser the solutions run away as the penalty shrinks."""
    sizes = []
    w = np.zeros(x.shape[1])
    for penalty in (1e-4, 1e-8):
        for _ in range(200):
            p = 1 / (1 + np.exp(np.clip(y * (x @ w), -700, 700)))
            slope = -x.T @ (y * p) + penalty * w
            bend = x.T @ ((p * (1 - p))[:, None] * x) + penalty * np.eye(len(w))
            w = w - np.linalg.solve(bend, slope) * min(1.0, 1 / (1e-9 + np.linalg.norm(np.linalg.solve(bend, slope))))
        sizes.append(float(np.linalg.norm(w)))
    return sizes[1] < 1.2 * sizes[0] + 1e-3


def test_a_minimiser_exists_exactly_where_no_vector_separates_the_data() -> None:
    draw, seen = random.Random(3), set()  # noqa: S311
    for _ in range(60):
        n = draw.randint(1, 5)
        x = np.array([[draw.randint(-2, 2), draw.randint(-2, 2)] for _ in range(n)], dtype=float)
        y = np.array([draw.choice((-1, 1)) for _ in range(n)], dtype=float)
        assert has_minimiser(x, y) == (not separates(x, y)), (x, y)
        seen.add(separates(x, y))
    assert seen == {True, False}


def test_the_minimiser_of_ridge_regression_has_no_gradient() -> None:
    draw = np.random.default_rng(5)
    x, y, lam = draw.normal(size=(7, 4)), draw.normal(size=7), 0.3
    w = np.linalg.inv(x.T @ x + lam * np.eye(4)) @ x.T @ y
    assert np.allclose(x.T @ (x @ w - y) + lam * w, 0)


PIECES = [
    # id              loss                                                                  by cases
    ("huber",         "",                                                                   r"\lvert e\rvert"),
    ("squared hinge", "sum(relu(1 - y*(X@w))**2)",                                          r"(1 - m)^2&\text{for }m<1"),
    ("two corners",   "sum(relu(X@w - 1)**2 + relu(X@w - 3)**2)",                           ""),
    ("not mirrored",  "sum(relu(X@w - 1)**2 + 2*relu(-1 - X@w)**2)",                        ""),
    ("mirrored",      "sum(relu(X@w - 1)**2 + relu(-1 - X@w)**2)",                          r"\lvert "),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "cases"), [row[1:] for row in PIECES], ids=[row[0] for row in PIECES])
def test_a_function_with_ramps_is_told_piece_by_piece(loss: str, cases: str) -> None:
    sets = {"y": "sign"} if "y" in loss else {}
    verdict = decided(loss, **sets) if loss else unhurried(models()["huber"].problem({}))
    assert isinstance(verdict, Decided)
    shape = verdict.argument
    assert isinstance(shape, Squares)
    text = piecewise(draft_of(verdict.problem), shape.phi, shape.margin.letter, Notation({}, {}))
    assert bool(text) == bool(cases)
    assert cases in text


def test_hubers_pieces_are_his() -> None:
    delta, shown = (
        1.5,
        r"\frac{e^2}{2}&\text{for }\lvert e\rvert\le \delta,\\ \delta \lvert e\rvert - \frac{\delta^2}{2}",
    )
    assert shown in unhurried(models()["huber"].problem({})).to_latex()  # type: ignore[union-attr]
    for e in np.linspace(-4, 4, 33):
        ramps = e**2 / 2 - max(0, e - delta) ** 2 / 2 - max(0, -e - delta) ** 2 / 2
        assert np.isclose(ramps, e**2 / 2 if abs(e) <= delta else delta * abs(e) - delta**2 / 2)


def test_the_blocks_of_softmax_are_its_hessian() -> None:
    """Against difference quotients of the gradient (P - Y)' X, rows one behind the other."""
    draw = np.random.default_rng(1)
    x, y, w = draw.normal(size=(5, 3)), np.eye(4)[[0, 1, 2, 3, 0]], draw.normal(size=(4, 3))

    def probabilities(v: np.ndarray) -> np.ndarray:
        exponentials = np.exp(x @ v.T)
        return exponentials / exponentials.sum(axis=1, keepdims=True)

    def gradient(v: np.ndarray) -> np.ndarray:
        return ((probabilities(v) - y).T @ x).ravel()

    p, step = probabilities(w), 1e-5
    told = sum(np.kron(np.diag(p[i]) - np.outer(p[i], p[i]), np.outer(x[i], x[i])) for i in range(5))
    for k in range(12):
        way = np.zeros(12)
        way[k] = step
        slope = (gradient(w + way.reshape(4, 3)) - gradient(w - way.reshape(4, 3))) / (2 * step)
        assert np.allclose(told[:, k], slope, atol=1e-8)


def number(term: t.Term) -> float:
    match term:
        case t.Num(value):
            return float(value)
        case t.Add(args):
            return sum(map(number, args))
        case t.Mul(args):
            return float(np.prod([number(arg) for arg in args]))
        case t.Pow(base, exponent):
            return float(number(base) ** float(exponent))
        case t.Fn(name, (arg,)):
            known = {"tanh": np.tanh, "exp": np.exp, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "log": np.log}
            return float(known[name](number(arg)))
    raise ValueError(term)


CHORDS = [
    ("two units",  "sum((tanh(X@w) - y)**2)", {"X": ((1, 2), (-1, 1)), "y": (1, 0)}),
    ("a number",   "sum((X@w - y)**2)**2 - sum((X@w)**2)", {"X": ((1, 2), (-1, 1)), "y": (0, 0)}),
    ("bell",       "sum(exp(-(X@w)**2))", {"X": ((1, 0), (0, 1))}),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "data"), [row[1:] for row in CHORDS], ids=[row[0] for row in CHORDS])
def test_exact_values_are_the_values(loss: str, data: dict[str, tuple[object, ...]]) -> None:
    problem = state(loss, wrt="w", shapes={name: shape for name, shape in ROWS.items() if name in loss})
    exact = {
        k: tuple(tuple(map(Fraction, r)) if isinstance(r, tuple) else Fraction(r) for r in v) for k, v in data.items()
    }  # type: ignore[arg-type]
    verdict = unhurried(with_data(problem, exact))
    assert isinstance(verdict, Decided)
    assert isinstance(verdict.argument, Chord)
    draft = draft_of(verdict.problem)
    for violation in verdict.argument.violations:
        for point, value in zip(points_of(violation), violation.values, strict=True):
            shown = exact_value(draft, point)
            assert shown is not None
            assert np.isclose(number(shown), float(value), rtol=1e-9)


WEIGHTS = [
    ("positive", True),
    ("unit", True),
    ("nonnegative", False),  # with weight 0 every point is a minimiser
]


@pytest.mark.parametrize(("within", "said"), WEIGHTS)
@pytest.mark.parametrize("loss", ["c*sum((X@w - y)**2)", "c*norm(X@w - y)**2/2"])
def test_minimisers_need_a_positive_weight(within: str, said: bool, loss: str) -> None:
    verdict = sc.prove(loss, wrt="w", shapes={"X": ("n", "d"), "w": ("d",), "y": ("n",)}, sets={"c": within})
    assert ("begin{proposition}[minimisers]" in verdict.to_latex()) == said
