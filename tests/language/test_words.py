"""The words that people use: every spelling has the value and the shape that NumPy's own functions give."""

import math
from random import Random
from typing import Any

import numpy as np
import pytest
from support.numerics import value_of

from symconvex.calculus.program.arrays import evaluate
from symconvex.language import parse_expression, to_term
from symconvex.language.printing import text_of
from symconvex.problem import Symbol

SIZES = {"n": 4, "d": 3, "k": 2}
SHAPES = {
    "X": ("n", "d"), "w": ("d",), "y": ("n",), "Z": ("n", "k"), "Y": ("n", "k"), "s": (), "t": (), "A": (3, 3), "u": (5,),
    "v": (3,), "t1": ("n",), "c": ("n",), "p": ("n",), "B": (2, 2), "col": ("n", 1), "lam": (),
}  # fmt: skip
SETS = {"y": "sign", "c": "binary", "t": "positive", "p": "unit"}
SYMBOLS = tuple(Symbol(name, shape, SETS.get(name, "real")) for name, shape in SHAPES.items())


def relu(z: Any) -> Any:
    return np.maximum(z, 0)


def softplus(z: Any) -> Any:
    return np.logaddexp(0, z)


def softmax(z: Any, axis: int | None = None) -> Any:
    powers = np.exp(z)
    return powers / np.sum(powers, axis=axis, keepdims=True)


def huber(r: Any, delta: float) -> Any:
    return np.where(np.abs(r) <= delta, r**2 / 2, delta * (np.abs(r) - delta / 2))


