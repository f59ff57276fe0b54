"""Functions of another library as losses: traced into the loss language, or refused with the line that it cannot say.

JAX        the jaxpr at symbolic sizes: what it says holds for every size
PyTorch    the graph of torch.fx, which has no sizes at all; whatever would look at one is refused
"""

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symconvex.bridges.traced import Trace
from symconvex.errors import LossError
from symconvex.language import state
from symconvex.language.printing import text_of
from symconvex.problem import Problem, Shape

LIBRARIES = ("jax", "torch")


def problem_of_function(
    function: Callable[..., Any],
    *,
    wrt: Sequence[str],
    shapes: Mapping[str, Shape],
    sets: Mapping[str, str],
    library: str | None,
) -> Problem:
    """The problem of minimising a function of arrays over some of its arguments.

    Fails    NotYet at an operation that the language lacks, with its line; LossError on what is no such function
    """
    names = arguments_of(function)
    shapes = {name: tuple(shapes.get(name, ())) for name in names} | {n: tuple(s) for n, s in shapes.items()}
    unknown = [name for name in shapes if name not in names]
    if unknown:
        raise LossError(
            f"{unknown[0]} is no argument of the function",
            where=_called(function),
            expected=f"shapes of {', '.join(names)}",
            got=unknown[0],
            hint="give each array the name of its argument",
        )
    trace = _tracer(library or library_of(function))(function, names, shapes)
    problem = state(trace.text, wrt=wrt, shapes=shapes, sets=sets, name=_called(function))
    text = problem.text if "where(" in trace.text else text_of(problem.loss)  # with fewer brackets
    return replace(problem, text=text, notes=(trace.note, *problem.notes))


def _tracer(library: str) -> Callable[[Callable[..., Any], tuple[str, ...], Mapping[str, Shape]], Trace]:
    if library == "jax":
        from symconvex.bridges.from_jax import trace as trace_jax

        return trace_jax
    if library == "torch":
        from symconvex.bridges.from_torch import trace as trace_torch

        return trace_torch
    raise LossError(
        "no such library",
        where=f"library={library!r}"[:200],
        expected=" or ".join(LIBRARIES),
        got=library[:60],
        hint='library="jax"',
    )


def arguments_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the arguments of a function that need a value.

    Fails    LossError on a function with any number of arguments
    """
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind in kinds for parameter in parameters):
        raise LossError(
            "a function of any number of arguments has no shapes",
            where=_called(function),
            expected="a name for each array",
            got=str(inspect.signature(function))[:60],
            hint="write def loss(w, X, y): ...",
        )
    return tuple(parameter.name for parameter in parameters if parameter.default is inspect.Parameter.empty)


def library_of(function: Callable[..., Any]) -> str:
    """The library that the function speaks of by name, or the only one that is loaded.

    Fails    LossError where it may be either
    """
    code = getattr(inspect.unwrap(function), "__code__", None)
    known = getattr(inspect.unwrap(function), "__globals__", {})
    said = {_root(known.get(word)) for word in (code.co_names if code is not None else ())}
    found = [library for library in LIBRARIES if library in said]
    loaded = [library for library in LIBRARIES if library in sys.modules]
    for candidates in (found, loaded):
        if len(candidates) == 1:
            return candidates[0]
    raise LossError(
        "it is not clear which library the function is written for",
        where=_called(function),
        expected="jax or torch",
        got="both" if found or loaded else "neither is loaded",
        hint='say which: prove_function(f, wrt="w", shapes=..., library="torch")',
    )


def _root(value: object) -> str:
    name = value.__name__ if inspect.ismodule(value) else getattr(value, "__module__", None)
    return str(name).partition(".")[0]


def _called(function: Callable[..., Any]) -> str:
    name = str(getattr(function, "__name__", "loss"))
    return name if name.isidentifier() else "loss"
