"""The exponential loss, which boosting minimises.

    f(w) = sum_i exp(-y_i x_i.w)

Shapes   w (d,)   X (n, d)   y (n,) of -1, 1   ->   ()
Domain   every w and every X
"""

from symconvex.models._family import INPUTS, SIGNS, WEIGHTS, Variant, family
from symconvex.models._model import Published

MODEL = family(
    "exponential",
    "exponential loss of the margins, the loss of boosting, convex",
    Variant(
        loss="sum(exp(-y * (X @ w)))",
        parameters=(WEIGHTS,),
        data=(INPUTS, SIGNS),
        published=Published(
            gradient={"w": "-X.T @ (y * exp(-y * (X @ w)))"},
            curvature="sum(exp(-y * (X @ w)) * (X @ v_w)**2)",
            hessian="X.T @ diag(exp(-y * (X @ w))) @ X",
        ),
    ),
    source="Hastie, Tibshirani & Friedman 2009, section 10.5",
    notes={"strict": "strictly convex iff the rows of X span R^d"},
)
