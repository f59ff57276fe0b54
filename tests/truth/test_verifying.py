"""What `verify` says of a certificate by somebody else: refused, or shown with everything that it assumes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.deciding import unhurried

import symconvex
from symconvex.kernel.check import digest
from symconvex.language import state
from symconvex.problem import Problem
from symconvex.replay import Replay, replay

CUBE = state("x**3", wrt="x", shapes={}, positive=["x"])
SCALED = state("c*x**2", wrt="x", shapes={"c": ()}, sets={"c": "positive"})
NORM = state("sum(w**2)", wrt="w", shapes={"w": ("n",)})
Certificate = dict[str, Any]


def replayed(folder: Path, problem: Problem, change: Callable[[Certificate], None]) -> Replay:
    certificate = json.loads(json.dumps(unhurried(problem).certificate))
    change(certificate)
    path = folder / "certificate.json"
    path.write_text(json.dumps({**certificate, "digest": digest(certificate)}), encoding="utf-8")
    return replay(path)


def empty(certificate: Certificate) -> None:
    certificate["domain"].append("(positive (* -1 x))")


def contradiction(certificate: Certificate) -> None:
    for part in certificate["parts"]:
        part["given"].append("(positive (* -1 c))")


def at_least_three(certificate: Certificate) -> None:
    certificate["sizes"]["n"] = 3
    for part in certificate["parts"]:
        part["example"]["sizes"]["n"] = 3
        part["example"]["point"]["w"] = "0 0 0"


def nothing(certificate: Certificate) -> None:
    """As it was written."""


SHOWN = [
    # id                    the question  what is changed    outcome      seen in the setting
    ("an empty domain",     CUBE,         empty,             "refused",   ""),
    ("against a set",       SCALED,       contradiction,     "refused",   ""),
    ("a least size",        NORM,         at_least_three,    "accepted",  "n >= 3"),
    ("a set",               SCALED,       nothing,           "accepted",  "c > 0"),
    ("a domain",            CUBE,         nothing,           "accepted",  "on x > 0"),
]  # fmt: skip


@pytest.mark.parametrize("row", SHOWN, ids=[row[0] for row in SHOWN])
def test_nothing_is_assumed_in_silence(row: tuple, tmp_path: Path) -> None:
    _, problem, change, outcome, seen = row
    entry = replayed(tmp_path, problem, change)
    assert entry.outcome == outcome, entry
    assert seen in entry.setting
    assert (entry.theorems == ()) == (outcome == "refused")


def test_python_gets_setting_and_theorems(tmp_path: Path) -> None:
    replayed(tmp_path, SCALED, nothing)
    (entry,) = symconvex.verify(tmp_path).values()
    assert entry.setting == "for all c > 0; in x"
    assert any("modulus 2*c" in sentence for sentence in entry.theorems)


RAW = ["\x1b[31mred\x1b[0m", "bell\x07", "two\nlines", "\u202eback", "\x9bcsi", "no\u00a0break", "a" * 70]


@pytest.mark.parametrize("text", RAW, ids=range(len(RAW)))
@pytest.mark.parametrize("field", ["name", "text", "loss", "claim", "given", "size", "rule"])
def test_no_text_of_a_stranger_reaches_the_terminal_raw(field: str, text: str, tmp_path: Path) -> None:
    def change(certificate: Certificate) -> None:
        part = certificate["parts"][0]
        match field:
            case "claim":
                part["claims"].append(f"(loss {text})")
            case "given":
                part["given"].append(f"(zero {text})")
            case "size":
                certificate["sizes"][text] = 1
            case "rule":
                part["steps"][0]["rule"] = text
            case _:
                certificate[field] = text

    entry = replayed(tmp_path, SCALED, change)
    assert entry.outcome in ("unreadable", "refused")
    shown = "".join(str(value) for key, value in entry.fields().items() if key != "path")
    assert shown.isprintable()


@pytest.mark.parametrize("text", ["c*x**2 ", "c * x**2", "c*x**2 + 0"])
def test_another_spelling_of_the_same_loss_is_none_other(text: str, tmp_path: Path) -> None:
    assert replayed(tmp_path, SCALED, lambda c: c.update(text=text)).outcome == "accepted"


@pytest.mark.parametrize("text", ["c*x**4", "x**2", "", "c*x**2 +", "c*y**2"])
def test_a_text_that_says_something_else_is_refused(text: str, tmp_path: Path) -> None:
    entry = replayed(tmp_path, SCALED, lambda c: c.update(text=text))
    assert entry.outcome == "refused"
    assert "text of the loss" in entry.reason
