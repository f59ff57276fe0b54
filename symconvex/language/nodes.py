"""Building the typed tree: shapes are checked as NumPy does, numbers are computed exactly."""

import re
from fractions import Fraction

from symconvex.errors import LossError, ShapeError
from symconvex.functions import functions
from symconvex.language.place import Place, in_words
from symconvex.problem import Expr, Shape, Size

MAX_EXPONENT = 64
MAX_ROOT = 64  # powers with finer exponents are those of numbers > 0
MAX_BITS = 1_000
HALF = Fraction(1, 2)
MINUS = Fraction(-1)


def number(value: int | Fraction, at: Place) -> Expr:
    """An exact number."""
    exact = Fraction(value)
    if bits(exact) > MAX_BITS:
        raise _too_large(at)
    return Expr("number", (), exact, (), at.span)


def bits(value: Fraction) -> int:
    """The length of the longer of numerator and denominator."""
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _too_large(at: Place) -> LossError:
    return LossError(
        "this number is too large",
        where=at.show(),
        expected=f"at most {MAX_BITS} bits",
        got="more",
        hint="declare it as data and give its value",
    )


def named(word: str, at: Place) -> Expr:
    """A number that has a name: e is exp(1), pi stands for itself."""
    return Expr("constant", (), word, (), at.span) if word == "pi" else call("exp", number(1, at), at)


def constant(expr: Expr) -> Fraction | None:
    """The value of a number."""
    return expr.value if expr.op == "number" and isinstance(expr.value, Fraction) else None


def rational(expr: Expr) -> Fraction:
    """The value of a number, or the exponent of a power."""
    if isinstance(expr.value, Fraction):
        return expr.value
    raise TypeError(f"{expr.op} holds {expr.value!r}")


def size(value: Size, at: Place) -> Expr:
    """A size as a number: a name stays, a number is a number."""
    return number(value, at) if isinstance(value, int) else Expr("size", (), value, (), at.span)


def broadcast(left: Expr, right: Expr, at: Place) -> Shape:
    """The common shape: last axes first, equal sizes or 1."""
    long, short = sorted((left.shape, right.shape), key=len, reverse=True)
    if len(long) == 2 > len(short) > 0 and long[1] == 1 and long[0] == short[0] != 1:
        _check_column(left, right, at)
    pairs = zip(long, (1,) * (len(long) - len(short)) + short, strict=True)
    shape = list[Size]()
    for a, b in pairs:
        if a != b and 1 not in (a, b):
            raise _no_broadcast(left, right, at)
        shape.append(b if a == 1 else a)
    return tuple(shape)


def _check_column(left: Expr, right: Expr, at: Place) -> None:
    """A vector beside a column of its size would give a matrix of all pairs: hardly ever meant."""
    vector, other = (left, right) if len(left.shape) == 1 else (right, left)
    if other.op == "transpose" and other.args[0].op == "repeat":
        return  # written as y[:, None]
    v, c = at.of(vector), at.of(other)
    raise ShapeError(
        "a vector beside a column of its size gives all pairs of entries",
        where=at.show(),
        expected=f"two vectors, or two columns; {c} is {in_words(other.shape)}",
        got=f"{v} is {in_words(vector.shape)}",
        hint=f"write {bracketed(c)}[:, 0] for a vector; for all pairs write {bracketed(v)}[None] and {bracketed(c)}",
    )


def _no_broadcast(left: Expr, right: Expr, at: Place) -> ShapeError:
    a, b = at.of(left), at.of(right)
    hint = f"check the declared shapes of the names in {a} and {b}"
    if left.shape == right.shape[::-1]:
        hint = f"write {transposed(b)}"
    elif spread := _spread_product(left) or _spread_product(right):
        hint = f"a matrix product is written {' @ '.join(bracketed(at.of(factor)) for factor in spread)}"
    elif {len(left.shape), len(right.shape)} == {1, 2}:
        hint = f"for a matrix product write {bracketed(a)} @ {bracketed(b)}"
        vector, matrix = (left, right) if len(left.shape) == 1 else (right, left)
        if matrix.shape[0] == vector.shape[0]:
            hint = f"a vector meets the last axis: write {transposed(at.of(matrix))}, and .T again on the result"
    return ShapeError(
        "these shapes do not fit together entry by entry",
        where=Place(at.text, right.span).show(),
        expected=f"{b} with a shape like {a}, which is {in_words(left.shape)}",
        got=f"{b} is {in_words(right.shape)}",
        hint=hint,
    )


