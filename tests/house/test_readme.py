"""What the README says of the models is what the program proves."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.deciding import unhurried

from symconvex.cli import main
from symconvex.models import models

README = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8")
ROW = re.compile(r"^\| `([\w-]+)` \| `(.+)` \| (.*?) \| (.*?) ?\|$", re.MULTILINE)
ROWS = {name: (loss, convex, more) for name, loss, convex, more in ROW.findall(README)}
CONDITIONS = {"True": "always", "False": "never", "X == 0": "only for `X == 0`", None: "depends on the data"}


def test_the_derivation_is_judged_as_shown(tmp_path: Path) -> None:
    tex, shown = re.findall(r"```(?:latex)?\n(.*?)```", README[README.index("## Checking a hand derivation") :], re.DOTALL)[:2]
    path = tmp_path / "mine.tex"
    path.write_text(tex, encoding="utf-8")
    result = CliRunner().invoke(main, ["check", str(path), "--model", "logistic"])
    assert result.output.rstrip() == shown.partition("\n")[2].rstrip()
    assert result.exit_code == 1


def test_every_model_has_its_row() -> None:
    assert set(ROWS) == set(models())


@pytest.mark.parametrize("name", models())
def test_a_row_says_what_is_proved(name: str) -> None:
    loss, convex, more = ROWS[name]
    verdict = unhurried(models()[name].problem({}))
    assert loss == verdict.problem.text
    assert convex.partition(" (shown for")[0] == CONDITIONS[verdict.condition]
    constants = {"strictly iff": verdict.strict_when, "modulus": verdict.modulus, "smoothness": verdict.smoothness}
    said = {f"{word} `{value}`" for word, value in constants.items() if value}
    if verdict.strict_when is None and verdict.strict is not None:
        said.add("strictly" if verdict.strict else "never strictly")
    assert set(filter(None, more.split("; "))) == said
