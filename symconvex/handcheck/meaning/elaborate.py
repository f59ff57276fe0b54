"""What a formula means where it stands: its value as a matrix, letters resolved by what is declared."""

from dataclasses import replace
from fractions import Fraction

from symconvex.handcheck.formula.frozen import Frozen
from symconvex.handcheck.formula.tree import (
    Abs,
    Add,
    Apply,
    Big,
    Braced,
    Cases,
    Chain,
    Derivative,
    Entry,
    Evaluated,
    Factorial,
    Group,
    Indicator,
    Inner,
    MaybeCall,
    Name,
    Neg,
    Node,
    Norm,
    Number,
    Power,
    Prime,
    Product,
    Quotient,
    Text,
    Transpose,
)
from symconvex.handcheck.formula.tree import Matrix as Rows
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.meaning import calls, changes, indexing, literals, names, optima, products, ranges, sums
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.values.definite import determinant
from symconvex.handcheck.values.matrices import ANY, Matrix, Mismatch, mapped, scalar, scaled, shape_text, transposed
from symconvex.handcheck.values.scalars import apply, innermost, is_function, raised


def read(node: Node, env: Env) -> Matrix:
    """The value of a formula.

    Fails    Unknown when a part has no meaning here, Mismatch when shapes do not fit
    """
    match node:
        case Number(value):
            return scalar(env.algebra.number(value))
        case Name():
            return names.read_name(node, env)
        case Add(terms):
            return _sum(terms, env)
        case Neg(body):
            return scaled(env.algebra.number(Fraction(-1)), env.value(body))
        case Product():
            return _product(node, env)
        case Quotient(top, bottom):
            return products.divided(env.value(top), env.value(bottom))
        case Power(base, exponent, entrywise):
            return _power(base, exponent, env, entrywise=entrywise)
        case Transpose(Number(value)) if value == 1:  # 1^T y
            return transposed(products.ones(env.algebra))
        case Transpose(body, _):
            return transposed(env.value(body))
        case Prime(body, count):
            return changes.read_prime(body, count, env)
        case MaybeCall(Power()) if (power := _as_power(node, env)) is not None:
            return env.value(power)
        case MaybeCall():
            return calls.read_call(node, env)
        case Apply():
            return calls.read_function(node, env)
        case Derivative():
            return changes.read_derivative(node, env)
    return _read_rest(node, env)


def _as_power(node: MaybeCall, env: Env) -> Node | None:
    """f^2(x) is the square of f(x), as with sin^2; f^{-1} may be an inverse."""
    match node:
        case MaybeCall(Power(Name() as head, exponent, False), args, bracket, ()):
            call = MaybeCall(head, args, bracket)
            if calls.is_call(call, env) and not (isinstance(exponent, Number) and exponent.value > 1):
                raise Unknown(f"{head.base} to a power that is no whole number from 2, as a function")
            return Power(call, exponent) if calls.is_call(call, env) else None
    return None


def _read_rest(node: Node, env: Env) -> Matrix:
    match node:
        case Entry(body, subscripts):
            return indexing.entry(env.value(body), subscripts, env)
        case Big(operator) if optima.is_argmin(node, env.setting):
            return env.look_up("minimiser" if operator == "argmin" else "maximiser")
        case Big():
            return sums.read_big(node, env)
        case Norm(body, kind):
            return _norm(env.value(body), kind, env)
        case Abs(body):
            return _bars(env.value(body))
        case Inner(left, right, _):
            return products.inner(env.value(left), env.value(right), env.algebra)
        case Rows():
            return literals.read_matrix(node, env)
        case Cases(rows):
            return ranges.read_cases(rows, env)
        case Indicator(condition):
            return ranges.indicator(condition, env)
        case Evaluated(body, Chain() as at):
            return changes.read_at(body, at, env)
        case Braced(body, _):
            return env.value(body)
        case Frozen(body):
            return replace(env, bumps=env.bumps[:-1]).value(body)
        case Group(_, (inner,), _):
            return env.value(inner)
        case Group(_, items, _):
            return literals.stack([env.value(item) for item in items])
        case Factorial(body):
            return _factorial(env.value(body), env)
        case Text(text):
            raise Unknown(f"the words {text!r} in a formula")
    raise Unknown(f"{type(node).__name__} in a formula")


