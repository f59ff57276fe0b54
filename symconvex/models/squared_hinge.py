"""The squared hinge loss, without its penalty.

    f(w) = sum_i max(0, 1 - y_i x_i.w)^2

Shapes   w (d,)   X (n, d)   y (n,) of -1, 1   ->   ()
Domain   every w and every X
"""

from symconvex.models._family import INPUTS, SIGNS, WEIGHTS, Variant, family
from symconvex.models._model import Published

MODEL = family(
    "squared-hinge",
    "squared hinge loss of the margins, once continuously differentiable, convex",
    Variant(
        loss="sum(relu(1 - y * (X @ w))**2)",
        parameters=(WEIGHTS,),
        data=(INPUTS, SIGNS),
        called="the squared hinge loss",
        published=Published(
            gradient={"w": "-2*X.T @ (y * relu(1 - y * (X @ w)))"},
            curvature="2*sum(step(1 - y * (X @ w)) * (X @ v_w)**2)",
            hessian="2*X.T @ diag(step(1 - y * (X @ w))) @ X",
        ),
    ),
    source="Chang, Hsieh & Lin 2008, Journal of Machine Learning Research 9, pages 1369-1398",
    notes={"kinks": "curvature and Hessian hold where no margin is exactly 1"},
)
