"""The Hessian as a matrix, read off its quadratic form: sum(s * (A @ v)**2) is v' A' diag(s) A v."""

from fractions import Fraction

from symconvex.calculus.closed import matrix as m
from symconvex.calculus.closed.matrix import (
    ONE,
    Factors,
    add,
    diagonal,
    fit,
    from_factors,
    identity,
    matmul,
    product,
    transpose,
)
from symconvex.calculus.closed.names import Book
from symconvex.problem import Expr

# A form is the sum of v' left' core right v over its parts; a core of shape () is that multiple of the identity.
Part = tuple[Expr, Expr, Expr]


def find_hessian(curvature: Expr, v: Expr, book: Book) -> Expr | None:
    """The matrix H with v' H v equal to `curvature`; None where the form is not of a kind that is known.

    Shapes   curvature ()   v (d,)   ->   (d, d), and () for a scalar v
    """
    if v.shape == ():
        return book.tidied(m.replace_names(curvature, {str(v.value): ONE}))
    if len(v.shape) != 1:
        return None
    cores: dict[tuple[Expr, Expr], list[Expr]] = {}
    for coefficient, term in m.terms(curvature):
        part = _part(product(m.number(coefficient), term), v)
        if part is None:
            return None
        left, core, right = part
        cores.setdefault((left, right), []).append(core)
    blocks = [_sandwich(left, cs, right, v) for (left, right), cs in cores.items()]
    return fit(add(*(book.tidied(block) for block in blocks)), v.shape * 2)


def _sandwich(left: Expr, cores: list[Expr], right: Expr, v: Expr) -> Expr:
    """left' (sum of cores) right, made symmetric where left and right differ."""
    size = left.shape[0]
    weights = [c.args[0] for c in cores if c.op == "diag"]
    matrices = [diagonal(add(*weights))] if weights else []
    matrices += [c for c in cores if c.shape and c.op != "diag"]
    scalar = add(*(c for c in cores if not c.shape))
    if scalar != m.ZERO and not (not matrices and left.op != "eye"):
        matrices.append(product(scalar, identity(size)))
    core = add(*matrices) if matrices else scalar
    if left.op == "eye" and right.op == "eye":
        return core
    if core.op == "outer":
        block = m.outer(*(matmul(transpose(side), a) for side, a in zip((left, right), core.args, strict=True)))
    elif not core.shape:
        block = product(core, matmul(transpose(left), right))
    else:
        block = matmul(matmul(transpose(left), core), right)
    return block if left == right else product(m.number(Fraction(1, 2)), add(block, transpose(block)))


def _part(term: Expr, v: Expr) -> Part | None:
    """One summand as left, core, right."""
    coefficient, found = m.factors(term)
    moving = {base: e for base, e in found.items() if _in(base, v)}
    scalar = from_factors(coefficient, {base: e for base, e in found.items() if base not in moving})
    match list(moving.items()):
        case [(Expr("sum", (arg,), None), exponent)] if exponent == 1 and len(arg.shape) == 1:
            return _summed(scalar, arg, v)
        case [(Expr("matmul", (a, b)), exponent)] if exponent == 1 and _in(a, v) and _in(b, v):
            maps = _map(a, v), _map(b, v)
            return None if maps[0] is None or maps[1] is None else (maps[0], scalar, maps[1])
        case [(base, exponent)] if exponent == 2:
            return _squared(scalar, base, base, v)
        case [(one, first), (two, second)] if first == second == 1:
            return _squared(scalar, one, two, v)
    return None


def _in(expr: Expr, v: Expr) -> bool:
    return str(v.value) in m.names_in(expr)


def _summed(scalar: Expr, arg: Expr, v: Expr) -> Part | None:
    """sum(s * L v * R v)."""
    coefficient, found = m.factors(arg)
    moving: Factors = {base: e for base, e in found.items() if _in(base, v)}
    weights = from_factors(coefficient, {base: e for base, e in found.items() if base not in moving})
    tangents = [base for base, e in moving.items() for _ in range(int(e))]
    if len(tangents) != 2 or any(e not in (1, 2) for e in moving.values()):
        return None
    left, right = (_map(tangent, v) for tangent in tangents)
    if left is None or right is None or left.shape != right.shape:
        return None
    core = product(scalar, weights)
    return left, core if not core.shape else Expr("diag", (fit(core, arg.shape),), None, arg.shape * 2), right


def _squared(scalar: Expr, one: Expr, two: Expr, v: Expr) -> Part | None:
    """(a . L v) (b . R v) as an outer product."""
    first, second = _functional(one, v), _functional(two, v)
    if first is None or second is None:
        return None
    (a, left), (b, right) = first, second
    core = m.outer(a, b)
    if left == right and a != b:  # where left and right differ, the whole is made symmetric
        core = product(m.number(Fraction(1, 2)), add(core, m.outer(b, a)))
    return left, product(scalar, core), right


def _functional(expr: Expr, v: Expr) -> tuple[Expr, Expr] | None:
    """A scalar that is linear in v as a . L v."""
    match expr:
        case Expr("sum", (arg,), None) if len(arg.shape) == 1:
            coefficient, found = m.factors(arg)
            moving = [base for base in found if _in(base, v)]
            if len(moving) != 1 or found[moving[0]] != 1:
                return None
            image = _map(moving[0], v)
            weights = from_factors(coefficient, {base: e for base, e in found.items() if base not in moving})
            return None if image is None else (fit(weights, arg.shape), image)
        case Expr("matmul", (a, b)) if a.shape == b.shape and b == v and not _in(a, v):
            return a, identity(v.shape[0])
        case Expr("matmul", (a, b)) if a.shape == b.shape and a == v and not _in(b, v):
            return b, identity(v.shape[0])
    return None


def _map(expr: Expr, v: Expr) -> Expr | None:
    """The matrix L of a vector L v."""
    if expr == v:
        return identity(v.shape[0])
    match expr:
        case Expr("matmul", (a, b)) if len(a.shape) == 2 and not _in(a, v):
            inner = _map(b, v)
            return None if inner is None else matmul(a, inner)
        case Expr("matmul", (a, b)) if len(b.shape) == 2 and not _in(b, v):
            inner = _map(a, v)
            return None if inner is None else matmul(transpose(b), inner)
        case Expr("add", args) if expr.shape:
            parts = [_map(arg, v) for arg in args if arg.shape == expr.shape]
            found = [part for part in parts if part is not None]
            return add(*found) if len(found) == len(args) else None
        case Expr("mul"):
            coefficient, found_factors = m.factors(expr)
            moving = [base for base in found_factors if _in(base, v)]
            if len(moving) != 1 or found_factors[moving[0]] != 1:
                return None
            inner = _map(moving[0], v)
            rest = from_factors(coefficient, {base: e for base, e in found_factors.items() if base not in moving})
            if inner is None:
                return None
            return product(rest, inner) if not rest.shape else matmul(diagonal(fit(rest, expr.shape)), inner)
    return None
