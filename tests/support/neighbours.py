"""Near misses: a formula with one sign flipped, one coefficient moved, one exponent made smaller or a square taken away,
so that it is not convex any more.

That it is not convex is seen at two points of the domain, beyond all rounding.
"""

import ast
import math
import random
from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

import numpy as np

Row = Mapping[str, Any]
POINTS = 4_000
MARGIN, LARGEST = 1e-5, 1e9
FACTORS = (-1, 3, 1 / 3)
SUBTRACTED = ("1/100", "1/10", "1/2", "1", "5", "50")


def neighbours(row: Row) -> Iterator[str]:
    """Formulas that differ from that of the row in one place, in an order of chance, then less a square."""
    tree = ast.parse(row["loss"], mode="eval")
    places = [(k, change) for k, node in enumerate(ast.walk(tree)) for change in range(_choices(node))]
    random.Random(str(row["id"])).shuffle(places)  # noqa: S311
    for place, change in places:
        copy = ast.parse(row["loss"], mode="eval")
        _apply(list(ast.walk(copy))[place], change)
        yield ast.unparse(copy)
    for c in SUBTRACTED:
        yield from (f"{row['loss']} - {c}*{name}**2" for name in row["wrt"])


def _choices(node: ast.AST) -> int:
    match node:
        case ast.BinOp(_, ast.Add() | ast.Sub(), _):
            return 1
        case ast.BinOp(_, ast.Pow(), ast.Constant(int(n))) if n >= 2:
            return 1
        case ast.BinOp(_, ast.Mult() | ast.Div(), _):
            return len(FACTORS)
    return 0


def _apply(node: ast.AST, change: int) -> None:
    match node:
        case ast.BinOp(_, ast.Add(), _):
            node.op = ast.Sub()
        case ast.BinOp(_, ast.Sub(), _):
            node.op = ast.Add()
        case ast.BinOp(_, ast.Pow(), ast.Constant() as exponent):
            exponent.value -= 1
        case ast.BinOp(left, ast.Mult() | ast.Div(), _):
            factor = (ast.Constant(-1), ast.Constant(3), ast.BinOp(ast.Constant(1), ast.Div(), ast.Constant(3)))[change]
            node.left = ast.BinOp(factor, ast.Mult(), left)


NUMPY = {
    **{name: getattr(np, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "abs", "log1p")},
    "atan": np.arctan, "erf": np.vectorize(math.erf), "lgamma": np.vectorize(math.lgamma), "pi": np.pi,
    "max": lambda *v: reduce(np.maximum, v), "min": lambda *v: reduce(np.minimum, v),
}  # fmt: skip


def is_seen_not_convex(loss: str, row: Row) -> bool:
    """Is the value in the middle of two points of the domain above the mean of theirs?"""
    draw = np.random.default_rng(0)
    scale = draw.choice([0.3, 1, 3, 8], POINTS)
    ends = [{name: scale * draw.standard_normal(POINTS) for name in row["wrt"]} for _ in range(2)]
    data = {name: _data(within, draw) for name, within in row["sets"].items()}
    middle = {name: (ends[0][name] + ends[1][name]) / 2 for name in row["wrt"]}
    with np.errstate(all="ignore"):
        first, second, half = ({**point, **data} for point in (*ends, middle))
        inside = np.ones(POINTS, bool)
        for where in row["where"]:
            inside &= at_points(where, first) & at_points(where, second)
        a, b, m = (at_points(loss, point) + np.zeros(POINTS) for point in (first, second, half))
        gap = m - (a + b) / 2
        sure = np.isfinite(gap) & (np.abs(a) + np.abs(b) < LARGEST) & (gap > MARGIN * (1 + np.abs(a) + np.abs(b)))
    return bool(np.any(inside & sure))


def _data(within: str, draw: Any) -> Any:
    values = 2 * draw.standard_normal(POINTS)
    return {"positive": np.abs(values) + 0.01, "nonnegative": np.abs(values)}.get(within, values)


def at_points(text: str, values: Mapping[str, Any]) -> Any:
    """The values of a formula at many points."""
    return eval(text, {"__builtins__": {}}, {**NUMPY, **values})  # noqa: S307 - a formula of our own corpus


def near_misses(row: Row, most: int) -> list[dict[str, Any]]:
    """Rows with neighbours of a convex row that are not convex."""
    found = []
    for loss in neighbours(row):
        if len(found) == most:
            break
        if loss not in found and is_seen_not_convex(loss, row):
            found.append(loss)
    return [{**row, "id": f"{row['id']} {k}", "loss": loss, "truth": {}} for k, loss in enumerate(found)]
