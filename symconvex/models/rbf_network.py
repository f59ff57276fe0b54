"""Radial basis function networks: squared loss of Gaussian bumps around centres.

    f(C, v) = |Phi v - y|^2 / 2,    Phi_ij = exp(-gamma |x_i - c_j|^2)

With fixed centres it is least squares in v. Trained centres are hidden parameters that always have an influence.

Shapes   X (n, d)   C (h, d)   v (h,)   gamma ()   y (n,)   ->   ()
Domain   every v, every C and every X, y; gamma > 0
"""

from collections.abc import Mapping

from symconvex.models._family import INPUTS, TARGETS, Variant, family
from symconvex.models._model import Option, Published
from symconvex.problem import Symbol

CENTRES = Symbol("C", ("h", "d"))
HEIGHTS = Symbol("v", ("h",))
GAMMA = Symbol("gamma", (), "positive")

# |x|^2 - 2 x.c + |c|^2, samples in rows: a vector meets the last axis, so |x|^2 is added to the transpose.
DISTANCES = "((sum(X**2, axis=1) - 2*C @ X.T).T + sum(C**2, axis=1))"
PHI = f"exp(-gamma*{DISTANCES})"
ERROR = f"({PHI} @ v - y)"

# A_ij = error_i Phi_ij v_j; with D_ij = (x_i - c_j).V_j, the first derivative of Phi_ij along V is 2 gamma Phi_ij D_ij.
A = f"(({ERROR} * {PHI}.T).T * v)"
D = "(X @ v_C.T - sum(C * v_C, axis=1))"

CALLED = "the squared loss of a radial basis function network with"

FIXED = Variant(
    loss=f"sum({ERROR}**2)/2",
    parameters=(HEIGHTS,),
    data=(INPUTS, TARGETS, CENTRES, GAMMA),
    called=f"{CALLED} fixed centres",
    published=Published(
        gradient={"v": f"{PHI}.T @ {ERROR}"},
        curvature=f"sum(({PHI} @ v_v)**2)",
        hessian=f"{PHI}.T @ {PHI}",
    ),
)

TRAINED = Variant(
    loss=f"sum({ERROR}**2)/2",
    parameters=(CENTRES, HEIGHTS),
    data=(INPUTS, TARGETS, GAMMA),
    called=f"{CALLED} trained centres",
    published=Published(
        gradient={"C": f"2*gamma*({A}.T @ X - (sum({A}, axis=0) * C.T).T)", "v": f"{PHI}.T @ {ERROR}"},
        curvature=f"sum((2*gamma*({PHI} * {D}) @ v + {PHI} @ v_v)**2)"
        f" + sum({A} * (4*gamma**2*{D}**2 - 2*gamma*sum(v_C**2, axis=1)))"
        f" + 4*gamma*sum(({ERROR} * ({PHI} * {D}).T).T @ v_v)",
    ),
    verdict="neither",
    condition="False",
)


def variant(chosen: Mapping[str, str]) -> Variant:
    return FIXED if chosen["centres"] == "fixed" else TRAINED


MODEL = family(
    "rbf-network",
    "squared loss of Gaussian bumps, convex with fixed centres, never with trained ones",
    variant,
    options=(Option("centres", "trained", ("trained", "fixed"), "fixed: the centres C are data"),),
    source="Bishop 2006, section 6.3; Hastie, Tibshirani & Friedman 2009, section 6.7",
)
