"""The expression graph against its peers, in one process, by CPU time: `pytest tests/benchmarks -s`.

Set OMP_NUM_THREADS=1 and OPENBLAS_NUM_THREADS=1 for a fair comparison. Ratios are medians over repeats that
take turns; each test prints its ratio and fails below the recorded one.
"""

import os
from collections.abc import Callable
from fractions import Fraction
from statistics import median
from time import process_time

import numpy as np
import pytest
import sympy
from sympy.core.cache import clear_cache

from symconvex.calculus.program.derivatives import hessian_entries
from symconvex.calculus.program.evaluate import CHUNK, Program, compile_graph
from symconvex.calculus.program.fold import to_sympy
from symconvex.calculus.program.graph import operations
from symconvex.calculus.program.instance import Instance, instance
from symconvex.calculus.program.taylor import curvature
from symconvex.language import state
from symconvex.problem import Problem
from symconvex.search.inertia import inertias, matrices

SAMPLES = 4
POINTS = 100_000


def network(hidden: tuple[int, ...]) -> Problem:
    """Squared loss of a tanh network with biases, two inputs and one output."""
    shapes: dict[str, tuple[str | int, ...]] = {"X": ("n", 2), "y": ("n",)}
    names, layer, width = [], "X", 2
    for k, size in enumerate(hidden, 1):
        shapes |= {f"W{k}": (size, width), f"b{k}": (size,)}
        layer, width = f"tanh({layer} @ W{k}.T + b{k})", size
        names += [f"W{k}", f"b{k}"]
    return state(f"sum(({layer} @ u + c - y)**2)", wrt=[*names, "u", "c"], shapes=shapes | {"u": (width,), "c": ()})


def symbols_of(at: Instance) -> dict[str, sympy.Symbol]:
    return {name: sympy.Symbol(name, real=True) for name in at.names()}


def written_in_sympy(hidden: tuple[int, ...], s: dict[str, sympy.Symbol], X: list[list], y: list) -> sympy.Expr:
    """The same loss as a person builds it in SymPy."""
    total = sympy.Integer(0)
    for row, target in zip(X, y, strict=True):
        layer = list(row)
        for k, size in enumerate(hidden, 1):
            layer = [
                sympy.tanh(sum(s[f"W{k}[{a},{j}]"] * layer[j] for j in range(len(layer))) + s[f"b{k}[{a}]"])
                for a in range(size)
            ]
        total += (sum(s[f"u[{a}]"] * layer[a] for a in range(len(layer))) + s["c"] - target) ** 2
    return total


