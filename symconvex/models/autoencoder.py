"""Linear autoencoders: squared error of a reconstruction from h linear features.

    f(W_1, W_2) = |X W_1' W_2' - X|^2 / 2        f(W) = |X W' W - X|^2 / 2, tied

Both are convex only for X = 0.

Shapes   X (n, d)   W1 (h, d)   W2 (d, h)   W (h, d)   ->   ()
Domain   every W1, W2 or W, and every X
"""

from collections.abc import Mapping

from symconvex.models._family import INPUTS, Variant, family
from symconvex.models._model import Option, Published
from symconvex.models._network import RECONSTRUCTION, Network, loss, parameters, published
from symconvex.problem import Symbol

FREE = Network(("d", "h", "d"))
ERROR = "(X @ W.T @ W - X)"

UNTIED = Variant(
    loss=loss(FREE, RECONSTRUCTION),
    parameters=parameters(FREE),
    data=(INPUTS,),
    called="the loss of a linear autoencoder",
    published=published(FREE, RECONSTRUCTION),
    verdict="neither",
    condition="X == 0",
)

TIED = Variant(
    loss=f"sum({ERROR}**2)/2",
    parameters=(Symbol("W", ("h", "d")),),
    data=(INPUTS,),
    called="the loss of a linear autoencoder with tied weights",
    published=Published(
        gradient={"W": f"W @ (X.T @ {ERROR} + {ERROR}.T @ X)"},
        curvature=f"sum((X @ v_W.T @ W + X @ W.T @ v_W)**2) + 2*sum({ERROR} * (X @ v_W.T @ v_W))",
    ),
    verdict="neither",
    condition="X == 0",
)


def variant(chosen: Mapping[str, str]) -> Variant:
    return TIED if chosen["tied"] == "yes" else UNTIED


MODEL = family(
    "autoencoder",
    "squared reconstruction error of a linear autoencoder, convex only for X = 0",
    variant,
    options=(Option("tied", "no", ("no", "yes"), "yes: the decoder is the transpose of the encoder"),),
    source="Baldi & Hornik 1989, Neural Networks 2, pages 53-58; Bishop 2006, section 12.4.2",
)
