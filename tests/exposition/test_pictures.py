"""Pictures: points of arguments at one small instance, in two arithmetics, and captions of large arrays."""

from fractions import Fraction

import numpy as np
import pytest

from symconvex.decide import decide
from symconvex.drafting.arguments.readout import Chords
from symconvex.drafting.draft import Draft, draft_of
from symconvex.drafting.points import Point
from symconvex.exposition.small import NEAR, Small, Spot, listed, numbers, sizes_of
from symconvex.language.state import state
from symconvex.models import models

BUDGET = 30.0
NETWORKS = [
    # widths     activation
    ("d,h,1",    "tanh"),
    ("2,3,1",    "relu"),
    ("d,h,k",    "identity"),
    ("9,7,1",    "tanh"),
    ("d,h1,h2,1", "tanh"),
]  # fmt: skip


def points_of(widths: str, activation: str) -> tuple[Draft, tuple[str, str] | None, list[Point]]:
    verdict = decide(models()["mlp"].problem({"widths": widths, "activation": activation}), budget=BUDGET)
    argument = verdict.argument  # type: ignore[union-attr]
    assert isinstance(argument.way, Chords)  # type: ignore[union-attr]
    points = [*argument.way.starts, argument.way.end, *argument.way.middles]  # type: ignore[union-attr]
    return draft_of(verdict.problem), argument.candidate.sample, points  # type: ignore[union-attr]


@pytest.mark.parametrize(("widths", "activation"), NETWORKS, ids=[" ".join(row) for row in NETWORKS])
def test_points_are_the_same_in_floats_and_exactly(widths: str, activation: str) -> None:
    draft, sample, points = points_of(widths, activation)
    small = Small(draft, sizes_of(draft, sample and sample[0]), {sample[1]: 0} if sample else {}, Fraction(1))
    compared = 0
    for point in points:
        for name, (places, value) in point.items():
            array = small.spot(name, Spot(point, Fraction(3, 2)))
            for place in np.ndindex(array.shape):
                at = {**small.witness, **dict(zip(places, place, strict=True))}
                assert array[place] == pytest.approx(float(Fraction(3, 2) * small.exact(value, at)), abs=1e-12)
                compared += array[place] != 0
    assert compared > 0


SETS = [
    # set             may hold
    ("real",          lambda x: True),
    ("positive",      lambda x: x > 0),
    ("nonnegative",   lambda x: x >= 0),
    ("sign",          lambda x: x in (-1, 1)),
    ("binary",        lambda x: x in (0, 1)),
    ("unit",          lambda x: 0 < x < 1),
    ("count",         lambda x: x >= 0 and x.denominator == 1),
]  # fmt: skip


@pytest.mark.parametrize(("within", "fits"), SETS, ids=[row[0] for row in SETS])
@pytest.mark.parametrize("target", [-1, 0, 2])
def test_small_data_lie_in_their_sets(within: str, fits: object, target: int) -> None:
    shapes = {"X": (12, 6), "w": (6,), "y": (12,)}
    problem = state("sum(y*(X @ w))", wrt=("w",), shapes=shapes, sets={"X": within, "y": within})
    small = Small(draft_of(problem), {}, {}, Fraction(target))
    for name in ("X", "y"):
        array = small.data(name)
        entries = [small.entry(name, place) for place in np.ndindex(array.shape)]
        assert all(map(fits, entries))  # type: ignore[call-overload]
        assert array.ravel().tolist() == [float(x) for x in entries]


def test_a_large_array_is_listed_where_it_differs_from_its_last_entry() -> None:
    array = np.full((10, 10), 2.0)
    array[0, 1] = -1.5
    assert (
        listed("W", array, lambda place: Fraction(array[tuple(place)])) == r"$W=2\text{ but for }W_{12}=-\frac{3}{2}$"
    )
    assert listed("W", array[:, 5:], lambda _: Fraction(2)) == "$W=2$"


def test_numbers_are_counted_before_anything_is_filled() -> None:
    draft = draft_of(models()["mlp"].problem({"widths": "100000,100000,1"}))
    sizes = sizes_of(draft, "X")
    assert sizes == {"n": 2}
    assert numbers(draft, sizes) > 10**10
    assert NEAR < 10
