"""Poisson regression with the log link; the terms log(y_i!) do not depend on w and are left out.

    f(w) = sum_i exp(x_i.w) - y_i x_i.w

Shapes   w (d,)   X (n, d)   y (n,) of counts   ->   ()
Domain   every w and every X
"""

from symconvex.models._family import INPUTS, WEIGHTS, Variant, family
from symconvex.models._model import Published
from symconvex.problem import Symbol

MODEL = family(
    "poisson",
    "Poisson regression of counts with the log link, convex",
    Variant(
        loss="sum(exp(X @ w) - y * (X @ w))",
        parameters=(WEIGHTS,),
        data=(INPUTS, Symbol("y", ("n",), "count")),
        called="the Poisson loss",
        published=Published(
            gradient={"w": "X.T @ (exp(X @ w) - y)"},
            curvature="sum(exp(X @ w) * (X @ v_w)**2)",
            hessian="X.T @ diag(exp(X @ w)) @ X",
        ),
    ),
    also=("poisson-regression", "glm"),
    source="McCullagh & Nelder 1989, section 1.2.7",
    notes={"strict": "strictly convex iff the rows of X span R^d"},
)
