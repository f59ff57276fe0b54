"""Entries at a size: against difference quotients and automatic differentiation, and as a person reads them."""

import ast
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import product

import numpy as np
import pytest
from support.losses import LOSSES, drawn, problem_of, second
from support.losses import SIZES as LENGTHS

from symconvex.calculus.program.derivatives import gradient, hessian_entries, inputs_of
from symconvex.calculus.program.entries import Entries
from symconvex.calculus.program.entries import entries as spread_out
from symconvex.calculus.program.evaluate import compile_graph
from symconvex.calculus.program.fold import entry_name
from symconvex.calculus.program.graph import operations
from symconvex.calculus.program.instance import instance
from symconvex.errors import NotYet, ShapeError
from symconvex.formats.text import listing
from symconvex.functions import functions
from symconvex.language.printing.engine import Style, printed
from symconvex.language.printing.styles import LATEX, NUMPY
from symconvex.language.printing.tree import Exact, Name, Op, Plus, Raised, Times, Tree
from symconvex.models import models
from symconvex.problem import Problem

SIZES = dict.fromkeys("ndmhkK", 2) | {"n": 3}


@dataclass(frozen=True, slots=True)
class Collected:
    """All pages at once."""

    problem: Problem
    sizes: Mapping[str, int]
    parameters: tuple[str, ...]
    names: tuple[tuple[str, Tree], ...]
    loss: Tree
    gradient: tuple[tuple[str, Tree], ...]
    hessian: tuple[tuple[str, str, Tree], ...]


def entries(problem: Problem, sizes: Mapping[str, int]) -> Collected:
    return collected(spread_out(problem, sizes))


def collected(found: Entries) -> Collected:
    pages = [*found.pages(lambda tree: tree)]
    values = {of: expr for page in pages for of, expr in page.values}
    return Collected(
        found.problem,
        found.sizes,
        found.parameters,
        tuple(pair for page in pages for pair in page.names),
        values[()],
        tuple((of[0], expr) for of, expr in values.items() if len(of) == 1),
        tuple((*of, expr) for of, expr in values.items() if len(of) == 2),
    )


def value(tree: Tree, at: Mapping[str, float]) -> float:
    """A scalar formula in floating point."""
    match tree:
        case Exact(exact):
            return float(exact)
        case Name("pi", ()):
            return math.pi
        case Name(name, ()):
            return at[name]
        case Plus(args):
            return sum(value(arg, at) for arg in args)
        case Times(args, ()):
            return math.prod(value(arg, at) for arg in args)
        case Raised(base, exponent):
            return value(base, at) ** float(exponent)
        case Op("call", (arg,), (name,)):
            return float(functions()[str(name)].numpy(np.asarray(value(arg, at))))
    raise ValueError(tree)


def all_values(found: Collected, at: dict[str, float]) -> dict[str, float]:
    """The point with the intermediates, each computed from those before it."""
    known = dict(at)
    for name, expr in found.names:
        known[name] = value(expr, known)
    return known


def random_point(found: Collected, seed: int) -> dict[str, float]:
    """All entries of all symbols, drawn from their sets."""
    draw = random.Random(seed)  # noqa: S311 - points, no secrets
    draws = {
        "real": lambda: draw.gauss(0, 1),
        "positive": lambda: draw.uniform(0.5, 2),
        "nonnegative": lambda: draw.uniform(0, 2),
        "sign": lambda: draw.choice([-1.0, 1.0]),
        "binary": lambda: draw.choice([0.0, 1.0]),
        "unit": lambda: draw.uniform(0.2, 0.8),
        "count": lambda: float(draw.randint(0, 4)),
    }
    at = {}
    for symbol in (*found.problem.parameters, *found.problem.data):
        for place in product(*(range(found.sizes.get(str(size), size)) for size in symbol.shape)):
            name = f"{symbol.name}[{','.join(map(str, place))}]" if place else symbol.name
            at[name] = draws[symbol.within]()
    return at


@pytest.mark.parametrize("name", models())
def test_entries_are_the_slopes_of_the_loss_and_of_the_gradient(name: str) -> None:
    found = entries(models()[name].problem({}), SIZES)
    at, step = random_point(found, seed=4), 1e-6
    here = all_values(found, at)
    loss, hessian = found.loss, {(p, q): value(expr, here) for p, q, expr in found.hessian}
    for p in found.parameters:
        up, down = (all_values(found, {**at, p: at[p] + way * step}) for way in (1, -1))
        slope = (value(loss, up) - value(loss, down)) / (2 * step)
        assert value(dict(found.gradient)[p], here) == pytest.approx(slope, rel=1e-5, abs=1e-6)
        for q, expr in found.gradient:
            bend = (value(expr, up) - value(expr, down)) / (2 * step)
            entry = hessian[p, q] if (p, q) in hessian else hessian[q, p]
            assert entry == pytest.approx(bend, rel=1e-5, abs=1e-6)


