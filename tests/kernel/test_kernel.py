"""The kernel: certificates that are accepted, refused and unreadable, and every change of the accepted ones."""

import copy
import json
from pathlib import Path

import pytest
from support.tampering import Change, outcome, says_no_more, tampered

from symconvex.kernel.check import STEPS, Accepted, Rejected, check, digest
from symconvex.kernel.term import Malformed

FOLDER = Path(__file__).parent.parent / "certificates"


# Another problem, of which the same lines prove the same: minus an affine loss is affine.
SYMMETRIC = {
    ("null-vector", "loss: negated"),
    ("single-lines", "loss: negated"),
    ("translation", "loss: negated"),
    ("zero-data", "loss: negated"),
}


def stored(kind: str) -> list[Path]:
    return sorted((FOLDER / kind).glob("*.json"))


def load(path: Path) -> tuple[dict[str, object], dict[str, object]]:
    entry = json.loads(path.read_text(encoding="utf-8"))
    return entry["certificate"], entry["expect"]


def rules(kind: str) -> set[str]:
    """The rules that accepted certificates use, or that refused ones fail at."""
    if kind == "reject":
        return {str(load(path)[1]["rule"]) for path in stored(kind)}
    parts = (part for path in stored(kind) for part in load(path)[0]["parts"])  # type: ignore[attr-defined]
    return {step["rule"] for part in parts for step in part["steps"]}


@pytest.mark.parametrize("path", stored("accept"), ids=lambda path: path.stem)
def test_accepted(path: Path) -> None:
    certificate, expect = load(path)
    result = check(certificate)
    assert isinstance(result, Accepted), result
    assert [list(theorem.claims) for theorem in result.theorems] == expect["claims"]


@pytest.mark.parametrize("path", stored("reject"), ids=lambda path: path.stem)
def test_refused(path: Path) -> None:
    certificate, expect = load(path)
    result = check(certificate)
    assert isinstance(result, Rejected), result
    assert result.rule == expect["rule"]
    assert str(expect["reason"]) in result.reason


@pytest.mark.parametrize("path", stored("malformed"), ids=lambda path: path.stem)
def test_unreadable(path: Path) -> None:
    certificate, expect = load(path)
    with pytest.raises(Malformed) as caught:
        check(certificate)
    assert str(expect["reason"]) in str(caught.value)


@pytest.mark.parametrize("kind", ["accept", "reject"])
def test_every_rule_is_exercised(kind: str) -> None:
    assert set(STEPS) - rules(kind) == set()


@pytest.mark.parametrize("path", stored("accept"), ids=lambda path: path.stem)
def test_no_change_goes_unnoticed(path: Path) -> None:
    certificate, _ = load(path)
    noticed = 0
    for change in tampered(certificate):
        result = outcome(change.certificate)
        if isinstance(result, Accepted) and (path.stem, str(change)) not in SYMMETRIC:
            assert says_no_more(certificate, change), str(change)
        noticed += not isinstance(result, Accepted)
    assert noticed > 40


@pytest.mark.parametrize("path", stored("accept"), ids=lambda path: path.stem)
def test_a_stale_digest_is_enough_to_refuse(path: Path) -> None:
    certificate, _ = load(path)
    for change in tampered(certificate):
        stale = {**change.certificate, "digest": certificate["digest"]}
        result = outcome(stale)
        assert isinstance(result, Malformed) or (isinstance(result, Rejected) and result.rule == "digest"), str(change)


def test_the_judge_of_changes_bites() -> None:
    certificate, _ = load(FOLDER / "accept" / "ridge.json")
    for path, value in ((("loss",), "0"), (("parts", 0, "given"), ["(positive lam)"]), (("sizes",), {"n": 0, "d": 1})):
        changed = copy.deepcopy(certificate)
        place = changed
        for key in path[:-1]:
            place = place[key]  # type: ignore[index,assignment]
        place[path[-1]] = value  # type: ignore[index]
        assert not says_no_more(certificate, Change(path, "by hand", changed))


@pytest.mark.parametrize("path", stored("accept"), ids=lambda path: path.stem)
def test_the_digest_does_not_depend_on_the_order_of_fields(path: Path) -> None:
    certificate, _ = load(path)
    assert digest(dict(reversed(certificate.items()))) == certificate["digest"]
