"""Conditions of a function given by pieces: signs of formulas, labels of data, and how they are put together."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from symconvex.errors import LossError, NotYet
from symconvex.language import nodes
from symconvex.language.place import Place
from symconvex.language.vocabulary import Vocabulary
from symconvex.problem import Expr

LABELS = {"sign": (Fraction(-1), Fraction(1)), "binary": (Fraction(0), Fraction(1))}
LOGICAL = {"logical_and": "and", "logical_or": "or", "logical_not": "not", "And": "and", "Or": "or", "Not": "not"}


@dataclass(frozen=True, slots=True)
class Sign:
    """Is the formula > 0? What holds where it is 0 makes no difference to continuous functions."""

    above: Expr


@dataclass(frozen=True, slots=True)
class Label:
    """Do the data have this label? The weight is 1 where they have, and 0 where they have the other."""

    weight: Expr


@dataclass(frozen=True, slots=True)
class Whether:
    """Tests joined by `and` or `or`, or one of which the opposite is meant."""

    kind: str
    tests: tuple["Test", ...]


Test: TypeAlias = bool | Sign | Label | Whether


def complement(test: Test) -> Test:
    """The opposite."""
    match test:
        case bool():
            return not test
        case Sign(above):
            return Sign(nodes.neg(above, Place("", above.span)))
        case Whether("not", (inner,)):
            return inner
    return Whether("not", (test,))


def test_of(node: ast.expr, read: Callable[[ast.expr], Expr], scope: Vocabulary) -> Test:
    """The condition that stands there."""
    at = scope.place(node)

    def inner(part: ast.expr) -> Test:
        return test_of(part, read, scope)

    match node:
        case ast.Constant(value=bool() as always):
            return always
        case ast.BoolOp(op=op, values=values):
            return Whether("and" if isinstance(op, ast.And) else "or", tuple(map(inner, values)))
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr() as op, left=left, right=right):
            return Whether("and" if isinstance(op, ast.BitAnd) else "or", (inner(left), inner(right)))
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            return complement(inner(operand))
        case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word), args=args) if word in LOGICAL:
            parts = tuple(map(inner, args))
            return complement(parts[0]) if LOGICAL[word] == "not" and len(parts) == 1 else Whether(LOGICAL[word], parts)
        case ast.Compare(left=left, ops=ops, comparators=others):
            sides = [read(side) for side in (left, *others)]
            found = tuple(_compared(sides[k], op, sides[k + 1], scope, at) for k, op in enumerate(ops))
            return found[0] if len(found) == 1 else Whether("and", found)
    value = read(node)
    if value.op == "name" and scope.symbols[str(value.value)].within == "binary":
        return Label(value)
    raise LossError(
        "this is no condition",
        where=at.show(),
        expected="a comparison such as x > 0, or labels in {0, 1}",
        got=at.text[slice(*at.span)][:60],
        hint="write x > 0, abs(x) <= 1, (0 < x) & (x < 1), y == 1",
    )


def _compared(left: Expr, op: ast.cmpop, right: Expr, scope: Vocabulary, at: Place) -> Test:
    gap = right if nodes.constant(left) == 0 else nodes.add(left, nodes.neg(right, at), at)
    gap = left if nodes.constant(right) == 0 else nodes.neg(gap, at) if nodes.constant(left) == 0 else gap
    value = nodes.constant(gap)
    if value is not None:
        return _holds(value, op)
    label = _label(gap, op, scope, at)
    if label is not None:
        return label
    match op:
        case ast.Gt() | ast.GtE():
            return Sign(gap)
        case ast.Lt() | ast.LtE():
            return Sign(nodes.neg(gap, at))
    raise NotYet(
        "a value that holds at single points only",
        where=at.show(),
        expected="< > <= or >=, or == with labels of data",
        got=at.text[slice(*at.span)][:60],
        hint="leave a single point out: a continuous function has its value there from both sides",
    )


def _holds(value: Fraction, op: ast.cmpop) -> bool:
    match op:
        case ast.Gt():
            return value > 0
        case ast.GtE():
            return value >= 0
        case ast.Lt():
            return value < 0
        case ast.LtE():
            return value <= 0
        case ast.Eq():
            return value == 0
    return value != 0


def _label(gap: Expr, op: ast.cmpop, scope: Vocabulary, at: Place) -> Test | None:
    """A condition on one label of two."""
    names = {node.value for node in _walk(gap) if node.op == "name"}
    symbol = scope.symbols[str(next(iter(names)))] if len(names) == 1 else None
    if symbol is None or symbol.within not in LABELS:
        return None
    low, high = LABELS[symbol.within]
    values = [_at(gap, label) for label in (low, high)]
    if any(value is None for value in values):
        return None
    truth = [_holds(value, op) for value in values if value is not None]
    if truth[0] == truth[1]:
        return truth[0]
    label = next(node for node in _walk(gap) if node.op == "name")
    share = nodes.mul(nodes.number(1 / (high - low), at), nodes.add(label, nodes.number(-low, at), at), at)
    if low == 0:
        share = label
    return Label(share if truth[1] else nodes.add(nodes.number(1, at), nodes.neg(share, at), at))


def _walk(expr: Expr) -> list[Expr]:
    return [expr, *(node for arg in expr.args for node in _walk(arg))]


def _at(expr: Expr, label: Fraction) -> Fraction | None:
    """The value of a formula in sums and products at a label."""
    parts = [_at(arg, label) for arg in expr.args]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    match expr.op:
        case "number":
            return nodes.rational(expr)
        case "name":
            return label
        case "add":
            return known[0] + known[1]
        case "mul":
            return known[0] * known[1]
    return None
