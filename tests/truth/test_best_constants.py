"""Strictness, modulus and smoothness of functions whose constants are known, convex and concave alike."""

import math

import pytest
from support.deciding import unhurried

from symconvex.language.state import state

ONE = [
    # formula                      where                  answer     strict modulus     smoothness              best
    ("x**2/2 + 0.999*cos(x)",      (),                    "convex",  True,  "1/1000",   "1999/1000",            "both"),
    ("x**2/2 + cos(x)",            (),                    "convex",  True,  None,       "2",                    "smoothness"),
    ("3*x**2 + cos(2*x + 1)",      (),                    "convex",  True,  "2",        "10",                   "both"),
    ("x**2 + sin(x)",              (),                    "convex",  True,  "1",        "3",                    "both"),
    ("x**2 + 0.999*exp(-x**2)",    (),                    "convex",  True,  "1/500",    "2 + 999*exp(-3/2)/250", "both"),
    ("log(1 + exp(x))",            (),                    "convex",  True,  None,       "1/4",                  "smoothness"),
    ("log(exp(x)/(1 + exp(x)))",   (),                    "concave", True,  None,       "1/4",                  ""),
    ("log(1 + exp(-3*x)) + x**2/2", (),                   "convex",  True,  "1",        "13/4",                 "smoothness"),
    ("x*log(x)",                   ("1 < x < 10",),       "convex",  True,  "1/10",     "1",                    ""),
    ("log(x)",                     ("1 <= x <= 2",),      "concave", True,  "1/4",      "1",                    ""),
    ("x**4 - 6*x**2",              ("-1 < x < 1",),       "concave", True,  None,       "12",                   ""),
    ("exp(-x**2)",                 ("-1/2 <= x <= 1/2",), "concave", True,  "exp(-1/4)", "2",                   ""),
    ("exp(-x**2)",                 ("2*x**2 <= 1",),      "concave", True,  None,       "2",                    ""),
    ("x**2/(1 + x**2)",            ("3*x**2 <= 1",),      "convex",  True,  None,       "2",                    "smoothness"),
    ("log(1 + x**2)",              ("x**2 <= 1",),        "convex",  True,  None,       "2",                    "smoothness"),
    ("-sqrt(1 - x**2)",            ("x**2 < 1",),         "convex",  True,  "1",        None,                   "modulus"),
    ("cos(x)",                     ("-pi/2 <= x <= pi/2",), "concave", True, None,      "1",                    ""),
    ("x**3",                       ("0 <= x <= 2",),      "convex",  True,  None,       "12",                   ""),
    ("(x*max(0, 2) - 1)**2",       (),                    "convex",  True,  "8",        "8",                    "both"),
    ("log(1 + x**2)",              ("abs(x) <= 1",),      "convex",  True,  None,       "2",                    "smoothness"),
    ("x**3",                       ("abs(x - 2) <= 1",),  "convex",  True,  "6",        "18",                   ""),
    ("exp(-x**2)",                 ("1/2 >= abs(x)",),    "concave", True,  "exp(-1/4)", "2",                   ""),
    ("log(x)",                     ("abs(2*x - 3) <= 1",), "concave", True, "1/4",      "1",                    ""),
    ("x*atan(x)",                  (),                    "convex",  True,  None,       "2",                    "smoothness"),
    ("x*atan(x) + x**2",           (),                    "convex",  True,  "2",        "4",                    "smoothness"),
    ("-x*atan(x)",                 (),                    "concave", True,  None,       "2",                    ""),
    ("x - atan(x)",                ("x >= 0",),           "convex",  True,  None,       "9*sqrt(1/3)/8",        "smoothness"),
    ("exp(-x**2)",                 ("-0.7 <= x <= 0.7",), "concave", True,  None,       "2",                    ""),
    ("x*tanh(x) + x**2/4",         (),                    "convex",  True,  "7/20",     None,                   ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "answer", "strict", "modulus", "smoothness", "best"), ONE)
def test_one_number(
    text: str, where: tuple[str, ...], answer: str, strict: bool, modulus: str | None, smoothness: str | None, best: str
) -> None:
    verdict = unhurried(state(text, wrt="x", shapes={}, where=where))
    assert (verdict.answer, verdict.strict) == (answer, strict)
    assert (verdict.modulus, verdict.smoothness) == (modulus, smoothness)
    words = {"": set(), "both": {"modulus", "smoothness"}}.get(best, {best})
    assert words <= {*verdict.exact}


