"""One spelling for what is written in many: done once, when a problem is stated, before anybody looks at the loss.

    max(0, u)                        relu(u)             log(1 + exp(u)), log1p(exp(u))       softplus(u)
    1/(1 + exp(-u))                  sigmoid(u)          log(sigmoid(u)), -log(1/(1 + ...))   -softplus(-u), ...
    log(1 - sigmoid(u))              -softplus(u)        log((1 + erf(u/sqrt(2)))/2)          log(normcdf(u))
    1/exp(u), exp(u)**2              exp(-u), exp(2*u)   log((exp(u) + exp(-u))/2)            log(cosh(u))
    u*u, v @ v                       u**2, sum(v**2)     sums over lists                      sums
    a softplus(u) + b softplus(-u)   (a + b) softplus(u) - b u, where a + b is a number
    w @ (P.T @ P) @ w                sum((P @ w)**2)     trace(W.T @ P.T @ P @ W)             sum((P @ W)**2)
    sum((W.T @ X.T - Y.T)**2)        sum((X @ W - Y)**2)

Each line is an identity wherever its left side is defined, and both sides are defined at the same points.

Source   NIST DLMF, sections 4.2, 4.28 and 7.2(i)
"""

from collections.abc import Callable, Container, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache, reduce
from math import prod

from symconvex.functions import functions
from symconvex.language import nodes
from symconvex.language.chains import product_of_vectors, sum_of_products, transposed
from symconvex.language.entries import entry
from symconvex.language.place import Place
from symconvex.problem import Expr

Linear = tuple[Fraction, Mapping[Expr, Fraction]]  # a number, and parts with their factors
ONE, HALF = Fraction(1), Fraction(1, 2)
SIZES: Mapping[str, int] = {"relu": 0, "abs": -1}  # max(x, c x)
ENTRYWISE = ("add", "mul", "pow", "call", "max")


def canonical(expr: Expr) -> Expr:
    """The same formula in the one spelling."""
    args = tuple(map(canonical, expr.args))
    at = Place("", expr.span)
    change = RULES.get(expr.op)
    found = None if change is None else change(expr, args, at)
    if found is not None:
        return found
    return expr if args == expr.args else Expr(expr.op, args, expr.value, expr.shape, expr.span)


def _maximum(expr: Expr, args: tuple[Expr, ...], at: Place) -> Expr | None:
    """max(0, u) is relu(u), and a maximum of numbers one of them."""
    values = [nodes.constant(arg) for arg in args]
    known = [value for value in values if value is not None]
    if len(known) == len(values) and expr.shape == ():
        return nodes.number(max(known), at)
    if len(args) == 2 and any(nodes.constant(arg) == 0 for arg in args):
        other = args[1] if nodes.constant(args[0]) == 0 else args[0]
        return nodes.call("relu", other, at) if other.shape == expr.shape else None
    return None


def _product(_: Expr, args: tuple[Expr, ...], at: Place) -> Expr | None:
    """u*u is u**2, and n times 1/n leaves."""
    left, right = args
    rest = nodes.without_size(left, right, at) or nodes.without_size(right, left, at)
    if rest is not None:
        return rest
    return nodes.power(left, Fraction(2), at) if left == right else nodes.mul(left, right, at)


def _power(expr: Expr, args: tuple[Expr, ...], at: Place) -> Expr | None:
    """A power of an exponential, and the reciprocal of 1 + exp(u)."""
    (base,), exponent = args, nodes.rational(expr)
    if base.op == "call" and base.value == "exp":
        return nodes.call("exp", nodes.mul(nodes.number(exponent, at), base.args[0], at), at)
    inside = _after_one(base)
    if exponent == -1 and inside is not None:
        return nodes.call("sigmoid", nodes.neg(inside, at), at)
    return nodes.power(base, exponent, at)


def _matrix_product(_: Expr, args: tuple[Expr, ...], at: Place) -> Expr | None:
    """v @ v is sum(v**2), signs stand in front, the identity matrix leaves; a product of lists is a sum."""
    left, right = args
    if left.op == "eye":
        return right
    if right.op == "eye":
        return left
    if left == right and len(left.shape) == 1:
        return nodes.total(nodes.power(left, Fraction(2), at), None, at)
    if any(arg.op == "mul" and nodes.constant(arg.args[0]) == -1 for arg in args):
        signs = [arg.args[1] if arg.op == "mul" and nodes.constant(arg.args[0]) == -1 else arg for arg in args]
        product = nodes.matmul(signs[0], signs[1], at)
        return product if left not in signs and right not in signs else nodes.neg(product, at)
    if len(left.shape) == len(right.shape) == 1 and (square := product_of_vectors(left, right, at)) is not None:
        return square
    if len(left.shape) == len(right.shape) == 1 and (_is_listed(left) or _is_listed(right)):
        return _added(nodes.mul(left, right, at), at)
    return None


