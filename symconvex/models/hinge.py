"""The hinge loss of the support vector machine, without its penalty.

    f(w) = sum_i max(0, 1 - y_i x_i.w)

Shapes   w (d,)   X (n, d)   y (n,) of -1, 1   ->   ()
Domain   every w and every X
"""

from symconvex.models._family import INPUTS, SIGNS, WEIGHTS, Variant, family
from symconvex.models._model import Published

MODEL = family(
    "hinge",
    "hinge loss of the margins, the loss of the support vector machine, convex",
    Variant(
        loss="sum(relu(1 - y * (X @ w)))",
        parameters=(WEIGHTS,),
        data=(INPUTS, SIGNS),
        published=Published(gradient={"w": "-X.T @ (y * step(1 - y * (X @ w)))"}, curvature="0"),
    ),
    also=("svm", "support-vector-machine", "perceptron"),
    source="Hastie, Tibshirani & Friedman 2009, section 12.3.2",
    notes={"kinks": "gradient and curvature hold where no margin is exactly 1"},
)
