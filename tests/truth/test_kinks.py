"""Functions with kinks: what is true of them, in every spelling, and at random ones with known pieces."""

import random
from fractions import Fraction
from typing import Any

import pytest

import symconvex as sc

DATA: dict[str, Any] = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}

TABLE = [
    # loss                                                              wrt    answer     strict  modulus
    ("max(log(x), x - 1)",                                              "x",   "affine",  False,  None),
    ("min(exp(x), 1 + x)",                                              "x",   "affine",  False,  None),
    ("abs(x - 1) + abs(x + 1) - 2*max(0, abs(x) - 1)",                  "x",   "affine",  False,  None),
    ("abs(x - 1) + abs(x + 1) - 2.001*max(0, abs(x) - 1)",              "x",   "concave", False,  None),
    ("abs(x - 1) + abs(x + 1) - 2*max(0, abs(x) - 0.999)",              "x",   "neither", None,   None),
    ("abs(2*x) - 2*abs(x)",                                             "x",   "affine",  False,  None),
    ("Piecewise((exp(x) - 1, x < 0), (x, True))",                       "x",   "convex",  False,  None),
    ("Piecewise((1.001*(exp(x) - 1), x < 0), (x, True))",               "x",   "neither", None,   None),
    ("Piecewise((0.999*(exp(x) - 1), x < 0), (x, True))",               "x",   "convex",  False,  None),
    ("max(x**2, 2*x - 1)",                                              "x",   "convex",  True,   "2"),
    ("max(exp(x), 1 + x)",                                              "x",   "convex",  True,   None),
    ("abs(x)**(3/2)",                                                   "x",   "convex",  True,   None),
    ("-abs(x)**(3/2)",                                                  "x",   "concave", True,   None),
    ("x**2 - 0.001*abs(x)",                                             "x",   "neither", None,   None),
    ("x*(x + abs(x))/2",                                                "x",   "convex",  False,  None),
    ("x**2/2 + log(1 + abs(x))",                                        "x",   "convex",  True,   None),
    ("x**2/2 + 1.01*log(1 + abs(x))",                                   "x",   "neither", None,   None),
    ("(v*max(0, 2) - 1)**2 + (v*max(0, -3) - 1)**2",                    "v",   "convex",  True,   "8"),
    ("(x + y)**2 - relu(abs(x + y) - 1)**2",                            "x,y", "convex",  False,  None),
    ("sqrt((x - 1)**2 + y**2) + sqrt(x**2 + (y - 1)**2) + sqrt(x**2 + y**2)",  "x,y",  "convex",  True,  None),
    ("sqrt((x - 1)**2 + y**2) + sqrt((x - 2)**2 + y**2) + sqrt(x**2 + y**2)",  "x,y",  "convex",  False, None),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "answer", "strict", "modulus"), TABLE, ids=[row[0] for row in TABLE])
def test_a_function_with_kinks(loss: str, wrt: str, answer: str, strict: bool | None, modulus: str | None) -> None:
    verdict = sc.prove(loss, wrt=tuple(wrt.split(",")), where=["x > 0"] if "log(x)" in loss else [])
    assert verdict.answer == answer
    assert strict is None or verdict.strict is strict
    assert modulus is None or verdict.modulus == modulus


STRICT = [
    # loss                                                  wrt    where              answer     strict
    ("x**2 if x < 0 else x**3",                             "x",   [],                "convex",  True),
    ("x**2 if x < 0 else 2*x**3",                           "x",   ["-1 <= x < 1"],   "convex",  True),
    ("where(t < 1, (t - 1)**4, (t - 1)**2)",                "t",   [],                "convex",  True),
    ("-(x**2 if x < 0 else x**3)",                          "x",   [],                "concave", True),
    ("relu(z)**2 + relu(-z)**3",                            "z",   [],                "convex",  True),
    ("relu(x - 1)**2 + relu(2 - x)**2",                     "x",   [],                "convex",  True),
    ("relu(x - 1)**2 + relu(1 - x)**2",                     "x",   [],                "convex",  True),
    ("relu(x - 1)**2 + relu(0.5 - x)**2"  ,                 "x",   [],                "convex",  False),
    ("where(x < 0, 0, x**2)",                               "x",   [],                "convex",  False),
    ("where(t < 0, 0, t**2)",                               "t",   ["t > 0"],         "convex",  True),
    ("where(abs(x) <= 1, x**2/2, abs(x) - 1/2)",            "x",   [],                "convex",  False),
    ("where(x + y < 0, (x + y)**2, (x + y)**3)",            "x,y", [],                "convex",  False),
    ("x**2 if x < 0 else -x**3",                            "x",   [],                "neither", None),
    ("x**2 if x < 0 else x**3",                             "x",   ["abs(x) <= 1"],   "convex",  True),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "where", "answer", "strict"), STRICT, ids=[row[0] for row in STRICT])