def _spread_product(expr: Expr) -> tuple[Expr, ...] | None:
    """The factors of X*w where X @ w was meant."""
    part = expr.args[1] if expr.op == "mul" and constant(expr.args[0]) is not None else expr
    if part.op == "mul" and tuple(len(arg.shape) for arg in part.args) == (2, 1):
        return part.args
    return part.args[::-1] if part.op == "mul" and tuple(len(arg.shape) for arg in part.args) == (1, 2) else None


def add(left: Expr, right: Expr, at: Place) -> Expr:
    """The sum, entry by entry."""
    a, b = constant(left), constant(right)
    if a is not None and b is not None:
        return number(a + b, at)
    return _gathered(left, right, at) or Expr("add", (left, right), None, broadcast(left, right, at), at.span)


def _gathered(left: Expr, right: Expr, at: Place) -> Expr | None:
    """A @ x - B @ x as (A - B) @ x."""
    sign = Fraction(1)
    if right.op == "mul" and (factor := constant(right.args[0])) is not None:
        sign, right = factor, right.args[1]
    if (
        not left.op == right.op == "matmul"
        or len(left.args[0].shape) < 2
        or left.args[1] != right.args[1]
        or left.args[0].shape != right.args[0].shape
    ):
        return None
    return matmul(add(left.args[0], mul(number(sign, at), right.args[0], at), at), left.args[1], at)


def mul(left: Expr, right: Expr, at: Place) -> Expr:
    """The product; a number stands in front, and numbers are gathered."""
    a, b = constant(left), constant(right)
    if a is not None and b is not None:
        return number(a * b, at)
    if b is not None:
        left, right, a = right, left, b
    if a == 1:
        return right
    for one, other in ((left, right), (right, left)):
        if one.op == "call" and one.value == "sign" and one.args[0] == other:
            return call("abs", other, at)
    inner = constant(right.args[0]) if right.op == "mul" else None
    if a is not None and inner is not None:
        return mul(number(a * inner, at), right.args[1], at)
    return Expr("mul", (left, right), None, broadcast(left, right, at), at.span)


def without_size(factor: Expr, product: Expr, at: Place) -> Expr | None:
    """The product n * product, or product / n, where the size cancels; None where it does not."""
    flat = power(factor, Fraction(-1), at) if factor.op == "size" else factor.args[0] if factor.op == "pow" else factor
    if factor.op not in ("size", "pow") or "size" not in (factor.op, flat.op):
        return None
    if product == flat:
        return number(1, at)
    if product.op != "mul":
        return None
    left, right = product.args
    for inner, other in ((left, right), (right, left)):
        rest = without_size(factor, inner, at)
        if rest is not None:
            return mul(rest, other, at)
    return None


def neg(expr: Expr, at: Place) -> Expr:
    """The expression times -1."""
    return mul(number(-1, at), expr, at)


def divide(left: Expr, right: Expr, at: Place) -> Expr:
    """The product with the power -1."""
    return mul(left, power(right, Fraction(-1), at), at)


