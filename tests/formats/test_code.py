"""What is printed for NumPy, JAX and PyTorch agrees with automatic differentiation, at any size and at one.

The functions of a listing have nothing but their library; the loss is the one that the library differentiates.
"""

import ast
import builtins
import importlib.util
import sys
from collections.abc import Callable
from functools import cache, partial
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from support.automatic import numeric
from support.losses import SIZES, point

from symconvex.calculus.closed.derivation import derive
from symconvex.calculus.program.entries import entries
from symconvex.formats import find
from symconvex.models import models

LIBRARIES = ("python", "jax", "torch")
POINTS = 20
LENGTHS = {**SIZES, "n": 3, "d": 2, "h": 2, "K": 2}
TABLE = [(library, name) for library in LIBRARIES for name in models()]
RESULTS = ("value", "gradient", "hessian", "hessian_vector")


@cache
def listings(library: str, name: str) -> tuple[str, str]:
    """Both listings of a model: for every size, and at one."""
    problem, form = models()[name].problem({}), find(library)
    sizes = {size: LENGTHS[size] for size in problem.words & LENGTHS.keys()}
    return form.closed(derive(problem)), "".join(form.entries(entries(problem, sizes)))


def run(listing: str) -> dict[str, Any]:
    """The functions of a listing."""
    made: dict[str, Any] = {}
    exec(listing, made)  # noqa: S102 - what we printed
    return made


def flat(result: Any) -> np.ndarray:
    """All numbers of a result in one row."""
    parts = result if isinstance(result, tuple) else (result,)
    return np.concatenate([np.ravel(np.asarray(part, dtype=float)) for part in parts])


def there(library: str) -> ModuleType:
    """The library, in double precision."""
    module = pytest.importorskip({"python": "autograd"}.get(library, library))
    if library == "jax":
        module.config.update("jax_enable_x64", True)
    return module


def of_library(library: str, array: np.ndarray) -> Any:
    module = there(library)
    if library == "torch":
        return module.as_tensor(array, dtype=module.float64)
    return module.numpy.asarray(array, dtype=float) if library == "jax" else np.asarray(array, dtype=float)


def automatic(library: str, loss: Callable[[Any], Any], theta: Any) -> tuple[Any, Any]:
    """Gradient and Hessian of a function of one vector by automatic differentiation."""
    module = there(library)
    if library == "torch":
        return module.func.grad(loss)(theta), module.autograd.functional.hessian(loss, theta)
    return module.grad(loss)(theta), module.hessian(loss)(theta)


def results(library: str, name: str) -> Callable[..., list[Any]]:
    """A function of parameters, data and directions: what differentiation gives, then what both listings give."""
    problem, made = models()[name].problem({}), [run(listing) for listing in listings(library, name)]
    words = [symbol.name for symbol in (*problem.parameters, *problem.data)]
    count = len(problem.parameters)

    def value(arguments: list[Any]) -> Any:
        if library == "python":  # autograd has a NumPy of its own: the loss is read from its text
            return numeric(problem.text, {**LENGTHS, **dict(zip(words, arguments, strict=True))})
        return made[0]["value"](*arguments)

    def of_one_vector(theta: Any, arguments: list[Any]) -> Any:
        parts, start = [], 0
        for array in arguments[:count]:
            stop = start + int(np.prod(array.shape))
            parts.append(theta[start:stop].reshape(array.shape))
            start = stop
        return value([*parts, *arguments[count:]])

    def everything(arguments: list[Any], ways: list[Any]) -> list[Any]:
        joined = there(library).cat if library == "torch" else there(library).numpy.concatenate
        theta, way = (joined([array.reshape(-1) for array in arrays]) for arrays in (arguments[:count], ways))
        slope, bend = automatic(library, lambda theta: of_one_vector(theta, arguments), theta)
        found = [of_one_vector(theta, arguments), slope, bend, bend @ way]
        for functions in made:
            found += [functions[word](*arguments) for word in RESULTS[:3]]
            found.append(functions["hessian_vector"](*arguments, *ways))
        return found

    return everything