ROWS = [
    # as it is written                                    what NumPy makes of
    ("norm(w, 1)",                                        "np.linalg.norm(w, 1)"),
    ("norm(w, ord=1)",                                    "np.linalg.norm(w, 1)"),
    ("np.linalg.norm(v, np.inf)",                         "np.linalg.norm(v, np.inf)"),
    ("norm(v, float('inf'))",                             "np.linalg.norm(v, np.inf)"),
    ("norm(v, -np.inf)",                                  "np.linalg.norm(v, -np.inf)"),
    ("norm(w, 2)",                                        "np.linalg.norm(w)"),
    ("norm(w, 3)",                                        "np.linalg.norm(w, 3)"),
    ("norm(w, p=4)",                                      "np.linalg.norm(w, 4)"),
    ("norm(X, 'fro')",                                    "np.linalg.norm(X)"),
    ("norm(A, 1)",                                        "np.linalg.norm(A, 1)"),
    ("norm(A, inf)",                                      "np.linalg.norm(A, np.inf)"),
    ("norm(X, axis=1)",                                   "np.linalg.norm(X, axis=1)"),
    ("norm(X, 1, 0)",                                     "np.linalg.norm(X, 1, 0)"),
    ("norm(X, axis=1, keepdims=True)",                    "np.linalg.norm(X, axis=1, keepdims=True)"),
    ("norm(col, 2)",                                      "np.linalg.norm(col, 2)"),
    ("norm(col, 'nuc')",                                  "np.linalg.norm(col, 'nuc')"),
    ("torch.linalg.vector_norm(w, ord=1)",                "np.linalg.norm(w, 1)"),
    ("softmax(Z, axis=1)",                                "softmax(Z, 1)"),
    ("F.softmax(Z, dim=-1)",                              "softmax(Z, 1)"),
    ("softmax(Z, axis=0)",                                "softmax(Z, 0)"),
    ("softmax(w)",                                        "softmax(w)"),
    ("Z.softmax(1)",                                      "softmax(Z, 1)"),
    ("log_softmax(Z, axis=1)",                            "np.log(softmax(Z, 1))"),
    ("torch.log_softmax(Z, dim=0)",                       "np.log(softmax(Z, 0))"),
    ("logsumexp(Z, axis=1, keepdims=True)",               "np.log(np.sum(np.exp(Z), axis=1, keepdims=True))"),
    ("scipy.special.logsumexp(w)",                        "np.log(np.sum(np.exp(w)))"),
    ("sum(X, axis=0)",                                    "X.sum(axis=0)"),
    ("np.sum(X, axis=-1)",                                "X.sum(axis=-1)"),
    ("X.sum(1)",                                          "X.sum(1)"),
    ("X.sum(dim=0, keepdim=True)",                        "X.sum(axis=0, keepdims=True)"),
    ("X.sum(axis=(0, 1))",                                "X.sum()"),
    ("np.sum(X, keepdims=True)",                          "np.sum(X, keepdims=True)"),
    ("X.mean(axis=1)",                                    "X.mean(axis=1)"),
    ("X.mean(axis=0, keepdims=True)",                     "X.mean(axis=0, keepdims=True)"),
    ("X - X.mean(axis=1, keepdims=True)",                 "X - X.mean(axis=1, keepdims=True)"),
    ("X - X.mean(axis=0)",                                "X - X.mean(axis=0)"),
    ("max(A, axis=1)",                                    "A.max(axis=1)"),
    ("A.max(0)",                                          "A.max(0)"),
    ("np.max(A, 1)",                                      "A.max(1)"),
    ("A.min(axis=-1, keepdims=True)",                     "A.min(axis=-1, keepdims=True)"),
    ("max(v)",                                            "v.max()"),
    ("np.amin(A)",                                        "A.min()"),
    ("Max(s, t, 1)",                                      "max(s, t, 1)"),
    ("Min(s, t) + Abs(s)",                                "min(s, t) + abs(s)"),
    ("np.maximum(0, X@w)",                                "np.maximum(0, X@w)"),
    ("var(w) + std(w)",                                   "np.var(w) + np.std(w)"),
    ("X.var(axis=1)",                                     "X.var(axis=1)"),
    ("X.std(axis=0)",                                     "X.std(axis=0)"),
    ("np.var(u, ddof=1)",                                 "np.var(u, ddof=1)"),
    ("X.var(axis=0, ddof=1)",                             "X.var(axis=0, ddof=1)"),
    ("torch.var(w, unbiased=True)",                       "np.var(w, ddof=1)"),
    ("w[0]",                                              "w[0]"),
    ("X[1]",                                              "X[1]"),
    ("X[:, 0]",                                           "X[:, 0]"),
    ("X[0, 1]",                                           "X[0, 1]"),
    ("X[0][1]",                                           "X[0][1]"),
    ("u[-1]",                                             "u[-1]"),
    ("A[-1, 0]",                                          "A[-1, 0]"),
    ("u[1:] - u[:-1]",                                    "u[1:] - u[:-1]"),
    ("u[::2]",                                            "u[::2]"),
    ("u[::-1]",                                           "u[::-1]"),
    ("A[1:, :2]",                                         "A[1:, :2]"),
    ("A[:, 1:]",                                          "A[:, 1:]"),
    ("A[1:] @ v",                                         "A[1:] @ v"),
    ("A[1, 1:]",                                          "A[1, 1:]"),
    ("y[:, None] * X",                                    "y[:, None] * X"),
    ("w[None, :] + X",                                    "w[None, :] + X"),
    ("w[np.newaxis]",                                     "w[np.newaxis]"),
    ("(y[:, None] - y[None, :])**2",                      "(y[:, None] - y[None, :])**2"),
    ("col[:, 0] + y",                                     "col[:, 0] + y"),
    ("diff(u)",                                           "np.diff(u)"),
    ("np.diff(u, n=2)",                                   "np.diff(u, n=2)"),
    ("np.diff(A, axis=0)",                                "np.diff(A, axis=0)"),
    ("np.diff(A)",                                        "np.diff(A)"),
    ("cumsum(u)",                                         "np.cumsum(u)"),
    ("convolve(u, v)",                                    "np.convolve(u, v)"),
    ("np.convolve(v, u, mode='valid')",                   "np.convolve(v, u, 'valid')"),
    ("np.convolve(u, v, 'same')",                         "np.convolve(u, v, 'same')"),
    ("np.correlate(u, v, mode='valid')",                  "np.correlate(u, v, 'valid')"),
    ("np.correlate(u, v, mode='full')",                   "np.correlate(u, v, 'full')"),
    ("np.power(s, 3) + pow(t, 0.5)",                      "s**3 + t**0.5"),
    ("t**s + t**1.5",                                     "t**s + t**1.5"),
    ("np.square(s) + s.pow(2) + s.square()",              "3*s**2"),
    ("np.clip(X @ w, -1, 1)",                             "np.clip(X @ w, -1, 1)"),
    ("np.clip(s, None, 1)",                               "np.clip(s, None, 1)"),
    ("torch.clamp(s, min=0)",                             "np.maximum(s, 0)"),
    ("(X @ w).clip(0, 6) - relu6(X @ w)",                 "0*(X @ w)"),
    ("X.dot(w) - X.matmul(w)",                            "0*(X @ w)"),
    ("np.inner(w, w) - np.vdot(w, w)",                    "0.0"),
    ("np.inner(X, X)",                                    "np.inner(X, X)"),
    ("np.outer(w, y)",                                    "np.outer(w, y)"),
    ("np.outer(w, y) @ y",                                "np.outer(w, y) @ y"),
    ("torch.mv(X, w) + torch.mm(X, X.T) @ y",               "X @ w + X @ X.T @ y"),
    ("w.abs().sum() + w.norm()",                          "np.abs(w).sum() + np.linalg.norm(w)"),
    ("(X @ w - y).square().mean()",                       "np.mean((X @ w - y)**2)"),
    ("np.logaddexp(0, X @ w)",                            "np.logaddexp(0, X @ w)"),
    ("jax.nn.relu(X @ w) + jnp.abs(X @ w)",               "relu(X @ w) + np.abs(X @ w)"),
    ("F.softplus(X @ w).sum()",                           "softplus(X @ w).sum()"),
    ("math.exp(s) + math.log(t)",                         "np.exp(s) + np.log(t)"),
    ("F.leaky_relu(X @ w, 0.2)",                          "np.where(X @ w > 0, X @ w, 0.2*(X @ w))"),
    ("F.leaky_relu(X @ w)",                               "np.where(X @ w > 0, X @ w, 0.01*(X @ w))"),
    ("F.mse_loss(X @ w, y)",                              "np.mean((X @ w - y)**2)"),
    ("F.mse_loss(X @ w, y, reduction='sum')",             "np.sum((X @ w - y)**2)"),
    ("F.l1_loss(X @ w, y)",                               "np.mean(np.abs(X @ w - y))"),
    ("F.huber_loss(X @ w, y)",                            "np.mean(huber(X @ w - y, 1))"),
    ("F.huber_loss(X @ w, y, delta=0.5)",                 "np.mean(huber(X @ w - y, 0.5))"),
    ("F.binary_cross_entropy_with_logits(X @ w, c)",      "np.mean(softplus(X @ w) - c*(X @ w))"),
    ("F.binary_cross_entropy(p, c)",                      "-np.mean(c*np.log(p) + (1 - c)*np.log(1 - p))"),
    ("F.cross_entropy(Z, Y)",                             "-np.mean(np.sum(Y*np.log(softmax(Z, 1)), axis=1))"),
    ("xlogy(p, p) + rel_entr(p, t1) + kl_div(p, t1)",     "p*np.log(p) + 2*p*np.log(p/t1) - p + t1"),
    ("scipy.special.entr(p) + special.logit(p)",          "-p*np.log(p) + np.log(p/(1 - p))"),
    ("np.hypot(s, t) + np.reciprocal(t)",                 "np.hypot(s, t) + 1/t"),
    ("np.add(s, t)*np.subtract(s, t)/np.negative(t)",     "(s + t)*(s - t)/(-t)"),
    ("np.multiply(X, X).sum() + np.divide(s, t)",         "(X*X).sum() + s/t"),
    ("log(det(B)**2)",                                    "np.log(np.linalg.det(B)**2)"),
    ("np.linalg.det(A)",                                  "np.linalg.det(A)"),
    ("trace(inv(B))",                                     "np.trace(np.linalg.inv(B))"),
    ("np.linalg.inv(A)",                                  "np.linalg.inv(A)"),
    ("np.linalg.solve(A, v)",                             "np.linalg.solve(A, v)"),
    ("trace(X.T @ X)",                                    "np.trace(X.T @ X)"),
    ("diag(w) @ X.T",                                     "np.diag(w) @ X.T"),
    ("X @ diag(w)",                                       "X @ np.diag(w)"),
    ("diag(w) @ w",                                       "w*w"),
    ("diag(w) + X.T @ X",                                 "np.diag(w) + X.T @ X"),
    ("diag(A).sum()",                                     "np.diag(A).sum()"),
    ("A + eye(3)",                                        "A + np.eye(3)"),
    ("X.T @ X + s*eye(d)",                                "X.T @ X + s*np.eye(3)"),
    ("X @ ones(d)",                                       "X.sum(axis=1)"),
    ("zeros((n, d)) + X",                                 "X"),
    ("np.concatenate([u, v]).sum()",                      "u.sum() + v.sum()"),
    ("np.hstack([v, s])",                                 "np.hstack([v, s])"),
    ("np.stack([w, 2*w])",                                "np.stack([w, 2*w])"),
    ("np.stack([w, 2*w]) @ w",                            "np.stack([w, 2*w]) @ w"),
    ("np.array([s, t, 1]) @ v",                           "np.array([s, t, 1]) @ v"),
    ("sum([s, t])",                                       "s + t"),
    ("max([s, t])",                                       "max(s, t)"),
    ("np.prod(v)",                                        "np.prod(v)"),
    ("where(s > 0, s**2, -s)",                            "np.where(s > 0, s**2, -s)"),
    ("np.where(abs(X@w - y) <= 1, (X@w - y)**2/2, abs(X@w - y) - 0.5)", "huber(X@w - y, 1)"),
    ("where(abs(X@w) < t, (X@w)**2/2, t*(abs(X@w) - t/2))", "huber(X@w, t)"),
    ("where((X@w)**2 <= 1, (X@w)**2/2, abs(X@w) - 1/2)",  "huber(X@w, 1)"),
    ("where((X@w)**2 <= t**2, (X@w)**2/2, t*(abs(X@w) - t/2))", "huber(X@w, t)"),
    ("where(X@w > y, (y - X@w)**2, 0)",                   "relu(X@w - y)**2"),
    ("where(X@w < y, 3*(y - X@w), X@w - y)",              "np.where(X@w < y, 3*(y - X@w), X@w - y)"),
    ("where((0 < s) & (s < 1), s*(1 - s), 0)",            "np.where((0 < s) & (s < 1), s*(1 - s), 0)"),
    ("where(0 < s < 1, s*(1 - s), 0)",                    "np.where((0 < s) & (s < 1), s*(1 - s), 0)"),
    ("where((s < 0) | (s > 1), 0, s*(1 - s))",            "np.where((0 < s) & (s < 1), s*(1 - s), 0)"),
    ("where(np.logical_not(s > 0), 0, s)",                "relu(s)"),
    ("where(s > t, s - t, 0)",                            "relu(s - t)"),
    ("where(s < 0, expm1(s), s)",                         "np.where(s < 0, np.expm1(s), s)"),
    ("Piecewise((exp(s) - 1, s < 0), (s, True))",         "np.where(s < 0, np.expm1(s), s)"),
    ("Piecewise((0, s < 0), (s, s < 1), (2*s - 1, True))", "np.where(s < 0, 0, np.where(s < 1, s, 2*s - 1))"),
    ("Piecewise((s**2, s < 0), (s, s >= 0))",             "np.where(s < 0, s**2, s)"),
    ("np.select([s < 0, s < 1], [0, s], 2*s - 1)",        "np.where(s < 0, 0, np.where(s < 1, s, 2*s - 1))"),
    ("s if s > 0 else -2*s",                              "np.where(s > 0, s, -2*s)"),
    ("where(y == 1, softplus(-(X@w)), softplus(X@w))",    "np.where(y == 1, softplus(-(X@w)), softplus(X@w))"),
    ("where(y > 0, X@w, 1)",                              "np.where(y > 0, X@w, 1)"),
    ("where(c == 0, X@w, y)",                             "np.where(c == 0, X@w, y)"),
    ("where(c, X@w, y)",                                  "np.where(c == 1, X@w, y)"),
    ("where(s + t > 0, exp(s + t), 1 + s + t)",           "np.where(s + t > 0, np.exp(s + t), 1 + s + t)"),
    ("where(2*s < 3, (2*s - 3)**3, 5*(2*s - 3))",         "np.where(2*s < 3, (2*s - 3)**3, 5*(2*s - 3))"),
    ("X.size + y.size(0) + len(X) + X.shape[1]",          "12 + 4 + 4 + 3"),
    ("quad_form(w, X.T @ X) + sum_squares(y)",            "w @ X.T @ X @ w + y @ y"),
    ("quad_over_lin(w, t) + norm1(w) + norm2(w)",         "w @ w/t + np.abs(w).sum() + np.linalg.norm(w)"),
    ("scipy.stats.norm.cdf(s) - normcdf(s)",              "0.0"),
    ("y.reshape(-1).detach().sum().item()",               "y.sum()"),
    ("λ²/2",                                              "lam**2/2"),
    ("s²·2 − t",                                          "2*s**2 - t"),
    ("Xᵀ @ y",                                            "X.T @ y"),
    ("sum((X[i] @ w - y[i])**2 for i in range(n))",       "np.sum((X @ w - y)**2)"),
    ("sum(max(0, 1 - y[i]*(w @ X[i] + s)) for i in range(len(y)))", "np.sum(relu(1 - y*(X @ w + s)))"),
    ("sum((r @ w - z)**2 for r, z in zip(X, y))",         "np.sum((X @ w - y)**2)"),
    ("sum((r @ w - y[i])**2 for i, r in enumerate(X))",   "np.sum((X @ w - y)**2)"),
    ("np.mean([norm(r - w) for r in X])",                 "np.mean(np.linalg.norm(X - w, axis=1))"),
    ("sum(sum(X[i, j]*w[j] for j in range(d))**2 for i in range(n))", "np.sum((X @ w)**2)"),
    ("sum(X[i]*y[i] for i in range(n))",                  "y @ X"),
    ("sum(X[i, 0] + X[i][1] for i in range(X.shape[0]))", "X[:, 0].sum() + X[:, 1].sum()"),
    ("sum(norm(X[:, j])*abs(w[j]) for j in range(d))",    "np.linalg.norm(X, axis=0) @ np.abs(w)"),
    ("sum(A[i] @ A @ A[i] for i in range(3))",            "np.trace(A @ A @ A.T)"),
    ("sum((A @ A[i]) @ v for i in range(3))",             "v @ A @ A.sum(axis=0)"),
    ("sign(s)*abs(s) - s*sign(s)",                        "s - abs(s)"),
    ("tan(s) + arctan(s) + np.arcsinh(s)",                "np.tan(s) + np.arctan(s) + np.arcsinh(s)"),
    ("np.log2(t) + np.log10(t) + ln(t) + sp.log(t)",      "np.log2(t) + np.log10(t) + 2*np.log(t)"),
    ("F.logsigmoid(X @ w)",                               "-softplus(-(X @ w))"),
    ("F.elu(X @ w)",                                      "np.where(X @ w > 0, X @ w, np.expm1(X @ w))"),
    ("F.hardtanh(X @ w) + softsign(X @ w)",               "np.clip(X @ w, -1, 1) + (X @ w)/(1 + np.abs(X @ w))"),
    ("sech(s) + 1/cosh(s)",                               "2/np.cosh(s)"),
]  # fmt: skip


