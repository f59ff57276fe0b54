"""Softmax: convex, because the curvature of log-sum-exp is a variance.

f(W) = scale * sum_i log sum_k exp(z_ik) - a linear function of W,    z_ik = sum_j X[i,j] W[k,j]
D^2 f[V, V] = scale * sum_i Var_{k ~ p_i}(u_ik),    p_i = softmax(z_i),  u_ik = (V x_i)_k
"""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.kernel.term import Size, Term


@dataclass(frozen=True, slots=True)
class Softmax:
    """The argument.

    parameter, matrix     W and X
    index, size           i, and what it runs over
    label, classes        k, and what it runs over
    core                  z_ik
    target                Y in the linear part - scale * sum_i sum_k Y[i,k] z_ik
    scale                 a factor > 0
    """

    name: ClassVar[str] = "variance"
    parameter: str
    matrix: str
    index: str
    size: Size
    label: str
    classes: Size
    core: Term
    target: str
    scale: Term