@pytest.mark.filterwarnings("ignore:Output seems independent of input")
@pytest.mark.parametrize(("library", "name"), TABLE, ids=[f"{library}-{name}" for library, name in TABLE])
def test_the_code_agrees_with_automatic_differentiation(library: str, name: str) -> None:
    there(library)
    problem, everything = models()[name].problem({}), results(library, name)
    points, ways = ([point(problem, start + seed, LENGTHS) for seed in range(POINTS)] for start in (0, 100))
    arguments = [np.stack([at[s.name] for at in points]) for s in (*problem.parameters, *problem.data)]
    directions = [np.stack([way[s.name] for way in ways]) for s in problem.parameters]
    of = partial(of_library, library)
    if library == "jax":  # all points in one compiled function
        jax = there(library)
        found = jax.jit(jax.vmap(everything))([*map(of, arguments)], [*map(of, directions)])
    else:
        rows = [everything([of(a[k]) for a in arguments], [of(a[k]) for a in directions]) for k in range(POINTS)]
        found = [[flat(row[place]) for row in rows] for place in range(len(rows[0]))]
    wanted, *others = (as_rows(found[start : start + 4]) for start in (0, 4, 8))
    for other in others:
        for left, right in zip(other, wanted, strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-7, atol=1e-8)


def as_rows(found: list[Any]) -> list[np.ndarray]:
    """A row of numbers for each point, for each of the four results."""
    rows = []
    for result in found:
        parts = result if isinstance(result, tuple) else (np.asarray(result),)
        rows.append(np.concatenate([np.asarray(part, dtype=float).reshape(POINTS, -1) for part in parts], axis=1))
    return rows


@pytest.mark.parametrize(("library", "name"), TABLE, ids=[f"{library}-{name}" for library, name in TABLE])
def test_a_listing_stands_alone(library: str, name: str) -> None:
    allowed = {"python": {"math", "numpy"}, "jax": {"math", "jax"}, "torch": {"math", "torch"}}[library]
    for listing in listings(library, name):
        tree = ast.parse(listing)
        roots = {
            alias.name.partition(".")[0] for node in tree.body if isinstance(node, ast.Import) for alias in node.names
        }
        assert roots <= allowed
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        bound = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        bound |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        assert bound & set(dir(builtins)) == set()
        assert [word for word in bound if word in RESULTS] != []
        assert ast.get_docstring(tree) is not None


@pytest.mark.parametrize("name", models())
def test_every_result_has_one_kind_at_any_size_and_at_one(name: str) -> None:
    problem = models()[name].problem({})
    values, ways = point(problem, 1, LENGTHS), point(problem, 2, LENGTHS)
    arguments = [values[symbol.name] for symbol in (*problem.parameters, *problem.data)]
    directions = [ways[symbol.name] for symbol in problem.parameters]
    kinds = []
    for listing in listings("python", name):
        made = run(listing)
        found = [
            made["gradient"](*arguments),
            made["hessian"](*arguments),
            made["hessian_vector"](*arguments, *directions),
        ]
        shapes = [[np.shape(part) for part in (one if isinstance(one, tuple) else (one,))] for one in found]
        kinds.append([(type(one), shape) for one, shape in zip(found, shapes, strict=True)])
    count = sum(np.size(values[symbol.name]) for symbol in problem.parameters)
    assert kinds[0] == kinds[1]
    assert kinds[0][1][1] == [(count, count)]
    assert kinds[0][0][1] == [np.shape(values[symbol.name]) for symbol in problem.parameters]


def test_the_libraries_are_those_of_the_folder() -> None:
    assert {*LIBRARIES} < {*sys.modules["symconvex.formats"].names()}
    assert importlib.util.find_spec("autograd") is not None, "it comes with the tests"


@pytest.mark.parametrize(("name", "expected"), [("log-cosh", 1000 - np.log(2)), ("logistic", 1000.0)])
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_value_does_not_overflow(name: str, expected: float, sign: float) -> None:
    closed, _ = listings("python", name)
    with np.errstate(all="raise", under="ignore"):
        value = run(closed)["value"](
            np.array([sign * 1000.0]), np.array([[1.0]]), np.array([-sign * (name == "logistic")])
        )
    assert value == pytest.approx(expected)
