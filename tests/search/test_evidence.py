"""What is said of a question that stays open, and what only looked so."""

import pytest

import symconvex as sc

ROWS = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
PAIRED = [
    # loss                                                                            answer
    ("-sum(y*log(sigmoid(X@w)) + (1 - y)*log(1 - sigmoid(X@w)))",                     "convex"),
    ("-sum((1 - y)*log(1 - sigmoid(X@w)) + y*log(sigmoid(X@w)))",                     "convex"),
    ("sum(3*y*log(1 + exp(-(X@w))) + (2 - 3*y)*log(1 + exp(X@w)))",                   "convex"),
    ("sum(y*log(1 + exp(-(X@w))) + (0 - 1 - y)*log(1 + exp(X@w)))",                   "concave"),
    ("sum(y*log(1 + exp(-(X@w))) - y*log(1 + exp(X@w)))",                             "affine"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "answer"), PAIRED, ids=[row[0] for row in PAIRED])
def test_cross_entropy_is_decided_for_labels_of_any_value(loss: str, answer: str) -> None:
    assert sc.prove(loss, wrt="w", shapes=ROWS).answer == answer


HINTS = [
    # loss                    wrt    hint
    ("log(y)*x",              "x",   "--set y=positive"),
    ("sqrt(a)*x**2",          "x",   "--set a=positive"),
    ("log(b)*x/k**(1/2)",     "x",   "--set b=positive --set k=positive"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "hint"), HINTS, ids=[row[0] for row in HINTS])
def test_where_data_leave_the_loss_undefined_their_set_is_asked_for(loss: str, wrt: str, hint: str) -> None:
    found = sc.prove(loss, wrt=wrt)
    assert found.answer == "undecided"
    assert found.tried[0].endswith(f": state {hint}")
    sets = {word.split("=")[0]: "positive" for word in hint.split() if "=" in word}
    assert sc.prove(loss, wrt=wrt, sets=sets).answer != "undecided"


def test_rounding_is_no_negative_eigenvalue() -> None:
    """sum (y (z - softplus(z)) - (1 - y) softplus(z)) is concave; its Hessian is 0 but for rounding where z is large."""
    found = sc.prove("sum(y*(softplus(X@w) - X@w) + (1 - y)*softplus(X@w) + 0*y)", wrt="w", shapes=ROWS, budget=8)
    assert not any("neither" in line or "e-1" in line for line in getattr(found, "tried", ()))


@pytest.mark.parametrize("loss", ["log(s) + (x - m)**2/(2*s**2)", "log(s) + (m + x)**4/(3*s**3)"])
def test_data_that_only_shift_a_parameter_decide_nothing(loss: str) -> None:
    found = sc.prove(loss, wrt="m, s", where=["s > 0"])
    assert (found.answer, found.hypotheses) == ("neither", ())
