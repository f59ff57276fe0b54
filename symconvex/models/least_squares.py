"""Least squares: half the squared residuals of a linear prediction.

    f(w) = |X w - y|^2 / 2

Shapes   w (d,)   X (n, d)   y (n,)   ->   ()
Domain   every w and every X, y
"""

from symconvex.models._family import INPUTS, TARGETS, WEIGHTS, Variant, family
from symconvex.models._model import Published

MODEL = family(
    "least-squares",
    "squared residuals of a linear prediction, convex",
    Variant(
        loss="sum((X @ w - y)**2)/2",
        parameters=(WEIGHTS,),
        data=(INPUTS, TARGETS),
        published=Published(
            gradient={"w": "X.T @ (X @ w - y)"},
            curvature="sum((X @ v_w)**2)",
            hessian="X.T @ X",
        ),
    ),
    also=("linear-regression", "ols", "mse", "squared-loss", "l2-loss"),
    source="Boyd & Vandenberghe 2004, section 6.1.1",
    notes={"strict": "strictly convex iff the rows of X span R^d"},
)
