"""Losses of symbolic size, each in several spellings: one verdict with the same constants, whatever the spelling."""

import re

import pytest

import symconvex as sc
from symconvex.errors import LossError
from symconvex.verdict import Verdict

DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
MATRIX = {"X": ("n", "d"), "W": ("d", "k"), "Y": ("n", "k")}
SPELLINGS = {
    "least squares": (DATA, "w", {}, (), (
        "sum((X@w - y)**2)", "norm(X@w - y)**2", "(y - X@w)@(y - X@w)", "np.dot(X@w - y, X@w - y)",
        "w@X.T@X@w - 2*y@X@w + y@y", "n*mean((w@X.T - y)**2)", "sum((sum(X*w, axis=1) - y)**2)",
    )),
    "mean squared error": (DATA, "w", {}, (), (
        "mean((X@w - y)**2)", "norm(X@w - y)**2/n", "w@(X.T@X/n)@w - 2*(X.T@y)@w/n + y@y/n", "sum((y - w@X.T)**2)/y.size",
    )),
    "ridge": ({**DATA, "lam": ()}, "w", {"lam": "positive"}, (), (
        "sum((X@w - y)**2) + lam*sum(w**2)", "w@(X.T@X + lam*eye(d))@w - 2*y@X@w + y@y", "norm(y - X@w)**2 + lam*w@w",
        "lam*norm(w)**2 + (X@w - y).T@(X@w - y)", "n*mean((X@w - y)**2) + lam*(w.T@w)",
    )),
    "weighted least squares": ({**DATA, "c": ("n",)}, "w", {"c": "positive"}, (), (
        "sum(c*(X@w - y)**2)", "c@(X@w - y)**2", "(X@w - y)@diag(c)@(X@w - y)", "sum((X@w - y)*c*(X@w - y))",
    )),
    "a quadratic form": (DATA, "w", {}, (), (
        "w@(X.T@X)@w", "w@(X.T@(X@w))", "w@X.T@X@w", "sum((X@w)**2)", "norm(X@w)**2", "(w.T@X.T)@(X@w)",
    )),
    "softplus of scores": (MATRIX, "W", {}, (), (
        "sum(log(1 + exp(X@W)) - Y*(X@W))", "sum(log(1 + exp(W.T@X.T)) - Y.T*(W.T@X.T))",
    )),
    "with a barrier": ({**DATA, "b": ("d",)}, "w", {"b": "positive"}, ("w > 0",), (
        "w@(X.T@X)@w - sum(b*log(w))", "sum((X@w)**2) - b@log(w)", "norm(X@w)**2 + sum(b*log(1/w))", "w@X.T@(X@w) - log(w)@b",
    )),
    "multi-output": (MATRIX, "W", {}, (), (
        "sum((X@W - Y)**2)", "norm(X@W - Y, 'fro')**2", "trace((X@W - Y).T@(X@W - Y))", "sum((W.T@X.T - Y.T)**2)",
        "sum(((X@W - Y).T)**2)", "norm(Y.T - W.T@X.T)**2", "trace((Y - X@W)@(Y - X@W).T)", "sum((W.T@X.T - Y.T)*(X@W - Y).T)",
    )),
    "a trace": (MATRIX, "W", {}, (), (
        "trace(W.T@X.T@X@W)", "sum((X@W)**2)", "sum((W.T@X.T)**2)", "trace(X@W@W.T@X.T)", "norm(X@W)**2", "sum((X@W)*(X@W))",
    )),
    "quadratic over linear": ({"A": ("m", "n"), "x": ("n",), "b": ("m",), "c": ("n",)}, "x", {}, ("c@x > 0",), (
        "sum((A@x - b)**2)/(c@x)", "norm(A@x - b)**2/(c@x)", "(b - A@x)@(b - A@x)/sum(c*x)", "sum((A@x - b)**2/(c@x))",
    )),
    "squares over a number": ({"x": ("n",), "t": ()}, "x, t", {}, ("t > 0",), (
        "x@x/t", "sum(x**2)/t", "norm(x)**2/t", "sum(x**2/t)", "t*sum((x/t)**2)", "x.T@x*t**-1",
    )),
    "relative entropy": ({"p": ("n",), "q": ("n",)}, "p, q", {}, ("p > 0", "q > 0"), (
        "sum(p*log(p/q))", "sum(p*log(p)) - sum(p*log(q))", "p@log(p/q)", "-sum(p*log(q/p))", "sum(p*(log(p) - log(q)))",
    )),
    "entropy of shares": ({"p": ("n",)}, "p", {}, ("p > 0",), (
        "sum(p*log(p)) - sum(p)*log(sum(p))", "sum(p*log(p/sum(p)))", "p@log(p) - sum(p)*log(sum(p))",
        "-sum(p*log(sum(p)/p))",
    )),
    "partial likelihood": (
        {"X": ("n", "d"), "w": ("d",), "s": ("n",), "R": ("n", "n")}, "w", {"s": "binary", "R": "binary"}, (), (
        "-sum(s*(X@w - log(R@exp(X@w))))", "s@(log(R@exp(X@w)) - X@w)", "sum(s*log(R@exp(X@w))) - sum(s*(X@w))",
        "sum(s*(log(exp(w@X.T)@R.T) - X@w))",
    )),
    "logistic regression": (DATA, "w", {"y": "sign"}, (), (
        "sum(log(1 + exp(-y*(X@w))))", "sum(softplus(-y*(X@w)))", "-sum(log(sigmoid(y*(X@w))))",
        "sum(logaddexp(0, -y*(w@X.T)))", "n*mean(log1p(exp(-(X@w)*y)))",
    )),
    "with an intercept": ({**DATA, "b": ()}, "w, b", {"y": "sign"}, (), (
        "sum(log(1 + exp(-y*(X@w + b))))", "sum(softplus(-y*(b + w@X.T)))", "-sum(log(sigmoid(y*(X@w + b*ones(n)))))",
        "n*mean(log(1 + exp(-(X@w)*y - y*b)))",
    )),
    "lasso": ({**DATA, "lam": ()}, "w", {"lam": "positive"}, (), (
        "sum((X@w - y)**2) + lam*sum(abs(w))", "norm(X@w - y)**2 + lam*norm(w, 1)",
        "lam*sum(max(w, -w)) + (y - X@w)@(y - X@w)",
    )),
    "a norm": (DATA, "w", {}, (), ("norm(X@w - y)", "sqrt(sum((X@w - y)**2))", "((y - X@w)@(y - X@w))**0.5", "norm(w@X.T - y, 2)")),
    "group lasso": ({"W": ("d", "k")}, "W", {}, (), (
        "sum(norm(W, axis=1))", "sum(sqrt(sum(W**2, axis=1)))", "sum(norm(W.T, axis=0))", "sum(sum(W*W, axis=1)**0.5)",
    )),
    "harmonic mean": ({"w": ("n",)}, "w", {}, ("w > 0",), ("1/sum(1/w)", "sum(1/w)**-1", "1/sum(w**-1)", "mean(1/w)**-1/n")),
    "geometric mean": ({"w": ("n",)}, "w", {}, ("w > 0",), (
        "exp(mean(log(w)))", "prod(w)**(1/n)", "exp(sum(log(w))/n)", "exp(sum(log(w))/sum(ones(n)))",
    )),
    "temperature": ({"z": ("k",), "t": ()}, "z, t", {}, ("t > 0",), (
        "t*logsumexp(z/t)", "t*log(sum(exp(z/t)))", "log(sum(exp(t**-1*z)))*t", "t*log(k*mean(exp(z/t)))",
        "t*log(mean(exp(z/t))) + t*log(k)",
    )),
    "Jensen-Shannon divergence": ({"p": ("n",), "q": ("n",)}, "p, q", {}, ("p > 0", "q > 0"), (
        "sum(p*log(2*p/(p + q)) + q*log(2*q/(p + q)))", "sum(p*log(p/((p + q)/2))) + sum(q*log(q/((p + q)/2)))",
        "p@log(p) + q@log(q) - (p + q)@log((p + q)/2)", "sum(p*log(2*p) + q*log(2*q) - (p + q)*log(q + p))",
    )),
    "Poisson regression": (DATA, "w", {}, (), (
        "sum(exp(X@w) - y*(X@w))", "sum(exp(X@w)) - y@(X@w)", "sum(exp(w@X.T)) - (X.T@y)@w", "n*mean(exp(X@w) - y*(X@w))",
    )),
}  # fmt: skip
ROWS = [(kind, spelling) for kind, row in SPELLINGS.items() for spelling in row[-1]]


