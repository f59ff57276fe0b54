"""The points of a refutation as people are shown them: of several inequalities the one that is broken, or all."""

import json
import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from mpmath import mp
from support.deciding import unhurried
from support.numerics import evaluate

from symconvex.data import with_data
from symconvex.language import state
from symconvex.models import models
from symconvex.verdict import Refuted
from symconvex.witness import PLACES

Options = dict[str, str]

ROWS_OF_X, ROW_OF_Y = ((1, 2), (3, -1), (0, 1)), ((1,), (0,), (2,))
GIVEN = {"X": ROWS_OF_X, "Y": ROW_OF_Y}
OPPOSITE = {"X": ROWS_OF_X, "Y": ((-1,), (0,), (-2,))}
SIGMOID = {"activation": "sigmoid"}
SEVERAL = "at least one of these {} inequalities is broken"
ALONG, EACH = (
    f"a convex loss would be constant along {ways}" for ways in ("this direction", "each of these directions")
)
SAYS = [
    # id                        model                   options              values                gaps  says
    ("numbers alone",           "mlp",                  {"widths": "2,2,1"}, GIVEN,                1,    None),
    ("any width",               "mlp",                  {},                  GIVEN,                1,    None),
    ("any width, other signs",  "mlp",                  {},                  OPPOSITE,             1,    None),
    ("four lines, given",       "mlp",                  SIGMOID,             GIVEN,                1,    ALONG),
    ("a given matrix",          "matrix-factorization", {},                  {"M": ROWS_OF_X},     1,    None),
    ("targets are not given",   "mlp",                  {},                  {"X": ROWS_OF_X},     2,    SEVERAL.format(2)),
    ("inputs are not given",    "mlp",                  {},                  {"Y": ROW_OF_Y},      2,    SEVERAL.format(2)),
    ("two chords",              "mlp",                  {"widths": "2,2,1"}, {},                   2,    SEVERAL.format(2)),
    ("two lines",               "sigmoid-squared",      {},                  {},                   2,    f"{EACH}; {SEVERAL.format(2)}"),
    ("four lines",              "mlp",                  SIGMOID,             {},                   4,    f"{EACH}; {SEVERAL.format(4)}"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "options", "values", "gaps", "says"), [r[1:] for r in SAYS], ids=[r[0] for r in SAYS]
)
def test_a_witness_shows_the_broken_inequality_or_all(
    model: str, options: dict[str, str], values: dict[str, object], gaps: int, says: str | None
) -> None:
    verdict = unhurried(with_data(models()[model].problem(options), values))
    assert isinstance(verdict, Refuted)
    shown = verdict.witness
    assert shown is not None
    every = shown.get("gaps", [shown])
    assert isinstance(every, list)
    assert (len(every), shown.get("says"), verdict.broken is not None) == (gaps, says, gaps == 1)
    assert len({json.dumps({key: gap[key] for key in PLACES if key in gap}) for gap in every}) == gaps


SIDES = [
    # loss               both sides of the inequality
    ("x*y",              "the loss is -1 and -1 at the ends, so the chord is at -1; between them it is 0"),
    ("x**3",             "the loss is -8 and 0 at the ends, so the chord is at -4; between them it is -1"),
    ("sin(x)",           "the loss is 0 and 0.909297 at the ends, so the chord is at 0.454649; between them it is 0.841471"),
    ("x**2",             None),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "sides"), SIDES, ids=[row[0] for row in SIDES])
def test_a_witness_shows_both_sides_as_numbers(loss: str, sides: str | None) -> None:
    names = "x,y" if "y" in loss else "x"
    witness = unhurried(state(loss, wrt=names, shapes={})).witness
    assert (witness or {}).get("sides") == sides


def mp_words() -> dict[str, Any]:
    """The functions of the losses below, entry by entry and in forty digits."""
    return {
        "tanh": np.frompyfunc(mp.tanh, 1, 1),
        "sigmoid": np.frompyfunc(lambda x: 1 / (1 + mp.exp(-x)), 1, 1),
        "softplus": np.frompyfunc(lambda x: mp.log1p(mp.exp(x)), 1, 1),
        "relu": np.frompyfunc(lambda x: max(x, mp.mpf(0)), 1, 1),
    }


