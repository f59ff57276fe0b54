"""No theorem is about nothing: an empty domain is an error that names the conditions, and a domain with room is none."""

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

import pytest

from symconvex.api import prove
from symconvex.errors import LossError, NotYet
from symconvex.language import state
from symconvex.search.domain import check_domain

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


UNDEFINED = [
    # id                 loss                       where                  what is told
    ("no domain",        "sqrt(x)",                 [],                    "not shown to be defined everywhere: state a domain, such as x > 0"),
    ("the edge",         "log(x)",                  ["x >= 0"],            "not shown to be defined where x = 0: state x > 0"),
    ("of a product",     "x*log(x)",                ["x >= 0"],            "not shown to be defined where x = 0: state x > 0"),
    ("of a power",       "x**-1.5",                 ["x >= 0", "x <= 1"],  "not shown to be defined where x = 0: state x > 0"),
    ("two edges",        "log(x) + log(1 - x)",     ["x >= 0", "x <= 1"],  "where x = 0 or 1 - x = 0: state x > 0 and 1 - x > 0"),
    ("another domain",   "sqrt(x)",                 ["x < 1"],             "not shown to be defined on all of its domain: state a smaller one"),
    ("beyond the edge",  "sqrt(x)",                 ["x >= -1"],           "not shown to be defined on all of its domain: state a smaller one"),
]  # fmt: skip


@pytest.mark.parametrize("row", UNDEFINED, ids=[row[0] for row in UNDEFINED])
def test_where_the_loss_may_not_be_defined_is_told_of_the_domain_that_was_given(row: tuple) -> None:
    _, loss, where, told = row
    verdict = prove(loss, wrt="x", where=where)
    assert verdict.answer == "undecided"
    assert told in verdict.tried[0]


def test_a_root_is_defined_at_the_edge() -> None:
    assert prove("sqrt(x)", wrt="x", where=["x >= 0"]).answer == "concave"
    assert prove("x**1.5", wrt="x", where=["x >= 0", "x <= 1"]).answer == "convex"


def test_what_is_told_to_state_is_enough() -> None:
    assert prove("x*log(x)", wrt="x", where=["x > 0"]).answer == "convex"
    assert prove("log(x) + sqrt(1 - x)", wrt="x", where=["x > 0", "x < 1"]).answer == "concave"


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
            check_domain(problem)
            answer = True
        except LossError:
            answer = False
        except NotYet as fault:
            pytest.fail(f"{fault} for {rows}")
        assert answer == has_point(rows), rows
        empty, full = empty + (not answer), full + answer
    assert min(empty, full) >= 10
