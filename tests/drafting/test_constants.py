"""Exact constants: what is proved best possible, near misses that the kernel refuses, and the numbers behind both."""

import json
import re
from functools import cache
from typing import Any

import numpy as np
import pytest
from support.deciding import unhurried
from support.numerics import evaluate

from symconvex.kernel.check import Accepted, Rejected, check, digest
from symconvex.kernel.term import Malformed
from symconvex.language.printing.verdicts import constant_text
from symconvex.language.state import state
from symconvex.problem import Problem
from symconvex.verdict import Proved

SHAPES: dict[str, tuple[int | str, ...]] = {
    "X": ("n", "d"), "Z": ("n", "d"), "S": ("d", "d"), "w": ("d",), "y": ("n",), "r": ("n",), "b": ("d",), "lam": (), "mu": (), "c": (),
}  # fmt: skip
SETS = {"y": "sign", "lam": "positive", "mu": "nonnegative", "c": "positive"}

SQUARES = "sum((X @ w - y)**2)/2"
LOGISTIC = "sum(softplus(-y*(X @ w)))"
COSH = "sum(log(cosh(X @ w - r)))"
BOTH, LOW, TOP = ("modulus", "smoothness"), ("modulus",), ("smoothness",)
SMALL, LARGE = "lambda_min(X.T @ X)", "lambda_max(X.T @ X)"


