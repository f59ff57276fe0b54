"""A convex loss with a flat chord is not strictly convex, and says so; a strict one never does."""

import pytest
from support.deciding import unhurried

from symconvex.language import state

ROWS = [
    # id                      loss                               wrt        shapes                    sets                    positive            strict
    ("absolute value",        "abs(x)",                          "x",       {},                       {},                     (),                 False),
    ("hinge",                 "max(0, 1 - x)",                   "x",       {},                       {},                     (),                 False),
    ("quantile",              "max(x/4, -3*x/4)",                "x",       {},                       {},                     (),                 False),
    ("maximum",               "max(x, y, z)",                    "x, y, z", {},                       {},                     (),                 False),
    ("a square of a sum",     "(x + 2*y)**2",                    "x, y",    {},                       {},                     (),                 False),
    ("quadratic over linear", "x**2/y",                          "x, y",    {},                       {},                     ("y",),             False),
    ("geometric mean",        "(x*y)**(1/2)",                    "x, y",    {},                       {},                     ("x", "y"),         False),
    ("cube root of three",    "(x*y*z)**(1/3)",                  "x, y, z", {},                       {},                     ("x", "y", "z"),    False),
    ("log-sum-exp",           "log(exp(x) + exp(y))",            "x, y",    {},                       {},                     (),                 False),
    ("with weights",          "log(a*exp(x) + exp(y))",          "x, y",    {"a": ()},                {"a": "positive"},      (),                 False),
    ("any size",              "sum(abs(w))",                     "w",       {"w": ("d",)},            {},                     (),                 False),
    ("softplus",              "log(1 + exp(x))",                 "x",       {},                       {},                     (),                 True),
    ("hyperbola",             "1/x",                             "x",       {},                       {},                     ("x",),             None),
    ("almost flat",           "x**64",                           "x",       {},                       {},                     (),                 None),
    ("a tiny curvature",      "x**2/10**12",                     "x",       {},                       {},                     (),                 True),
    ("nearly a corner",       "(x**2 + 1/10**20)**(1/2)",        "x",       {},                       {},                     (),                 None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("loss", "wrt", "shapes", "sets", "positive", "strict"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS]
)
def test_strictness_is_refuted_where_a_chord_is_flat(
    loss: str, wrt: str, shapes: dict, sets: dict, positive: tuple, strict: bool | None
) -> None:
    verdict = unhurried(state(loss, wrt=wrt, shapes=shapes, sets=sets, positive=positive))
    assert verdict.answer in ("convex", "concave", "undecided")
    assert verdict.strict is strict or (strict is None and verdict.strict is not False)
