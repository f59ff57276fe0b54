"""A real number in front of a function, or in front of its variable: the loss is convex for exactly some of them."""

from typing import Any

import numpy as np
import pytest

from symconvex.api import prove, verify

W: dict[str, Any] = {"w": ("d",), "lam": ()}

TABLE: list[tuple[str, str, dict[str, Any], str | None, str | None]] = [
    # loss                              wrt  shapes                            convex iff   concave iff
    ("lam*norm(w, 1)",                  "w", W,                                "lam >= 0",  "lam <= 0"),
    ("lam*norm(w)",                     "w", W,                                "lam >= 0",  "lam <= 0"),
    ("-lam*norm(w)",                    "w", W,                                "lam <= 0",  "lam >= 0"),
    ("lam*norm(w, 1) + c@w + 3",        "w", {**W, "c": ("d",)},               "lam >= 0",  "lam <= 0"),
    ("mu*sum(abs(U))",                  "U", {"U": ("n", "m"), "mu": ()},      "mu >= 0",   "mu <= 0"),
    ("lam*sum(exp(w))",                 "w", W,                                "lam >= 0",  "lam <= 0"),
    ("lam*sum(w**2)",                   "w", W,                                "lam >= 0",  "lam <= 0"),
    ("lam*sum(w**3)",                   "w", W,                                None,        None),
    ("lam**2*norm(w)",                  "w", W,                                "True",      None),
    ("sin(a*x)",                        "x", {},                               "a == 0",    "a == 0"),
    ("cos(t*a) + 2*t",                  "t", {},                               "a == 0",    "a == 0"),
    ("tanh(2*c*t - 1)",                 "t", {},                               "c == 0",    "c == 0"),
    ("sin(a*x + b)",                    "x", {},                               "a == 0",    "a == 0"),
    ("(a*x - y)**3",                    "x", {},                               "a == 0",    "a == 0"),
    ("log(1 + (a*x - y)**2)",           "x", {},                               "a == 0",    "a == 0"),
    ("sin(a*x) + sin(2*a*x)",           "x", {},                               "a == 0",    "a == 0"),
    ("exp(a*x)",                        "x", {},                               "True",      None),
    ("log(1 + exp(a*x))",               "x", {},                               "True",      None),
    ("sin(a*x) + x**2",                 "x", {},                               None,        None),
    ("sin(a*x) + sin(b*x)",             "x", {},                               None,        None),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_the_condition_is_that_of_chords(row: tuple[str, str, dict[str, Any], str | None, str | None]) -> None:
    loss, wrt, shapes, convex, concave = row
    verdict = prove(loss, wrt=wrt, shapes=shapes)
    assert (verdict.condition, verdict.concave_condition) == (convex, concave)
    assert [replay.outcome for replay in verify(verdict.certificate).values()] == ["accepted"]
    draw, sizes = np.random.default_rng(4), {"d": 2, "n": 2, "m": 3}
    names = {"exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "abs": np.abs, "sum": np.sum}
    names |= {"norm": lambda v, p=2: np.sum(np.abs(v) ** p) ** (1 / p)}
    for number in (-2.0, -0.5, 0.0, 0.3, 1.0):
        data = dict.fromkeys(("lam", "mu", "a", "c"), number) | {"b": 0.4, "y": 0.7}
        data |= {name: draw.normal(size=[sizes[s] for s in shape]) for name, shape in shapes.items() if shape}
        gaps = []
        for _ in range(600):
            ends = [draw.normal(size=[sizes[s] for s in shapes.get(wrt, ())]) * 4 for _ in range(2)]
            values = [eval(loss, {**names, **data, wrt: p}) for p in (ends[0], sum(ends) / 2, ends[1])]  # noqa: S307
            gaps.append(values[1] - (values[0] + values[2]) / 2)
        for condition, truth in ((convex, max(gaps) < 1e-9), (concave, min(gaps) > -1e-9)):
            assert condition is None or bool(eval(condition, data)) == truth  # noqa: S307  rows of this file


MODULI = [
    # loss                       wrt  shapes                              modulus        when              smoothness
    ("c*x**2",                   "x", {},                                 "2*c",         "c > 0",          "2*c"),
    ("-c*x**2",                  "x", {},                                 "-2*c",        "-c > 0",         "-2*c"),
    ("(p - q)*t**2/3 + t",       "t", {},                                 "2*(p - q)/3", "p - q > 0",      "2*(p - q)/3"),
    ("(h*x - y)**2 - a*x**2",    "x", {},                                 "2*(h**2 - a)", "h**2 - a > 0",  "2*(h**2 - a)"),
    ("lam*sum(w**2)",            "w", W,                                  "2*lam",       "lam > 0",        "2*lam"),
    ("y@w + lam/2*sum(w**2)",    "w", {**W, "y": ("d",)},                 "lam",         "lam > 0",        "lam"),
    ("c*x**2 + x**4",            "x", {},                                 None,          None,             None),
    ("c*x**3",                   "x", {},                                 None,          None,             None),
]  # fmt: skip


@pytest.mark.parametrize("row", MODULI, ids=[row[0] for row in MODULI])
def test_the_modulus_is_a_function_of_the_number(row: tuple[str, str, dict[str, Any], str, str, str]) -> None:
    loss, wrt, shapes, modulus, when, smoothness = row
    verdict = prove(loss, wrt=wrt, shapes=shapes)
    assert (verdict.modulus, verdict.modulus_when, verdict.smoothness) == (modulus, when, smoothness)
    assert [replay.outcome for replay in verify(verdict.certificate).values()] == ["accepted"]
