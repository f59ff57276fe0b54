"""The kernel: certificates that are accepted, refused and unreadable, and every change of the accepted ones."""

import copy
import re
from pathlib import Path

import pytest
from support.certificates import FOLDER, load, stored
from support.tampering import Change, outcome, put, says_no_more, tampered

from symconvex.kernel.check import STEPS, Accepted, Rejected, Theorem, check, digest
from symconvex.kernel.reading import read_part, read_statement
from symconvex.kernel.term import Malformed

# What a change may do unnoticed, since it is true: why, and which certificates with which change.
HARMLESS: dict[str, dict[str, str]] = {
    "another problem, of which the same lines prove the same": {
        "level-along-rays": "loss: negated",
        "level-in-a-direction": "loss: negated",
        "negative-bases": "loss: negated",
        "null-vector": "loss: negated",
        "single-lines": "loss: negated",
        "strict-chord-of-a-norm": "loss: negated",
        "strict-chord-on-a-closed-domain": "loss: negated",
        "sum-with-one-positive-summand": "loss: negated",
        "two-equal-directions": "loss: negated",
        "zero-data": "loss: negated",
        "a-witness-in-a-claim": "values/[yZ](/0)?: first number negated",
        "an-index-below-a-fixed-length": "values/y: first number negated",
        "given-data-meet-a-hypothesis": "values/.*: first number negated",
        "given-matrix-and-free-labels": "values/.*: first number negated",
        "numbers": "values/y: first number negated",
    },
    "hypotheses that no line needs: they are there to be met by an example": {
        "a-hypothesis-at-every-place": "parts/0/given.*",
        "a-witness-that-stays": "parts/0/given.*",
        "hypotheses-that-are-met": "parts/0/given.*",
    },
    "a stronger line that the same evidence shows": {
        "at-a-point-of-a-domain": "domain/1: positive instead",
        "combinations": "parts/0/steps/3/gives: positive instead",
        "domain-by-a-composition": "parts/0/steps/[0-3]/gives: positive instead",
        "domain-of-balls-at-every-place": "domain/0/is: positive instead",
        "facts": "parts/0/steps/(0|16)/gives: positive instead",
        "p-norm-of-kinks": "parts/0/steps/7/gives: positive instead",
        "strict-chord-on-a-closed-domain": "parts/0/steps/4/gives: positive instead",
    },
    "two lines that say the same up to the normal form": {
        "a-logarithm-of-a-quotient": "parts/0/steps/(9|11|13|15)/uses/1: one less",
        "compositions": "parts/0/steps/12/uses/0: one more",
        "convex-inside-a-smooth-function": "parts/0/steps/9/uses/0: one more",
        "refuted-concave-by-two-gaps": "parts/0/steps/3/uses/(0: one more|1: one less)",
    },
    "without the claim that names the place or the vector, its hypothesis is met": {
        "a-witness-in-a-claim": "parts/0/claims: first entry dropped",
    },
}


def harmless(name: str, change: Change) -> bool:
    return any(name in rows and re.fullmatch(rows[name], str(change)) for rows in HARMLESS.values())


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
    assert [list(map(str, theorem.claims)) for theorem in result.theorems] == expect["claims"]
    assert [list(map(str, theorem.met)) for theorem in result.theorems] == expect["met"]
    for theorem, part in zip(result.theorems, certificate["parts"], strict=True):  # type: ignore[arg-type]
        assert {*map(str, theorem.given)} == {*part["given"]} - {*map(str, theorem.met)}
    assert result.steps == sum(len(part["steps"]) for part in certificate["parts"])  # type: ignore[attr-defined]


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
    original = check(certificate)
    assert isinstance(original, Accepted)
    noticed = 0
    for change in tampered(certificate):
        result = outcome(change.certificate)
        if isinstance(result, Accepted) and not harmless(path.stem, change):
            assert says_no_more(certificate, change, original, result), str(change)
        noticed += not isinstance(result, Accepted)
    assert noticed > 40


@pytest.mark.parametrize("path", stored("accept"), ids=lambda path: path.stem)
def test_a_stale_digest_is_enough_to_refuse(path: Path) -> None:
    certificate, _ = load(path)
    for change in tampered(certificate):
        stale = {**change.certificate, "digest": certificate["digest"]}
        result = outcome(stale)
        assert isinstance(result, Malformed) or (isinstance(result, Rejected) and result.rule == "digest"), str(change)


BITES = [
    # id                        certificate                      path                               value
    ("another loss",            "ridge",                         ("loss",),                         "0"),
    ("a hypothesis less",       "a-hypothesis-at-every-place",   ("parts", 0, "given"),             []),
    ("a hypothesis more",       "ridge",                         ("parts", 0, "given"),             ["(positive lam)"]),
    ("a smaller least size",    "only-from-three-on",            ("sizes",),                        {"n": 2}),
    ("a larger domain",         "logarithm-on-the-half-line",    ("domain",),                       []),
    ("another set",             "ridge",                         ("data", "lam", "within"),         "real"),
    ("another rule",            "hinge",                         ("parts", 0, "steps", 3, "rule"),  "constant"),
    ("another line",            "hinge",                         ("parts", 0, "steps", 3, "gives"), "(affine (* 2 w))"),
    ("another claim",           "curvature-of-a-square",         ("parts", 0, "claims", 0),         "(loss affine)"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "name", "path", "value"), BITES, ids=[row[0] for row in BITES])
def test_the_judge_of_changes_bites(case: str, name: str, path: tuple[str | int, ...], value: object) -> None:
    certificate, _ = load(FOLDER / "accept" / f"{name}.json")
    changed = copy.deepcopy(certificate)
    put(changed, path, value)
    statement = read_statement(changed)
    read = [read_part(part, statement) for part in changed["parts"]]  # type: ignore[attr-defined]
    after = Accepted(statement, tuple(Theorem(part.given, (), part.claims) for part in read), 0, {})
    before = check(certificate)
    assert isinstance(before, Accepted)
    assert not says_no_more(certificate, Change(path, "by hand", changed), before, after)


@pytest.mark.parametrize(("rows", "name"), [(rows, name) for rows in HARMLESS.values() for name in rows])
def test_no_exception_is_left_over(rows: dict[str, str], name: str) -> None:
    certificate, _ = load(FOLDER / "accept" / f"{name}.json")
    changes = [change for change in tampered(certificate) if re.fullmatch(rows[name], str(change))]
    assert any(isinstance(outcome(change.certificate), Accepted) for change in changes)


def test_a_part_has_at_most_20000_steps() -> None:
    certificate, _ = load(FOLDER / "accept" / "conclude-concave.json")
    (part,) = certificate["parts"]  # type: ignore[misc]
    step = {"rule": "affine", "uses": [], "with": {}, "gives": "(affine w)"}
    for count, readable in ((20_000, True), (20_001, False)):
        longer = [{**step, "id": k} for k in range(4, count + 1)]
        changed = {**certificate, "parts": [{**part, "steps": [*part["steps"], *longer]}]}
        result = outcome({**changed, "digest": digest(changed)})
        assert isinstance(result, Accepted if readable else Malformed), result


@pytest.mark.parametrize("path", stored("accept"), ids=lambda path: path.stem)
def test_the_digest_does_not_depend_on_the_order_of_fields(path: Path) -> None:
    certificate, _ = load(path)
    assert digest(dict(reversed(certificate.items()))) == certificate["digest"]