def drawn(seed: int) -> dict[str, Any]:
    """Numbers in the sets of the symbols; none of them at the border of a condition."""
    draw, data = Random(seed), dict[str, Any]()  # noqa: S311  test data
    entry = {
        "real": lambda: draw.uniform(-2.5, 2.5), "positive": lambda: draw.uniform(0.2, 1.5),
        "sign": lambda: draw.choice((-1.0, 1.0)), "binary": lambda: draw.choice((0.0, 1.0)),
        "unit": lambda: draw.uniform(0.05, 0.95),
    }  # fmt: skip
    for symbol in SYMBOLS:
        counts = tuple(SIZES.get(str(size), size) for size in symbol.shape)
        values = [entry[symbol.within]() for _ in range(math.prod(counts))]
        data[symbol.name] = np.array(values).reshape(counts) if counts else np.float64(values[0])
    data["t1"] = np.abs(data["t1"]) + 0.1
    return data


@pytest.mark.parametrize(("text", "reference"), ROWS, ids=[row[0] for row in ROWS])
def test_a_spelling_means_what_numpy_computes(text: str, reference: str) -> None:
    expr = parse_expression(text, symbols=SYMBOLS)
    again = parse_expression(text_of(expr), symbols=SYMBOLS)
    for seed in range(6):
        data = drawn(seed)
        own = {"relu": relu, "softplus": softplus, "softmax": softmax, "huber": huber, "np": np}
        wanted = np.asarray(eval(reference, {**own, **data}))  # noqa: S307  the rows of this file only
        assert expr.shape == again.shape
        assert wanted.shape == tuple(SIZES.get(str(size), size) for size in expr.shape)
        for place in np.ndindex(wanted.shape):
            found = value_of(to_term(expr, place), data, {}, SIZES)
            assert found == pytest.approx(wanted[place], rel=1e-9, abs=1e-9)
            assert value_of(to_term(again, place), data, {}, SIZES) == pytest.approx(found, rel=1e-9, abs=1e-9)
        if "max" not in text_of(expr):
            assert np.asarray(evaluate(expr, {**data, **SIZES})) == pytest.approx(wanted, rel=1e-9, abs=1e-9)
