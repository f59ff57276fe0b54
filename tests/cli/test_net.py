"""The net below every command: no traceback, no half-written file, no process left, and 1 for nothing but "false"."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from symconvex.cli import main
from symconvex.deadline import OutOfSpace, OutOfTime

PROGRAM = (sys.executable, "-m", "symconvex")
LABELS = ("\n  where ", "\n  expected ", "\n  got ", "\n  try ")
CHECKED = ("check", "mine.tex", "--formula", "w**2", "--wrt", "w")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def start(*words: str, **options: object) -> subprocess.Popen[str]:
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
    return subprocess.Popen([*PROGRAM, *words], **given)


def failing(monkeypatch: pytest.MonkeyPatch, problem: BaseException) -> None:
    def fail() -> None:
        raise problem

    monkeypatch.setattr("symconvex.cli.listing.model_rows", fail)


ENDS: list[tuple[str, BaseException, int, str, str]] = [
    # id                problem                                          exit   kind             said on stderr
    ("bug",             ZeroDivisionError("division by zero"),           70,    "InternalError", "ZeroDivisionError: division by zero (test_net.py, line "),
    ("two lines",       ValueError("a\nb"),                              70,    "InternalError", r"ValueError: a\nb"),
    ("long",            ValueError("x" * 9999),                          70,    "InternalError", "ValueError: xxx"),
    ("recursion",       RecursionError("too deep"),                      70,    "InternalError", "symconvex models --json"),
    ("lost file",       FileNotFoundError(2, "No such file", "a.txt"),   2,     "OutputError",   "where     a.txt"),
    ("no memory",       MemoryError(),                                   3,     "LimitError",    "memory"),
    ("limit of memory", OutOfSpace(),                                    3,     "LimitError",    "at most 2 GB"),
    ("limit of time",   OutOfTime(),                                     3,     "LimitError",    "time"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "problem", "code", "kind", "said"), ENDS, ids=[row[0] for row in ENDS])
def test_whatever_happens_is_told(
    case: str, problem: BaseException, code: int, kind: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, problem)
    result = run("models", "--json")
    assert (result.exit_code, json.loads(result.stdout)["error"]["kind"]) == (code, kind), case
    assert said in result.stderr
    assert [label for label in LABELS if label not in result.stderr] == []
    assert (len(result.stderr.splitlines()), len(result.stderr) < 1200) == (5, True)
    assert "Traceback" not in result.output


@pytest.mark.parametrize(("words", "variable", "shown"), [
    (("models", "--debug"),  None,   True),
    (("--debug", "models"),  None,   True),
    (("models",),            "1",    True),
    (("models",),            "0",    False),
    (("models",),            "",     False),
    (("models",),            None,   False),
])  # fmt: skip
def test_a_traceback_is_shown_to_who_asks(
    words: tuple[str, ...], variable: str | None, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, ZeroDivisionError())
    monkeypatch.delenv("SYMCONVEX_DEBUG", raising=False)
    if variable is not None:
        monkeypatch.setenv("SYMCONVEX_DEBUG", variable)
    result = run(*words)
    assert (result.exit_code, "Traceback" in result.stderr, "Traceback" in result.stdout) == (70, shown, False)


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_has_the_switch(command: str) -> None:
    assert "--debug" in run(command, "--help").stdout


FINE = ("models",)
WRONG = ("prove", "logistik")
ENCODINGS = [
    # id                  environment                                           command     exit   said
    ("latin-1",           {"PYTHONIOENCODING": "latin-1"},                      CHECKED,    0,     "+~~~~"),
    ("ascii",             {"PYTHONIOENCODING": "ascii"},                        CHECKED,    0,     "    1"),
    ("strict ascii",      {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, CHECKED, 0, "    1"),
    ("C",                 {"LC_ALL": "C"},                                      CHECKED,    0,     "\u2713~~~~"),
    ("UTF-8",             {"PYTHONIOENCODING": "utf-8"},                        CHECKED,    0,     "\u2713~~~~"),
    ("latin-1 and JSON",  {"PYTHONIOENCODING": "latin-1"},                      (*CHECKED, "--json"), 0, '"outcome"'),
    ("name in latin-1",   {"PYTHONIOENCODING": "latin-1"},                      ("prove", "l\u0119ft"),  2, "l\\u0119ft"),
    ("name in UTF-8",     {},                                                   ("prove", "l\u0119ft"),  2, "l\u0119ft"),
    ("no text",           {},                                                   ("prove", "\udcff"),     2, "\\udcff"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "variables", "words", "code", "said"), ENCODINGS, ids=[row[0] for row in ENCODINGS])
def test_any_encoding_will_do(
    case: str, variables: dict[str, str], words: tuple[str, ...], code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.tex").write_text("$\\nabla J = 2w$. \u2713 \U0001d400 \u00e9")
    environment = {k: v for k, v in os.environ.items() if k not in {"LC_ALL", "LC_CTYPE", "PYTHONIOENCODING"}}
    here = str(Path(__file__).resolve().parent.parent.parent)
    process = subprocess.run(
        [*PROGRAM, *words],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": here, **variables},
        capture_output=True,
        timeout=60,
        check=False,
    )
    encoding = "latin-1" if variables.get("PYTHONIOENCODING") == "latin-1" else "utf-8"
    assert process.returncode == code, process.stderr.decode()
    assert said in (process.stdout + process.stderr).decode(encoding)
    assert b"Traceback" not in process.stderr
    if "--json" in words:
        json.loads(process.stdout)


OUTPUTS = [
    # id                    stdout        stderr       command               exit
    ("full disk",           "/dev/full",  None,        FINE,                 2),
    ("full disk, JSON",     "/dev/full",  None,        (*FINE, "--json"),    2),
    ("full disk, help",     "/dev/full",  None,        ("--help",),          2),
    ("full for errors",     None,         "/dev/full", WRONG,                2),
    ("both full",           "/dev/full",  "/dev/full", FINE,                 2),
    ("usage on full",       "/dev/full",  "/dev/full", ("prove",),           2),
]  # fmt: skip


@pytest.mark.parametrize(("case", "out", "err", "words", "code"), OUTPUTS, ids=[row[0] for row in OUTPUTS])
def test_no_room_for_the_output(case: str, out: str | None, err: str | None, words: tuple[str, ...], code: int) -> None:
    streams = {"stdout": out, "stderr": err}
    with contextlib.ExitStack() as stack:
        opened = {name: stack.enter_context(Path(path).open("w")) for name, path in streams.items() if path is not None}
        process = start(*words, **opened)
        said = "".join(filter(None, process.communicate(timeout=60)))
    assert (process.returncode, "Traceback" in said, "Exception" in said) == (code, False, False), case
    if out is not None and err is None:
        assert "No space left on device" in said
        assert [label for label in LABELS if label not in said] == []


@pytest.mark.parametrize(("streams", "words", "code"), [
    (">&-",         "models",           0),
    (">&-",         "models --json",    0),
    ("2>&-",        "prove logistik",   2),
    (">&- 2>&-",    "prove logistik",   2),
    (">&- 2>&-",    "sample ridge --points 10",   0),
    (">&-",         "derive ridge",     0),
])  # fmt: skip
def test_closed_streams_take_everything(streams: str, words: str, code: int) -> None:
    line = f"exec {sys.executable} -m symconvex {words} {streams}"
    process = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, timeout=60, check=False)
    assert (process.returncode, "Traceback" in process.stderr) == (code, False)


@pytest.mark.parametrize("words", [("models", "--json"), ("--help",), ("prove", "--help")], ids=" ".join)
def test_a_reader_who_leaves_is_no_error_and_no_answer(words: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)  # before there is a writer: whoever is faster, nobody reads
    process = start(*words, stdout=writer)
    os.close(writer)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == -signal.SIGPIPE


STOPS = [
    # signal            exit   said
    (signal.SIGINT,     130,   "interrupted"),
    (signal.SIGTERM,    143,   "SIGTERM"),
    (signal.SIGHUP,     129,   "SIGHUP"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "code", "said"), STOPS, ids=[row[2] for row in STOPS])
def test_a_signal_ends_in_one_line(number: int, code: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symconvex.cli.listing.model_rows", lambda: os.kill(os.getpid(), number))
    before = signal.getsignal(number)
    result = run("models")
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (code, "", 1)
    assert said in result.stderr
    assert signal.getsignal(number) is before


def waited(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize(("number", "code", "said"), STOPS, ids=[row[2] for row in STOPS])
def test_a_signal_leaves_neither_files_nor_tex(number: int, code: int, said: str, tmp_path: Path) -> None:
    program, scratch = tmp_path / "bin" / "pdflatex", tmp_path / "scratch"
    for folder in (program.parent, scratch):
        folder.mkdir()
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/begun\nsleep 1\ntouch {tmp_path}/late\n")
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "TMPDIR": str(scratch)}
    process = start("prove", "least-squares", "--out", str(tmp_path / "proofs"), env=environment)
    waited((tmp_path / "begun").exists)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, len(errors.splitlines()), said in errors) == (code, 1, True)
    assert list(scratch.iterdir()) == []
    assert [path.name for path in tmp_path.rglob(".*")] == []
    time.sleep(1.2)
    assert not (tmp_path / "late").exists()


NOHUP = """
import os, signal, symconvex.cli.listing as listing
from symconvex.cli import main
rows = listing.model_rows
listing.model_rows = lambda: (os.kill(os.getpid(), signal.SIGHUP), rows())[1]
main(['models'])
"""


def test_what_somebody_ignores_stays_ignored() -> None:
    line = f"trap '' HUP; exec {sys.executable} -c \"{NOHUP}\""
    process = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, timeout=60, check=False)
    assert (process.returncode, process.stderr) == (0, "")


def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy() -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            pass

    monkeypatch.setattr("symconvex.cli.net.MEMORY", 1)
    monkeypatch.setattr("symconvex.cli.listing.model_rows", greedy)
    started = time.monotonic()
    result = run("models")
    assert (result.exit_code, "not enough memory" in result.stderr) == (3, True)
    assert time.monotonic() - started < 10
