"""What whole commands cost, as a user starts them, beside a loop in plain Python: `pytest tests/benchmarks -s`.

Loop and command take turns, each in a process of its own; what counts is CPU time, children included, and only the
ratio of the medians: a faster or a busier machine changes both sides.
"""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent.parent
CERTIFICATES = sorted(map(str, (ROOT / "proofs").glob("*/certificate.json")))
LOOP = "seen = {}\nfor k in range(2_000_000):\n    seen[k % 997] = seen.get(k * k % 991, 0) + k // 7"  # about 0.3 s
ROOM = 1.3

TYPESET, PLAIN = True, False
ROWS = [
    # id                        command                                TeX       turns   wanted, in loops
    ("help",                    ["--help"],                            PLAIN,    7,      0.3),
    ("prove",                   ["prove", "logistic"],                 PLAIN,    5,      1.3),
    ("prove and typeset",       ["prove", "logistic"],                 TYPESET,  5,      2.6),
    ("prove a wide network",    ["prove", "mlp", "--widths", "100,100,1"],  PLAIN,    3,      16.0),
]  # fmt: skip


def cpu(command: Sequence[str], folder: Path, path: str) -> float:
    """User and system time of one process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": path},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def in_turns(commands: Sequence[Sequence[str]], turns: int, folder: Path, path: str) -> list[float]:
    """The median cost of every command; one turn more warms the caches of the system."""
    rounds = [[cpu(command, folder, path) for command in commands] for _ in range(turns + 1)]
    return [median(times) for times in zip(*rounds[1:], strict=True)]


@pytest.mark.parametrize(("case", "command", "tex", "turns", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_a_command_is_quick(
    case: str, command: list[str], tex: bool, turns: int, wanted: float, tmp_path: Path
) -> None:
    if tex and shutil.which("pdflatex") is None:
        pytest.skip("there is no pdflatex")
    path = os.environ.get("PATH", "") if tex else str(tmp_path)  # without TeX on it, nothing is typeset
    loop, spent = in_turns([["-c", LOOP], ["-m", "symconvex", *command]], turns, tmp_path, path)
    print(f"\n{case}: {spent / loop:.2f} loops, {wanted} wanted ({spent:.2f} s of CPU)")
    assert spent / loop < ROOM * wanted


def test_a_certificate_is_checked_quickly(tmp_path: Path) -> None:
    """What each certificate adds: all of them, less one of them."""
    all_of_them, one = ["-m", "symconvex", "verify", *CERTIFICATES], ["-m", "symconvex", "verify", CERTIFICATES[0]]
    loop, whole, single = in_turns([["-c", LOOP], all_of_them, one], 5, tmp_path, os.environ.get("PATH", ""))
    each = (whole - single) / (len(CERTIFICATES) - 1)
    print(f"\nverify: {each / loop:.3f} loops for each certificate, 0.04 wanted ({1000 * each:.1f} ms of CPU)")
    assert each / loop < ROOM * 0.04
