"""The proofs that the project keeps: they are what the program writes today, and nothing in them can be changed."""

import json
import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from support.deciding import unhurried
from support.stored import COMMAND, QUESTIONS, ROOT, ROWS, files_of, folder, problem_of
from support.tampering import outcome, tampered

from symconvex.kernel.check import Accepted, check
from symconvex.language.printing.theorems import setting
from symconvex.replay import replay_all, says_otherwise
from symconvex.store import certificate_text
from symconvex.verdict import Proved, Refuted
from symconvex.view import view_of


@pytest.mark.parametrize(("name", "options", "data"), ROWS, ids=[folder(*row).name for row in ROWS])
def test_the_stored_proof_is_what_the_program_writes(name: str, options: dict[str, str], data: str) -> None:
    verdict = unhurried(problem_of(name, options, data))
    assert isinstance(verdict, Proved | Refuted)
    where = folder(name, options, data)
    given = (f"--{option}" if value == "yes" else f"--{option} {value}" for option, value in options.items())
    command = " ".join(["symconvex prove", name, *given])
    stored = {path.name: path.read_text("utf-8") for path in where.glob("*") if path.suffix in {".tex", ".json"}}
    assert stored == {
        "proof.tex": verdict.to_latex(),
        "certificate.json": certificate_text(verdict.certificate),
    }, f"write it again: {command}"


def test_every_stored_proof_has_its_row() -> None:
    rows = {folder(*row).name for row in ROWS}
    assert {path.name for path in (ROOT / "proofs").iterdir() if path.is_dir()} == {*rows, *QUESTIONS}
    assert not rows & QUESTIONS.keys()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_that_the_project_grew_from_is_answered_as_it_is_stored(name: str) -> None:
    where = ROOT / "proofs" / name
    stored = {
        str(path.relative_to(where)): path.read_text("utf-8")
        for path in where.rglob("*")
        if path.suffix in {".tex", ".json"}
    }
    assert stored == files_of(QUESTIONS[name]), f"write it again: {COMMAND}"


ANSWERS = {
    "convolution-scalar": "neither",
    "convolution-filter": "convex",
    "convolution-signal": "convex",
    "convolution-both": "neither",
    "max-pooling": "convex",
    "max-pooling-squared": "depends",
    "range-least-squares": "depends",
    "ar1": "convex",
    "ar1-conditional": "convex",
    "ma1-conditional": "depends",
    "logistic-function": "neither",
    "logistic-negative-log": "convex",
    "input-convex-network": "convex",
    "input-convex-network-weights": "neither",
    "cross-entropy": "convex",
    "product-of-two-quasiconcave": "neither",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_stored_certificate_says_what_is_true(name: str) -> None:
    found = check(json.loads((ROOT / "proofs" / name / "certificate.json").read_text("utf-8")))
    assert isinstance(found, Accepted)
    assert view_of(found).answer == ANSWERS[name]


def test_every_stored_certificate_is_verified() -> None:
    """The text of its loss is compared too."""
    assert [(entry.path, entry.reason) for entry in replay_all((ROOT / "proofs",)) if entry.outcome != "accepted"] == []


CERTIFICATES = sorted((ROOT / "proofs").rglob("certificate.json"))
NAMES = [str(path.parent.relative_to(ROOT / "proofs")) for path in CERTIFICATES]
# The small certificates of test_kernel.py try every change at once; those of the proofs only in a sweep.
SHARES = [
    pytest.param(31, id="some"),
    pytest.param(7, id="many", marks=pytest.mark.sweep),
    pytest.param(1, id="all", marks=pytest.mark.sweep),
]


@pytest.mark.parametrize("every", SHARES)
@pytest.mark.parametrize("path", CERTIFICATES, ids=NAMES)
def test_no_field_can_be_changed(path: Path, every: int) -> None:
    """With the old digest every change is refused; with a new one the kernel sees it, or less is claimed."""
    certificate = json.loads(path.read_text("utf-8"))
    shown = outcome(certificate)
    assert isinstance(shown, Accepted)
    tried = 0
    for tried, change in enumerate(islice(tampered(certificate), 0, None, every), 1):
        assert not isinstance(outcome({**change.certificate, "digest": certificate["digest"]}), Accepted), str(change)
        result = outcome(change.certificate)
        fine = not isinstance(result, Accepted) or shows_no_more(certificate, shown, change.certificate, result)
        assert fine, f"{tried}: {change}"
    assert tried > 100 / every


def named_data(certificate: Mapping[str, Any]) -> dict[str, Any]:
    """The data that the loss or its domain speaks of."""
    spoken = " ".join((certificate["loss"], *certificate["domain"]))
    return {name: one for name, one in certificate["data"].items() if re.search(rf"\b{re.escape(name)}\b", spoken)}


def shows_no_more(
    certificate: Mapping[str, Any], shown: Accepted, changed: Mapping[str, Any], result: Accepted
) -> bool:
    """The same problem, or one that `verify` shows to be another; and no theorem that was not shown before.

    A changed loss is refused for its text. Other given numbers, for which the same lines hold, and data of which the
    loss says nothing (h beside the matrix of its convolution), are printed as they are.
    """
    before, after = ({**one, "data": named_data(one), "domain": set(one["domain"])} for one in (certificate, changed))
    if any(before[field] != after[field] for field in ("data", "parameters", "domain", "loss")):
        return says_otherwise(changed) != ""
    if any(certificate[field] != changed[field] for field in ("values", "data")):
        return setting(shown.statement) != setting(result.statement)
    return all(
        any(set(old.given) == set(new.given) and set(old.claims) >= set(new.claims) for old in shown.theorems)
        for new in result.theorems
    )
