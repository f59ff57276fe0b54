"""Exact algebra entry by entry: what is no sum, product, power or function of an entry counts as one number.

The kernel's normal form decides whether a formula is 0; equal parts of a formula are one number wherever they stand, as
broadcasting puts them at one place.
"""

import ast
from collections.abc import Callable
from fractions import Fraction

from symconvex.functions import functions
from symconvex.kernel import term as kernel
from symconvex.kernel.form import Facts
from symconvex.kernel.functions import FUNCTIONS
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Budget, Num, Refused, Sym, Term
from symconvex.language import nodes
from symconvex.language.place import Place
from symconvex.language.syntax import parse_syntax
from symconvex.language.vocabulary import Vocabulary
from symconvex.problem import Expr, Symbol

Read = Callable[[ast.expr, Vocabulary], Expr]
WORK = 300_000
STEP = "s"


class Unreadable(Exception):
    """A formula has a part that the kernel has no term for."""


def inside(part: Expr, expr: Expr) -> bool:
    """Does the part occur in the formula?"""
    return part == expr or any(inside(part, arg) for arg in expr.args)


def replaced(expr: Expr, old: Expr, new: Expr, at: Place) -> Expr:
    """The formula with one part put for another; only what is taken entry by entry is looked into."""
    if expr == old:
        return new
    if expr.op not in ("add", "mul", "pow", "call", "max") or not inside(old, expr):
        return expr
    args = tuple(replaced(arg, old, new, at) for arg in expr.args)
    match expr.op:
        case "add":
            return nodes.add(args[0], args[1], at)
        case "mul":
            return nodes.mul(args[0], args[1], at)
        case "pow":
            return nodes.power(args[0], nodes.rational(expr), at)
        case "call":
            return nodes.call(str(expr.value), args[0], at)
    return nodes.maximum(args, at)


class Algebra:
    """Terms of formulas, entry by entry."""

    def __init__(self, read: Read, scope: Vocabulary) -> None:
        self.read, self.scope = read, scope
        self.numbers: dict[Expr, str] = {}

    def vanishes(self, expr: Expr) -> bool:
        """Is the formula shown to be 0?"""
        try:
            return not self._normal().poly(self.term(expr))
        except (Refused, Unreadable):
            return False

    def in_powers(self, gap: Expr, atom: Expr, line: tuple[Expr, Expr], ramp: Expr, at: Place) -> Expr | None:
        """The gap at atom = over * (ramp - rest) as a polynomial in the ramp, where it is one."""
        over, rest = line
        step = Expr("name", (), "", ())
        self.numbers[step] = STEP
        place = nodes.mul(over, nodes.add(step, nodes.neg(rest, at), at), at)
        normal = self._normal()
        try:
            poly = normal.poly(self.term(replaced(gap, atom, place, at)))
        except (Refused, Unreadable):
            return None
        known = {name: expr for expr, name in self.numbers.items()}
        total: Expr | None = None
        for mono, value in sorted(poly.items(), key=lambda item: len(item[0])):
            product = nodes.number(Fraction(value), at)
            for key, exponent in mono:
                base = ramp if key == STEP else known.get(key)
                if base is None or exponent < 0:
                    return None
                product = nodes.mul(product, nodes.power(base, Fraction(exponent), at), at)
            total = product if total is None else nodes.add(total, product, at)
        return total

    def _normal(self) -> Normal:
        within = {
            name: self.scope.symbols[str(expr.value)].within
            for expr, name in self.numbers.items()
            if expr.op == "name" and expr.value in self.scope.symbols
        }
        return Normal(Facts(within, frozenset(), frozenset(), {}), Budget(WORK))

    def term(self, expr: Expr) -> Term:
        """The term of an entry."""
        match expr.op:
            case "number":
                return Num(nodes.rational(expr))
            case "add" | "mul":
                return (kernel.add if expr.op == "add" else kernel.mul)(*map(self.term, expr.args))
            case "pow":
                return kernel.power(self.term(expr.args[0]), nodes.rational(expr))
            case "max":
                return kernel.fn("max", *map(self.term, expr.args))
            case "call":
                return self._called(str(expr.value), expr.args[0])
        return Sym(self.numbers.setdefault(expr, f"a{len(self.numbers)}"))

    def _called(self, name: str, arg: Expr) -> Term:
        meaning = functions()[name].meaning
        if meaning is None:
            if name not in FUNCTIONS:
                raise Unreadable
            return kernel.fn(name, self.term(arg))
        z = Symbol("z")
        formula = self.read(parse_syntax(meaning), Vocabulary(meaning, {"z": z}, ()))
        return self.term(replaced(formula, Expr("name", (), "z", ()), arg, Place(meaning, (0, len(meaning)))))