def problem_of(loss: str) -> Problem:
    used = {name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", loss)}
    return state(loss, wrt="w", shapes=used, sets={name: s for name, s in SETS.items() if name in used})


@cache
def decided(loss: str) -> Proved:
    verdict = unhurried(problem_of(loss))
    assert isinstance(verdict, Proved)
    return verdict


CONSTANTS = [
    # loss                                              modulus                    smoothness                  exact
    (SQUARES,                                           SMALL,                     LARGE,                      BOTH),
    (f"{SQUARES} + lam*sum(w**2)/2",                    f"lam + {SMALL}",          f"{LARGE} + lam",           BOTH),
    (f"{SQUARES} + mu*sum(w**2)/2",                     f"mu + {SMALL}",           f"{LARGE} + mu",            BOTH),
    (f"c*{SQUARES} + sum(w**2)",                        f"2 + c*{SMALL}",          f"c*{LARGE} + 2",           BOTH),
    ("mean((X @ w)**2) + sum(w)",                       f"2*{SMALL}/n",            f"2*{LARGE}/n",             BOTH),
    ("sum((S @ w - b)**2)/2",                           "lambda_min(S.T @ S)",     "lambda_max(S.T @ S)",      BOTH),
    (LOGISTIC,                                          None,                      f"{LARGE}/4",               BOTH),
    ("mean(softplus(X @ w))",                           None,                      f"{LARGE}/(4*n)",           BOTH),
    (f"{LOGISTIC} + lam*sum(w**2)/2",                   "lam",                     f"{LARGE}/4 + lam",         BOTH),
    ("3*sum(softplus(2*y*(X @ w))) + lam*sum(w**2)",    "2*lam",                   f"3*{LARGE} + 2*lam",       BOTH),
    ("sum(softplus(c*(X @ w))) + lam*sum(w**2)/2",      "lam",                     f"c**2*{LARGE}/4 + lam",    BOTH),
    # no modulus where the penalty may be zero: the largest one is mu, which need not be positive
    (f"{LOGISTIC} + mu*sum(w**2)/2",                    None,                      f"{LARGE}/4 + mu",          TOP),
    # the weights are largest where every x_i.w is r_i, or 1, which need not be anywhere
    (COSH,                                              None,                      LARGE,                      LOW),
    ("mean(log(cosh(2*(X @ w) - r))) + lam*sum(w**2)",  "2*lam",                   f"4*{LARGE}/n + 2*lam",     LOW),
    # as true as the last one, but |y|^2 = n makes quotients that the normal form keeps apart: nothing else is lost
    ("mean(log(cosh(2*(X @ w) - y))) + lam*sum(w**2)",  "2*lam",                   f"4*{LARGE}/n + 2*lam",     ()),
    ("sum(softplus(X @ w - 1))",                        None,                      f"{LARGE}/4",               LOW),
    ("sum(log(cosh(X @ w)))",                           None,                      LARGE,                      BOTH),
    # the curvature jumps
    ("sum(relu(1 - y*(X @ w))**2)",                     None,                      f"2*{LARGE}",               ()),
    # two matrices
    ("sum((X @ w)**2) + sum((Z @ w)**2)",               None,                      None,                       ()),
]  # fmt: skip


@pytest.mark.parametrize("row", CONSTANTS, ids=[row[0] for row in CONSTANTS])
def test_constants_and_whether_they_are_best_possible(row: tuple[Any, ...]) -> None:
    loss, modulus, smoothness, exact = row
    verdict = decided(loss)
    assert (verdict.modulus, verdict.smoothness, verdict.exact) == (modulus, smoothness, exact)


PRINTED = [
    # loss                              data                             modulus                        smoothness
    ("w**2/(1 + a)",                    {"a": ()},                       "2/(1 + a)",                   "2/(1 + a)"),
    ("w**2/a**2",                       {"a": ()},                       "2/a**2",                      "2/a**2"),
    ("sum(a)*w**2",                     {"a": ("n",)},                   "2*sum(a)",                    "2*sum(a)"),
    ("sum(M**2)*w**2 + w**2",           {"M": ("n", "d")},               "2 + 2*sum(M**2)",             "2 + 2*sum(M**2)"),
    ("mean((X @ w - y)**2)/(1 + a)",    {"X": ("n", "d"), "y": ("n",), "a": (), "w": ("d",)},
                                                                         f"2*{SMALL}/(n*(1 + a))",      f"2*{LARGE}/(n*(1 + a))"),
]  # fmt: skip


@pytest.mark.parametrize("row", PRINTED, ids=[row[0] for row in PRINTED])
def test_constants_are_printed_in_the_loss_language(row: tuple[str, dict[str, tuple[str, ...]], str, str]) -> None:
    loss, shapes, modulus, smoothness = row
    sets = {"a": "positive"} if "a" in shapes else {}
    verdict = unhurried(state(loss, wrt="w", shapes=shapes, sets=sets))
    assert isinstance(verdict, Proved)
    assert (verdict.modulus, verdict.smoothness) == (modulus, smoothness)


TEXTS = [
    # loss                              modulus as shown                     smoothness as shown
    (LOGISTIC,                          "none, not strongly convex",         f"{LARGE}/4, best possible"),
    (SQUARES,                           f"{SMALL}, best possible, if {SMALL} > 0", f"{LARGE}, best possible"),
    (COSH,                              "none, not strongly convex",         LARGE),
    (f"{LOGISTIC} + mu*sum(w**2)/2",    "",                                  f"{LARGE}/4 + mu, best possible"),
]  # fmt: skip


@pytest.mark.parametrize("row", TEXTS, ids=[row[0] for row in TEXTS])
def test_a_verdict_says_that_a_constant_is_best_possible(row: tuple[str, ...]) -> None:
    verdict = decided(row[0])
    assert tuple(constant_text(verdict, which) for which in ("modulus", "smoothness")) == row[1:]
    assert all(text in repr(verdict) for text in row[1:])


# ---- the same constants from random data -----------------------------------------------------------------------------

SECOND = {  # of the loss of one sample, in x_i.w
    SQUARES: np.ones_like,
    LOGISTIC: lambda z: 1 / (2 + 2 * np.cosh(np.clip(z, -300, 300))),
}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("penalty", [0.0, 0.7])
@pytest.mark.parametrize("loss", SECOND, ids=["squares", "logistic"])
def test_no_better_constants_at_random_data(loss: str, penalty: float, seed: int) -> None:
    """The extreme eigenvalues of the Hessian, at 0 and far out, come as near to the constants as one likes."""
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(6, 3))
    verdict = decided(f"{loss} + lam*sum(w**2)/2" if penalty else loss)
    names = {"X": X, "lam": penalty}

    def eigenvalues(w: Any) -> Any:
        return np.linalg.eigvalsh(X.T @ np.diag(SECOND[loss](X @ w)) @ X + penalty * np.eye(3))

    modulus = evaluate(verdict.modulus, names) if verdict.modulus else 0.0
    points = [np.zeros(3), *draw.normal(size=(20, 3)), *(1e6 * draw.normal(size=(5, 3)))]
    spectra = [eigenvalues(w) for w in points]
    least, largest = min(s[0] for s in spectra), max(s[-1] for s in spectra)
    assert least >= modulus - 1e-9
    assert least == pytest.approx(modulus, abs=1e-4)
    assert largest == pytest.approx(evaluate(verdict.smoothness, names), rel=1e-9)


@pytest.mark.parametrize("excess", [1e-3, 0.1, 10.0])
def test_the_point_that_refutes_a_larger_modulus(excess: float) -> None:
    """At t e_0 with t^2 = n / (m - lam) the curvature along e_0 is below m, whatever the data."""
    for seed in range(50):
        x = np.random.default_rng(seed).normal(size=7) * 10 ** (seed % 5 - 2)
        t = np.sqrt(7 / excess)
        assert np.sum(x**2 * SECOND[LOGISTIC](t * x)) < excess


