"""Trees that tidy themselves while they are built: sums, products and matrix products over shapes.

A tree may come out with a smaller shape than it stands for when broadcasting restores it (the zero
of any shape is the number 0); `fit` makes the shape explicit where it matters.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from symconvex.problem import Expr, Shape, Size

Factors = dict[Expr, Fraction]


def number(value: int | Fraction) -> Expr:
    """A constant."""
    return Expr("number", (), Fraction(value), ())


ZERO, ONE, MINUS_ONE = number(0), number(1), number(-1)


def value_of(expr: Expr) -> Fraction:
    """The value of a number node."""
    if isinstance(expr.value, Fraction):
        return expr.value
    raise TypeError(f"a number node holds {expr.value!r}")


def name(text: str, shape: Shape) -> Expr:
    """A symbol or an intermediate."""
    return Expr("name", (), text, shape)


def size_of(size: Size) -> Expr:
    """A size used as a number."""
    return number(size) if isinstance(size, int) else Expr("size", (), size, ())


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and everything in it."""
    yield expr
    for arg in expr.args:
        yield from walk(arg)


def names_in(expr: Expr) -> frozenset[str]:
    """The symbols and intermediates that occur."""
    return frozenset(str(node.value) for node in walk(expr) if node.op == "name")


def weight(expr: Expr) -> int:
    """How long the expression reads: its nodes, a sign or a transpose counting little."""
    return sum(1 for node in walk(expr) if node.op != "transpose" and node != MINUS_ONE)


def broadcast(left: Shape, right: Shape) -> Shape:
    """The shape that NumPy gives to a sum of the two; the caller knows that they fit."""
    if len(left) < len(right):
        left, right = right, left
    lead = len(left) - len(right)
    return left[:lead] + tuple(b if a == 1 else a for a, b in zip(left[lead:], right, strict=True))


def factors(expr: Expr) -> tuple[Fraction, Factors]:
    """The rational coefficient and the powers whose entrywise product `expr` is."""
    coefficient, found = Fraction(1), Factors()
    _gather(expr, Fraction(1), found)
    for base in [b for b in found if b.op == "number" and found[b].denominator == 1]:
        if base.value != 0 or found[base] > 0:
            coefficient *= value_of(base) ** int(found.pop(base))
    return coefficient, {base: e for base, e in found.items() if e != 0}


def _gather(expr: Expr, exponent: Fraction, found: Factors) -> None:
    whole = exponent.denominator == 1
    match expr:
        case Expr("mul", (left, right)) if whole:
            _gather(left, exponent, found)
            _gather(right, exponent, found)
        case Expr("pow", (base,), Fraction() as inner) if whole:
            _gather(base, exponent * inner, found)
        case Expr("repeat", (arg,)):
            _gather(arg, exponent, found)
        case _:
            found[expr] = found.get(expr, Fraction(0)) + exponent


def product(*args: Expr) -> Expr:
    """The entrywise product, equal factors as powers: coefficient, scalars, arrays, and reciprocals after each."""
    coefficient, found = Fraction(1), Factors()
    for arg in args:
        value, powers = factors(arg)
        coefficient *= value
        for base, exponent in powers.items():
            found[base] = found.get(base, Fraction(0)) + exponent
    return from_factors(coefficient, found)


def from_factors(coefficient: Fraction, found: Factors) -> Expr:
    """The product of powers, in the order of `product`."""
    if coefficient == 0:
        return ZERO
    ordered = sorted(found.items(), key=lambda item: (item[0].shape != (), item[1] < 0))
    parts = [raised(base, e) for base, e in ordered]
    if coefficient != 1 or not parts:
        parts.insert(0, number(coefficient))
    result = parts[0]
    for part in parts[1:]:
        result = Expr("mul", (result, part), None, broadcast(result.shape, part.shape))
    return result


def raised(base: Expr, exponent: Fraction) -> Expr:
    """A power as the loss language reads it: 1/x**2 is the reciprocal of x**2, but one node for 1/norm(x)."""
    if exponent == 1:
        return base
    if exponent < 0 and exponent != -1 and not (exponent == Fraction(-1, 2) and is_square_sum(base)):
        base, exponent = raised(base, -exponent), Fraction(-1)
    return Expr("pow", (base,), exponent, base.shape)


def is_square_sum(expr: Expr) -> bool:
    """Is it a sum of squares, such as norm(x)**2?"""
    return expr.op == "sum" and expr.args[0].op == "pow" and expr.args[0].value == 2


def power(base: Expr, exponent: int | Fraction) -> Expr:
    """The entrywise power; an integer one goes to every factor."""
    e = Fraction(exponent)
    if e == 0:
        return ONE
    if e.denominator != 1:
        return raised(base, e)
    coefficient, found = factors(base)
    if coefficient == 0:
        return ZERO if e > 0 else raised(base, e)
    return from_factors(coefficient ** int(e), {b: k * e for b, k in found.items()})


def negative(expr: Expr) -> Expr:
    """-1 times the expression."""
    return product(MINUS_ONE, expr)