def _sum(terms: tuple[Node, ...], env: Env) -> Matrix:
    if any(literals.is_dots(term) for term in terms):
        return literals.dotted_sum(terms, env)
    values = [env.value(term) for term in terms]
    if env.world.strict and any(not value.is_scalar for value in values):
        _refuse_numbers(terms, values, env)
    result = values[0]
    for value in values[1:]:
        result = products.added(result, value)
    return result


def _refuse_numbers(terms: tuple[Node, ...], values: list[Matrix], env: Env) -> None:
    """Fails    Mismatch when a letter of unknown shape would be a number beside a vector."""
    for term, value in zip(terms, values, strict=True):
        names = (part.base for part in walk(term) if isinstance(part, Name))
        if value.is_scalar and any(name in env.setting.dummies for name in names):
            raise Mismatch("a number beside a vector")


def _product(node: Product, env: Env) -> Matrix:
    if node.sign == "circ" and any(isinstance(one, Name) and calls.own_function(one, env) for one in node.factors):
        return _composed(node.factors, env)
    values = [env.value(factor) for factor in _attached(node.factors)]
    result = values[0]
    for value in values[1:]:
        result = _times(result, value, node.sign, env)
    return result


def _composed(functions: tuple[Node, ...], env: Env) -> Matrix:
    """g o r at the only parameter."""
    names = env.world.declared.parameters
    if len(names) != 1 or not all(isinstance(one, Name) for one in functions):
        raise Unknown("a composition")
    whole: Node = Name(names[0])
    for function in reversed(functions):
        whole = MaybeCall(function, (whole,))
    return env.value(whole)


def _attached(factors: tuple[Node, ...]) -> tuple[Node, ...]:
    """A derivative without a function takes the factors to its right."""
    for k, factor in enumerate(factors[:-1]):
        if isinstance(factor, Derivative) and factor.of is None and factor.kind in ("partial", "total", "gradient"):
            rest = factors[k + 1 :]
            body = rest[0] if len(rest) == 1 else Product(rest)
            return (*factors[:k], Derivative(factor.kind, body, factor.wrt, factor.order, factor.written))
    return factors


def _times(a: Matrix, b: Matrix, sign: str, env: Env) -> Matrix:
    match sign:
        case "odot" | "ast" | "circ":
            return products.entrywise(a, b)
        case "otimes":
            return products.kron(a, b)
        case "colon":
            return products.inner(a, b, env.algebra)
        case "oplus" | "wedge":
            raise Unknown(f"the product {sign}")
        case "cdot" | "times" if a.cols == 1 and b.cols == 1 and a.rows == b.rows and not a.is_scalar:
            return products.inner(a, b, env.algebra)
    return products.times(a, b, env.algebra)


def _power(base: Node, exponent: Node, env: Env, *, entrywise: bool) -> Matrix:
    if base == Name("e") and (not _is_whole(exponent) or _is_euler(env)):
        return mapped("exp", env.value(exponent))
    if isinstance(base, Norm) and exponent == Number(Fraction(2)) and (base.kind is None or _euclidean(base.kind)):
        body = env.value(base.body)
        if base.kind == Number(Fraction(2)) and not body.is_vector:
            return _spectral(body, env)
        return products.inner(body, body, env.algebra)
    body = env.value(base)
    if exponent in (Name("T"), Name("t")) and ((exponent == Name("t")) == env.setting.small_t) and not env.knows("T"):
        return transposed(body)
    whole = rational(exponent)
    if whole is None:
        return _general_power(body, env.value(exponent))
    entrywise = entrywise or body.rows != body.cols or _is_entrywise(base) or _is_oblong(base, env)
    if body.is_scalar or (entrywise and whole > 0) or body.is_vector:
        return Matrix(body.rows, body.cols, lambda i, j: raised(body.at(i, j), whole))
    return _matrix_power(body, whole, env)