def _total(expr: Expr, args: tuple[Expr, ...], at: Place) -> Expr | None:
    """A sum over a list is a sum; one of products of matrices may be one of squares; matrices are not transposed."""
    match args[0]:
        case Expr("mul", (left, right)) if expr.shape == () and len(left.shape) == len(right.shape) == 2:
            found = sum_of_products(left, right, at)
            return _upright(args[0], at) if found is None else found
        case Expr() as matrix if expr.shape == () and len(matrix.shape) == 2:
            return _upright(matrix, at)
    return _added(args[0], at) if len(args[0].shape) == 1 and expr.shape == () and _is_listed(args[0]) else None


def _upright(matrix: Expr, at: Place) -> Expr | None:
    """The sum of all entries of the transposed matrix, where nothing is transposed in its products, or at all."""
    other = transposed(matrix, at)
    if other is None or not _is_turned(matrix) or _is_turned(other):
        return None
    return nodes.total(other, None, at)


def _is_turned(expr: Expr) -> bool:
    """Is a factor of a product transposed, or a formula, or where there is no product anything?"""
    every = [*_parts(expr)]
    factors = [arg for part in every if part.op == "matmul" for arg in part.args]
    whole = any(part.op == "transpose" and part.args[0].op != "name" for part in every)
    return whole or any(part.op == "transpose" for part in factors or every)


def _parts(expr: Expr) -> Iterator[Expr]:
    yield expr
    for arg in expr.args:
        yield from _parts(arg)


def _is_listed(expr: Expr) -> bool:
    """Is it a list, or computed from lists entry by entry?"""
    return expr.op == "stack" or (expr.op in ENTRYWISE and any(map(_is_listed, expr.args)))


def parts_of(expr: Expr, counted: Container[int] = ()) -> tuple[Expr, ...]:
    """The entries of an array that has lists in it, or one of these sizes, one by one; else the formula as it is."""
    size = expr.shape[0] if expr.shape else None
    if not isinstance(size, int) or not (_has_list(expr) or size in counted):
        return (expr,)
    at = Place("", expr.span)
    return tuple(part for k in range(size) for part in parts_of(_at(expr, k, at), counted))


def _has_list(expr: Expr) -> bool:
    return expr.op == "stack" or any(map(_has_list, expr.args))


def _added(expr: Expr, at: Place) -> Expr:
    size = expr.shape[0]
    parts = [canonical(_at(expr, k, at)) for k in range(size if isinstance(size, int) else 1)]
    total = parts[0]
    for part in parts[1:]:
        total = nodes.add(total, part, at)
    return total


def _at(expr: Expr, place: int, at: Place) -> Expr:
    """The entry of a vector, taken as far inside as it goes."""
    if not expr.shape:
        return expr
    if expr.op not in ENTRYWISE:
        return entry(expr, 0 if expr.shape[0] == 1 else place, at)
    rank = len(expr.shape)
    args = tuple(_at(arg, place, at) if len(arg.shape) == rank else arg for arg in expr.args)
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


def _call(expr: Expr, args: tuple[Expr, ...], at: Place) -> Expr | None:
    """Functions at 0, functions that are others, logarithms."""
    (arg,), name = args, str(expr.value)
    known = functions()[name].at_zero
    if nodes.constant(arg) == 0 and known is not None and known in ("0", "1", "1/2"):
        return nodes.number(Fraction(known), at)
    value = nodes.constant(arg)
    if name in SIZES and value is not None and arg.shape == ():
        return nodes.number(max(value, SIZES[name] * value), at)
    match name:
        case "logsigmoid":
            return nodes.neg(nodes.call("softplus", nodes.neg(arg, at), at), at)
        case "log1p":
            return _logarithm(nodes.add(nodes.number(1, at), arg, at), at, expr)
        case "log":
            return _logarithm(arg, at, expr)
    return None


