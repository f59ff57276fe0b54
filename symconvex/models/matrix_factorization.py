"""Matrix factorization: squared error of a product of two thin matrices.

    f(U, V) = |U V' - M|^2 / 2

It is never convex: U V' takes a value and its opposite at (U, V) and (-U, V), and 0 between them.

Shapes   M (n, m)   U (n, k)   V (m, k)   ->   ()
Domain   every U, V and every M
"""

from symconvex.models._family import Variant, family
from symconvex.models._model import Published
from symconvex.problem import Symbol

MODEL = family(
    "matrix-factorization",
    "squared error of a product of two matrices, never convex",
    Variant(
        loss="sum((U @ V.T - M)**2)/2",
        parameters=(Symbol("U", ("n", "k")), Symbol("V", ("m", "k"))),
        data=(Symbol("M", ("n", "m")),),
        called="the loss of a matrix factorization",
        published=Published(
            gradient={"U": "(U @ V.T - M) @ V", "V": "(U @ V.T - M).T @ U"},
            curvature="sum((v_U @ V.T + U @ v_V.T)**2) + 2*sum((U @ V.T - M) * (v_U @ v_V.T))",
        ),
        verdict="neither",
        condition="False",
    ),
    also=("pca", "matrix-completion", "low-rank"),
    source="Udell, Horn, Zadeh & Boyd 2016, section 2.1",
)
