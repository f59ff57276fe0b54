"""Multilayer perceptrons: squared or logistic loss of a layered network.

    f = |O - Y|^2 / 2    or    f = sum log(1 + exp(-Y O)),    O = phi(... phi(X W_1' + 1 b_1') ...) W_L' + 1 b_L'

The last layer is linear, so f is convex only where the hidden parameters have no influence on it. For the activations
offered here that is X = 0 at most: hidden biases always matter, and so does a second hidden layer fed by phi(0) != 0.

Shapes   X (n, d)   W1 (h, d)   b1 (h,)   W2 (1, h)   b2 (1,), and so on   Y (n, 1)   ->   ()
Domain   every W1, b1, ... and every X, Y
"""

from collections.abc import Mapping

from symconvex.models._family import Variant, family, read_widths, refused
from symconvex.models._model import Option
from symconvex.models._network import (
    IDENTITY,
    LOGISTIC,
    SQUARED,
    Activation,
    Network,
    inputs,
    loss,
    parameters,
    published,
    sizes_said,
)
from symconvex.problem import Shape, Symbol

ACTIVATIONS = {
    "identity": IDENTITY,
    "sigmoid": Activation(
        "sigmoid({0})",
        "sigmoid({0}) * (1 - sigmoid({0}))",
        "sigmoid({0}) * (1 - sigmoid({0})) * (1 - 2*sigmoid({0}))",
    ),
    "tanh": Activation("tanh({0})", "(1 - tanh({0})**2)", "-2*tanh({0}) * (1 - tanh({0})**2)"),
    "relu": Activation("relu({0})", "step({0})"),
    "softplus": Activation("softplus({0})", "sigmoid({0})", "sigmoid({0}) * (1 - sigmoid({0}))"),
    "leaky-relu": Activation("leaky_relu({0})", "(step({0}) + step(-({0}))/100)"),
    "square": Activation("({0})**2", "2*({0})", "2"),
    "sin": Activation("sin({0})", "cos({0})", "-sin({0})"),
}
MOST_WIDTHS = 9
NOT_ZERO_AT_ZERO = ("sigmoid", "softplus")
FITS = {"squared": SQUARED, "logistic": LOGISTIC}


def variant(chosen: Mapping[str, str]) -> Variant:
    widths = read_widths("mlp", "widths", chosen["widths"], least=3, most=MOST_WIDTHS)
    _check_loss(chosen["loss"], widths)
    net = Network(widths, ACTIVATIONS[chosen["activation"]], chosen["biases"] == "yes")
    fit = FITS[chosen["loss"]]
    return Variant(
        loss=loss(net, fit),
        parameters=parameters(net),
        data=(inputs(net), Symbol("Y", ("n", widths[-1]), "real" if fit is SQUARED else "sign")),
        called=called(chosen, net),
        published=published(net, fit),
        verdict="neither",
        condition=condition(chosen["activation"], net),
    )


def called(chosen: Mapping[str, str], net: Network) -> str:
    """The squared loss of a 2-2-1 network of tanh units with biases."""
    units = {"identity": "linear", "square": "quadratic"}.get(chosen["activation"], chosen["activation"])
    biases = " with biases" if net.biases else ""
    return f"the {chosen['loss']} loss of a {sizes_said(net.widths)} network of {units} units{biases}"


def _check_loss(name: str, widths: Shape) -> None:
    if name == "logistic" and widths[-1] != 1:
        what = "the logistic loss needs one output"
        raise refused("mlp", what, "last width 1", str(widths[-1]), "end the widths with 1, or take --loss squared")


def condition(activation: str, net: Network) -> str:
    """When nothing hidden has an influence on the loss."""
    deep = len(net.layers) > 2
    return "False" if net.biases or (deep and activation in NOT_ZERO_AT_ZERO) else "X == 0"


MODEL = family(
    "mlp",
    "squared or logistic loss of a multilayer perceptron, convex at most for X = 0",
    variant,
    options=(
        Option("widths", "d,h,1", (), "sizes from input to output, such as 2,2,1; names stand for any size"),
        Option("activation", "tanh", tuple(ACTIVATIONS), "the function of every hidden unit"),
        Option("biases", "no", ("no", "yes"), "yes: every unit, outputs included, has a bias"),
        Option("loss", "squared", tuple(FITS), "squared: any targets; logistic: labels -1, 1 and one output"),
    ),
    also=("neural-network", "network", "nn", "feedforward", "multilayer-perceptron"),
    source="Bishop 2006, sections 5.3.1 for the gradient and 5.4.6 for the curvature; "
    "Goodfellow, Bengio & Courville 2016, section 6.5",
    notes={"kinks": "for relu and leaky-relu, gradient and curvature hold where no unit is exactly at 0"},
)
