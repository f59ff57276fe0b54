"""No theorem is about nothing: an empty domain is an error that names the conditions, and a domain with room is none."""

import random
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations

import pytest

from symconvex.api import prove
from symconvex.errors import LossError, NotYet
from symconvex.kernel.check import Accepted, check
from symconvex.language import state
from symconvex.search.defined import NATURAL as NOTE
from symconvex.search.defined import defined
from symconvex.search.domain import checked, texts_of
from symconvex.search.portfolio import is_defined

W, A = {"w": ("d",)}, {"a": ()}
EMPTY = [
    # id                        where                                  shapes                       sets                   named
    ("both signs",              ["x > 0", "x < 0"],                    {},                          {},                    ("x > 0", "-x > 0")),
    ("beside a third",          ["x > 0", "y > 0", "x < 0"],           {},                          {},                    ("x > 0", "-x > 0")),
    ("three together",          ["x + y > 1", "x < 0", "y < 0"],       {},                          {},                    ("x + y - 1 > 0", "-x > 0", "-y > 0")),
    ("closed ones",             ["x >= 0", "x <= -1"],                 {},                          {},                    ("x >= 0", "-1 - x >= 0")),
    ("open against closed",     ["x > 0", "x <= 0"],                   {},                          {},                    ("x > 0", "-x >= 0")),
    ("a point is flat",         ["x >= 0", "x <= 0"],                  {},                          {},                    ("flat", "x >= 0", "-x >= 0")),
    ("around data",             ["x > a", "x < a"],                    A,                           {},                    ("x - a > 0", "a - x > 0")),
    ("the set of data",         ["x > 0", "x < -a"],                   A,                           {"a": "nonnegative"},  ("x > 0", "-a - x > 0")),
    ("a square of data",        ["x > a**2", "x < -1"],                A,                           {},                    ("x - a**2 > 0", "-1 - x > 0")),
    ("arrays",                  ["w > 0", "w < 0"],                    W,                           {},                    ("w > 0", "-w > 0")),
    ("an array and its sum",    ["w > 0", "sum(w) < 0"],               W,                           {},                    ("w > 0", "-sum(w) > 0")),
    ("a size",                  ["w > 1", "sum(w) < 1"],               W,                           {},                    ("w - 1 > 0", "1 - sum(w) > 0")),
    ("rows of data",            ["X@w > 0", "sum(X@w) < -1"],          {**W, "X": ("n", "d")},      {},                    ("X @ w > 0", "-1 - sum(X @ w) > 0")),
    ("the set of a parameter",  ["x < 0"],                             {},                          {"x": "positive"},     ("x > 0", "-x > 0")),
]  # fmt: skip


@pytest.mark.parametrize("row", EMPTY, ids=[row[0] for row in EMPTY])
def test_conditions_that_contradict_each_other_are_named(row: tuple) -> None:
    _, where, shapes, sets, named = row
    wrt = "w" if "w" in shapes else "x, y" if any("y" in text for text in where) else "x"
    loss = "sum(w**3)" if wrt == "w" else "x**3 + y**3" if wrt == "x, y" else "x**3"
    with pytest.raises(LossError) as fault:
        prove(loss, wrt=wrt, shapes=shapes, sets=sets, where=where)
    assert all(text in f"{fault.value.what} {fault.value.where}" for text in named)
    assert fault.value.where.count(">") == sum(">" in text for text in named)


@pytest.mark.parametrize(("value", "empty"), [(3, True), (0, True), (-1, False)])
def test_a_domain_that_depends_on_data_is_asked_at_the_given_data(value: int, empty: bool) -> None:
    asked = {"wrt": "x", "shapes": A, "where": ["x > 0", "x < -a"]}
    if empty:
        with pytest.raises(LossError, match="empty"):
            prove("x**3", **asked, values={"a": value})
    else:
        assert prove("x**3", **asked, values={"a": value}).answer == "convex"