@pytest.mark.parametrize("seed", range(5))
def test_the_point_that_refutes_any_modulus_with_offsets(seed: int) -> None:
    """The same for log-cosh, at t^2 = 2 n (1 + |y|^2) / m."""
    draw = np.random.default_rng(seed)
    for scale in (0.1, 1.0, 30.0):
        x, y, m = scale * draw.normal(size=6), 3 * draw.normal(size=6), 0.01
        t = np.sqrt(12 * (1 + y @ y) / m)
        assert np.sum(x**2 * 4 * SECOND[LOGISTIC](2 * (t * x - y))) < m


def test_the_tail_of_the_logistic_weight_is_below_one() -> None:
    z = np.linspace(-40, 40, 100_001)
    assert 0.4 < np.max(z**2 * SECOND[LOGISTIC](z)) < 1


# ---- near misses -----------------------------------------------------------------------------------------------------

RIDGE, RIDGE_LOGISTIC = f"{SQUARES} + lam*sum(w**2)/2", f"{LOGISTIC} + lam*sum(w**2)/2"
SQUARE_RIDGE = "sum((S @ w - b)**2)/2 + lam*sum(w**2)/2"
RELATED = "sum((X @ w)**2)/2 + sum(Z)"

NO_LARGER, NO_SMALLER, SPECTRAL = "(loss not_strongly_convex", "(loss not_smooth", "(loss strongly_convex"

REFUSED = [
    # id                              loss            claim       changes in the part
    ("m equal to lam",                RIDGE_LOGISTIC, NO_LARGER,  {'"(positive (+ ?m (* -1 lam)))"]': '"(nonneg (+ ?m (* -1 lam)))"]'}),
    ("any m, not only above lam",     RIDGE_LOGISTIC, NO_LARGER,  {', "(positive (+ ?m (* -1 lam)))"]': ']'}),
    ("lam itself is a modulus",       RIDGE_LOGISTIC, NO_LARGER,  {"(loss not_strongly_convex ?m)": "(loss not_strongly_convex lam)"}),
    ("a point that is too near",      RIDGE_LOGISTIC, NO_LARGER,  {' 1/2) (delta j 0))"}': ' 1/2) (delta j 0) 1/2)"}'}),
    ("offsets left out",              COSH,           NO_LARGER,  {"(* 2 (dim n) (+ 1 (sum j1 n (^ (* -1 r[j1]) 2)))": "(* 2 (dim n) (+ 0 1)"}),
    ("the direction zero",            RIDGE_LOGISTIC, NO_LARGER,  {'"is": "(delta j 0)"': '"is": "0"'}),
    ("u may be zero",                 RIDGE,          NO_LARGER,  {'"(attained ?u ?l X)", ': "", '"(real ?m)"': '"(real ?m)", "(null X ?u)"', '"X": ["1"]': '"X": ["0"]'}),
    ("the direction u times zero",    RIDGE,          NO_LARGER,  {'"is": "?u[j]"': '"is": "(* 0 ?u[j])"'}),
    ("m equal to the modulus",        RIDGE,          NO_LARGER,  {'"(positive (+ ?m (* -1 (+ lam ?l))))"]': '"(nonneg (+ ?m (* -1 (+ lam ?l))))"]'}),
    ("the largest for the least",     RIDGE,          NO_LARGER,  {"(spectral_least ?l X)": "(spectral_least ?l1 X)", '"(real ?m)"': '"(real ?m)", "(spectral ?l X)"', "(attained ?u ?l X)": "(attained ?u ?l1 X)"}),
    ("the largest attained only",     RIDGE,          NO_SMALLER, {"(* -1 ?M)": "(* -2 ?M)", '"?M": "1"': '"?M": "1/2"'}),
    ("M above the constant",          RIDGE,          NO_SMALLER, {"(+ ?L lam (* -1 ?M))": "(+ (* -1 ?L) (* -1 lam) ?M)", '"?M": "1"': '"?M": "3"'}),
    ("a claim on the other side",     RIDGE,          NO_SMALLER, {"(loss not_smooth ?M)": "(loss not_strongly_convex ?M)"}),
    ("the constant itself fails",     RIDGE,          NO_SMALLER, {"(loss not_smooth ?M)": "(loss not_smooth ?L)"}),
    ("a modulus too large",           RIDGE,          SPECTRAL,   {"(loss strongly_convex (+ lam ?l))": "(loss strongly_convex (+ lam ?l ?l))"}),
    ("a modulus that may be zero",    SQUARES,        SPECTRAL,   {', "(positive ?l)"]': "]"}),
    ("a modulus from the largest",    RIDGE,          SPECTRAL,   {"(spectral_least ?l X)": "(spectral ?l X)"}),
    ("rows and columns exchanged",    SQUARE_RIDGE,   SPECTRAL,   {"(nonneg (+ (sum j d (^ (sum j1 d (* S[j,j1]": "(nonneg (+ (sum j d (^ (sum j1 d (* S[j1,j]"}),
    ("an eigenvector of S S'",        SQUARE_RIDGE,   NO_SMALLER, {"(* S[j,j1] ?u[j1])": "(* S[j1,j] ?u[j1])"}),
    ("another matrix",                RELATED,        SPECTRAL,   {"(spectral_least ?l X)": "(spectral_least ?l Z)"}),
    ("another matrix on top",         RELATED,        NO_SMALLER, {"(spectral ?L X)": "(spectral ?L Z)", "(attained ?u ?L X)": "(attained ?u ?L Z)"}),
    ("a parameter in the modulus",    RIDGE,          SPECTRAL,   {"(loss strongly_convex (+ lam ?l))": "(loss strongly_convex (+ lam ?l (* 0 w[0]) (^ w[0] 2)))"}),
    ("a parameter in m",              RIDGE,          NO_LARGER,  {"(loss not_strongly_convex ?m)": "(loss not_strongly_convex (+ ?m (^ w[0] 2)))"}),
    ("a direction in M",              RIDGE,          NO_SMALLER, {"(loss not_smooth ?M)": "(loss not_smooth (+ ?M (* -1 (^ w'[0] 2))))"}),
    ("an entry for a constant",       RIDGE,          NO_LARGER,  {"(loss not_strongly_convex ?m)": "(loss not_strongly_convex (* ?m (^ y[i] 2)))"}),
]  # fmt: skip

