"""The house rules of the design, read off the source: who imports whom, how long, how mutable, and what never."""

import ast
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.house import (
    CATALOGUES,
    FINISHED,
    JUDGMENT,
    KERNEL,
    LARGEST_KERNEL,
    LARGEST_MATHEMATICS,
    LONGEST_CLASS,
    LONGEST_FILE,
    LONGEST_FUNCTION,
    MOST_FIELDS,
    MOST_STEPS,
    NOT_MATHEMATICAL,
    OUTSIDE_THE_HALL,
    RANK,
    TRUSTED,
    borrowed,
    dangers,
    from_later_rooms,
    hidden_bugs,
    kernel_faults,
    steps_of,
    too_large,
    twice,
    undocumented,
    wrong_imports,
)
from support.source import (
    PACKAGE,
    ROOT,
    SOURCES,
    circles,
    code_lines,
    dotted,
    edges,
    imported,
    kinds,
    label,
    room,
    spans,
    split_objects,
    text,
    texts_like,
)

# --- the checks themselves must be able to fail -----------------------------------------------------------------------

LONG = "\n    ".join(["def f():", *["x()"] * LONGEST_FUNCTION])
VAST = "\n    ".join(["class A:", *["x = 0"] * LONGEST_CLASS])
FULL = "\n    ".join(["class A:", *[f"x{k}: int" for k in range(MOST_FIELDS + 1)]])
BUSY = f"class A:\n    def f(self):\n        {', '.join(f'self.x{k}' for k in range(MOST_FIELDS + 1))} = y"
TRY = "try:\n    f()\nexcept {}:\n    pass"