def point_at(shown: Mapping[str, Any], values: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]]) -> Any:
    """A point of a witness, from the text that a person reads: nested numbers, or a formula for each entry."""
    found: dict[str, Any] = {}
    for key, text in shown.items():
        name, _, places = key.rstrip("]").partition("[")
        array = np.empty(shapes[name], dtype=object)
        for place in np.ndindex(array.shape):
            names = {**values, **dict(zip(places.split(",") if places else (), place if places else (), strict=True))}
            entry = text if isinstance(text, str) else np.array(text)[place]
            array[place] = mp.mpf(1) * eval(str(entry), {"sum": sum, "range": range, **names})  # noqa: S307
        found[name] = array
    return found


def broken_by(shown: Mapping[str, Any], f: Any, point: Any) -> Any:
    """How far the inequality of a witness is broken: > 0 when it is."""
    if "ends" in shown:
        ends, weights = [point(end) for end in shown["ends"]], [mp.mpf(1) / int(w[2:]) for w in shown["weights"]]
        middle = {name: sum(w * end[name] for w, end in zip(weights, ends, strict=True)) for name in ends[0]}
        return f(middle) - sum(w * f(end) for w, end in zip(weights, ends, strict=True))
    at, along = point(shown["at"]), point(shown["along"])
    return f({name: at[name] + along[name] for name in at}) - f(at)


DRAWN = [
    # model                   options                       rows
    ("mlp",                   {},                           3),
    ("mlp",                   {"activation": "relu"},       3),
    ("mlp",                   {"activation": "sigmoid"},    3),
    ("mlp",                   {"activation": "softplus"},   3),
    ("mlp",                   {"loss": "logistic"},         3),
    ("mlp",                   {"widths": "2,2,1"},          3),
    ("linear-network",        {},                           2),
    ("linear-network",        {"layers": "3"},              3),
    ("matrix-factorization",  {},                           3),
    ("autoencoder",           {},                           3),
    ("sigmoid-squared",       {},                           1400),  # so many that the theorem for all data is put to them
]  # fmt: skip


@pytest.mark.parametrize(
    "seed", [0, pytest.param(1, marks=pytest.mark.sweep), pytest.param(2, marks=pytest.mark.sweep)]
)
@pytest.mark.parametrize(("model", "options", "rows"), DRAWN, ids=["-".join([r[0], *r[1].values()]) for r in DRAWN])
def test_the_inequality_that_is_shown_is_broken(model: str, options: Options, rows: int, seed: int) -> None:
    """Random data; what is shown is evaluated by mpmath, from its text and the text of the loss alone."""
    problem, draw = models()[model].problem(options), random.Random(f"{model} {options} {seed}")  # noqa: S311  (a table, no secret)
    sizes = {
        size: {"n": rows, "i": rows}.get(size, 2) for s in (*problem.data, *problem.parameters) for size in s.shape
    }
    sizes = {name: size if isinstance(name, str) else name for name, size in sizes.items()}

    def array(shape: tuple[object, ...], within: str) -> Any:
        if shape:
            return tuple(array(shape[1:], within) for _ in range(sizes[shape[0]]))
        return draw.choice((-1, 1)) if within == "sign" else Fraction(draw.randint(-9, 9), draw.choice((1, 2, 4)))

    verdict = unhurried(with_data(problem, {s.name: array(s.shape, s.within) for s in problem.data}))
    assert isinstance(verdict, Refuted)
    assert verdict.witness is not None
    assert verdict.broken is not None
    with mp.workdps(40):
        to_mp = np.frompyfunc(lambda x: mp.mpf(x.numerator) / x.denominator, 1, 1)
        data = {name: to_mp(np.array(value, dtype=object)) for name, value in verdict.problem.values.items()}
        shapes = {s.name: tuple(sizes[size] for size in s.shape) for s in problem.parameters}
        names = {**sizes, **data, **verdict.broken.places}

        def f(point: Mapping[str, Any]) -> Any:
            return evaluate(problem.text, {**names, **mp_words(), **point})

        assert broken_by(verdict.witness, f, lambda shown: point_at(shown, names, shapes)) > 1e-20
