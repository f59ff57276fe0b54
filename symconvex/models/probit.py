"""Probit regression: the negative log-likelihood of signs given a normal threshold.

    f(w) = -sum_i log Phi(y_i x_i.w),    Phi the standard normal distribution function

With z = y_i x_i.w and the hazard r = phi(z)/Phi(z), the weight of sample i in the Hessian is r (r + z).

Shapes   w (d,)   X (n, d)   y (n,) of -1, 1   ->   ()
Domain   every w and every X
"""

from symconvex.models._family import INPUTS, SIGNS, WEIGHTS, Variant, family
from symconvex.models._model import Published

MARGINS = "y * (X @ w)"
HAZARD = f"normpdf({MARGINS})/normcdf({MARGINS})"
CURVATURES = f"{HAZARD} * ({HAZARD} + {MARGINS})"

MODEL = family(
    "probit",
    "probit regression of signs, convex since the normal distribution function is log-concave",
    Variant(
        loss=f"-sum(log(normcdf({MARGINS})))",
        parameters=(WEIGHTS,),
        data=(INPUTS, SIGNS),
        published=Published(
            gradient={"w": f"-X.T @ (y * {HAZARD})"},
            curvature=f"sum({CURVATURES} * (X @ v_w)**2)",
            hessian=f"X.T @ diag({CURVATURES}) @ X",
        ),
    ),
    source="Bishop 2006, section 4.3.5; Pratt 1981, Journal of the American Statistical Association 76, pages 103-106",
    notes={"strict": "strictly convex iff the rows of X span R^d"},
)