def terms(expr: Expr) -> list[tuple[Fraction, Expr]]:
    """The summands of `expr` as a coefficient and a product without one."""
    match expr:
        case Expr("add", args):
            return [term for arg in args for term in terms(arg)]
        case Expr("repeat", (arg,)) if arg.op == "number":
            return terms(arg)
    coefficient, found = factors(expr)
    if len(found) == 1 and coefficient != 1:
        ((base, exponent),) = found.items()
        if base.op == "add" and exponent == 1:
            return [(coefficient * c, rest) for c, rest in terms(base)]
    return [(coefficient, from_factors(Fraction(1), found))] if coefficient else []


def add(*args: Expr) -> Expr:
    """The sum, like terms collected, positive terms first."""
    collected: dict[object, tuple[Fraction, Expr]] = {}
    for coefficient, rest in (term for arg in args for term in terms(arg)):
        key = frozenset(factors(rest)[1].items())
        before, first = collected.get(key, (Fraction(0), rest))
        collected[key] = (before + coefficient, first)
    parts = [part for part in collected.values() if part[0] != 0]
    if not parts:
        return ZERO
    parts.sort(key=lambda part: part[0] < 0)
    result = product(number(parts[0][0]), parts[0][1])
    for coefficient, rest in parts[1:]:
        term = product(number(abs(coefficient)), rest)
        if coefficient < 0:
            term = minus(term)
        result = Expr("add", (result, term), None, broadcast(result.shape, term.shape))
    return result


def minus(term: Expr) -> Expr:
    """-1 times the term, as the language reads the end of `a - term`."""
    match term:
        case Expr("number", (), Fraction() as value):
            return number(-value)
        case Expr("mul", (Expr("number", (), Fraction() as value), rest)):
            return Expr("mul", (number(-value), rest), None, term.shape)
    return Expr("mul", (MINUS_ONE, term), None, term.shape)


def fit(expr: Expr, shape: Shape) -> Expr:
    """The same values with the full shape."""
    return expr if expr.shape == shape else Expr("repeat", (expr,), None, shape)


def split_scalars(expr: Expr) -> tuple[Expr, Expr]:
    """A scalar and the rest in the shape of `expr`, whose entrywise product is `expr`."""
    coefficient, found = factors(expr)
    scalar = {base: e for base, e in found.items() if base.shape == ()}
    rest = {base: e for base, e in found.items() if base.shape != ()}
    return from_factors(coefficient, scalar), fit(from_factors(Fraction(1), rest), expr.shape)


def total(expr: Expr, shape: Shape, axis: int | None = None) -> Expr:
    """The sum over all entries, or along one axis, of `expr` broadcast to `shape`."""
    if not shape:
        return expr
    scalar, rest = split_scalars(expr)
    rest = rest.args[0] if rest.op == "repeat" else rest
    if scalar == ZERO:
        return ZERO
    if rest.shape == () or (axis == 0 and len(shape) == 2 and len(rest.shape) == 1):
        lost = shape if axis is None else (shape[axis],)
        return product(scalar, *(size_of(size) for size in lost), rest)
    if axis is None and len(rest.shape) < len(shape):
        missing = len(shape) - len(rest.shape)
        return product(scalar, *(size_of(size) for size in shape[:missing]), total(rest, shape[missing:]))
    if axis is None and len(shape) == 2:
        coefficient, found = factors(rest)
        rows = next((base for base, e in found.items() if e == 1 and is_column(base)), None)
        if rows is not None:
            others = total(from_factors(coefficient, {base: e for base, e in found.items() if base != rows}), shape, 1)
            return product(scalar, total(product(rows.args[0].args[0], others), shape[:1]))
    rest = fit(rest, shape)
    left = () if axis is None else shape[:axis] + shape[axis + 1 :]
    if rest.op == "transpose":
        return product(scalar, total(rest.args[0], shape[::-1], None if axis is None else 1 - axis))
    return product(scalar, Expr("sum", (rest,), None if left == () else axis, left))


def transpose(expr: Expr) -> Expr:
    """Rows and columns exchanged, inside products where that is shorter."""
    if len(expr.shape) < 2 or expr.op in {"diag", "eye"}:
        return expr
    match expr:
        case Expr("transpose", (arg,)):
            return arg
        case Expr("matmul", (left, right)):
            return matmul(transpose(right), transpose(left))
        case Expr("outer", (left, right)):
            return Expr("outer", (right, left), None, expr.shape[::-1])
    scalar, rest = split_scalars(expr)
    if scalar != ONE:
        return product(scalar, transpose(rest))
    if expr.op == "repeat" and expr.args[0].shape == ():
        return expr.args[0]
    return Expr("transpose", (expr,), None, expr.shape[::-1])


