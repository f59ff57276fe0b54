"""What `symconvex verify` says of certificates that somebody else wrote."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from symconvex import prove
from symconvex.cli import main
from symconvex.kernel.check import digest

REPLAYED: list[tuple[str, str, dict[str, Any], dict[str, object], int, str]] = [
    # id                loss      declared                        changed                          exit  said
    ("domain",          "x**3",   {"positive": ["x"]},            {},                              0,    "convex on x > 0"),
    ("numbers",         "a*x**2", {"sets": {"a": "positive"}},    {"values": {"a": "2"}},          0,    "for the given a"),
    ("two lines",       "x**2",   {},                             {"name": "x\naccepted  y"},      0,    r"x\naccepted  y:"),
    ("colours",         "x**2",   {},                             {"name": "\x1b[31mx"},           0,    r"\x1b[31mx:"),
    ("no character",    "x**2",   {},                             {"name": "\ud800"},              0,    r"\ud800:"),
    ("undefined text",  "x**2",   {},                             {"text": "x**3/x"},              1,    "something else"),
]  # fmt: skip


def verified(path: Path) -> Result:
    return CliRunner().invoke(main, ["verify", str(path)])


@pytest.mark.parametrize("row", [row[1:] for row in REPLAYED], ids=[row[0] for row in REPLAYED])
def test_a_replay_says_what_is_proved_and_nothing_else(row: tuple[Any, ...], tmp_path: Path) -> None:
    loss, declared, changed, code, said = row
    certificate = {**prove(loss, wrt="x", **declared).certificate, **changed}
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps({**certificate, "digest": digest(certificate)}))
    result = verified(path)
    assert (result.exit_code, len(result.stdout.splitlines())) == (code, 2)
    assert said in result.stdout


STRANGE: list[tuple[str, Callable[[Path], object]]] = [
    ("a pipe",    os.mkfifo),
    ("a device",  lambda path: path.symlink_to("/dev/zero")),
    ("a folder",  lambda path: path.mkdir()),
]  # fmt: skip


@pytest.mark.parametrize("make", [row[1] for row in STRANGE], ids=[row[0] for row in STRANGE])
def test_only_files_are_read(make: Callable[[Path], object], tmp_path: Path) -> None:
    make(tmp_path / "certificate.json")
    result = verified(tmp_path)
    assert (result.exit_code, "no file but" in result.stdout) == (2, True)
