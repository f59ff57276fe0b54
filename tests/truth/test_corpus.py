"""The corpus as `symconvex survey` answers it: nothing wrong, and never fewer rows right than there were.

    pytest tests/truth/test_corpus.py -s               a share of the rows, with the table
    pytest tests/truth/test_corpus.py -s -m sweep      all of them

A floor is the number of rows that were right when it was written; whoever makes more of them right raises it.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.corpus import formulas, functions, losses
from support.meaning import compared, same_condition
from support.scoring import Judge, Score, count, faults, surveyed, table

import symconvex as sc

SHARE = 8  # every eighth row is always tried
BUDGET = 20.0


@dataclass(frozen=True)
class Set:
    """The rows of a file; how many of its share, and of all, were right when this was written."""

    rows: Callable[[], list[dict[str, Any]]]
    share: int
    whole: int


SETS = {
    "functions": Set(functions, share=24, whole=225),
    "losses": Set(losses, share=3, whole=53),
    "formulas": Set(formulas, share=3, whole=18),
}


def shown(name: str, found: list[Score]) -> str:
    """What is missing, and the table."""
    return "\n".join(["", name, *faults(found), table(found), ""])


@pytest.mark.parametrize("name", SETS)
def test_a_share_of_the_corpus_is_answered_and_nothing_is_wrong(name: str, tmp_path: Path) -> None:
    found = surveyed(SETS[name].rows()[::SHARE], budget=BUDGET, certificates=tmp_path)
    sys.stdout.write(shown(name, found))
    counts = count(found)
    assert counts["wrong"] == 0, shown(name, found)
    assert [one.entry["error"] for one in found if "InternalError" in str(one.entry.get("error"))] == []
    assert counts["right"] >= SETS[name].share, shown(name, found)
    decided = [one for one in found if one.entry.get("verdict", "undecided") != "undecided"]
    replayed = [entry.outcome for entry in sc.verify(tmp_path).values()]
    assert replayed == ["accepted"] * len(decided)


@pytest.mark.sweep
@pytest.mark.parametrize("name", SETS)
def test_nothing_in_the_corpus_is_wrong(name: str) -> None:
    found = surveyed(SETS[name].rows(), budget=BUDGET)
    sys.stdout.write(shown(name, found))
    counts = count(found)
    assert counts["wrong"] == 0, shown(name, found)
    assert [one.entry["error"] for one in found if "InternalError" in str(one.entry.get("error"))] == []
    assert counts["right"] >= SETS[name].whole, shown(name, found)


# --- the scorer itself must be able to fail ---------------------------------------------------------------------------

ENTRY = {
    "id": "row", "verdict": "convex", "strict": True, "strict_when": None, "modulus": "2", "modulus_when": None,
    "smoothness": None, "smoothness_when": None, "exact": ["modulus"], "hypotheses": [], "condition": "True",
    "concave_condition": None, "quasiconvex": True, "domain": [], "witness": None, "tried": [], "seconds": 0.1,
}  # fmt: skip
TRUTH = {"verdict": "convex", "strict": True, "modulus": "2", "condition": None, "quasiconvex": True}
OPEN = {"strict": None, "modulus": None, "exact": [], "condition": None, "quasiconvex": None}
REFUTED = {**OPEN, "verdict": "neither", "condition": "False", "witness": {"at": {}}}
UNREADABLE = {"error": {"kind": "LossError", "what": "no", "where": "", "expected": "", "got": "", "hint": ""}}
IFF = {"verdict": "depends", "condition": "(a >= 0) & (b**2 <= 4*a)"}

SCORED = [
    # id                          truth                                          entry                                                         outcome
    ("all right",                 {},                                            {},                                                           "right"),
    ("undecided",                 {},                                            {"verdict": "undecided"},                                     "undecided"),
    ("an error",                  {},                                            UNREADABLE,                                                   "error"),
    ("an error that is deserved", {"verdict": None, "error": True},              UNREADABLE,                                                   "right"),
    ("an error of its kind",      {"verdict": None, "error": "LossError"},       UNREADABLE,                                                   "right"),
    ("an error of another kind",  {"verdict": None, "error": "ShapeError"},      UNREADABLE,                                                   "error"),
    ("a bug",                     {"verdict": None, "error": True},              {"error": {**UNREADABLE["error"], "kind": "InternalError"}},  "error"),
    ("an answer for an error",    {"verdict": None, "error": True},              {},                                                           "wrong"),
    ("an answer or an error",     {"error": True},                               UNREADABLE,                                                   "right"),
    ("concave",                   {},                                            {"verdict": "concave"},                                       "wrong"),
    ("affine",                    {},                                            {"verdict": "affine"},                                        "wrong"),
    ("refuted",                   {},                                            REFUTED,                                                      "wrong"),
    ("refuted for some data",     {},                                            {**OPEN, "verdict": "depends", "witness": {"at": {}}},        "wrong"),
    ("shown for some data",       {},                                            {**OPEN, "verdict": "depends"},                               "short"),
    ("only not convex",           {"verdict": "neither", "strict": None, "modulus": None, "quasiconvex": None},  {**REFUTED, "verdict": "not convex"},  "short"),
    ("neither for not convex",    {"verdict": "not convex", "strict": None, "modulus": None, "quasiconvex": None},  REFUTED,                   "right"),
    ("convex for not convex",     {"verdict": "not convex", "strict": None, "modulus": None, "quasiconvex": None},  OPEN,                      "wrong"),
    ("convex for neither",        {"verdict": "neither", "strict": None, "modulus": None, "quasiconvex": None},  OPEN,                         "wrong"),
    ("convex for affine",         {"verdict": "affine", "strict": None, "modulus": None},  {**OPEN, "quasiconvex": True},                      "short"),
    ("strictness unknown",        {},                                            {"strict": None},                                             "short"),
    ("strictness wrong",          {},                                            {"strict": False},                                            "wrong"),
    ("strict for some data",      {"strict": None, "strict_when": "rank(X) == d"},  {"strict": None, "strict_when": "rank(X) == X.shape[1]"},  "right"),
    ("strict for other data",     {"strict": None, "strict_when": "rank(X) == d"},  {"strict": None, "strict_when": "X != 0"},                 "wrong"),
    ("strict for all data",       {"strict": None, "strict_when": "rank(X) == d"},  {},                                                        "wrong"),
    ("strict for unknown data",   {"strict": None, "strict_when": "rank(X) == d"},  {"strict": None},                                          "short"),
    ("another spelling",          {"modulus": "4/2"},                            {},                                                           "right"),
    ("the root of four",          {"modulus": "sqrt(4)"},                        {},                                                           "right"),
    ("a smaller modulus",         {"modulus": "3"},                              {"exact": []},                                                "short"),
    ("called best possible",      {"modulus": "3"},                              {},                                                           "wrong"),
    ("a larger modulus",          {"modulus": "1"},                              {},                                                           "wrong"),
    ("larger than some valid one", {"modulus": "1", "modulus_exact": False},     {},                                                           "right"),
    ("a modulus where is none",   {"modulus": "0"},                              {},                                                           "wrong"),
    ("no modulus where is none",  {"modulus": "0"},                              {"modulus": None},                                            "right"),
    ("none where is one",         {},                                            {"modulus": None},                                            "wrong"),
    ("a modulus in data",         {"modulus": "lam"},                            {"modulus": "lam + lambda_min(X.T @ X)"},                     "right"),
    ("not quasiconvex",           {},                                            {"quasiconvex": False},                                       "wrong"),
    ("a condition",               IFF,                                           {**REFUTED, "verdict": "depends", "condition": "4*a - b**2 >= 0 and a >= 0"},   "right"),
    ("a part of a condition",     IFF,                                           {**REFUTED, "verdict": "depends", "condition": "b**2 < 4*a"},  "wrong"),
    ("no condition",              IFF,                                           {**REFUTED, "verdict": "depends", "condition": None},         "short"),
    ("never",                     IFF,                                           REFUTED,                                                      "wrong"),
    ("always",                    IFF,                                           {},                                                           "wrong"),
    ("refuted where it may hold", IFF,                                           {**REFUTED, "condition": None, "hypotheses": ["a != 0"]},     "wrong"),
    ("refuted where it fails",    IFF,                                           {**REFUTED, "condition": None, "hypotheses": ["a < 0"]},      "short"),
    ("zero data",                 {"verdict": "neither", "condition": "X == 0"}, {**REFUTED, "condition": "X == 0", "hypotheses": ["X != 0"]}, "right"),
]  # fmt: skip


@pytest.mark.parametrize(("truth", "entry", "outcome"), [row[1:] for row in SCORED], ids=[row[0] for row in SCORED])
def test_the_scorer_tells_right_from_wrong(truth: dict, entry: dict, outcome: str) -> None:
    unsure = {"strict": None, "modulus": None, "quasiconvex": None} if truth.get("condition") else {}
    row = {
        "id": "row",
        "loss": "",
        "shapes": {"X": ["n", "d"], "lam": []},
        "sets": {"lam": "positive"},
        "truth": {**TRUTH, **unsure, **truth},
    }
    score = Judge(row, {**ENTRY, **entry}).score()
    assert score.outcome == outcome, score.notes


CONDITIONS = [
    # one                              other                                        the same
    ("a >= 0",                         "0 <= a",                                    True),
    ("a >= 0",                         "a > 0",                                     False),
    ("Eq(a, 0)",                       "a == 0",                                    True),
    ("(a <= 0) | (a >= 1)",            "a <= 0 or a >= 1",                          True),
    ("(a <= 0) | (a >= 1)",            "a*(a - 1) >= 0",                            True),
    ("6*a >= 1",                       "a >= 1/6",                                  True),
    ("6*a >= 1",                       "a > 1/6",                                   False),
    ("4*a*c >= b**2",                  "4*a*c > b**2",                              False),
    ("(a >= -2) & (a <= 2)",           "abs(a) <= 2",                               True),
    ("a**2 >= 2",                      "a >= sqrt(2) or a <= -sqrt(2)",             True),
    ("rank(X) == d",                   "det(X.T @ X) > 0",                          True),
    ("rank(X) == d",                   "X != 0",                                    False),
    ("X == 0",                         "norm(X) == 0",                              True),
    ("rank([X 1]) == d + 1",           "rank([X, 1]) == d + 1",                     True),
    ("lambda_min(X.T @ X) > 0",        "rank(X) == d",                              True),
    ("lambda_max(X.T @ X) <= 1",        "np.linalg.norm(X, 2)**2 <= 1",              True),
    ("rank(X) == d",                   "np.linalg.matrix_rank(X) == X.shape[1]",    True),
    ("a >= f(b)",                      "a >= 0",                                    None),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "same"), CONDITIONS)
def test_conditions_are_compared_by_what_they_mean(one: str, other: str, same: bool | None) -> None:
    assert same_condition(one, other, {"X": ["n", "d"]}, {}) is same


@pytest.mark.parametrize(("one", "other", "lies"), [
    ("1/3", "0.5", {"<"}), ("lam", "2*lam", {"<"}), ("2*lam/2", "lam", {"="}), ("15 - sqrt(29)", "9.614835192865496", {"="}),
    ("r", "0", {"<", "=", ">"}), ("lambda_min(X.T @ X)", "0", {"=", ">"}), ("f(x)", "1", None),
])  # fmt: skip
def test_constants_are_compared_by_their_values(one: str, other: str, lies: set[str] | None) -> None:
    assert compared(one, other, [], {"X": ["n", "d"]}, {"lam": "positive"}) == lies


def test_every_row_of_the_corpus_has_a_truth_and_an_id_of_its_own() -> None:
    for name, one in SETS.items():
        rows = one.rows()
        assert len({row["id"] for row in rows}) == len(rows), name
        assert [row["id"] for row in rows if not any(value is not None for value in row["truth"].values())] == []
        assert json.dumps(rows)
