"""SymPy formulas in the loss language: a walk over the tree, in which every kind of node is named.

    Symbol                      a number
    IndexedBase, MatrixSymbol   an array; one column (n, 1) or one row is a vector (n,)
    Sum(f, (i, 1, n))           sum(f for i in range(n)); an index runs over a whole axis

Nothing is printed by SymPy and read back, and a symbol with a strange name is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy

from symconvex.bridges.sympy_arrays import Operand, joined, matrix_part
from symconvex.bridges.sympy_names import Indices, Names
from symconvex.errors import NotYet
from symconvex.functions import functions
from symconvex.language.free_name import free_name, numbered
from symconvex.problem import Shape

COMPARISONS = ("<", ">", "<=", ">=")
SUM, PRODUCT, POWER, ATOM = range(4)  # what binds tighter
CALLED = {function.sympy: name for name, function in functions().items() if function.sympy is not None}


@dataclass(frozen=True, slots=True)
class SympyRead:
    """What formulas say: their texts, and shapes and sets of the names in them."""

    texts: tuple[str, ...]
    shapes: Mapping[str, Shape]
    sets: Mapping[str, str]


def read_sympy(formulas: Sequence[sympy.Basic], shapes: Mapping[str, Shape] = {}) -> SympyRead:
    """SymPy formulas, or comparisons of two, as texts of the loss language with few brackets.

    shapes    of arrays whose shape the formulas do not tell

    Fails    NotYet on a node that has no counterpart, on assumptions that no set has, on two symbols of one name
    """
    names = Names.of(formulas, shapes)
    walk = Walk(names)
    texts = tuple(walk.compared(formula) for formula in formulas)
    return SympyRead(texts, names.shapes(), names.sets())


def text_of_sympy(expr: sympy.Basic) -> str:
    """The text of one formula."""
    return read_sympy((expr,)).texts[0]


@dataclass(slots=True)
class Walk:
    """A walk over formulas with the names that are known.

    loops    the indices of the sums around, outermost first
    arrays   what stands for the variables of functions that are applied to matrices
    """

    names: Names
    loops: Indices = field(default_factory=dict)
    arrays: dict[Any, Operand] = field(default_factory=dict)

    def compared(self, expr: Any) -> str:
        """A formula, or a comparison."""
        if isinstance(expr, sympy.Rel) and expr.rel_op in COMPARISONS:
            return f"{self.text(expr.lhs)} {expr.rel_op} {self.text(expr.rhs)}"
        return self.text(expr)

    def text(self, expr: Any, around: int = SUM) -> str:
        """The formula inside an operation of some rank."""
        if expr in self.arrays:
            return _within(around, ATOM if self.arrays[expr].closed else SUM, self.arrays[expr].text)
        if getattr(expr, "is_Matrix", False) or isinstance(expr, sympy.Trace | sympy.Determinant):
            part = matrix_part(expr, self)
            if part.kind != "scalar":
                raise refused(expr)
            return _within(around, ATOM if part.closed else SUM, part.text)
        match expr:
            case sympy.Rational():
                rank = SUM if expr.p < 0 else PRODUCT if expr.q != 1 else ATOM
                return _within(around, rank, f"{expr.p}/{expr.q}" if expr.q != 1 else f"{expr.p}")
            case sympy.Float() if expr.is_finite:
                return _within(around, SUM if expr < 0 else ATOM, str(expr))
            case sympy.Symbol() | sympy.Idx():
                return self.names.word(expr)
            case sympy.Add(args=args):
                return _within(around, SUM, joined([self.text(arg) for arg in args]))
            case sympy.Mul(args=(sympy.core.numbers.NegativeOne(), *args)):
                return _within(around, SUM, "-" + "*".join(self.text(arg, PRODUCT) for arg in args))
            case sympy.Mul(args=args):
                return _within(around, PRODUCT, self._quotient(args))
            case sympy.Pow(base=base, exp=sympy.core.numbers.NegativeOne()):
                return _within(around, PRODUCT, f"1/{self.text(base, ATOM)}")
            case sympy.Pow(base=base, exp=exponent):
                return _within(around, POWER, f"{self.text(base, ATOM)}**{self.text(exponent, ATOM)}")
            case sympy.Piecewise():
                pairs = (f"({self.text(value)}, {self._condition(test)})" for value, test in expr.args)
                return f"Piecewise({', '.join(pairs)})"
            case sympy.Sum():
                text = self._sum(expr, list(expr.limits))
                return _within(around, ATOM if text.startswith("sum(") else PRODUCT, text)
            case sympy.Indexed() | sympy.matrices.expressions.matexpr.MatrixElement():
                return self._entry(expr)
        return self._called(expr)

    def _quotient(self, args: Any) -> str:
        """Factors, then what they are divided by."""
        below = [arg for arg in args if isinstance(arg, sympy.Pow) and arg.exp == -1]
        above = [self.text(arg, PRODUCT) for arg in args if arg not in below]
        return "".join(["*".join(above) or "1", *(f"/{self.text(arg.base, ATOM)}" for arg in below)])

    def _called(self, expr: Any) -> str:
        """A function, or a number with a name."""
        if expr in (sympy.E, sympy.pi):
            return "e" if expr == sympy.E else "pi"
        kind = type(expr)
        if kind.__name__ in CALLED and kind is getattr(sympy, kind.__name__):
            return f"{CALLED[kind.__name__]}({', '.join(map(self.text, expr.args))})"
        raise refused(expr)

    def _sum(self, expr: Any, limits: list[Any]) -> str:
        """One loop around another: the last limit is the outermost."""
        if not limits:
            return self.text(expr.function)
        index, low, high = limits.pop()
        count, own = high - low + 1, free_name(numbered("i"), {*self.names.taken, *(w for w, _ in self.loops.values())})
        inside = Walk(self.names, {**self.loops, index: (own, low)}, self.arrays)
        rest = sympy.Sum(expr.function, *limits) if limits else expr.function
        body = inside._sum(expr, limits)
        if index not in rest.free_symbols:
            return f"{self.text(count)}*({body})"
        return f"sum({body} for {own} in range({self.text(count)}))"

    def _entry(self, expr: Any) -> str:
        """X[i, j], with the index of the outer loop in front, as loops are read."""
        base, indices = self.names.array_and_places(expr)
        word = self.names.word(base) if base.is_symbol else matrix_part(base, self).text
        word = word if base.is_symbol else f"({word})"
        order = [*self.loops]
        shown = [
            (order.index(index), self.loops[index][0])
            if index in self.loops
            else (len(order), self._number(index, expr))
            for index in indices
        ]
        if len(shown) == 2 and shown[0] > shown[1] and shown[1][0] < len(order):
            word, shown = f"{word}.T", shown[::-1]
        if len(shown) == 2 and shown[0] == shown[1] and shown[0][0] < len(order):
            raise refused(expr)
        return f"{word}[{', '.join(place for _, place in shown)}]" if shown else word

    def _number(self, index: Any, expr: Any) -> str:
        if isinstance(index, sympy.Integer) and index >= 0:
            return str(index)
        raise refused(expr)

    def _condition(self, test: Any) -> str:
        """A condition of a function given by pieces."""
        match test:
            case sympy.logic.boolalg.BooleanAtom():
                return str(bool(test))
            case sympy.And() | sympy.Or():
                sign = " & " if isinstance(test, sympy.And) else " | "
                return f"({sign.join(map(self._condition, test.args))})"
            case sympy.Not(args=(inner,)):
                return f"(~{self._condition(inner)})"
            case sympy.Rel() if test.rel_op in COMPARISONS:
                return f"({self.text(test.lhs)} {test.rel_op} {self.text(test.rhs)})"
        raise NotYet(
            "this condition of a SymPy formula is not supported",
            where=str(test)[:200],
            expected="comparisons with < > <= >=, joined by And, Or, Not",
            got=type(test).__name__[:60],
            hint="write the loss as text, with where(x > 0, a, b)",
        )

    def applied(self, function: Any, part: Operand) -> str:
        """A function of one variable, applied to every entry."""
        (variable,) = function.variables
        inside = Walk(self.names, self.loops, {**self.arrays, variable: part})
        return inside.text(function.expr)


def _within(around: int, rank: int, text: str) -> str:
    return text if rank >= around else f"({text})"


def refused(expr: Any) -> NotYet:
    """A node of which the loss language has no counterpart."""
    return NotYet(
        "this part of a SymPy formula is not supported",
        where=str(expr)[:200],
        expected=f"numbers, symbols with plain names, + * **, Sum over axes, matrices, {', '.join(CALLED.values())}",
        got=f"a symbol called {expr.name}"[:60] if isinstance(expr, sympy.Symbol) else type(expr).__name__[:60],
        hint="write the loss as text, with names such as x_1",
    )