def _logarithm(arg: Expr, at: Place, expr: Expr) -> Expr | None:
    """The logarithm of something that has a name."""
    if nodes.constant(arg) == 1:
        return nodes.number(0, at)
    inside = _after_one(arg)
    if inside is not None:
        return nodes.call("softplus", inside, at)
    match arg:
        case Expr("call", (u,), "sigmoid"):
            return nodes.neg(nodes.call("softplus", nodes.neg(u, at), at), at)
        case Expr("call", (u,), "exp"):
            return u
        case Expr("pow", (base,), Fraction() as exponent) if exponent == -1:
            inner = _logarithm(base, at, Expr("call", (base,), "log", base.shape, expr.span))
            return nodes.neg(inner or nodes.call("log", base, at), at)
    found = _tail(arg, at)
    if found is not None:
        return found
    return None if expr.value == "log" else nodes.call(str(expr.value), expr.args[0], at)


def _tail(arg: Expr, at: Place) -> Expr | None:
    """The logarithm of a probability, 1 - p or (1 + erf)/2, and of a hyperbolic cosine."""
    constant, terms = linear(arg)
    if len(terms) == 1:
        ((u, scale),) = terms.items()
        name, inner = (u.value, u.args[0]) if u.op == "call" else (None, u)
        if name == "erf" and constant > 0 and abs(scale) == constant:
            return _log_of(2 * constant, "normcdf", _unscaled(inner, scale / constant, at), at)
        if name == "erfc" and constant == 0 and scale > 0:
            return _log_of(2 * scale, "normcdf", _unscaled(inner, -ONE, at), at)
        if name == "normcdf" and constant > 0 and scale == -constant:
            return _log_of(constant, "normcdf", nodes.neg(inner, at), at)
        if name == "sigmoid" and constant > 0 and scale == -constant:
            soft = nodes.neg(nodes.call("softplus", inner, at), at)
            return soft if constant == 1 else nodes.add(soft, nodes.call("log", nodes.number(constant, at), at), at)
    match constant, [*terms.items()]:
        case value, [(Expr("call", (u,), "exp"), first), (Expr("call", (v,), "exp"), second)] if value == 0:
            if first == second > 0 and _is_opposite(u, v):
                return _log_of(2 * first, "cosh", u, at)
    return None


def _log_of(scale: Fraction, name: str, arg: Expr, at: Place) -> Expr:
    """log(scale f(arg)), with the logarithm of the scale apart."""
    value = nodes.call("log", nodes.call(name, arg, at), at)
    return value if scale == 1 else nodes.add(value, nodes.call("log", nodes.number(scale, at), at), at)


def _unscaled(expr: Expr, sign: Fraction, at: Place) -> Expr:
    """sign sqrt(2) times the formula; a division by sqrt(2) goes."""
    factors = _factors(expr)
    rest = next((k for k, factor in enumerate(factors) if _is_root_of_half(factor)), None)
    kept = factors if rest is None else factors[:rest] + factors[rest + 1 :]
    product = nodes.number(sign, at)
    if rest is None:
        product = nodes.mul(product, nodes.power(nodes.number(2, at), HALF, at), at)
    for factor in kept:
        product = nodes.mul(product, factor, at)
    return product


def _factors(expr: Expr) -> list[Expr]:
    return [*_factors(expr.args[0]), *_factors(expr.args[1])] if expr.op == "mul" else [expr]


def _is_root_of_half(expr: Expr) -> bool:
    """Is it 1/sqrt(2)?"""
    if expr.op != "pow":
        return False
    base, exponent = expr.args[0], nodes.rational(expr)
    if base.op == "pow" and exponent == -1:
        return nodes.constant(base.args[0]) == 2 and nodes.rational(base) == HALF
    return (nodes.constant(base), exponent) in ((Fraction(2), -HALF), (HALF, HALF))


def _is_opposite(left: Expr, right: Expr) -> bool:
    """Do the two add up to 0, term by term?"""
    (a, first), (b, second) = linear(left), linear(right)
    return a == -b and first == {part: -scale for part, scale in second.items()}


def linear(expr: Expr) -> Linear:
    """The formula as a number plus numbers times parts."""
    constant, total, waiting = Fraction(0), dict[Expr, Fraction](), [(ONE, expr)]
    while waiting:
        by, part = waiting.pop()
        factor = nodes.constant(part.args[0]) if part.op == "mul" else None
        if part.op == "add":
            waiting += [(by, arg) for arg in reversed(part.args)]
        elif factor is not None:
            waiting.append((by * factor, part.args[1]))
        elif (value := nodes.constant(part)) is not None:
            constant += by * value
        else:
            total[part] = total.get(part, Fraction(0)) + by
    return constant, {part: by for part, by in total.items() if by}


