"""The loss language: Python syntax, NumPy's meaning, declared shapes, as in

sum(log(1 + exp(-y * (X @ w)))) + lam/2 * sum(w**2)
"""

import ast
import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from symconvex.errors import LossError, ShapeError, UnknownName
from symconvex.functions import functions
from symconvex.language import nodes
from symconvex.language.calls import CALLS, METHODS, axis_size
from symconvex.language.place import Place, in_words, place_of, written
from symconvex.language.syntax import clean, exact, parse_syntax
from symconvex.problem import Expr, Symbol

MODULES = ("np", "numpy", "jnp", "math", "linalg")
CONSTANTS = ("pi", "e")
NO_NUMBERS = ("inf", "Infinity", "nan", "NaN")
ALIASES: Mapping[str, str] = {"absolute": "abs", "fabs": "abs", "expit": "sigmoid"}

REFUSED: Mapping[type[ast.AST], tuple[str, str]] = {
    ast.Compare: ("a comparison", "write max(a, b) or relu(x); conditions belong to where=[...] or --where"),
    ast.BoolOp: ("and / or", "state what is known of the data in the declaration of their sets"),
    ast.IfExp: ("if / else", "write max(a, b) or relu(x)"),
    ast.Subscript: ("an index", "write the whole array: sums and products run over all entries"),
    ast.Lambda: ("lambda", "call the parameter lam"),
    ast.List: ("a list", "declare the array and give its values"),
    ast.Tuple: ("a tuple", "declare the array and give its values"),
    ast.ListComp: ("a loop", "write sum(a) over an array"),
    ast.GeneratorExp: ("a loop", "write sum(a) over an array"),
    ast.BitXor: ("the sign ^", "powers are written **, as in x**2"),
    ast.Invert: ("the sign ~", "write 1 - y for the opposite label"),
    ast.Not: ("not", "write 1 - y for the opposite label"),
    ast.Mod: ("the sign %", "a matrix product is written A @ B"),
    ast.FloorDiv: ("the sign //", "a quotient is written a / b"),
    ast.BitOr: ("the sign |", "an absolute value is written abs(x)"),
}

