"""Huber's loss: squared near zero, linear beyond delta.

    f(w) = sum_i h(r_i),    r = X w - y,    h(r) = r^2/2 for |r| <= delta, else delta |r| - delta^2/2

It is written with ramps, h(r) = r^2/2 - relu(r - delta)^2/2 - relu(-r - delta)^2/2, which shows that h is
continuously differentiable.

Shapes   w (d,)   X (n, d)   y (n,)   delta ()   ->   ()
Domain   every w and every X, y; delta > 0
"""

from symconvex.models._family import INPUTS, TARGETS, WEIGHTS, Variant, family
from symconvex.models._model import Published
from symconvex.problem import Symbol

MODEL = family(
    "huber",
    "Huber's loss of the residuals, squared within delta and linear beyond, convex",
    Variant(
        loss="sum((X @ w - y)**2/2 - relu(X @ w - y - delta)**2/2 - relu(y - X @ w - delta)**2/2)",
        parameters=(WEIGHTS,),
        data=(INPUTS, TARGETS, Symbol("delta", (), "positive")),
        called="Huber's loss",
        published=Published(
            gradient={"w": "X.T @ max(min(X @ w - y, delta), -delta)"},
            curvature="sum(step(delta - abs(X @ w - y)) * (X @ v_w)**2)",
            hessian="X.T @ diag(step(delta - abs(X @ w - y))) @ X",
        ),
    ),
    source="Huber 1964, Annals of Mathematical Statistics 35, pages 73-101; Boyd & Vandenberghe 2004, section 6.1.2",
    notes={"kinks": "curvature and Hessian hold where no residual is exactly delta or -delta"},
)
