"""Softmax cross-entropy: the negative log-likelihood of K classes given linear scores.

    f(W) = sum_i log sum_k exp(W x_i)_k - sum_ik Y_ik (W x_i)_k

Shapes   W (K, d)   X (n, d)   Y (n, K), one 1 in every row   ->   ()
Domain   every W and every X
"""

from collections.abc import Mapping

from symconvex.models._family import INPUTS, Variant, family, read_widths
from symconvex.models._model import Option, Published
from symconvex.problem import Symbol

LOSS = "sum(logsumexp(X @ W.T, axis=1)) - sum(Y * (X @ W.T))"
# Row i holds the probabilities p_i = softmax(W x_i); a vector divides the columns of a transpose.
PROBABILITIES = "(exp(X @ W.T).T / sum(exp(X @ W.T), axis=1)).T"
GRADIENT = f"({PROBABILITIES} - Y).T @ X"
CURVATURE = f"sum({PROBABILITIES} * (X @ v_W.T)**2) - sum(sum({PROBABILITIES} * (X @ v_W.T), axis=1)**2)"


def variant(chosen: Mapping[str, str]) -> Variant:
    (classes,) = read_widths("softmax", "classes", chosen["classes"], least=1, most=1)
    return Variant(
        loss=LOSS,
        parameters=(Symbol("W", (classes, "d")),),
        data=(INPUTS, Symbol("Y", ("n", classes), "binary")),
        called=f"softmax cross-entropy{f' of {classes} classes' if isinstance(classes, int) else ''}",
        published=Published(gradient={"W": GRADIENT}, curvature=CURVATURE),
    )


MODEL = family(
    "softmax",
    "softmax cross-entropy of K classes, convex and never strictly so for K >= 2",
    variant,
    options=(Option("classes", "K", (), "the number of classes, such as 3; K stands for any"),),
    also=("cross-entropy", "crossentropy", "multinomial", "softmax-regression", "categorical-cross-entropy"),
    source="Boyd & Vandenberghe 2004, section 3.1.5; gradient and Hessian in Bishop 2006, section 4.3.4",
    notes={"strict": "adding one vector to every row of W leaves f unchanged"},
)
