"""Two sides compared at one place: equal, larger, larger in the Loewner order."""

import math
from fractions import Fraction

from symconvex.handcheck.formula import spaces
from symconvex.handcheck.formula.tree import Add, Group, Name, Neg, Node, Number, Power, Text
from symconvex.handcheck.meaning import changes, products, variables
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.values.definite import ball_of, is_singular, is_symmetric, negative_direction, same_number
from symconvex.handcheck.values.matrices import ANY, Matrix, Mismatch, negated, scalar, transposed
from symconvex.handcheck.values.scalars import Scalar, innermost

EQUAL = ("=", ":=", "=:", "equiv")


ORDER = ("<", "<=", ">", ">=")


LOEWNER = ("succeq", "succ", "preceq", "prec")


# Diagonal entries that differ more than this leave definiteness open.
UNEVEN = 1e-20


ZERO = Number(Fraction(0))


def entries(a: Matrix) -> list[Scalar]:
    """All entries, row by row."""
    return [a.at(i, j) for i in range(int(a.rows)) for j in range(int(a.cols))]


def has_constant(node: Node) -> bool:
    """A term that is only called constant."""
    terms = node.terms if isinstance(node, Add) else (node,)
    return any(isinstance(term, Text) and term.text.strip().startswith("const") for term in terms)


def without_constant(node: Node) -> Node:
    """The formula without the terms that are only called constant."""
    match node:
        case Add(terms):
            left = tuple(term for term in terms if not has_constant(term))
            return Add(left) if len(left) > 1 else left[0] if left else ZERO
        case _:
            return ZERO if has_constant(node) else node


def compare(left: Node, sign: str, right: Node, env: Env) -> tuple[str, str, str] | bool | None:
    """True, the two values where it fails, or None where a side is not defined."""
    if sign in EQUAL and (has_constant(left) or has_constant(right)):
        difference = Add((without_constant(left), Neg(without_constant(right))))
        slope = changes.slope(lambda e: e.value(difference), variables.parameters(env), env)
        return same(slope, scalar(env.algebra.number(Fraction(0))))
    if sign == "in":
        found = (member(env.value(one), space, env) for one, space in spaces.each_in(left, right))
        return next((one for one in found if one is not True), True)
    first, second = env.value(left), env.value(right)
    if sign in EQUAL or sign == "!=":
        verdict = same(first, second)
        if sign == "!=" and verdict is not None:
            return (shown(first), shown(second), "both sides are equal") if verdict is True else True
        return verdict
    if sign in ORDER and _is_symmetric_matrix(first) and (second.is_scalar or _is_symmetric_matrix(second)):
        return loewner(first, {">=": "succeq", ">": "succ", "<=": "preceq", "<": "prec"}[sign], second)
    if sign in ORDER:
        return ordered(first, sign, second)
    if sign in LOEWNER:
        return loewner(first, sign, second)
    raise Unknown(f"the relation {sign}")


def _is_symmetric_matrix(a: Matrix) -> bool:
    """Then an order is that of Loewner: the Hessian >= 0."""
    return a.rows == a.cols and not a.is_scalar and a.rows != ANY and is_symmetric(a)


def member(first: Matrix, space: Node, env: Env) -> tuple[str, str, str] | bool | None:
    """The shape is that of the space, and every entry is one of the numbers that it allows; None where that is open.

    Fails    Mismatch when the shapes differ, Unknown when the space is not known
    """
    shape = spaces.shape_of(space, env.world.declared.sizes())
    if shape is None:
        raise Unknown("this set")
    rows, cols = (*(env.algebra.size(size) for size in shape), 1, 1)[:2]
    if isinstance(space, Power) and (first.rows, first.cols) != (rows, cols):
        raise Mismatch(f"a {first.rows} x {first.cols} matrix in a space of {rows} x {cols} matrices")
    match spaces.base_of(space):
        case Group("{", items):
            choices = [env.value(item).value for item in items]
            found = [{same_number(x, y) for y in choices} for x in entries(first)]
            if any(True not in one and None in one for one in found) and all(one != {False} for one in found):
                return None  # an entry is undefined here
            allowed = all(True in one for one in found)
            return allowed or (shown(first), ", ".join(number_text(x) for x in choices), "not in the set")
        case Group() as interval:
            return _within(first, interval, env)
        case Name("N" | "Z" | "Q"):
            raise Unknown("whether numbers are whole")
    return True


def _within(first: Matrix, interval: Group, env: Env) -> tuple[str, str, str] | bool:
    for sign, end in spaces.ends(interval):
        verdict = ordered(first, sign, env.value(end))
        if isinstance(verdict, tuple):
            return verdict
    return True


def shown(a: Matrix) -> str:
    """A value to print: few digits, rows in brackets."""
    if not isinstance(a.rows, int) or not isinstance(a.cols, int):
        return f"{number_text(a.at(0, 0))} I"
    rows = [[number_text(a.at(i, j)) for j in range(a.cols)] for i in range(a.rows)]
    if a.is_scalar:
        return rows[0][0]
    return "[" + ", ".join(f"[{', '.join(row)}]" if a.cols > 1 else row[0] for row in rows) + "]"


