"""Sums written as loops, read as sums over whole arrays: in sum(... for i in range(n)), X[i] is the i-th row of X.

    sum((X[i] @ w - y[i])**2 for i in range(n))        sum((X @ w - y)**2)
    sum((x @ w - t)**2 for x, t in zip(X, y))          the same

The body is read with a name for each row; then each part becomes an array with one axis more in front, along which the
loop runs.
"""

import ast
from collections.abc import Callable
from dataclasses import replace

from symconvex.errors import LossError, NotYet
from symconvex.language import entries, nodes
from symconvex.language.free_name import free_name, numbered
from symconvex.language.place import Place
from symconvex.language.vocabulary import Vocabulary
from symconvex.problem import Expr, Symbol

Read = Callable[[ast.expr, Vocabulary], Expr]
Loop = ast.GeneratorExp | ast.ListComp


def looped(loop: Loop, read: Read, scope: Vocabulary) -> Expr:
    """The array whose entries a loop runs through."""
    at = scope.place(loop)
    if len(loop.generators) != 1 or loop.generators[0].ifs:
        raise _refused("one loop after another, or a condition in a loop", at)
    rows = Rows(loop.generators[0], read, scope)
    body = rows.visit(loop.elt)
    inner = replace(scope, symbols={**scope.symbols, **rows.symbols})
    array = Batch(rows.wholes, frozenset(scope.symbols), at).over(read(body, inner))
    if not rows.wholes or array is None:
        raise _refused("a loop that meets no row of an array", at)
    return array


def _refused(what: str, at: Place) -> NotYet:
    return NotYet(
        f"{what} is not read",
        where=at.show(),
        expected="a loop over the rows of arrays, such as sum((X[i] @ w - y[i])**2 for i in range(n))",
        got=at.text[slice(*at.span)][:60],
        hint="write sum(a) over an array: sum((X @ w - y)**2)",
    )


class Rows(ast.NodeTransformer):
    """Puts a name in the place of each row that the loop meets.

    index      the name that counts, if any
    length     how far it counts: the first size of every array that the loop meets
    symbols    the rows by their names
    wholes     the arrays that they are rows of
    """

    def __init__(self, loop: ast.comprehension, read: Read, scope: Vocabulary) -> None:
        self.read, self.scope = read, scope
        self.index: str | None = None
        self.length: Expr | None = None
        self.symbols: dict[str, Symbol] = {}
        self.wholes: dict[str, Expr] = {}
        self.renamed: dict[str, str] = {}
        self._begin(loop.target, loop.iter)

    def _begin(self, target: ast.expr, over: ast.expr) -> None:
        match target, over:
            case ast.Name(id=index), ast.Call(func=ast.Name(id="range"), args=[count], keywords=[]):
                self.index, self.length = index, self.read(count, self.scope)
            case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=arrays) if len(targets) == len(arrays):
                for one, array in zip(targets, arrays, strict=True):
                    self._begin(one, array)
            case ast.Tuple(elts=[ast.Name(id=index), inner]), ast.Call(func=ast.Name(id="enumerate"), args=[array]):
                self.index = index
                self._begin(inner, array)
            case ast.Name(id=word), ast.expr():
                self.renamed[word] = self._row(self.read(over, self.scope), over)
            case _:
                raise _refused("a loop of this kind", self.scope.place(over))

    def _row(self, whole: Expr, node: ast.expr) -> str:
        """The name of a row of an array."""
        if not whole.shape:
            raise LossError(
                "a scalar has no rows",
                where=self.scope.place(node).show(),
                expected="a vector or a matrix",
                got=self.scope.place(node).of(whole),
                hint="leave the index out",
            )
        at = self.scope.place(node)
        self.length = self.length or nodes.size(whole.shape[0], at)
        if nodes.size(whole.shape[0], at) != self.length:
            raise _refused("a loop over a part of an array", at)
        for name, known in self.wholes.items():
            if known == whole:
                return name
        taken = {*self.scope.symbols, *self.symbols, *self.scope.sizes}
        name = free_name(numbered("row"), taken)
        within = self.scope.symbols[str(whole.value)].within if whole.op == "name" else "real"
        self.symbols[name] = Symbol(name, whole.shape[1:], within)
        self.wholes[name] = whole
        return name

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The variable of a loop over rows."""
        return _named(self.renamed[node.id], node) if node.id in self.renamed else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """An array with the index of the loop in front, or behind a colon."""
        match node.slice:
            case ast.Name(id=word) if word == self.index:
                return _named(self._row(self.read(node.value, self.scope), node), node)
            case ast.Tuple(elts=[ast.Name(id=word), *rest]) if word == self.index:
                row = _named(self._row(self.read(node.value, self.scope), node), node)
                index = rest[0] if len(rest) == 1 else ast.copy_location(ast.Tuple(rest, ast.Load()), node.slice)
                return ast.copy_location(ast.Subscript(row, index, ast.Load()), node)
            case ast.Tuple(elts=[ast.Slice(lower=None, upper=None), ast.Name(id=word)]) if word == self.index:
                whole = self.read(node.value, self.scope)
                return _named(self._row(nodes.transpose(whole, self.scope.place(node)), node), node)
        return self.generic_visit(node)


def _named(name: str, node: ast.expr) -> ast.Name:
    return ast.copy_location(ast.Name(name, ast.Load()), node)


class Batch:
    """Parts of the body, over all rows at once; a name that is not known stands for a part, in each row another."""

    def __init__(self, wholes: dict[str, Expr], known: frozenset[str], at: Place) -> None:
        self.wholes, self.known, self.at = wholes, known, at

    def over(self, expr: Expr) -> Expr | None:
        """The part with the axis of the loop in front; None where it is the same in every row."""
        if expr.op == "name":
            if expr.value not in self.wholes and expr.value not in self.known:
                raise _refused("a part of a row", self.at)
            return self.wholes.get(str(expr.value))
        args = [self.over(arg) for arg in expr.args]
        if all(arg is None for arg in args):
            return None
        match expr.op:
            case "add" | "mul" | "max":
                lined = tuple(map(self._lined, expr.args, args, [expr] * len(args)))
                if expr.op == "max":
                    return nodes.maximum(lined, self.at)
                return (nodes.add if expr.op == "add" else nodes.mul)(lined[0], lined[1], self.at)
            case "matmul":
                return self._product(expr.args[0], expr.args[1], args[0], args[1])
        one = args[0]
        if one is None:
            raise _refused("a part of this loop", self.at)
        match expr.op:
            case "pow":
                return nodes.power(one, nodes.rational(expr), self.at)
            case "call":
                return nodes.call(str(expr.value), one, self.at)
            case "sum" if len(one.shape) == 2:
                return nodes.total(one, 1, self.at)
            case "entry" if len(one.shape) == 2:
                return entries.entry(nodes.transpose(one, self.at), int(str(expr.value)), self.at)
        raise _refused("a part of this loop", self.at)

    def _lined(self, part: Expr, whole: Expr | None, result: Expr) -> Expr:
        """An operand in the shape that broadcasting lines up."""
        if whole is None:
            return part
        return entries.column(whole, self.at) if len(whole.shape) == 1 and result.shape else whole

    def _product(self, left: Expr, right: Expr, first: Expr | None, second: Expr | None) -> Expr:
        """A product with a row on one side, or on both."""
        if first is not None and second is not None:
            return nodes.total(nodes.mul(first, second, self.at), 1, self.at)
        if first is not None:
            return nodes.matmul(first, right, self.at)
        if second is None:
            raise _refused("a part of this loop", self.at)
        return nodes.matmul(second, nodes.transpose(left, self.at), self.at)
