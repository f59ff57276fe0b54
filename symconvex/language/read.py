"""The loss language: Python syntax, NumPy's meaning, declared shapes, as in

sum(log(1 + exp(-y * (X @ w)))) + lam/2 * sum(w**2)
"""

import ast
import difflib
from collections.abc import Mapping

from symconvex.errors import LossError, ShapeError, UnknownName
from symconvex.language import entries, nodes
from symconvex.language.calls import CALLS, axis_size, count
from symconvex.language.forms import called
from symconvex.language.mending import with_whole
from symconvex.language.pieces import chosen
from symconvex.language.place import Place, in_words, written
from symconvex.language.slices import sliced
from symconvex.language.syntax import clean, exact, parse_syntax
from symconvex.language.vocabulary import CONSTANTS, MODULES, NO_NUMBERS, Vocabulary, is_function, scope_of
from symconvex.problem import Expr, Symbol

REFUSED: Mapping[type[ast.AST], tuple[str, str]] = {
    ast.BoolOp: ("and / or", "state what is known of the data in the declaration of their sets"),
    ast.Lambda: ("lambda", "call the parameter lam"),
    ast.Tuple: ("a tuple", "write a list [a, b] for an array, or declare the array and give its values"),
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


def parse_expression(text: str, *, symbols: tuple[Symbol, ...], parameters: frozenset[str] | None = None) -> Expr:
    """The typed tree of a formula of any shape; where the parameters are said, data may stand for parts of arrays.

    Fails    LossError, UnknownName or ShapeError, pointing at the part that is wrong
    """
    line = clean(text)
    return read_node(parse_syntax(line), scope_of(line, symbols, parameters))


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


def read_node(node: ast.expr, scope: Vocabulary) -> Expr:
    """The typed tree of a node of the syntax tree."""
    at = scope.place(node)
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
        case ast.Attribute(value=inner, attr=word) if scope.is_module(inner) and word in (*CONSTANTS, *NO_NUMBERS):
            return _constant(word, at)
        case ast.Attribute(value=inner, attr="T" | "mT"):
            return nodes.transpose(read_node(inner, scope), at)
        case ast.Attribute(value=inner, attr="size") if not scope.is_module(inner):
            return count(read_node(inner, scope), at)
        case ast.Subscript(value=ast.Attribute(value=inner, attr="shape"), slice=index):
            return axis_size(read_node(inner, scope), _integer(index, scope), at)
        case ast.Subscript(value=inner, slice=index):
            return sliced(read_node(inner, scope), index, scope, at)
        case ast.List(elts=parts):
            return entries.stacked([read_node(part, scope) for part in parts], at)
        case ast.IfExp(test=test, body=yes, orelse=no):
            return chosen(((yes, test), (no, None)), read_node, scope, at)
        case ast.Call():
            return called(node, read_node, scope)
        case ast.Compare():
            raise _comparison(node, scope, at)
    raise _refused(node, at)


def _refused(node: ast.expr, at: Place) -> LossError:
    sign = node.op if isinstance(node, ast.BinOp | ast.UnaryOp) else node
    thing, hint = REFUSED.get(type(sign), ("this part of Python", "use + - * / ** @ .T and the catalogued functions"))
    return LossError(
        f"{thing} is not part of the loss language",
        where=at.show(),
        expected="numbers, declared names, + - * / ** @ .T and functions",
        got=at.text[slice(*at.span)][:60],
        hint=with_whole(hint, at.text) if type(sign) in (ast.BitXor, ast.BitOr) else hint,
    )


def _comparison(node: ast.Compare, scope: Vocabulary, at: Place) -> LossError:
    """As a whole, one side less the other may be asked for; inside a formula a smooth step stands for it."""
    left, right = (at.text[slice(*scope.place(side).span)] for side in (node.left, node.comparators[-1]))
    alone, rising = at.span == (0, len(at.text)), isinstance(node.ops[0], ast.Lt | ast.LtE)
    high, low = (right, left) if rising and not alone else (left, right)
    gap = high if low == "0" else f"{high} - {nodes.bracketed(low)}"
    smooth = f"a smooth step is sigmoid({gap}), and where(x > 0, a, b) chooses between what agrees at 0"
    asked = "" if len(node.ops) > 1 else f"; to ask of a function write {gap}"
    return LossError(
        "a comparison is not part of the loss language",
        where=at.show(),
        expected="numbers, declared names, + - * / ** @ .T and functions",
        got=at.text[slice(*at.span)][:60],
        hint=f'beside a loss state --where "{at.text}"{asked}' if alone else smooth,
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
    at = scope.place(node)
    raise LossError(
        "an axis is a whole number",
        where=at.show(),
        expected="0 or 1",
        got=at.text[slice(*at.span)][:60],
        hint="leave axis out to add every entry up",
    )
