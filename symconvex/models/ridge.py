"""Ridge regression: least squares with a squared-norm penalty.

    f(w) = |X w - y|^2 / 2 + lam |w|^2 / 2

Shapes   w (d,)   X (n, d)   y (n,)   lam ()   ->   ()
Domain   every w and every X, y; lam > 0
"""

from symconvex.models._family import DECAY, INPUTS, TARGETS, WEIGHTS, Variant, family
from symconvex.models._model import Published

MODEL = family(
    "ridge",
    "least squares with a squared-norm penalty, strongly convex",
    Variant(
        loss="sum((X @ w - y)**2)/2 + lam*sum(w**2)/2",
        parameters=(WEIGHTS,),
        data=(INPUTS, TARGETS, DECAY),
        called="the loss of ridge regression",
        published=Published(
            gradient={"w": "X.T @ (X @ w - y) + lam*w"},
            curvature="sum((X @ v_w)**2) + lam*sum(v_w**2)",
            hessian="X.T @ X + lam*eye(d)",
        ),
    ),
    also=("l2", "tikhonov", "weight-decay", "ridge-regression"),
    source="Hastie, Tibshirani & Friedman 2009, section 3.4.1",
    notes={"strong": "lam I <= Hessian <= (lam + largest eigenvalue of X.T @ X) I"},
)
