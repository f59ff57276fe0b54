"""Where composition ends, in words; and a domain that helps, decided on it."""

import re

import pytest

import symconvex as sc
from symconvex.advice import advice
from symconvex.language.state import state
from symconvex.search.obstacle import obstacle

DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}

ENDS = [
    # loss                              wrt      side   part                    words
    ("exp(-abs(x))",                    "x",     1,     "-abs(x)",              "exp is convex and increasing"),
    ("x*y + x**2",                      "x, y",  1,     "x*y",                  "product of two factors"),
    ("x/y",                             "x, y",  1,     "x/y",                  "quotient of two parts"),
    ("min(x**2, 1)",                    "x",     1,     "min(x**2, 1)",         "min is concave"),
    ("max(x, 1)",                       "x",     -1,    "max(x, 1)",            "max is convex"),
    ("(x*y - 1)**2",                    "x, y",  1,     "x*y - 1",              "would have to be affine"),
    ("(abs(x) - 1)**2",                 "x",     1,     "abs(x) - 1",           "falls for z < 0"),
    ("log(1 + x**2)",                   "x",     1,     "log(1 + x**2)",        "log is concave"),
    ("1/(1 + x**2)",                    "x",     1,     "1 + x**2",             "would have to be concave"),
    ("x**3 + abs(x)",                   "x",     1,     "x",                    "not seen to be >= 0"),
    ("a*x**2",                          "x",     1,     "a",                    "sign of the factor"),
    ("3*sin(x) + x**2",                 "x",     1,     "sin(x)",               "neither convex nor concave"),
    ("-x**2 + y",                       "x, y",  1,     "x**2",                 "the power is convex where a concave part is needed"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "side", "part", "words"), ENDS, ids=[row[0] for row in ENDS])
def test_the_smallest_part_in_the_way_is_named_as_it_was_typed(
    loss: str, wrt: str, side: int, part: str, words: str
) -> None:
    found = obstacle(state(loss, wrt=wrt, shapes={}), side)
    assert found is not None
    assert words in found.reason
    assert re.search(rf"(?<![\w(]){re.escape(part)}(?!\w)", found.reason), found.reason


BY_PARTS = ["x**2 + abs(x)", "exp(x) + max(x, y, 1)", "-log(x) + 1/x", "sum(log(1 + exp(-y*(X@w))))", "tanh(x) + x**2"]


@pytest.mark.parametrize("loss", BY_PARTS)
def test_nothing_is_in_the_way_of_what_is_convex_by_its_parts(loss: str) -> None:
    if "@" in loss:
        problem = state(loss, wrt="w", shapes=DATA)
    else:
        names = ", ".join(name for name in "xy" if re.search(rf"\b{name}\b", loss))
        problem = state(loss, wrt=names, shapes={}, where=["x > 0"] if "log(x)" in loss else [])
    assert obstacle(problem) is None


INSTEAD = [
    # loss                  where it is convex
    ("x**3",                "x >= 0"),
    ("exp(-x**2)",          "x >= 3/4"),
    ("log(1 + x**2)",       "-1 <= x <= 1"),
    ("x*log(x) - x**2",     "x <= 1/2"),
    ("1/(1 + exp(-x))",     "x <= 0"),
    ("x**4 - x**2",         "x >= 1/2"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "where"), INSTEAD, ids=[row[0] for row in INSTEAD])
def test_a_domain_on_which_the_loss_is_convex_is_named_and_holds(loss: str, where: str) -> None:
    said = advice(sc.prove(loss, wrt="x"), budget=60).instead
    asked = [re.findall(r'"(.*?)"', line) for line in said]
    assert all(line.startswith("convex for example where ") for line in said)
    assert [stated[-1] for stated in asked] == [where]
    assert sc.prove(loss, wrt="x", where=asked[0]).answer == "convex"


@pytest.mark.parametrize("loss", ["-x**2", "sin(x) - x**2", "x**2"])
def test_nothing_is_named_where_there_is_nothing(loss: str) -> None:
    assert advice(sc.prove(loss, wrt="x"), budget=60).instead == ()