def aligned(expr: Expr, u: Expr) -> Expr:
    """The formula with every sum that is u, or -u, in another spelling written as u or -u."""
    own, at = linear(u), Place("", expr.span)
    negative = (-own[0], {part: -scale for part, scale in own[1].items()})
    if expr.op == "add" and expr.shape == u.shape and linear(expr) in (own, negative):
        return u if linear(expr) == own else nodes.neg(u, at)
    args = tuple(aligned(arg, u) for arg in expr.args)
    if args == expr.args:
        return expr
    (first, *_) = args
    even = expr.op == "pow" and nodes.rational(expr) % 2 == 0
    if first == nodes.neg(u, at) and (even or (expr.op == "call" and expr.value == "abs")):
        args = (u,)
    return Expr(expr.op, args, expr.value, expr.shape, expr.span)


def _paired(_: Expr, args: tuple[Expr, ...], at: Place) -> Expr | None:
    """Softplus of u and of -u in one sum, where their coefficients add up to a number: of u alone.

    Each summand is a sum already seen: a new pair has a term of the shorter one.
    """
    first, second = args
    shorter = second if second.op != "add" or first.op == "add" else first
    fresh = [_form(u) for _, u in (_soft(term, at) for term in _terms(shorter)) if u is not None]
    if not fresh:
        return None
    whole = nodes.add(first, second, at)
    terms = [_soft(term, at) for term in _terms(whole)]
    forms = {k: _form(u) for k, (_, u) in enumerate(terms) if u is not None and u.shape == whole.shape}
    involved = [k for k, form in forms.items() if form in fresh or _opposite(form) in fresh]
    for number in sorted(involved, key=lambda k: _is_negative(forms[k])):
        alike = [k for k in involved if forms[k] == forms[number]]
        turned = [k for k in involved if forms[k] == _opposite(forms[number])]
        total = reduce(lambda a, b: nodes.add(a, b, at), (terms[k][0] for k in (*alike, *turned)))
        constant, left = linear(total)
        if len(alike) + len(turned) < 2 or left:
            continue
        u = terms[number][1]
        new = [nodes.mul(nodes.number(constant, at), nodes.call("softplus", u, at), at)] if constant and u else []
        new += [nodes.neg(nodes.mul(terms[k][0], u, at), at) for k in turned if u]
        rest = [term for k, term in enumerate(_terms(whole)) if k not in (*alike, *turned)]
        return reduce(lambda a, b: nodes.add(a, b, at), [*rest, *new]) if rest or new else None
    return None


_form = lru_cache(maxsize=10_000)(linear)  # a long sum asks for those of its terms again and again


def _opposite(form: Linear) -> Linear:
    """The form of the negative."""
    constant, terms = form
    return -constant, {part: -scale for part, scale in terms.items()}


def _is_negative(form: Linear) -> bool:
    """Is it written with a minus in front?"""
    constant, terms = form
    return constant <= 0 and all(scale < 0 for scale in terms.values())


def _terms(expr: Expr) -> list[Expr]:
    """The summands, from left to right."""
    found, waiting = list[Expr](), [expr]
    while waiting:
        part = waiting.pop()
        if part.op == "add":
            waiting += reversed(part.args)
        else:
            found.append(part)
    return found


def _soft(term: Expr, at: Place) -> tuple[Expr, Expr | None]:
    """c and u where the term is c softplus(u)."""
    factors = _factors(term)
    soft = [f for f in factors if f.op == "call" and f.value == "softplus"]
    if len(soft) != 1:
        return term, None
    rest = [f for f in factors if f is not soft[0]]
    numbers = [value for value in map(nodes.constant, rest) if value is not None]
    product = nodes.number(prod(numbers), at)
    for factor in rest:
        product = product if nodes.constant(factor) is not None else nodes.mul(product, factor, at)
    return product, soft[0].args[0]


def _after_one(expr: Expr) -> Expr | None:
    """u where the formula is 1 + exp(u)."""
    constant, terms = linear(expr) if expr.op == "add" else (Fraction(0), {})
    match constant, [*terms.items()]:
        case value, [(Expr("call", (u,), "exp"), scale)] if value == scale == 1:
            return u
    return None


RULES: Mapping[str, Callable[[Expr, tuple[Expr, ...], Place], Expr | None]] = {
    "add": _paired,
    "max": _maximum,
    "mul": _product,
    "pow": _power,
    "matmul": _matrix_product,
    "sum": _total,
    "call": _call,
}