def _is_oblong(base: Node, env: Env) -> bool:
    """A name of n x h numbers is no square matrix, also where n and h happen to be the same."""
    key = indexing.whole(base, env)
    shape = env.world.shapes.get(key)
    body = env.setting.body(key)
    if shape is None and body is not None and not env.setting.indices(key):
        return (isinstance(body, Name) and _is_oblong(body, env)) or _is_entrywise(body)
    return shape is not None and len(shape) == 2 and shape[0] != shape[1]


def _is_entrywise(base: Node) -> bool:
    """tanh^2(A) squares what the function gives, entry by entry."""
    return isinstance(base, Apply) and is_function(base.function)


def _is_euler(env: Env) -> bool:
    """e^2 beside residuals e_i is no square of a vector."""
    return bool(env.setting.indices("e")) and all(name != "e" for name, _, _ in env.replaced)


def _is_whole(exponent: Node) -> bool:
    value = rational(exponent)
    return value is not None and value.denominator == 1 and abs(value) > 1


def _euclidean(kind: Node) -> bool:
    return kind == Number(Fraction(2)) or (isinstance(kind, Name) and kind.base == "F")


def rational(node: Node) -> Fraction | None:
    """A rational constant that is written out."""
    match node:
        case Number(value):
            return value
        case Neg(body):
            inner = rational(body)
            return None if inner is None else -inner
        case Quotient(top, bottom):
            above, below = rational(top), rational(bottom)
            return above / below if above is not None and below else None
        case Group(_, (inner_node,), _):
            return rational(inner_node)
    return None


def _general_power(body: Matrix, exponent: Matrix) -> Matrix:
    return scalar(apply("exp", exponent.value * apply("log", body.value)))


def _matrix_power(body: Matrix, exponent: Fraction, env: Env) -> Matrix:
    if exponent.denominator != 1 or abs(exponent) > 8:
        raise Unknown(f"a matrix to the power {exponent}")
    if body.rows != body.cols:
        raise Mismatch(f"a power of a {shape_text(body)} matrix")
    factor = products.inverse(body, env.algebra) if exponent < 0 else body
    result = products.identity(env.algebra)
    for _ in range(abs(int(exponent))):
        result = products.times(result, factor, env.algebra)
    return result


def _norm(body: Matrix, kind: Node | None, env: Env) -> Matrix:
    if kind == Number(Fraction(2)) and not body.is_vector:
        return scalar(raised(_spectral(body, env).value, Fraction(1, 2)))
    if kind is None or _euclidean(kind):
        squared = products.inner(body, body, env.algebra).value
        return scalar(raised(squared, Fraction(1, 2)))
    if kind == Number(Fraction(1)):
        return scalar(products.total(mapped("abs", body), env.algebra))
    raise Unknown("this norm")


def _spectral(body: Matrix, env: Env) -> Matrix:
    """The square of the spectral norm: the largest eigenvalue of X^T X."""
    return calls.MATRIX_FUNCTIONS["lambdamax"](products.times(transposed(body), body, env.algebra), env)


def _bars(body: Matrix) -> Matrix:
    if body.is_scalar or body.rows != body.cols or body.rows == ANY:
        return mapped("abs", body)
    return scalar(determinant(body))


def _factorial(body: Matrix, env: Env) -> Matrix:
    value = innermost(body.value)
    count = int(float(value.mid()))
    result = 1
    for k in range(2, min(count, 60) + 1):
        result *= k
    return scalar(env.algebra.number(Fraction(result)))
