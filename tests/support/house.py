"""The rules of the house, and the checks that read them off a source text."""

import ast
import re
import sys
from collections.abc import Mapping

from support.source import SOURCES, called, caught, imported, kinds, room, spans

KERNEL = [path for path in SOURCES if room(path) == "kernel"]
CATALOGUES = ("functions", "models", "rules")

# A module imports only from lower ranks, never sideways except inside its own folder; imports for types count too.
RANKS = (
    {"kernel", "errors", "problem", "deadline", "processes"},
    {"catalogue", "data", "store", "view"},
    {"functions", "pages"},
    {"language"},
    {"models", "calculus", "drafting", "witness"},
    {"bridges"},
    {"rules", "formats", "verdict", "replay"},
    {"exposition", "search"},
    {"pictures", "contents"},
    {"decide"},
    {"advice"},
    {"handcheck", "settle"},
    {"asking"},
    {"surveying"},
    {"api", "cli"},
    {"__init__", "__main__"},
)
RANK = {name: height for height, rank in enumerate(RANKS) for name in rank}
# The rooms of the reader of derivations, along the way of a text: none imports from a later one.
READER = ("latex", "formula", "text", "prose", "values", "meaning", "judging", "reading", "showing", "check")

# The reader of derivations still is one hall: what is said here of classes and handlers is said of the rest.
OUTSIDE_THE_HALL = [path for path in SOURCES if room(path) != "handcheck"]

TRUSTED = {"flint", *sys.stdlib_module_names} - {"pickle", "marshal", "ctypes", "subprocess", "socket", "random"}
# Text never becomes code: no call of these names, no import of these modules.
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr", "parse_latex", "S"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill"}
# Around our own code these are bugs, and a handler would make them answers.
BUGS = {"AttributeError", "TypeError", "KeyError"}

# What a certificate says is written by the kernel, and where a certificate is finished; elsewhere it is a value.
FINISHED = "drafting/draft.py"
JUDGMENT = (
    r"\((positive|nonneg|definite|curvature|affine|convex|concave|gap|loss|zero|nonzero|injective|null|spectral"
    r"|spectral_least|attained|real) "
)

LONGEST_FUNCTION, LONGEST_FILE, LONGEST_CLASS, MOST_FIELDS = 40, 400, 250, 8
# The kernel is read in one sitting. These files read, state, evaluate and keep count; the others are the mathematics.
NOT_MATHEMATICAL = {
    "__init__",
    "term",
    "content",
    "reading",
    "statement",
    "judgment",
    "context",
    "check",
    "enclose",
    "example",
    "arguments",
}
# Examples, which format 1 had not, are some 150 lines of it.
LARGEST_KERNEL, LARGEST_MATHEMATICS, MOST_STEPS = 2790, 1300, 26


def from_later_rooms(source: str, home: str) -> list[str]:
    """Imports of a module of the reader, in the room `home`, that do not come from its own or an earlier room."""
    prefix = "symconvex.handcheck."
    names = [name.removeprefix(prefix) for name in imported(ast.parse(source)) if name.startswith(prefix)]
    return [name for name in names if READER.index(name.split(".")[0]) > READER.index(home)]


def wrong_imports(source: str, home: str) -> list[str]:
    """Imports of a module of `home` that do not come from a lower rank."""
    wrong = []
    for name in imported(ast.parse(source)):
        words = name.split(".")
        if words[0] == "symconvex":
            other = words[1] if len(words) > 1 and words[1] in RANK else "__init__"
            if other != home and RANK[other] >= RANK[home]:
                wrong.append(name)
        elif name.startswith("."):
            wrong.append(f"{name} (relative)")
    return wrong


def dangers(source: str) -> list[str]:
    """Where text could become code."""
    module = ast.parse(source)
    names = [(node.lineno, called(node)) for node in ast.walk(module) if isinstance(node, ast.Call)]
    found = [f"line {line}: {name}(" for line, name in names if name in FORBIDDEN_CALLS]
    return found + [name for name in imported(module) if FORBIDDEN_MODULES & set(name.split("."))]


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


def hidden_bugs(source: str) -> list[str]:
    """Handlers that take a bug of ours for an answer."""
    return [f"line {line}: {name}" for line, name in caught(source) if name in BUGS]


def too_large(source: str) -> list[str]:
    """Functions, classes and sets of fields that nobody can keep in mind."""
    found = [name for name, length in spans(ast.parse(source)) if length > LONGEST_FUNCTION]
    for kind in kinds("", source):
        found += [kind.name] if kind.lines > LONGEST_CLASS or len(kind.mutable) > MOST_FIELDS else []
    return found


def twice(sources: Mapping[str, str]) -> list[str]:
    """Names of classes that mean more than one thing."""
    names = [kind.name for home, source in sources.items() for kind in kinds(home, source)]
    return sorted({name for name in names if names.count(name) > 1})


def borrowed(source: str) -> list[str]:
    """What a test file takes from a test file."""
    return [name for name in imported(ast.parse(source)) if re.search(r"(^|\.)test_", name)]


def steps_of(specification: str) -> tuple[list[str], list[str]]:
    """The steps that a page describes: those that there are, and those that are announced."""
    there = re.findall(r"^- \*\*(\w+)\*\*", specification, re.MULTILINE)
    return there, re.findall(r"^\| \*\*(\w+)\*\* \|", specification, re.MULTILINE)
