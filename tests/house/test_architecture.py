"""The house rules of the design, read off the source: who imports whom, how long, and what never."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "symconvex"
SOURCES = sorted(PACKAGE.rglob("*.py"))
KERNEL = sorted((PACKAGE / "kernel").glob("*.py"))
CATALOGUES = ("functions", "models", "rules")

# A module imports only from lower floors, or from its own folder.
FLOORS = (
    {"errors", "kernel", "problem", "deadline"},
    {"catalogue", "data", "store"},
    {"functions"},
    {"language"},
    {"models", "calculus", "drafting"},
    {"rules", "formats", "verdict"},
    {"exposition", "search"},
    {"decide"},
    {"handcheck"},
    {"api", "cli"},
    {"__init__", "__main__"},
)
FLOOR = {name: height for height, floor in enumerate(FLOORS) for name in floor}
NEIGHBOURS = {("formats", "calculus")}  # formats print what calculus derives; they see its data types only

TRUSTED = {"flint", *sys.stdlib_module_names} - {"pickle", "marshal", "ctypes", "subprocess", "socket", "random"}
# Text never becomes code: no call of these names, no import of these modules.
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr", "parse_latex", "S"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill"}

# The kernel decides identities with sums of symbolic size, which takes half of its lines.
LONGEST_FUNCTION, LONGEST_FILE, LARGEST_KERNEL = 40, 400, 2100


def label(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def running(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that is there when the program runs: what only a type checker reads is no dependence."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING"):
            yield from running(child)


def imported(module: ast.AST) -> Iterator[str]:
    """Dotted names of everything imported anywhere in the module, functions included."""
    for node in running(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or '.' * node.level}.{alias.name}" for alias in node.names)


def part(path: Path) -> str:
    """The folder directly below the package, or the module itself."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def wrong_imports(source: str, home: str) -> list[str]:
    """Imports of a module of `home` that do not come from a lower floor."""
    wrong = []
    for name in imported(ast.parse(source)):
        words = name.split(".")
        if words[0] == "symconvex":
            other = words[1] if words[1] in FLOOR else "__init__"
            if other != home and FLOOR[other] >= FLOOR[home] and (home, other) not in NEIGHBOURS:
                wrong.append(name)
        elif name.startswith("."):
            wrong.append(f"{name} (relative)")
    return wrong


