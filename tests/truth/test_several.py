"""Functions of several numbers: answers that are known, and random ones whose truth is known by construction."""

import random
from collections.abc import Iterator
from fractions import Fraction

import pytest
import sympy
from support.deciding import unhurried

from symconvex.language import state
from symconvex.language.vocabulary import names_in

FUNCTIONS = [
    # formula                                   wrt        conditions        answer
    ("(x + y)**2",                              "x, y",    [],               "convex"),
    ("x**2 + x*y + y**2",                       "x, y",    [],               "convex"),
    ("x**2 + 2*x*y + y**2 - 3*x",               "x, y",    [],               "convex"),
    ("-x**2 + x*y - y**2",                      "x, y",    [],               "concave"),
    ("x**2 + 3*x*y + y**2",                     "x, y",    [],               "neither"),
    ("(a - 2*b + 3)**2 + exp(a + b)",           "a, b",    [],               "convex"),
    ("x**2/y",                                  "x, y",    ["y"],            "convex"),
    ("x**2/y",                                  "x, y",    ["-y"],           "concave"),
    ("x**2/y**2",                               "x, y",    ["y"],            "neither"),
    ("(x**2 + y**2)/z",                         "x, y, z", ["z"],            "convex"),
    ("x**4/y**3",                               "x, y",    ["y"],            "convex"),
    ("x**2/y + y**2/x",                         "x, y",    ["x", "y"],       "convex"),
    ("log(exp(x) + exp(y))",                    "x, y",    [],               "convex"),
    ("log(exp(x) + exp(2*y - x) + 1)",          "x, y",    [],               "convex"),
    ("log(exp(x) + exp(y)) - log(exp(x) + 1)",  "x, y",    [],               "neither"),
    ("log(1 + exp(log(1 + exp(x + y)) + x))",   "x, y",    [],               "convex"),
    ("sqrt(1 + x**2 + y**2)",                   "x, y",    [],               "convex"),
    ("sqrt(1 + x**2*y**2)",                     "x, y",    [],               "neither"),
    ("sqrt(x*y)",                               "x, y",    ["x", "y"],       "concave"),
    ("(x*y*z)**(1/3)",                          "x, y, z", ["x", "y", "z"],  "concave"),
    ("(x*y)**(2/3)",                            "x, y",    ["x", "y"],       "neither"),
    ("1/(1/x + 1/y)",                           "x, y",    ["x", "y"],       "concave"),
    ("1/(x*y)",                                 "x, y",    ["x", "y"],       "convex"),
    ("x*log(x/y)",                              "x, y",    ["x", "y"],       "convex"),
    ("x*log(x) + y*log(y) - (x + y)*log(x + y)", "x, y",   ["x", "y"],       "convex"),
    ("x**3 + y**3 - 3*x*y",                     "x, y",    ["2*x - 1", "2*y - 1"], "convex"),
    ("x**3 + y**3 - 3*x*y",                     "x, y",    ["x", "y"],       "neither"),
    ("100*(y - x**2)**2 + (1 - x)**2",          "x, y",    ["1 - 200*y"],    "convex"),
]  # fmt: skip


@pytest.mark.parametrize("row", FUNCTIONS, ids=[f"{row[0]} on {row[2]}" for row in FUNCTIONS])
def test_functions_of_several_numbers(row: tuple[str, str, list[str], str]) -> None:
    formula, wrt, conditions, answer = row
    verdict = unhurried(state(formula, wrt=wrt, shapes={}, positive=conditions))
    assert verdict.answer == answer


