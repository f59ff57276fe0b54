"""Square matrices of a kind among the data: what they are written as, what is proved of them, and who may not have one."""

import pytest

import symconvex as sc
from symconvex.errors import LossError, ShapeError

SHAPES = {
    "x": ("n",), "b": ("n",), "A": ("n", "n"), "X": ("m", "d"), "w": ("d",), "y": ("m",), "Q": ("m", "m"), "W": ("n", "k"),
    "R": ("n",), "B": ("n", "d"),
}  # fmt: skip

RIGHT = [
    # loss                        wrt  sets             answer     strict  strict_when      modulus                         smoothness
    ("x@A@x",                     "x", {"A": "psd"},    "convex",  None,   "rank(R) == n",  "2*lambda_min(R.T @ R)",        "2*lambda_max(R.T @ R)"),
    ("x@A@x/2 - b@x",             "x", {"A": "psd"},    "convex",  None,   "rank(R) == n",  "lambda_min(R.T @ R)",          "lambda_max(R.T @ R)"),
    ("x@A.T@x/2 - b@x",           "x", {"A": "pd"},     "convex",  True,   None,            "c + lambda_min(R.T @ R)",      "lambda_max(R.T @ R) + c"),
    ("-x@A@x",                    "x", {"A": "psd"},    "concave", None,   "rank(R) == n",  None,                           "2*lambda_max(R.T @ R)"),
    ("trace(W.T@A@W)",            "W", {"A": "pd"},     "convex",  True,   None,            "2*c + 2*lambda_min(R.T @ R)",  "2*lambda_max(R.T @ R) + 2*c"),
    ("(X@w - y)@Q@(X@w - y)",     "w", {"Q": "pd"},     "convex",  None,   "rank(X) == d",  None,                           None),
    ("(X@w - y)@Q@(X@w - y)",     "w", {"Q": "psd"},    "convex",  None,   None,            None,                           None),
    ("sqrt(x@A@x)",               "x", {"A": "positive semidefinite"}, "convex", None, None, None,                           None),
    ("b@A@x",                     "x", {"A": "symmetric"}, "affine", False, None,           None,                           None),
    ("x@A@x + sum(R)",            "x", {"A": "psd"},    "convex",  None,   "rank(R_A) == n", "2*lambda_min(R_A.T @ R_A)",   "2*lambda_max(R_A.T @ R_A)"),
]  # fmt: skip

NEAR_MISSES = [
    ("x@A@x",        "x", {"A": "symmetric"}, "convex for some, not for others"),
    ("x@A@x",        "x", {},                 "any matrix"),
    ("exp(-x@A@x)",  "x", {"A": "psd"},       "falls off to every side"),
    ("x@A@x - x@x",  "x", {"A": "pd"},        "less than the identity"),
]  # fmt: skip

BAD = [
    # loss          wrt  sets              error       says
    ("x@A@x",       "x", {"A": "pdd"},     LossError,  "did you mean pd?"),
    ("x@A@x",       "A", {"A": "psd"},     LossError,  "over which the loss is minimised"),
    ("x@B@w",       "x", {"B": "psd"},     ShapeError, "only a square matrix"),
    ("x@x + sum(b)", "x", {"b": "pd"},     ShapeError, "only a square matrix"),
]  # fmt: skip


def used(loss: str) -> dict[str, tuple[str, ...]]:
    return {name: shape for name, shape in SHAPES.items() if name in loss}


@pytest.mark.parametrize("row", RIGHT, ids=[f"{row[0]} {row[2]}" for row in RIGHT])
def test_a_matrix_of_a_kind_is_written_as_all_of_its_kind_are(row: tuple[object, ...]) -> None:
    loss, wrt, sets, *expected = row
    verdict = sc.prove(str(loss), wrt=str(wrt), shapes=used(str(loss)), sets=sets, budget=60)
    found = [getattr(verdict, word) for word in ("answer", "strict", "strict_when", "modulus", "smoothness")]
    assert found == expected
    assert any("is written as" in note for note in verdict.problem.notes)


@pytest.mark.parametrize(("loss", "wrt", "sets", "why"), NEAR_MISSES)
def test_what_is_not_so_for_all_matrices_is_not_said(loss: str, wrt: str, sets: dict[str, str], why: str) -> None:
    verdict = sc.prove(loss, wrt=wrt, shapes=used(loss), sets=sets, budget=10)
    assert verdict.answer not in ("convex", "concave", "affine"), why


@pytest.mark.parametrize(("loss", "wrt", "sets", "error", "says"), BAD)
def test_a_set_for_what_is_no_square_matrix_of_the_data_is_refused(
    loss: str, wrt: str, sets: dict[str, str], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says.replace("?", "\\?")):
        sc.prove(loss, wrt=wrt, shapes=used(loss), sets=sets, budget=10)