def power(base: Expr, exponent: Fraction, at: Place) -> Expr:
    """A power with a constant exponent; 1/(2 x) is 1/2 1/x, a root of squares may be undone."""
    if abs(exponent) > MAX_EXPONENT or exponent.denominator > MAX_ROOT:
        raise LossError(
            "this exponent is too large",
            where=at.show(),
            expected=f"an exponent between -{MAX_EXPONENT} and {MAX_EXPONENT}, denominator at most {MAX_ROOT}",
            got=str(exponent)[:60],
            hint="write exp(p*log(x)) for x**p, where x > 0" if constant(base) is None else "write a shorter number",
        )
    value = constant(base)
    if value is not None:
        _check_real(value, exponent, at)
        if exponent.denominator == 1:
            return _power_of_number(value, int(exponent), at)
    if exponent == 1 or (value in (0, 1) and exponent > 0):
        return base
    if base.op == "call" and base.value == "abs" and exponent.denominator == 1 and exponent % 2 == 0 and exponent > 0:
        return power(base.args[0], exponent, at)
    factor = constant(base.args[0]) if base.op == "mul" else None
    if exponent == -1 and factor:
        return mul(number(1 / factor, at), power(base.args[1], exponent, at), at)
    if base.op == "pow" and base.value == HALF and _is_sum_of_squares(base.args[0]):
        return power(base.args[0], exponent / 2, at)
    return Expr("pow", (base,), exponent, base.shape, at.span)


def _power_of_number(value: Fraction, exponent: int, at: Place) -> Expr:
    if bits(value) * abs(exponent) > 2 * MAX_BITS:  # asked before computing, so that towers of powers cost nothing
        raise _too_large(at)
    return number(value**exponent, at)


def _is_sum_of_squares(expr: Expr) -> bool:
    return expr.op == "sum" and expr.args[0].op == "pow" and expr.args[0].value == 2


def _check_real(value: Fraction, exponent: Fraction, at: Place) -> None:
    if value == 0 and exponent < 0:
        what, hint = "this divides by zero", "the denominator must not be 0"
    elif value < 0 and exponent.denominator != 1:
        what, hint = "this is not a real number", "a root needs a nonnegative base"
    else:
        return
    raise LossError(what, where=at.show(), expected="a real number", got=f"({value})**({exponent})", hint=hint)


def any_power(base: Expr, exponent: Expr, at: Place) -> Expr:
    """A power whose exponent may vary or is no simple fraction: x**a is exp(a log(x)), x > 0; exp(u)**a is exp(a u)."""
    known = constant(exponent)
    if known is not None and known.denominator <= MAX_ROOT:
        return power(base, known, at)
    if base.op == "call" and base.value == "exp":
        return call("exp", mul(exponent, base.args[0], at), at)
    value = constant(base)
    if value is not None and value <= 0:
        raise LossError(
            "a power with a varying exponent needs a positive base",
            where=at.show(),
            expected="a base > 0",
            got=str(value),
            hint="write the exponent as a number",
        )
    return call("exp", mul(exponent, call("log", base, at), at), at)


def call(name: str, arg: Expr, at: Place) -> Expr:
    """A catalogued function of every entry; a number outside its domain is refused."""
    value, function = constant(arg), functions()[name]
    if value is not None and not function.is_defined_at(value):
        raise LossError(
            f"{name} is not defined there",
            where=at.show(),
            expected=function.domain,
            got=f"z = {value}",
            hint="check the sign of the argument",
        )
    return Expr("call", (arg,), name, arg.shape, at.span)


def transpose(expr: Expr, at: Place) -> Expr:
    """Rows and columns exchanged; as in NumPy a vector stays as it is."""
    if len(expr.shape) < 2:
        return expr
    if expr.op == "transpose":
        return expr.args[0]
    return Expr("transpose", (expr,), None, expr.shape[::-1], at.span)


def matmul(left: Expr, right: Expr, at: Place) -> Expr:
    """The product of vectors or matrices; inner sizes must be equal."""
    a, b = left.shape, right.shape
    if not a or not b:
        scalar = at.of(right if a else left)
        raise ShapeError(
            "a matrix product needs vectors or matrices",
            where=at.show(),
            expected="two factors with at least one axis",
            got=f"{scalar} is a scalar",
            hint=f"write {bracketed(at.of(left))} * {bracketed(at.of(right))}",
        )
    if a[-1] != b[0]:
        raise _no_product(left, right, at)
    if left.op == "diag":
        return transpose(mul(left.args[0], transpose(right, at), at), at)
    if right.op == "diag":
        return mul(left, right.args[0], at)
    return Expr("matmul", (left, right), None, a[:-1] + b[1:], at.span)


