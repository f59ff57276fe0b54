"""Spelling never decides: what is written in many ways has one verdict with the same strictness and constants."""

from collections.abc import Mapping

import pytest

import symconvex as sc
from symconvex.problem import Shape

ROWS: Mapping[str, Shape] = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
CLASSES: Mapping[str, Shape] = {"X": ("n", "d"), "W": ("k", "d"), "Y": ("n", "k")}
PENALTY: Mapping[str, Shape] = {**ROWS, "lam": ()}

SPELLINGS: list[tuple[str, str, Mapping[str, Shape], Mapping[str, str], list[str]]] = [
    # id, parameters, shapes, sets, spellings
    ("softplus", "x", {}, {}, [
        "log(1+exp(x))",
        "log(exp(x)+1)",
        "softplus(x)",
        "np.logaddexp(0,x)",
        "logaddexp(x,0)",
        "F.softplus(x)",
        "-log(sigmoid(-x))",
        "-F.logsigmoid(-x)",
        "log1p(exp(x))",
        "-log(1/(1+exp(x)))",
        "logsumexp([0,x])",
        "x+log(1+exp(-x))",
    ]),
    ("logistic", "w", ROWS, {"y": "sign"}, [
        "sum(log(1+exp(-y*(X@w))))",
        "sum(log(1+exp(-(X@w)*y)))",
        "sum(log(exp(-X@w*y)+1))",
        "sum(softplus(-y*X.dot(w)))",
        "np.log1p(np.exp(-y*(X@w))).sum()",
        "-sum(log(sigmoid(y*(X@w))))",
        "sum(np.logaddexp(0,-y*np.dot(X,w)))",
        "sum(log(1+1/exp(y*(X@w))))",
        "-sum(F.logsigmoid(y*(X@w)))",
        "sum(log(1+exp(-y[i]*(X[i]@w))) for i in range(n))",
        "-sum(log(1/(1+exp(-y*(X@w)))))",
        "sum(log(1 + exp(-y * (w @ X.T))))",
    ]),
    ("ridge", "w", PENALTY, {"lam": "positive"}, [
        "sum((X@w-y)**2)/2 + lam*sum(w**2)/2",
        "0.5*norm(X@w-y)**2 + lam/2*norm(w)**2",
        "(X@w-y)@(X@w-y)/2 + lam*w@w/2",
        "np.sum(np.square(y-X@w))/2 + lam/2*w.T@w",
        "((X@w-y)**2).sum()/2+lam*np.dot(w,w)/2",
        "norm(y-X@w,2)**2/2 + lam*norm(w,2)**2/2",
        "(sum((X.dot(w)-y)**2)+lam*sum(w*w))/2",
        "sum_squares(X@w-y)/2+lam*quad_form(w,eye(d))/2",
    ]),
    ("mse", "w", ROWS, {}, [
        "mean((X@w-y)**2)",
        "sum((X@w-y)**2)/n",
        "sum((X@w-y)**2)/len(y)",
        "norm(X@w-y)**2/X.shape[0]",
        "1/n*(X@w-y).T@(X@w-y)",
        "F.mse_loss(X@w,y)",
        "np.mean(np.abs(X@w-y)**2)",
        "((y-X@w)**2).mean()",
        "sum((X@w-y)**2/n)",
    ]),
    ("lasso", "w", PENALTY, {"lam": "positive"}, [
        "sum((X@w-y)**2)/2 + lam*sum(abs(w))",
        "0.5*norm(X@w-y)**2+lam*norm(w,1)",
        "sum((X@w-y)**2)/2+lam*np.abs(w).sum()",
        "sum((y-X@w)**2)/2+lam*sum(max(w,-w))",
        "sum((X@w-y)**2)/2+lam*sum(relu(w)+relu(-w))",
    ]),
    ("hinge", "w", ROWS, {"y": "sign"}, [
        "sum(max(0,1-y*(X@w)))",
        "sum(relu(1-y*(X@w)))",
        "sum(np.maximum(1-y*(X@w),0))",
        "sum(np.where(y*(X@w)<1, 1-y*(X@w), 0))",
        "sum(np.clip(1-y*(X@w),0,None))",
        "sum(F.relu(1-X@w*y))",
    ]),
    ("sqhinge", "w", ROWS, {"y": "sign"}, [
        "sum(max(0,1-y*(X@w))**2)",
        "sum(relu(1-y*(X@w))**2)",
        "sum(np.square(np.maximum(1-y*(X@w),0)))",
    ]),
    ("inverse square", "x", {}, {"x": "positive"}, [
        "x**-2",
        "1/x**2",
        "(1/x)**2",
        "1/(x*x)",
        "x**(-2)",
        "np.power(x,-2)",
        "exp(-2*log(x))",
    ]),
    ("hinge1", "x", {}, {}, [
        "relu(1-x)**2",
        "max(0,1-x)**2",
        "max(1-x,0)**2",
        "where(x<1,(1-x)**2,0)",
    ]),
    ("softmax", "W", CLASSES, {"Y": "binary"}, [
        "sum(logsumexp(X@W.T,axis=1)) - sum(Y*(X@W.T))",
        "sum(log(sum(exp(X@W.T),axis=1))) - sum(Y*(X@W.T))",
        "sum(scipy.special.logsumexp(X@W.T,axis=-1)) - sum((X@W.T)*Y)",
        "sum(logsumexp(X@W.T,axis=1)) - trace(Y@W@X.T)",
    ]),
    ("poisson", "w", ROWS, {"y": "count"}, [
        "sum(exp(X@w)-y*(X@w))",
        "sum(exp(X@w))-y@(X@w)",
        "sum(np.exp(X@w))-y@X@w",
        "sum(exp(X@w))-sum(y*(X@w))",
        "sum(exp(X@w)) - (X.T@y)@w",
    ]),
    ("xlogx", "x", {}, {"x": "positive"}, [
        "x*log(x)",
        "-entr(x)",
        "xlogy(x,x)",
        "log(x)*x",
        "-x*log(1/x)",
        "x*ln(x)",
    ]),
    ("quad", "x,y", {}, {}, [
        "(x+y)**2",
        "x**2+2*x*y+y**2",
        "(y+x)**2",
        "square(x+y)",
        "abs(x+y)**2",
        "(-x-y)**2",
    ]),
    ("logcosh", "w", ROWS, {}, [
        "sum(log(cosh(X@w-y)))",
        "sum(log((exp(X@w-y)+exp(y-X@w))/2))",
        "sum(np.log(np.cosh(y-X@w)))",
    ]),
    ("sqrt", "x", {}, {}, [
        "sqrt(1+x**2)",
        "(x**2+1)**0.5",
        "hypot(1,x)",
        "(1+x*x)**(1/2)",
        "norm([1,x])",
    ]),
    ("norm", "w", ROWS, {}, [
        "norm(X@w-y)",
        "sqrt(sum((X@w-y)**2))",
        "((X@w-y)@(X@w-y))**0.5",
        "sum((y-X@w)**2)**(1/2)",
    ]),
    ("probit", "w", ROWS, {"y": "sign"}, [
        "-sum(log(normcdf(y*(X@w))))",
        "-sum(scipy.special.log_ndtr(y*(X@w)))",
        "-sum(log(1/2+erf(y*(X@w)/sqrt(2))/2))",
        "-sum(log(erfc(-y*(X@w)/sqrt(2))/2))",
        "-sum(log((1+erf(y*(X@w)/2**0.5))/2))",
    ]),
    ("huber", "w", ROWS, {}, [
        "sum(np.where(abs(X@w-y) <= 1, (X@w-y)**2/2, abs(X@w-y) - 0.5))",
        "F.huber_loss(X@w, y, reduction='sum')",
        "sum(Piecewise(((X@w-y)**2/2, Abs(X@w-y) <= 1), (Abs(X@w-y) - 1/2, True)))",
        "sum(where((X@w-y)**2 < 1, (y-X@w)**2/2, abs(y-X@w) - 1/2))",
        "sum((X@w-y)**2/2 - relu(X@w-y-1)**2/2 - relu(y-X@w-1)**2/2)",
        "sum((X@w-y)**2 - relu(X@w-y-1)**2 - relu(y-X@w-1)**2)/2",
        "sum((X@w-y)**2 - max(X@w-y-1, 0)**2 - max(0, y-X@w-1)**2)/2",
    ]),
]  # fmt: skip


def said(text: str, wrt: str, shapes: Mapping[str, Shape], sets: Mapping[str, str]) -> tuple[object, ...]:
    verdict = sc.prove(text, wrt=wrt, shapes=shapes, sets=sets, budget=20)
    return verdict.answer, verdict.strict, verdict.strict_when, str(verdict.modulus), str(verdict.smoothness)


@pytest.mark.parametrize(
    ("wrt", "shapes", "sets", "texts"), [row[1:] for row in SPELLINGS], ids=[row[0] for row in SPELLINGS]
)
def test_spelling_never_decides(
    wrt: str, shapes: Mapping[str, Shape], sets: Mapping[str, str], texts: list[str]
) -> None:
    found = {text: said(text, wrt, shapes, sets) for text in texts}
    first = found[texts[0]]
    assert first[0] != "undecided"
    assert {text: what for text, what in found.items() if what != first} == {}
