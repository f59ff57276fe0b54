"""Squared loss on a sigmoid unit: one layer, a convex loss, and yet not convex.

    f(w) = sum_i (sigmoid(x_i.w) - y_i)^2 / 2

It is bounded, so it is convex only where it is constant, and that is for X = 0, whatever the targets.

Shapes   w (d,)   X (n, d)   y (n,)   ->   ()
Domain   every w and every X, y
"""

from symconvex.models._family import INPUTS, TARGETS, WEIGHTS, Variant, family
from symconvex.models._model import Published

P = "sigmoid(X @ w)"
WEIGHT = f"{P} * (1 - {P}) * ({P} * (1 - {P}) + ({P} - y) * (1 - 2*{P}))"

MODEL = family(
    "sigmoid-squared",
    "squared loss on a sigmoid unit, convex only for X = 0",
    Variant(
        loss=f"sum(({P} - y)**2)/2",
        parameters=(WEIGHTS,),
        data=(INPUTS, TARGETS),
        called="the squared loss of a sigmoid unit",
        published=Published(
            gradient={"w": f"X.T @ (({P} - y) * {P} * (1 - {P}))"},
            curvature=f"sum({WEIGHT} * (X @ v_w)**2)",
            hessian=f"X.T @ diag({WEIGHT}) @ X",
        ),
        verdict="neither",
        condition="X == 0",
    ),
    source="Auer, Herbster & Warmuth 1996, Advances in Neural Information Processing Systems 8, pages 316-322",
)