STRICT = [
    # formula                                   wrt        conditions   word
    ("x**2 + x*y + y**2",                       "x, y",    [],          "strictly_convex"),
    ("-x**2 + x*y - y**2",                      "x, y",    [],          "strictly_concave"),
    ("(x + y)**2 + exp(x - y)",                 "x, y",    [],          "strictly_convex"),
    ("(a + b)**2 + (b + c)**2 + (a + c)**2",    "a, b, c", [],          "strictly_convex"),
    ("(a + b)**2 + (b + c)**2 + (a - c)**2",    "a, b, c", [],          None),
    ("(a + b)**2 + (b + 1 + a)**2 + (a - b)**2", "a, b",   [],          "strictly_convex"),
    ("(x**2 + y**2)**2",                        "x, y",    [],          "strictly_convex"),
    ("(x**2 + x*y + y**2)**2",                  "x, y",    [],          "strictly_convex"),
    ("(x + y + z)**4 + (x - y)**4 + z**2",      "x, y, z", [],          "strictly_convex"),
    ("-(x - 1)**4 - y**2",                      "x, y",    [],          "strictly_concave"),
    ("(x + 2*y - 1)**6 + (x - y)**4",           "x, y",    [],          "strictly_convex"),
    ("x**4 + 6*x**2*y**2 + y**4",               "x, y",    [],          "strictly_convex"),
    ("(x + y)**4 + (x + y)**2",                 "x, y",    [],          None),
    ("log(exp(x) + exp(2*y - x) + 1)",          "x, y",    [],          "strictly_convex"),
    ("log(exp(x) + exp(y))",                    "x, y",    [],          None),
    ("x**(1/4)*y**(1/2)",                       "x, y",    ["x", "y"],  "strictly_concave"),
    ("x**(1/2)*y**(1/2)",                       "x, y",    ["x", "y"],  None),
    ("1/(x*y)",                                 "x, y",    ["x", "y"],  "strictly_convex"),
    ("x**2/y",                                  "x, y",    ["y"],       None),
    ("sqrt(1 + x**2 + y**2)",                   "x, y",    [],          "strictly_convex"),
    ("-log(a*c - b**2) + 2*a + b + 3*c",        "a, b, c", ["a", "a*c - b**2"], "strictly_convex"),
    ("log(p*q - r**2)",                         "p, q, r", ["p", "p*q - r**2"], "strictly_concave"),
    ("-log(t**2 - x**2 - y**2)",                "t, x, y", ["t", "t**2 - x**2 - y**2"], "strictly_convex"),
    ("(a + c)/(a*c - b**2)",                    "a, b, c", ["a", "a*c - b**2"], "strictly_convex"),
]  # fmt: skip

LEVEL = [
    # formula                                    wrt              conditions
    ("(c*x**2 - 2*b*x*y + a*y**2)/(a*c - b**2)", "a, b, c, x, y", ["a", "a*c - b**2"]),
    ("(x**2 + y**2 + z**2)/(u + v)", "x, y, z, u, v", ["u + v"]),
]


@pytest.mark.parametrize("row", LEVEL, ids=[row[0] for row in LEVEL])
def test_what_is_homogeneous_of_degree_1_is_affine_on_rays(row: tuple[str, str, list[str]]) -> None:
    formula, wrt, conditions = row
    verdict = unhurried(state(formula, wrt=wrt, shapes={}, positive=conditions))
    assert (verdict.answer, verdict.strict) == ("convex", False)


@pytest.mark.parametrize("row", STRICT, ids=[row[0] for row in STRICT])
def test_squares_that_vanish_together_for_no_direction_but_0(row: tuple[str, str, list[str], str | None]) -> None:
    formula, wrt, conditions, word = row
    verdict = unhurried(state(formula, wrt=wrt, shapes={}, positive=conditions))
    shown = {claim.word for claim in verdict.view.claims} & {"strictly_convex", "strictly_concave"}
    assert shown == ({word} if word else set())


CONSTANTS = [
    # formula                                                 wrt           modulus            smoothness        best possible
    ("(x + 2*y - 7)**2 + (2*x + y - 5)**2",                   "x, y",       "2",               "18",             "both"),
    ("(x - 1)**2 + (y - 1)**2 - x*y",                         "x, y",       "1",               "3",              "both"),
    ("x**2 + x*y + 2*y**2",                                   "x, y",       "3 - sqrt(2)",     "3 + sqrt(2)",    "both"),
    ("(a + b + c + d - 1)**2 + (a - b + c - d)**2 + a**2 + d**2", "a, b, c, d", "5 - sqrt(17)", "5 + sqrt(17)", "both"),
    ("-(x**2) - 3*y**2",                                      "x, y",       "2",               "6",              "none"),
    ("x**2 + y**2",                                           "x, y",       "2",               "2",              "both"),
    ("x**2 + 2*x*y + y**2",                                   "x, y",       None,              "4",              "both"),
    ("x**2 + x*y + 2*x*z/3 + y**2/3 + y*z/2 + z**2/5",        "x, y, z",    "537/100000",      "141/50",         "none"),
    ("lam/2*(x**2 + y**2) + log(1 + exp(x - y))",             "x, y",       "lam",             None,             "none"),
    ("exp(x) + y**2",                                         "x, y",       None,              None,             "none"),
    ("exp(x**2 + y**2)",                                      "x, y",       "2",               None,             "modulus"),
    ("log(exp(x) + exp(y))",                                  "x, y",       None,              "1/2",            "smoothness"),
    ("x**2/2 + y**2/2 - log(exp(x) + 1)/4",                   "x, y",       "15/16",           "1",              "both"),
]  # fmt: skip
BEST = {"both": ("modulus", "smoothness"), "modulus": ("modulus",), "smoothness": ("smoothness",), "none": ()}