def test_rows_that_contradict_each_other_are_seen_at_given_data() -> None:
    asked = {"wrt": "w", "shapes": {**W, "X": ("n", "d")}, "where": ["X@w > 0"]}
    with pytest.raises(LossError, match="empty"):
        prove("sum(w**2)", **asked, values={"X": [[1, 0], [-1, 0]]})
    assert prove("sum(w**2)", **asked, values={"X": [[1, 0], [1, 1]]}).answer == "convex"


NATURAL = [
    # id                     loss                                                wrt        domain
    ("a logarithm",          "x*log(x)",                                         "x",       ["x > 0"]),
    ("a root",               "sqrt(x)",                                          "x",       ["x > 0"]),
    ("an arc",               "asin(x)",                                          "x",       ["1 + x > 0", "1 - x > 0"]),
    ("an inverse tanh",      "atanh(x)",                                         "x",       ["1 + x > 0", "1 - x > 0"]),
    ("a broken power",       "x**1.5",                                           "x",       ["x > 0"]),
    ("an interval",          "log(1 - x**2)",                                    "x",       ["x + 1 > 0", "1 - x > 0"]),
    ("irrational ends",      "log(2 - x**2)",                                    "x",       ["2 - x**2 > 0"]),
    ("a quotient",           "log(x/(1 - x))",                                   "x",       ["x > 0", "1 - x > 0"]),
    ("a cube",               "log(x**3)",                                        "x",       ["x > 0"]),
    ("twice a logarithm",    "log(log(x))",                                      "x",       ["x - 1 > 0"]),
    ("an exponential",       "log(exp(x) - 1)",                                  "x",       ["x > 0"]),
    ("shifted",              "log1p(x)",                                         "x",       ["1 + x > 0"]),
    ("a pole at the edge",   "1/x + log(x)",                                     "x",       ["x > 0"]),
    ("a half-plane",         "log(x - y)",                                       "x, y",    ["x - y > 0"]),
    ("a ball",               "-log(1 - x**2 - y**2)",                            "x, y",    ["1 - x**2 - y**2 > 0"]),
    ("a triangle",           "x*log(x) + y*log(y) + (1 - x - y)*log(1 - x - y)", "x, y",    ["x > 0", "y > 0", "1 - x - y > 0"]),
]  # fmt: skip


@pytest.mark.parametrize("row", NATURAL, ids=[row[0] for row in NATURAL])
def test_the_natural_domain_is_taken_where_none_was_stated_and_said(row: tuple) -> None:
    _, loss, wrt, domain = row
    problem = checked(defined(state(loss, wrt=wrt, shapes={})))
    assert texts_of(problem) == domain
    assert problem.notes == (NOTE,)


def test_a_root_is_defined_at_the_edge() -> None:
    assert prove("sqrt(x)", wrt="x", where=["x >= 0"]).answer == "concave"
    assert prove("x**1.5", wrt="x", where=["x >= 0", "x <= 1"]).answer == "convex"


def test_the_natural_domain_of_arrays_is_taken_entry_by_entry() -> None:
    verdict = prove("c@x - sum(log(b - A@x))", wrt="x", shapes={"A": ("m", "n"), "x": ("n",), "b": ("m",), "c": ("n",)})
    assert (verdict.answer, verdict.strict_when) == ("convex", "rank(A) == n")
    assert "> 0 for every r in range(m); where some point meets this strictly" in verdict.setting
    assert verdict.problem.notes == (NOTE,)


def test_a_set_of_a_parameter_is_a_condition() -> None:
    shapes, loss = {"w": ("d",)}, "sum(w*log(w))"
    told = [
        prove(loss, wrt="w", shapes=shapes, sets={"w": "positive"}),
        prove(loss, wrt="w", shapes=shapes, where=["w > 0"]),
    ]
    assert told[0].setting == told[1].setting
    assert {verdict.answer for verdict in told} == {"convex"}


