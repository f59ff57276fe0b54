"""One data set refutes "for all data"; data of both kinds are shown where there are some, and both are true."""

from fractions import Fraction

import pytest
from support.deciding import unhurried

from symconvex.language import state
from symconvex.search.cases import cases
from symconvex.verdict import Depends

DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
ROWS = [
    # id                    loss                                         wrt     shapes                       sets            says
    ("Tukey",               "sum(1 - (1 - min((X@w - y)**2, 1))**3)/6",  "w",    DATA,                        {},             {"not_convex", "convex"}),
    ("a swish net",         "sum((silu(X@w) - y)**2)",                   "w",    DATA,                        {},             {"not_convex", "convex"}),
    ("a quadratic form",    "w@A@w/2 - b@w",                             "w",    {"A": ("d", "d"), "w": ("d",), "b": ("d",)}, {}, {"convex", "not_convex"}),
    ("attention",           "sum(logsumexp(X@Q@K.T@X.T, axis=1))",       "Q, K", {"X": ("n", "d"), "Q": ("d", "h"), "K": ("d", "h")}, {}, {"not_convex", "convex"}),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "shapes", "sets", "says"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_what_depends_on_the_data_says_for_which(loss: str, wrt: str, shapes: dict, sets: dict, says: set) -> None:
    verdict = unhurried(state(loss, wrt=wrt, shapes=shapes, sets=sets))
    assert isinstance(verdict, Depends)
    words = {claim.word for claim in verdict.view.claims}
    assert says <= words | ({"convex"} if "affine" in words else set())
    assert all(claim.assumed for claim in verdict.view.claims), "a case is no theorem about all data"
    assert verdict.condition is None
    assert all(" if " in sentence for sentence in verdict.theorems)
    assert "\\emph{Case 1" in verdict.to_latex()


def test_the_numbers_of_a_case_lie_in_their_sets() -> None:
    sets = {"a": "positive", "u": "unit", "s": "sign", "k": "count", "z": "binary"}
    problem = state("a*u*s*k*z*sum(w)", wrt="w", shapes={"w": ("d",), **dict.fromkeys(sets, ())}, sets=sets)
    inside = {
        "a": lambda x: x > 0, "u": lambda x: 0 < x < 1, "s": lambda x: x in (1, -1),
        "k": lambda x: x >= 0 and x.denominator == 1, "z": lambda x: x in (0, 1),
    }  # fmt: skip
    found = list(cases(problem))
    assert len(found) >= 20
    for sizes, case in found:
        assert case.parameters[0].shape == (sizes["d"],)
        assert all(inside[name](Fraction(value)) for name, value in case.values.items())


def test_data_too_many_to_hold_have_no_cases() -> None:
    problem = state("sum((A@w)**2) + sum(sin(w))", wrt="w", shapes={"A": (99_999, 99_999), "w": (99_999,)})
    assert list(cases(problem)) == []
    assert not isinstance(unhurried(problem), Depends)
