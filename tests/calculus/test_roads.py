"""Four roads to the second derivative along a line, at random rational points of every model.

kernel     its own rules, evaluated by ball arithmetic
closed     the matrix formula that `symconvex derive` prints, in floating point
graph      order-2 Taylor arithmetic on the expression graph
autograd   twice along the line, on the text of the loss
"""

import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import autograd
import flint
import numpy as np
import pytest
from support.automatic import numeric

from symconvex.calculus.closed.derivation import derive, directions_of
from symconvex.calculus.program.arrays import evaluate, surroundings
from symconvex.calculus.program.instance import instance, places
from symconvex.calculus.program.taylor import curvature
from symconvex.kernel.calculus import derivative
from symconvex.kernel.enclose import Evaluation, Values
from symconvex.kernel.term import Budget
from symconvex.language import instantiate, to_term
from symconvex.models import models
from symconvex.problem import Problem, Symbol

SIZES = {"n": 3, "d": 2, "h": 2, "h1": 2, "h2": 3, "m": 2, "k": 2, "K": 3}
VARIANTS = [
    (name, {option.name: choice})
    for name, model in models().items()
    for option in model.options
    for choice in option.choices
]
ROWS = (
    [(name, {}) for name in models()] + VARIANTS + [("linear-network", {"layers": "3"}), ("mlp", {"widths": "2,2,2,1"})]
)


def draw(symbol: Symbol, stream: random.Random) -> Any:
    """Nested tuples of rationals in the set of the symbol."""
    pick = {
        "sign": lambda: Fraction(stream.choice((-1, 1))),
        "binary": lambda: Fraction(stream.randint(0, 1)),
        "unit": lambda: Fraction(stream.randint(1, 9), 10),
        "count": lambda: Fraction(stream.randint(0, 4)),
        "positive": lambda: Fraction(stream.randint(1, 9), 4),
    }.get(symbol.within, lambda: Fraction(stream.randint(-9, 9), 7))

    def nest(shape: tuple[int, ...]) -> Any:
        return tuple(nest(shape[1:]) for _ in range(shape[0])) if shape else pick()

    return nest(tuple(SIZES[s] if isinstance(s, str) else s for s in symbol.shape))


def array(nested: Any) -> Any:
    return np.array(nested, dtype=float)


def by_kernel(problem: Problem, known: Mapping[str, Any], way: Mapping[str, Any]) -> Any:
    names = {p.name: f"{p.name}'" for p in problem.parameters}
    loss = instantiate(to_term(problem.loss), SIZES)
    budget = Budget(50_000_000)
    twice = derivative(derivative(loss, names, budget), names, budget)
    there = Values({**known, **{names[p]: v for p, v in way.items()}}, {}, {}, {})
    return Evaluation(there, budget).ball(twice)


def by_closed_form(problem: Problem, known: Mapping[str, Any], way: Mapping[str, Any]) -> float:
    derivation = derive(problem)
    directions = {str(v.value): array(way[p]) for p, v in directions_of(problem).items()}
    values = {**{name: array(v) for name, v in known.items()}, **directions}
    return float(evaluate(derivation.curvature, surroundings(derivation, values)))


def by_graph(problem: Problem, known: Mapping[str, Any], way: Mapping[str, Any]) -> Any:
    parameters = {p.name for p in problem.parameters}
    inst = instance(problem, SIZES, {name: v for name, v in known.items() if name not in parameters})
    return curvature(inst.graph, inst.loss, inst.parameters, entries(problem, known), entries(problem, way), 64)


def entries(problem: Problem, values: Mapping[str, Any]) -> list[Fraction]:
    flat = []
    for symbol in problem.parameters:
        for place in places(symbol, SIZES):
            entry = values[symbol.name]
            for k in place:
                entry = entry[k]
            flat.append(entry)
    return flat


def by_autograd(problem: Problem, known: Mapping[str, Any], way: Mapping[str, Any]) -> float:
    base = {name: array(v) for name, v in known.items()}
    steps = {name: array(v) for name, v in way.items()}

    def along(s: float) -> Any:
        moved = {name: base[name] + s * step for name, step in steps.items()}
        return numeric(problem.text, {**base, **moved})

    return float(autograd.grad(autograd.grad(along))(0.0))


@pytest.mark.filterwarnings("ignore:Output seems independent of input")  # hinge and quantile do not bend
@pytest.mark.parametrize(("name", "options"), ROWS, ids=[f"{n} {o}" for n, o in ROWS])
def test_four_roads_meet(name: str, options: dict[str, str]) -> None:
    problem = models()[name].problem(options)
    met = 0
    for seed in range(4):
        stream = random.Random(seed)  # noqa: S311  (a test, no secret)
        known = {s.name: draw(s, stream) for s in (*problem.parameters, *problem.data)}
        way = {s.name: draw(s, stream) for s in problem.parameters}
        exact = by_kernel(problem, known, way)
        assert isinstance(exact, flint.arb)
        assert exact.rad() < 1e-9
        for road in (by_closed_form, by_graph, by_autograd):
            assert float(road(problem, known, way)) == pytest.approx(float(exact), rel=1e-9, abs=1e-9), road.__name__
        met += 1
    assert met == 4