REFUSED = [
    # id                      loss                where                            what                                    told
    ("two half-planes",       "x**2/y",           [],                              "defined on a set that is not convex",  ['"y > 0" or --where "y < 0"']),
    ("both sides of 0",       "coth(x)",          [],                              "defined on a set that is not convex",  ['"x > 0"', '"x < 0"']),
    ("a pole of tan",         "tan(x)",           ["x > 0"],                       "not a real number on all of its domain", []),
    ("four quadrants",        "1/(x*y)",          [],                              "defined on a set that is not convex",  ['--where "x > 0"', '--where "y < 0"']),
    ("two quadrants",         "log(x*y)",         [],                              "defined on a set that is not convex",  ['"y > 0" --where "x > 0" or', '"y < 0" --where "x < 0"']),
    ("two half-lines",        "log(x**2 - 1)",    [],                              "defined on a set that is not convex",  ['"x < -1" or --where "x > 1"']),
    ("but one point",         "log(x**2)",        [],                              "defined on a set that is not convex",  ['"x < 0" or --where "x > 0"']),
    ("beside a pole",         "1/log(x)",         [],                              "defined on a set that is not convex",  ['"x - 1 > 0" or --where "x > 0" --where "x - 1 < 0"']),
    ("two cones",             "log(t**4 - x**4)", [],                              "defined on a set that is not convex",  ['"t - x > 0" --where "t + x > 0"']),
    ("two definite cones",    "log(a*c - b**2)",  [],                              "defined on a set that is not convex",  ['"a > 0" --where "a*c - b**2 > 0"']),
    ("nowhere",               "log(-1 - x**2)",   [],                              "no real number for any values",        ["check its sign"]),
    ("two at once",           "log(x) + log(-x)", [],                              "the domain is empty",                  []),
    ("not on this interval",  "log(x - 5)",       ["0 < x < 1"],                   "not a real number on all of its",      ['--where "x - 5 > 0"']),
    ("not on all of it",      "sqrt(x)",          ["x >= -1"],                     "not a real number on all of its",      ['--where "x > 0"']),
    ("a pole inside",         "1/x",              ["-1 < x < 1"],                  "not a real number on all of its",      ['--where "x > 0"']),
    ("outside an interval",   "x**2",             ["x**2 > 1"],                    "the domain is not convex",             ["one convex part"]),
    ("a hyperbola, two arms", "x**2 + y**2",      ["x*y > 1"],                     "the domain is not convex",             ["one convex part"]),
    ("two intervals",         "x**2",             ["1 - (x**2 - 4)**2 > 0"],       "the domain is not convex",             ["one convex part"]),
    ("above a cube",          "x**2 + y**2",      ["y > x**3"],                    "the domain is not convex",             ["one convex part"]),
    ("outside a ball",        "x**2 + y**2",      ["x > -9", "x**2 + y**2 > 1"],   "the domain is not convex",             ["one convex part"]),
    ("a negative square",     "x**2",             ["x**2 < -1"],                   "the domain is empty",                  []),
    ("two balls apart",       "x**2 + y**2",      ["x**2 + y**2 < 1", "x**2 + y**2 > 2"], "the domain is empty",           []),
    ("a parabola",            "x**2 + y**2",      ["y == x**2 + y**3"],            "this equation is not understood",      ["leave it out"]),
]  # fmt: skip


@pytest.mark.parametrize("row", REFUSED, ids=[row[0] for row in REFUSED])
def test_a_domain_that_is_no_convex_set_is_an_error_that_says_what_to_write(row: tuple) -> None:
    _, loss, where, what, told = row
    wrt = [name for name in ("t", "a", "b", "c", "x", "y") if re.search(rf"\b{name}\b", " ".join([loss, *where]))]
    with pytest.raises((LossError, NotYet)) as fault:
        prove(loss, wrt=wrt, where=where, budget=2)
    assert what in fault.value.what
    assert all(text in fault.value.hint for text in told)


