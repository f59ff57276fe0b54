"""Sampling of Hessian signs against eigenvalues computed one by one."""

import tracemalloc
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from symconvex.calculus.program.derivatives import hessian_entries
from symconvex.calculus.program.evaluate import compile_graph
from symconvex.calculus.program.instance import instance
from symconvex.calculus.program.taylor import curvature
from symconvex.errors import NotYet, ShapeError
from symconvex.language import state
from symconvex.models import models
from symconvex.problem import SETS, Problem, Symbol
from symconvex.search.hessians import by_columns, by_entries
from symconvex.search.inertia import (
    SCREENED,
    ZERO,
    eigenvalue_floor,
    eigenvalues,
    inertias,
    lowest_eigenvalue,
    matrices,
    pivot_signs,
)
from symconvex.search.sampling import BLOCK, Draws, Share, draw_data, sample, share_of

ONE_HIDDEN_LAYER = state(
    "mean((tanh(X @ W.T + b) @ u - y)**2)",
    wrt="W b u",
    shapes={"X": ("n", "d"), "y": ("n",), "W": ("h", "d"), "b": ("h",), "u": ("h",)},
)
SIZES = {"n": 4, "d": 2, "h": 3}


def upper(full: np.ndarray) -> np.ndarray:
    """Upper triangles of (N, n, n), one column each."""
    return full[:, *np.triu_indices(full.shape[1])].T.copy()


def low_rank(draw: np.random.Generator, size: int, rank: int, count: int) -> np.ndarray:
    left = draw.standard_normal((count, size, rank))
    return left @ (draw.choice([-1.0, 1.0], (count, rank, 1)) * left.transpose(0, 2, 1))


def symmetric(draw: np.random.Generator, size: int, count: int) -> np.ndarray:
    square = draw.standard_normal((count, size, size))
    return square + square.transpose(0, 2, 1)


def graded(draw: np.random.Generator, size: int, count: int) -> np.ndarray:
    scale = 10.0 ** draw.uniform(-1.5, 1.5, (count, size, 1))
    return scale * symmetric(draw, size, count) * scale.transpose(0, 2, 1)


MATRICES = [
    # id                   (draw, n, count) -> (count, n, n)
    ("one by one",         lambda draw: symmetric(draw, 1, 300)),
    ("indefinite",         lambda draw: symmetric(draw, 6, 2000)),
    ("nine by nine",       lambda draw: symmetric(draw, 9, 2000)),
    ("graded rows",        lambda draw: graded(draw, 5, 2000)),
    ("positive definite",  lambda draw: low_rank(draw, 4, 9, 500) ** 2 + 30 * np.eye(4)),
    ("rank two of five",   lambda draw: low_rank(draw, 5, 2, 500)),
    ("zero",               lambda draw: np.zeros((20, 3, 3))),
    ("zero diagonal",      lambda draw: symmetric(draw, 5, 500) * (1 - np.eye(5))),
    ("one empty row",      lambda draw: symmetric(draw, 4, 500) * np.outer([1, 0, 1, 1], [1, 0, 1, 1])),
    ("small integers",     lambda draw: np.round(symmetric(draw, 4, 3000))),
    ("nearly singular",    lambda draw: low_rank(draw, 4, 3, 500) + 1e-13 * symmetric(draw, 4, 500)),
]  # fmt: skip


@pytest.mark.parametrize(("case", "make"), MATRICES, ids=[row[0] for row in MATRICES])
def test_inertia_agrees_with_eigenvalues(case: str, make: object) -> None:
    entries = upper(make(np.random.default_rng(1)))
    values = np.linalg.eigvalsh(matrices(entries))
    floor = ZERO * np.abs(values).max(axis=1, keepdims=True)
    found = inertias(entries)
    assert (found.negative == (values < -floor).sum(axis=1)).all()
    assert (found.positive == (values > floor).sum(axis=1)).all()
    assert (found.negative + found.zero + found.positive == values.shape[1]).all()


def test_clear_pivots_spare_the_eigenvalues() -> None:
    entries = upper(symmetric(np.random.default_rng(2), 8, 5000))
    negative, clear = pivot_signs(entries)
    assert clear.mean() > 0.99
    assert (negative[clear] == (eigenvalues(entries)[clear] < 0).sum(axis=1)).all()


def test_the_floor_is_below_every_eigenvalue_and_met_by_an_outlier() -> None:
    entries = upper(symmetric(np.random.default_rng(3), 5, 2000))
    assert (eigenvalue_floor(entries) <= eigenvalues(entries)[:, 0] + 1e-9).all()
    outlier = upper(np.diag([-7.0, 2.0, 2.0, 2.0])[None])
    assert eigenvalue_floor(outlier)[0] == pytest.approx(-7.0)


