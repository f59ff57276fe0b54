"""A hint of the command line is pasted, and then the command does what was meant; what was asked for is not dropped."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import symconvex as sc
from symconvex.cli import main
from symconvex.cli.misuse import OTHER_VALUES
from symconvex.models import retold

LABELLED = '--formula "sum(softplus(-y*(X@w)))" --wrt w --shape X=n,d --shape w=d --shape y=n --set y=sign'
FILES = {
    "one.csv": "1,1\n2,-1\n3,1\n",
    "bits.csv": "1,2,1\n3,4,0\n5,1,1\n",
    "good.tex": "$J'(w) = 2w$\n",
    "wrong.tex": "$J'(w) = 3w$\n",
    "zeros.tex": "a\nb\n\0",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line: str) -> Result:
    return CliRunner().invoke(main, shlex.split(line))


PASTED = [
    # id                        as it was typed                                       hint                             and after it was followed
    ("an option of check",      "check good.tex --model logistic --option labels=no", "--option labels=sign",          "check good.tex --model logistic --option labels=sign"),
    ("layers in check",         "check good.tex --model mlp --option layers=3",       "--option widths=2,3,3,1: the input, then the width of each of 3 layers", "check good.tex --model mlp --option widths=2,3,3,1"),
    ("too much in check",       "check good.tex --model logistic --option layers=3",  "leave --option layers out",     "check good.tex --model logistic"),
    ("an option of prove",      "derive logistic --labels no",                        "--labels sign",                 "derive logistic --labels sign"),
    ("a size of another name",  "derive logistic --size m=3,d=2",                     "--size d=2,n=3",                "derive logistic --size d=2,n=3"),
    ("one of two sizes",        "derive logistic --size m=3",                         "--size d=3,n=2",                "derive logistic --size d=3,n=2"),
    ("code by its library",     "derive logistic --format numpy",                     "--format python",               "derive logistic --format python"),
    ("TeX by its name",         "derive logistic --format tex",                       "--format latex",                "derive logistic --format latex"),
    ("labels 0 and 1",          "derive logistic --data bits.csv",                    "--labels binary",               "derive logistic --data bits.csv --labels binary"),
    ("labels of one's own",     f"derive {LABELLED} --data bits.csv",                 "--set y=binary in place of --set y=sign", f"derive {LABELLED.replace('sign', 'binary')} --data bits.csv"),
    ("no points",               "sample logistic --points 0",                         "--points 10000",                "sample logistic --points 100"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "typed", "hint", "then"), PASTED, ids=[row[0] for row in PASTED])
def test_a_hint_is_pasted(case: str, typed: str, hint: str, then: str) -> None:
    first = run(typed)
    assert (first.exit_code, first.stderr.splitlines()[-1]) == (2, f"  try       {hint}")
    second = run(then)
    assert (second.exit_code != 2, second.stderr) == (True, ""), second.output


VALUED = [
    (name, option.opts[0])
    for name, command in main.commands.items()
    for option in command.params
    if isinstance(option, click.Option) and not option.is_flag and option.nargs == 1
]


@pytest.mark.parametrize(("name", "option"), VALUED, ids=[" ".join(pair) for pair in VALUED])
def test_an_option_without_its_value_is_told_one_that_it_takes(name: str, option: str) -> None:
    hint = run(f"{name} {option}").stderr.splitlines()[-1].removeprefix("  try       ")
    word, _, value = hint.partition(" ")
    assert (word, re.fullmatch(r"[A-Z=]{2,}|", value)) == (option, None), hint
    param = next(param for param in main.commands[name].params if option in param.opts)
    given = shlex.split(value)[0]
    if not isinstance(param.type, click.Path):
        assert param.type.convert(given, param, None) is not None


def test_every_word_of_another_program_means_something() -> None:
    for option, meant in OTHER_VALUES.items():
        params = [param for command in main.commands.values() for param in command.params if option in param.opts]
        known = {choice for param in params if isinstance(param.type, click.Choice) for choice in param.type.choices}
        assert {value for value in meant.values() if " " not in value} <= known


def test_without_a_command_the_help_is_shown_once() -> None:
    result = run("")
    assert (result.exit_code, result.stderr) == (2, "")
    assert result.stdout == run("--help").stdout


OF_PYTHON = [
    # id            question                                                       hint
    ("a value",     lambda: sc.prove("logistic", labels="no"),                     'labels="sign"'),
    ("too much",    lambda: sc.derive("logistic", layers=3),                       "leave layers out"),
    ("layers",      lambda: sc.prove("mlp", layers=3),                             'widths="2,3,3,1": the input, then the width of each of 3 layers'),
    ("in check",    lambda: sc.check("$x$", model="logistic", labels="no"),        'labels="sign"'),
]  # fmt: skip


@pytest.mark.parametrize(("case", "ask", "hint"), OF_PYTHON, ids=[row[0] for row in OF_PYTHON])
def test_a_hint_in_python_speaks_python(case: str, ask: object, hint: str) -> None:
    with pytest.raises(sc.SymconvexError) as caught:
        ask()  # type: ignore[operator]
    assert (caught.value.hint, "--" in str(caught.value)) == (hint, False)


def test_an_option_is_written_as_its_door_has_it() -> None:
    from symconvex.errors import ModelError

    problem = ModelError(
        "mlp takes no --layers", where="", expected="--a 1 or --b-c x,y", got="", hint="--widths 2,1: so"
    )
    told = retold(problem, "--option {}={}")
    assert (told.what, told.expected) == ("mlp takes no --option layers", "--option a=1 or --option b-c=x,y")
    assert told.hint == "--option widths=2,1: so"


def test_the_picture_that_was_asked_for_is_drawn_though_nothing_else_is_written(folder: Path) -> None:
    pytest.importorskip("matplotlib")
    for name, line in (("a.png", 'prove --formula "x*y" --wrt x,y'), ("b.png", "prove logistic --data one.csv")):
        result = run(f"{line} --plot {name} --no-write")
        assert (result.exit_code, result.stderr) == (0, "")
        assert (folder / name).stat().st_size > 1000
        assert not (folder / "proofs").exists()


def test_a_picture_that_cannot_be_drawn_does_not_exit_with_0(folder: Path) -> None:
    pytest.importorskip("matplotlib")
    result = run("prove logistic --plot a.png --no-write --json")
    assert (result.exit_code, json.loads(result.stdout)["verdict"]) == (2, "convex")
    assert "no picture: there is nothing to draw" in result.stderr
    assert "symconvex sample" in result.stderr
    assert not (folder / "a.png").exists()


def test_one_file_that_cannot_be_read_silences_no_other() -> None:
    declared = '--formula "w**2" --wrt w'
    result = run(f"check nowhere.tex good.tex wrong.tex zeros.tex {declared}")
    assert result.exit_code == 1
    assert "good.tex" in result.stdout
    assert "wrong.tex:1:2: false" in result.stdout
    assert "  where     nowhere.tex\n" in result.stderr
    assert "  where     zeros.tex: line 3\n" in result.stderr
    assert "  where     zeros.tex: line 3\n" in run(f"check zeros.tex {declared}").stderr
    assert run(f"check nowhere.tex good.tex {declared}").exit_code == 2