TORN = [
    # loss                      wrt       torn
    ("1/(x - 3)**2",            "x",      True),
    ("1/(x**2 - 2)**2",         "x",      True),
    ("log(x**2 - 2)",           "x",      True),
    ("1/(1 - x**2 - y**2)",     "x, y",   True),
    ("1/(x**2 + y**2)",         "x, y",   True),
    ("1/(exp(x) - 2)",          "x",      True),
    ("1/abs(x)",                "x",      True),
    ("tan(x)",                  "x",      True),
    ("csc(x)",                  "x",      True),
    ("(w@A@w)/(w@w)",           "w",      True),
    ("sum(1/w)",                "w",      True),
    ("log(x) + 1/(x - 3)",      "x",      True),
    ("log(x) + 1/(x + 3)",      "x",      False),
    ("log(2 - x**2) + 1/(x - 3/2)", "x",  False),
    ("tan(atan(x))",            "x",      False),
    ("tan(tanh(x))",            "x",      False),
    ("sec(sin(x))",             "x",      False),
    ("1/(cosh(x) + cos(x))",    "x",      False),
    ("1/(sqrt(1 + x**2) - x)",  "x",      False),
    ("1/(softplus(x) - x)",     "x",      False),
    ("1/(softplus(x) - relu(x))", "x",    False),
    ("log((softplus(x) - x)*exp(x))", "x", False),
    ("1/(logsumexp(w) - w[0])", "w",      False),
    ("1/(w@w - sum(w) + d)",    "w",      False),
    ("1/(x - abs(x))",          "x",      False),
    ("1/(x**4 + x + 5)",        "x",      False),
    ("1/(x**6 - x**3 + 1)",     "x",      False),
    ("1/max(x, 1 - x)",         "x",      False),
]  # fmt: skip
BOTH = {"w": ("d",), "A": ("d", "d")}


def torn(loss: str, wrt: str, where: list[str]) -> LossError | None:
    """The error of a formula whose natural domain falls apart."""
    shapes = {name: shape for name, shape in BOTH.items() if re.search(rf"\b{name}\b", loss)} if wrt == "w" else {}
    try:
        checked(defined(state(loss, wrt=wrt, shapes=shapes, where=where)))
    except LossError as fault:
        return fault
    return None


@pytest.mark.parametrize(("loss", "wrt", "apart"), TORN, ids=[row[0] for row in TORN])
def test_that_a_natural_domain_falls_apart_is_said_where_points_show_it(loss: str, wrt: str, apart: bool) -> None:
    fault = torn(loss, wrt, [])
    assert (fault is not None) == apart
    if fault is not None:
        assert "defined on a set that is not convex" in fault.what
        assert " at " in fault.got
        for hint in fault.hint.split(" or "):
            where = re.findall(r'--where "([^"]*)"', hint)
            assert not where or torn(loss, wrt, where) is None


@pytest.mark.parametrize("row", [row for row in REFUSED if "--where" in "".join(row[4])], ids=lambda row: row[0])
def test_what_is_to_be_written_is_accepted(row: tuple) -> None:
    """Every part that an error names is a convex set on which the formula is defined."""
    _, loss, where, *_ = row
    wrt = ", ".join(name for name in "tabcxy" if re.search(rf"\b{name}\b", loss))
    fault = torn(loss, wrt, where)
    assert fault is not None
    for hint in fault.hint.split(" or "):
        assert torn(loss, wrt, re.findall(r'--where "([^"]*)"', hint)) is None


def test_for_which_data_a_domain_falls_apart_is_said() -> None:
    fault = torn("1/(a**2 + x**2)", "x", [])
    assert fault is not None
    assert "for some values of the data" in fault.what
    assert fault.got.endswith("for a = 0")
    assert defined(state("1/(1 + a**2 + x**2)", wrt="x", shapes={})).positive == ()


