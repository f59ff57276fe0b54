"""Documentation that keeps its word: every example is run, and what is made of the program has everything in it."""

import importlib.util
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from symconvex.cli import main
from symconvex.functions import functions
from symconvex.models import models
from symconvex.rules import rules

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / ".docs"
PAGES = {path.stem: path.read_text("utf-8") for path in sorted(DOCS.glob("*.md"))}


def loaded(name: str) -> ModuleType:
    """A program of the folder, which is no package."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the examples speak of."""
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    shutil.copytree(ROOT / "proofs" / "logistic", tmp_path / "proofs" / "logistic")
    shutil.copy(ROOT / "tests" / "data" / "xor.csv", tmp_path)
    (tmp_path / "problems.jsonl").write_text('{"id": "a", "loss": "x**2", "wrt": ["x"]}\n')
    (tmp_path / "mine.tex").write_text("$\\nabla J(w) = X^\\top (Xw - y)$\n")
    (tmp_path / "mine.md").write_text("$$\\nabla J(w) = X^\\top (Xw - y)$$\n")
    declared = "% symconvex: J(w) = norm(X@w - y)**2/2\n% symconvex: X: n, d; w: d; y: n\n"
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.tex").write_text(declared + (tmp_path / "mine.tex").read_text())
    note = "<!-- symconvex: J(w) = norm(X@w - y)**2/2 -->\n<!-- symconvex: X: n, d; w: d; y: n -->\n$$J(w) = J(w)$$"
    cells = [{"cell_type": "markdown", "metadata": {}, "source": note}]
    (tmp_path / "mine.ipynb").write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    (tmp_path / "mine.decl").write_text("J(w) = norm(X@w - y)**2/2\nX: n, d; w: d; y: n\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoked(words: list[str]) -> Result:
    """What a command answers, with time enough on a machine that is slow."""
    unhurried = ["--budget", "3000"] if words[0] == "prove" and "--budget" not in words else []
    return CliRunner().invoke(main, [*words, *unhurried])


SHOWN = [
    (f"{page}: {line[:60]}", line, shown)
    for page, text in PAGES.items()
    for line, shown in re.findall(r"```console\n\$ ([^\n]*)\n(.*?)```", text, re.DOTALL)
]


@pytest.mark.parametrize(("case", "line", "shown"), SHOWN, ids=[row[0] for row in SHOWN])
def test_a_command_prints_what_is_shown(case: str, line: str, shown: str, folder: Path) -> None:
    """Up to dots, where the rest is left out."""
    results = [invoked(shlex.split(part.removeprefix("symconvex "))) for part in line.split(" && ")]
    printed = "".join(result.output for result in results)
    start, dots, rest = shown.partition("  ...\n")
    assert (printed.startswith(start), rest) == (True, "") if dots else printed == shown
    assert {result.exit_code for result in results} == ({2} if shown.startswith("error") else {0})


CODE = [(page, code) for page, text in PAGES.items() for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL)]


@pytest.mark.parametrize(("page", "code"), CODE, ids=[page for page, _ in CODE])
def test_a_program_runs(page: str, code: str, folder: Path) -> None:
    exec(code, {})  # noqa: S102  (our own page)


def examples() -> list[tuple[str, str]]:
    """The examples in the help of every command, and those in the tables of the README."""
    helped = [
        (f"help of {name}", command.help or "") for name, command in (*main.commands.items(), ("symconvex", main))
    ]
    found = [
        (where, re.split(r"\s{2,}", line.strip())[0])
        for where, text in helped
        for line in re.sub(r"\\\n *", "", text).splitlines()
        if re.match(r" *symconvex [a-z]", line)
    ]
    table = re.findall(r"^\| `(symconvex [^`]*)` \| [^`]", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    return list(dict.fromkeys([*found, *(("README", line) for line in table)]))


EXAMPLES = examples()


@pytest.mark.parametrize(("where", "line"), EXAMPLES, ids=[f"{where}: {line}" for where, line in EXAMPLES])
def test_an_example_of_the_help_works(where: str, line: str, folder: Path) -> None:
    words = shlex.split(line.removeprefix("symconvex ").replace("100000", "1000"))
    source = words[words.index("<") + 1] if "<" in words else None
    if words[0] == "check" and not any(word.startswith("--") for word in words):  # the file declares its loss itself
        declared = "".join(f"% symconvex: {row}\n" for row in Path("mine.decl").read_text().splitlines())
        Path("mine.tex").write_text(declared + Path("mine.tex").read_text())
    words = [str(path) for word in words for path in ([*Path().glob(word)] if word.endswith("*.tex") else [word])]
    words = words[: next((k for k, word in enumerate(words) if word in "<>"), len(words))]
    result = CliRunner().invoke(main, words, input=Path(source).read_text() if source else None)
    # A derivation may well have a mistake, and a slow machine find no answer in the time that is usual.
    wanted = {"check": {0, 1, 3}, "prove": {0, 3}}.get(words[0], {0})
    assert result.exit_code in wanted, result.output


def test_pages_are_made_of_everything(tmp_path: Path) -> None:
    loaded("pages").write(tmp_path)
    made = {str(path.relative_to(tmp_path)): path.read_text("utf-8") for path in tmp_path.rglob("*.md")}
    assert {f"models/{name}.md" for name in models()} <= set(made)
    assert [name for name in functions() if f"| `{name}` |" not in made["functions.md"]] == []
    assert [rule.name for rule in rules() if f"## {rule.name}\n" not in made["rules.md"]] == []
    assert [name for name in main.commands if f"## symconvex {name}\n" not in made["commands.md"]] == []
    assert "## 5. The steps" in made["kernel.md"]
    assert "strictly convex, if rank(X) == d" in made["models/logistic.md"]


PLAIN = [
    # text                     as Markdown
    ("w**2",                   r"w\*\*2"),
    ("a `w**2` b_c",           r"a `w**2` b\_c"),
    ("x < y | z",              r"x \< y \| z"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), PLAIN, ids=[row[0] for row in PLAIN])
def test_signs_of_a_text_mean_nothing(text: str, shown: str) -> None:
    assert loaded("pages").plain(text) == shown


def test_a_docstring_keeps_its_formulas() -> None:
    """A sentence, a formula and labels."""
    text = "A sum.\n\n    a + b\n\nFails    never\nSource   here"
    assert (
        loaded("pages").docstring(text)
        == "A sum.\n\n```text\na + b\n```\n\n```text\nFails    never\nSource   here\n```"
    )


def test_the_manual_page_has_every_command_and_option() -> None:
    page = loaded("manual").manual("0")
    known = page.replace("\\-", "-")
    assert [name for name in main.commands if f".SS symconvex {name}\n" not in known] == []
    words = {
        word
        for command in main.commands.values()
        for p in command.params
        if not getattr(p, "hidden", False)
        for word in p.opts
    }
    assert [word for word in words if word.startswith("--") and word not in known] == []


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff here")
def test_the_manual_page_is_set_without_warnings() -> None:
    done = subprocess.run(
        [str(shutil.which("groff")), "-man", "-ww", "-Tutf8"],
        input=loaded("manual").manual("0"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert "symconvex prove" in re.sub(r"\x1b\[[\d;]*m", "", done.stdout)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(shell: str) -> None:
    result = CliRunner().invoke(main, [], env={"_SYMCONVEX_COMPLETE": f"{shell}_source"})
    assert (result.exit_code, f"_SYMCONVEX_COMPLETE={shell}_complete" in result.stdout) == (0, True)
    assert f"_SYMCONVEX_COMPLETE={shell}_source" in PAGES["shell"]