def spans(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Every function with its length in lines, docstring left out."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = len((ast.get_docstring(node, clean=False) or "").splitlines())
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - docstring


def code_lines(source: str) -> int:
    """Lines that hold code: neither blank, nor comment, nor docstring."""
    module = ast.parse(source)
    prose: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            prose.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(source.splitlines(), start=1)
    return sum(1 for k, line in lines if k not in prose and line.strip() and not line.lstrip().startswith("#"))


def dangers(source: str) -> list[str]:
    """Where text could become code."""
    module = ast.parse(source)
    names = [(node.lineno, called(node)) for node in ast.walk(module) if isinstance(node, ast.Call)]
    found = [f"line {line}: {name}(" for line, name in names if name in FORBIDDEN_CALLS]
    return found + [name for name in imported(module) if FORBIDDEN_MODULES & set(name.split("."))]


def called(call: ast.Call) -> str:
    """The last word of what is called; re.compile is no compile."""
    match call.func:
        case ast.Name(name):
            return name
        case ast.Attribute(ast.Name("re"), _):
            return ""
        case ast.Attribute(_, name):
            return name
        case _:
            return ""


def kernel_faults(source: str) -> list[str]:
    """What a trusted file must not contain."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Assert():
                fault = "assert"
            case ast.Call(ast.Name("float")) | ast.Constant(float()):
                fault = "float"
            case ast.ExceptHandler(None) | ast.ExceptHandler(ast.Name("Exception" | "BaseException")):
                fault = "broad except"
            case ast.Global():
                fault = "global state"
            case ast.FunctionDef(args=arguments) if weak_defaults(arguments):
                fault = f"default of {node.name}"
            case _:
                continue
        found.append(f"line {node.lineno}: {fault}")
    return found


def weak_defaults(arguments: ast.arguments) -> bool:
    """A default may be empty, such as () or 0; True, None or a text could weaken a condition unseen."""
    defaults = (*arguments.defaults, *arguments.kw_defaults)
    values = [default.value for default in defaults if isinstance(default, ast.Constant)]
    return any(value is True or value is None or isinstance(value, str) for value in values)


def undocumented(module: ast.Module) -> list[str]:
    """Public functions and classes at the top of a module that say nothing of themselves."""
    kinds = ast.FunctionDef | ast.ClassDef
    named = [node for node in module.body if isinstance(node, kinds) and not node.name.startswith("_")]
    return [node.name for node in named if not ast.get_docstring(node)]


# The checks themselves must be able to fail.
BITES = [
    # id                        check          source                                             finds
    ("import upwards",          "imports",     "from symconvex.cli import main",                  True),
    ("import sideways",         "imports",     "def f():\n    import symconvex.calculus.closed.derivation",  True),
    ("import of the top",       "imports",     "from symconvex import prove",                     True),
    ("relative import",         "imports",     "from . import closed",                            True),
    ("import for types only",   "imports",     "if TYPE_CHECKING:\n    from symconvex.cli import main",  False),
    ("import downwards",        "imports",     "from symconvex.kernel.term import Term",          False),
    ("import at home",          "imports",     "from symconvex.models._model import Model",       False),
    ("eval",                    "dangers",     "x = eval('1')",                                   True),
    ("sympify as an attribute", "dangers",     "x = sympy.sympify(text)",                         True),
    ("pickle",                  "dangers",     "from pickle import loads",                        True),
    ("compiled pattern",        "dangers",     "import re\nx = re.compile('a')",                  False),
    ("assert",                  "kernel",      "assert x",                                        True),
    ("float call",              "kernel",      "x = float('1')",                                  True),
    ("float number",            "kernel",      "x = 0.5",                                         True),
    ("bare except",             "kernel",      "try:\n    f()\nexcept:\n    pass",                True),
    ("broad except",            "kernel",      "try:\n    f()\nexcept Exception:\n    pass",      True),
    ("default that weakens",    "kernel",      "def f(x, domain='real'): ...",                    True),
    ("empty default",           "kernel",      "def f(x, indices=()): ...",                       False),
    ("narrow except",           "kernel",      "try:\n    f()\nexcept KeyError:\n    pass",       False),
    ("no docstring",            "documents",   "def f(): ...",                                    True),
    ("private",                 "documents",   "def _f(): ...",                                   False),
]  # fmt: skip
CHECKS = {
    "imports": lambda source: wrong_imports(source, "models"),
    "dangers": dangers,
    "kernel": kernel_faults,
    "documents": lambda source: undocumented(ast.parse(source)),
}


@pytest.mark.parametrize(("case", "check", "source", "finds"), BITES, ids=[row[0] for row in BITES])
def test_the_checks_bite(case: str, check: str, source: str, finds: bool) -> None:
    assert bool(CHECKS[check](source)) == finds


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_imports_come_from_below(path: Path) -> None:
    assert part(path) in FLOOR, f"{label(path)} has no floor in the house; give it one in FLOORS"
    assert wrong_imports(path.read_text(encoding="utf-8"), part(path)) == []


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_a_file_is_short_and_so_are_its_functions(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    assert [span for span in spans(tree(path)) if span[1] > LONGEST_FUNCTION] == []


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_text_never_becomes_code(path: Path) -> None:
    assert dangers(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_what_is_public_says_what_it_is(path: Path) -> None:
    module = tree(path)
    assert ast.get_docstring(module) or not module.body, "a module begins with a sentence"
    if part(path) not in CATALOGUES or path.stem.startswith("_"):  # an entry of a catalogue speaks through its value
        assert undocumented(module) == []


@pytest.mark.parametrize("path", KERNEL, ids=label)
def test_the_kernel_is_on_a_diet(path: Path) -> None:
    module = tree(path)
    outside = [name for name in imported(module) if name.split(".")[0] not in TRUSTED]
    assert [name for name in outside if not name.startswith("symconvex.kernel")] == []
    assert kernel_faults(path.read_text(encoding="utf-8")) == []


def test_the_kernel_can_be_read_in_one_sitting() -> None:
    assert sum(code_lines(path.read_text(encoding="utf-8")) for path in KERNEL) <= LARGEST_KERNEL


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
    run = subprocess.run([sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True, check=False)
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
