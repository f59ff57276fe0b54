"""Theorems for all data at the data that are given: exact numbers, quickly, and nothing more than they allow."""

import random
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from symconvex.api import prove
from symconvex.data import read_csv, with_data
from symconvex.decide import decide
from symconvex.errors import DataError
from symconvex.language.printing.verdicts import constant_text
from symconvex.models import find
from symconvex.verdict import Decided, Undecided

DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
SQUARES = "sum((X@w - y)**2)/2"

NUMBERS = [
    # id                  X                          strict  modulus                                    smoothness
    ("rational",          [[1, 0], [0, 1], [1, 1]],  True,   "1, best possible",                        "3, best possible"),
    ("golden",            [[1, 0], [1, 1], [0, 0]],  True,   "lambda_min(X.T @ X) = 0.3819..., best possible", "lambda_max(X.T @ X) = 2.618..., best possible"),
    ("fractions",         [["1/2", 0], [0, "1/3"]],  True,   "1/9, best possible",                      "1/4, best possible"),
    ("of rank one",       [[1, 2], [2, 4], [1, 2]],  False,  "none, not strongly convex",               "30, best possible"),
    ("zero",              [[0, 0]],                  False,  "none, not strongly convex",               "0, best possible"),
    ("wide",              [[1, 2, 3]],               False,  "none, not strongly convex",               "14, best possible"),
    ("one number",        [[3]],                     True,   "9, best possible",                        "9, best possible"),
    ("twice the same",    [[2, 0], [0, 2]],          True,   "4, best possible",                        "4, best possible"),
]  # fmt: skip


@pytest.mark.parametrize("row", NUMBERS, ids=[row[0] for row in NUMBERS])
def test_constants_of_given_data_are_numbers(row: tuple) -> None:
    _, table, strict, modulus, smoothness = row
    verdict = prove(SQUARES, wrt="w", shapes=DATA, values={"X": table})
    assert (verdict.answer, verdict.strict, verdict.strict_when) == ("convex", strict, None)
    assert constant_text(verdict, "modulus") == modulus
    assert constant_text(verdict, "smoothness") == smoothness
    assert "for all y" in verdict.setting


@pytest.mark.parametrize("seed", range(20))
def test_numbers_and_decimals_are_those_of_the_matrix(seed: int) -> None:
    draw = np.random.default_rng(seed)
    table = draw.integers(-3, 4, size=(draw.integers(1, 5), draw.integers(1, 4)))
    verdict = prove(SQUARES, wrt="w", shapes=DATA, values={"X": table.tolist()})
    eigenvalues = np.linalg.eigvalsh(table.T @ table)
    for which, truth in (("modulus", eigenvalues[0]), ("smoothness", eigenvalues[-1])):
        text, decimals = getattr(verdict, which), verdict.decimals(which)
        if text is None:
            assert which == "modulus"
            assert abs(truth) < 1e-9
        elif decimals:
            assert 0 <= truth - float(decimals.removesuffix("...")) < 10.0 ** -len(decimals.split(".")[1].rstrip("."))
        else:
            assert abs(float(Fraction(text)) - truth) < 1e-9 * (1 + truth)


def test_a_hypothesis_is_decided_on_the_data() -> None:
    asked = {"wrt": "w", "shapes": DATA}
    brier = "sum((sigmoid(X@w) - y)**2)"
    assert prove(brier, **asked).hypotheses == ("X != 0",)
    shown = prove(brier, **asked, values={"X": [[0, 0], [1, 1]]})
    assert (shown.answer, shown.hypotheses, shown.witness["where"]) == ("neither", (), "k = 1")
    assert prove(brier, **asked, values={"X": [[0, 0], [0, 0]]}).answer in ("convex", "affine")


OUTSIDE = [
    # id                 values                    sets               where
    ("a label",          {"y": [1, 2]},            {"y": "sign"},     "y[1]"),
    ("a weight",         {"y": [1, -1]},           {"y": "positive"}, "y[1]"),
    ("a count",          {"y": ["1/2"]},           {"y": "count"},    "y[0]"),
    ("a table",          {"X": [[1, 0], [2, 1]]},  {"X": "binary"},   "X[1, 0]"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "sets", "where"), [row[1:] for row in OUTSIDE], ids=[row[0] for row in OUTSIDE])
def test_a_value_outside_its_set_is_an_error_with_its_place(values: dict, sets: dict, where: str) -> None:
    with pytest.raises(DataError) as fault:
        prove(SQUARES, wrt="w", shapes=DATA, sets=sets, values=values)
    assert fault.value.where == where


def test_a_label_of_a_file_outside_its_set_is_named_by_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("1,2,1\n3,4,-1\n5,6,7\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"line 3, column 3"):
        read_csv(path, find("logistic").problem({}))


def table_file(path: Path, rows: int) -> Path:
    draw = random.Random(rows)  # noqa: S311  (a table, no secret)
    lines = (",".join([*(f"{draw.gauss(0, 1):.4f}" for _ in range(10)), draw.choice(("1", "-1"))]) for _ in range(rows))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("rows", [300, 1_000, 20_000])
def test_many_rows_are_decided_from_the_theorem_for_all_data(rows: int, tmp_path: Path) -> None:
    problem = find("logistic").problem({})
    start = time.process_time()
    given = with_data(problem, read_csv(table_file(tmp_path / "data.csv", rows), problem))
    verdict = decide(given, budget=1e6)
    assert time.process_time() - start < 10
    assert isinstance(verdict, Decided)
    assert (verdict.answer, verdict.strict, verdict.rule) == ("convex", True, "weighted-squares")
    assert verdict.decimals("smoothness").endswith("...")
    assert f"X ({rows}, 10)" in verdict.setting


def test_what_the_theorem_leaves_open_is_decided_on_few_numbers_only() -> None:
    asked = {"wrt": "w", "shapes": DATA}
    few, many = ({"X": [[1, 0]] * rows, "y": [1] * rows} for rows in (50, 5_000))
    assert prove("sum((X@w - y)**3)", **asked, values=few).answer == "neither"
    start = time.process_time()
    left = prove("sum((X@w - y)**3)", **asked, values=many)
    assert time.process_time() - start < 10
    assert isinstance(left, Undecided)
    assert any("numbers are not written out" in text for text in left.tried)
