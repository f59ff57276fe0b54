"""Losses on symbolic data: exactly for which data they are convex, or that they are neither for all data."""

from typing import Any

import pytest

import symconvex as sc

FIT = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
SIGNED, BINARY = {"y": "sign"}, {"y": "binary"}
MASKED = {"M": ("n", "d"), "U": ("n", "k"), "V": ("d", "k"), "A": ("n", "d")}
NET = {"X": ("n", "d"), "W": ("h", "d"), "V": ("k", "h"), "Y": ("n", "k")}

EXACT = [
    # loss                                                                       wrt    shapes   sets            zero
    ("sum(log(1 + (X@w - y)**2))",                                               "w",   FIT,     {},             "X"),
    ("mean(log(1 + ((y - X@w)/2)**2))",                                          "w",   FIT,     {},             "X"),
    ("sum((X@w - y)**2/(1 + (X@w - y)**2))",                                     "w",   FIT,     {},             "X"),
    ("-mean(exp(-(X@w - y)**2))",                                                "w",   FIT,     {},             "X"),
    ("-sum((1 - sigmoid(y*(X@w)))**2*log(sigmoid(y*(X@w))))",                    "w",   FIT,     SIGNED,         "X"),
    ("sum((1 - tanh(y*(X@w)))**2)",                                              "w",   FIT,     SIGNED,         "X"),
    ("sum(M*(U@V.T - A)**2)/2",                                                  "U,V", MASKED,  {"M": "binary"}, "M"),
    ("sum(logsumexp(tanh(X@W.T)@V.T, axis=1)) - sum(Y*(tanh(X@W.T)@V.T))",       "W,V", NET,     {"Y": "binary"}, "X"),
]  # fmt: skip

NEITHER = [
    # loss                                                                       wrt     shapes                          sets
    ("sum(log(1 + (X@w + b - y)**2))",                                           "w,b",  FIT,                            {}),
    ("sum(y*(1 - sigmoid(X@w + b))**2 + (1 - y)*sigmoid(X@w + b)**2)",           "w,b",  FIT,                            BINARY),
    ("(y - sigmoid(b*x + a))**2",                                                "a,b",  {},                             {}),
    ("(exp(-(x - c)**2) - 1/2)**2",                                              "c",    {},                             {}),
    ("sum(w)**3",                                                                "w",    {"w": ("n",)},                  {}),
    ("norm(w)/(1 + norm(w))",                                                    "w",    {"w": ("n",)},                  {}),
    ("sum((A - U@V)**2)",                                                        "U,V",  {"A": ("n", "d"), "U": ("n", "k"), "V": ("k", "d")}, {"U": "nonnegative", "V": "positive"}),
    ("sum(A@B)",                                                                 "A,B",  {"A": ("n", "k"), "B": ("k", "m")}, {}),
]  # fmt: skip

PENALTY = {"lam": "positive"}
FACTORS = {"A": ("n", "m"), "U": ("n", "k"), "V": ("m", "k"), "lam": ()}
DEEP = {"X": ("n", "d"), "W": ("h", "d"), "V": ("g", "h"), "Z": ("k", "g"), "Y": ("n", "k"), "lam": ()}
SHALLOW = {"X": ("n", "d"), "W": ("h", "d"), "V": ("k", "h"), "Y": ("n", "k"), "lam": ()}

PENALIZED = [
    # loss                                                                       wrt      shapes                       sets                            condition  if
    ("sum((A - U@V.T)**2) + lam*(norm(U)**2 + norm(V)**2)",                      "U,V",   FACTORS,                     PENALTY,                        "False",   ()),
    ("sum((A - U@V.T)**2)/2 + lam/2*(sum(U**2) + sum(V**2))",                    "U,V",   FACTORS,                     {"lam": "nonnegative"},         "False",   ()),
    ("(h*x - y)**2 + a*h**2 + b*x**2",                                           "h,x",   {},                          {"a": "positive", "b": "positive"}, "False", ()),
    ("sum(M*(A - U@V.T)**2) + lam*(norm(U)**2 + norm(V)**2)",                    "U,V",   {**FACTORS, "M": ("n", "m")}, {**PENALTY, "M": "binary"},    "M == 0",  ("M != 0",)),
    ("sum((X@W.T@V.T - Y)**2) + lam*(norm(W)**2 + norm(V)**2)",                  "W,V",   SHALLOW,                     PENALTY,                        "X == 0",  ("X != 0",)),
    ("mean((X@W.T@V.T - Y)**2)/2 + lam*(norm(W)**2 + norm(V)**2)",               "W,V",   SHALLOW,                     PENALTY,                        "X == 0",  ("X != 0",)),
    ("sum((X@W.T@V.T@Z.T - Y)**2) + lam*(norm(W)**2 + norm(V)**2 + norm(Z)**2)", "W,V,Z", DEEP,                        PENALTY,                        "X == 0",  ("X != 0",)),
    ("sum((X@(u*v) - y)**2) + lam*(sum(u**2) + sum(v**2))",                      "u,v",   {**FIT, "u": ("d",), "v": ("d",), "lam": ()}, PENALTY,       "X == 0",  ("X != 0",)),
]  # fmt: skip

