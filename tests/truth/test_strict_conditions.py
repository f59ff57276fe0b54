"""Exactly when a loss with numbers among its data is strictly convex: against the answers for values of the data."""

import re
from fractions import Fraction

import pytest

from symconvex.api import prove

Row = tuple[str, str, dict[str, str], tuple[str, ...], str | None, tuple[dict[str, str], ...]]

TABLE: list[Row] = [
    # loss                          wrt      sets                 where      strictly convex iff                         values: on a boundary, beside it
    ("a*x**2",                      "x",     {},                  (),        "a > 0",                                    ({"a": "0"}, {"a": "1/9"}, {"a": "-1/9"})),
    ("a*x**2 + b*x",                "x",     {},                  (),        "a > 0",                                    ({"a": "0", "b": "1"}, {"a": "1", "b": "2"})),
    ("(h*x - y)**2 - a*x**2",       "x",     {},                  (),        "h**2 - a > 0",                             ({"h": "2", "y": "1", "a": "4"}, {"h": "2", "y": "1", "a": "3"})),
    ("exp(a*x)",                    "x",     {},                  (),        "a != 0",                                   ({"a": "0"}, {"a": "-1/9"})),
    ("exp(a*x) + exp(b*x)",         "x",     {},                  (),        "(b != 0) | (a != 0)",                      ({"a": "0", "b": "0"}, {"a": "0", "b": "1"}, {"a": "1", "b": "0"})),
    ("exp(a*x) + exp(x)",           "x",     {},                  (),        "True",                                     ({"a": "0"},)),
    ("log(1 + exp(a*x))",           "x",     {},                  (),        "a != 0",                                   ({"a": "0"}, {"a": "2"})),
    ("(a*x - b)**2",                "x",     {},                  (),        "a != 0",                                   ({"a": "0", "b": "3"}, {"a": "2", "b": "3"})),
    ("a*x**2",                      "x",     {"a": "nonnegative"}, (),       "a != 0",                                   ({"a": "0"}, {"a": "2"})),
    ("(a*x - b)**2 + c*x**2",       "x",     {"c": "nonnegative"}, (),       "(a != 0) | (c != 0)",                      ({"a": "0", "b": "1", "c": "0"}, {"a": "0", "b": "1", "c": "1"})),
    ("exp(x) + a*x**2",             "x",     {},                  (),        "a >= 0",                                   ({"a": "0"}, {"a": "-1/9"})),
    ("x**2 + a*sin(x)",             "x",     {},                  (),        "(a >= -2) & (a <= 2)",                     ({"a": "2"}, {"a": "-2"}, {"a": "9/4"})),
    ("x**4 + a*x**2",               "x",     {},                  (),        "a >= 0",                                   ({"a": "0"}, {"a": "-1/9"})),
    ("x**4 + a*x**3 + b*x**2",      "x",     {},                  (),        "8*b - 3*a**2 >= 0",                        ({"a": "4", "b": "6"}, {"a": "4", "b": "5"})),
    ("a*x**4",                      "x",     {},                  (),        "a > 0",                                    ({"a": "0"}, {"a": "1/9"})),
    ("a*x**4 + b*x**2",             "x",     {},                  (),        "(b >= 0) & (a >= 0) & ((b > 0) | (a > 0))", ({"a": "0", "b": "0"}, {"a": "0", "b": "1"}, {"a": "1", "b": "0"})),
    ("a*exp(x) + b*exp(-x)",        "x",     {},                  (),        "(b >= 0) & (a >= 0) & ((b > 0) | (a > 0))", ({"a": "0", "b": "1"}, {"a": "1", "b": "-1"})),
    ("log(cosh(x)) - a*x**2",       "x",     {},                  (),        "a <= 0",                                   ({"a": "0"}, {"a": "1/9"})),
    ("p/x + q*x**2",                "x",     {},                  ("x > 0",), "(p >= 0) & (q >= 0) & ((p > 0) | (q > 0))", ({"p": "1", "q": "0"}, {"p": "1", "q": "-1"})),
    ("a*x**2 + b*x*y + c*y**2",     "x, y",  {},                  (),        "(a > 0) & (4*a*c - b**2 > 0)",             ({"a": "1", "b": "2", "c": "1"}, {"a": "1", "b": "1", "c": "1"}, {"a": "0", "b": "0", "c": "1"})),
    ("a*(x - y)**2",                "x, y",  {},                  (),        "False",                                    ({"a": "1"},)),
    ("a*x**2 + y**2",               "x, y",  {},                  (),        "a > 0",                                    ({"a": "0"}, {"a": "1/9"})),
    ("(a*x + b*y)**2 - c*x**2",     "x, y",  {},                  (),        "(a**2 - c > 0) & (b**2*c < 0)",            ({"a": "1", "b": "1", "c": "-1"}, {"a": "1", "b": "1", "c": "0"}, {"a": "1", "b": "0", "c": "-1"})),
    ("a*x**2 + b*y**2 + c*z**2",    "x, y, z", {},                (),        "(a > 0) & (b > 0) & (c > 0)",              ({"a": "1", "b": "0", "c": "1"}, {"a": "1", "b": "2", "c": "1"})),
    ("x**2 + y**2 + z**2 + a*x*y + b*y*z", "x, y, z", {},         (),        "a**2 + b**2 < 4",                          ({"a": "0", "b": "2"}, {"a": "1", "b": "1"})),
    # concave where convex is out of the question
    ("-exp(x) + a*x**2",            "x",     {},                  (),        "a <= 0",                                   ({"a": "0"},)),
    # not decided: nothing is said
    ("x**2 + a*x**3",               "x",     {},                  ("x >= -1", "x <= 1"), None,                           ()),
    ("x**2 + y**2 + a*cos(x + y)",  "x, y",  {},                  (),        None,                                       ()),
]  # fmt: skip


def said(loss: str, wrt: str, sets: dict[str, str], where: tuple[str, ...]) -> str | None:
    """The exact condition; True and False where it does not depend on the data."""
    verdict = prove(loss, wrt=wrt, sets=sets, where=where, budget=60)
    return verdict.strict_when if verdict.strict is None else str(verdict.strict)


@pytest.mark.parametrize("row", TABLE, ids=[f"{row[0]} {' '.join(row[2])}" for row in TABLE])
def test_a_condition_for_strictness_is_that_of_values(row: Row) -> None:
    loss, wrt, sets, where, condition, values = row
    assert said(loss, wrt, sets, where) == condition
    for numbers in values:
        plain = re.sub(r"\b[a-z]\b", lambda name: f"({numbers[name[0]]})" if name[0] in numbers else name[0], loss)  # noqa: B023
        holds = eval(str(condition), {"__builtins__": {}}, {k: Fraction(v) for k, v in numbers.items()})  # noqa: S307
        verdict = prove(plain, wrt=wrt, where=where, budget=60)
        way = "concave" if loss.startswith("-") else "convex"
        assert (verdict.answer == way and verdict.strict is True) is bool(holds), (numbers, verdict)
        assert verdict.strict is not None or verdict.answer != way, (numbers, verdict)
