"""What `symconvex prove` does in the time that it is given: the certificate first, then what there is time for."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from symconvex.cli import main
from symconvex.store import Tex

CERTIFIED = {"certificate.json"}
WRITTEN = {"certificate.json", "proof.tex"}


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def busy(*_: object, **__: object) -> None:
    """Takes half a minute, unless somebody ends it."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        pass


STEPS = [
    # id            model       step that takes too long
    ("derivation",  "logistic", "symconvex.calculus.closed.derivation.derive"),
    ("page",        "logistic", "symconvex.exposition.document.document"),
    ("picture",     "mlp",      "symconvex.exposition.segment.find_segment"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "model", "step"), STEPS, ids=[row[0] for row in STEPS])
def test_a_page_that_takes_too_long_is_left_out(
    case: str, model: str, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("symconvex.settle.LEAST", 0.3)
    monkeypatch.setattr("symconvex.store.compile_tex", lambda *_: Tex.MISSING)
    folder = tmp_path / model
    said = run("prove", model, "--out", str(tmp_path)).stdout.splitlines()[0]
    assert {path.name for path in folder.iterdir()} == WRITTEN
    monkeypatch.setattr(step, busy)
    started = time.monotonic()
    result = run("prove", model, "--out", str(tmp_path), "--budget", "1")
    assert time.monotonic() - started < 10
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, said), case
    assert "left out     proof.tex: " in result.stdout
    assert {path.name for path in folder.iterdir()} == CERTIFIED
    assert run("verify", str(tmp_path)).exit_code == 0


def test_a_slow_tex_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "pdflatex"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec sleep 30\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setattr("symconvex.settle.LEAST", 0.3)
    result = run("prove", "logistic", "--out", str(tmp_path), "--budget", "1")
    assert (result.exit_code, "left out     proof.pdf: " in result.stdout) == (0, True)
    assert {path.name for path in (tmp_path / "logistic").iterdir()} == WRITTEN


ENDLESS: list[tuple[str, str, int, Callable[[dict], object]]] = [
    # id            step that takes too long                   exit   what the object says
    ("reading",     "symconvex.cli.proving.problem_of",        3,     lambda found: found["error"]["kind"] == "LimitError"),
    ("search",      "symconvex.decide.decide",                 3,     lambda found: "--budget" in found["tried"][0]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "step", "code", "said"), ENDLESS, ids=[row[0] for row in ENDLESS])
def test_no_step_is_endless(
    case: str, step: str, code: int, said: Callable[[dict], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("LEAST", "SEARCH_GRACE"):
        monkeypatch.setattr(f"symconvex.settle.{limit}", 0.3)
    monkeypatch.setattr(step, busy)
    started = time.monotonic()
    result = run("prove", "logistic", "--out", str(tmp_path), "--budget", "0.2", "--json")
    assert time.monotonic() - started < 10
    assert (result.exit_code, bool(said(json.loads(result.stdout)))) == (code, True), case
    assert list(tmp_path.iterdir()) == []


def test_a_bug_in_the_page_leaves_the_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("symconvex.exposition.document.document", fail)
    assert run("prove", "logistic", "--out", str(tmp_path)).exit_code == 70
    assert {path.name for path in (tmp_path / "logistic").iterdir()} == CERTIFIED
    assert run("verify", str(tmp_path)).exit_code == 0


def test_a_wide_network_keeps_to_the_budget(tmp_path: Path) -> None:
    started = time.monotonic()
    result = run("prove", "mlp", "--widths", "100,100,1", "--budget", "2", "--out", str(tmp_path))
    assert (result.exit_code, time.monotonic() - started < 12) == (0, True)


@pytest.mark.parametrize("name", ["\udcff", "two\nlines", "\u00e9t\u00e9", "-q"], ids=ascii)
def test_a_folder_may_have_any_name(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "symconvex", "prove", "ridge", "--json", f"--out={tmp_path / name}"]
    process = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert process.returncode == 0, process.stderr
    found = json.loads(process.stdout)
    assert Path(found["certificate"]) == tmp_path / name / "ridge" / "certificate.json"
    assert [path for path in found["files"] if not Path(path).is_file()] == []


def test_a_plain_proof_needs_neither_sympy_nor_numpy(tmp_path: Path) -> None:
    lines = (
        "import atexit, sys",
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))",
        "from symconvex.cli import main",
        f"main(['prove', 'logistic', '--out', {str(tmp_path)!r}])",
    )
    process = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert {"sympy", "numpy", "rich", "lark"} & set(process.stderr.split()) == set()