def number_text(x: Scalar) -> str:
    """A number with few digits."""
    value = float(ball_of(innermost(x)).mid())
    if math.isnan(value):
        return "undefined"
    return str(int(value)) if abs(value) < 1e9 and value == int(value) else f"{value:.6g}"


def same(first: Matrix, second: Matrix) -> tuple[str, str, str] | bool | None:
    """Equal, entry by entry; else both values, and how they differ."""
    a, b = matched(first, second)
    if (a.rows, a.cols) == (b.rows, b.cols):
        result = equal_entries(a, b)
        if result is not False:
            return result
        square = a.rows == a.cols != 1 and ANY not in (a.rows, a.cols)
        flipped = square and equal_entries(transposed(a), b) is True
        return shown(a), shown(b), "transposed" if flipped else ""
    if (a.cols, a.rows) == (b.rows, b.cols) and equal_entries(transposed(a), b) is True:
        return shown(a), shown(b), "transposed"
    return shown(a), shown(b), f"a {a.rows} x {a.cols} and a {b.rows} x {b.cols} matrix are compared"


def is_same(first: Matrix, second: Matrix) -> bool:
    """Equal, entry by entry, and of one shape."""
    a, b = matched(first, second)
    return (a.rows, a.cols) == (b.rows, b.cols) and equal_entries(a, b) is True


def matched(first: Matrix, second: Matrix) -> tuple[Matrix, Matrix]:
    """The number 0 as a matrix of zeros, identities at the size of the other side."""
    a, b = zero_fitted(first, second), zero_fitted(second, first)
    return any_fitted(a, b), any_fitted(b, a)


def equal_entries(a: Matrix, b: Matrix) -> bool | None:
    """All equal, some different, or some not defined."""
    result: bool | None = True
    for i in range(a.rows if isinstance(a.rows, int) else products.LOOKED_AT):
        for j in range(a.cols if isinstance(a.cols, int) else products.LOOKED_AT):
            equal = same_number(a.at(i, j), b.at(i, j))
            if equal is False:
                return False
            if equal is None:
                result = None
    return result


def zero_fitted(a: Matrix, b: Matrix) -> Matrix:
    """The number 0 as zeros in the shape of the other side."""
    if a.is_scalar and not b.is_scalar and bool(ball_of(innermost(a.value)) == 0):
        return products.fitted(a, b) if ANY not in (b.rows, b.cols) else Matrix(ANY, ANY, lambda _i, _j: a.at(0, 0))
    return a


def any_fitted(a: Matrix, b: Matrix) -> Matrix:
    """An identity at the size of the other side."""
    return products.fitted(a, b) if ANY in (a.rows, a.cols) and ANY not in (b.rows, b.cols) else a


def ordered(first: Matrix, sign: str, second: Matrix) -> tuple[str, str, str] | bool | None:
    """A comparison of numbers, or of every entry with a number."""
    a, b = products.fitted(first, second), products.fitted(second, first)
    if (a.rows, a.cols) != (b.rows, b.cols):
        raise Mismatch(f"a {a.rows} x {a.cols} and a {b.rows} x {b.cols} matrix are compared")
    close = False
    for x, y in zip(entries(a), entries(b), strict=True):
        gap = ball_of(innermost(x - y))
        if not gap.is_finite():
            return None
        gap = gap if sign in (">", ">=") else -gap
        if gap < 0 or (sign in ("<", ">") and gap == 0):
            return shown(a), shown(b), ""
        close = close or (sign in ("<", ">") and bool(gap.contains(0)))
    return None if close else True


def loewner(first: Matrix, sign: str, second: Matrix) -> tuple[str, str, str] | bool | None:
    """first - second is positive semidefinite or definite."""
    larger, smaller = (first, second) if sign in ("succeq", "succ") else (second, first)
    gap = products.added(zero_fitted(larger, smaller), negated(zero_fitted(smaller, larger)))
    if ANY in (gap.rows, gap.cols):
        gap = Matrix(products.LOOKED_AT, products.LOOKED_AT, gap.entry)
    return definiteness(gap, strict=sign in ("succ", "prec"))


def _is_uneven(gap: Matrix) -> bool:
    """Do the diagonal entries differ so much in size that rounding hides a small eigenvalue?"""
    sizes = [abs(float(ball_of(innermost(gap.at(i, i))).mid())) for i in range(int(gap.rows))]
    return 0 < min(sizes) < UNEVEN * max(1.0, *sizes)


def definiteness(gap: Matrix, *, strict: bool) -> tuple[str, str, str] | bool | None:
    """Positive semidefinite (definite) at this instance."""
    if not all(ball_of(innermost(x)).is_finite() for x in entries(gap)):
        return None
    if not is_symmetric(gap):
        return shown(gap), "", "the matrix is not symmetric"
    direction = negative_direction(gap)
    if direction is not None:
        return shown(gap), "", f"v'Hv < 0 for v = ({', '.join(map(str, direction))})"
    if strict and is_singular(gap):
        return None if _is_uneven(gap) else (shown(gap), "", "the matrix is singular")
    return True
