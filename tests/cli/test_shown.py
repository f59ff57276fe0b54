"""What is shown of answers: in Python as on the command line, without a dictionary of paths, and nothing left out."""

import inspect
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import symconvex as sc
from symconvex.cli import main
from symconvex.cli.net import beyond_limits
from symconvex.deadline import OutOfTime
from symconvex.pages import rendered


def run(*words: object) -> str:
    result = CliRunner().invoke(main, [*map(str, words)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_sample_in_python_says_what_the_command_prints() -> None:
    shown = repr(sc.sample("mlp", points=50))
    printed = run("sample", "mlp", "--points", 50)
    assert [line.split() for line in shown.splitlines()[1:]] == [line.split() for line in printed.splitlines()[1:]]
    for word in ("loss", "sizes", "drawn data", "seed", "signs"):
        assert f"\n  {word}" in shown


def test_a_picture_of_a_part_of_a_sample_says_of_which_part(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    seen = sc.sample("mlp", points=1500)
    figure = seen.plot(tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()
    left = figure.axes[0]
    assert "1000 of the 1500 points" in figure.get_supxlabel()
    assert left.get_xlim()[0] <= seen.lowest.eigenvalue
    assert "lowest of all points" in left.get_legend().get_texts()[-1].get_text()
    assert "<svg" in text
    assert "all 50 points" in sc.sample("mlp", points=50).plot().get_supxlabel()


@pytest.mark.parametrize("name", ["a.gif", "a", "a.tex"])
def test_a_picture_of_another_kind_is_refused_in_our_words(name: str) -> None:
    pytest.importorskip("matplotlib")
    for shown in (sc.prove("x*y", wrt="x,y"), sc.sample("logistic", points=5)):
        with pytest.raises(sc.SymconvexError, match="this kind of picture is not known"):
            shown.plot(name)


SAID = [
    # formula      in     title
    ("a*x**2",     "x",   "loss is convex in x for some data and not convex for others"),
    ("x*y",        "x,y", "loss is neither convex nor concave in x, y"),
    ("x**2 + a",   "x",   "loss is convex in x"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "wrt", "title"), SAID, ids=[row[0] for row in SAID])
def test_the_first_line_is_a_sentence(formula: str, wrt: str, title: str) -> None:
    assert run("prove", "--formula", formula, "--wrt", wrt, "--no-write", "--quiet") == f"{title}\n"


def test_a_brace_is_said_behind_the_formula() -> None:
    text = rendered("text", sc.prove("logistic").to_latex())
    assert "(xᵢᵀ v)² ≥ 0, where pᵢ (1 − pᵢ) > 0." in text
    assert "{>" not in text


def test_the_index_links_pages_that_are_there(tmp_path: Path) -> None:
    folder = tmp_path / "square"
    verdict = sc.prove("x**2", wrt="x")
    verdict.save(folder)
    (folder / "proof.pdf").write_bytes(b"")
    run("index", tmp_path)
    page = (tmp_path / "index.html").read_text()
    assert 'href="square/proof.tex"' in page
    assert 'href="square/proof.pdf"' in page
    (folder / "proof.pdf").unlink()
    run("index", tmp_path, "--format", "markdown")  # there is none: LaTeX is better than nothing
    assert 'href="square/proof.tex"' in (tmp_path / "index.html").read_text()


def test_the_index_names_what_is_refused(tmp_path: Path) -> None:
    certificate = {**sc.prove("x**2", wrt="x").certificate, "name": "other"}
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "certificate.json").write_text(json.dumps(certificate))
    result = CliRunner().invoke(main, ["index", str(tmp_path)])
    assert result.exit_code == 1
    assert f"refused     {tmp_path / 'bad' / 'certificate.json'}" in result.stdout


@pytest.mark.parametrize(("text", "got"), [("", "an empty file"), ("a\nb\n", "'a'"), ("[1, 2]\n", "'[1, 2]'")])
def test_a_file_that_is_no_survey_is_one_error(text: str, got: str, tmp_path: Path) -> None:
    path = tmp_path / "problems.txt"
    path.write_text(text)
    result = CliRunner().invoke(main, ["survey", str(path)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("error") == 1
    assert f"  got       {got}\n" in result.stderr
    example = result.stderr.splitlines()[-1].removeprefix("  try       ")
    path.write_text(example)
    assert json.loads(run("survey", path, "--quiet"))["verdict"] == "convex"


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (["prove", "--formula", "exp(x)", "--wrt", "x"], "fewer terms"),
        (["prove", "logistic", "--data", "a.csv"], "fewer data"),
        (["prove", "mlp"], "smaller sizes"),
    ],
)
def test_what_would_take_less_time_is_something_that_was_given(asked: list[str], hint: str) -> None:
    assert hint in beyond_limits(OutOfTime(), asked).hint


def test_a_size_that_has_no_number_is_what_is_wrong() -> None:
    with pytest.raises(sc.SymconvexError, match="which needs a number for the size") as caught:
        sc.prove("cumsum(w)[0]", wrt="w", shapes={"w": ("d",)})
    assert caught.value.hint == "declare d as a number, such as 3"


def test_help_keeps_its_lines_in_the_manual() -> None:
    for command in (main, *main.commands.values()):
        blocks = inspect.cleandoc(command.help or "").split("\n\n")
        assert all(block.startswith("\b") for block in blocks if "\n  " in block or "symconvex " in block[:12])