@pytest.mark.parametrize("batch", [1, 16, 5000])
def test_the_lowest_eigenvalue_is_found_below_a_bound_only(batch: int) -> None:
    for seed in range(20):
        entries = upper(symmetric(np.random.default_rng(seed), 5, 400))
        lowest = eigenvalues(entries)[:, 0]
        assert lowest_eigenvalue(entries, 0.0, batch) == (lowest.min(), lowest.argmin())
        assert lowest_eigenvalue(entries, float(lowest.min()), batch) is None


def brute_force(problem: Problem, seed: int, points: int) -> tuple[Counter, float, np.ndarray]:
    """Inertia of every point by eigenvalues alone, the lowest of them, and its point."""
    at = instance(problem, SIZES, draw_data(problem, SIZES, seed))
    drawn = np.random.default_rng([seed, 1]).standard_normal((points, len(at.parameters))).T
    values = eigenvalues(
        compile_graph(at.graph, hessian_entries(at.graph, at.loss, at.parameters), at.parameters).run(drawn)
    )
    floor = ZERO * np.abs(values).max(axis=1, keepdims=True)
    below, above = (values < -floor).sum(axis=1), (values > floor).sum(axis=1)
    signs = zip(below.tolist(), (values.shape[1] - below - above).tolist(), above.tolist(), strict=True)
    return Counter(signs), values[:, 0].min(), drawn[:, values[:, 0].argmin()]


def test_a_sample_agrees_with_eigenvalues_point_by_point() -> None:
    table, eigenvalue, point = brute_force(ONE_HIDDEN_LAYER, seed=11, points=3000)
    found = sample(ONE_HIDDEN_LAYER, sizes=SIZES, points=3000, seed=11)
    assert found.inertia == table
    assert list(found.inertia.values()) == sorted(table.values(), reverse=True)
    assert found.lowest is not None
    assert found.lowest.eigenvalue == pytest.approx(eigenvalue, rel=1e-12)
    np.testing.assert_array_equal(found.lowest.point, point)
    assert found.skipped == 0


def test_the_direction_has_the_curvature_of_the_lowest_eigenvalue() -> None:
    found = sample(ONE_HIDDEN_LAYER, sizes=SIZES, points=500, seed=3)
    assert found.lowest is not None
    at = instance(ONE_HIDDEN_LAYER, SIZES, found.data)
    assert found.names == at.names()
    program = compile_graph(at.graph, hessian_entries(at.graph, at.loss, at.parameters), at.parameters)
    matrix = matrices(program.run(np.array(found.lowest.point)[:, None]))[0]
    vector = np.array(found.lowest.direction)
    assert vector @ matrix @ vector == pytest.approx(found.lowest.eigenvalue)
    assert np.linalg.norm(vector) == pytest.approx(1.0)


@pytest.mark.parametrize("chunk", [1, 37, 512, 4000])
def test_the_seed_decides_and_the_chunk_does_not(chunk: int) -> None:
    points = 60 if chunk == 1 else 1500
    whole = sample(ONE_HIDDEN_LAYER, sizes=SIZES, points=points, seed=8)
    assert sample(ONE_HIDDEN_LAYER, sizes=SIZES, points=points, seed=8, chunk=chunk) == whole
    assert sample(ONE_HIDDEN_LAYER, sizes=SIZES, points=points, seed=9, chunk=chunk) != whole


def defaults(name: str) -> dict[str, str]:
    return {option.name: option.default for option in models()[name].options}


CONVEX = [name for name, model in models().items() if model.verdict(defaults(name)) == "convex"]


@pytest.mark.parametrize("name", CONVEX)
def test_no_convex_model_has_a_negative_eigenvalue(name: str) -> None:
    problem = models()[name].problem(defaults(name))
    names = {size for symbol in (*problem.parameters, *problem.data) for size in symbol.shape if isinstance(size, str)}
    found = sample(problem, sizes=dict.fromkeys(names, 3), points=2000, seed=5, scale=2.0)
    assert found.negative == 0, found.lowest
    assert found.lowest is None
    assert sum(found.inertia.values()) >= 1900, found.skipped


ROUNDED = [
    # id                    convex loss                  size of w   scale
    ("far out",             "sum(log(cosh(w)))",         2,          100),
    ("a steep log-cosh",    "sum(log(cosh(10*w)))",      3,          1),
    ("log of exp",          "sum(log(2 + exp(w)))",      1,          100),
    ("softmax far out",     "log(sum(exp(w)))",          3,          100),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "size", "scale"), ROUNDED, ids=[row[0] for row in ROUNDED])
