"""A verdict is made of a certificate about its problem, or not at all; what its theorems assume is shown."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from support.deciding import unhurried

from symconvex.errors import CertificateError
from symconvex.kernel.check import digest
from symconvex.language import state
from symconvex.problem import Problem
from symconvex.verdict import Depends, Proved, Refuted

DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
LEAST_SQUARES = state("sum((X@w - y)**2)", wrt="w", shapes=DATA)
LOGISTIC = state("sum(softplus(-y*(X@w)))", wrt="w", shapes=DATA, sets={"y": "sign"})
BRIER = state("sum((sigmoid(X@w) - y)**2)", wrt="w", shapes=DATA)
PENALTY = state("a*sum(w**2)", wrt="w", shapes={"a": (), "w": ("d",)}, sets={"a": "positive"})
CUBE = state("x**3", wrt="x", shapes={}, positive=["x"])

OTHERS = [
    # id                     the question that is answered          a question that it does not answer
    ("another loss",         LEAST_SQUARES,                         state("sum((X@w - 2*y)**2)", wrt="w", shapes=DATA)),
    ("another set",          LOGISTIC,                              state("sum(softplus(-y*(X@w)))", wrt="w", shapes=DATA)),
    ("a set of a factor",    PENALTY,                               state("a*sum(w**2)", wrt="w", shapes={"a": (), "w": ("d",)})),
    ("no domain",            CUBE,                                  state("x**3", wrt="x", shapes={})),
    ("another domain",       CUBE,                                  state("x**3", wrt="x", shapes={}, positive=["x + 1"])),
    ("a closed domain",      CUBE,                                  state("x**3", wrt="x", shapes={}, where=["x >= 0"])),
    ("other parameters",     state("x*x + y*y", wrt="x, y", shapes={}), state("x*x + y*y", wrt="x", shapes={"y": ()})),
    ("other shapes",         state("sum(w**2)", wrt="w", shapes={"w": ("d",)}), state("sum(w**2)", wrt="w", shapes={"w": ("d", "h")})),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "other"), [row[1:] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_a_certificate_answers_no_other_question(asked: Problem, other: Problem) -> None:
    verdict = unhurried(asked)
    assert type(verdict)(asked, verdict.certificate, verdict.rule).answer == verdict.answer
    with pytest.raises(CertificateError):
        type(verdict)(other, verdict.certificate, verdict.rule)


VALUES = [
    # id                      values of the certificate                     values of the problem
    ("given and asked free",  {"X": ((1, 0), (0, 1))},                      {}),
    ("free and asked given",  {},                                           {"X": ((1, 0), (0, 1))}),
    ("one entry",             {"X": ((1, 0), (0, 1))},                      {"X": ((1, 0), (0, 2))}),
    ("another shape",         {"X": ((1, 0), (0, 1))},                      {"X": ((1, 0), (0, 1), (0, 1))}),
    ("more of them",          {"X": ((1, 0), (0, 1))},                      {"X": ((1, 0), (0, 1)), "y": (1, 1)}),
]  # fmt: skip


@pytest.mark.parametrize(("proved", "asked"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES])
def test_a_certificate_for_given_data_is_for_these_data(proved: dict, asked: dict) -> None:
    from symconvex.api import prove

    one, two = (prove("sum((X@w - y)**2)", wrt="w", shapes=DATA, values=values) for values in (proved, asked))
    with pytest.raises(CertificateError):
        Proved(two.problem, one.certificate, one.rule)


KINDS = [(Proved, LEAST_SQUARES), (Refuted, BRIER)]


@pytest.mark.parametrize(("kind", "problem"), KINDS, ids=["proved", "refuted"])
@pytest.mark.parametrize("other", [Proved, Refuted, Depends])
def test_a_verdict_of_another_kind_is_refused(kind: type, problem: Problem, other: type) -> None:
    verdict = unhurried(problem)
    assert isinstance(verdict, kind)
    if other is not kind:
        with pytest.raises(CertificateError):
            other(problem, verdict.certificate, verdict.rule)


def changed(problem: Problem, change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    certificate = json.loads(json.dumps(unhurried(problem).certificate))
    change(certificate)
    return {**certificate, "digest": digest(certificate)}


def assume(certificate: dict[str, Any]) -> None:
    """The convex claim under X = 0 and under a sign only."""
    certificate["parts"] = certificate["parts"][:1]
    certificate["parts"][0]["given"] = ["(nonzero X p)"]
    certificate["indices"]["p"] = "n"
    certificate["parts"][0]["example"]["places"] = {"p": 0}


def larger(certificate: dict[str, Any]) -> None:
    certificate["sizes"]["d"] = 7
    for part in certificate["parts"]:
        part["example"] = seven(part["example"])


def seven(example: dict[str, Any]) -> dict[str, Any]:
    return {
        **example,
        "sizes": {"d": 7, "n": 7},
        "data": {"X": [" ".join(["0"] * k + ["1"] + ["0"] * (6 - k)) for k in range(7)], "y": " ".join(["1"] * 7)},
        "point": {"w": " ".join(["0"] * 7)},
    }


def test_a_proof_under_a_hypothesis_is_no_proof() -> None:
    certificate = changed(LEAST_SQUARES, assume)
    with pytest.raises(CertificateError, match="theorems that say: depends"):
        Proved(LEAST_SQUARES, certificate, "")
    shown = Depends(LEAST_SQUARES, certificate, "")
    assert shown.condition is None
    assert all("if X != 0" in sentence for sentence in shown.theorems)


def test_a_proof_for_larger_sizes_says_so() -> None:
    def keep(certificate: dict[str, Any]) -> None:
        certificate["parts"] = certificate["parts"][:1]
        larger(certificate)

    shown = Proved(LEAST_SQUARES, changed(LEAST_SQUARES, keep), "")
    assert shown.hypotheses == ("d >= 7",)
    assert "d >= 7" in shown.setting


def test_a_place_that_a_constant_speaks_of_is_named() -> None:
    """A constant X[k, 0]^2 without k would be no constant."""
    from symconvex.kernel.check import Theorem, check
    from symconvex.kernel.statement import read_given, read_judgment
    from symconvex.language.printing.theorems import sentence

    statement = check(unhurried(LEAST_SQUARES).certificate).statement
    claim = read_judgment("(loss smooth (^ X[k,0] 2))")
    assert "if X[k] != 0" in sentence(statement, Theorem((read_given("(nonzero X k)"),), (), (claim,)))
    plain = Theorem((read_given("(nonzero X k)"),), (), (read_judgment("(loss not_convex)"),))
    assert "if X != 0" in sentence(statement, plain)
