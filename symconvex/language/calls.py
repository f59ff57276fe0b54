"""The named operations of the loss language, apart from the catalogued functions.

Names and keywords are those of NumPy, PyTorch, JAX, SciPy and CVXPY; where two of them differ, NumPy's meaning holds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from symconvex.errors import LossError, NotYet
from symconvex.language import determinants, entries, named, nodes, norms, spectra, windows
from symconvex.language.place import Place
from symconvex.problem import Expr

Args = tuple[Expr, ...]
# What is said by words: numbers, truth values and texts, names of infinity as texts, or formulas.
Words = Mapping[str, object]
Make = Callable[[Args, Words, Place], Expr]


@dataclass(frozen=True, slots=True)
class Call:
    """An operation: how it is written, how many arrays it takes, what it builds, and the keywords, in their order."""

    usage: str
    fewest: int
    most: int
    make: Make
    words: tuple[str, ...] = ()


# Keywords under other names.
SYNONYMS: Mapping[str, str] = {
    "dim": "axis", "keepdim": "keepdims", "p": "ord", "correction": "ddof", "amin": "min", "a_min": "min",
    "amax": "max", "a_max": "max", "negative_slope": "alpha", "beta": "delta",
}  # fmt: skip


def axis_of(words: Words, expr: Expr, at: Place) -> int | None:
    """The axis that is meant; several axes are all of them."""
    axis = words.get("axis")
    if isinstance(axis, tuple):
        if len(axis) == len(expr.shape):
            return None
        axis = axis[0] if len(axis) == 1 else axis
    if axis is None or (isinstance(axis, int) and not isinstance(axis, bool)):
        return axis
    raise LossError(
        "an axis is a whole number",
        where=at.show(),
        expected="0 or 1",
        got=f"axis={axis}"[:60],
        hint="leave axis out to add every entry up",
    )


def _along(make: Callable[[Expr, int | None, Place], Expr]) -> Make:
    """An operation along an axis, which may stay."""

    def build(args: Args, words: Words, at: Place) -> Expr:
        axis = axis_of(words, args[0], at)
        found = make(args[0], axis, at)
        return entries.kept(found, args[0], axis, at) if words.get("keepdims") else found

    return build


def _whole(make: Callable[[Expr, int | None, Place], Expr]) -> Make:
    """An operation along an axis that keeps the shape."""
    return lambda args, words, at: make(args[0], axis_of(words, args[0], at), at)


def _one(make: Callable[[Expr, Place], Expr]) -> Make:
    return lambda args, _, at: make(args[0], at)


def _two(make: Callable[[Expr, Expr, Place], Expr]) -> Make:
    return lambda args, _, at: make(args[0], args[1], at)


def _through(name: str) -> Make:
    return lambda args, _, at: nodes.call(name, args[0], at)


def _power(exponent: Fraction) -> Make:
    return lambda args, _, at: nodes.power(args[0], exponent, at)


def _several(*, least: bool) -> Make:
    """The extreme of several arrays, entry by entry, or of the entries of one."""

    def build(args: Args, words: Words, at: Place) -> Expr:
        if len(args) > 1:
            return (nodes.minimum if least else nodes.maximum)(args, at)
        one = args[0]
        if not one.shape:
            return one
        axis = axis_of(words, one, at)
        found = norms.extreme(one, axis, least, at)
        return entries.kept(found, one, axis, at) if words.get("keepdims") else found

    return build


def _logaddexp(left: Expr, right: Expr, at: Place) -> Expr:
    return nodes.call("log", nodes.add(nodes.call("exp", left, at), nodes.call("exp", right, at), at), at)


def dot(left: Expr, right: Expr, at: Place) -> Expr:
    """As NumPy: a product with a scalar is allowed."""
    return nodes.matmul(left, right, at) if left.shape and right.shape else nodes.mul(left, right, at)


def _inner(left: Expr, right: Expr, at: Place) -> Expr:
    return dot(left, nodes.transpose(right, at), at)


def axis_size(expr: Expr, axis: int, at: Place) -> Expr:
    """The size of an axis as a number."""
    along = nodes.checked_axis(expr, axis, at)
    return nodes.size(expr.shape[along or 0], at)


def count(expr: Expr, at: Place) -> Expr:
    """The number of entries."""
    sizes = (nodes.size(length, at) for length in expr.shape)
    return reduce(lambda left, right: nodes.mul(left, right, at), sizes, nodes.number(1, at))


def _less(words: Words) -> int:
    """How much smaller the divisor of a variance is than the number of entries."""
    given = words.get("ddof", words.get("unbiased", 0))
    return int(given) if isinstance(given, int) else 0


def _spread(make: Callable[[Expr, int | None, int, Place], Expr]) -> Make:
    """A variance or a standard deviation."""

    def build(args: Args, words: Words, at: Place) -> Expr:
        return _along(lambda expr, axis, here: make(expr, axis, _less(words), here))(args, words, at)

    return build


def _norm(args: Args, words: Words, at: Place) -> Expr:
    axis = axis_of(words, args[0], at)
    found = norms.norm(args[0], words.get("ord"), axis, at)
    return entries.kept(found, args[0], axis, at) if words.get("keepdims") else found


def as_formula(word: object, at: Place) -> Expr | None:
    """A keyword that is a number or a formula."""
    if word is None or isinstance(word, Expr):
        return word
    if isinstance(word, int | Fraction):
        return nodes.number(word, at)
    raise LossError(
        "a number is expected here", where=at.show(), expected="a number", got=str(word)[:60], hint="write a number"
    )


def _clip(args: Args, words: Words, at: Place) -> Expr:
    return named.clipped(args[0], as_formula(words.get("min"), at), as_formula(words.get("max"), at), at)


def _leaky(args: Args, words: Words, at: Place) -> Expr:
    slope = as_formula(words.get("alpha"), at)
    if slope is None:
        return nodes.call("leaky_relu", args[0], at)
    down = nodes.call("relu", nodes.neg(args[0], at), at)
    return named.minus(nodes.call("relu", args[0], at), nodes.mul(slope, down, at), at)


def _reduced(make: Callable[[Expr, Expr, Place], Expr]) -> Make:
    """A loss of predictions and targets, entry by entry, then the mean or the sum."""
    return lambda args, words, at: named.reduced(make(args[0], args[1], at), words.get("reduction"), at)


def _squared(left: Expr, right: Expr, at: Place) -> Expr:
    return nodes.power(named.minus(left, right, at), Fraction(2), at)


def _absolute(left: Expr, right: Expr, at: Place) -> Expr:
    return nodes.call("abs", named.minus(left, right, at), at)


def _huber_loss(args: Args, words: Words, at: Place) -> Expr:
    delta = as_formula(words.get("delta", 1), at) or nodes.number(1, at)
    return named.reduced(named.huber(named.minus(args[0], args[1], at), delta, at), words.get("reduction"), at)


def _xlogy(left: Expr, right: Expr, at: Place) -> Expr:
    return named.product(left, nodes.call("log", right, at), at)


def _entropy(expr: Expr, at: Place) -> Expr:
    return nodes.neg(_xlogy(expr, expr, at), at)


def _divergence(left: Expr, right: Expr, at: Place) -> Expr:
    return nodes.add(named.minus(named.relative_entropy(left, right, at), left, at), right, at)


def _logit(expr: Expr, at: Place) -> Expr:
    return nodes.call("log", nodes.divide(expr, named.minus(nodes.number(1, at), expr, at), at), at)


def _product(args: Args, words: Words, at: Place) -> Expr:
    """The product of the entries; of positive ones, where there are as many as a size says."""
    along = axis_of(words, args[0], at)
    sizes = args[0].shape if along is None else args[0].shape[along : along + 1]
    if any(isinstance(size, str) for size in sizes):
        return nodes.call("exp", nodes.total(nodes.call("log", args[0], at), along, at), at)
    return reduce(lambda a, b: nodes.mul(a, b, at), norms.numbered(args[0], along, at, ""))


def _reshape(args: Args, _: Words, at: Place) -> Expr:
    if len(args[0].shape) < 2 and all(nodes.constant(arg) == -1 for arg in args[1:]):
        return args[0]
    raise NotYet(
        "another arrangement of the entries",
        where=at.show(),
        expected="arrays in their declared shape",
        got=at.text[slice(*at.span)][:60],
        hint="sum, norm and mean run over all entries of a matrix; y[:, None] is a column, X.T the transpose",
    )


def _sign_change(kind: str) -> Make:
    """A wrong number of variables for a smooth entry: quadratic forms and quotients of CVXPY."""

    def build(args: Args, _: Words, at: Place) -> Expr:
        left, right = args
        if kind == "quad_form":
            return nodes.matmul(left, nodes.matmul(right, left, at), at)
        return nodes.divide(nodes.total(nodes.power(left, Fraction(2), at), None, at), right, at)

    return build


MANY = 64
ALONG = ("axis", "keepdims")
REDUCTION = ("reduction",)
SPREAD = ("axis", "ddof", "unbiased", "keepdims")
MAX = Call("max(a, b, ...) or max(a, axis=1)", 1, MANY, _several(least=False), ALONG)
MIN = Call("min(a, b, ...) or min(a, axis=1)", 1, MANY, _several(least=True), ALONG)
SQUARE = Fraction(2)

# The oldest names; no symbol is called like one of them.
RESERVED: Mapping[str, Call] = {
    "dot": Call("dot(a, b)", 2, 2, _two(dot)),
    "len": Call("len(a)", 1, 1, _one(lambda a, at: axis_size(a, 0, at))),
    "logaddexp": Call("logaddexp(a, b)", 2, 2, _two(_logaddexp)),
    "logsumexp": Call("logsumexp(Z, axis=1)", 1, 1, _along(nodes.logsumexp), ALONG),
    "matmul": Call("matmul(A, B)", 2, 2, _two(nodes.matmul)),
    "max": MAX,
    "maximum": MAX,
    "mean": Call("mean(a, axis=0)", 1, 1, _along(nodes.mean), ALONG),
    "min": MIN,
    "minimum": MIN,
    "norm": Call("norm(a), norm(a, 1) or norm(a, axis=1)", 1, 1, _norm, ("ord", *ALONG)),
    "sqrt": Call("sqrt(a)", 1, 1, _power(nodes.HALF)),
    "square": Call("square(a)", 1, 1, _power(SQUARE)),
    "sum": Call("sum(a, axis=0)", 1, 1, _along(nodes.total), ALONG),
    "trace": Call("trace(A)", 1, 1, _one(entries.trace)),
    "transpose": Call("transpose(A)", 1, 1, _one(nodes.transpose)),
}

# Names that a symbol may have as well: they are operations only in front of a bracket.
FREE: Mapping[str, Call] = {
    "add": Call("add(a, b)", 2, 2, _two(nodes.add)),
    "average": Call("average(a, axis=0)", 1, 1, _along(nodes.mean), ALONG),
    "binary_cross_entropy": Call("binary_cross_entropy(p, y)", 2, 2, _reduced(named.cross_entropy_of), REDUCTION),
    "binary_cross_entropy_with_logits": Call(
        "binary_cross_entropy_with_logits(z, y)", 2, 2, _reduced(named.with_logits), REDUCTION
    ),
    "clip": Call("clip(a, low, high)", 1, 1, _clip, ("min", "max")),
    "column_stack": Call(
        "column_stack([a, b])", 1, MANY, lambda a, _, at: nodes.transpose(entries.stacked(a, at), at)
    ),
    "concatenate": Call("concatenate([a, b])", 1, MANY, lambda a, _, at: entries.joined(a, at), ("axis",)),
    "convolve": Call("convolve(x, w, mode='full')", 2, 2, windows.convolved, ("mode",)),
    "correlate": Call("correlate(x, w, mode='valid')", 2, 2, windows.correlated, ("mode",)),
    "cross_entropy": Call("cross_entropy(Z, Y)", 2, 2, _reduced(named.cross_entropy), REDUCTION),
    "cumsum": Call("cumsum(a)", 1, 1, _one(windows.running)),
    "det": Call("det(A)", 1, 1, _one(determinants.determinant)),
    "diag": Call("diag(a)", 1, 1, _one(entries.diagonal)),
    "diff": Call("diff(a)", 1, 1, lambda a, words, at: windows.differences(a[0], words, at), ("n", "axis")),
    "divide": Call("divide(a, b)", 2, 2, _two(nodes.divide)),
    "eigvalsh": Call("eigvalsh(S)", 1, 1, _one(spectra.eigenvalues)),
    "elu": Call("elu(z)", 1, 1, _one(named.bent_below)),
    "entr": Call("entr(x)", 1, 1, _one(_entropy)),
    "huber_loss": Call("huber_loss(z, y, delta=1)", 2, 2, _huber_loss, ("reduction", "delta")),
    "hardtanh": Call("hardtanh(z)", 1, 1, lambda a, _, at: named.clipped(
        a[0], nodes.number(-1, at), nodes.number(1, at), at)),
    "hypot": Call("hypot(a, b)", 2, 2, _two(lambda a, b, at: nodes.power(
        nodes.add(nodes.power(a, SQUARE, at), nodes.power(b, SQUARE, at), at), nodes.HALF, at))),
    "inner": Call("inner(a, b)", 2, 2, _two(_inner)),
    "inv": Call("inv(A)", 1, 1, _one(determinants.inverse)),
    "inv_pos": Call("inv_pos(a)", 1, 1, _power(nodes.MINUS)),
    "kl_div": Call("kl_div(x, y)", 2, 2, _two(_divergence)),
    "l1_loss": Call("l1_loss(z, y)", 2, 2, _reduced(_absolute), REDUCTION),
    "lambda_max": Call("lambda_max(S)", 1, 1, _one(lambda a, at: spectra.eigenvalue(a, 1, at))),
    "lambda_min": Call("lambda_min(S)", 1, 1, _one(lambda a, at: spectra.eigenvalue(a, 0, at))),
    "leaky_relu": Call("leaky_relu(z, 0.01)", 1, 1, _leaky, ("alpha",)),
    "log_det": Call("log_det(A)", 1, 1, _one(determinants.log_determinant)),
    "log_softmax": Call("log_softmax(Z, axis=1)", 1, 1, _whole(named.log_softmax), ("axis",)),
    "logit": Call("logit(p)", 1, 1, _one(_logit)),
    "log_normcdf": Call(
        "log_normcdf(z)", 1, 1, _one(lambda a, at: nodes.call("log", nodes.call("normcdf", a, at), at))
    ),
    "mse_loss": Call("mse_loss(z, y)", 2, 2, _reduced(_squared), REDUCTION),
    "multiply": Call("multiply(a, b)", 2, 2, _two(nodes.mul)),
    "negative": Call("negative(a)", 1, 1, _one(nodes.neg)),
    "normNuc": Call("normNuc(A)", 1, 1, _one(spectra.nuclear_norm)),
    "norm1": Call("norm1(a)", 1, 1, lambda a, _, at: norms.norm(a[0], 1, None, at)),
    "norm_inf": Call("norm_inf(a)", 1, 1, lambda a, _, at: norms.norm(a[0], "inf", None, at)),
    "numel": Call("numel(a)", 1, 1, _one(count)),
    "outer": Call("outer(a, b)", 2, 2, _two(entries.outer)),
    "power": Call("power(a, 2)", 2, 2, _two(nodes.any_power)),
    "prod": Call("prod(a)", 1, 1, _product, ("axis",)),
    "quad_form": Call("quad_form(x, A)", 2, 2, _sign_change("quad_form")),
    "quad_over_lin": Call("quad_over_lin(x, y)", 2, 2, _sign_change("quad_over_lin")),
    "reciprocal": Call("reciprocal(a)", 1, 1, _power(nodes.MINUS)),
    "rel_entr": Call("rel_entr(x, y)", 2, 2, _two(named.relative_entropy)),
    "relu6": Call("relu6(z)", 1, 1, lambda a, _, at: named.clipped(a[0], nodes.number(0, at), nodes.number(6, at), at)),
    "reshape": Call("reshape(a, -1)", 1, MANY, _reshape),
    "sigma_max": Call("sigma_max(A)", 1, 1, _one(spectra.spectral_norm)),
    "softmax": Call("softmax(Z, axis=1)", 1, 1, _whole(named.softmax), ("axis",)),
    "solve": Call("solve(A, b)", 2, 2, _two(lambda a, b, at: nodes.matmul(determinants.inverse(a, at), b, at))),
    "stack": Call("stack([a, b])", 1, MANY, lambda a, _, at: entries.stacked(a, at), ("axis",)),
    "std": Call("std(a, axis=0)", 1, 1, _spread(named.deviation), SPREAD),
    "subtract": Call("subtract(a, b)", 2, 2, _two(named.minus)),
    "softsign": Call("softsign(z)", 1, 1, _one(
        lambda a, at: nodes.divide(a, nodes.add(nodes.number(1, at), nodes.call("abs", a, at), at), at))),
    "sum_squares": Call("sum_squares(a)", 1, 1, _one(lambda a, at: nodes.total(nodes.power(a, SQUARE, at), None, at))),
    "var": Call("var(a, axis=0)", 1, 1, _spread(named.variance), SPREAD),
    "xlogy": Call("xlogy(x, y)", 2, 2, _two(_xlogy)),
}  # fmt: skip

CALLS: Mapping[str, Call] = {**RESERVED, **FREE}

# Operations and functions under other names.
ALIASES: Mapping[str, str] = {
    "Abs": "abs", "absolute": "abs", "fabs": "abs", "Max": "max", "Min": "min", "amax": "max", "amin": "min",
    "expit": "sigmoid", "logistic": "softplus", "swish": "silu", "ndtr": "normcdf", "log_ndtr": "log_normcdf",
    "log_expit": "logsigmoid", "log_sigmoid": "logsigmoid", "ln": "log",
    "log_sum_exp": "logsumexp",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "loggamma": "lgamma", "gammaln": "lgamma", "psi": "digamma",
    "pow": "power", "float_power": "power", "sub": "subtract", "mul": "multiply", "div": "divide",
    "true_divide": "divide",
    "neg": "negative",
    "mm": "matmul", "mv": "matmul", "bmm": "matmul", "vdot": "dot", "clamp": "clip",
    "inverse": "inv", "logdet": "log_det", "cat": "concatenate", "hstack": "concatenate", "vstack": "stack",
    "vector_norm": "norm", "matrix_norm": "norm", "norm2": "norm", "normInf": "norm_inf",
    "reduce_sum": "sum", "reduce_mean": "mean", "reduce_max": "max", "reduce_min": "min",
    "reduce_logsumexp": "logsumexp",
    "ravel": "reshape", "flatten": "reshape", "squeeze": "reshape", "view": "reshape", "t": "transpose",
    "pos": "relu", "smooth_l1_loss": "huber_loss",
}  # fmt: skip