# One factor alone, or factors that do not multiply.
CONVEX = [
    ("sum((A - U@V.T)**2) + lam*norm(U)**2",                                     "U",     FACTORS,                     PENALTY),
    ("sum((X@W.T - Y)**2) + lam*norm(W)**2",                                     "W",     {**SHALLOW, "W": ("k", "d")}, PENALTY),
    ("sum((A - U - V)**2) + lam*(norm(U)**2 + norm(V)**2)",                      "U,V",   {"A": ("n", "m"), "U": ("n", "m"), "V": ("n", "m"), "lam": ()}, PENALTY),
]  # fmt: skip

# What is convex for some data that are not zero, or is not shown to depend on them: no exact condition is said.
OPEN = [
    ("sum((silu(X@w) - y)**2)", "w", FIT, {}),
    ("sum(sigmoid(-y*(X@w)))", "w", FIT, SIGNED),
]


def answer(loss: str, wrt: str, shapes: dict[str, Any], sets: dict[str, str]) -> Any:
    """The verdict."""
    return sc.prove(loss, wrt=wrt.split(","), shapes=shapes, sets=sets, budget=60)


@pytest.mark.parametrize(("loss", "wrt", "shapes", "sets", "zero"), EXACT, ids=[row[0] for row in EXACT])
def test_a_loss_is_convex_and_concave_exactly_where_its_data_are_zero(
    loss: str, wrt: str, shapes: dict[str, Any], sets: dict[str, str], zero: str
) -> None:
    found = answer(loss, wrt, shapes, sets)
    assert (found.answer, found.condition, found.concave_condition) == ("depends", f"{zero} == 0", f"{zero} == 0")


@pytest.mark.parametrize(("loss", "wrt", "shapes", "sets"), NEITHER, ids=[row[0] for row in NEITHER])
def test_a_loss_is_neither_for_all_data_and_sizes(
    loss: str, wrt: str, shapes: dict[str, Any], sets: dict[str, str]
) -> None:
    found = answer(loss, wrt, shapes, sets)
    assert (found.answer, found.condition, found.hypotheses) == ("neither", "False", ())


@pytest.mark.parametrize("row", PENALIZED, ids=[row[0] for row in PENALIZED])
def test_no_penalty_makes_factors_convex(row: tuple[Any, ...]) -> None:
    loss, wrt, shapes, sets, condition, hypotheses = row
    found = answer(loss, wrt, {name: shape for name, shape in shapes.items() if name in loss}, sets)
    assert (found.answer, found.condition, found.hypotheses) == ("neither", condition, hypotheses)


@pytest.mark.parametrize(("loss", "wrt", "shapes", "sets"), CONVEX, ids=[row[0] for row in CONVEX])
def test_one_factor_under_a_penalty_is_convex(
    loss: str, wrt: str, shapes: dict[str, Any], sets: dict[str, str]
) -> None:
    assert answer(loss, wrt, {name: shape for name, shape in shapes.items() if name in loss}, sets).answer == "convex"


@pytest.mark.parametrize(("loss", "wrt", "shapes", "sets"), OPEN, ids=[row[0] for row in OPEN])
def test_what_is_convex_for_some_other_data_has_no_such_condition(
    loss: str, wrt: str, shapes: dict[str, Any], sets: dict[str, str]
) -> None:
    assert answer(loss, wrt, shapes, sets).condition is None