def asked(kind: str, loss: str) -> Verdict:
    every, wrt, sets, where, _ = SPELLINGS[kind]
    shapes = {name: shape for name, shape in every.items() if re.search(rf"\b{name}\b", loss)}
    return sc.prove(loss, wrt=wrt, shapes=shapes, sets=sets, where=list(where), budget=20)


def told(verdict: Verdict) -> tuple[object, ...]:
    words = ("strict", "strict_when", "condition")
    constants = (str(getattr(verdict, word, None)).split(" + ") for word in ("modulus", "smoothness"))
    return (verdict.answer, *(getattr(verdict, word, None) for word in words), *map(sorted, constants))


@pytest.mark.parametrize(("kind", "spelling"), ROWS)
def test_the_spelling_does_not_decide(kind: str, spelling: str) -> None:
    plain = asked(kind, SPELLINGS[kind][-1][0])
    assert plain.answer in ("convex", "concave")
    assert told(asked(kind, spelling)) == told(plain)


# --- near misses -------------------------------------------------------------------------------------------------------

VECTORS = {"x": ("n",), "y": ("n",), "t": ()}
NEAR_MISSES = [
    ("x@x/t", "x, t", (), "t != 0 only"),
    ("x@x*t", "x, t", ("t > 0",), "a product grows where the other shrinks"),
    ("sum(x**2)/t**2", "x, t", ("t > 0",), "of degree 0"),
    ("sum(x)**2/sum(y**2)", "x, y", ("y > 0",), "the denominator is convex"),
    ("sum(x*log(y/x))", "x, y", ("x > 0", "y > 0"), "the negative of a relative entropy"),
    ("sum(x*log(y))", "x, y", ("x > 0", "y > 0"), "a product"),
    ("sum(x)*log(sum(x)) - sum(x*log(x))", "x", ("x > 0",), "the negative of a convex function"),
    ("t*logsumexp(t*x)", "x, t", ("t > 0",), "not the perspective"),
    ("-t*logsumexp(x/t)", "x, t", ("t > 0",), "the negative of a convex function"),
    ("exp(sum(log(x)))", "x", ("x > 0",), "a product, of degree more than 1"),
    ("exp(mean(log(x)))", "x", ("x > 0",), "concave"),
    ("x@y", "x, y", (), "a product of two unknown vectors"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "where", "why"), NEAR_MISSES)
def test_a_near_miss_is_not_called_convex(loss: str, wrt: str, where: tuple[str, ...], why: str) -> None:
    used = {name: shape for name, shape in VECTORS.items() if name in loss}
    try:
        verdict = sc.prove(loss, wrt=wrt, shapes=used, where=list(where), budget=20)
    except LossError:
        return
    assert verdict.answer not in ("convex", "affine"), why