def test_the_place_of_what_is_not_defined_is_shown() -> None:
    with pytest.raises(LossError) as fault:
        prove("x + log(x - 5)", wrt="x", where=["x < 3"])
    assert fault.value.where == "x + log(x - 5)\n" + " " * 8 + "^^^^^"
    assert "x - 5 < 0 at x = " in fault.value.got


CURVED = [
    # id                     wrt                  where
    ("a disc",               "x, y",              ["1 - x**2 - y**2 > 0"]),
    ("a closed disc",        "x, y",              ["2*x**2 + 2*y**2 <= 1"]),
    ("an ellipse",           "x, y",              ["x**2 + x*y + y**2 < 1"]),
    ("a norm",               "x, y",              ["sqrt(x**2 + y**2) < 1"]),
    ("a norm in an array",   "w",                 ["norm(w) < 1"]),
    ("a cone",               "t, x, y",           ["sqrt(x**2 + y**2) < t"]),
    ("a cone by squares",    "t, x, y",           ["t > 0", "t**2 - x**2 - y**2 > 0"]),
    ("a shifted cone",       "t, x, y",           ["sqrt(x**2 + y**2) < t + 2*x + 7"]),
    ("a diamond",            "x, y",              ["abs(x) + abs(y) < 1"]),
    ("a hyperbola",          "x, y",              ["x > 0", "4*x*y > 1"]),
    ("a hyperbolic cone",    "u, v, x",           ["u > 0", "u*v - x**2 > 0"]),
    ("in the other order",   "u, v, x",           ["u*v - x**2 > 0", "u > 0"]),
    ("definite of size 3",   "a, b, c, d, g, f",  ["a > 0", "a*d - b**2 > 0", "a*d*f + 2*b*c*g - c**2*d - b**2*f - a*g**2 > 0"]),
    ("three factors",        "x, y, z",           ["x > 0", "y > 0", "x*y*z > 1"]),
    ("above an exponential", "x, y",              ["y > exp(x)"]),
    ("below a logarithm",    "x, y",              ["log(x) > y"]),
    ("a quotient",           "x, y",              ["y > 0", "x/y < 1"]),
    ("a parabola's inside",  "x, y",              ["y > 0", "x**2/y < 1"]),
    ("below a mean",         "x, y, z",           ["x > 0", "y > 0", "sqrt(x*y) > z"]),
    ("a cube on one side",   "x, y",              ["x > 0", "y > x**3"]),
    ("log-sum-exp",          "x, y",              ["exp(x) + exp(y) < 3"]),
    ("below both",           "x, y",              ["max(x, y) < 1", "min(x, y) > -1"]),
]  # fmt: skip


@pytest.mark.parametrize("row", CURVED, ids=[row[0] for row in CURVED])
def test_a_curved_domain_is_shown_convex_by_the_kernel(row: tuple) -> None:
    _, wrt, where = row
    shapes = {"w": ("d",)} if wrt == "w" else {}
    loss = "sum(w**2)" if wrt == "w" else " + ".join(f"{name}**2" for name in wrt.split(", "))
    verdict = prove(loss, wrt=wrt, shapes=shapes, where=where)
    assert verdict.answer == "convex"
    assert any(isinstance(entry, dict) for entry in verdict.certificate["domain"])
    assert isinstance(check(verdict.certificate), Accepted)
    assert [str(entry) for entry in check(verdict.certificate).statement.domain]
    assert verdict.to_latex().count("paragraph{Domain.}") == 1


def test_an_edge_at_which_the_loss_is_not_defined_is_left_out_and_said() -> None:
    for loss, where in (("x*log(x)", ["x >= 0"]), ("log(x) - x", ["0 <= x <= 2"])):
        verdict = prove(loss, wrt="x", where=where)
        assert verdict.answer in ("convex", "concave")
        assert "x > 0" in verdict.domain
        assert verdict.problem.notes == ("x > 0: the loss is not shown to be defined at the edge",)
    assert prove("x**2", wrt="x", where=["x >= 0"]).domain == ("x >= 0",)


