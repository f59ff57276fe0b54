"""Conditions on the parameters: comparisons as a person writes them, read by the language itself.

    0 < x < 1        x > 0 and 1 - x > 0
    A @ x <= b       b - A @ x >= 0 in every entry

What is read says what is positive, or not negative, on the domain.
"""

import ast

from symconvex.errors import LossError
from symconvex.language import nodes
from symconvex.language.indices import nodes_of
from symconvex.language.place import Place, place_of
from symconvex.language.read import read_node
from symconvex.language.syntax import clean, parse_syntax
from symconvex.language.vocabulary import Vocabulary, scope_of
from symconvex.problem import Condition, Expr, Symbol

# Sign of a comparison: does it ask for left - right (else right - left), and strictly?
SIGNS: dict[type[ast.cmpop], tuple[bool, bool]] = {
    ast.Gt: (True, True),
    ast.GtE: (True, False),
    ast.Lt: (False, True),
    ast.LtE: (False, False),
}


def parse_condition(text: str, *, symbols: tuple[Symbol, ...]) -> tuple[Condition, ...]:
    """What must be > 0 or >= 0, for every comparison of a chain; arrays are compared entry by entry.

    Fails    LossError, UnknownName or ShapeError, pointing at the part that is wrong
    """
    line = clean(text)
    tree, scope = parse_syntax(line), scope_of(line, symbols)
    if not isinstance(tree, ast.Compare) or any(type(op) not in SIGNS for op in tree.ops):
        raise _no_condition(tree, line)
    sides = [read_node(side, scope) for side in (tree.left, *tree.comparators)]
    return tuple(_compared(sides[k], op, sides[k + 1], scope) for k, op in enumerate(tree.ops))


def _compared(left: Expr, op: ast.cmpop, right: Expr, scope: Vocabulary) -> Condition:
    falling, strict = SIGNS[type(op)]
    high, low = (left, right) if falling else (right, left)
    return Condition(_difference(high, low, Place(scope.text, (left.span[0], right.span[1]))), strict)


def _difference(high: Expr, low: Expr, at: Place) -> Expr:
    if nodes.constant(low) == 0:
        return high
    if nodes.constant(high) == 0:
        return nodes.neg(low, at)
    return nodes.add(high, nodes.neg(low, at), at)


def _no_condition(tree: ast.expr, text: str) -> LossError:
    at = place_of(tree, text)
    return LossError(
        "this is no condition that describes a domain",
        where=at.show(),
        expected="two formulas with < > <= or >= between them, or a chain such as 0 < x < 1",
        got=at.text[slice(*at.span)][:60],
        hint=_instead(tree, text),
    )


def _instead(tree: ast.expr, text: str) -> str:
    """What to write for a condition in other words: x in (0, 1), and several in one."""

    def part(node: ast.expr) -> str:
        return text[slice(*place_of(node, text).span)][:60]

    match tree:
        case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.Tuple(elts=[low, high])]):
            return f"write {part(low)} < {part(left)} < {part(high)}"
        case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.List(elts=[low, high])]):
            return f"write {part(low)} <= {part(left)} <= {part(high)}"
        case ast.Tuple(elts=several) | ast.BoolOp(op=ast.And(), values=several):
            return "give them one by one: " + " ".join(f'--where "{part(one)}"' for one in several)
        case ast.BinOp(op=ast.BitAnd(), left=left, right=right):
            return f'give them one by one: --where "{part(left)}" --where "{part(right)}"'
    return "write x > 0; give several conditions one by one"


def require_domain(expr: Expr, text: str, parameters: tuple[Symbol, ...]) -> None:
    """Refuse a condition that says nothing of the parameters, unless it sums up data: no set says that.

    Fails    LossError
    """
    names = frozenset(symbol.name for symbol in parameters)
    if degree(expr, names) == 0 and not any(part.op in ("sum", "matmul") for part in nodes_of(expr)):
        raise LossError(
            "this condition says nothing of the parameters",
            where=Place(clean(text), expr.span).show(),
            expected=f"a condition on {', '.join(sorted(names))}",
            got="only data and numbers",
            hint="state the set of the data instead, such as --set a=positive or sets={'a': 'positive'}",
        )


def degree(expr: Expr, names: frozenset[str]) -> int | None:
    """The degree in these names, as it is written; None when it is no polynomial in them."""
    if expr.op == "name":
        return int(expr.value in names)
    inner = [degree(arg, names) for arg in expr.args]
    known = [d for d in inner if d is not None]
    if len(known) < len(inner):
        return None
    most = max(known, default=0)
    match expr.op:
        case "mul" | "matmul":
            return sum(known)
        case "pow" if most:
            exponent = nodes.rational(expr)
            return most * int(exponent) if exponent.denominator == 1 and exponent > 0 else None
        case "call" | "max" if most:
            return None
    return most