def test_pieces_that_meet_smoothly(loss: str, wrt: str, where: list[str], answer: str, strict: bool | None) -> None:
    verdict = sc.prove(loss, wrt=tuple(wrt.split(",")), where=where)
    assert (verdict.answer, verdict.strict) == (answer, strict)
    assert all(replay.outcome == "accepted" for replay in sc.verify(verdict.certificate).values())


LOSSES = [
    # loss                                                          sets                       strict  strict_when
    ("sum(relu(1 - y*(X@w)))",                                      {"y": "sign"},             False,  None),
    ("sum(abs(X@w - y))",                                           {},                        False,  None),
    ("sum((X@w - y)**2)/2 + sum(abs(w))",                           {},                        None,   "rank(X) == d"),
    ("sum((X@w - y)**2 - relu(abs(X@w - y) - 1)**2)/2",             {},                        None,   None),
    ("sum(min(abs(X@w - y), 1)*(2*abs(X@w - y) - min(abs(X@w - y), 1)))/2",  {},               None,   None),
    ("norm(w)**3 + sum(relu(X@w - y))",                             {},                        True,   None),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "sets", "strict", "when"), LOSSES, ids=[row[0] for row in LOSSES])
def test_a_loss_with_kinks_for_all_data(loss: str, sets: dict[str, str], strict: bool | None, when: str | None) -> None:
    verdict = sc.prove(loss, wrt=("w",), shapes=DATA, sets=sets)
    assert verdict.answer == "convex"
    assert verdict.strict_when == when
    assert strict is None or verdict.strict is strict


CONDITIONS = [
    # loss                              wrt    data   condition
    ("a*abs(x)",                        "x",   "a",   "a >= 0"),
    ("a*max(x, y)",                     "x,y", "a",   "a >= 0"),
    ("abs(x) + a*x**2",                 "x",   "a",   "a >= 0"),
    ("a*abs(x) + b*abs(x - 1)",         "x",   "a,b", "(a >= 0) & (b >= 0)"),
    ("a*relu(x) + b*relu(-x)",          "x",   "a,b", "a + b >= 0"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "data", "condition"), CONDITIONS, ids=[row[0] for row in CONDITIONS])
def test_corners_are_convex_exactly_when(loss: str, wrt: str, data: str, condition: str) -> None:
    verdict = sc.prove(loss, wrt=tuple(wrt.split(",")), shapes=dict.fromkeys(data.split(","), ()))
    assert verdict.condition == condition


SEED, RANDOM = 11, 24


def random_function(draw: random.Random) -> tuple[str, str]:
    """A sum of corners and squared corners with its truth, by the jumps and the second derivatives of its pieces."""
    places = sorted(draw.sample(range(-4, 5), 3))
    jumps = [Fraction(draw.choice((1, 2, 3, 0)) * draw.choice((1, 1, 1, -1))) for _ in places]
    bends = [Fraction(draw.choice((1, 2, 0))) for _ in range(4)]
    if draw.random() < 0.4:
        bends[draw.randrange(4)] -= Fraction(1, 1000) + draw.choice((0, 2))
    parts = [f"({bends[0] / 2})*x**2"]
    for place, jump, before, after in zip(places, jumps, bends, bends[1:], strict=False):
        at = f"(x - ({place}))"
        corner = f"({jump / 2})*(abs{at} + {at})" if draw.random() < 0.5 else f"({jump})*max({at}, 0)"
        parts += [corner, f"({(after - before) / 2})*relu{at}**2"]
    draw.shuffle(parts)
    values = [*jumps, *bends]
    up, down = any(v > 0 for v in values), any(v < 0 for v in values)
    return " + ".join(parts), {(True, True): "neither", (True, False): "convex", (False, True): "concave"}.get(
        (up, down), "affine"
    )


def test_random_functions_with_known_pieces() -> None:
    draw, decided = random.Random(SEED), 0  # noqa: S311  (a search, no secret)
    for _ in range(RANDOM):
        text, truth = random_function(draw)
        answer = sc.prove(text, wrt="x").answer
        assert answer in (truth, "undecided"), text
        decided += answer == truth
    assert decided >= RANDOM - 2
