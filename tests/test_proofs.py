"""The proofs that the project keeps: they are what the program writes today, and nothing in them can be changed."""

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import pytest
from support.deciding import unhurried
from support.stored import ROOT, ROWS, folder, problem_of
from support.tampering import outcome, tampered

from symconvex.kernel.check import Accepted
from symconvex.language.printing.theorems import setting
from symconvex.replay import says_otherwise
from symconvex.store import certificate_text
from symconvex.verdict import Proved, Refuted


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
    assert {path.name for path in (ROOT / "proofs").iterdir() if path.is_dir()} == {folder(*row).name for row in ROWS}


CERTIFICATES = sorted((ROOT / "proofs").glob("*/certificate.json"))
# The small certificates of test_kernel.py try every change at once; those of the proofs only in a sweep.
SHARES = [pytest.param(31, id="some"), pytest.param(1, id="all", marks=pytest.mark.sweep)]


@pytest.mark.parametrize("every", SHARES)
@pytest.mark.parametrize("path", CERTIFICATES, ids=[path.parent.name for path in CERTIFICATES])
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


def shows_no_more(
    certificate: Mapping[str, object], shown: Accepted, changed: Mapping[str, object], result: Accepted
) -> bool:
    """The same problem, or one that `verify` shows to be another; and no theorem that was not shown before.

    A changed loss is refused for its text. Other given numbers, for which the same lines hold, are printed as they are.
    """
    if any(certificate[field] != changed[field] for field in ("data", "parameters", "domain", "loss")):
        return says_otherwise(changed) != ""
    if certificate["values"] != changed["values"]:
        return setting(shown.statement) != setting(result.statement)
    return all(
        any(set(old.given) == set(new.given) and set(old.claims) >= set(new.claims) for old in shown.theorems)
        for new in result.theorems
    )