def test_rounding_is_not_taken_for_a_negative_eigenvalue(case: str, text: str, size: int, scale: float) -> None:
    found = sample(state(text, wrt="w", shapes={"w": (size,)}), sizes={}, points=500, seed=1, scale=scale)
    assert found.negative == 0, case
    assert found.lowest is None
    assert found.unsure > 0, "the floating-point Hessian is as bad as it was"
    assert found.skipped + found.unsure + sum(found.inertia.values()) == 500


def test_points_beyond_those_that_are_looked_at_again_are_unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symconvex.search.sampling.MOST_CERTIFIED", 30)
    found = sample(scalar("-w**2"), sizes={}, points=100, seed=1)
    assert (found.negative, found.unsure) == (30, 70)


ROADS = [
    # id                 problem                                          sizes
    ("a network",        ONE_HIDDEN_LAYER,                                SIZES),
    ("with a domain",    state("sum(w - log(w)) + sum(w)**3", wrt="w", shapes={"w": ("d",)}), {"d": 4}),
    ("linear in a part", state("sum(w**2) + v", wrt="w v", shapes={"w": ("d",), "v": ()}),    {"d": 3}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "problem", "sizes"), ROADS, ids=[row[0] for row in ROADS])
def test_columns_make_the_same_hessians_as_entries(case: str, problem: Problem, sizes: dict[str, int]) -> None:
    at = instance(problem, sizes, draw_data(problem, sizes, 1))
    points = np.random.default_rng(4).standard_normal((len(at.parameters), 300))
    (one, most), (two, width) = by_entries(at, 300), by_columns(at, 300)
    assert most == width == 300
    entries, usable = one(points)
    columns, also = two(points)
    assert (usable == also).all()
    assert usable.any()
    np.testing.assert_allclose(columns[:, also], entries[:, usable], rtol=1e-12, atol=1e-12)


def test_a_large_matrix_has_the_inertia_it_was_made_with() -> None:
    draw, signs = np.random.default_rng(7), np.repeat([-1.0, 0.0, 2.0], [5, 70, SCREENED])
    turn = np.linalg.qr(draw.standard_normal((len(signs), len(signs))))[0]
    found = inertias(upper((turn * signs @ turn.T)[None]))
    assert (found.negative, found.zero, found.positive) == (5, 70, SCREENED)
    assert found.lowest == pytest.approx(-1.0)


def test_a_thousand_parameters_can_be_sampled() -> None:
    problem = models()["mlp"].problem({"widths": "20,46,1"})
    found = sample(problem, sizes={"n": 3}, points=3, seed=1)
    assert len(found.names) == 20 * 46 + 46
    assert found.negative == 3
    assert found.lowest is not None
    at = instance(problem, {"n": 3}, found.data)
    point, way = ([Fraction(x) for x in numbers] for numbers in (found.lowest.point, found.lowest.direction))
    assert float(curvature(at.graph, at.loss, at.parameters, point, way)) == pytest.approx(found.lowest.eigenvalue)
    again = sample(problem, sizes={"n": 3}, points=3, seed=1, chunk=1)
    assert again == found


def scalar(text: str, **sets: str) -> Problem:
    return state(text, wrt="w", shapes={"w": ()}, sets=sets)


DOMAINS = [
    # id                      problem                                                              skipped, of 2000
    ("everywhere",            scalar("w**4"),                                                      (0, 0)),
    ("required positive",     state("w - log(w)", wrt="w", shapes={"w": ()}, positive=("w",)),     (900, 1100)),
    ("required, not needed",  state("w**2", wrt="w", shapes={"w": ()}, positive=("w - 1",)),       (1600, 1750)),
    ("log of a negative",     scalar("-log(w)"),                                                   (900, 1100)),
    ("a positive parameter",  scalar("-log(w)", w="positive"),                                     (0, 0)),
    ("a unit parameter",      scalar("-log(w) - log(1 - w)", w="unit"),                            (0, 0)),
    ("overflow",              scalar("exp(exp(10*w))"),                                            (200, 600)),
]  # fmt: skip


@pytest.mark.parametrize(("case", "problem", "skipped"), DOMAINS, ids=[row[0] for row in DOMAINS])
def test_points_outside_the_domain_are_skipped_and_counted(
    case: str, problem: Problem, skipped: tuple[int, int]
) -> None:
    found = sample(problem, sizes={}, points=2000, seed=1)
    assert skipped[0] <= found.skipped <= skipped[1]
    assert found.skipped + sum(found.inertia.values()) == 2000
    assert found.negative == 0


