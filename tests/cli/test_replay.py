"""What `symconvex verify` says of certificates that somebody else wrote."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from symconvex import prove
from symconvex.cli import main
from symconvex.deadline import OutOfSpace
from symconvex.kernel.check import check, digest
from symconvex.store import MAX_CERTIFICATE

REPLAYED: list[tuple[str, str, dict[str, Any], dict[str, object], int, str]] = [
    # id                loss      declared                        changed                          exit  said
    ("domain",          "x**3",   {"positive": ["x"]},            {},                              0,    "in x; on x > 0"),
    ("numbers",         "a*x**2", {"sets": {"a": "positive"}, "values": {"a": 2}}, {},             0,    "for the given a = 2; in x"),
    ("two lines",       "x**2",   {},                             {"name": "x\naccepted  y"},      2,    "the name is a short plain word"),
    ("colours",         "x**2",   {},                             {"name": "\x1b[31mx"},           2,    "the name is a short plain word"),
    ("no character",    "x**2",   {},                             {"name": "\ud800"},              2,    "the name is a short plain word"),
    ("other text",      "x**2",   {},                             {"text": "x**3"},                1,    "something else"),
    ("text with lines", "x**2",   {},                             {"text": "x**2\naccepted  y"},   2,    "the text printable ASCII"),
    ("undefined text",  "x**2",   {},                             {"text": "x**3/x"},              1,    "something else"),
]  # fmt: skip
OUTCOMES = {0: "accepted", 1: "refused", 2: "unreadable"}


def verified(path: Path) -> Result:
    return CliRunner().invoke(main, ["verify", str(path)])


def outcomes(result: Result) -> list[str]:
    """The first word of every file's line; what is said of it is indented, and the counts come last."""
    return [line.split()[0] for line in result.stdout.splitlines() if not line.startswith(" ")][:-1]


@pytest.mark.parametrize("row", [row[1:] for row in REPLAYED], ids=[row[0] for row in REPLAYED])
def test_a_replay_says_what_is_proved_and_nothing_else(row: tuple[Any, ...], tmp_path: Path) -> None:
    loss, declared, changed, code, said = row
    certificate = {**prove(loss, wrt="x", **declared).certificate, **changed}
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps({**certificate, "digest": digest(certificate)}))
    result = verified(path)
    assert result.exit_code == code
    assert said in result.stdout
    assert outcomes(result) == [OUTCOMES[code]]


SHOWN_LOSSES = [
    # id            name     loss               options      rows of the loss and the name
    ("plain",       "mlp",   "x**2",            (),          ["loss x**2"]),
    ("more",        "mlp",   "x**2",            ("-v",),     ["loss x**2", "kernel reads (^ x 2)", "called mlp, which nothing checks"]),
    ("quiet",       "mlp",   "x**2",            ("-q",),     []),
    ("spelt anew",  "x",     "x*x  + 0 ",       (),          ["loss x*x + 0"]),
]  # fmt: skip


@pytest.mark.parametrize("row", [row[1:] for row in SHOWN_LOSSES], ids=[row[0] for row in SHOWN_LOSSES])
def test_a_theorem_is_never_shown_without_its_loss(row: tuple[Any, ...], tmp_path: Path) -> None:
    """Whatever the file calls itself: its name is a label, the loss is checked."""
    name, text, options, expected = row
    certificate = {**prove("x**2", wrt="x").certificate, "name": name, "text": text}
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps({**certificate, "digest": digest(certificate)}))
    result = CliRunner().invoke(main, ["verify", str(path), *options])
    rows = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert [line for line in rows if line.startswith(("loss", "kernel", "called"))] == expected
    assert (result.exit_code, name in " ".join(rows).replace(str(path), "")) == (0, "-v" in options or name in text)
    found = json.loads(CliRunner().invoke(main, ["verify", str(path), "--json"]).stdout)["certificates"][0]
    assert (found["text"], found["loss"], found["name"]) == (text.strip(), "(^ x 2)", name)


SPACED = [
    # id                  claim
    ("in front",          " (loss convex)"),
    ("behind",            "(loss convex) "),
    ("in between",        "(loss  convex)"),
    ("inside",            "( loss convex)"),
    ("before the end",    "(loss convex )"),
    ("a new line",        "(loss\nconvex)"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "claim"), SPACED, ids=[row[0] for row in SPACED])
