"""Derivatives of one variable, entry by entry."""

from functools import cache

from symconvex.calculus.closed import matrix as m
from symconvex.calculus.closed.matrix import ONE, ZERO, add, call, power, product
from symconvex.calculus.closed.names import Book, recognised
from symconvex.errors import NotYet
from symconvex.functions import functions
from symconvex.language import parse_expression
from symconvex.problem import Expr, Symbol

ENTRYWISE = ("add", "mul", "pow", "call")


@cache
def template(function: str) -> Expr:
    """The catalogued derivative of a function, in z."""
    return recognised(parse_expression(functions()[function].derivative, symbols=(Symbol("z"),)))


def at(expr: Expr, u: Expr) -> Expr:
    """A formula in z at z = u."""
    match expr.op:
        case "name":
            return u
        case "add":
            return add(*(at(arg, u) for arg in expr.args))
        case "mul":
            return product(*(at(arg, u) for arg in expr.args))
        case "pow":
            return power(at(expr.args[0], u), m.exponent_of(expr))
        case "call":
            return call(str(expr.value), at(expr.args[0], u))
    return expr


def slope(function: str, u: Expr) -> Expr:
    """The derivative of a catalogued function at u."""
    return at(template(function), u)


def slope_of(expr: Expr) -> Expr:
    """The derivative of a power or a call in its argument."""
    (u,) = expr.args
    if expr.op == "pow":
        exponent = m.exponent_of(expr)
        return product(m.number(exponent), power(u, exponent - 1))
    return slope(str(expr.value), u)


def derivative(expr: Expr, word: str) -> Expr:
    """The derivative of an entrywise expression in one of its names, entry by entry."""
    if word not in m.names_in(expr):
        return ZERO
    match expr.op:
        case "name":
            return ONE
        case "add":
            return add(*(derivative(arg, word) for arg in expr.args))
        case "mul":
            left, right = expr.args
            return add(product(derivative(left, word), right), product(left, derivative(right, word)))
        case "pow" | "call":
            return product(slope_of(expr), derivative(expr.args[0], word))
    raise unsupported(expr)


def unsupported(expr: Expr) -> NotYet:
    """The error for an operation without a closed derivative."""
    return NotYet(
        f"no closed derivative of {expr.op}",
        where="the derivation in matrix form",
        expected="sums, products, powers, matrix products and catalogued functions",
        got=expr.op,
        hint="write the loss with these",
    )


def only_variable(expr: Expr, book: Book) -> Expr | None:
    """The one name through which an entrywise expression depends on the parameters, entry by entry."""
    found = set[Expr]()
    if not _collect(expr, book, found) or len(found) != 1:
        return None
    (variable,) = found
    return variable if variable.shape == expr.shape else None


def _collect(expr: Expr, book: Book, found: set[Expr]) -> bool:
    if not book.moves(expr):
        return True
    if expr.op == "name":
        found.add(expr)
        return True
    return expr.op in ENTRYWISE and all(_collect(arg, book, found) for arg in expr.args)