NOT_SO = [
    # neighbours of which one claim is false
    ("x**2/(1 + x**2)",   ("2*x**2 <= 1",)),
    ("exp(-x**2)",        ("x**2 <= 1",)),
    ("log(1 + x**2)",     ("x**2 <= 2",)),
    ("x**2/2 + 1.001*cos(x)", ()),
    ("log(1 + x**2)",         ("abs(x) <= 1.001",)),
    ("x**3",                  ("abs(x - 2) <= 2.001",)),
    ("x*atan(x) - x**2/100",  ()),
    ("x*tanh(x) + x**2/20",   ()),
    ("exp(-x**2)",            ("-0.71 <= x <= 0.7",)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where"), NOT_SO)
def test_a_little_more_is_neither(text: str, where: tuple[str, ...]) -> None:
    assert unhurried(state(text, wrt="x", shapes={}, where=where)).answer == "neither"


SEVERAL = [
    # formula                                              names    where                       answer    strict
    ("100*(y - x**2)**2 + (1 - x)**2",                     "x, y",  ("200*y <= 1",),            "convex",  True),
    ("-exp(-x**2 - y**2)",                                 "x, y",  ("2*x**2 + 2*y**2 <= 1",),  "convex",  True),
    ("log(1 + x**2 + y**2)",                               "x, y",  ("x**2 + y**2 <= 1",),      "convex",  True),
    ("-log(t**4 - x**4)",                                  "t, x",  ("t - x > 0", "t + x > 0"), "convex",  True),
    ("sqrt(1 + x**2 + y**4)",                              "x, y",  (),                         "convex",  True),
    ("x**4 + y**4",                                        "x, y",  ("x >= 0", "y >= 0"),       "convex",  True),
    ("-log(normcdf(a + b)) - log(normcdf(a - b))",         "a, b",  (),                         "convex",  True),
    ("-log(normcdf(a + b)) - log(normcdf(2*a + 2*b + 1))", "a, b",  (),                         "convex",  False),
    ("log(1 + exp(-u*tanh(1) - w*tanh(2)))",               "u, w",  (),                         "convex",  False),
    ("(u*p + w*q - y)**2",                                 "u, w",  (),                         "convex",  False),
    ("exp(a*x + b*y)",                                     "x, y",  (),                         "convex",  False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names", "where", "answer", "strict"), SEVERAL, ids=[row[0] for row in SEVERAL])
def test_several_numbers(text: str, names: str, where: tuple[str, ...], answer: str, strict: bool) -> None:
    verdict = unhurried(state(text, wrt=names, shapes={}, where=where))
    assert (verdict.answer, verdict.strict, verdict.strict_when) == (answer, strict, None)


CONSTANTS = [
    # formula                                      names      where                              modulus  smoothness  best
    ("x*log(x) + y*log(y) + (1 - x - y)*log(1 - x - y)", "x, y", ("x > 0", "y > 0", "x + y < 1"), "2",   None,       ""),
    ("p*log(p) + q*log(q) + (2 - p - q)*log(2 - p - q)", "p, q", ("p > 0", "q > 0", "p + q < 2"), "1",   None,       ""),
    ("x*log(x) + y*log(y)",                        "x, y",    ("x > 0", "y > 0", "x + y < 1"),   "1",     None,       ""),
    ("exp(x**2 - x*y + y**2)",                     "x, y",    (),                                "1",     None,       "modulus"),
    ("exp(a**2 + b**2) + a*b",                     "a, b",    (),                                "1",     None,       "modulus"),
    ("exp(x) + exp(-x) + exp(y) + exp(-y) + x*y",  "x, y",    (),                                "1",     None,       "modulus"),
    ("exp(x + y) + exp(x - y) + exp(-x)",          "x, y",    (),                                None,    None,       ""),
    ("log(exp(x) + exp(y) + 1)",                   "x, y",    (),                                None,    "1/2",      ""),
    ("log(exp(u) + exp(v) + exp(w))",              "u, v, w", (),                                None,    "1/2",      ""),
    ("log(1 + exp(x + y)) + log(1 + exp(x - y))",  "x, y",    (),                                None,    "1/2",      "smoothness"),
    ("log(1 + exp(2*a - b)) + log(1 + exp(-a)) + log(1 + exp(b))", "a, b", (),                  None,    "3/2",      "smoothness"),
    ("log(1 + exp(x + 2*y)) + log(1 + exp(x - y))", "x, y",   (),                                None,    "7/8 + sqrt(13)/8", "smoothness"),
    ("exp(1)*x**2 + pi*y**2",                      "x, y",    (),                                "2*exp(1)", "2*pi",  "both"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names", "where", "modulus", "smoothness", "best"), CONSTANTS)
def test_constants_of_several_numbers(
    text: str, names: str, where: tuple[str, ...], modulus: str | None, smoothness: str | None, best: str
) -> None:
    verdict = unhurried(state(text, wrt=names, shapes={}, where=where))
    assert (verdict.answer, verdict.modulus, verdict.smoothness) == ("convex", modulus, smoothness)
    assert {*verdict.exact} == {"": set(), "both": {"modulus", "smoothness"}}.get(best, {best})


PAIRS = [
    # a Hessian (a b; b d) of numbers that are not rational: its eigenvalues in closed form
    ("exp(1)*x**2 + x*y + pi*y**2",                             "x, y",   4.7740, 6.9458),
    ("(u*tanh(1) + w*tanh(2) - 1)**2 + (u*tanh(2) - w)**2",     "u, w",   2.8161, 4.0614),
    ("(a*sin(1) + b*cos(1) - 1)**2 + (a*log(2) - b*sqrt(3))**2", "a, b",  1.9017, 7.0592),
    ("-exp(1)*x**2 + x*y - pi*y**2",                            "x, y",   4.7740, 6.9458),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names", "least", "largest"), PAIRS)
def test_eigenvalues_in_closed_form(text: str, names: str, least: float, largest: float) -> None:
    verdict = unhurried(state(text, wrt=names, shapes={}))
    values = [eval(str(x), {"__builtins__": {}}, vars(math)) for x in (verdict.modulus, verdict.smoothness)]  # noqa: S307
    assert values == pytest.approx([least, largest], abs=2e-4)
    assert verdict.answer == "concave" or {*verdict.exact} == {"modulus", "smoothness"}


X, Y = ("n", "d"), ("n", "k")
ARRAYS = [
    # formula                                                wrt  shapes                       sets               when            modulus                   smoothness
    ("sum((Y - X@W)**2)",                                    "W", {"X": X, "Y": Y, "W": ("d", "k")}, {},          "rank(X) == d", "2*lambda_min(X.T @ X)", "2*lambda_max(X.T @ X)"),
    ("sum((Y - a*Z)**2)",                                    "a", {"Y": ("n",), "Z": ("n",), "a": ()}, {},        "Z != 0",       "2*sum(Z**2)",           "2*sum(Z**2)"),
    ("sum((y + r)*log(r + exp(X@w)) - y*(X@w))",             "w", {"X": X, "y": ("n",), "w": ("d",), "r": ()}, {"y": "count", "r": "positive"}, "rank(X) == d", None, None),
    ("-sum(y*log(normcdf(X@w)) + (1 - y)*log(1 - normcdf(X@w)))", "w", {"X": X, "y": ("n",), "w": ("d",)}, {"y": "binary"}, "rank(X) == d", None, None),
    ("sum(y*(X@w) - log(1 + exp(X@w)))",                     "w", {"X": X, "y": ("n",), "w": ("d",)}, {},         "rank(X) == d", None,                    "lambda_max(X.T @ X)/4"),
    ("sum(logsumexp(X@W, axis=1)) - sum(Y*(X@W))",           "W", {"X": X, "Y": Y, "W": ("d", "k")}, {},          None,           None,                    "lambda_max(X.T @ X)/2"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "shapes", "sets", "when", "modulus", "smoothness"), ARRAYS)
def test_arrays(
    text: str,
    wrt: str,
    shapes: dict[str, tuple[str, ...]],
    sets: dict[str, str],
    when: str | None,
    modulus: str | None,
    smoothness: str | None,
) -> None:
    verdict = unhurried(state(text, wrt=wrt, shapes=shapes, sets=sets))
    assert (verdict.strict_when, verdict.modulus, verdict.smoothness) == (when, modulus, smoothness)
