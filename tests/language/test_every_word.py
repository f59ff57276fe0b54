"""Every word of the loss language, alone and inside a loss: it decides, or its message names something that decides."""

import re

import pytest
from support.deciding import unhurried

import symconvex as sc
from symconvex.language import state
from symconvex.problem import Problem, Shape

SHAPES: dict[str, Shape] = {
    "X": ("n", "d"), "w": ("d",), "y": ("n",), "Y": ("n", "k"), "W": ("d", "k"), "u": (4,), "v": (3,), "z": (5,), "Q": ("d", "d"),
    "B": (2, 2), "C": (2, 2), "Z": ("n", 2), "K": ("d", 3), "L": ("n", 3), "lam": (), "h": ("k",), "g": ("m",), "S": ("d", "d"), "P": ("d", "d"), "mu": ("d",),
}  # fmt: skip
SETS = {"lam": "positive", "S": "pd", "P": "psd"}


def asked(loss: str, wrt: str, where: str = "") -> Problem:
    """The question, with the shapes of the names that it speaks of."""
    names = set(re.findall(r"[A-Za-z_]\w*", loss))
    shapes = {name: shape for name, shape in SHAPES.items() if name in names}
    conditions = [part for part in where.split("; ") if part]
    return state(loss, wrt=wrt, shapes=shapes, sets={k: v for k, v in SETS.items() if k in names}, where=conditions)


