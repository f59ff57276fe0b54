"""The log-cosh loss, a smooth neighbour of the absolute residual.

    f(w) = sum_i log cosh(x_i.w - y_i)

Shapes   w (d,)   X (n, d)   y (n,)   ->   ()
Domain   every w and every X, y
"""

from symconvex.models._family import INPUTS, TARGETS, WEIGHTS, Variant, family
from symconvex.models._model import Published

MODEL = family(
    "log-cosh",
    "log cosh of the residuals, a smooth absolute value, convex",
    Variant(
        loss="sum(log(cosh(X @ w - y)))",
        parameters=(WEIGHTS,),
        data=(INPUTS, TARGETS),
        published=Published(
            gradient={"w": "X.T @ tanh(X @ w - y)"},
            curvature="sum((1 - tanh(X @ w - y)**2) * (X @ v_w)**2)",
            hessian="X.T @ diag(1 - tanh(X @ w - y)**2) @ X",
        ),
    ),
    source="Green 1990, IEEE Transactions on Medical Imaging 9(1), pages 84-93",
    notes={"strict": "strictly convex iff the rows of X span R^d"},
)
