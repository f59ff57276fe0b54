"""Parameters that are definite, semidefinite or symmetric matrices of numbered size, in their entries."""

import re

import pytest

import symconvex as sc
from symconvex.errors import SymconvexError

SHAPES = {"P": (2, 2), "X": (2, 2), "Z": (3, 3), "S": (2, 2), "B": (2, 2), "C": (3, 3), "v": (2,), "Q": ("n", "n")}

ROWS = [
    # loss                             wrt    sets                           answer     strict  modulus  smoothness
    ("trace(S@P) - log(det(P))",       "P",   {"P": "pd", "S": "psd"},       "convex",  True,   None,    None),
    ("trace(P@S) - logdet(P)",         "P",   {"P": "pd"},                   "convex",  True,   None,    None),
    ("log(det(X))",                    "X",   {"X": "positive definite"},    "concave", True,   None,    None),
    ("trace(inv(P))",                  "P",   {"P": "pd"},                   "convex",  True,   None,    None),
    ("sqrt(det(P))",                   "P",   {"P": "pd"},                   "concave", False,  None,    None),
    ("det(P)",                         "P",   {"P": "pd"},                   "neither", None,   None,    None),
    ("det(P)",                         "P",   {"P": "psd"},                  "neither", None,   None,    None),
    ("1/det(P)",                       "P",   {"P": "pd"},                   "convex",  True,   None,    None),
    ("v @ inv(P) @ v",                 "v,P", {"P": "pd"},                   "convex",  False,  None,    None),
    ("v @ inv(P) @ v",                 "P",   {"P": "pd"},                   "convex",  None,   None,    None),
    ("v @ P @ v",                      "P",   {"P": "psd"},                  "affine",  False,  None,    None),
    ("norm(X - B)**2",                 "X",   {"X": "psd"},                  "convex",  True,   "2",     "2"),
    ("trace(X @ X)",                   "X",   {"X": "symmetric"},            "convex",  True,   "2",     "2"),
    ("trace(Z @ Z)/2 - trace(C @ Z)",  "Z",   {"Z": "symmetric"},            "convex",  True,   "1",     "1"),
    ("trace(X @ X)",                   "X",   {},                            "neither", None,   None,    None),
    ("det(X)",                         "X",   {"X": "symmetric"},            "neither", None,   None,    None),
    ("lambda_max(X)",                  "X",   {"X": "symmetric"},            "convex",  False,  None,    None),
    ("lambda_min(X)",                  "X",   {"X": "psd"},                  "concave", False,  None,    None),
    ("trace(P@P) - log(det(P))",       "P",   {"P": "pd"},                   "convex",  True,   "2",     None),
    ("trace(C @ Z)",                   "Z",   {"Z": "pd"},                   "affine",  False,  None,    None),
    ("det(Z)",                         "Z",   {"Z": "pd"},                   "neither", None,   None,    None),
]  # fmt: skip


def used(loss: str) -> dict[str, tuple[object, ...]]:
    return {name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", loss)}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} {row[2]}" for row in ROWS])
def test_a_matrix_of_a_kind_is_taken_in_its_entries(row: tuple[object, ...]) -> None:
    loss, wrt, sets, *expected = row
    verdict = sc.prove(str(loss), wrt=str(wrt), shapes=used(str(loss)), sets=sets, budget=60)
    assert [getattr(verdict, word) for word in ("answer", "strict", "modulus", "smoothness")] == expected
    assert any("is written as [[" in note for note in verdict.problem.notes) == bool(sets)


@pytest.mark.parametrize("loss", ["log(det(Q))", "trace(Q)"])
def test_of_named_size_a_parameter_is_no_definite_matrix_yet(loss: str) -> None:
    with pytest.raises(SymconvexError, match="size as 2 or 3"):
        sc.prove(loss, wrt="Q", shapes=used(loss), sets={"Q": "pd"}, budget=10)


def test_the_entries_get_names_that_are_free() -> None:
    verdict = sc.prove("trace(P@P) + P_01**2", wrt="P,P_01", shapes={"P": (2, 2), "P_01": ()}, sets={"P": "symmetric"})
    assert [symbol.name for symbol in verdict.problem.parameters] == ["P_00", "P_01_", "P_11", "P_01"]