DECIDED = [
    # loss                                                                        wrt      answer      where
    ("norm(w, 1)",                                                                "w",     "convex",   ""),
    ("sum((X@w - y)**2) + lam*norm(w, 1)",                                        "w",     "convex",   ""),
    ("sum(w**2)",                                                                 "w",     "convex",   "norm(w) < r"),
    ("norm(X@w - y)",                                                             "w",     "convex",   "norm(w) <= r - s"),
    ("norm(W, 'fro')",                                                            "W",     "convex",   ""),
    ("norm(X@W - Y, 'fro') + lam*norm(W, 'fro')**2",                              "W",     "convex",   ""),
    ("norm(B, 'nuc')",                                                            "B",     "convex",   ""),
    ("sum((Z@B - Z)**2) + lam*np.linalg.norm(B, 'nuc')",                          "B",     "convex",   ""),
    ("-norm(B, 'nuc')",                                                           "B",     "concave",  ""),
    ("norm(B, 'nuc')**2",                                                         "B",     "convex",   ""),
    ("norm(B, 2)",                                                                "B",     "convex",   ""),
    ("norm(B - C, 2) + norm(B, 'fro')",                                           "B",     "convex",   ""),
    ("lambda_max(B)",                                                             "B",     "convex",   ""),
    ("lambda_min(B)",                                                             "B",     "concave",  ""),
    ("max(eigvalsh(B)) + sum((B - C)**2)",                                        "B",     "convex",   ""),
    ("np.linalg.eigvalsh(B)[-1]",                                                 "B",     "convex",   ""),
    ("np.linalg.eigvalsh(B).min()",                                               "B",     "concave",  ""),
    ("lambda_max([[a, b], [b, c]])",                                              "a,b,c", "convex",   ""),
    ("sum(softmax(v))",                                                           "v",     "affine",   ""),
    ("sum(softmax(v)**2)",                                                        "v",     "neither",  ""),
    ("-sum(log_softmax(v))",                                                      "v",     "convex",   ""),
    ("-mean(log_softmax(X@W, axis=1)[:, 0])",                                     "W",     "convex",   ""),
    ("-log(det([[a, b], [b, c]]))",                                               "a,b,c", "convex",   "a > 0; a*c - b**2 > 0"),
    ("trace([[a, b], [b, c]]@C) - logdet([[a, b], [b, c]])",                      "a,b,c", "convex",   "a > 0; a*c - b**2 > 0"),
    ("-logdet(diag(w)) + sum(w)",                                                 "w",     "convex",   ""),
    ("trace(inv([[a, b], [b, c]]))",                                              "a,b,c", "convex",   "a > 0; a*c - b**2 > 0"),
    ("trace(inv(diag(w)))",                                                       "w",     "convex",   "w > 0"),
    ("(w - mu)@inv(S)@(w - mu)/2 + logdet(S)/2",                                  "w",     "convex",   ""),
    ("w@np.linalg.solve(S, w) + log(np.linalg.det(S))",                           "w",     "convex",   ""),
    ("w@inv(P)@w + w@P@w",                                                        "w",     "convex",   ""),
    ("w@inv(Q)@w",                                                                "w",     "undecided", ""),
    ("w@inv(S + Q)@w",                                                            "w",     "undecided", ""),
    ("norm(solve(Q, w) - w)",                                                     "w",     "convex",   ""),
    ("diag(w) @ w @ w",                                                           "w",     "neither",  ""),
    ("sum((X @ diag(w) @ w)**2)",                                                 "w",     "depends",  ""),
    ("where(x > 0, x**2, 0)",                                                     "x",     "convex",   ""),
    ("sum(where(abs(X@w - y) <= 1, (X@w - y)**2/2, abs(X@w - y) - 1/2))",         "w",     "convex",   ""),
    ("sum(((X - X.mean(axis=0, keepdims=True))@w - y)**2)",                       "w",     "convex",   ""),
    ("max(B, axis=1).sum()",                                                      "B",     "convex",   ""),
    ("sum(np.max(X@K, axis=1)) - trace(L.T@X@K)",                                 "K",     "convex",   ""),
    ("sum(max(1 + X@K - L, axis=1))",                                             "K",     "convex",   ""),
    ("max(v)",                                                                    "v",     "convex",   ""),
    ("norm(z, inf)",                                                              "z",     "convex",   ""),
    ("var(w)",                                                                    "w",     "convex",   ""),
    ("var(X@w - y)",                                                              "w",     "convex",   ""),
    ("std(v)",                                                                    "v",     "convex",   ""),
    ("mean(X@w) + lam*std(X@w)",                                                  "w",     "convex",   ""),
    ("w[0]",                                                                      "w",     "affine",   ""),
    ("(w[0] - 1)**2 + sum(w**2)",                                                 "w",     "convex",   ""),
    ("sum((w[1:] - w[:-1])**2)",                                                  "w",     "convex",   ""),
    ("sum((X@w - y)**2) + lam*sum(abs(w[1:] - w[:-1]))",                          "w",     "convex",   ""),
    ("sum(convolve(y, h))",                                                       "h",     "affine",   ""),
    ("sum((np.convolve(y, h) - g)**2) + norm(h, 1)",                              "h",     "convex",   ""),
    ("Piecewise((x**2, x < 0), (0, True))",                                       "x",     "convex",   ""),
    ("Piecewise((x**2, x < 0), (x, True)) + x**2",                                "x",     "convex",   ""),
    ("np.power(x, 4)",                                                            "x",     "convex",   ""),
    ("sum(np.power(X@w - y, 2))",                                                 "w",     "convex",   ""),
    ("np.clip(x, 0, 1)",                                                          "x",     "neither",  ""),
    ("np.clip(x, 0, None)",                                                       "x",     "convex",   ""),
    ("x*np.sign(x)",                                                              "x",     "convex",   ""),
    ("sum((X@w)*np.sign(X@w))",                                                   "w",     "convex",   ""),
    ("-log2(x)",                                                                  "x",     "convex",   ""),
    ("sum(log2(1 + exp(-y*(X@w))))",                                              "w",     "convex",   ""),
    ("-log10(x) + x",                                                             "x",     "convex",   ""),
    ("x*ln(x)",                                                                   "x",     "convex",   ""),
    ("sum(lgamma(y + 1)) + sum(exp(X@w) - y*(X@w))",                              "w",     "convex",   ""),
    ("sum(exp(X@w) - y*(X@w) + scipy.special.gammaln(y + 1))",                    "w",     "convex",   ""),
    ("tan(x)",                                                                    "x",     "convex",   "0 <= x < 1"),
    ("atan(x)",                                                                   "x",     "concave",  "x >= 0"),
    ("x*atan(x)",                                                                 "x",     "convex",   ""),
    ("asin(x)",                                                                   "x",     "convex",   "0 < x < 1"),
    ("acos(x)",                                                                   "x",     "neither",  ""),
    ("asinh(x)",                                                                  "x",     "neither",  ""),
    ("atanh(x)",                                                                  "x",     "convex",   "0 < x < 1"),
    ("sinh(x)",                                                                   "x",     "convex",   "x > 0"),
    ("sinh(x)**2",                                                                "x",     "convex",   ""),
    ("sum(cosh(X@w - y))",                                                        "w",     "convex",   ""),
    ("sech(x)",                                                                   "x",     "neither",  ""),
    ("csch(x)",                                                                   "x",     "convex",   "x > 0"),
    ("coth(x)",                                                                   "x",     "convex",   "x > 0"),
    ("sec(x)",                                                                    "x",     "convex",   "-1 < x < 1"),
    ("csc(x)",                                                                    "x",     "convex",   "0 < x < 1"),
    ("cot(x)",                                                                    "x",     "convex",   "0 < x < 1"),
    ("erfc(x)",                                                                   "x",     "convex",   "x > 0"),
    ("-log(erfc(x))",                                                             "x",     "convex",   ""),
    ("erf(x)",                                                                    "x",     "neither",  ""),
    ("torch.exp(x) + jnp.abs(x) + math.exp(-x)",                                  "x",     "convex",   ""),
    ("torch.sum(torch.nn.functional.softplus(-y*(X@w)))",                         "w",     "convex",   ""),
    ("β**2 + λ*γ",                                                                "β",     "convex",   ""),
]  # fmt: skip

