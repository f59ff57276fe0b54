"""Random losses whose second derivatives are known in closed form, as a person would write them.

loss = sum_k c_k sum_i phi_k(s_k x_i.w + ...) + sum_k p_k R_k(w):   Hessian = sum_k c_k s_k^2 X' diag(phi_k'') X + ...
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Values = Mapping[str, Any]

SHAPES = {"X": ("n", "d"), "y": ("n",), "p": ("n",), "q": ("d",), "v": ("d",), "w": ("d",)}
# Signs first: what the text of a coefficient is for all values of its symbols.
COEFFICIENTS = {
    "positive": (
        "1", "2", "1/2", "3/7", "c", "lam", "lam/2", "1/n", "1/(2*n)", "1/(2*(n + 1))", "1/(1 + a)", "c/(1 + a)",
        "lam/(2*(n + 1))", "(1 + a)*c", "(c + a)/3", "c*lam", "c/lam", "c**2", "lam/(c + lam)", "exp(r)", "exp(r)*c/4",
        "1/(1 + r**2)", "u", "(1 - u)", "(1 - u)*c", "lam*n/2", "d", "(lam + 1)**3/n", "5/(n*(2 + a))", "c**(1/2)",
    ),
    "nonnegative": ("a", "r**2", "a*c", "a/(1 + a)", "(a + r**2)/n", "relu(r)"),
    "real": ("r", "(r - a)", "(c - lam)", "(a - 1)"),
}  # fmt: skip
SCALARS = {"c": "positive", "lam": "positive", "a": "nonnegative", "r": "real", "u": "unit"}


def logistic(z: Any) -> Any:
    """s (1 - s)."""
    return 1 / (2 + np.exp(np.clip(z, -700, 700)) + np.exp(np.clip(-z, -700, 700)))


@dataclass(frozen=True, slots=True)
class Piece:
    """One term of a loss: its text, its Hessian at (values, w), and whether its slope jumps somewhere."""

    text: str
    hessian: Callable[[Values, Any], Any]
    kinked: bool = False
    labels: str = "real"


def over_samples(text: str, bend: Callable[[Values, Any], Any], *, kinked: bool = False, labels: str = "real") -> Piece:
    """sum_i phi(x_i.w); `bend` gives phi'' of every sample from the scores X w."""
    return Piece(text, lambda v, w: v["X"].T @ np.diag(bend(v, v["X"] @ w)) @ v["X"], kinked, labels)


def over_entries(text: str, bend: Callable[[Values, Any], Any], *, kinked: bool = False) -> Piece:
    """sum_j phi_j(w_j)."""
    return Piece(text, lambda v, w: np.diag(bend(v, w)), kinked)


FITS = (
    over_samples("sum((X@w - y)**2)", lambda v, z: 2 + 0 * z),
    over_samples("sum((X@w)**2)/2", lambda v, z: 1 + 0 * z),
    over_samples("mean((X@w - y)**2)", lambda v, z: 2 / len(z) + 0 * z),
    over_samples("norm(2*(X@w) - y)**2", lambda v, z: 8 + 0 * z),
    over_samples("sum(p*(X@w - y)**2)", lambda v, z: 2 * v["p"]),
    over_samples("sum(log(1 + exp(-y*(X@w))))", lambda v, z: logistic(z), labels="sign"),
    over_samples("sum(log(1 + exp(-y*(X@w)/2)))", lambda v, z: logistic(z / 2) / 4, labels="sign"),
    over_samples("mean(softplus(-y*(X@w)))", lambda v, z: logistic(z) / len(z), labels="sign"),
    over_samples("sum(softplus(X@w) - y*(X@w))", lambda v, z: logistic(z)),
    over_samples("sum(softplus(3*(X@w)))", lambda v, z: 9 * logistic(3 * z)),
    over_samples("sum(softplus(X@w - y))", lambda v, z: logistic(z - v["y"])),
    over_samples("sum(p*log(1 + exp(X@w)))", lambda v, z: v["p"] * logistic(z)),
    over_samples("sum(exp(X@w) - y*(X@w))", lambda v, z: np.exp(z)),
    over_samples("sum(log(cosh(X@w - y)))", lambda v, z: 4 * logistic(2 * (z - v["y"]))),
    over_samples("sum(log(cosh(X@w)))", lambda v, z: 4 * logistic(2 * z)),
    over_samples("sum(relu(1 - y*(X@w))**2)", lambda v, z: 2.0 * (v["y"] * z < 1), labels="sign"),
    over_samples("sum(relu(X@w)**2)/2", lambda v, z: 1.0 * (z > 0)),
    over_samples(
        "sum((X@w - y)**2/2 - relu(X@w - y - lam)**2/2 - relu(y - X@w - lam)**2/2)",
        lambda v, z: 1.0 * (abs(z - v["y"]) < v["lam"]),
    ),
    over_samples("sum(abs(X@w - y))", lambda v, z: 0 * z, kinked=True),
    over_samples("sum(relu(1 - y*(X@w)))", lambda v, z: 0 * z, kinked=True, labels="sign"),
    over_samples("sum((X@w - y)**4)", lambda v, z: 12 * (z - v["y"]) ** 2),
    over_samples("sum(y*(X@w))", lambda v, z: 0 * z),
)
PENALTIES = (
    over_entries("sum(w**2)", lambda v, w: 2 + 0 * w),
    over_entries("norm(w)**2/2", lambda v, w: 1 + 0 * w),
    over_entries("sum((w - v)**2)", lambda v, w: 2 + 0 * w),
    over_entries("mean(w**2)", lambda v, w: 2 / len(w) + 0 * w),
    over_entries("sum(q*w**2)", lambda v, w: 2 * v["q"]),
    over_entries("sum(abs(w))", lambda v, w: 0 * w, kinked=True),
    over_entries("sum(log(cosh(w)))", lambda v, w: 4 * logistic(2 * w)),
    over_entries("sum(softplus(w))", lambda v, w: logistic(w)),
    over_entries("sum(v*w)", lambda v, w: 0 * w),
)


@dataclass(frozen=True, slots=True)
class Loss:
    """Coefficients with their pieces; the sets of the data."""

    terms: tuple[tuple[str, Piece], ...]
    labels: str

    @property
    def sets(self) -> dict[str, str]:
        """Of the data that occur."""
        every = {**SCALARS, "y": self.labels, "p": "positive", "q": "positive"}
        return {name: within for name, within in every.items() if name in self.shapes}

    @property
    def text(self) -> str:
        """As it is asked."""
        return " + ".join(f"{factor}*{piece.text}" if factor != "1" else piece.text for factor, piece in self.terms)

    @property
    def shapes(self) -> dict[str, tuple[str, ...]]:
        """Of the symbols that occur."""
        names = set(re.findall("[a-zA-Z]+", self.text))
        return {name: shape for name, shape in {**SHAPES, **dict.fromkeys(SCALARS, ())}.items() if name in names}

    @property
    def kinked(self) -> bool:
        """Has a piece a jumping slope?"""
        return any(piece.kinked for _, piece in self.terms)

    def hessian(self, values: Values, w: Any) -> Any:
        """At one point, which lies on no kink."""
        return sum(evaluated(factor, values) * piece.hessian(values, w) for factor, piece in self.terms)


def random_loss(seed: int) -> Loss:
    """One, two or three pieces with coefficients; all with one sign, mostly."""
    draw = random.Random(seed)  # noqa: S311  (a table, no secret)
    labels = draw.choice(("real", "sign"))
    fits = [piece for piece in FITS if piece.labels in ("real", labels)]
    pieces = [draw.choice(fits) for _ in range(draw.choice((0, 1, 1, 1, 1, 2)))]
    pieces += [draw.choice(PENALTIES) for _ in range(draw.choice((0, 1, 1, 2)))]
    pieces = pieces or [draw.choice(PENALTIES)]
    kinds = ("positive",) * 12 + ("nonnegative",) * 2 + ("real",)
    turn = "-" if draw.random() < 0.12 else ""
    factors = [turn + draw.choice(COEFFICIENTS[draw.choice(kinds)]) for _ in pieces]
    if not any("X" in piece.text for piece in pieces):
        factors = [re.sub(r"\bn\b", "d", factor) for factor in factors]
    return Loss(tuple(zip(factors, pieces, strict=True)), labels)


def random_values(seed: int) -> dict[str, Any]:
    """Sizes and data in their sets, near their ends too; X also of low rank, or zero."""
    draw = np.random.default_rng(seed)
    n, d = int(draw.integers(1, 6)), int(draw.integers(1, 4))
    table = draw.normal(size=(n, d)) * draw.choice((0.1, 1.0, 5.0))
    if draw.random() < 0.2:
        table = np.outer(table[:, 0], np.ones(d)) * draw.choice((0.0, 1.0))
    return {
        "n": n, "d": d, "X": table,
        "real y": draw.normal(size=n) * 2, "sign y": draw.choice((-1.0, 1.0), size=n),
        "p": draw.uniform(0.05, 3, n), "q": draw.uniform(0.05, 3, d), "v": draw.normal(size=d),
        "c": draw.choice((0.01, 0.7, 4.0)), "lam": draw.choice((0.01, 0.4, 3.0)), "a": draw.choice((0.0, 0.5, 9.0)),
        "r": draw.normal(), "u": draw.choice((0.02, 0.5, 0.98)),
    }  # fmt: skip


def points(values: Values, seed: int, count: int) -> list[Any]:
    """Zero, points near it, and points so far away that bumps vanish."""
    draw = np.random.default_rng(seed)
    reaches = (0.3, 1.0, 3.0, 30.0, 1e4)
    return [np.zeros(values["d"])] + [draw.normal(size=values["d"]) * reaches[k % 5] for k in range(count)]


def evaluated(text: str, values: Values) -> Any:
    """A constant or a condition in NumPy syntax, by Python itself."""
    words = {
        "lambda_max": lambda gram: np.linalg.eigvalsh(gram)[-1],
        "lambda_min": lambda gram: max(np.linalg.eigvalsh(gram)[0], 0.0),
        "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "relu": lambda z: max(z, 0.0), "sum": sum, "range": range, "max": max,
    }  # fmt: skip
    return eval(text, {"__builtins__": {}}, {**words, **values})  # noqa: S307  texts of this test and of the printer