BITES = [
    # id                          check          source                                                    finds
    ("import upwards",            "imports",     "from symconvex.cli import main",                         True),
    ("import sideways",           "imports",     "from symconvex.calculus.closed import matrix",           True),
    ("import in a function",      "imports",     "def f():\n    import symconvex.calculus.closed.matrix",  True),
    ("import for types only",     "imports",     "if TYPE_CHECKING:\n    from symconvex.cli import main",  True),
    ("import by a call",          "imports",     "x = importlib.import_module('symconvex.cli')",           True),
    ("import of the top",         "imports",     "from symconvex import prove",                            True),
    ("import of all",             "imports",     "import symconvex",                                       True),
    ("relative import",           "imports",     "from . import closed",                                   True),
    ("import from the same rank", "imports",     "from symconvex.drafting.draft import Draft",             True),
    ("import downwards",          "imports",     "from symconvex.kernel.term import Term",                 False),
    ("import at home",            "imports",     "from symconvex.models._model import Model",              False),
    ("import from outside",       "imports",     "import importlib\nfrom pathlib import Path",             False),
    ("a later room",              "rooms",       "from symconvex.handcheck.judging.judge import check",     True),
    ("a later room inside",       "rooms",       "def f():\n    from symconvex.handcheck import judging",   True),
    ("an earlier room",           "rooms",       "from symconvex.handcheck.formula.tree import Node",       False),
    ("the same room",             "rooms",       "from symconvex.handcheck.meaning.world import Env",       False),
    ("eval",                      "dangers",     "x = eval('1')",                                          True),
    ("sympify as an attribute",   "dangers",     "x = sympy.sympify(text)",                                True),
    ("pickle",                    "dangers",     "from pickle import loads",                               True),
    ("compiled pattern",          "dangers",     "import re\nx = re.compile('a')",                         False),
    ("assert",                    "kernel",      "assert x",                                               True),
    ("float call",                "kernel",      "x = float('1')",                                         True),
    ("float number",              "kernel",      "x = 0.5",                                                True),
    ("bare except",               "kernel",      "try:\n    f()\nexcept:\n    pass",                       True),
    ("broad except",              "kernel",      TRY.format("Exception"),                                  True),
    ("default that weakens",      "kernel",      "def f(x, domain='real'): ...",                           True),
    ("empty default",             "kernel",      "def f(x, indices=()): ...",                              False),
    ("narrow except",             "kernel",      TRY.format("Refused"),                                    False),
    ("no docstring",              "documents",   "def f(): ...",                                           True),
    ("private",                   "documents",   "def _f(): ...",                                          False),
    ("a bug for an answer",       "bugs",        TRY.format("KeyError"),                                   True),
    ("a bug among others",        "bugs",        TRY.format("(ValueError, AttributeError)"),               True),
    ("a bug with a name",         "bugs",        TRY.format("builtins.TypeError as error"),                True),
    ("a bug suppressed",          "bugs",        "with contextlib.suppress(OSError, KeyError):\n    f()",  True),
    ("an error of the system",    "bugs",        TRY.format("(ValueError, OSError)"),                      False),
    ("a bug that is raised",      "bugs",        "raise TypeError('three cases')",                         False),
    ("judgment",                  "judgments",   "x = '(loss convex)'",                                    True),
    ("judgment around a term",    "judgments",   "x = f'(positive {render(term)})'",                       True),
    ("judgment taken apart",      "judgments",   "x = y.removeprefix('(nonneg ')",                         True),
    ("judgment in a docstring",   "judgments",   "def f():\n    'gives (loss convex)'",                    False),
    ("a word in brackets",        "judgments",   "x = 'a loss (convex or not)'.split('(lossy')",           True),
    ("a term",                    "judgments",   "x = f'(sum {i} n {body})'",                              False),
    ("a long function",           "sizes",       LONG,                                                     True),
    ("a function at the limit",   "sizes",       LONG.replace("\n    x()", "", 1),                         False),
    ("a long class",              "sizes",       VAST,                                                     True),
    ("a class at the limit",      "sizes",       VAST.replace("\n    x = 0", "", 1),                       False),
    ("fields that change",        "sizes",       f"@dataclass(slots=True)\n{FULL}",                        True),
    ("fields that stay",          "sizes",       f"@dataclass(frozen=True, slots=True)\n{FULL}",           False),
    ("fields at the limit",       "sizes",       f"@dataclass\n{FULL}".replace("x0: int", "x0: ClassVar[int]"),  False),
    ("fields set by a method",    "sizes",       BUSY,                                                     True),
    ("a step in a list",          "steps",       "## 5. The steps\n- **sum** *index*. Line",               True),
    ("an announced step",         "steps",       "## 11. Announced\n| **cases** | says |",                 True),
    ("a kind in a table",         "steps",       "## 5. The steps\n| *term* | says |",                     False),
    ("emphasis in a sentence",    "steps",       "## 5. The steps\nNot **sum**.",                          False),
    ("a test from a test",        "tests",       "from test_closed import LOSSES",                         True),
    ("a test from a folder",      "tests",       "import calculus.test_closed",                            True),
    ("a test from its support",   "tests",       "from support.losses import LOSSES",                      False),
]  # fmt: skip
CHECKS = {
    "imports": lambda source: wrong_imports(source, "models"),
    "rooms": lambda source: from_later_rooms(source, "meaning"),
    "dangers": dangers,
    "kernel": kernel_faults,
    "documents": lambda source: undocumented(ast.parse(source)),
    "bugs": hidden_bugs,
    "judgments": lambda source: texts_like(JUDGMENT, source),
    "sizes": too_large,
    "steps": lambda source: any(steps_of(source)),
    "tests": borrowed,
}


@pytest.mark.parametrize(("case", "check", "source", "finds"), BITES, ids=[row[0] for row in BITES])
def test_the_checks_bite(case: str, check: str, source: str, finds: bool) -> None:
    assert bool(CHECKS[check](source)) == finds


