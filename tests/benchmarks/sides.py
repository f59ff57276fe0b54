"""What is timed, ours and the peers': `python sides.py NAME REPEATS` prints the median CPU seconds of one side.

A side is a function that prepares everything and gives the work. Each is run in a process of its own: beside each other
the one that allocates more slows the other down.
"""

import sys
from collections.abc import Callable
from fractions import Fraction
from statistics import median
from time import process_time

import numpy as np
import sympy
from sympy.core.cache import clear_cache

from symconvex.calculus.program.derivatives import hessian_entries
from symconvex.calculus.program.entries import entries
from symconvex.calculus.program.evaluate import CHUNK, compile_graph
from symconvex.calculus.program.fold import to_sympy
from symconvex.calculus.program.instance import Instance, instance
from symconvex.calculus.program.taylor import curvature
from symconvex.formats import find
from symconvex.language import state
from symconvex.models import models
from symconvex.problem import Problem
from symconvex.search.inertia import inertias, matrices
from symconvex.search.sampling import sample

SAMPLES = 4
POINTS = 100_000
Work = Callable[[], object]


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


# Network 2-3-3-1 on two samples with symbols as data.


def deep_graph() -> tuple[Instance, tuple[int, ...]]:
    at = instance(network((3, 3)), {"n": 2})
    return at, hessian_entries(at.graph, at.loss, at.parameters)


def deep_in_sympy() -> tuple[sympy.Expr, list[sympy.Symbol]]:
    s = symbols_of(instance(network((3, 3)), {"n": 2}))
    X = [[sympy.Symbol(f"X[{i},{j}]", real=True) for j in range(2)] for i in range(2)]
    y = [sympy.Symbol(f"y[{i}]", real=True) for i in range(2)]
    return written_in_sympy((3, 3), s, X, y), list(s.values())


def graph() -> Work:
    return deep_graph


def listing() -> Work:
    """All that `derive --size --format python` prints."""
    return lambda: "".join(find("python").entries(entries(network((3, 3)), {"n": 2})))


def graph_as_sympy() -> Work:
    def work() -> list[sympy.Expr]:
        at, upper = deep_graph()
        return to_sympy(at.graph, upper)

    return work


def sympy_hessian() -> Work:
    loss, parameters = deep_in_sympy()
    return lambda: sympy.hessian(loss, parameters)


def sympy_listing() -> Work:
    """The same as Python text: common parts named by cse."""
    loss, parameters = deep_in_sympy()

    def work() -> str:
        full = sympy.hessian(loss, parameters)
        size = range(len(parameters))
        names, upper = sympy.cse(
            [loss, *(loss.diff(p) for p in parameters), *(full[i, j] for i in size for j in size if j >= i)]
        )
        return "\n".join([f"{name} = {sympy.pycode(expr)}" for name, expr in names] + [*map(sympy.pycode, upper)])

    return work


# Network 2-2-1 on numbers, at many points.


def shallow() -> tuple[Instance, list[list[int]], list[int], np.ndarray]:
    draw = np.random.default_rng(0)
    X, y = draw.integers(-2, 3, (SAMPLES, 2)).tolist(), draw.integers(-2, 3, SAMPLES).tolist()
    values = {"X": tuple(tuple(map(Fraction, row)) for row in X), "y": tuple(map(Fraction, y))}
    at = instance(network((2,)), {}, values)
    return at, X, y, draw.standard_normal((len(at.parameters), POINTS))


def program() -> Work:
    at, _, _, points = shallow()
    compiled = compile_graph(at.graph, hessian_entries(at.graph, at.loss, at.parameters), at.parameters)
    return lambda: compiled.run(points)


def lambdified() -> Callable[[], list]:
    at, X, y, points = shallow()
    s = symbols_of(at)
    parameters = list(s.values())
    full = sympy.hessian(written_in_sympy((2,), s, X, y), parameters)
    upper = [full[i, j] for i in range(len(parameters)) for j in range(i, len(parameters))]
    function = sympy.lambdify(parameters, upper, "numpy", cse=True)
    return lambda: function(*points)


def jax_hessian() -> Work:
    """Set OMP_NUM_THREADS=1 and XLA_FLAGS for one thread, as the test does."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    _, X, y, points = shallow()
    rows, targets = np.array(X, float), np.array(y, float)

    def loss(theta: object) -> object:
        hidden = jnp.tanh(rows @ theta[:4].reshape(2, 2).T + theta[4:6])
        return jnp.sum((hidden @ theta[6:8] + theta[8] - targets) ** 2)

    hessians, columns = jax.jit(jax.vmap(jax.hessian(loss))), points.T.copy()
    return lambda: hessians(columns).block_until_ready()


def signs() -> Work:
    at, _, _, points = shallow()
    compiled = compile_graph(at.graph, hessian_entries(at.graph, at.loss, at.parameters), at.parameters)
    run = compiled.machine(CHUNK)
    starts = range(0, POINTS, CHUNK)
    return lambda: np.concatenate([inertias(run(points[:, k : k + CHUNK])).negative > 0 for k in starts])


def lambdified_signs() -> Work:
    entries_at = lambdified()

    def work() -> np.ndarray:
        upper = np.array([np.broadcast_to(row, POINTS) for row in entries_at()])
        return np.linalg.eigvalsh(matrices(upper))[:, 0] < 0

    return work


# One curvature, certified.


def line() -> tuple[Instance, list[list[int]], list[int], list[Fraction], list[Fraction]]:
    at, X, y, _ = shallow()
    size = range(len(at.parameters))
    return at, X, y, [Fraction(k % 5 - 2, 2) for k in size], [Fraction(k % 3 - 1) for k in size]


def ball() -> Work:
    at, _, _, point, way = line()
    return lambda: curvature(at.graph, at.loss, at.parameters, point, way)


def evalf() -> Work:
    at, X, y, point, way = line()
    t = sympy.Symbol("t", real=True)
    moved = {
        name: sympy.Rational(a.numerator, a.denominator) + t * sympy.Rational(v.numerator, v.denominator)
        for name, a, v in zip(at.names(), point, way, strict=True)
    }
    return lambda: written_in_sympy((2,), moved, X, y).diff(t, 2).subs(t, 0).evalf(30)


# A thousand parameters.


def large_sample() -> Work:
    problem = models()["mlp"].problem({"widths": "20,46,1"})
    return lambda: sample(problem, sizes={"n": 3}, points=8, seed=0)


def large_eigenvalues() -> Work:
    square = np.random.default_rng(0).standard_normal((8, 966, 966))
    return lambda: np.linalg.eigvalsh(square + square.transpose(0, 2, 1))


def main(name: str, repeats: int) -> None:
    work, times = globals()[name](), list[float]()
    for _ in range(repeats):
        clear_cache()
        start = process_time()
        work()
        times.append(process_time() - start)
    print(median(times))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
