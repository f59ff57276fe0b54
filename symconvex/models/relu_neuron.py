"""Squared loss on one ramp unit.

    f(w) = sum_i (max(0, x_i.w) - y_i)^2 / 2

On each cell of the hyperplanes x_i.w = 0 it is a convex quadratic, so it is convex iff it bends upwards across
each of them: for every line through 0, the sum of |x_i| y_i over the x_i on that line must not be positive.
The condition multiplies that sum by |x_k|, which makes it rational: |x_i| |x_k| = |x_i.x_k| on a line.

Shapes   w (d,)   X (n, d)   y (n,)   ->   ()
Domain   every w and every X, y
"""

from symconvex.models._family import INPUTS, TARGETS, WEIGHTS, Variant, family
from symconvex.models._model import Published

ON_ONE_LINE = "(X[i] @ X[k])**2 == (X[i] @ X[i]) * (X[k] @ X[k])"

MODEL = family(
    "relu-neuron",
    "squared loss on one ramp unit, convex iff the targets on no line outweigh 0",
    Variant(
        loss="sum((relu(X @ w) - y)**2)/2",
        parameters=(WEIGHTS,),
        data=(INPUTS, TARGETS),
        called="the squared loss of a rectified unit",
        published=Published(
            gradient={"w": "X.T @ ((relu(X @ w) - y) * step(X @ w))"},
            curvature="sum(step(X @ w) * (X @ v_w)**2)",
            hessian="X.T @ diag(step(X @ w)) @ X",
        ),
        verdict="neither",
        condition=f"all(sum(abs(X[i] @ X[k]) * y[i] for i in range(n) if {ON_ONE_LINE}) <= 0 for k in range(n))",
    ),
    source="Goodfellow, Bengio & Courville 2016, section 6.3.1",
    notes={
        "kinks": "gradient, curvature and Hessian hold where no x_i.w is 0",
        "d = 1": "convex iff sum(abs(X[:,0])*y) <= 0",
    },
)