TOLD = [
    # loss                                   wrt   what its message says to try                              answer     where
    ("norm(W, 'nuc')",                       "W",  "norm(W, 'fro')",                                         "convex",  ""),
    ("norm(X@W - Y, 'nuc') + sum(W**2)",     "W",  "norm(X@W - Y, 'fro')",                                   "convex",  ""),
    ("norm(W, 2)",                           "W",  "norm(W, 'fro')",                                         "convex",  ""),
    ("lambda_max(Q)",                        "Q",  "trace(Q)",                                               "affine",  ""),
    ("eigvalsh(Q)[-1]",                      "Q",  "trace(Q)",                                               "affine",  ""),
    ("norm(w, inf)",                         "w",  "logsumexp(abs(w))",                                      "convex",  ""),
    ("max(X@w)",                             "w",  "logsumexp(X@w)",                                         "convex",  ""),
    ("max(abs(X@w - y)) + sum(w**2)",        "w",  "logsumexp(abs(X@w - y))",                                "convex",  ""),
    ("sum(max(X@W, axis=1))",                "W",  "logsumexp(X@W, axis=1)",                                 "",        ""),
    ("min(X@w)",                             "w",  "-logsumexp(-(X@w))",                                     "concave", ""),
    ("norm(W, 1)",                           "W",  "logsumexp(sum(abs(W), axis=0))",                         "convex",  ""),
    ("-logdet(B)",                           "B",  "[[a, b], [b, c]]",                                       "",        ""),
    ("trace(inv(B))",                        "B",  "[[a, b], [b, c]]",                                       "",        ""),
    ("-logdet(S)",                           "S",  "[[a, b], [b, c]]",                                       "",        ""),
    ("-log(det(Q))",                         "Q",  "[[a, b], [b, c]]",                                       "",        ""),
    ("-log(det([[a, b], [b, c]]))",          "a,b,c", '--where "a > 0" --where "a*c - b**2 > 0"',            "",        "a > 0"),
    ("lgamma(x)",                            "x",  "(x - 1/2)*log(x) - x + log(2*pi)/2",                     "convex",  ""),
    ("sum(lgamma(w) - w)",                   "w",  "(w - 1/2)*log(w) - w + log(2*pi)/2",                     "",        ""),
    ("gamma(x)",                             "x",  "exp((x - 1/2)*log(x) - x)*(2*pi)**(1/2)",                "convex",  ""),
    ("digamma(x)",                           "x",  "log(x) - 1/(2*x)",                                       "concave", ""),
    ("trigamma(x)",                          "x",  "1/x + 1/(2*x**2)",                                       "convex",  "x > 0"),
    ("betaln(x, y)",                         "x,y", "(x - 1/2)*log(x) + (y - 1/2)*log(y) - (x + y - 1/2)*log(x + y) + log(2*pi)/2", "", ""),
    ("tan(x)",                               "x",  '--where "-1 < x < 1"',                                   "",        ""),
    ("coth(x)",                              "x",  '--where "x > 0"',                                        "",        ""),
    ("np.sign(x)",                           "x",  "relu(x)",                                                "convex",  ""),
    ("einsum('ij,j->i', X, w) @ y",          "w",  "X @ w",                                                  "",        ""),
    ("svd(W)",                               "W",  "norm(W, 'nuc')",                                         "",        ""),
    ("slogdet(B)[1]",                        "B",  "logdet(A)",                                              "",        ""),
    ("floor(x)",                             "x",  "sigmoid(x)",                                             "neither", ""),
    ("norm(w) < r",                          "w",  "norm(w) - r",                                            "convex",  ""),
    ("x**2 > 3",                             "x",  "x**2 - 3",                                               "convex",  ""),
    ("0 < x < 1",                            "x",  '--where "0 < x < 1"',                                    "",        ""),
    ("sum(X@w > 0)",                         "w",  "sigmoid(X@w)",                                           "",        ""),
    ("x*(x < t)",                            "x",  "sigmoid(t - x)",                                         "neither", ""),
    ("fft(u)",                               "u",  "F @ x",                                                  "",        ""),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "answer", "where"), DECIDED, ids=[f"{row[0]} {row[3]}" for row in DECIDED])
