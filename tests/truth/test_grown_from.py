"""The questions that the project grew from, and a neighbour of each: the truth is known by hand, not by the program."""

from typing import Any

import pytest
from support.deciding import NOBODY_WAITS, unhurried
from support.stored import QUESTIONS

from symconvex.asking.answered import ask
from symconvex.language import state
from symconvex.surveying.lines import Asked

POOL = {"A": ("m", "n"), "a": ("m",), "B": ("m", "n"), "b": ("m",), "x": ("n",)}
NET = {"v": ("k",), "U": ("k", "h"), "W": ("h", "d"), "a": ("h",), "b": ("k",), "x": ("d",)}

TRUTHS = [
    # question                          what is answered
    ("convolution-scalar",              "neither"),
    ("convolution-filter",              "convex"),
    ("convolution-signal",              "convex"),
    ("convolution-both",                "neither"),
    ("product-energy",                  "convex in each block: yes; convex in A: yes; convex in x: yes; jointly convex: no"),
    ("product-residual",                "convex in each block: yes; convex in A: yes; convex in x: yes; jointly convex: no"),
    ("max-pooling",                     "convex"),
    ("max-pooling-squared",             "depends"),  # where both terms are negative the square falls
    ("range-least-squares",             "depends"),  # at x = P[i] with r[i] > 0 there is a peak, with r <= 0 none
    ("ar1",                             "convex"),
    ("ar1-conditional",                 "convex"),
    ("ma1-conditional",                 "depends"),  # of y = 0 it is constant
    ("logistic-function",               "neither"),
    ("logistic-function-log-concave",   "log-concave: yes"),
    ("logistic-negative-log",           "convex"),
    ("input-convex-network",            "convex"),
    ("input-convex-network-weights",    "neither"),
    ("cross-entropy",                   "convex"),
    ("product-of-two",                  "convex in each block: yes; convex in x: yes; convex in y: yes; jointly convex: no"),
    ("product-of-two-quasiconcave",     "quasiconvex: no; quasiconcave: yes"),
]  # fmt: skip

NEIGHBOURS = [
    # neighbour                     loss                                                           wrt     declared                                                                       answer
    ("a filter in a disc",          "(h*x)**2 + h**2 + x**2",                                      "h,x",  {"where": ["h**2 + x**2 < 1"]},                                                "convex"),
    ("the same with a target",      "(h*x - 2)**2 + h**2 + x**2",                                  "h,x",  {},                                                                            "neither"),
    ("energy of a known matrix",    "sum((A@x)**2)",                                               "x",    {"shapes": {"A": ("m", "n"), "x": ("n",)}},                                    "convex"),
    ("pooling of nonnegatives",     "sum(max(A@x + a, B@x + b, 0)**2)",                            "x",    {"shapes": POOL},                                                              "convex"),
    ("the least of two",            "sum(min(A@x + a, B@x + b))",                                  "x",    {"shapes": POOL},                                                              "concave"),
    ("ranges not squared",          "sum(norm(P - x, axis=1) - r)",                                "x",    {"shapes": {"P": ("n", "d"), "x": ("d",), "r": ("n",)}},                       "convex"),
    ("AR(1), the log turned",       "y**2*(1 - phi**2) + log(1 - phi**2)",                         "phi",  {"where": ["-1 < phi < 1"]},                                                   "concave"),
    ("a logistic negative log",     "log(1/(1 + exp(-x)))",                                        "x",    {},                                                                            "concave"),
    ("a negative later weight",     "v@relu(U@relu(W@x + a) + b)",                                 "x",    {"shapes": NET, "sets": {"v": "nonnegative"}},                                 "depends"),
    ("its last weights alone",      "v@relu(U@relu(W@x + a) + b)",                                 "v",    {"shapes": NET},                                                               "affine"),
    ("a label of both signs",       "-sum(y*log(1/(1 + exp(-X@w))))",                              "w",    {"shapes": {"X": ("n", "d"), "w": ("d",), "y": ("n",)}},                       "depends"),
    ("a product on the quadrant",   "-sqrt(x*y)",                                                  "x,y",  {"where": ["x > 0", "y > 0"]},                                                 "convex"),
]  # fmt: skip


def answered(line: Asked) -> str:
    """The verdict, or the replies to a question of its own."""
    if line.ask is None:
        return unhurried(line.problem()).answer
    return "; ".join(reply.text for reply in ask(line.problem(), line.ask, budget=NOBODY_WAITS).replies)


def test_every_question_has_its_truth() -> None:
    assert [name for name, _ in TRUTHS] == [*QUESTIONS]


@pytest.mark.parametrize(("name", "truth"), TRUTHS, ids=[row[0] for row in TRUTHS])
def test_a_question_is_answered_by_the_truth(name: str, truth: str) -> None:
    assert answered(QUESTIONS[name]) == truth


@pytest.mark.parametrize(
    ("loss", "wrt", "declared", "answer"), [row[1:] for row in NEIGHBOURS], ids=[row[0] for row in NEIGHBOURS]
)
def test_a_neighbour_is_told_apart(loss: str, wrt: str, declared: dict[str, Any], answer: str) -> None:
    assert unhurried(state(loss, wrt=wrt, **{"shapes": {}, **declared})).answer == answer