def matmul(left: Expr, right: Expr) -> Expr:
    """The matrix product of two trees with their full shapes: scalars in front, bracketed to the left."""
    a, left = split_scalars(left)
    b, right = split_scalars(right)
    if ZERO in (a, b):
        return ZERO
    if (a, b) != (ONE, ONE):
        return product(a, b, matmul(left, right))
    if "eye" in (left.op, right.op):
        return right if left.op == "eye" else left
    if len(left.shape) == 1 and len(right.shape) == 2:
        return matmul(transpose(right), left)
    if right.op == "matmul" and len(right.args[0].shape) == 2:
        return matmul(matmul(left, right.args[0]), right.args[1])
    shape = left.shape[:-1] + (right.shape[1:] if len(right.shape) == 2 else ())
    if right.op == "repeat" and right.args[0].shape == () and len(right.shape) == 1:
        return product(right.args[0], total(left, left.shape, len(left.shape) - 1))
    if left.op == "repeat" and left.args[0].shape == () and len(left.shape) == 1:
        return product(left.args[0], total(right, right.shape, 0))
    return Expr("matmul", (left, right), None, shape)


def outer(left: Expr, right: Expr) -> Expr:
    """The matrix of all products of an entry of one vector and an entry of the other."""
    a, left = split_scalars(left)
    b, right = split_scalars(right)
    if ZERO in (a, b):
        return ZERO
    return product(a, b, Expr("outer", (left, right), None, left.shape + right.shape))


def diagonal(vector: Expr) -> Expr:
    """The diagonal matrix of a vector, scalars in front."""
    scalar, rest = split_scalars(vector)
    return product(scalar, Expr("diag", (rest,), None, rest.shape * 2))


def identity(size: Size) -> Expr:
    """The identity matrix."""
    return Expr("eye", (), size, (size, size))


def is_column(expr: Expr) -> bool:
    """Is it a vector repeated as every column?"""
    return expr.op == "transpose" and expr.args[0].op == "repeat" and len(expr.args[0].args[0].shape) == 1


def column(vector: Expr, shape: Shape) -> Expr:
    """The vector as every column of a matrix of that shape."""
    if vector.shape == ():
        return vector
    return transpose(fit(vector, shape[::-1]))


def entry(expr: Expr, place: int) -> Expr:
    """What stands at a place of the first axis."""
    if expr.op == "stack":
        return expr.args[place]
    return Expr("entry", (expr,), place, expr.shape[1:])


def call(function: str, arg: Expr) -> Expr:
    """A catalogued function of every entry."""
    return Expr("call", (arg,), function, arg.shape)


def rebuild(expr: Expr, args: tuple[Expr, ...]) -> Expr:
    """The same node over other arguments, tidied."""
    match expr.op:
        case "add":
            return add(*args)
        case "mul":
            return product(*args)
        case "pow":
            return power(args[0], exponent_of(expr))
        case "call":
            return call(str(expr.value), args[0])
        case "sum":
            return total(args[0], expr.args[0].shape, axis_of(expr))
    full = tuple(fit(arg, old.shape) for arg, old in zip(args, expr.args, strict=True))
    match expr.op:
        case "matmul":
            return matmul(*full)
        case "outer":
            return outer(*full)
        case "transpose":
            return transpose(*full)
        case "diag":
            return diagonal(*full)
        case "repeat":
            return fit(args[0], expr.shape)
    return Expr(expr.op, full, expr.value, expr.shape)


def exponent_of(expr: Expr) -> Fraction:
    """The exponent of a power node."""
    return value_of(expr)


def axis_of(expr: Expr) -> int | None:
    """The axis of a sum; None for all entries."""
    return expr.value if isinstance(expr.value, int) else None


def rewrite(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """Replace nodes from the top; where `change` declines, go on inside and tidy."""
    new = change(expr)
    if new is not None:
        return new
    return rebuild(expr, tuple(rewrite(arg, change) for arg in expr.args))


def replace_names(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """The expression with values in place of names."""
    return rewrite(expr, lambda node: values.get(str(node.value)) if node.op == "name" else None)


def expanded(expr: Expr) -> Expr:
    """Entrywise products multiplied out over sums."""
    coefficient, found = factors(expr)
    for base, exponent in found.items():
        if base.op == "add" and exponent.denominator == 1 and 0 < exponent <= 4:
            others = from_factors(coefficient, {**found, base: exponent - 1})
            return add(*(expanded(product(number(c), rest, others)) for c, rest in terms(base)))
    if expr.op == "add":
        return add(*(expanded(product(number(c), rest)) for c, rest in terms(expr)))
    return expr


def shortest(expr: Expr) -> Expr:
    """A sum, multiplied out where that is much shorter, or with common factors in front."""
    if expr.op != "add":
        return expr
    other = expanded(expr)
    if 3 * weight(other) <= 2 * weight(expr):
        return other
    return min((expr, factored(expr)), key=weight)


def factored(expr: Expr) -> Expr:
    """A sum with what its terms share in front, and the rest multiplied out."""
    parts = [(c, factors(rest)[1]) for c, rest in terms(expr)]
    common = {base: min(found.get(base, Fraction(0)) for _, found in parts) for base in parts[0][1]}
    common = {base: e for base, e in common.items() if e > 0}
    sign = -1 if common and all(c < 0 for c, _ in parts) else 1
    rest = (
        from_factors(sign * c, {b: e - common.get(b, 0) for b, e in f.items() if e != common.get(b)}) for c, f in parts
    )
    return product(number(sign), from_factors(Fraction(1), common), expanded(add(*rest)))
