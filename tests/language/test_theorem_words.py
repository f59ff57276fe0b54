"""Theorems in words: every name in them is declared in the setting, and means one thing."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from support.deciding import unhurried

from symconvex.data import with_data
from symconvex.language.state import state
from symconvex.verdict import Decided

Shapes = dict[str, tuple[int | str, ...]]
VECTOR: Shapes = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
LAYER: Shapes = {"X": ("n", "d"), "W": ("h", "d"), "v": ("h",), "y": ("n",)}
ROWS, SIGNS = ((1, 2), (0, 1), (1, 1)), (1, -1, 1)
LOGISTIC, SQUARED = "mean(log(1 + exp(-y*(X@w))))", "sum((X@w - y)**2)"


def decided(loss: str, wrt: str, shapes: Shapes, values: Mapping[str, Any], **about: Any) -> Decided:
    verdict = unhurried(with_data(state(loss, wrt=wrt, shapes=shapes, **about), values))
    assert isinstance(verdict, Decided)
    return verdict


LABELS, INSIDE = {"sets": {"y": "sign"}}, {"positive": ("w - c",)}
SIZED: list[tuple[str, str, str, Shapes, dict[str, Any], dict[str, Any], str]] = [
    # id              loss                            wrt     shapes                              about   values                               said
    ("all given",     LOGISTIC,                       "w",    VECTOR,                             LABELS, {"X": ROWS, "y": SIGNS},             "in w (2,)"),
    ("a mean",        LOGISTIC,                       "w",    VECTOR,                             LABELS, {"y": SIGNS},                        "lambda_max(X.T @ X)/12"),
    ("a rank",        f"{SQUARED} + sum(c*w)",        "w",    {**VECTOR, "c": ("d",)},            {},     {"c": SIGNS},                        "rank(X) == 3"),
    ("a domain",      "sum(-log(w - c))",             "w",    {"w": ("d",), "c": ("d",)},         INSIDE, {"c": SIGNS},                        "in range(3)"),
    ("points",        "sum((tanh(X@W.T)@v - y)**2)",  "W, v", LAYER,                              {},     {"X": ROWS},                         "for j in range(2)"),
    ("many numbers",  "sum((sigmoid(X@w) - y)**2)",   "w",    VECTOR,                             {},     {"X": ROWS * 700, "y": SIGNS * 700}, "for j in range(2)"),
]  # fmt: skip


@pytest.mark.parametrize("row", [row[1:] for row in SIZED], ids=[row[0] for row in SIZED])
def test_a_size_that_data_fix_is_a_number_in_every_text(row: tuple[Any, ...]) -> None:
    loss, wrt, shapes, about, values, said = row
    verdict = decided(loss, wrt, shapes, values, **about)
    constants = (verdict.modulus, verdict.smoothness, verdict.strict_when, *verdict.domain, *verdict.hypotheses)
    texts = [verdict.setting, *verdict.theorems, json.dumps(verdict.witness), *map(str, constants)]
    known = {size for name in values for size in shapes[name]}
    assert [text for text in texts for size in known if re.search(rf"\b{size}\b", text)] == []
    assert any(said in text for text in texts)


NOT_STRONGLY, NOT_SMOOTH = "not strongly convex with modulus {0}, if {0} - ", "not smooth with constant {0}, if "
TAKEN: list[tuple[str, str, Shapes, str, str, str]] = [
    # id             loss                              shapes                                        positive    larger  smaller
    ("free",         SQUARED,                          VECTOR,                                       "",         "m",    "M"),
    ("a matrix M",   "sum((M@w - y)**2)",              {"M": ("n", "d"), "w": ("d",), "y": ("n",)},  "",         "m",    "M1"),
    ("M and M1",     "sum((M@w - M1)**2)",             {"M": ("n", "d"), "w": ("d",), "M1": ("n",)}, "",         "m",    "M2"),
    ("a number m",   f"{SQUARED} + m*sum(w**2)",       {**VECTOR, "m": ()},                          "m",        "m1",   "M"),
    ("two sizes",    SQUARED,                          {"X": ("m", "M"), "w": ("M",), "y": ("m",)},  "",         "m1",   "M1"),
    ("a parameter",  "sum((X@M - y)**2)",              {"X": ("n", "d"), "M": ("d",), "y": ("n",)},  "",         "m",    "M1"),
]  # fmt: skip


@pytest.mark.parametrize("row", [row[1:] for row in TAKEN], ids=[row[0] for row in TAKEN])
def test_a_made_name_is_never_that_of_something_declared(row: tuple[Any, ...]) -> None:
    loss, shapes, positive, larger, smaller = row
    verdict = decided(loss, "w" if "w" in shapes else "M", shapes, {}, sets={positive: "positive"} if positive else {})
    starts = (NOT_STRONGLY.format(larger), NOT_SMOOTH.format(smaller))
    assert [sum(text.startswith(start) for text in verdict.theorems) for start in starts] == [1, 1]
    assert any(f" - {smaller} > 0" in text for text in verdict.theorems)


EQUAL = [
    # loss                                             condition            of concave             every theorem that says convex
    ("(a - b)*x**2 + (b - a)*y**2",                    "a == b",            "a == b",              "convex, if a == b"),
    ("(a - 2*b - 1)*x**2 + (2*b - a + 1)*y**2",        "a == 2*b + 1",      "a == 2*b + 1",        "convex, if 2*b == a - 1"),
    ("a*x**2 - a*y**2",                                "a == 0",            "a == 0",              "convex, if a == 0"),
    ("(a - b)*x**2 + (a - 2*b)*y**2",                  "(a - b >= 0) & (a - 2*b >= 0)", "(b - a >= 0) & (2*b - a >= 0)", "convex, if a - b >= 0 and a - 2*b >= 0"),
    ("(a - b)*x**2 + (b - a + 1)*y**2",                "(a - b >= 0) & (b - a >= -1)",  "False",  ""),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "condition", "concave", "said"), EQUAL, ids=[row[0] for row in EQUAL])
def test_two_inequalities_that_are_an_equation_are_said_as_one(
    loss: str, condition: str, concave: str, said: str
) -> None:
    verdict = unhurried(state(loss, wrt="x, y", shapes={}))
    assert (verdict.condition, verdict.concave_condition) == (condition, concave)
    assert not said or said in verdict.theorems
    assert [text for text in verdict.theorems if ">= 0 and" in text and "==" in condition] == []