A_CLASS, FROM_A = "class A: ...", "from p.a import A\nclass B(A): ..."
PROGRAMS = [
    # id                          check        files of a program                                                         finds
    ("two files",                 "circles",   {"p.a": "import p.b", "p.b": "from p import a"},                           [["p.a", "p.b"]]),
    ("three files",               "circles",   {"a": "import b", "b": "import c", "c": "import a", "d": "import a"},      [["a", "b", "c"]]),
    ("two circles",               "circles",   {"a": "import b, c", "b": "import a", "c": "import d", "d": "import c"},   [["a", "b"], ["c", "d"]]),
    ("one arrow for types",       "circles",   {"a": "import b", "b": "if TYPE_CHECKING:\n    from a import A"},          [["a", "b"]]),
    ("one arrow in a function",   "circles",   {"a": "import b", "b": "def f():\n    from a import A"},                   [["a", "b"]]),
    ("a folder and its file",     "circles",   {"p": "from p.a import A", "p.a": "from p import B"},                      [["p", "p.a"]]),
    ("itself",                    "circles",   {"a": "from a import A"},                                                  [["a"]]),
    ("a diamond",                 "circles",   {"a": "import b, c", "b": "import d", "c": "import d", "d": "import re"},  []),
    ("a folder with files",       "circles",   {"p": "from p.a import A", "p.a": "from p.b import B", "p.b": ""},         []),
    ("a class over two files",    "split",     {"p.a": A_CLASS, "p.b": FROM_A},                                           ["p.b: B is continued in p.a: A"]),
    ("a generic class over two",  "split",     {"p.a": A_CLASS, "p.b": "class B(p.a.A[int]): ..."},                       ["p.b: B is continued in p.a: A"]),
    ("two classes in one file",   "split",     {"p.a": f"{A_CLASS}\nclass B(A): ..."},                                    []),
    ("a base of two kinds",       "split",     {"p.a": A_CLASS, "p.b": f"{FROM_A}\nclass C(A): ..."},                     []),
    ("a base from outside",       "split",     {"p.b": "class B(Exception): ..."},                                        []),
    ("a name twice",              "names",     {"p.a": A_CLASS, "p.b": "class A(B): ..."},                                ["A"]),
    ("a name once",               "names",     {"p.a": A_CLASS, "p.b": "class B: ..."},                                   []),
]  # fmt: skip
OF_PROGRAMS = {
    "circles": lambda sources: circles(edges(sources)),
    "split": lambda sources: split_objects(kind for home, source in sources.items() for kind in kinds(home, source)),
    "names": twice,
}


@pytest.mark.parametrize(("case", "check", "sources", "finds"), PROGRAMS, ids=[row[0] for row in PROGRAMS])
def test_the_checks_of_programs_bite(case: str, check: str, sources: Mapping[str, str], finds: list[object]) -> None:
    assert OF_PROGRAMS[check](sources) == finds


# --- the house --------------------------------------------------------------------------------------------------------

EVERY_FILE = pytest.mark.parametrize("path", SOURCES, ids=label)
REST = pytest.mark.parametrize("path", OUTSIDE_THE_HALL, ids=label)


@EVERY_FILE
def test_imports_come_from_below(path: Path) -> None:
    assert room(path) in RANK, f"{label(path)} has no rank in the house; give it one in RANKS"
    assert wrong_imports(text(path), room(path)) == []


@pytest.mark.parametrize("path", [path for path in SOURCES if room(path) == "handcheck"], ids=label)
def test_the_rooms_of_the_reader_stand_in_a_row(path: Path) -> None:
    home = label(path).split("/")[1].removesuffix(".py")
    assert home == "__init__" or from_later_rooms(text(path), home) == []


def test_no_circle_of_files() -> None:
    assert circles(edges({dotted(path): text(path) for path in SOURCES})) == []


@pytest.mark.parametrize("check", ["split", "names"])
def test_no_object_in_two_files_no_name_for_two_classes(check: str) -> None:
    assert OF_PROGRAMS[check]({dotted(path): text(path) for path in OUTSIDE_THE_HALL}) == []


@EVERY_FILE
def test_a_file_is_short_and_so_are_its_functions(path: Path) -> None:
    assert len(text(path).splitlines()) <= LONGEST_FILE
    assert [span for span in spans(ast.parse(text(path))) if span[1] > LONGEST_FUNCTION] == []


@REST
def test_a_class_is_short_and_changes_in_few_fields(path: Path) -> None:
    assert too_large(text(path)) == []


@REST
def test_a_bug_is_no_answer(path: Path) -> None:
    assert hidden_bugs(text(path)) == []


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path not in KERNEL and label(path) != FINISHED], ids=label
)
def test_a_judgment_is_a_value_until_the_certificate_is_finished(path: Path) -> None:
    assert (PACKAGE / FINISHED).exists()
    assert texts_like(JUDGMENT, text(path)) == []


