"""What is shown of concavity alone, or for one number among the data, is not said to be more than that."""

import pytest

import symconvex as sc
from symconvex.asking.replies import DEPENDS, UNKNOWN, convex, strict
from symconvex.verdict import Undecided

SHIFTED = [
    # a number among the data changes nothing where the gap does not contain it
    ("exp(x) + sin(x) + c", "neither"),
    ("x**3 + c", "neither"),
    ("x**3 + c*x", "neither"),
    ("c - exp(x) - 2*sin(x)", "neither"),
    ("x**2 + c", "convex"),
    ("sin(c) - x**4", "concave"),
]


@pytest.mark.parametrize(("loss", "answer"), SHIFTED, ids=[row[0] for row in SHIFTED])
def test_a_number_that_is_added_changes_no_answer(loss: str, answer: str) -> None:
    assert sc.prove(loss, wrt="x").answer == answer


OPEN = [
    "exp(x) + (1 + c**2)*sin(x)",
    "exp(x) + (2 + sin(c))*sin(x)",
    "log(1 + exp(-x)) + (1 + c**2)*sin(x)",
]


@pytest.mark.parametrize("loss", OPEN)
def test_what_is_shown_for_one_number_is_no_dependence(loss: str) -> None:
    """These are convex for no c: what is said of them holds of some c at least, and no property is said to depend."""
    verdict = sc.prove(loss, wrt="x")
    assert verdict.answer in ("neither", "not convex", "depends", "undecided")
    assert "convex for some data" not in verdict.said or verdict.said.startswith("not ")
    replies = (convex(verdict), *strict(verdict))
    assert DEPENDS not in [reply.word for reply in replies]
    assert {reply.word for reply in replies} <= {"no", UNKNOWN}


@pytest.mark.parametrize("loss", OPEN[:2])
def test_a_function_that_is_only_known_not_to_be_concave_is_undecided(
    loss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("symconvex.decide._by_cases", lambda *_: None)
    verdict = sc.prove(loss, wrt="x", budget=100)
    assert isinstance(verdict, Undecided)
    assert verdict.beside is not None
    assert verdict.beside.theorems[0] == "not concave"
    assert convex(verdict).word == UNKNOWN


def test_a_property_depends_where_both_kinds_of_data_are_shown() -> None:
    verdict = sc.prove("exp(x) + c*sin(x)", wrt="x")
    assert verdict.said == "convex for some data and not convex for others"
    assert convex(verdict).word == DEPENDS


@pytest.mark.parametrize("loss", ["c*max(x, y, z)", "c*min(x, y, z)", "max(x, y, z) - c*min(x, y, z)"])
def test_the_largest_of_three_beside_a_number(loss: str) -> None:
    assert sc.prove(loss, wrt="x, y, z").answer == "depends"