def test_a_word_decides(loss: str, wrt: str, answer: str, where: str) -> None:
    assert unhurried(asked(loss, wrt, where)).answer == answer


@pytest.mark.parametrize(("loss", "wrt", "told", "answer", "where"), TOLD, ids=[row[0] for row in TOLD])
def test_a_message_names_what_decides(loss: str, wrt: str, told: str, answer: str, where: str) -> None:
    with pytest.raises(sc.SymconvexError) as caught:
        unhurried(asked(loss, wrt, "" if answer else where))
    assert told in caught.value.hint
    if answer:
        assert unhurried(asked(told, wrt, where)).answer == answer


ALIKE = [
    # parts that are not the same, for which the same data would stand
    ("sum(lgamma(y + 1)*x**2) - sum(lgamma((y) + 1)*x**2)",       "x"),
    ("sum(lgamma(y[i]) + (X[i]@w)**2 for i in range(n))",         "w"),
    ("sum(sum(convolve(X[i], h)**2) + y[i] for i in range(n))",   "h"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt"), ALIKE, ids=[row[0] for row in ALIKE])
def test_different_parts_are_never_taken_for_the_same(loss: str, wrt: str) -> None:
    with pytest.raises(sc.SymconvexError):
        asked(loss, wrt)


def test_different_parts_have_different_names() -> None:
    shapes: dict[str, Shape] = {"y": ("n",), "h": ("k",)}
    for loss in (
        "sum(convolve(y + c, h)**2) - sum(convolve(y - c, h)**2)",
        "sum(lgamma(y + c) - lgamma(y - c))*sum(h**2)",
    ):
        problem = state(loss, wrt="h", shapes=shapes)
        assert len(problem.standins) == 2
        assert unhurried(problem).answer == "undecided"
