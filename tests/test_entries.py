"""Entries at a size against the closed forms that the models print, at random points."""

import random
from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest

from symconvex.calculus.entries import Entries, entries
from symconvex.errors import NotYet, ShapeError
from symconvex.functions import functions
from symconvex.models import models
from symconvex.problem import Expr

SIZES = dict.fromkeys("ndmhkK", 2) | {"n": 3}


def value(expr: Expr, at: Mapping[str, float]) -> float:
    """A scalar formula in floating point."""
    args = [value(arg, at) for arg in expr.args]
    match expr.op:
        case "number":
            return float(expr.value)
        case "name":
            return at[str(expr.value)]
        case "add":
            return sum(args)
        case "mul":
            return args[0] * args[1]
        case "pow":
            return args[0] ** float(expr.value)
        case "call":
            return float(functions()[str(expr.value)].numpy(np.asarray(args[0])))
    raise ValueError(expr.op)


def all_values(found: Entries, at: dict[str, float]) -> dict[str, float]:
    """The point with the intermediates, each computed from those before it."""
    known = dict(at)
    for name, expr in found.names:
        known[name] = value(expr, known)
    return known


def random_point(found: Entries, seed: int) -> dict[str, float]:
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
    formulas = [found.loss, *(e for _, e in found.names), *(e for _, e in found.gradient), *(e for *_, e in found.hessian)]
    assert len(set(words)) == len(words)
    assert [w for w in words if sum(occurs(w, formula) for formula in formulas) < 1] == []


def occurs(word: str, expr: Expr) -> bool:
    return expr.value == word or any(occurs(word, arg) for arg in expr.args)


REFUSED = [
    # id                sizes                       error
    ("no size",         {"n": 2},                   ShapeError),
    ("too many",        {"n": 2, "d": 500},         NotYet),
    ("too much data",   {"n": 100_000, "d": 2},     NotYet),
]  # fmt: skip


@pytest.mark.parametrize(("case", "sizes", "error"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_written_out_is_refused(case: str, sizes: dict[str, int], error: type[Exception]) -> None:
    with pytest.raises(error):
        entries(models()["logistic"].problem({}), sizes)
