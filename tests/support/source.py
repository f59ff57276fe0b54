"""The source of the package as data: who imports whom, what goes in a circle, how long and how mutable things are."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "symconvex"
SOURCES = sorted(PACKAGE.rglob("*.py"))


@cache
def text(path: Path) -> str:
    """What the file says."""
    return path.read_text(encoding="utf-8")


def label(path: Path) -> str:
    """A file as people name it: calculus/closed/matrix.py."""
    return path.relative_to(PACKAGE).as_posix()


def room(path: Path) -> str:
    """The folder directly below the package, or the module itself."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def dotted(path: Path) -> str:
    """A file as the program names it; a folder is its __init__."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


# --- imports ----------------------------------------------------------------------------------------------------------


def imported(module: ast.AST) -> Iterator[str]:
    """Dotted names of everything imported anywhere: at the top, in functions, and for a type checker only."""
    for node in ast.walk(module):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(where, names, level):
                yield from (f"{'.' * level}{where or ''}.{alias.name}" for alias in names)
            case ast.Call(_, [ast.Constant(str(name)), *_]) if called(node) == "import_module":
                yield name


def edges(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """For every module of a program, dotted name -> source, the modules that it imports."""
    found = dict[str, set[str]]()
    for home, source in sources.items():
        names = list(imported(ast.parse(source)))
        nearest = {name if name in sources else name.rpartition(".")[0] for name in names}
        found[home] = {name for name in nearest if name in sources}
    return found


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """What can be reached from each other along the arrows of a graph: its strongly connected parts of two and more.

    Source   Tarjan 1972, Depth-first search and linear graph algorithms, section 4
    """
    order, low, path, found = dict[str, int](), dict[str, int](), list[str](), list[list[str]]()

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        path.append(node)
        for other in sorted(graph[node]):
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in path:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            part = path[path.index(node) :]
            del path[path.index(node) :]
            found.extend([sorted(part)] if len(part) > 1 or node in graph[node] else [])

    for node in sorted(graph):
        if node not in order:
            visit(node)
    return sorted(found)


# --- sizes ------------------------------------------------------------------------------------------------------------


def spans(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Every function with its length in lines, docstring left out."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = len((ast.get_docstring(node, clean=False) or "").splitlines())
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - docstring


def code_lines(source: str) -> int:
    """Lines that hold code: neither blank, nor comment, nor docstring."""
    prose = {line for node in texts_alone(ast.parse(source)) for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    lines = enumerate(source.splitlines(), start=1)
    return sum(1 for k, line in lines if k not in prose and line.strip() and not line.lstrip().startswith("#"))


def texts_alone(module: ast.Module) -> Iterator[ast.Constant]:
    """Docstrings, and other texts that stand as statements."""
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value


# --- classes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """A class: where it stands, what it is made from, its length in lines, and the fields that may change."""

    name: str
    home: str
    bases: tuple[str, ...]
    lines: int
    mutable: frozenset[str]


def kinds(home: str, source: str) -> Iterator[Kind]:
    """The classes of one file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            bases = tuple(last_word(base) for base in node.bases)
            mutable = frozenset([*_declared(node), *_assigned(node)])
            yield Kind(node.name, home, bases, (node.end_lineno or 0) - node.lineno + 1, mutable)


def _declared(node: ast.ClassDef) -> Iterator[str]:
    """The fields of a dataclass that is not frozen."""
    for decorator in node.decorator_list:
        match decorator:
            case ast.Call(keywords=settings) if any(
                s.arg == "frozen" and isinstance(s.value, ast.Constant) and s.value.value for s in settings
            ):
                continue
            case _ if last_word(decorator) == "dataclass":
                yield from (n.target.id for n in node.body if isinstance(n, ast.AnnAssign) and _is_field(n))


def _is_field(node: ast.AnnAssign) -> bool:
    return isinstance(node.target, ast.Name) and last_word(node.annotation) != "ClassVar"


def _assigned(node: ast.ClassDef) -> Iterator[str]:
    """What methods assign to as self.name."""
    for inner in ast.walk(node):
        match inner:
            case ast.Attribute(ast.Name("self"), name, ast.Store()):
                yield name


def split_objects(found: Iterable[Kind]) -> list[str]:
    """Bases that stand in another file than the only class made from them: one object in two places."""
    found = list(found)
    made = {kind: [other for other in found if kind.name in other.bases] for kind in found}
    return [
        f"{others[0].home}: {others[0].name} is continued in {kind.home}: {kind.name}"
        for kind, others in made.items()
        if len(others) == 1 and others[0].home != kind.home
    ]


# --- calls, texts, handlers -------------------------------------------------------------------------------------------


def last_word(node: ast.AST) -> str:
    """The last name of what is named, called or subscripted: dataclass for @dataclasses.dataclass(...)."""
    match node:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
        case ast.Call(inner) | ast.Subscript(inner):
            return last_word(inner)
    return ""


def called(call: ast.Call) -> str:
    """The last word of what is called; re.compile is no compile."""
    match call.func:
        case ast.Attribute(ast.Name("re"), _):
            return ""
        case function:
            return last_word(function)


def texts_like(pattern: str, source: str) -> list[str]:
    """Texts of a program, docstrings left out, in which the pattern is found."""
    module = ast.parse(source)
    prose = set(texts_alone(module))
    texts = [node for node in ast.walk(module) if isinstance(node, ast.Constant) and node not in prose]
    return [f"line {n.lineno}: {n.value}" for n in texts if isinstance(n.value, str) and re.search(pattern, n.value)]


def caught(source: str) -> Iterator[tuple[int, str]]:
    """Names of what is caught, alone or among others, by except or by suppress."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ExceptHandler(ast.Tuple(names)):
                yield from ((node.lineno, last_word(name)) for name in names)
            case ast.ExceptHandler(ast.AST() as name):
                yield node.lineno, last_word(name)
            case ast.Call(args=names) if called(node) == "suppress":
                yield from ((node.lineno, last_word(name)) for name in names)