UNREADABLE = [
    ("attained by no bound",          RIDGE,          NO_LARGER,  {"(attained ?u ?l X)": "(attained ?u lam X)"}),
    ("attained on another matrix",    RELATED,        NO_SMALLER, {"(attained ?u ?L X)": "(attained ?u ?L Z)"}),
    ("a number that is data",         RIDGE,          NO_LARGER,  {"(real ?m)": "(real lam)"}),
    ("a number that is an index",     RIDGE,          NO_LARGER,  {"(real ?m)": "(real i)"}),
    ("the same name twice",           RIDGE,          NO_LARGER,  {"(real ?m)": "(real ?u)"}),
    ("a number of a parameter",       RIDGE,          NO_LARGER,  {"(positive (+ ?m ": "(positive (+ w[0] ?m "}),
    ("m is not declared",             RIDGE,          NO_LARGER,  {'"(real ?m)", ': ""}),
    ("a spectrum of a vector",        RIDGE,          SPECTRAL,   {"(spectral_least ?l X)": "(spectral_least ?l y)"}),
]  # fmt: skip


def changed(loss: str, claim: str, changes: dict[str, str]) -> dict[str, object]:
    """The part of the certificate with this claim, on its own, after the changes, with its digest made good."""
    certificate = decided(loss).certificate
    part = [p for p in certificate["parts"] if p["claims"][0].startswith(claim)][-1]  # type: ignore[attr-defined,index]
    text = json.dumps(part)
    for old, new in changes.items():
        assert old in text, (old, text)
        text = text.replace(old, new)
    body = {**certificate, "parts": [json.loads(text)]}
    return {**body, "digest": digest(body)}


@pytest.mark.parametrize("row", REFUSED, ids=[row[0] for row in REFUSED])
def test_a_near_miss_is_refused(row: tuple[Any, ...]) -> None:
    _, loss, claim, changes = row
    assert isinstance(check(changed(loss, claim, {})), Accepted)
    refused = check(changed(loss, claim, changes))
    assert isinstance(refused, Rejected)
    assert refused.rule != "example", "the hypotheses hold of nothing: the change is no near miss"


@pytest.mark.parametrize("row", UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_a_hypothesis_that_says_nothing_is_unreadable(row: tuple[Any, ...]) -> None:
    _, loss, claim, changes = row
    with pytest.raises(Malformed):
        check(changed(loss, claim, changes))


def test_m_may_not_be_a_variable() -> None:
    """A variable stands for all numbers inside a line; a claim about it would say something of no number."""
    assumed = '"(real ?m)", "(positive (+ ?m (* -1 (+ lam ?l))))"'
    certificate = changed(RIDGE, NO_LARGER, {assumed: '"(positive lam)"', '"?m": "2"': ""})
    certificate["parts"][0]["variables"] = ["?m"]  # type: ignore[index]
    certificate["digest"] = digest(certificate)
    refused = check(certificate)
    assert isinstance(refused, Rejected)
    assert refused.rule != "example"