EQUATIONS = [
    # id              loss                                  wrt        where                                    left     note
    ("a simplex",     "x*log(x) + y*log(y) + z*log(z)",     "x, y, z", ["x + y + z == 1"],                      "x, y",  "z = 1 - x - y"),
    ("with signs",    "x*log(x) + y*log(y)",                "x, y",    ["x > 0", "y > 0", "2*x + y == 3"],      "x",     "y = 3 - 2*x"),
    ("a saddle",      "x**2 - y**2",                        "x, y",    ["x == 2*y"],                            "x",     "y = x/2"),
]  # fmt: skip


@pytest.mark.parametrize("row", EQUATIONS, ids=[row[0] for row in EQUATIONS])
def test_an_equation_is_solved_for_an_unknown(row: tuple) -> None:
    _, loss, wrt, where, left, note = row
    verdict = prove(loss, wrt=wrt, where=where)
    assert verdict.answer == "convex"
    assert [p.name for p in verdict.problem.parameters] == left.split(", ")
    assert verdict.problem.notes[0].startswith(note)


TWO_EQUATIONS = [
    # loss                    wrt        where                              left or what
    ("x**2 + y**2 + z**2",    "x, y, z", ["x + y == 1", "x - y == 0"],      ["z"]),
    ("x**2 - y**2 + z**2",    "x, y, z", ["x + y + z == 1", "y - z == 0"],  ["x"]),
    ("x**2 + y**2",           "x, y",    ["x + y == 1", "2*x + 2*y == 2"],  ["x"]),
    ("x**2 + y**2",           "x, y",    ["x + y == 1", "x - y == 0"],      "leave one point"),
    ("x**2 + y**2",           "x, y",    ["x + y == 1", "x + y == 2"],      "leave no point"),
]  # fmt: skip


@pytest.mark.parametrize("row", TWO_EQUATIONS, ids=[" and ".join(row[2]) for row in TWO_EQUATIONS])
def test_equations_are_solved_one_after_the_other(row: tuple) -> None:
    loss, wrt, where, left = row
    if isinstance(left, str):
        with pytest.raises(LossError, match=left):
            prove(loss, wrt=wrt, where=where)
    else:
        assert [p.name for p in prove(loss, wrt=wrt, where=where).problem.parameters] == left


