"""Parts of arrays of named size: data stand for them, so that what is proved holds of them and nothing is refuted."""

import re
from typing import Any

import numpy as np
import pytest

import symconvex as sc
from symconvex.calculus.program.arrays import evaluate
from symconvex.decide import on_domain
from symconvex.language import state
from symconvex.language.printing import text_of
from symconvex.problem import Problem

SHAPES = {"X": ("n", "d"), "w": ("d",), "y": ("n",), "x": ("n",), "lam": (), "t": (), "h": ("k",)}
SIZES = {"n": 5, "d": 3, "k": 2}


def asked(loss: str, wrt: str) -> Problem:
    named = set(re.findall(r"[A-Za-z]+", loss))
    shapes = {name: shape for name, shape in SHAPES.items() if name in named}
    sets = {name: within for name, within in (("lam", "positive"), ("y", "sign")) if name in named}
    return state(loss, wrt=wrt, shapes=shapes, sets=sets)


ROWS = [
    # loss                                                      wrt  answer        what stands for parts, at x = 0, 1, ... and the like
    ("sum(x**2)/2 + lam*sum(abs(x[1:] - x[:-1]))",              "x", "convex",     {"Rows_from1_n": np.eye(5)[1:], "Rows_less1_n": np.eye(5)[:-1]}),
    ("sum((y[1:] - t*y[:-1])**2)",                              "t", "convex",     {"y_from1": "y[1:]", "y_less1": "y[:-1]"}),
    ("sum(diff(x)**2)",                                         "x", "convex",     {"Rows_from1_n": np.eye(5)[1:], "Rows_less1_n": np.eye(5)[:-1]}),
    ("sum(w[1:]**2) + w[0]",                                    "w", "convex",     {"Rows_from1_d": np.eye(3)[1:]}),
    ("sum((X[:, 1:] @ w[1:])**2)",                              "w", "convex",     {"X_columns_from1": "X[:, 1:]", "Rows_from1_d": np.eye(3)[1:]}),
    ("sum((X[2:-1] @ w)**2)",                                   "w", "convex",     {"X_from2_less1": "X[2:-1]"}),
    ("sum(x**2) - sum(x[1:]*x[:-1])",                           "x", "undecided",  {"Rows_from1_n": np.eye(5)[1:], "Rows_less1_n": np.eye(5)[:-1]}),
    ("sum(x[1:]*x[:-1])",                                       "x", "undecided",  {"Rows_from1_n": np.eye(5)[1:], "Rows_less1_n": np.eye(5)[:-1]}),
    ("sum(convolve(x, h)**2)",                                  "h", "convex",     {"conv_x": "np.array([np.convolve(x, e) for e in np.eye(2)]).T"}),
    ("sum(convolve(h, x)**2)",                                  "h", "convex",     {"conv_x": "np.array([np.convolve(x, e) for e in np.eye(2)]).T"}),
]  # fmt: skip


def numpys(loss: str, data: dict[str, Any]) -> Any:
    own = {"sum": np.sum, "abs": np.abs, "diff": np.diff, "convolve": np.convolve, "np": np}
    return eval(loss, {**own, **data})  # noqa: S307  the rows of this file only


@pytest.mark.parametrize(("loss", "wrt", "answer", "parts"), ROWS, ids=[row[0] for row in ROWS])
def test_what_stands_for_parts(loss: str, wrt: str, answer: str, parts: dict[str, Any]) -> None:
    problem = asked(loss, wrt)
    assert len(problem.standins) == len(parts)
    draw = np.random.default_rng(1)
    data = {name: draw.normal(size=tuple(SIZES[s] for s in shape)) for name, shape in SHAPES.items()}
    exact = {name: numpys(part, data) if isinstance(part, str) else part for name, part in parts.items()}
    assert {symbol.name for symbol in problem.data} >= exact.keys()
    assert evaluate(problem.loss, {**data, **SIZES, **exact}) == pytest.approx(numpys(loss, data))
    verdict = sc.prove(problem, budget=20)
    assert verdict.answer == answer
    assert answer == "convex" or "declare the sizes as numbers" in verdict.tried[-1]


def test_a_part_keeps_the_set_of_the_whole_and_takes_no_name_that_is_taken() -> None:
    shapes = {"y": ("n",), "y_from1": ("n",), "w": ("n",), "Rows": ("n_less_1",)}
    problem = state("sum(y[1:]) + sum(w[1:]**2) + sum(y_from1) + sum(Rows)", wrt="w", shapes=shapes, sets={"y": "sign"})
    made = {symbol.name: symbol for symbol in problem.data if symbol.name not in shapes}
    assert {name: symbol.within for name, symbol in made.items()} == {"y_from1_1": "sign", "Rows1_from1_n": "real"}
    assert all(symbol.shape[0] == "n_less_1_1" for symbol in made.values())


def test_numbered_sizes_are_taken_exactly() -> None:
    shapes = {"x": (4,)}
    assert sc.prove("sum(x**2) - sum(x[1:]*x[:-1])", wrt="x", shapes=shapes).answer == "convex"
    assert sc.prove("sum(x[1:]*x[:-1])", wrt="x", shapes=shapes).answer == "neither"


ENTRIES = [
    # loss                               where                     sets                   domain
    ("-sum(log(u[1:] - u[:-1]))",        ["u[1:] > u[:-1]"],       {},                    ["u[1] - u[0]", "u[2] - u[1]"]),
    ("-sum(log(u)) + u[0]",              ["u > 0"],                {},                    ["u[0]", "u[1]", "u[2]"]),
    ("-sum(log(u)) + u[0]",              [],                       {"u": "positive"},     ["u[0]", "u[1]", "u[2]"]),
    ("-sum(log(u))",                     ["u > 0"],                {},                    ["u"]),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "where", "sets", "domain"), ENTRIES, ids=[f"{row[0]}, {row[1]}" for row in ENTRIES])
def test_a_domain_is_said_of_entries_where_the_loss_is(loss: str, where: Any, sets: Any, domain: list[str]) -> None:
    problem = state(loss, wrt="u", shapes={"u": (3,)}, sets=sets, where=where)
    assert [text_of(expr) for expr in on_domain(problem).positive] == domain
    assert sc.prove(problem, budget=20).answer == "convex"
