"""The chain rule over shared intermediates: adjoints backward, tangents forward, bends in between.

For f built from nodes u_k with adjoints a_k = df/du_k, along theta + t v with tangents du_k,

    d^2 f = sum_k <a_k, second derivative of the k-th operation on the tangents of its arguments>

Source   Griewank & Walther 2008, Evaluating Derivatives, sections 3.2 and 5.1
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from symconvex.calculus.closed import matrix as m
from symconvex.calculus.closed.matrix import ZERO, add, axis_of, column, fit, product, total, transpose
from symconvex.calculus.closed.names import Book
from symconvex.calculus.closed.slopes import derivative, only_variable, slope_of, unsupported
from symconvex.problem import Expr, Shape

SHORT = 6


@dataclass(frozen=True, slots=True)
class Arrival:
    """An adjoint that reaches a name."""

    word: Expr
    adjoint: Expr


@dataclass(frozen=True, slots=True)
class Bend:
    """A second-order contribution: weight * d left * d right, summed; `kind` says by which product.

    The weight is also `ratio` times the adjoint `arriving`, which may have a name.
    """

    kind: str
    weight: Expr
    left: Expr
    right: Expr
    shape: Shape
    arriving: Expr = ZERO
    ratio: Expr = ZERO


def reduced(adjoint: Expr, shape: Shape, inner: Shape) -> Expr:
    """The adjoint of an operand that was broadcast from `inner` to `shape`."""
    if inner == shape:
        return adjoint
    if not inner:
        return total(adjoint, shape)
    if len(inner) < len(shape):
        return reduced(total(adjoint, shape, 0), shape[1:], inner)
    axis = next(k for k, (a, b) in enumerate(zip(inner, shape, strict=True)) if a != b)
    summed = total(adjoint, shape, axis)
    if len(shape) == 1 or axis == 0:
        return reduced(fit(summed, (1, *shape[1:])), (1, *shape[1:]), inner) if len(shape) == 2 else summed
    return transpose(fit(summed, (1, shape[0])))


def flow(expr: Expr, adjoint: Expr, book: Book) -> Iterator[Arrival | Bend]:
    """Where the adjoint of `expr` goes, and what bends on the way."""
    if not book.moves(expr) or adjoint == ZERO:
        return
    if expr.op == "name":
        yield Arrival(expr, adjoint)
        return
    variable = only_variable(expr, book)
    if variable is not None:
        yield from _univariate(expr, adjoint, variable, book)
        return
    yield from _bends(expr, adjoint, book)
    for arg, passed in _passed(expr, adjoint, book):
        yield from flow(arg, passed, book)


def _univariate(expr: Expr, adjoint: Expr, variable: Expr, book: Book) -> Iterator[Arrival | Bend]:
    slope = book.tidied(derivative(expr, str(variable.value)))
    bend = book.tidied(derivative(slope, str(variable.value)))
    slope = book.spoken(slope)
    arriving = product(adjoint, slope)
    yield Arrival(variable, arriving)
    bend = book.spoken(bend)
    if bend == ZERO:
        return
    ratio = product(bend, m.power(slope, -1))
    whole = all(e > 0 for e in m.factors(ratio)[1].values())
    yield Bend("entries", product(adjoint, bend), variable, variable, expr.shape, arriving, ratio if whole else ZERO)


def _bends(expr: Expr, adjoint: Expr, book: Book) -> Iterator[Bend]:
    match expr:
        case Expr("mul" | "matmul", (left, right)) if book.moves(left) and book.moves(right):
            yield Bend("entries" if expr.op == "mul" else "matmul", adjoint, left, right, expr.shape)
        case Expr("pow" | "call", (u,)):
            second = _slope_slope(expr, book)
            yield Bend("entries", product(adjoint, second), u, u, expr.shape)
        case Expr("logsumexp", (u,)):
            yield Bend("softmax", adjoint, u, expr, expr.shape)


def _slope_slope(expr: Expr, book: Book) -> Expr:
    """The second derivative of a power or a call in its argument."""
    (u,) = expr.args
    stand_in = m.name("#", u.shape)
    first = slope_of(Expr(expr.op, (stand_in,), expr.value, expr.shape))
    second = derivative(first, "#")
    return book.spoken(m.replace_names(second, {"#": u}))


def _passed(expr: Expr, adjoint: Expr, book: Book) -> list[tuple[Expr, Expr]]:
    """The arguments with their adjoints."""
    args, shape = expr.args, expr.shape
    match expr.op:
        case "add":
            return [(arg, reduced(adjoint, shape, arg.shape)) for arg in args]
        case "mul":
            left, right = args
            return [
                (left, reduced(product(right, adjoint), shape, left.shape)),
                (right, reduced(product(left, adjoint), shape, right.shape)),
            ]
        case "pow" | "call":
            return [(args[0], product(adjoint, book.spoken(slope_of(expr))))]
        case "matmul":
            return _through_product(args[0], args[1], fit(adjoint, shape))
        case "transpose":
            return [(args[0], transpose(adjoint))]
        case "repeat":
            return [(args[0], reduced(adjoint, shape, args[0].shape))]
        case "sum":
            return [(args[0], spread(adjoint, args[0].shape, axis_of(expr)))]
        case "trace":
            return [(args[0], product(adjoint, m.identity(args[0].shape[0])))]
        case "entry" | "stack" | "diag" | "diagonal":
            return _through_arrangement(expr, fit(adjoint, shape))
        case "logsumexp":
            return [(args[0], product(spread(adjoint, args[0].shape, axis_of(expr)), softmax(expr, book)))]
    raise unsupported(expr)


def _through_arrangement(expr: Expr, adjoint: Expr) -> list[tuple[Expr, Expr]]:
    """The adjoints of what was put together from entries, or taken apart."""
    (arg, *_), args = expr.args, expr.args
    match expr.op:
        case "stack":
            return [(part, m.entry(adjoint, k)) for k, part in enumerate(args)]
        case "diag":
            return [(arg, Expr("diagonal", (adjoint,), None, arg.shape))]
        case "diagonal":
            return [(arg, m.diagonal(adjoint))]
    unit = m.entry(m.identity(arg.shape[0]), axis_of(expr) or 0)
    return [(arg, product(adjoint, unit) if len(arg.shape) == 1 else m.outer(unit, adjoint))]


def spread(adjoint: Expr, shape: Shape, axis: int | None) -> Expr:
    """The adjoint of what was summed along an axis."""
    return column(adjoint, shape) if axis == 1 and len(shape) == 2 else adjoint


def softmax(expr: Expr, book: Book) -> Expr:
    """The probabilities that are the gradient of a log-sum-exp."""
    (u,) = expr.args
    return book.spoken(Expr("softmax", (u,), expr.value, u.shape))


def _through_product(left: Expr, right: Expr, adjoint: Expr) -> list[tuple[Expr, Expr]]:
    match len(left.shape), len(right.shape):
        case 1, 1:
            return [(left, product(adjoint, right)), (right, product(adjoint, left))]
        case 2, 1:
            return [(left, m.outer(adjoint, right)), (right, m.matmul(transpose(left), adjoint))]
        case 1, 2:
            return [(left, m.matmul(right, adjoint)), (right, m.outer(left, adjoint))]
    return [(left, m.matmul(adjoint, transpose(right))), (right, m.matmul(transpose(left), adjoint))]


@dataclass(slots=True)
class Line:
    """Tangents along a direction; `mark` tells apart the tangent names of different directions."""

    book: Book
    directions: Mapping[str, Expr]
    mark: str = ""
    done: dict[str, Expr] = field(default_factory=dict)

    def along(self, expr: Expr) -> Expr:
        """The derivative of `expr` along the line."""
        if not self.book.moves(expr):
            return ZERO
        args = expr.args
        match expr.op:
            case "name":
                return self._of_name(str(expr.value))
            case "add":
                return add(*(self.along(arg) for arg in args))
            case "mul":
                return add(product(self.along(args[0]), args[1]), product(args[0], self.along(args[1])))
            case "matmul":
                left, right = (self.along(arg) for arg in args)
                return add(self._matmul(left, args[1], expr), self._matmul(args[0], right, expr))
            case "pow" | "call":
                return product(self.book.spoken(slope_of(expr)), self.along(args[0]))
            case "sum":
                return total(self.along(args[0]), args[0].shape, axis_of(expr))
            case "transpose":
                inner = self.along(args[0])  # that of a row may be the vector of which it is made
                return inner if inner == ZERO else transpose(fit(inner, args[0].shape))
            case "repeat":
                return self.along(args[0])
            case "trace" | "entry" | "diag" | "diagonal":
                inner = self.along(args[0])
                return inner if inner == ZERO else Expr(expr.op, (fit(inner, args[0].shape),), expr.value, expr.shape)
            case "stack":
                return Expr("stack", tuple(fit(self.along(arg), arg.shape) for arg in args), None, expr.shape)
            case "logsumexp":
                return total(product(softmax(expr, self.book), self.along(args[0])), args[0].shape, axis_of(expr))
        raise unsupported(expr)

    def _matmul(self, left: Expr, right: Expr, like: Expr) -> Expr:
        if ZERO in (left, right):
            return ZERO
        return m.matmul(fit(left, like.args[0].shape), fit(right, like.args[1].shape))

    def _of_name(self, word: str) -> Expr:
        if word in self.book.parameters:
            return self.directions.get(word, ZERO)
        if word not in self.done:
            tangent = self._first(word)
            if m.weight(tangent) > SHORT:
                tangent = self.book.named(f"d{self.mark} {word}", fit(tangent, self.book.meaning[word].shape))
            self.done[word] = tangent
        return self.done[word]

    def _first(self, word: str) -> Expr:
        expr = self.book.meaning[word]
        variable = only_variable(expr, self.book)
        if variable is None:
            return self.along(expr)
        slope = self.book.tidied(derivative(expr, str(variable.value)))
        return product(self.book.spoken(slope), self.along(variable))


def bent(bend: Bend, one: Line, two: Line) -> Expr:
    """The contribution of a bend to D^2 f[one, two]; along one and the same line twice, to q."""
    known = one.book.known.get(bend.arriving)
    if known is not None and bend.ratio != ZERO:
        bend = replace(bend, weight=product(known, bend.ratio))
    if bend.kind == "softmax":
        return _variance(bend, one, two)
    if bend.left == bend.right and bend.kind != "matmul":
        return total(product(bend.weight, one.along(bend.left), two.along(bend.right)), bend.shape)
    pairs = [(one, two), (two, one)]
    if one is two:
        return product(m.number(2), _pair(bend, one, one))
    return add(*(_pair(bend, first, second) for first, second in pairs))


def _pair(bend: Bend, first: Line, second: Line) -> Expr:
    left, right = first.along(bend.left), second.along(bend.right)
    if ZERO in (left, right):
        return ZERO
    if bend.kind == "entries":
        return total(product(bend.weight, left, right), bend.shape)
    return total(product(bend.weight, m.matmul(fit(left, bend.left.shape), fit(right, bend.right.shape))), bend.shape)


def _variance(bend: Bend, one: Line, two: Line) -> Expr:
    """Softmax: the covariance of the tangents under the probabilities, weighted and summed."""
    u, axis = bend.left, axis_of(bend.right)
    p, left, right = softmax(bend.right, one.book), one.along(u), two.along(u)
    if ZERO in (left, right):
        return ZERO
    second = total(product(spread(bend.weight, u.shape, axis), p, left, right), u.shape)
    means = (total(product(p, tangent), u.shape, axis) for tangent in (left, right))
    return add(second, m.negative(total(product(bend.weight, *means), bend.shape)))
