"""Logistic regression with a squared-norm penalty.

    f(w) = sum_i log(1 + exp(-y_i x_i.w)) + lam |w|^2 / 2            labels -1, 1
    f(w) = sum_i log(1 + exp(x_i.w)) - y_i x_i.w + lam |w|^2 / 2     labels 0, 1

Shapes   w (d,)   X (n, d)   y (n,)   lam ()   ->   ()
Domain   every w and every X; lam > 0
"""

from collections.abc import Mapping

from symconvex.models._family import BITS, DECAY, INPUTS, LABELS, SIGNS, WEIGHTS, Variant, family
from symconvex.models._model import Published

SIGN = Variant(
    loss="sum(softplus(-y * (X @ w))) + lam*sum(w**2)/2",
    parameters=(WEIGHTS,),
    data=(INPUTS, SIGNS, DECAY),
    called="the logistic loss with a ridge penalty, of labels $-1$ and $1$",
    published=Published(
        gradient={"w": "lam*w - X.T @ (y * sigmoid(-y * (X @ w)))"},
        curvature="sum(sigmoid(y * (X @ w)) * sigmoid(-y * (X @ w)) * (X @ v_w)**2) + lam*sum(v_w**2)",
        hessian="X.T @ diag(sigmoid(y * (X @ w)) * sigmoid(-y * (X @ w))) @ X + lam*eye(d)",
    ),
)

BINARY = Variant(
    loss="sum(softplus(X @ w) - y * (X @ w)) + lam*sum(w**2)/2",
    parameters=(WEIGHTS,),
    data=(INPUTS, BITS, DECAY),
    called="the logistic loss with a ridge penalty, of labels $0$ and $1$",
    published=Published(
        gradient={"w": "X.T @ (sigmoid(X @ w) - y) + lam*w"},
        curvature="sum(sigmoid(X @ w) * (1 - sigmoid(X @ w)) * (X @ v_w)**2) + lam*sum(v_w**2)",
        hessian="X.T @ diag(sigmoid(X @ w) * (1 - sigmoid(X @ w))) @ X + lam*eye(d)",
    ),
)


def variant(chosen: Mapping[str, str]) -> Variant:
    return SIGN if chosen["labels"] == "sign" else BINARY


MODEL = family(
    "ridge-logistic",
    "logistic regression with a squared-norm penalty, strongly convex",
    variant,
    options=(LABELS,),
    source="Hastie, Tibshirani & Friedman 2009, section 18.3.2; Hessian in Bishop 2006, section 4.3.3",
    notes={"strong": "lam I <= Hessian <= (lam + largest eigenvalue of X.T @ X / 4) I, both best possible"},
)
