"""Deep linear networks: squared loss of a product of weight matrices.

    f(W_1, ..., W_L) = |X W_1' ... W_L' - Y|^2 / 2

It is convex, and even quasiconvex, only where it is constant, and that is for X = 0, whatever the targets.

Shapes   X (n, d)   W1 (h, d)   W2 (m, h), and so on   Y (n, m)   ->   ()
Domain   every W1, W2, ... and every X, Y
"""

from collections.abc import Mapping

from symconvex.models._family import Variant, family, read_widths, refused
from symconvex.models._model import Option
from symconvex.models._network import SQUARED, Network, inputs, loss, parameters, published, sizes_said
from symconvex.problem import Shape, Symbol

NAME = "linear-network"
MOST_LAYERS = 12


def variant(chosen: Mapping[str, str]) -> Variant:
    net = Network(widths(chosen["layers"], chosen["widths"]))
    return Variant(
        loss=loss(net, SQUARED),
        parameters=parameters(net),
        data=(inputs(net), Symbol("Y", ("n", net.widths[-1]))),
        called=f"the squared loss of a {sizes_said(net.widths)} linear network",
        published=published(net, SQUARED),
        verdict="neither",
        condition="X == 0",
    )


def widths(layers: str, text: str) -> Shape:
    """The widths as they are given, else symbolic ones for so many layers."""
    if layers and layers not in map(str, range(2, MOST_LAYERS + 1)):
        raise refused(NAME, "the number of layers cannot be used", f"2 to {MOST_LAYERS}", layers, "--layers 3")
    count = int(layers or 2)
    if not text:
        return ("d", "h", "m") if count == 2 else ("d", *(f"h{k}" for k in range(1, count)), "m")
    found = read_widths(NAME, "widths", text, least=3, most=MOST_LAYERS + 1)
    if layers and len(found) != count + 1:
        expected = f"{count + 1} widths for {count} layers"
        raise refused(NAME, "layers and widths disagree", expected, f"{len(found)} widths", "leave --layers out")
    return found


MODEL = family(
    NAME,
    "squared loss of a deep linear network, convex only for X = 0",
    variant,
    options=(
        Option("layers", "", (), f"the number of weight matrices, 2 to {MOST_LAYERS}; 2 unless widths say otherwise"),
        Option("widths", "", (), "sizes from input to output, such as 3,2,1 or d,h,m; without them any sizes"),
    ),
    also=("deep-linear", "linear-net"),
    source="Baldi & Hornik 1989, Neural Networks 2, pages 53-58; Saxe, McClelland & Ganguli 2014, arXiv:1312.6120",
)