DEFINED = [
    ("above its argument",    "1/(softplus(x) - x)",                           [],                                 True),
    ("above a difference",    "1/(softplus(x - y) - x + y)",                   [],                                 True),
    ("above another",         "1/(softplus(x) - y)",                           [],                                 False),
    ("above twice it",        "1/(softplus(x) - 2*x)",                         [],                                 False),
    ("a root above",          "1/(sqrt(1 + x**2) - x)",                        [],                                 True),
    ("a root above less",     "1/(sqrt(2 + x**2 + y**2) + x)",                 [],                                 True),
    ("a root at its edge",    "1/(sqrt(x**2) - x)",                            [],                                 False),
    ("a root too small",      "1/(sqrt(1 + x**2) - 2*x)",                      [],                                 False),
    ("away from a corner",    "1/abs(x)",                                      ["x > 0"],                          True),
    ("on the other side",     "1/abs(x - 1)",                                  ["x < 1"],                          True),
    ("across a corner",       "1/abs(x - 1)",                                  ["x > 0"],                          False),
    # id                      loss                                             where                               defined
    ("1/log",                 "1/log(x)",                                      ["x > 1"],                          True),
    ("1/log below one",       "1/log(x)",                                      ["0 < x < 1"],                      True),
    ("1/log across one",      "1/log(x)",                                      ["x > 1/2"],                        False),
    ("a parabola",            "log(1 - x**2)",                                 ["-1 < x < 1"],                     True),
    ("too wide",              "log(1 - x**2)",                                 ["-1 < x < 2"],                     False),
    ("a difference",          "log(y - x)",                                    ["0 < x < 1", "y > 1"],             True),
    ("a chain",               "log(z - x)",                                    ["x < y", "y < z"],                 True),
    ("a broken chain",        "log(z - x)",                                    ["x < y", "z < y"],                 False),
    ("a product",             "log(1 - x*y)",                                  ["0 < x < 1", "0 < y < 1"],         True),
    ("a large product",       "log(1 - x*y)",                                  ["0 < x < 1", "0 < y < 2"],         False),
    ("a square",              "sqrt(x**2 - x + 1)",                            [],                                 True),
    ("a square below",        "sqrt(x**2 - 3*x + 1)",                          [],                                 False),
    ("a form",                "log(x**2 + x*y + y**2 + 1)",                    [],                                 True),
    ("a saddle",              "log(x**2 + 3*x*y + y**2 + 1)",                  [],                                 False),
    ("a tangent",             "log((exp(x) - 1)/x)",                           ["x > 0"],                          True),
    ("a tangent below",       "log((exp(x) - 1)/x)",                           ["x > -1"],                         False),
    ("twice a logarithm",     "log(log(1 + exp(x)))",                          [],                                 True),
    ("a normal tail",         "log(1/2 - erf((x - 2*y)/sqrt(2))/2)",           [],                                 True),
    ("one minus a sigmoid",   "log(1 - 1/(1 + exp(-x)))",                      [],                                 True),
    ("two sigmoids",          "log(1/(1 + exp(x - y)) - 1/(1 + exp(x - z)))",  ["z - y > 0"],                      False),
    ("factors",               "log(x**4 - y**4)",                              ["x - y > 0", "x + y > 0"],         True),
    ("a minor",               "log(c)",                                        ["a > 0", "a*c - b**2 > 0"],        True),
    ("no minor",              "log(b)",                                        ["a > 0", "a*c - b**2 > 0"],        False),
]  # fmt: skip


@pytest.mark.parametrize("row", DEFINED, ids=[row[0] for row in DEFINED])
def test_definedness_is_shown_by_small_derivations(row: tuple) -> None:
    _, loss, where, expected = row
    wrt = [name for name in ("a", "b", "c", "x", "y", "z") if re.search(rf"\b{name}\b", " ".join([loss, *where]))]
    assert is_defined(state(loss, wrt=wrt, shapes={}, where=where)) == expected


def test_what_is_said_only_where_there_is_a_point_says_so() -> None:
    inside = "where some point meets this strictly"
    assert inside in prove("x**3", wrt="x", shapes=A, where=["x > 0", "x < -a"]).setting
    assert inside in prove("sum(w**2)", wrt="w", shapes=W, where=["w > 1", "sum(w) < 5"]).setting
    assert inside not in prove("x**3", wrt="x", where=["x > 0", "x < 7"]).setting
    assert inside not in prove("sum(w**3)", wrt="w", shapes=W, where=["w > 0"]).setting


# ---- random ones against a second method ----------------------------------------------------------


def random_rows(seed: int) -> list[tuple[tuple[int, int], int]]:
    """a x + b y + c > 0, whole numbers."""
    draw = random.Random(seed)  # noqa: S311  (a table, no secret)
    count, reach = draw.choice((2, 3, 4, 6)), draw.choice((1, 3, 9))
    rows = [
        ((draw.randint(-reach, reach), draw.randint(-reach, reach)), draw.randint(-reach, reach)) for _ in range(count)
    ]
    return [row for row in rows if any(row[0])]


def text_of(row: tuple[tuple[int, int], int]) -> str:
    (a, b), c = row
    return f"{a}*x + {b}*y + {c} > 0" if a and b else f"{a}*x + {c} > 0" if a else f"{b}*y + {c} > 0"