def test_a_claim_that_cannot_be_told_is_refused(case: str, claim: str, tmp_path: Path) -> None:
    certificate = json.loads(json.dumps(prove("x**2", wrt="x").certificate))
    certificate["parts"][0]["claims"] = [claim]
    certificate["digest"] = digest(certificate)
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(certificate))
    result = verified(path)
    assert (result.exit_code, result.stdout.split()[0], len(result.stdout.splitlines())) == (2, "unreadable", 2), case


STRANGE: list[tuple[str, Callable[[Path], object]]] = [
    ("a pipe",    os.mkfifo),
    ("a device",  lambda path: path.symlink_to("/dev/zero")),
    ("a folder",  lambda path: path.mkdir()),
]  # fmt: skip


def endless(path: Path) -> None:
    """A file of nothing, and too much of it."""
    path.touch()
    os.truncate(path, MAX_CERTIFICATE + 1)


BAD: list[tuple[str, Callable[[Path], object], str]] = [
    # id                  certificate.json                                       said
    ("a pipe",            os.mkfifo,                                             "no file but"),
    ("a folder",          lambda path: path.mkdir(),                             "no file but"),
    ("a broken link",     lambda path: path.symlink_to("nowhere"),               "No such file"),
    ("a link to itself",  lambda path: path.symlink_to("certificate.json"),      "symbolic links"),
    ("huge",              endless,                                               "more than"),
    ("no text",           lambda path: path.write_bytes(b"\xff\xfe"),            "utf-8"),
    ("endless number",    lambda path: path.write_text("1" * 9999),              "limit"),
    ("nothing",           lambda path: path.touch(),                             "Expecting value"),
]  # fmt: skip
NAMES = ("\udcff", "two\nlines", "\u00e9t\u00e9", "-q")


@pytest.mark.parametrize("make", [row[1] for row in STRANGE], ids=[row[0] for row in STRANGE])
def test_only_files_are_read(make: Callable[[Path], object], tmp_path: Path) -> None:
    make(tmp_path / "certificate.json")
    result = verified(tmp_path)
    assert (result.exit_code, "no file but" in result.stdout) == (2, True)


def test_one_bad_file_silences_no_other(tmp_path: Path) -> None:
    good = json.dumps(prove("x**2", wrt="x").certificate)
    for name in NAMES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "certificate.json").write_text(good)
    for case, make, _ in BAD:
        (tmp_path / case).mkdir()
        make(tmp_path / case / "certificate.json")
    result = CliRunner().invoke(main, ["verify", str(tmp_path), str(tmp_path / "missing"), "--json"])
    found = json.loads(result.stdout)
    assert (result.exit_code, found["accepted"], found["unreadable"]) == (2, len(NAMES), len(BAD) + 1)
    reasons = {Path(row["path"]).parent.name: row["reason"] for row in found["certificates"]}
    assert [case for case, _, said in BAD if said not in reasons[case]] == []
    shown = outcomes(CliRunner().invoke(main, ["verify", str(tmp_path), str(tmp_path / "missing")]))
    assert sorted(shown) == ["accepted"] * len(NAMES) + ["unreadable"] * (len(BAD) + 1)


def test_a_closed_folder_is_a_line_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look = os.scandir

    def denied(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return look(path)

    for name in ("closed", "open"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "certificate.json").write_text("{}")
    monkeypatch.setattr(os, "scandir", denied)
    found = json.loads(CliRunner().invoke(main, ["verify", str(tmp_path), "--json"]).stdout)
    assert {Path(row["path"]).name for row in found["certificates"]} == {"closed", "certificate.json"}


SLOW: list[tuple[str, BaseException | None, str]] = [
    # id         what happens          said
    ("endless",  None,                 "seconds"),
    ("memory",   MemoryError(),        "memory"),
    ("limit",    OutOfSpace(),         "memory"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "problem", "said"), SLOW, ids=[row[0] for row in SLOW])
def test_a_certificate_beyond_all_limits_keeps_no_other_waiting(
    case: str, problem: BaseException | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(certificate: object) -> object:
        if certificate != 1:
            return check(certificate)
        if problem is not None:
            raise problem
        while True:
            pass

    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "certificate.json").write_text("1")
    (tmp_path / "certificate.json").write_text(json.dumps(prove("x**2", wrt="x").certificate))
    monkeypatch.setattr("symconvex.replay.check", slow)
    monkeypatch.setattr("symconvex.replay.LONGEST", 0.5)
    result = verified(tmp_path)
    words = outcomes(result)
    assert (result.exit_code, sorted(words), said in result.stdout) == (2, ["accepted", "unreadable"], True), case