BINARY = {
    ast.Add: nodes.add,
    ast.Sub: lambda a, b, at: nodes.add(a, nodes.neg(b, Place(at.text, b.span)), at),
    ast.Mult: nodes.mul,
    ast.Div: nodes.divide,
    ast.MatMult: nodes.matmul,
    ast.Pow: nodes.any_power,
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A text and the names that have a meaning in it."""

    text: str
    symbols: Mapping[str, Symbol]
    sizes: tuple[str, ...]


def parse_expression(text: str, *, symbols: tuple[Symbol, ...]) -> Expr:
    """The typed tree of a formula of any shape.

    Fails    LossError, UnknownName or ShapeError, pointing at the part that is wrong
    """
    line = clean(text)
    return read_node(parse_syntax(line), scope_of(line, symbols))


def scope_of(line: str, symbols: tuple[Symbol, ...]) -> Vocabulary:
    """What the names in a line mean; a declared name comes before a number of that name."""
    sizes = dict.fromkeys(s for symbol in symbols for s in symbol.shape if isinstance(s, str))
    return Vocabulary(line, {symbol.name: symbol for symbol in symbols}, tuple(sizes))


def require_scalar(expr: Expr, text: str) -> Expr:
    """The same, when it is one number."""
    if not expr.shape:
        return expr
    raise ShapeError(
        "a loss is one number",
        where=Place(clean(text), expr.span).show(),
        expected="a scalar",
        got=in_words(expr.shape),
        hint=f"take the sum or the mean over the shape {written(expr.shape)}",
    )


def reserved(name: str) -> bool:
    """Does the language itself give this name a meaning?"""
    return name in CONSTANTS or name in NO_NUMBERS or is_function(name)


def is_function(name: str) -> bool:
    """Does the name stand in front of something, an argument or a dot?"""
    return name in CALLS or name in MODULES or name in ALIASES or name in functions()


def names_in(text: str) -> tuple[str, ...]:
    """The names that a text uses, functions apart, in order of appearance; pi and e among them."""
    tree = parse_syntax(clean(text))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and not is_function(node.id)]
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found.sort(key=lambda node: node.col_offset)
    return tuple(dict.fromkeys(node.id for node in found if id(node) not in called))


def read_node(node: ast.expr, scope: Vocabulary) -> Expr:
    """The typed tree of a node of the syntax tree."""
    at = place_of(node, scope.text)
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return nodes.number(exact(at), at)
        case ast.Name(id=name):
            return _name(name, scope, at)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return nodes.neg(read_node(inner, scope), at)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return read_node(inner, scope)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return BINARY[type(op)](read_node(left, scope), read_node(right, scope), at)
        case ast.Attribute(value=inner, attr=word) if _is_module(inner) and word in (*CONSTANTS, *NO_NUMBERS):
            return _constant(word, at)
        case ast.Attribute(value=inner, attr="T"):
            return nodes.transpose(read_node(inner, scope), at)
        case ast.Subscript(value=ast.Attribute(value=inner, attr="shape"), slice=index):
            return axis_size(read_node(inner, scope), _integer(index, scope), at)
        case ast.Call(func=func):
            return _call(node, *_function(func, scope), scope)
    raise _refused(node, at)


def _refused(node: ast.expr, at: Place) -> LossError:
    sign = node.op if isinstance(node, ast.BinOp | ast.UnaryOp) else node
    thing, hint = REFUSED.get(type(sign), ("this part of Python", "use + - * / ** @ .T and the catalogued functions"))
    return LossError(
        f"{thing} is not part of the loss language",
        where=at.show(),
        expected="numbers, declared names, + - * / ** @ .T and functions",
        got=at.text[slice(*at.span)][:60],
        hint=hint,
    )


def _name(name: str, scope: Vocabulary, at: Place) -> Expr:
    if name in scope.symbols:
        return Expr("name", (), name, scope.symbols[name].shape, at.span)
    if name in scope.sizes:
        return nodes.size(name, at)
    if name in CONSTANTS or name in NO_NUMBERS:
        return _constant(name, at)
    if is_function(name):
        usage = CALLS[name].usage if name in CALLS else f"{name}.exp(x)" if name in MODULES else f"{name}(x)"
        raise LossError(
            f"{name} stands in front of an argument, not alone",
            where=at.show(),
            expected=usage,
            got=name,
            hint=f"write {usage}",
        )
    near = difflib.get_close_matches(name, [*scope.symbols, *scope.sizes], 1)
    raise UnknownName(
        f"the name {name} is not declared",
        where=at.show(),
        expected=f"one of {', '.join([*scope.symbols, *scope.sizes]) or 'the declared names (there are none)'}",
        got=name,
        hint=f"did you mean {near[0]}?" if near else f"declare its shape, such as {name}: (n, d), (d,) or ()",
    )


def _constant(word: str, at: Place) -> Expr:
    if word in CONSTANTS:
        return nodes.named(word, at)
    raise LossError(
        f"{word} is not a number",
        where=at.show(),
        expected="real numbers",
        got=word,
        hint="leave it out, or state a domain, such as x > 0",
    )


def _integer(node: ast.expr, scope: Vocabulary) -> int:
    """An axis, written as a number."""
    value = nodes.constant(read_node(node, scope)) if isinstance(node, ast.Constant | ast.UnaryOp) else None
    if value is not None and value.denominator == 1:
        return int(value)
    at = place_of(node, scope.text)
    raise LossError(
        "an axis is a whole number",
        where=at.show(),
        expected="0 or 1",
        got=at.text[slice(*at.span)][:60],
        hint="leave axis out to add every entry up",
    )


def _function(func: ast.expr, scope: Vocabulary) -> tuple[str, tuple[ast.expr, ...]]:
    """The name of a called function, and the array in front of the dot of a method."""
    if isinstance(func, ast.Name):
        return func.id, ()
    if isinstance(func, ast.Attribute):
        if _is_module(func.value):
            return func.attr, ()
        if func.attr in METHODS:
            return func.attr, (func.value,)
    at = place_of(func, scope.text)
    word = at.text[slice(*at.span)]
    raise LossError(
        "this cannot be called",
        where=at.show(),
        expected="a function by name",
        got=word[:60],
        hint=f"for a product write {word[:60]} * (...)",
    )


def _is_module(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in MODULES and _is_module(node.value)
    return isinstance(node, ast.Name) and node.id in MODULES


def _call(node: ast.Call, name: str, before: tuple[ast.expr, ...], scope: Vocabulary) -> Expr:
    at = place_of(node, scope.text)
    name = ALIASES.get(name, name)
    known = CALLS.get(name)
    if known is None and name not in functions():
        raise _unknown_function(name, scope, place_of(node.func, scope.text))
    args = tuple(read_node(arg, scope) for arg in (*before, *node.args))
    fewest, most, usage = (known.fewest, known.most, known.usage) if known else (1, 1, f"{name}(x)")
    axis = _axis(node, scope, at, usage) if node.keywords else None
    strange = node.keywords and not (known and known.axis)
    if strange or not fewest <= len(args) <= most:
        given = f"{len(args)} argument{'s' * (len(args) != 1)}" + " and a keyword" * bool(node.keywords)
        raise LossError(
            f"{name} is called in the wrong way", where=at.show(), expected=usage, got=given, hint=f"write {usage}"
        )
    return known.make(args, axis, at) if known else nodes.call(name, args[0], at)


def _axis(node: ast.Call, scope: Vocabulary, at: Place, usage: str) -> int | None:
    only = node.keywords[0]
    if len(node.keywords) != 1 or only.arg != "axis":
        strange = next(word.arg or "**" for word in node.keywords if word.arg != "axis" or word is not only)
        raise LossError(
            f"the keyword {strange} is not known here",
            where=at.show(),
            expected=usage,
            got=f"{strange}=...",
            hint="only axis=0 and axis=1 are understood; write .T to line axes up",
        )
    if isinstance(only.value, ast.Constant) and only.value.value is None:
        return None
    return _integer(only.value, scope)


def _unknown_function(name: str, scope: Vocabulary, at: Place) -> UnknownName:
    catalogue = sorted({*CALLS, *functions()})
    near = difflib.get_close_matches(name, catalogue, 1)
    hint = f"did you mean {near[0]}?" if near else "write it out in the functions above"
    if name in scope.symbols or name in scope.sizes:
        hint = f"for a product write {name} * (...)"
    return UnknownName(
        f"{name} is not a function of the loss language",
        where=at.show(),
        expected=f"one of {', '.join(catalogue)}",
        got=name,
        hint=hint,
    )