def has_point(rows: list[tuple[tuple[int, int], int]]) -> bool:
    """Is there a point strictly inside? By Helly's theorem in the plane it is enough to look at every three."""
    return all(three_meet(three) for k in (1, 2, 3) for three in combinations(rows, k))


def three_meet(rows: tuple[tuple[tuple[int, int], int], ...]) -> bool:
    """By Gordan's theorem: no weights >= 0, not all 0, make the linear parts vanish and leave a constant <= 0."""
    return not any(sum(w * c for w, (_, c) in zip(weights, rows, strict=True)) <= 0 for weights in vanishing(rows))


def vanishing(rows: tuple[tuple[tuple[int, int], int], ...]) -> Iterator[tuple[Fraction, ...]]:
    """Extreme weights >= 0 with sum_k w_k (a_k, b_k) = 0, on at most three rows."""
    match rows:
        case ((p, _), (q, _)):
            if p[0] * q[1] == p[1] * q[0] and p[0] * q[0] + p[1] * q[1] < 0:
                yield Fraction(abs(q[0]) + abs(q[1])), Fraction(abs(p[0]) + abs(p[1]))
        case ((p, _), (q, _), (r, _)):
            weights = [Fraction(u[0] * v[1] - u[1] * v[0]) for u, v in ((q, r), (r, p), (p, q))]
            if any(weights) and (all(w >= 0 for w in weights) or all(w <= 0 for w in weights)):
                yield tuple(map(abs, weights))


@pytest.mark.parametrize("start", range(0, 300, 100))
def test_random_domains_agree_with_gordan_and_helly(start: int) -> None:
    empty = full = 0
    for seed in range(start, start + 100):
        rows = random_rows(seed)
        if not rows:
            continue
        problem = state("x**2 + y**2", wrt="x, y", shapes={}, where=[text_of(row) for row in rows])
        try:
            checked(problem)
            answer = True
        except LossError:
            answer = False
        except NotYet as fault:
            pytest.fail(f"{fault} for {rows}")
        assert answer == has_point(rows), rows
        empty, full = empty + (not answer), full + answer
    assert min(empty, full) >= 10


# ---- random curved ones against sampling ----------------------------------------------------------


def random_condition(draw: random.Random) -> tuple[str, Callable[[Fraction, Fraction], Fraction]]:
    """A quadratic a x^2 + b x y + c y^2 + d x + e y + f > 0 with whole numbers."""
    a, b, c, d, e = (draw.choice((0, 0, 1, -1, -2, -3)) for _ in range(5))
    f = draw.choice((1, 2, 3, -1))
    return f"{a}*x**2 + {b}*x*y + {c}*y**2 + {d}*x + {e}*y + {f} > 0", (
        lambda x, y: a * x * x + b * x * y + c * y * y + d * x + e * y + f
    )


@pytest.mark.parametrize("start", range(0, 120, 40))
def test_random_curved_domains_that_are_accepted_hold_their_middles(start: int) -> None:
    accepted = refused = 0
    for seed in range(start, start + 40):
        draw = random.Random(seed)  # noqa: S311  (a table, no secret)
        told = [random_condition(draw) for _ in range(draw.choice((1, 2)))]
        try:
            checked(defined(state("x**2 + y**2", wrt="x, y", shapes={}, where=[text for text, _ in told])))
        except (LossError, NotYet):
            refused += 1
            continue
        accepted += 1
        places = [Fraction(draw.randint(-24, 24), 6) for _ in range(160)]
        points = [(x, y) for x, y in zip(places[::2], places[1::2], strict=True) if all(g(x, y) > 0 for _, g in told)]
        for (p, q), (r, s) in combinations(points, 2):
            assert all(g((p + r) / 2, (q + s) / 2) > 0 for _, g in told), (told, (p, q), (r, s))
    assert min(accepted, refused) >= 5
