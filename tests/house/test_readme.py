"""What the README says of the models is what the program proves."""

import doctest
import io
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.deciding import unhurried

from symconvex.cli import main
from symconvex.language.state import state
from symconvex.models import models
from symconvex.verdict import Verdict

README = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8")
ROW = re.compile(r"^\| `([\w-]+)` \| `(.+)` \| (.*?) \| (.*?) ?\|$", re.MULTILINE)
ROWS = {name: (loss, convex, more) for name, loss, convex, more in ROW.findall(README)}
CONDITIONS = {"True": "always", "False": "never", "X == 0": "only for `X == 0`", None: "depends on the data"}


def test_the_derivation_is_judged_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tex, shown = re.findall(
        r"```(?:latex)?\n(.*?)```", README[README.index("## Checking a hand derivation") :], re.DOTALL
    )[:2]
    monkeypatch.chdir(tmp_path)
    Path("mine.tex").write_text(tex, encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "mine.tex", "--model", "logistic"])
    assert result.output.rstrip() == shown.partition("\n")[2].rstrip()
    assert result.exit_code == 1


def test_the_session_prints_what_is_shown() -> None:
    (session,) = re.findall(r"```pycon\n(.*?)```", README, re.DOTALL)
    told = io.StringIO()
    examples = doctest.DocTestParser().get_doctest(session, {}, "README", None, None)
    assert doctest.DocTestRunner().run(examples, out=told.write).failed == 0, told.getvalue()


SHOWN = re.findall(r"```\n\$ symconvex ((?:prove|verify) [^\n]*)\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("line", "shown"), SHOWN, ids=[line for line, _ in SHOWN])
def test_a_command_prints_what_is_shown(
    line: str, shown: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to dots, where the rest is left out."""
    (tmp_path / "proofs").symlink_to(root / "proofs")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, [*line.split(), *(["--out", "new"] if line.startswith("prove") else [])])
    start, dots, rest = shown.partition("  ...\n")
    assert result.exit_code == 0
    assert (result.stdout.startswith(start), rest) == (True, "") if dots else result.stdout == shown


SAID_FIRST = re.findall(r"^\| `symconvex (prove [^`]*)` \| `([^`]*)` \|$", README, re.MULTILINE)


@pytest.mark.parametrize(("line", "first"), SAID_FIRST, ids=[line for line, _ in SAID_FIRST])
def test_a_command_says_first_what_is_shown(line: str, first: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [*shlex.split(line), "--out", str(tmp_path), "--quiet"])
    assert (result.exit_code, result.stdout) == (0, f"{first}\n")


def test_five_commands_are_shown() -> None:
    assert len(SAID_FIRST) == 5


FORMULAS = re.findall(r"^\| `(.+)` \| `([\w, ]+)`(?: on `(.+)`)? \| (\w+)(?:, (\w+ ?\w*))? \|$", README, re.MULTILINE)


@pytest.mark.parametrize("row", FORMULAS, ids=[row[0] for row in FORMULAS])
def test_a_formula_has_the_answer_that_is_shown(row: tuple[str, ...]) -> None:
    formula, names, where, answer, strictly = row
    verdict = unhurried(state(formula, wrt=names, shapes={}, where=[where] if where else []))
    assert verdict.answer == answer
    assert not strictly or verdict.strict is (strictly == "strictly")


def test_five_formulas_are_shown() -> None:
    assert len(FORMULAS) == 5


def test_both_ways_to_see_what_is_proved_are_shown() -> None:
    assert {line.split()[0] for line, _ in SHOWN} == {"prove", "verify"}


def test_the_python_example_says_what_it_gives() -> None:
    """The answer beside an expression; its lines are joined, and a piece of it may be left out."""
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    asked, *rows = re.split(r"\n(?=verdict)", code[: code.rindex("verdict.certificate")])
    names: dict[str, object] = {}
    exec("\n".join([asked, rows[0]]), names)  # noqa: S102  (our own page)
    told = [re.fullmatch(r"(verdict\S*) +# (.*)", row.strip()) for row in rows[1:]]
    assert len(told) == 4
    for row in told:
        assert row is not None
        given = eval(row[1], names)  # noqa: S307
        lines = " ".join((given if isinstance(given, str) else repr(given)).split())
        assert [piece for piece in row[2].split("; ") if piece not in lines] == []


def said_of(verdict: Verdict) -> list[str]:
    """What stands in the last column of a row."""
    constants = {
        "strictly iff": (verdict.strict_when, None),
        "modulus": (verdict.modulus, verdict.modulus_when),
        "smoothness": (verdict.smoothness, verdict.smoothness_when),
    }
    said = [
        f"{word} `{value}`" + (f" if `{when}`" if when else "") for word, (value, when) in constants.items() if value
    ]
    if verdict.strict_when is None and verdict.strict is not None:
        said.insert(0, "strictly" if verdict.strict else "never strictly")
    return said


@pytest.mark.parametrize("name", models())
def test_a_model_has_its_row_and_it_says_what_is_proved(name: str) -> None:
    verdict = unhurried(models()[name].problem({}))
    wanted = (verdict.problem.text, CONDITIONS[verdict.condition], said_of(verdict))
    written = f"write this row: | `{name}` | `{wanted[0]}` | {wanted[1]} | {'; '.join(wanted[2])} |"
    assert name in ROWS, written
    loss, convex, more = ROWS[name]
    shown = (loss, convex.partition(" (shown for")[0], sorted(filter(None, more.split("; "))))
    assert shown == (*wanted[:2], sorted(wanted[2])), written


def test_no_row_is_about_a_model_that_there_is_not() -> None:
    assert set(ROWS) <= set(models())
