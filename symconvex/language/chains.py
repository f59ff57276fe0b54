"""Products of several matrices that are squares, in whatever order they were multiplied.

    w @ (P.T @ P) @ w, w @ (P.T @ (P @ w))          sum((P @ w)**2)
    w @ P.T @ diag(b) @ P @ w                       sum(b * (P @ w)**2)
    w @ (P.T @ P / n + lam * eye(d)) @ w            sum((P @ w)**2) / n + lam * sum(w**2)
    sum((W.T @ P.T @ P) * W.T)                      sum((P @ W)**2)

The first three are products of two vectors, the last is what trace(W.T @ P.T @ P @ W) is read as. Anything else stays
as it was written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from symconvex.language import nodes
from symconvex.language.place import Place
from symconvex.problem import Expr

LONGEST = 16
TWO = Fraction(2)


@dataclass(frozen=True, slots=True)
class Chain:
    """A product of numbers, and of matrices and vectors in order."""

    scalars: tuple[Expr, ...]
    factors: tuple[Expr, ...]

    def then(self, other: "Chain") -> "Chain":
        """The product of both."""
        return Chain((*self.scalars, *other.scalars), (*self.factors, *other.factors))

    def turned(self, at: Place) -> "Chain":
        """Transposed: everything transposed, from the last to the first."""
        return Chain(self.scalars, tuple(_turned(factor, at) for factor in reversed(self.factors)))


def product_of_vectors(left: Expr, right: Expr, at: Place) -> Expr | None:
    """The product of two vectors where it is a square or a sum of squares; None when it is not seen to be one."""
    chain = _column(left, at).turned(at).then(_column(right, at))
    return _square(chain, at) if 2 < len(chain.factors) <= LONGEST else None


def sum_of_products(left: Expr, right: Expr, at: Place) -> Expr | None:
    """The sum of all products of entries of two matrices, trace(left @ right.T), where that is a square."""
    chain = _matrix(left, at).then(_matrix(right, at).turned(at))
    return _ring(chain, at) if 2 < len(chain.factors) <= LONGEST else None


def _ring(chain: Chain, at: Place) -> Expr | None:
    """The trace of a product of matrices where that is a square, or a sum of squares."""
    factors, half = chain.factors, len(chain.factors) // 2
    for k, factor in enumerate(factors):
        if factor.op == "add" and any(map(_is_square, factor.args)):
            before, after = Chain(chain.scalars, factors[:k]), Chain((), factors[k + 1 :])
            parts = [_ring(before.then(_matrix(part, at)).then(after), at) for part in factor.args]
            left, right = parts
            return None if left is None or right is None else nodes.add(left, right, at)
    if not 2 <= len(factors) <= LONGEST or len(factors) % 2:
        return None
    for k in range(len(factors)):
        ring = (*factors[k:], *factors[:k])
        if _is_mirrored(ring, at):
            both = (ring[half:], Chain((), ring[half:]).turned(at).factors)
            few = min(both, key=lambda part: sum(factor.op == "transpose" for factor in part))
            whole = reduce(lambda a, b: nodes.matmul(a, b, at), few)
            return _scaled(chain.scalars, nodes.total(nodes.power(whole, TWO, at), None, at), at)
    return None


def _square(chain: Chain, at: Place) -> Expr | None:
    factors, (half, odd) = chain.factors, divmod(len(chain.factors), 2)
    for k, factor in enumerate(factors):
        if factor.op == "add" and len(factor.shape) == 2 and any(map(_is_square, factor.args)):
            parts = [_opened(chain, k, part, at) for part in factor.args]
            return nodes.add(parts[0], parts[1], at)
    if not _is_mirrored(factors, at) or (odd and factors[half].op != "diag"):
        return None
    vector = reduce(lambda a, b: nodes.matmul(b, a, at), reversed(factors[half + odd :]))
    square = nodes.power(vector, TWO, at)
    if odd and factors[half].op == "diag":
        square = nodes.mul(factors[half].args[0], square, at)
    return _scaled(chain.scalars, nodes.total(square, None, at), at)


def _is_square(expr: Expr) -> bool:
    """Is the matrix a product, or a multiple of the identity?"""
    if expr.op == "mul":
        return any(_is_square(arg) for arg in expr.args if len(arg.shape) == 2)
    return expr.op in ("matmul", "eye", "diag")


def _opened(chain: Chain, place: int, part: Expr, at: Place) -> Expr:
    """The product with one summand of a factor in its place."""
    before, after = chain.factors[:place], chain.factors[place + 1 :]
    whole = Chain(chain.scalars, before).then(_matrix(part, at)).then(Chain((), after))
    found = _square(whole, at) if len(whole.factors) > 2 else None
    if found is not None:
        return found
    first, *rest = whole.factors
    if len(whole.factors) == 2 and whole.factors[0] == whole.factors[1]:
        return _scaled(whole.scalars, nodes.total(nodes.power(first, TWO, at), None, at), at)
    return _scaled(whole.scalars, reduce(lambda a, b: nodes.matmul(a, b, at), rest, first), at)


def _is_mirrored(factors: Sequence[Expr], at: Place) -> bool:
    half = len(factors) // 2
    return all(factors[k] == _turned(factors[-1 - k], at) for k in range(half))


def _is_product(expr: Expr) -> bool:
    return expr.op == "matmul"


def _turned(factor: Expr, at: Place) -> Expr:
    return factor if factor.op == "diag" else nodes.transpose(factor, at)


def _scaled(scalars: Sequence[Expr], whole: Expr, at: Place) -> Expr:
    return reduce(lambda a, b: nodes.mul(b, a, at), reversed(scalars), whole)


def _column(expr: Expr, at: Place) -> Chain:
    """A vector as a product of matrices and, last, a vector."""
    scalars, inner = _without_scalars(expr)
    if inner.op == "matmul":
        left, right = inner.args
        first, last = (left, right) if len(left.shape) == 2 else (nodes.transpose(right, at), left)
        return Chain(scalars, ()).then(_matrix(first, at)).then(_column(last, at))
    if (
        inner.op == "mul"
        and any(arg.op == "matmul" for arg in inner.args)
        and {len(a.shape) for a in inner.args} == {1}
    ):
        last, weight = sorted(inner.args, key=_is_product, reverse=True)
        return Chain(scalars, (_diagonal(weight, at),)).then(_column(last, at))
    return Chain(scalars, (inner,))


def _matrix(expr: Expr, at: Place) -> Chain:
    """A matrix as a product of matrices."""
    scalars, inner = _without_scalars(expr)
    match inner:
        case Expr("matmul", (left, right)) if len(left.shape) == len(right.shape) == 2:
            found = _matrix(left, at).then(_matrix(right, at))
        case Expr("transpose", (whole,)) if whole.op in ("matmul", "mul", "diag", "eye"):
            found = _matrix(whole, at).turned(at)
        case Expr("mul", (left, right)) if (len(left.shape), len(right.shape)) == (2, 1):
            found = _matrix(left, at).then(Chain((), (_diagonal(right, at),)))
        case Expr("mul", (left, right)) if (len(left.shape), len(right.shape)) == (1, 2):
            found = _matrix(right, at).then(Chain((), (_diagonal(left, at),)))
        case Expr("eye"):
            found = Chain((), ())
        case _:
            found = Chain((), (inner,))
    return Chain(scalars, ()).then(found)


def _diagonal(vector: Expr, at: Place) -> Expr:
    return Expr("diag", (vector,), None, vector.shape * 2, at.span)


def _without_scalars(expr: Expr) -> tuple[tuple[Expr, ...], Expr]:
    """The scalar factors in front, and what is left."""
    if expr.op == "mul" and not expr.args[0].shape:
        scalars, inner = _without_scalars(expr.args[1])
        return (expr.args[0], *scalars), inner
    if expr.op == "mul" and not expr.args[1].shape:
        scalars, inner = _without_scalars(expr.args[0])
        return (expr.args[1], *scalars), inner
    return (), expr


def transposed(expr: Expr, at: Place) -> Expr | None:
    """The transposed matrix, as deep inside as it goes; None where a vector stands for equal rows."""
    match expr:
        case Expr(shape=()):
            return expr
        case Expr("matmul", (left, right)) if len(left.shape) == len(right.shape) == 2:
            first, last = transposed(right, at), transposed(left, at)
            return None if first is None or last is None else nodes.matmul(first, last, at)
        case Expr("add" | "mul" | "pow" | "call" | "max", args, value, shape, span):
            turned = tuple(part for part in (transposed(arg, at) for arg in args) if part is not None)
            return Expr(expr.op, turned, value, shape[::-1], span) if len(turned) == len(args) else None
        case Expr(shape=(_, _)):
            return nodes.transpose(expr, at)
    return None
