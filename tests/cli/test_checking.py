"""`symconvex check` on files as people have them: several, notebooks, fragments from stdin; what it exits with."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from symconvex.cli import main

DECLARED = "% symconvex: J(w) = w**2\n"
RIGHT, WRONG, TESTED = "$J'(w) = 2w$", "$J'(w) = 3w$", r"$w = 0 \iff 2w = 0$"
UNREAD = r"$J'(w) = \wish$"


def check(*arguments: str, stdin: str = "") -> Result:
    """The command; only what ends one on purpose may end it."""
    result = CliRunner().invoke(main, ["check", *arguments], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def notebook(*cells: tuple[str, str]) -> str:
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": [
        {"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True)} for kind, text in cells
    ]})  # fmt: skip


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Derivations in the folder where the command runs."""
    monkeypatch.chdir(tmp_path)
    texts = {"right": RIGHT, "wrong": WRONG, "tested": f"{RIGHT}, {TESTED}", "unread": f"{RIGHT} {UNREAD}"}
    for name, text in texts.items():
        Path(f"{name}.tex").write_text(DECLARED + text, encoding="utf-8")
    Path("blub.tex").write_text(f"{DECLARED}{UNREAD}", encoding="utf-8")
    Path("notes.md").write_text(f"# Notes\n\n{DECLARED}\nThen\n```math\n{RIGHT[1:-1]}\n```\n", encoding="utf-8")
    cells = ("markdown", f"# A notebook\n\n{DECLARED}"), ("code", "1 = 2"), ("markdown", f"So\n{WRONG}.")
    Path("book.ipynb").write_text(notebook(*cells), encoding="utf-8")
    Path("broken.ipynb").write_text("no JSON", encoding="utf-8")
    Path("undeclared.tex").write_text("% symconvex: J(w) = (\n$1=1$", encoding="utf-8")


# what                           arguments, exit code
EXITS = [
    ("proven",                   ("right.tex",), 0),
    ("only tested",              ("tested.tex",), 3),
    ("tested is enough",         ("tested.tex", "--accept", "tested"), 0),
    ("a mistake is never",       ("wrong.tex", "--accept", "tested"), 1),
    ("an open line is never",    ("unread.tex", "--accept", "tested"), 3),
    ("nothing understood",       ("blub.tex",), 2),
    ("no declaration",           ("undeclared.tex",), 2),
    ("all are proven",           ("right.tex", "notes.md"), 0),
    ("one is wrong",             ("right.tex", "tested.tex", "wrong.tex", "broken.ipynb"), 1),
    ("one cannot be read",       ("right.tex", "unread.tex", "broken.ipynb"), 2),
    ("one is open",              ("right.tex", "unread.tex"), 3),
    ("Markdown",                 ("notes.md",), 0),
    ("a notebook",               ("book.ipynb",), 1),
    ("no notebook",              ("broken.ipynb",), 2),
    ("LaTeX for several",        ("right.tex", "wrong.tex", "--format", "latex"), 2),
    ("LaTeX from Markdown",      ("notes.md", "--format", "latex"), 2),
    ("no file",                  (), 2),
    ("a file that is not there", ("nowhere.tex",), 2),
]  # fmt: skip


@pytest.mark.parametrize(("case", "arguments", "code"), EXITS, ids=[row[0] for row in EXITS])
def test_what_it_exits_with(case: str, arguments: tuple[str, ...], code: int) -> None:
    result = check(*arguments)
    assert result.exit_code == code, (case, result.output)


@pytest.mark.parametrize("form", ["text", "json", "html", "github"])
def test_a_bad_file_does_not_stop_the_others(form: str) -> None:
    result = check("broken.ipynb", "wrong.tex", "undeclared.tex", "--format", form)
    assert result.exit_code == 1
    assert "first mistake in line 2" in result.stdout
    assert "the notebook cannot be read" in result.output
    assert "undeclared.tex" in result.output


# what                    arguments, stdin, what is printed
PLACES = [
    ("a file",            ("wrong.tex",), "",                                     "wrong.tex:2:2: false"),
    ("a fragment",        ("-", "--formula", "w**2", "--wrt", "w"), f"\n{WRONG}", "<stdin>:2:2: false"),
    ("a formula alone",   ("-", "--formula", "w**2", "--wrt", "w"), WRONG[1:-1],  "<stdin>:1:1: false"),
    ("a cell",            ("book.ipynb",), "",                                    "book.ipynb:cell 3:2:2: false"),
    ("the first mistake", ("book.ipynb", "-q"), "",                               "book.ipynb: first mistake in line 2 of cell 3"),
    ("an annotation",     ("wrong.tex", "--format", "github"), "",                "::error file=wrong.tex,line=2,endLine=2,col=2,"),
    ("one in a cell",     ("book.ipynb", "--format", "github"), "",               "::line 2 of cell 3: false"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "arguments", "stdin", "said"), PLACES, ids=[row[0] for row in PLACES])
def test_places(case: str, arguments: tuple[str, ...], stdin: str, said: str) -> None:
    result = check(*arguments, stdin=stdin)
    assert result.exit_code == 1, (case, result.output)
    assert said in result.stdout


def test_one_object_for_a_file_and_a_list_for_several() -> None:
    alone = json.loads(check("wrong.tex", "--json").stdout)
    together = json.loads(check("wrong.tex", "book.ipynb", "broken.ipynb", "--json").stdout)
    assert together["files"][0] == alone
    assert [one["file"] for one in together["files"]] == ["wrong.tex", "book.ipynb", "broken.ipynb"]
    assert [one["outcome"] for one in together["files"][:2]] == ["false", "false"]
    assert together["files"][2]["error"]["kind"] == "DerivationError"
    places = [[one[key] for key in ("tex_line", "cell", "line", "column")] for one in together["files"][1]["relations"]]
    assert places[-1] == [7, 3, 2, 2]


def test_a_notebook_with_large_outputs_is_read() -> None:
    book = json.loads(Path("book.ipynb").read_text("utf-8"))
    book["cells"][1]["outputs"] = [{"data": "x" * 1_000_000}]
    Path("book.ipynb").write_text(json.dumps(book), encoding="utf-8")
    assert check("book.ipynb").exit_code == 1


def test_the_summary_alone() -> None:
    assert check("wrong.tex", "right.tex", "-q").stdout.splitlines() == [
        "wrong.tex: first mistake in line 2: 1 false", "right.tex: no mistake found: 1 proven",
    ]  # fmt: skip


def test_every_reading_and_every_counterexample() -> None:
    shown = check("wrong.tex", "right.tex", "-v").stdout
    assert re.search(r"= read as +J'\(w\) = 2 w", shown)
    assert re.search(r"= at +w = ", shown)


def test_the_hook_of_pre_commit_runs(root: Path) -> None:
    hook = (root / ".pre-commit-hooks.yaml").read_text("utf-8")
    (entry,) = re.findall(r"^  entry: symconvex (.*)$", hook, re.MULTILINE)
    command, *arguments = entry.split()
    assert command == "check"
    assert [check(*arguments, name).exit_code for name in ("tested.tex", "wrong.tex")] == [0, 1]