INSIDE = {
    "real": lambda x: True,
    "positive": lambda x: x > 0,
    "nonnegative": lambda x: x >= 0,
    "sign": lambda x: x in (-1, 1),
    "binary": lambda x: x in (0, 1),
    "unit": lambda x: 0 < x < 1,
    "count": lambda x: x >= 0 and x.denominator == 1,
}


@pytest.mark.parametrize("within", SETS)
def test_drawn_data_lie_in_their_set_and_vary(within: str) -> None:
    problem = state("sum((X @ w)**2)", wrt="w", shapes={"X": ("n", "d"), "w": ("d",)}, sets={"X": within})
    drawn = draw_data(problem, {"n": 20, "d": 5}, seed=2)["X"]
    entries = [entry for row in drawn for entry in row]
    assert len(drawn) == 20
    assert len(entries) == 100
    assert all(INSIDE[within](entry) and isinstance(entry, Fraction) for entry in entries)
    assert len(set(entries)) > 1


def test_given_data_are_kept_and_give_the_sizes() -> None:
    values = {"X": ((Fraction(1), Fraction(2)),), "y": (Fraction(3),)}
    problem = state("sum((X @ w - y)**2)", wrt="w", shapes={"X": ("n", "d"), "y": ("n",), "w": ("d",)}, values=values)
    found = sample(problem, sizes={}, points=10, seed=1)
    assert found.data == values
    assert found.inertia == {(0, 1, 1): 10}


REFUSED = [
    # id                   problem                                 sizes                        error
    ("missing size",       ONE_HIDDEN_LAYER,                       {"n": 2, "d": 2},            ShapeError),
    ("too many entries",   ONE_HIDDEN_LAYER,                       {"n": 99999, "d": 2, "h": 2}, NotYet),
    ("too large a matrix", state("sum(w**2)", wrt="w", shapes={"w": ("d",)}),                           {"d": 4_001},                NotYet),
    ("discrete parameter", scalar("w**2", w="sign"),               {},                          NotYet),
]  # fmt: skip


@pytest.mark.parametrize(("case", "problem", "sizes", "error"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_sampled_is_refused(
    case: str, problem: Problem, sizes: dict[str, int], error: type[Exception]
) -> None:
    with pytest.raises(error):
        sample(problem, sizes=sizes, points=5, seed=1)


def test_values_and_sizes_have_to_agree() -> None:
    problem = state("sum((X * w)**2)", wrt="w", shapes={"X": ("n",), "w": ()}, values={"X": (Fraction(1), Fraction(2))})
    with pytest.raises(ShapeError, match="two values"):
        sample(problem, sizes={"n": 3}, points=5, seed=1)


def test_progress_counts_the_points() -> None:
    seen = list[int]()
    sample(scalar("w**2"), sizes={}, points=2500, seed=1, chunk=1000, progress=seen.append)
    assert seen == [1000, 2000, 2500]


def peak(points: int) -> int:
    tracemalloc.start()
    try:
        sample(ONE_HIDDEN_LAYER, sizes=SIZES, points=points, seed=1)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_points() -> None:
    sample(ONE_HIDDEN_LAYER, sizes=SIZES, points=10, seed=1)
    few, many = peak(2_048), peak(8_192)
    assert many < 1.3 * few
    assert many < 60_000_000


def test_a_symbol_is_sampled_even_if_the_loss_ignores_it() -> None:
    problem = state("w**2 + 0*v", wrt="w v", shapes={"w": (), "v": ()})
    assert Symbol("v") in problem.parameters
    assert sample(problem, sizes={}, points=5, seed=1).inertia == {(0, 1, 1): 5}


def test_the_number_of_processes_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three blocks in one process, and every share of them in another order."""
    points = 2 * BLOCK + 100
    problem = state("x**4 - x**2/1000 + y**2 + z**2 + y*z", wrt="x y z", shapes={"x": (), "y": (), "z": ()})
    whole = sample(problem, sizes={}, points=points, seed=4)
    assert (len(whole.eigenvalues), 50 < whole.negative < 1000) == (2 * 334 + 100, True)
    assert sample(problem, sizes={}, points=points, seed=4, jobs=2) == whole
    monkeypatch.setattr("symconvex.search.sampling._in_processes", one_after_the_other)
    assert sample(problem, sizes={}, points=points, seed=4, jobs=3) == whole


def one_after_the_other(draws: Draws, jobs: int, progress: object) -> list[Share]:
    return [share_of(draws, which, jobs) for which in reversed(range(jobs))]