def medians(ours: Callable[[], object], peer: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Median CPU times, measured in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for do, taken in zip((ours, peer), times, strict=True):
            clear_cache()
            start = process_time()
            do()
            taken.append(process_time() - start)
    return median(times[0]), median(times[1])


def report(benchmark: object, what: str, ours: float, peer: float, least: float, unit: str = "ms") -> None:
    scale = 1e3 if unit == "ms" else 1
    ratio = f"{peer / ours:.1f} times (at least {least})"
    print(f"\n{what}: {ours * scale:.4g} {unit} against {peer * scale:.4g} {unit}, {ratio}")
    benchmark.extra_info[what] = round(peer / ours, 1)
    assert peer / ours >= least


@pytest.fixture(scope="module")
def deep() -> tuple[Problem, sympy.Expr, list[sympy.Symbol]]:
    """Network 2-3-3-1 on two samples with symbols as data."""
    problem = network((3, 3))
    s = symbols_of(instance(problem, {"n": 2}))
    X = [[sympy.Symbol(f"X[{i},{j}]", real=True) for j in range(2)] for i in range(2)]
    y = [sympy.Symbol(f"y[{i}]", real=True) for i in range(2)]
    return problem, written_in_sympy((3, 3), s, X, y), list(s.values())


def entries_of(problem: Problem) -> tuple[Instance, tuple[int, ...]]:
    at = instance(problem, {"n": 2})
    return at, hessian_entries(at.graph, at.loss, at.parameters)


def test_all_entries_of_a_deep_hessian(benchmark: object, deep: tuple[Problem, sympy.Expr, list[sympy.Symbol]]) -> None:
    problem, loss, parameters = deep
    ours, peer = medians(lambda: entries_of(problem), lambda: sympy.hessian(loss, parameters), 3)
    benchmark.pedantic(lambda: entries_of(problem), rounds=3)
    report(benchmark, "Hessian 2-3-3-1, n = 2, as a graph, against sympy.hessian", ours, peer, 100)


def test_all_entries_of_a_deep_hessian_in_sympy(
    benchmark: object, deep: tuple[Problem, sympy.Expr, list[sympy.Symbol]]
) -> None:
    problem, loss, parameters = deep

    def as_sympy() -> list[sympy.Expr]:
        at, entries = entries_of(problem)
        return to_sympy(at.graph, entries)

    ours, peer = medians(as_sympy, lambda: sympy.hessian(loss, parameters), 3)
    benchmark.pedantic(as_sympy, rounds=3)
    report(benchmark, "Hessian 2-3-3-1, n = 2, as SymPy entries, against sympy.hessian", ours, peer, 15)


def test_operations_of_a_deep_hessian(benchmark: object, deep: tuple[Problem, sympy.Expr, list[sympy.Symbol]]) -> None:
    problem, loss, parameters = deep
    at, entries = entries_of(problem)
    full = sympy.hessian(loss, parameters)
    count = sum(full[i, j].count_ops() for i in range(len(parameters)) for j in range(i, len(parameters)))
    benchmark.pedantic(lambda: operations(at.graph, entries), rounds=3)
    report(benchmark, "operations", operations(at.graph, entries), count, 30, unit="operations")


@pytest.fixture(scope="module")
def shallow() -> tuple[Instance, Program, Callable[..., list], np.ndarray, dict[str, object]]:
    """Network 2-2-1 on numbers: our program, SymPy's NumPy function, points, data."""
    draw = np.random.default_rng(0)
    X, y = draw.integers(-2, 3, (SAMPLES, 2)).tolist(), draw.integers(-2, 3, SAMPLES).tolist()
    values = {"X": tuple(tuple(map(Fraction, row)) for row in X), "y": tuple(map(Fraction, y))}
    at = instance(network((2,)), {}, values)
    program = compile_graph(at.graph, hessian_entries(at.graph, at.loss, at.parameters), at.parameters)
    s = symbols_of(at)
    parameters = list(s.values())
    full = sympy.hessian(written_in_sympy((2,), s, X, y), parameters)
    upper = [full[i, j] for i in range(len(parameters)) for j in range(i, len(parameters))]
    function = sympy.lambdify(parameters, upper, "numpy", cse=True)
    points = draw.standard_normal((len(parameters), POINTS))
    return at, program, function, points, {"X": np.array(X, float), "y": np.array(y, float)}


def test_hessians_at_many_points_against_lambdify(benchmark: object, shallow: tuple) -> None:
    _, program, function, points, _ = shallow
    for row, truth in zip(program.run(points), function(*points), strict=True):
        np.testing.assert_allclose(row, truth, rtol=1e-8, atol=1e-8)
    ours, peer = medians(lambda: program.run(points), lambda: function(*points), 9)
    benchmark.pedantic(program.run, args=(points,), rounds=5)
    report(benchmark, "Hessians 2-2-1 at 100,000 points, against lambdify(cse=True)", ours, peer, 3)


def test_hessians_at_many_points_against_jax(benchmark: object, shallow: tuple) -> None:
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    at, program, _, points, data = shallow
    assert at.names() == (*(f"W1[{a},{j}]" for a in range(2) for j in range(2)), "b1[0]", "b1[1]", "u[0]", "u[1]", "c")

    def loss(theta: object) -> object:
        hidden = jnp.tanh(data["X"] @ theta[:4].reshape(2, 2).T + theta[4:6])
        return jnp.sum((hidden @ theta[6:8] + theta[8] - data["y"]) ** 2)

    hessians = jax.jit(jax.vmap(jax.hessian(loss)))
    columns = points.T.copy()
    np.testing.assert_allclose(matrices(program.run(points)), hessians(columns), rtol=1e-8, atol=1e-8)
    ours, peer = medians(lambda: program.run(points), lambda: hessians(columns).block_until_ready(), 9)
    benchmark.pedantic(program.run, args=(points,), rounds=5)
    report(benchmark, "Hessians 2-2-1 at 100,000 points, against jax.jit(vmap(hessian))", ours, peer, 5)


def test_signs_of_the_smallest_eigenvalue(benchmark: object, shallow: tuple) -> None:
    _, program, function, points, _ = shallow

    def screened() -> np.ndarray:
        run = program.machine(CHUNK)
        chunks = (points[:, start : start + CHUNK] for start in range(0, POINTS, CHUNK))
        return np.concatenate([inertias(run(chunk)).negative > 0 for chunk in chunks])

    def direct() -> np.ndarray:
        entries = np.array([np.broadcast_to(row, POINTS) for row in function(*points)])
        return np.linalg.eigvalsh(matrices(entries))[:, 0] < 0

    assert (screened() == direct()).all()
    ours, peer = medians(screened, direct, 7)
    benchmark.pedantic(screened, rounds=5)
    report(benchmark, "sign of the smallest eigenvalue, against lambdify and eigvalsh", ours, peer, 5)


def test_certifying_a_witness(benchmark: object, shallow: tuple) -> None:
    at, _, _, _, data = shallow
    point = [Fraction(k % 5 - 2, 2) for k in range(len(at.parameters))]
    direction = [Fraction(k % 3 - 1) for k in range(len(at.parameters))]

    def ours() -> object:
        return [curvature(at.graph, at.loss, at.parameters, point, direction) for _ in range(20)]

    t = sympy.Symbol("t", real=True)
    line = {
        name: sympy.Rational(a.numerator, a.denominator) + t * sympy.Rational(v.numerator, v.denominator)
        for name, a, v in zip(at.names(), point, direction, strict=True)
    }
    X, y = data["X"].astype(int).tolist(), data["y"].astype(int).tolist()

    def peer() -> sympy.Float:
        return written_in_sympy((2,), line, X, y).diff(t, 2).subs(t, 0).evalf(30)

    assert abs(float(ours()[0].mid()) - float(peer())) < 1e-9
    taken, by_sympy = medians(ours, peer, 5)
    benchmark.pedantic(ours, rounds=5)
    report(benchmark, "curvature in ball arithmetic, against SymPy diff and evalf", taken / 20, by_sympy, 100)
    assert taken / 20 < 1e-3
