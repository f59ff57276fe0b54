"""How a file of this folder is written: options pick a variant, a variant is one loss with its facts.

`least_squares.py` is the shortest file to copy. `huber.py` has a number among its data, `logistic.py` an option,
`sigmoid_squared.py` a loss that is not convex, `matrix_factorization.py` two parameters.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from symconvex.errors import ModelError
from symconvex.language.state import state
from symconvex.models._model import Model, Option, Published
from symconvex.problem import Problem, Shape, Symbol

LABELS = Option("labels", "sign", ("sign", "binary"), "sign: y is -1 or 1; binary: y is 0 or 1")

# The usual data and parameter of a loss of the margins X @ w.
INPUTS = Symbol("X", ("n", "d"))
TARGETS = Symbol("y", ("n",))
SIGNS = Symbol("y", ("n",), "sign")
BITS = Symbol("y", ("n",), "binary")
WEIGHTS = Symbol("w", ("d",))
DECAY = Symbol("lam", (), "positive")


@dataclass(frozen=True, slots=True)
class Variant:
    """One loss of a family, what its source prints, and the expected answer as in `Model`.

    loss          as a user would write it; README says what the language has
    parameters    what the loss is minimised over, in this order
    data          what else the loss mentions, each with its shape and set; what many models share stands above
    called        how a sentence calls this variant, formulas between dollar signs; else "the NAME loss"
    """

    loss: str
    parameters: tuple[Symbol, ...]
    data: tuple[Symbol, ...]
    published: Published
    verdict: str = "convex"
    condition: str | None = None
    called: str = ""


Variants = Callable[[Mapping[str, str]], Variant]


def family(
    name: str,
    summary: str,
    variants: Variant | Variants,
    *,
    source: str = "",
    options: tuple[Option, ...] = (),
    notes: Mapping[str, str] | None = None,
    also: tuple[str, ...] = (),
) -> Model:
    """A model whose options, once checked and completed, pick a variant.

    variants    the only variant, or a function: options by name, all of them given -> variant

    Fails    with ModelError on an option or a value that is not offered, when the model is asked
    """

    def pick(given: Mapping[str, str]) -> Variant:
        chosen = choose(name, options, given)
        return variants if isinstance(variants, Variant) else variants(chosen)

    def problem(given: Mapping[str, str]) -> Problem:
        variant = pick(given)
        symbols = (*variant.parameters, *variant.data)
        stated = state(
            variant.loss,
            wrt=tuple(symbol.name for symbol in variant.parameters),
            shapes={symbol.name: symbol.shape for symbol in symbols},
            sets={symbol.name: symbol.within for symbol in symbols},
            name=name,
        )
        return replace(stated, called=variant.called or f"the {name} loss", source=source)

    return Model(
        name=name,
        summary=summary,
        options=options,
        problem=problem,
        published=lambda given: pick(given).published,
        verdict=lambda given: pick(given).verdict,
        condition=lambda given: pick(given).condition,
        source=source,
        notes=notes or {},
        also=also,
    )


def choose(model: str, options: tuple[Option, ...], given: Mapping[str, str]) -> dict[str, str]:
    """The given options completed by defaults; raises ModelError. No choices means free text."""
    offered = {option.name: option for option in options}
    for name, value in given.items():
        if name not in offered:
            taken = listed(tuple(f"--{option}" for option in offered))
            raise refused(model, f"{model} takes no --{name}", taken, f"--{name}", _instead(name, value, offered))
        choices = offered[name].choices
        if choices and value not in choices:
            what = f"unknown value {value!r} for option {name!r}"
            raise refused(model, what, listed(choices), value, f"--{name} {offered[name].default}")
    return {name: given.get(name, option.default) for name, option in offered.items()}


def _instead(name: str, value: str, offered: Mapping[str, Option]) -> str:
    """What to write for an option that a model does not take; a network counts its layers by their widths."""
    if name == "layers" and "widths" in offered:
        layers = int(value) if WHOLE.fullmatch(value) and 1 < int(value) < 9 else 2
        widths = ",".join(["2", *["3"] * (layers - 1), "1"])
        return f"--widths {widths}: the input, then the width of each of {layers} layers"
    return f"leave --{name} out"


def refused(model: str, what: str, expected: str, got: str, hint: str) -> ModelError:
    """The error that says what a model does not take."""
    return ModelError(what, where=f"model {model}", expected=expected, got=got[:60] or "nothing", hint=hint)


def listed(names: tuple[str, ...]) -> str:
    """The names that are offered, in words."""
    return f"one of {', '.join(names)}" if names else "no options"


WHOLE = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
SIZE = re.compile(r"[dhkmK][0-9]{0,2}", re.ASCII)


def read_widths(model: str, option: str, text: str, *, least: int, most: int) -> Shape:
    """Sizes such as "2,2,1" or "d,h,1", input first; raises ModelError."""
    hint = f"--{option} {'2,2,1' if most > 1 else '3'}"
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if not (WHOLE.fullmatch(part) or SIZE.fullmatch(part)):
            expected = "whole numbers from 1 to 999999, or names such as d, h, h2, k, m"
            raise refused(model, f"--{option} cannot be read", expected, part, hint)
    if not least <= len(parts) <= most:
        expected = f"{least} to {most} sizes" if least < most else f"{least} size"
        raise refused(model, f"--{option} has the wrong length", expected, f"{len(parts)} sizes", hint)
    return tuple(int(part) if part.isdigit() else part for part in parts)
