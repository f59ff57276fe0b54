"""What calls of PyTorch say in the loss language: operators, methods, entrywise functions, losses with a reduction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from symconvex.bridges.traced import decimal
from symconvex.problem import Shape


@dataclass(frozen=True, slots=True)
class CallGiven:
    """The arguments of a call: texts of arrays, and numbers, words and truth values as they are.

    shapes    of those that are arguments of the function itself
    """

    args: tuple[Any, ...]
    named: Mapping[str, Any]
    shapes: tuple[Shape | None, ...]

    @property
    def is_alone(self) -> bool:
        """Is there one argument and nothing else?"""
        return len(self.args) == 1 and not self.named

    @property
    def first(self) -> str:
        """The first array."""
        return self.array(0)

    def array(self, place: int) -> str:
        """An array, or a number."""
        value = self.args[place]
        return value if isinstance(value, str) else decimal(value)

    def option(self, word: str, place: int, usual: Any) -> Any:
        """An argument by its name or its place."""
        return self.named.get(word, self.args[place] if len(self.args) > place else usual)

    def only(self, count: int, *words: str) -> bool:
        """Are there no more arguments than these?"""
        return len(self.args) <= count and set(self.named) <= set(words)


Make = Callable[[CallGiven], str | None]
# Words that PyTorch fills in by itself, and that change nothing.
NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "keepdim": (False,), "inplace": (False,), "_stacklevel": (3,), "ignore_index": (-100,), "label_smoothing": (0.0,),
    "full": (False,), "log_input": (True,), "eps": (1e-8,),
}  # fmt: skip


def without_neutral(named: Mapping[str, Any]) -> dict[str, Any]:
    """What the words say that does change something."""
    return {word: value for word, value in named.items() if value is not None and value not in NEUTRAL.get(word, ())}


SAME = {
    **{word: word for word in ("exp", "log", "log1p", "expm1", "tanh", "sigmoid", "relu", "abs", "sign", "sqrt")},
    "square": "square",
    **{word: word for word in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh")},
    **{word: word for word in ("erf", "erfc", "exp2", "log2", "log10", "logsigmoid", "silu", "mish", "normcdf")},
    "absolute": "abs", "arctan": "atan", "neg": "-", "negative": "-", "det": "det", "trace": "trace",
}  # fmt: skip


def _infix(sign: str) -> Make:
    return lambda g: f"({g.array(0)} {sign} {g.array(1)})" if g.only(2) and len(g.args) == 2 else None


def _reversed(sign: str) -> Make:
    return lambda g: f"({g.array(1)} {sign} {g.array(0)})" if g.only(2) and len(g.args) == 2 else None


def _item(g: CallGiven) -> str | None:
    """x[0], x[1:], x[:, None], x[None]."""
    parts = [_ends(part) for part in (g.args[1] if isinstance(g.args[1], tuple) else (g.args[1],))]
    return None if None in parts else f"({g.first})[{', '.join(map(str, parts))}]"


def _ends(part: Any) -> str | None:
    """A place, a slice between places that are numbers, or a new axis, as it is written in brackets."""
    if isinstance(part, slice):
        ends = (part.start, part.stop)
        if part.step not in (None, 1) or any(end is not None and type(end) is not int for end in ends):
            return None
        return ":".join("" if end is None else str(end) for end in ends)
    return str(part) if part is None or type(part) is int else None


def _along(word: str) -> Make:
    """A sum or the like along an axis."""

    def make(g: CallGiven) -> str | None:
        axis, keep = g.option("dim", 1, g.named.get("axis")), g.option("keepdim", 2, g.named.get("keepdims", False))
        if not g.only(3, "dim", "axis", "keepdim", "keepdims"):
            return None
        axis = axis[0] if isinstance(axis, tuple | list) and len(axis) == 1 else axis
        if not isinstance(keep, bool) or isinstance(axis, bool):
            return None
        if axis is None:
            return f"{word}({g.first})"
        kept = ", keepdims=True" if keep else ""
        return f"{word}({g.first}, axis={axis}{kept})" if isinstance(axis, int) else None

    return make


def _extreme(word: str) -> Make:
    """The larger of two tensors, or the extreme of the entries of one."""

    def make(g: CallGiven) -> str | None:
        if len(g.args) == 1 and not g.named:
            return f"{word}({g.first})"
        both = len(g.args) == 2 and isinstance(g.args[1], str) and not g.named
        return f"{word}({g.array(0)}, {g.array(1)})" if both else None

    return make


def _clamp(g: CallGiven) -> str | None:
    low, high = g.option("min", 1, None), g.option("max", 2, None)
    text = g.first if low is None else f"max({g.first}, {low if isinstance(low, str) else decimal(low)})"
    return text if high is None else f"min({text}, {high if isinstance(high, str) else decimal(high)})"


def _norm(g: CallGiven) -> str | None:
    """The norm of all entries, or along an axis; of a matrix as a map there is none here."""
    order, axis = g.option("ord", 1, g.named.get("p", 2)), g.option("dim", 2, None)
    order = 2 if order == "fro" else order
    if order not in (1, 2) or not g.only(3, "ord", "p", "dim") or not (axis is None or isinstance(axis, int)):
        return None
    along = "" if axis is None else f", axis={axis}"
    return f"sum(abs({g.first}){along})" if order == 1 else f"sqrt(sum(({g.first})**2{along}))"


def _softplus(g: CallGiven) -> str | None:
    scale = g.option("beta", 1, 1)
    if not g.only(3, "beta", "threshold") or not isinstance(scale, int | float):
        return None
    return f"softplus({g.first})" if scale == 1 else f"(softplus({decimal(scale)}*({g.first}))/{decimal(scale)})"


def _leaky(g: CallGiven) -> str | None:
    slope = g.option("negative_slope", 1, 0.01)
    if not g.only(2, "negative_slope") or not isinstance(slope, int | float):
        return None
    return f"(relu({g.first}) - {decimal(slope)}*relu(-({g.first})))"


def _where(g: CallGiven) -> str | None:
    return f"where({g.array(0)}, {g.array(1)}, {g.array(2)})" if len(g.args) == 3 else None


def _soft(form: str) -> Make:
    """softmax and its logarithm along an axis."""

    def make(g: CallGiven) -> str | None:
        axis = g.option("dim", 1, None)
        z, total = g.first, f"logsumexp({g.first}, axis={axis}, keepdims=True)"
        return form.format(z=z, total=total) if isinstance(axis, int) and g.only(3, "dim", "_stacklevel") else None

    return make


def _turned(g: CallGiven) -> str | None:
    axes = g.args[1:]
    return f"({g.first}).T" if not axes or {*axes} in ({0, 1}, {-1, -2}) else None


def _unsqueezed(g: CallGiven) -> str | None:
    axis = g.option("dim", 1, None)
    return {0: f"({g.first})[None]", 1: f"({g.first})[:, None]", -1: f"({g.first})[:, None]"}.get(axis)


OPERATORS: Mapping[str, Make] = {
    "add": _infix("+"), "sub": _infix("-"), "subtract": _infix("-"), "mul": _infix("*"), "multiply": _infix("*"),
    "truediv": _infix("/"), "div": _infix("/"), "divide": _infix("/"), "true_divide": _infix("/"), "pow": _infix("**"),
    "matmul": _infix("@"), "mm": _infix("@"), "mv": _infix("@"), "dot": _infix("@"),
    "gt": _infix(">"), "lt": _infix("<"), "ge": _infix(">="), "le": _infix("<="),
    "and_": _infix("&"), "or_": _infix("|"),
    "rsub": _reversed("-"), "neg": lambda g: f"(-{g.first})" if g.is_alone else None, "getitem": _item,
    "negative": lambda g: f"(-{g.first})" if g.is_alone else None,
}  # fmt: skip
METHODS: Mapping[str, Make] = {
    "sum": _along("sum"), "mean": _along("mean"), "amax": _along("max"), "amin": _along("min"),
    "logsumexp": _along("logsumexp"), "max": _extreme("max"), "min": _extreme("min"), "maximum": _extreme("max"),
    "minimum": _extreme("min"), "clamp": _clamp, "clip": _clamp, "norm": _norm, "vector_norm": _norm,
    "linalg_norm": lambda g: _norm(g) if g.is_alone else None,
    "softplus": _softplus, "leaky_relu": _leaky, "where": _where, "log_softmax": _soft("({z} - {total})"),
    "softmax": _soft("exp({z} - {total})"), "t": _turned, "transpose": _turned, "unsqueeze": _unsqueezed,
    "outer": lambda g: f"outer({g.array(0)}, {g.array(1)})", "float": lambda g: g.first if g.is_alone else None,
    "double": lambda g: g.first if g.is_alone else None, "diag": lambda g: f"diag({g.first})" if g.is_alone else None,
    "logaddexp": lambda g: f"log(exp({g.array(0)}) + exp({g.array(1)}))" if g.only(2) else None,
    "clamp_min": lambda g: f"max({g.array(0)}, {g.array(1)})",
    "clamp_max": lambda g: f"min({g.array(0)}, {g.array(1)})",
}  # fmt: skip


def _reduced(form: str, *options: tuple[str, float]) -> Make:
    """A loss of a prediction x and a target y, entry by entry, and its mean or sum."""

    def make(g: CallGiven) -> str | None:
        known = {word: g.named.get(word, usual) for word, usual in options}
        if not g.only(2, *known, "reduction", "weight", "target", "input") or g.named.get("weight") is not None:
            return None
        if len(g.args) != 2 or not all(isinstance(value, int | float) and value > 0 for value in known.values()):
            return None
        one, two = (f"({g.array(place)})" for place in range(2))
        entry = form.format(x=one, y=two, **{word: decimal(value) for word, value in known.items()})
        reduction = g.named.get("reduction", "mean")
        return {"mean": f"mean({entry})", "sum": f"sum({entry})", "none": entry}.get(reduction)

    return make


def _cross_entropy(g: CallGiven) -> str | None:
    """Of scores and probabilities in rows; classes by their number have no counterpart."""
    if len(g.args) != 2 or not g.only(2, "reduction") or len(g.shapes[1] or ()) != 2:
        return None
    z, y = g.array(0), g.array(1)
    rows = f"sum(({y})*(logsumexp({z}, axis=1, keepdims=True) - {z}), axis=1)"
    return {"mean": f"mean({rows})", "sum": f"sum({rows})"}.get(g.named.get("reduction", "mean"))


HUBER = "where(abs({x} - {y}) <= {delta}, ({x} - {y})**2/2, {delta}*(abs({x} - {y}) - {delta}/2))"
LOSSES: Mapping[str, Make] = {
    "mse_loss": _reduced("({x} - {y})**2"),
    "l1_loss": _reduced("abs({x} - {y})"),
    "huber_loss": _reduced(HUBER, ("delta", 1.0)),
    "smooth_l1_loss": _reduced(
        "where(abs({x} - {y}) <= {beta}, ({x} - {y})**2/(2*{beta}), abs({x} - {y}) - {beta}/2)", ("beta", 1.0)
    ),
    "binary_cross_entropy": _reduced("(-{y}*log({x}) - (1 - {y})*log(1 - {x}))"),
    "binary_cross_entropy_with_logits": _reduced("(softplus({x}) - {y}*{x})"),
    "soft_margin_loss": _reduced("log(1 + exp(-{y}*{x}))"),
    "poisson_nll_loss": _reduced("(exp({x}) - {y}*{x})"),
    "cross_entropy": _cross_entropy,
}
