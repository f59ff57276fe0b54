"""CPU seconds of whole commands, children included, as a user starts them."""

import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent.parent
ROWS = [
    # command                                           seconds of CPU
    (["--help"],                                        0.1),
    (["prove", "logistic"],                             2.0),
    (["verify", *sorted(map(str, (ROOT / "proofs").glob("*/certificate.json")))[:20]], 1.0),
]  # fmt: skip


def cpu(arguments: list[str], folder: Path) -> float:
    """User and system time of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "symconvex", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize(("arguments", "limit"), ROWS, ids=[row[0][0] for row in ROWS])
def test_a_command_is_quick(arguments: list[str], limit: float, tmp_path: Path) -> None:
    seconds = [cpu(arguments, tmp_path) for _ in range(6)][1:]
    print(f"\nsymconvex {arguments[0]}: {median(seconds):.2f} s of CPU (limit {limit})")
    assert median(seconds) < limit