@pytest.mark.parametrize("row", CONSTANTS, ids=[row[0] for row in CONSTANTS])
def test_extreme_eigenvalues_are_the_constants(row: tuple[str, str, str | None, str | None, str]) -> None:
    formula, wrt, modulus, smoothness, best = row
    sets = {"lam": "positive"} if "lam" in formula else {}
    verdict = unhurried(state(formula, wrt=wrt, shapes=dict.fromkeys(sets, ()), sets=sets))
    assert (verdict.modulus, verdict.smoothness) == (modulus, smoothness)
    assert verdict.exact == BEST[best]


SHAPES = {"X": ("n", "d"), "w": ("d",), "y": ("n",), "b": (), "lam": (), "mu": ("d",), "s": ("d",)}
SETS = {"lam": "positive", "y": "sign"}
STACKED = [
    # loss                                                  wrt       strict   strictly when               modulus
    ("sum((X@w + b - y)**2)",                               "w, b",   None,    "rank([X 1]) == d + 1",     None),
    ("mean(log(1 + exp(-y*(X@w + b))))",                    "w, b",   None,    "rank([X 1]) == d + 1",     None),
    ("sum(exp(b + X@w) - y*(X@w + b))",                     "b, w",   None,    "rank([X 1]) == d + 1",     None),
    ("sum((X@w + b - y)**2) + sum((X@w)**2)",               "w, b",   None,    None,                       None),
    ("mean((X@w + b - y)**2) + lam*sum(w**2)",              "w, b",   True,    None,                       None),
    ("mean(softplus(X@w + b)) + lam*(w@w + b**2)",          "w, b",   True,    None,                       "2*lam"),
    ("sum(mu**2 + exp(s) - s)",                             "mu, s",  True,    None,                       None),
    ("(sum(w) + b)**2",                                     "w, b",   None,    None,                       None),
]  # fmt: skip


@pytest.mark.parametrize("row", STACKED, ids=[row[0] for row in STACKED])
def test_an_affine_form_in_several_parameters_is_one_form(row: tuple[str, str, bool | None, str | None, str]) -> None:
    loss, wrt, strict, when, modulus = row
    shapes = {name: shape for name, shape in SHAPES.items() if name in names_in(loss)}
    sets = {name: within for name, within in SETS.items() if name in shapes}
    verdict = unhurried(state(loss, wrt=wrt, shapes=shapes, sets=sets))
    assert (verdict.answer, verdict.strict, verdict.strict_when, verdict.modulus) == ("convex", strict, when, modulus)


# --- arrays of a numbered size, whose sums are written out ------------------------------------------------------------

WRITTEN_OUT = [
    # loss                               size  verdict    strictly
    ("sum(x**2) - sum(x)**2/4",          3,    "convex",  True),
    ("sum(x**2) - sum(x)**2/3",          3,    "convex",  False),
    ("sum(x)**2/3 - sum(x**2)",          3,    "concave", False),
    ("sum(x**2) - 0.334*sum(x)**2",      3,    "neither", None),
    ("x@x - mean(x)**2",                 4,    "convex",  True),
    ("x@x - 4*mean(x)**2",               4,    "convex",  False),
    ("x@x - 4.01*mean(x)**2",            4,    "neither", None),
    ("sum((x - mean(x))**2) + x[0]*x[1]", 2,   "convex",  True),
    ("sum(x**2) + x[0]*x[1]",            2,    "convex",  True),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "size", "answer", "strict"), WRITTEN_OUT, ids=[row[0] for row in WRITTEN_OUT])
def test_sums_of_a_numbered_size_are_written_out(loss: str, size: int, answer: str, strict: bool | None) -> None:
    verdict = unhurried(state(loss, wrt="x", shapes={"x": (size,)}))
    assert verdict.answer == answer
    assert strict is None or verdict.strict is strict


# --- random quadratic forms of known inertia ---------------------------------------------------------------------------


