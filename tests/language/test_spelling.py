"""The name of a symbol changes no answer: losses under the names that the program might use itself."""

import random
import re
from collections.abc import Mapping
from typing import Any

import pytest

import symconvex as sc
from symconvex.kernel.check import Accepted, check

NASTY = [
    "z",
    "u",
    "L",
    "l",
    "m",
    "M",
    "k",
    "i",
    "j",
    "p",
    "v",
    "w_",
    "x1",
    "D",
    "s",
    "t",
    "n",
    "step_",
    "a",
    "g",
    "h0",
    "r",
    "c",
    "b",
    "z1",
    "u1",
    "v_w",
    "j1",
    "i1",
    "sum_",
    "one",
    "at",
    "given",
]
ROWS = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
NET = {"X": ("n", "d"), "V": ("h", "d"), "q": ("h",), "y": ("n",)}
RENAMINGS = 6

LOSSES = [
    # id              loss                                                   wrt      shapes                                        sets
    ("logistic",      "sum(log(1 + exp(-y*(X@w))))",                         "w",     ROWS,                                         {"y": "sign"}),
    ("ridge",         "sum((X@w - y)**2)/(2*n) + lam/2*sum(w**2)",           "w",     {**ROWS, "lam": ()},                          {"lam": "positive"}),
    ("lasso",         "sum(abs(X@w - y)) + lam*sum(abs(w))",                 "w",     {**ROWS, "lam": ()},                          {"lam": "positive"}),
    ("poisson",       "sum(exp(X@w) - y*(X@w))",                             "w",     ROWS,                                         {"y": "count"}),
    ("log-cosh",      "sum(log(cosh(X@w - y)))",                             "w",     ROWS,                                         {}),
    ("pinball",       "sum(max(tau*(y - X@w), (tau - 1)*(y - X@w)))",        "w",     {**ROWS, "tau": ()},                          {"tau": "unit"}),
    ("entropy",       "x*log(x) - a*x",                                      "x",     {"x": (), "a": ()},                           {"x": "positive"}),
    ("softplus",      "sum(softplus(w)) + c*w@w",                            "w",     {"w": ("d",), "c": ()},                       {"c": "positive"}),
    ("softmax",       "sum(logsumexp(X@W.T, axis=1)) - sum(Y*(X@W.T))",      "W",     {"X": ("n", "d"), "W": ("q", "d"), "Y": ("n", "q")}, {}),
    ("concave",       "-sum(softplus(X@w))",                                 "w",     {"X": ("n", "d"), "w": ("d",)},               {}),
    ("saddle",        "x*y",                                                 "x, y",  {"x": (), "y": ()},                           {}),
    ("Brier",         "sum((sigmoid(X@w) - y)**2)",                          "w",     ROWS,                                         {"y": "binary"}),
    ("factors",       "sum((A@B - Y)**2)",                                   "A, B",  {"A": ("n", "r"), "B": ("r", "d"), "Y": ("n", "d")}, {}),
    ("network",       "sum((tanh(X@V.T)@q - y)**2)",                         "V, q",  NET,                                          {}),
    ("logistic net",  "sum(log(1 + exp(-y*(sigmoid(X@V.T)@q))))",            "V, q",  NET,                                          {"y": "sign"}),
    ("linear net",    "sum((X@V.T@q - y)**2)",                               "V, q",  NET,                                          {}),
]  # fmt: skip


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Every word of a text, every text of a collection."""
    if isinstance(value, str):
        return re.sub(r"\b[A-Za-z_]\w*\b", lambda word: names.get(word[0], word[0]), value)
    if isinstance(value, Mapping):
        return {renamed(key, names): renamed(entry, names) for key, entry in value.items()}
    return type(value)(renamed(entry, names) for entry in value) if isinstance(value, tuple | list) else value


def facts(verdict: Any) -> list[Any]:
    shown = (verdict.strict_when, verdict.modulus, verdict.smoothness, verdict.condition, tuple(verdict.hypotheses))
    return [verdict.answer, verdict.strict, verdict.exact, *shown]


@pytest.mark.parametrize(("case", "loss", "wrt", "shapes", "sets"), LOSSES, ids=[row[0] for row in LOSSES])
def test_names_change_no_answer(case: str, loss: str, wrt: str, shapes: Any, sets: Any) -> None:
    plain = facts(sc.prove(loss, wrt=wrt, shapes=shapes, sets=sets))
    assert plain[0] != "undecided"
    words = dict.fromkeys([*shapes, *(size for shape in shapes.values() for size in shape)])
    draw = random.Random(case)  # noqa: S311  the same names on every run
    for _ in range(RENAMINGS):
        names = dict(zip(words, draw.sample(NASTY, len(words)), strict=True))
        asked = renamed({"wrt": wrt, "shapes": shapes, "sets": sets}, names | {k: k for k in ("wrt", "shapes", "sets")})
        asked["sets"] = {names[name]: within for name, within in sets.items()}
        verdict = sc.prove(renamed(loss, names), **asked)
        assert facts(verdict) == renamed(plain, names), names
        assert isinstance(check(verdict.certificate), Accepted)


def test_names_made_by_the_program_are_those_of_nothing_else() -> None:
    """A certificate is plain words, and its variable is no symbol of the problem."""
    verdict = sc.prove(
        "sum(abs(z)) + z1*sum(z*atan(z))", wrt="z", shapes={"z": ("u",), "z1": ()}, sets={"z1": "positive"}
    )
    assert "$" not in str(verdict.certificate)
    taken = {"z", "z1", "u", *verdict.certificate["indices"]}
    made = [name for part in verdict.certificate["parts"] for name in part["variables"]]
    assert made
    assert not taken & set(made)


BESIDE = [
    # loss                               shapes                                           condition
    ("sum(x**2) + sum(y**2)",            {"x": ("n",), "y": ("d",), "i": ()},             "sum(x) < i"),
    ("sum(x**2)",                        {"x": ("q",), "j": ("s",), "i": ()},             "sum(x) + i > sum(j)"),
    ("sum(x**2)*a",                      {"x": ("q",), "a": (), "Z": ("s", "t")},         "sum(x) > sum(Z)"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "shapes", "where"), BESIDE)
def test_indices_of_the_domain_avoid_those_of_the_loss(loss: str, shapes: Any, where: str) -> None:
    """One index has one size in a whole certificate, and the name of no symbol in it."""
    parameters = [name for name in ("x", "y") if name in shapes]
    verdict = sc.prove(
        loss, wrt=parameters, shapes=shapes, sets={"a": "positive"} if "a" in shapes else {}, where=[where]
    )
    assert verdict.answer == "convex", verdict
    assert not set(verdict.certificate["indices"]) & set(shapes)