@EVERY_FILE
def test_text_never_becomes_code(path: Path) -> None:
    assert dangers(text(path)) == []


@EVERY_FILE
def test_what_is_public_says_what_it_is(path: Path) -> None:
    module = ast.parse(text(path))
    assert ast.get_docstring(module) or not module.body, "a module begins with a sentence"
    if room(path) not in CATALOGUES or path.stem.startswith("_"):  # an entry of a catalogue speaks through its value
        assert undocumented(module) == []


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=lambda path: path.name)
def test_what_tests_share_stands_beside_them(path: Path) -> None:
    assert borrowed(text(path)) == []


# --- the kernel -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", KERNEL, ids=label)
def test_the_kernel_is_on_a_diet(path: Path) -> None:
    outside = [name for name in imported(ast.parse(text(path))) if name.split(".")[0] not in TRUSTED]
    assert [name for name in outside if not name.startswith("symconvex.kernel")] == []
    assert kernel_faults(text(path)) == []


def test_the_kernel_can_be_read_in_one_sitting() -> None:
    lines = {path.stem: code_lines(text(path)) for path in KERNEL}
    assert sum(lines.values()) <= LARGEST_KERNEL
    mathematics = {name: count for name, count in lines.items() if name not in NOT_MATHEMATICAL}
    assert 0 < sum(mathematics.values()) <= LARGEST_MATHEMATICS, mathematics


def test_the_specification_names_the_steps_and_they_are_few() -> None:
    from symconvex.kernel.check import STEPS

    there, announced = steps_of((PACKAGE / "kernel" / "SPEC.md").read_text(encoding="utf-8"))
    assert sorted(there) == sorted(STEPS)
    assert set(there) & set(announced) == set()
    assert len(there) + len(announced) <= MOST_STEPS


# --- what is loaded, and what the catalogues hold ---------------------------------------------------------------------


LAZY = [
    # id              statement that is run
    ("help",          "from symconvex.cli import main; sys.argv[1:] = ['--help']; main()"),
    ("prove help",    "from symconvex.cli import main; sys.argv[1:] = ['prove', '--help']; main()"),
    ("version",       "from symconvex.cli import main; sys.argv[1:] = ['--version']; main()"),
    ("package",       "import symconvex"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "statement"), LAZY, ids=[row[0] for row in LAZY])
def test_a_quick_question_loads_nothing_heavy(case: str, statement: str) -> None:
    lines = ("import atexit, sys", "atexit.register(lambda: print(*sys.modules, file=sys.stderr))", statement)
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert {"sympy", "numpy", "flint", "rich"} & set(run.stderr.split()) == set()


def test_the_kernel_loads_nothing_heavy() -> None:
    code = "import sys, symconvex.kernel.check as check; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert {"sympy", "numpy", "rich", "click"} & set(run.stdout.split()) == set()


@pytest.mark.parametrize("folder", CATALOGUES)
def test_a_catalogue_loads_and_each_file_keeps_its_promise(folder: str) -> None:
    import importlib

    package = importlib.import_module(f"symconvex.{folder}")
    files = {path.stem for path in (PACKAGE / folder).glob("[!_]*.py")}
    found = getattr(package, folder)()
    values = list(found.values()) if isinstance(found, Mapping) else list(found)
    assert {value.name.replace("-", "_") for value in values} == files
    assert files, f"symconvex/{folder} is empty"
    assert [value.name for value in values if not value.source.strip()] == []


def command_lines(text: str) -> list[str]:
    """Lines that set the program up and test it."""
    return [line.strip() for line in text.splitlines() if line.strip().startswith("python3 -m venv ")]


def test_continuous_integration_runs_what_the_readme_says() -> None:
    readme, script = (ROOT / name for name in ("README.md", ".ci/run"))
    commands = command_lines(script.read_text(encoding="utf-8"))
    assert len(commands) == 1
    if readme.exists():
        assert commands[0] in command_lines(readme.read_text(encoding="utf-8"))