def quadratic_forms(seed: int, count: int) -> Iterator[tuple[str, str, int]]:
    """Texts of sum_k c_k l_k(v)^2, multiplied out or not, the names, and the signs of the c_k: 1, -1 or 0 for both.

    The l_k are linearly independent, so the inertia of the form is that of the c_k.
    """
    draw = random.Random(seed)  # noqa: S311  (a search, no secret)
    for _ in range(count):
        size = draw.randint(2, 4)
        rows = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
        for _ in range(2 * size):  # a product of elementary matrices is invertible
            i, j = draw.sample(range(size), 2)
            factor = Fraction(draw.randint(-2, 2), draw.choice((1, 1, 2, 3)))
            rows[i] = [a + factor * b for a, b in zip(rows[i], rows[j], strict=True)]
        signs = draw.choice(([1], [-1], [1, -1], [1, 0], [-1, 0]))
        numbers = [Fraction(draw.choice(signs) * draw.randint(1, 5), draw.choice((1, 2, 7, 10**6))) for _ in rows]
        names = [f"x{k}" for k in range(size)]
        truth = 1 if min(numbers) >= 0 else -1 if max(numbers) <= 0 else 0
        if draw.random() < 0.5:
            parts = [f"({c})*({forms(row, names)})**2" for c, row in zip(numbers, rows, strict=True)]
            text = " + ".join(parts)
        else:
            text = expanded(numbers, rows, names)
        yield text, ", ".join(name for name in names if name in text), truth if any(numbers) else 2


def forms(row: list[Fraction], names: list[str]) -> str:
    """A linear form as text."""
    return " + ".join(f"({x})*{name}" for x, name in zip(row, names, strict=True) if x) or "0"


def expanded(numbers: list[Fraction], rows: list[list[Fraction]], names: list[str]) -> str:
    """The form multiplied out."""
    size, parts = len(names), []
    for i in range(size):
        for j in range(i, size):
            c = sum((d * r[i] * r[j] for d, r in zip(numbers, rows, strict=True)), Fraction(0)) * (1 if i == j else 2)
            parts += [f"({c})*{names[i]}*{names[j]}"] if c else []
    return " + ".join(parts) or f"0*{names[0]}"


ANSWERS = {1: "convex", -1: "concave", 0: "neither", 2: "affine"}


def decided_rightly(seed: int, count: int) -> int:
    """How many of the forms are decided; a wrong answer fails."""
    decided = 0
    for text, wrt, truth in quadratic_forms(seed, count):
        answer = unhurried(state(text, wrt=wrt, shapes={})).answer
        assert answer in {ANSWERS[truth], "undecided"}, text
        decided += answer != "undecided"
    return decided


def test_quadratic_forms_of_known_inertia() -> None:
    assert decided_rightly(5, 30) == 30


@pytest.mark.sweep
def test_many_quadratic_forms_of_known_inertia() -> None:
    assert decided_rightly(6, 1_000) == 1_000


# --- random polynomials whose truth is known by construction -----------------------------------------------------------


def polynomials(seed: int, count: int) -> Iterator[tuple[str, str, str]]:
    """Texts of sums of even powers of affine forms, which are convex, or the same minus a bump that breaks it somewhere.

    The bump is c times a power of an affine form that is larger than what is there far out, or near a zero of it all.
    """
    draw = random.Random(seed)  # noqa: S311  (a search, no secret)
    for _ in range(count):
        names = [f"x{k}" for k in range(draw.randint(2, 3))]
        affine = [" + ".join(f"{draw.randint(-2, 2)}*{name}" for name in names) for _ in range(draw.randint(1, 3))]
        powers = [draw.choice((2, 2, 4, 4, 6)) for _ in affine]
        parts = [
            f"{draw.choice((1, 2, 3))}*({form} + {draw.randint(-1, 1)})**{e}"
            for form, e in zip(affine, powers, strict=True)
        ]
        text, truth = " + ".join(parts), "convex"
        if draw.random() < 0.4:
            text, truth = f"{text} - {draw.choice((1, 2))}*({names[0]} - {names[1]})**{max(powers) + 2}", "not convex"
        if draw.random() < 0.5 and max(powers) <= 4 and truth == "convex":
            text = str(sympy.expand(sympy.sympify(text)))
        yield text, ", ".join(name for name in names if name in text) or names[0], truth


def polynomials_decided(seed: int, count: int) -> int:
    """How many of the polynomials are decided; a wrong answer fails."""
    decided = 0
    for text, wrt, truth in polynomials(seed, count):
        answer = unhurried(state(text, wrt=wrt, shapes={})).answer
        right = {"convex", "affine"} if truth == "convex" else {"neither", "concave", "not convex"}
        assert answer in right | {"undecided"}, text
        decided += answer != "undecided"
    return decided


def test_polynomials_that_are_convex_by_construction() -> None:
    assert polynomials_decided(1, 20) >= 18


@pytest.mark.sweep
def test_many_polynomials_that_are_convex_by_construction() -> None:
    assert polynomials_decided(2, 400) >= 360
