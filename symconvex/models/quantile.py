"""Quantile regression: the check loss, which charges tau above the prediction and 1 - tau below.

    f(w) = sum_i max(tau r_i, (tau - 1) r_i),    r = y - X w

Shapes   w (d,)   X (n, d)   y (n,)   tau ()   ->   ()
Domain   every w and every X, y; 0 < tau < 1
"""

from symconvex.models._family import INPUTS, TARGETS, WEIGHTS, Variant, family
from symconvex.models._model import Published
from symconvex.problem import Symbol

MODEL = family(
    "quantile",
    "check loss of quantile regression at level tau, convex",
    Variant(
        loss="sum(max(tau * (y - X @ w), (tau - 1) * (y - X @ w)))",
        parameters=(WEIGHTS,),
        data=(INPUTS, TARGETS, Symbol("tau", (), "unit")),
        called="the check loss of quantile regression",
        published=Published(gradient={"w": "X.T @ (step(X @ w - y) - tau)"}, curvature="0"),
    ),
    also=("pinball", "mae", "l1", "absolute", "lad"),
    source="Koenker & Bassett 1978, Econometrica 46, pages 33-50",
    notes={"kinks": "gradient and curvature hold where no residual is exactly 0"},
)
