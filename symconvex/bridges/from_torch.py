"""PyTorch functions in the loss language: the graph of torch.fx, call by call.

The graph has no sizes: what is traced is the function at every size, and a function that looks at a size to decide
something is refused by the tracer.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from symconvex.bridges.torch_words import LOSSES, METHODS, OPERATORS, SAME, CallGiven, without_neutral
from symconvex.bridges.traced import Trace, decimal, failing, not_said
from symconvex.problem import Shape

MOST_CONSTANTS = 400


def trace(function: Callable[..., Any], names: Sequence[str], shapes: Mapping[str, Shape]) -> Trace:
    """The text of a function of tensors.

    Fails    NotYet at an operation that the language lacks, or at a decision that depends on a size or a value
    """
    import torch
    from torch import fx

    class Inside(fx.Tracer):  # type: ignore[misc]  # where PyTorch is not installed it is Any
        """Goes into modules, which are made of functions."""

        def call_module(self, m: Any, forward: Any, args: Any, kwargs: Any) -> Any:  # noqa: ARG002
            return forward(*args, **kwargs)

        def create_proxy(self, *given: Any, **named: Any) -> Any:
            proxy = super().create_proxy(*given, **named)
            places[proxy.node] = _place()
            return proxy

    places, tracer = dict[Any, str](), Inside()
    try:
        graph = tracer.trace(function)
    except (fx.proxy.TraceError, RuntimeError) as error:
        name = str(getattr(function, "__name__", "the function"))
        raise not_said("a decision that depends on a size or a value", name, str(error)) from error
    except Exception as error:
        raise failing(function, error, [(name, shapes[name]) for name in names]) from error
    reading = TorchReading(dict(shapes), tracer.root, places)
    for node in graph.nodes:
        reading.read(node)
    return Trace(reading.result, f"traced by torch.fx {torch.__version__} at any sizes, in real arithmetic")


@cache
def table() -> Mapping[Any, str]:
    """The functions of PyTorch that the language has, and what they are called here."""
    import math
    import operator

    import torch
    from torch.nn import functional

    homes = (operator, math, torch, torch.linalg, torch.special, functional)
    words = {*SAME, *LOSSES, *METHODS, *OPERATORS}
    found = {getattr(home, word): word for home in homes for word in words if callable(getattr(home, word, None))}
    found[torch.linalg.norm] = "linalg_norm"
    return {**found, torch.special.expit: "sigmoid", torch.special.ndtr: "normcdf", functional.logsigmoid: "logsigmoid"}


class TorchReading:
    """Texts of the nodes of a graph.

    shapes     of the arguments
    texts      node -> text; a tuple of sizes for a shape
    places     node -> the line of the function
    """

    def __init__(self, shapes: Mapping[str, Shape], root: Any, places: Mapping[Any, str]) -> None:
        self.shapes, self.root, self.places = shapes, root, places
        self.texts: dict[Any, Any] = {}
        self.result = ""

    def read(self, node: Any) -> None:
        """Give a node its text."""
        match node.op:
            case "placeholder":
                self.texts[node] = str(node.target)
            case "get_attr":
                self.texts[node] = self._constant(node)
            case "call_function" | "call_method":
                self.texts[node] = self._called(node)
            case "output":
                result = node.args[0]
                if isinstance(result, tuple | list):
                    raise not_said("a function with several results", "its return", f"{len(result)} results")
                self.result = self.text(result, node)
            case _:
                raise not_said(f"{node.op} {node.target}", self._line(node), str(node.target))

    def text(self, value: Any, node: Any) -> str:
        """An operand."""
        if value in self.texts if hasattr(value, "op") else False:
            return str(self.texts[value])
        if isinstance(value, bool) or value is None:
            raise not_said(f"{value} as a number", self._line(node), str(value))
        if isinstance(value, int | float):
            return decimal(value)
        raise not_said(f"{type(value).__name__} as an operand", self._line(node), str(value))

    def _constant(self, node: Any) -> str:
        value = self.root
        for part in str(node.target).split("."):
            value = getattr(value, part)
        if value.numel() > MOST_CONSTANTS or value.dim() > 2:
            raise not_said("a large tensor that is no argument", self._line(node), f"shape {tuple(value.shape)}")
        return _listed(value.tolist())

    def _called(self, node: Any) -> Any:
        """A function or a method; unknown ones are named with their line."""
        word = str(node.target) if node.op == "call_method" else table().get(node.target)
        if node.op == "call_function" and node.target is getattr:
            return self._attribute(node)
        if word in ("size", "numel"):
            return self._size(node, word)
        if word == "getitem" and isinstance(self.texts.get(node.args[0]), tuple):
            return self.texts[node.args[0]][node.args[1]]
        if word is None or not (word in SAME or word in LOSSES or word in METHODS or word in OPERATORS):
            raise not_said(f"{_name(node)} of PyTorch", self._line(node), _name(node))
        given = CallGiven(
            tuple(self._argument(arg, node) for arg in node.args),
            without_neutral({key: self._argument(arg, node) for key, arg in node.kwargs.items()}),
            tuple(self.shapes.get(str(getattr(arg, "target", "")), None) for arg in node.args),
        )
        make = OPERATORS.get(word) or METHODS.get(word) or LOSSES.get(word)
        found = f"{SAME[word]}({given.first})" if make is None and given.is_alone else make(given) if make else None
        if found is None:
            raise not_said(f"{_name(node)} with these arguments", self._line(node), f"{node.args} {node.kwargs}")
        return found

    def _argument(self, arg: Any, node: Any) -> Any:
        """The text of an operand; words, truth values and axes stay what they are."""
        if hasattr(arg, "op"):
            return self.text(arg, node)
        return arg

    def _attribute(self, node: Any) -> Any:
        array, word = node.args[:2]
        text = self.text(array, node)
        if word in ("T", "mT"):
            return f"({text}).T"
        if word == "shape" and array.op == "placeholder":
            return tuple(f"{size}" for size in self.shapes[text])
        raise not_said(f"the attribute {word}", self._line(node), str(word))

    def _line(self, node: Any) -> str:
        return self.places.get(node, str(node))

    def _size(self, node: Any, word: str) -> Any:
        array = node.args[0]
        shape = self.shapes.get(self.text(array, node)) if array.op == "placeholder" else None
        if shape is None:
            raise not_said(f"{word} of what is no argument", self._line(node), word)
        if word == "numel":
            return f"({'*'.join(map(str, shape))})" if shape else "1"
        where = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim")
        return tuple(map(str, shape)) if where is None else str(shape[where])


def _name(node: Any) -> str:
    return str(getattr(node.target, "__name__", node.target))


def _place() -> str:
    """The line that is being traced: the nearest one that is neither PyTorch's nor ours."""
    frame = inspect.currentframe()
    while (
        frame is not None
        and frame.f_back is not None
        and (frame.f_code.co_filename == __file__ or "/torch/" in frame.f_code.co_filename)
    ):
        frame = frame.f_back
    return "" if frame is None else f"{frame.f_code.co_filename}, line {frame.f_lineno}"


def _listed(value: Any) -> str:
    return f"[{', '.join(map(_listed, value))}]" if isinstance(value, list) else decimal(value)
