"""What names mean: symbols, sizes, functions, modules, numbers."""

import ast
from collections.abc import Container, Mapping
from dataclasses import dataclass

from symconvex.functions import functions
from symconvex.language.calls import RESERVED
from symconvex.language.place import Place
from symconvex.language.syntax import clean, parse_syntax
from symconvex.problem import Symbol

# In front of a dot: the first ones always, the others where no symbol has the name.
MODULES = ("np", "numpy", "jnp", "math", "linalg")
MORE_MODULES = (
    "torch", "jax", "scipy", "special", "nn", "functional", "F", "tf", "sp", "sympy", "cp", "cvxpy", "lax", "stats",
)  # fmt: skip
CONSTANTS = ("pi", "e")
NO_NUMBERS = ("inf", "Infinity", "nan", "NaN")
OLD_ALIASES = ("absolute", "fabs", "expit")
FIELDS = ("T", "mT", "shape", "size")  # of an array, without brackets


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A text, the names that have a meaning in it, and those of the parameters where the question is known."""

    text: str
    symbols: Mapping[str, Symbol]
    sizes: tuple[str, ...]
    parameters: frozenset[str] | None = None

    def place(self, node: ast.expr) -> Place:
        """Where a node of the syntax tree stands."""
        end = node.end_col_offset
        return Place(self.text, (node.col_offset, len(self.text) if end is None else end))

    def is_module(self, node: ast.expr) -> bool:
        """Is it np, torch.nn.functional or the like?"""
        if isinstance(node, ast.Attribute):
            return node.attr in (*MODULES, *MORE_MODULES) and self.is_module(node.value)
        return isinstance(node, ast.Name) and (
            node.id in MODULES or (node.id in MORE_MODULES and node.id not in self.symbols)
        )


def scope_of(line: str, symbols: tuple[Symbol, ...], parameters: frozenset[str] | None = None) -> Vocabulary:
    """What the names in a line mean; a declared name comes before a number of that name."""
    sizes = dict.fromkeys(s for symbol in symbols for s in symbol.shape if isinstance(s, str))
    return Vocabulary(line, {symbol.name: symbol for symbol in symbols}, tuple(sizes), parameters)


def reserved(name: str) -> bool:
    """Does the language itself give this name a meaning?"""
    return name in CONSTANTS or name in NO_NUMBERS or is_function(name)


def is_function(name: str) -> bool:
    """Does the name stand in front of something, an argument or a dot, wherever it occurs?"""
    return name in functions() or name in RESERVED or name in MODULES or name in OLD_ALIASES


def names_in(text: str, declared: Container[str] = ()) -> tuple[str, ...]:
    """The names that a text uses, functions and modules apart, in order of appearance; pi and e among them."""
    tree = parse_syntax(clean(text))
    skipped = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    skipped |= {id(part) for node in ast.walk(tree) for part in _module(node, declared)}
    looped = _looped(tree)
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and not is_function(node.id)]
    found.sort(key=lambda node: node.col_offset)
    return tuple(dict.fromkeys(node.id for node in found if id(node) not in skipped and node.id not in looped))


def _module(node: ast.AST, declared: Container[str]) -> tuple[ast.expr, ...]:
    """The name in front of a dot, where it is a module and no symbol."""
    match node:
        case ast.Attribute(value=ast.Name(id=word) as name, attr=field):
            if word in MORE_MODULES and word not in declared and field not in FIELDS:
                return (name,)
    return ()


def _looped(tree: ast.expr) -> frozenset[str]:
    """The names that run in a loop."""
    targets = [node.target for node in ast.walk(tree) if isinstance(node, ast.comprehension)]
    return frozenset(part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
