"""Logistic regression: the negative log-likelihood of labels given linear scores.

    f(w) = sum_i log(1 + exp(-y_i x_i.w))            labels -1, 1
    f(w) = sum_i log(1 + exp(x_i.w)) - y_i x_i.w     labels 0, 1

Shapes   w (d,)   X (n, d)   y (n,)   ->   ()
Domain   every w and every X
"""

from collections.abc import Mapping

from symconvex.models._family import BITS, INPUTS, LABELS, SIGNS, WEIGHTS, Variant, family
from symconvex.models._model import Published

SIGN = Variant(
    loss="sum(softplus(-y * (X @ w)))",
    parameters=(WEIGHTS,),
    data=(INPUTS, SIGNS),
    called="the logistic loss of labels $-1$ and $1$",
    published=Published(
        gradient={"w": "-X.T @ (y * sigmoid(-y * (X @ w)))"},
        curvature="sum(sigmoid(y * (X @ w)) * sigmoid(-y * (X @ w)) * (X @ v_w)**2)",
        hessian="X.T @ diag(sigmoid(y * (X @ w)) * sigmoid(-y * (X @ w))) @ X",
    ),
)

BINARY = Variant(
    loss="sum(softplus(X @ w) - y * (X @ w))",
    parameters=(WEIGHTS,),
    data=(INPUTS, BITS),
    called="the logistic loss of labels $0$ and $1$",
    published=Published(
        gradient={"w": "X.T @ (sigmoid(X @ w) - y)"},
        curvature="sum(sigmoid(X @ w) * (1 - sigmoid(X @ w)) * (X @ v_w)**2)",
        hessian="X.T @ diag(sigmoid(X @ w) * (1 - sigmoid(X @ w))) @ X",
    ),
)


def variant(chosen: Mapping[str, str]) -> Variant:
    return SIGN if chosen["labels"] == "sign" else BINARY


MODEL = family(
    "logistic",
    "logistic regression with labels -1, 1 or 0, 1, convex",
    variant,
    options=(LABELS,),
    also=("logistic-regression", "log-loss", "binary-cross-entropy", "bce"),
    source="Boyd & Vandenberghe 2004, section 7.1.1; Hessian in Bishop 2006, section 4.3.3",
    notes={
        "strict": "strictly convex iff the rows of X span R^d",
        "attained": "a minimiser exists iff no direction separates the labels, ties allowed but not all ties",
    },
)
