"""Layered networks as text: the forward pass, back-propagation, and the second derivative along a line.

    Z_1 = X W_1' + 1 b_1',    H_k = phi(Z_k),    Z_k = H_{k-1} W_k' + 1 b_k',    output Z_L

Rows are samples. Nothing here is obtained by differentiating: it is the recursion of the source, written out.

Source   back-propagation in Bishop 2006, section 5.3.1; the R operator in Bishop 2006, section 5.4.6
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from symconvex.language.printing.texwords import size_tex
from symconvex.models._model import Published
from symconvex.problem import Shape, Symbol


@dataclass(frozen=True, slots=True)
class Activation:
    """phi with its first and second derivative at {0}; no bend means 0; the identity has neither."""

    value: str
    slope: str = ""
    bend: str = ""


IDENTITY = Activation("{0}")


@dataclass(frozen=True, slots=True)
class Network:
    """Widths from input to output, at least one of them hidden, one activation for all hidden layers, biases or not."""

    widths: Shape
    activation: Activation = IDENTITY
    biases: bool = False

    @property
    def layers(self) -> range:
        return range(1, len(self.widths))


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of output {O}, its slope and its bend in the output, entry by entry; no bend means 1."""

    loss: str
    slope: str
    bend: str = ""


SQUARED = Loss("sum(({O} - Y)**2)/2", "({O} - Y)")
LOGISTIC = Loss("sum(softplus(-Y * ({O})))", "(-Y * sigmoid(-Y * ({O})))", "sigmoid(Y * ({O})) * sigmoid(-Y * ({O}))")
RECONSTRUCTION = Loss("sum(({O} - X)**2)/2", "({O} - X)")


def sizes_said(widths: Shape) -> str:
    """2-2-1, and $d$-$h$-$1$ where sizes have names."""
    named = any(isinstance(width, str) for width in widths)
    return "-".join(f"${size_tex(width)}$" if named else str(width) for width in widths)


def parameters(net: Network) -> tuple[Symbol, ...]:
    """W1, b1, W2, b2, ...: row j of Wk holds the weights into unit j of layer k."""
    found = list[Symbol]()
    for k, (before, after) in enumerate(pairwise(net.widths), start=1):
        found.append(Symbol(f"W{k}", (after, before)))
        if net.biases:
            found.append(Symbol(f"b{k}", (after,)))
    return tuple(found)


def inputs(net: Network) -> Symbol:
    """X, one sample in a row."""
    return Symbol("X", ("n", net.widths[0]))


def loss(net: Network, fit: Loss) -> str:
    """The loss of the output Z_L."""
    return fit.loss.format(O=_forward(net)[0][-1])


def published(net: Network, fit: Loss) -> Published:
    """Gradient by back-propagation and curvature by two forward passes, kinks left out."""
    return Published(gradient=_gradient(net, fit), curvature=_curvature(net, fit))


def _forward(net: Network) -> tuple[list[str], list[str]]:
    """Z_1 ... Z_L and H_0 ... H_{L-1}, ready to be factors of a matrix product."""
    before, after = list[str](), ["X"]
    for k in net.layers:
        product = f"{after[-1]} @ W{k}.T"
        before.append(f"{product} + b{k}" if net.biases else product)
        value = net.activation.value
        after.append(value.format(before[-1]) if value != IDENTITY.value or not net.biases else f"({before[-1]})")
    return before, after[:-1]


def _gradient(net: Network, fit: Loss) -> Mapping[str, str]:
    """D_L = slope of the loss,  D_k = (D_{k+1} W_{k+1}) * phi'(Z_k),  dW_k = D_k' H_{k-1},  db_k = D_k' 1."""
    before, after = _forward(net)
    error = fit.slope.format(O=before[-1])
    found = dict[str, str]()
    for k in reversed(net.layers):
        found[f"W{k}"] = f"{error}.T @ {after[k - 1]}"
        if net.biases:
            found[f"b{k}"] = f"sum({error}, axis=0)"
        if k > 1:
            slope = net.activation.slope.format(before[k - 2])
            error = f"({error} @ W{k} * {slope})" if slope else f"({error} @ W{k})"
    return {symbol.name: found[symbol.name] for symbol in parameters(net)}


def _curvature(net: Network, fit: Loss) -> str:
    """q = sum bend * (R Z_L)^2 + sum slope * (S Z_L), R and S the first and second derivatives along the line."""
    out = _forward(net)[0][-1]
    first, second = _along(net)
    bend = f"{fit.bend.format(O=out)} * " if fit.bend else ""
    return f"sum({bend}({first})**2) + sum({fit.slope.format(O=out)} * ({second}))"


def _along(net: Network) -> tuple[str, str]:
    """R Z_L and S Z_L for the direction v_W1, v_b1, ..., written V_k and c_k.

    R Z_k = (R H_{k-1}) W_k' + H_{k-1} V_k' + 1 c_k'
    S Z_k = (S H_{k-1}) W_k' + 2 (R H_{k-1}) V_k'
    """
    before, after = _forward(net)
    direct = [f"{after[k - 1]} @ v_W{k}.T" + f" + v_b{k}" * net.biases for k in net.layers]
    first, second = direct[0], ""
    for k in net.layers[1:]:
        first_in, second_in = _through(net.activation, before[k - 2], first, second)
        first = f"{first_in} @ W{k}.T + {direct[k - 1]}"
        second = (f"{second_in} @ W{k}.T + " if second_in else "") + f"2*({first_in} @ v_W{k}.T)"
    return first, second


def _through(phi: Activation, at: str, first: str, second: str) -> tuple[str, str]:
    """R H = phi'(Z) * R Z and S H = phi''(Z) * (R Z)^2 + phi'(Z) * S Z; empty text stands for 0."""
    if phi == IDENTITY:
        return f"({first})", f"({second})" if second else ""
    slope = phi.slope.format(at)
    bent = [f"{phi.bend.format(at)} * ({first})**2"] if phi.bend else []
    passed = [f"({second}) * {slope}"] if second else []
    terms = " + ".join(bent + passed)
    return f"(({first}) * {slope})", f"({terms})" if terms else ""