def test_names_are_used_more_than_once_and_never_clash() -> None:
    found = entries(models()["mlp"].problem({"widths": "2,2,1"}), {"n": 1})
    words = [name for name, _ in found.names]
    formulas = [
        found.loss,
        *(e for _, e in found.names),
        *(e for _, e in found.gradient),
        *(e for *_, e in found.hessian),
    ]
    assert len(set(words)) == len(words)
    assert [w for w in words if sum(occurs(w, formula) for formula in formulas) < 1] == []


def flat(arrays: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Every entry under its name."""
    return {
        f"{name}[{','.join(map(str, place))}]" if place else name: float(number)
        for name, array in arrays.items()
        for place, number in np.ndenumerate(array)
    }


@pytest.mark.parametrize(("case", "loss", "shapes", "wrt"), LOSSES, ids=[row[0] for row in LOSSES])
def test_entries_are_those_of_automatic_differentiation(case: str, loss: str, shapes: str, wrt: str) -> None:
    problem = problem_of(loss, shapes, wrt)
    found = entries(
        problem, {str(size): LENGTHS[str(size)] for s in (*problem.parameters, *problem.data) for size in s.shape}
    )
    for seed in (1, 4):
        values, ways, _ = drawn(problem, seed)
        here, steps = all_values(found, flat(values)), flat(ways)
        form = sum((2 - (p == q)) * steps[p] * steps[q] * value(expr, here) for p, q, expr in found.hessian)
        assert form == pytest.approx(second(problem, values, ways, ways), rel=1e-8, abs=1e-9)


ONE_UNIT = ("mlp", {"widths": "1,1,1"}, {"n": 1})
TWO_DATA = ("logistic", {}, {"n": 2, "d": 2})
MODELS = [
    # model, options, sizes                        what                entry
    (*TWO_DATA,                                    "m[1]",             "y[1]*(X[1,0]*w[0] + X[1,1]*w[1])"),
    (*TWO_DATA,                                    "p[0]",             "sigmoid(-m[0])"),
    (*TWO_DATA,                                    "f",                "softplus(-m[0]) + softplus(-m[1])"),
    (*TWO_DATA,                                    "w[1]",             "-X[0,1]*y[0]*p[0] - X[1,1]*y[1]*p[1]"),
    (*TWO_DATA,                                    "w[0] w[0]",        "X[0,0]**2*p[0]*(1 - p[0]) + X[1,0]**2*p[1]*(1 - p[1])"),
    (*TWO_DATA,                                    "w[0] w[1]",        "X[0,0]*X[0,1]*p[0]*(1 - p[0]) + X[1,0]*X[1,1]*p[1]*(1 - p[1])"),
    (*TWO_DATA,                                    "w[1] w[1]",        "X[0,1]**2*p[0]*(1 - p[0]) + X[1,1]**2*p[1]*(1 - p[1])"),
    (*ONE_UNIT,                                    "z[0,0]",           "X[0,0]*W1[0,0]"),
    (*ONE_UNIT,                                    "h[0,0]",           "tanh(z[0,0])"),
    (*ONE_UNIT,                                    "e[0,0]",           "W2[0,0]*h[0,0] - Y[0,0]"),
    (*ONE_UNIT,                                    "delta[0,0]",       "W2[0,0]*e[0,0]*(1 - h[0,0]**2)"),
    (*ONE_UNIT,                                    "W1[0,0]",          "X[0,0]*delta[0,0]"),
    (*ONE_UNIT,                                    "W1[0,0] W1[0,0]",  "X[0,0]**2*(W2[0,0]**2*(1 - h[0,0]**2)**2 - 2*h[0,0]*delta[0,0])"),
    (*ONE_UNIT,                                    "W1[0,0] W2[0,0]",  "X[0,0]*(1 - h[0,0]**2)*(W2[0,0]*h[0,0] + e[0,0])"),
    (*ONE_UNIT,                                    "W2[0,0] W2[0,0]",  "h[0,0]**2"),
    ("softmax", {}, {"n": 1, "K": 2, "d": 1},      "W[0,0] W[0,0]",    "X[0,0]**2*P[0,0]*(1 - P[0,0])"),
    ("softmax", {}, {"n": 1, "K": 2, "d": 1},      "W[0,0] W[1,0]",    "-X[0,0]**2*P[0,0]*P[0,1]"),
    ("ridge-logistic", {}, {"n": 1, "d": 1},       "w[0] w[0]",        "X[0,0]**2*p[0]*(1 - p[0]) + lam"),
    ("sigmoid-squared", {}, {"n": 1, "d": 1},      "w[0] w[0]",        "X[0,0]**2*p[0]*(1 - p[0])*((1 - p[0])*(p[0] + e[0]) - p[0]*e[0])"),
    ("squared-hinge", {}, {"n": 1, "d": 1},        "w[0] w[0]",        "2*X[0,0]**2*step(1 - m[0])"),
    ("poisson", {}, {"n": 1, "d": 1},              "f",                "mu[0] - y[0]*z[0]"),
    ("matrix-factorization", {}, {"n": 1, "k": 1, "m": 1}, "U[0,0] V[0,0]", "U[0,0]*V[0,0] + e[0,0]"),
]  # fmt: skip


def formula(found: Collected, what: str) -> str:
    """A name, f for the loss, a parameter for its slope, or two for their entry of the Hessian."""
    formulas = {**dict(found.names), "f": found.loss, **dict(found.gradient)}
    formulas |= {f"{p} {q}": expr for p, q, expr in found.hessian}
    return printed(formulas[what], NUMPY)


@pytest.mark.parametrize(
    ("model", "chosen", "sizes", "what", "printed"), MODELS, ids=[f"{row[0]} {row[3]}" for row in MODELS]
)
def test_entries_keep_their_names(
    model: str, chosen: dict[str, str], sizes: dict[str, int], what: str, printed: str
) -> None:
    assert formula(entries(models()[model].problem(chosen), sizes), what) == printed


WRITTEN = [
    # id                      loss                                    shapes                        what          entry
    ("sign squared",          "sum(s*(X @ w))**2",                    "X: n d, w: d, s: n sign",    "w[0] w[0]",  "2*X[0,0]**2"),
    ("sign cubed",            "sum(s*(X @ w))**3",                    "X: n d, w: d, s: n sign",    "w[0] w[0]",  "6*X[0,0]**3*s[0]*w[0]"),
    ("bit squared",           "sum(b*(X @ w))**2",                    "X: n d, w: d, b: n binary",  "w[0] w[0]",  "2*X[0,0]**2*b[0]"),
    ("no label",              "sum(c*(X @ w))**2",                    "X: n d, w: d, c: n",         "w[0] w[0]",  "2*X[0,0]**2*c[0]**2"),
    ("a mean of one",         "mean((X @ w - y)**2)",                 "X: n d, w: d, y: n",         "f",          "e[0]**2"),
    ("no page of logarithms", "sum(log(1 + exp(X @ w)))",             "X: n d, w: d",               "w[0] w[0]",  "X[0,0]**2*p[0]*(1 - p[0])"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "loss", "shapes", "what", "printed"), WRITTEN, ids=[f"{row[0]}: {row[3]}" for row in WRITTEN]
)
def test_entries_use_what_is_known_of_the_data(case: str, loss: str, shapes: str, what: str, printed: str) -> None:
    assert formula(entries(problem_of(loss, shapes, "w"), {"n": 1, "d": 1}), what) == printed


def test_given_data_are_numbers() -> None:
    problem = replace(problem_of("sum((X @ w - y)**2)/2", "X: n d, w: d, y: n", "w"), values=GIVEN)
    found = entries(problem, {})
    assert [formula(found, what) for what in ("e[1]", "w[0] w[0]")] == ["1 + 3*w[0]", "13"]


GIVEN = {"X": ((Fraction(2),), (Fraction(3),)), "y": (Fraction(1), Fraction(-1))}


ANONYMOUS = [
    # id                        model             options                   sizes                                     how many
    ("none in one layer",       "mlp",            {"widths": "2,2,1"},      {"n": 2},                                 0),
    ("none for probabilities",  "softmax",        {},                       {"n": 2, "K": 3, "d": 2},                 0),
    ("layers without a name",   "linear-network", {},                       {"n": 1, "d": 2, "h": 2, "m": 1},         2),
]  # fmt: skip


@pytest.mark.parametrize(("case", "model", "chosen", "sizes", "many"), ANONYMOUS, ids=[row[0] for row in ANONYMOUS])
def test_only_long_repeated_parts_get_a_name_of_their_own(
    case: str, model: str, chosen: dict[str, str], sizes: dict[str, int], many: int
) -> None:
    found = entries(models()[model].problem(chosen), sizes)
    assert sum(name.startswith("t") for name, _ in found.names) == many


def occurs(word: str, tree: Tree) -> bool:
    match tree:
        case Name(name):
            return name == word
        case Raised(base):
            return occurs(word, base)
        case Plus(args) | Times(args) | Op(_, args):
            return any(occurs(word, arg) for arg in args)
    return False


LISTED = [
    # model                options                                   sizes: more than a page
    ("logistic",           {},                                       {"n": 3, "d": 14}),
    ("mlp",                {"widths": "2,3,3,1", "biases": "yes"},   {"n": 2}),
    ("softmax",            {},                                       {"n": 2, "K": 3, "d": 5}),
    ("linear-network",     {"layers": "3"},                          {"n": 2, "d": 3, "h1": 2, "h2": 3, "m": 2}),
    ("rbf-network",        {},                                       {"n": 3, "d": 3, "h": 4}),
]  # fmt: skip


@pytest.mark.parametrize(("model", "chosen", "sizes"), LISTED, ids=[row[0] for row in LISTED])
def test_a_listing_has_the_hessian_of_the_graph_and_hardly_more_operations(
    model: str, chosen: dict[str, str], sizes: dict[str, int]
) -> None:
    problem = models()[model].problem(chosen)
    found = entries(problem, sizes)
    at = random_point(found, seed=2)
    here = all_values(found, at)
    graph = instance(problem, sizes)
    upper = hessian_entries(graph.graph, graph.loss, graph.parameters)
    known = inputs_of(graph.graph, upper)
    words = [entry_name(what.name, what.indices) for what in map(graph.graph.nodes.__getitem__, known)]
    expected = compile_graph(graph.graph, upper, known).run(np.array([[at[word]] for word in words]))[:, 0]
    np.testing.assert_allclose([value(expr, here) for *_, expr in found.hessian], expected, rtol=1e-8, atol=1e-10)
    formulas = [printed(expr, NUMPY) for *_, expr in (*found.names, ("f", found.loss), *found.gradient, *found.hessian)]
    shared = operations(graph.graph, (graph.loss, *gradient(graph.graph, graph.loss, graph.parameters), *upper))
    assert sum(map(operations_in, formulas)) < 1.25 * shared


def operations_in(text: str) -> int:
    return sum(isinstance(node, ast.BinOp | ast.Call) for node in ast.walk(ast.parse(text)))


def test_pages_can_be_written_again() -> None:
    found = spread_out(models()["mlp"].problem({"widths": "2,5,1"}), {"n": 2})
    assert collected(found) == collected(found)


def test_a_thousand_parameters_are_written_row_by_row() -> None:
    found = spread_out(models()["logistic"].problem({}), {"n": 1, "d": 1000})
    rows = listing(found)
    head = "".join(next(rows) for _ in range(2))
    assert "d2f/dw[0]dw[999]" in head
    assert "d2f/dw[999]dw[999]" not in head


REFUSED = [
    # id                       loss                          declared               sizes                                  what is too many
    ("no size",                "sum((X @ w)**2)",            "X: n d, w: d",        {"n": 2},                              None),
    ("too much data",          "sum((X @ w)**2)",            "X: n d, w: d",        {"n": 100_000, "d": 2},                "entries of parameters and data"),
    ("too much work",          "sum((X @ w)**2)",            "X: n d, w: d",        {"n": 40, "d": 2000},                  "operations"),
    ("too large a graph",      "sum((X @ W)**2)",            "X: n d, W: d k",      {"n": 300, "d": 200, "k": 200},        "nodes and summands"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "loss", "declared", "sizes", "what"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_written_out_is_refused(
    case: str, loss: str, declared: str, sizes: dict[str, int], what: str | None
) -> None:
    with pytest.raises(ShapeError if what is None else NotYet, match=what):
        spread_out(problem_of(loss, declared, "W" if "W" in loss else "w"), sizes)


@pytest.mark.parametrize("style", [NUMPY, LATEX], ids=["NumPy", "LaTeX"])
def test_a_sum_may_be_long(style: Style) -> None:
    found = spread_out(models()["logistic"].problem({}), {"n": 2000, "d": 1})
    ((_, text), *_) = next(found.pages(partial(printed, style=style))).values
    assert text.count("softplus" if style is NUMPY else "\\log") == 2000