def _no_product(left: Expr, right: Expr, at: Place) -> ShapeError:
    a, b = at.of(left), at.of(right)
    hint = "check the declared shapes of the names in both factors"
    if len(left.shape) == 2 and left.shape[0] == right.shape[0]:
        hint = f"write {transposed(a)} @ {bracketed(b)}"
    elif len(right.shape) == 2 and left.shape[-1] == right.shape[1]:
        hint = f"write {bracketed(a)} @ {transposed(b)}"
    elif right.shape[-1] == left.shape[0]:
        hint = f"write {bracketed(b)} @ {bracketed(a)}"
    return ShapeError(
        "the inner sizes of this matrix product differ",
        where=at.show(),
        expected=f"{b} with first size {left.shape[-1]}, since {a} is {in_words(left.shape)}",
        got=f"{b} is {in_words(right.shape)}",
        hint=hint,
    )


def bracketed(text: str) -> str:
    """As a factor: a name or a plain call stays as it is."""
    return text if re.fullmatch(r"\w+(\([^()]*\)|\.T)?", text) else f"({text})"


def transposed(text: str) -> str:
    """The transpose as a person would write it."""
    factor = bracketed(text)
    return factor.removesuffix(".T") if factor.endswith(".T") else f"{factor}.T"


def checked_axis(expr: Expr, axis: int | None, at: Place) -> int | None:
    """The axis counted from the front; None when every entry is meant."""
    rank = len(expr.shape)
    if axis is None or (rank == 1 and axis in (0, -1)):
        return None
    if not -rank <= axis < rank:
        raise ShapeError(
            f"there is no axis {axis}",
            where=at.show(),
            expected=f"an axis of {at.of(expr)}, which is {in_words(expr.shape)}",
            got=f"axis={axis}",
            hint="axis=0 adds the rows up, axis=1 the columns; leave axis out to add every entry",
        )
    return axis % rank


def total(expr: Expr, axis: int | None, at: Place) -> Expr:
    """The sum of all entries, or along one axis."""
    along = checked_axis(expr, axis, at)
    if not expr.shape:
        return expr
    shape = () if along is None else expr.shape[:along] + expr.shape[along + 1 :]
    return Expr("sum", (expr,), along, shape, at.span)


def mean(expr: Expr, axis: int | None, at: Place) -> Expr:
    """The sum over the number of entries, which may be a named size."""
    along = checked_axis(expr, axis, at)
    result = total(expr, axis, at)
    for length in expr.shape if along is None else (expr.shape[along],):
        result = mul(power(size(length, at), Fraction(-1), at), result, at)
    return result


def norm(expr: Expr, axis: int | None, at: Place) -> Expr:
    """The Euclidean norm, Frobenius for a matrix."""
    if not expr.shape:
        return call("abs", expr, at)
    return power(total(power(expr, Fraction(2), at), axis, at), HALF, at)


def maximum(args: tuple[Expr, ...], at: Place) -> Expr:
    """The largest of two or more, entry by entry."""
    shape = args[0]
    for arg in args[1:]:
        shape = Expr("max", (), None, broadcast(shape, arg, at), at.span)
    return Expr("max", args, None, shape.shape, at.span)


def minimum(args: tuple[Expr, ...], at: Place) -> Expr:
    """The smallest of two or more: -max(-a, -b, ...)."""
    return neg(maximum(tuple(neg(arg, at) for arg in args), at), at)


def logsumexp(expr: Expr, axis: int | None, at: Place) -> Expr:
    """log(sum(exp(a))), along one axis or over every entry."""
    return call("log", total(call("exp", expr, at), axis, at), at)
