"""Sums, products, maxima and minima over the range of an index."""

from collections.abc import Callable
from fractions import Fraction

from symconvex.handcheck.formula.tree import Big, Name, Node, Number
from symconvex.handcheck.meaning import ranges
from symconvex.handcheck.meaning.symbolic import Formula
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.values.matrices import Index, Matrix, NotSymbolic, Size, scalar
from symconvex.handcheck.values.scalars import Scalar, innermost, largest

MAX_TERMS = 2_000


def read_big(node: Big, env: Env) -> Matrix:
    """A sum, product, maximum or minimum over its range."""
    names = [index.base for index in node.indices if isinstance(index, Name)]
    if not names:
        names = list(dict.fromkeys(ranges.letters_of(node.body, env)))[:1]
    if not names:
        raise Unknown(f"a {node.operator} without a range")
    return _over(node, names, env)


def _over(node: Big, names: list[str], env: Env) -> Matrix:
    if not names:
        return _guarded(node, env)
    name, *rest = names
    start, size = _limits(name, node, env)
    if node.operator == "sum" and start == 0:
        return _summed(size, lambda k: _over(node, rest, env.binding(name, k, size)), env)
    if not isinstance(size, int):
        raise NotSymbolic(f"a {node.operator} at a symbolic size")
    if node.operator == "sum":
        shift = start
        return _summed(size - start, lambda k: _over(node, rest, env.binding(name, _shifted(k, shift), size)), env)
    values = [_over(node, rest, env.binding(name, k, size)).value for k in range(start, size)]
    match node.operator:
        case "max":
            return scalar(largest(values))
        case "min":
            return scalar(-largest([-value for value in values]))
        case "prod":
            result: Scalar = env.algebra.number(Fraction(1))
            for value in values:
                result = result * value
            return scalar(result)
    raise Unknown(f"the operator {node.operator}")


def _guarded(node: Big, env: Env) -> Matrix:
    if node.condition is None:
        return env.value(node.body)
    weight = ranges.truth(node.condition, env)
    if not isinstance(weight, Formula) and node.operator in ("max", "min"):
        raise Unknown("a maximum under a condition")
    body = env.value(node.body)
    return Matrix(body.rows, body.cols, lambda i, j: weight * body.at(i, j))


def _summed(size: Size, body: Callable[[Index], Matrix], env: Env) -> Matrix:
    """The sum of matrices; their shape is that of one of them."""
    if size == 0:
        return scalar(env.algebra.number(Fraction(0)))
    first = body(0) if isinstance(size, int) else body("k_0")
    known: dict[Index, Matrix] = {0: first} if isinstance(size, int) else {}

    def at(k: Index) -> Matrix:
        if k not in known:
            known[k] = body(k)
        return known[k]

    return Matrix(first.rows, first.cols, lambda i, j: env.algebra.total(size, lambda k: at(k).at(i, j)))


def _shifted(k: Index, by: int) -> Index:
    if isinstance(k, str):
        raise NotSymbolic("a shifted index")
    return k + by


def _limits(name: str, node: Big, env: Env) -> tuple[int, Size]:
    """The first index, counted from zero, and the size that the index stays below.

    Fails    Unknown when a limit has no whole value, or the range has more than MAX_TERMS terms
    """
    if node.lower is None or node.upper is None:
        return 0, _natural(name, node, env)
    lower = _whole(node.lower, env)
    if isinstance(node.upper, Name) and node.upper.base in env.world.declared.sizes() and lower == 1:
        return 0, env.algebra.size(node.upper.base)
    upper = _whole(node.upper, env)
    if upper is None and lower == 1 and isinstance(node.upper, Name):
        return 0, _natural(name, node, env)
    if upper is None or lower is None or lower < 1:
        raise Unknown(f"the limits of this {node.operator}")
    if upper - lower > MAX_TERMS:
        raise Unknown(f"a {node.operator} of {upper - lower + 1} terms")
    return (0, 0) if upper < lower else (lower - 1, upper)


def _whole(node: Node, env: Env) -> int | None:
    """A limit as a number: a numeral, or a size at an instance; None when nothing gives it a value."""
    match node:
        case Number(value):
            return int(value) if value.denominator == 1 else None
        case Name(base, _, (), ()) if base.isdigit():
            return int(base)
    try:
        value = innermost(env.value(node).value)
    except Unknown:
        return None
    if isinstance(value, Formula):
        raise NotSymbolic("this limit at every size")
    whole = int(float(value.mid())) if value.is_finite() and value.rad() == 0 else None
    return whole if whole is not None and (value - whole).contains(0) else None


def _natural(name: str, node: Big, env: Env) -> Size:
    """What a bound index runs over by what it is used on."""
    found = ranges.range_of(name, (node.body, *([node.condition] if node.condition else [])), env)
    if found is None:
        raise Unknown(f"what {name} runs over")
    return found
