"""Functions of another library as losses: traced into the loss language, or refused with the line that it cannot say.

JAX        the jaxpr at symbolic sizes: what it says holds for every size
PyTorch    the graph of torch.fx, which has no sizes at all; whatever would look at one is refused
"""

import difflib
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from symconvex.bridges.traced import Trace, called
from symconvex.errors import LossError, NotYet, UnknownName
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
    numbers = [name for name in names if name not in shapes]
    shapes = {name: tuple(shapes.get(name, ())) for name in names} | {n: tuple(s) for n, s in shapes.items()}
    for word, given in (("shapes", shapes), ("wrt", wrt), ("sets", sets)):
        _check_arguments(word, given, names, function)
    if not wrt:  # asked before the library is loaded
        raise LossError(
            "no parameter is named", where="wrt", expected="at least one argument", got="none", hint='write wrt="w"'
        )
    trace = _tracer(library or library_of(function))(function, names, shapes)
    problem = state(trace.text, wrt=wrt, shapes=shapes, sets=sets, name=called(function))
    text = problem.text if "where(" in trace.text else text_of(problem.loss)  # with fewer brackets
    return replace(problem, text=text, notes=(trace.note, *map(_number, numbers), *problem.notes))


def _number(name: str) -> str:
    """What is said of an argument that may be meant as an array."""
    what = f"{name} is read as one number, for no shape is declared"
    return f'{what}; for an array declare shapes={{"{name}": ("n",)}}, for a number shapes={{"{name}": ()}}'


def _check_arguments(word: str, given: Iterable[str], names: Sequence[str], function: Callable[..., Any]) -> None:
    """Whatever is declared, is declared of arguments.

    Fails    UnknownName on another name
    """
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1) or [
                other for other in names if other.lower() == name.lower()
            ]
            raise UnknownName(
                f"{name} is no argument of the function",
                where=f"{called(function)}{inspect.signature(function)}, {word}",
                expected=f"names among {', '.join(names)}" if names else "a function of arguments",
                got=name,
                hint=f"did you mean {near[0]}?" if near else "give each array the name of its argument",
            )


def _tracer(library: str) -> Callable[[Callable[..., Any], tuple[str, ...], Mapping[str, Shape]], Trace]:
    if library in LIBRARIES and find_spec(library) is None:
        raise NotYet(
            f"functions of {library} need {library}",
            where=f"the extra {library}",
            expected=library,
            got="no such library here",
            hint=f'pip install "symconvex[{library}]"',
        )
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

    Fails    LossError on what is no function, or one with any number of arguments
    """
    if not callable(function):
        raise LossError(
            "this is no function",
            where=repr(function)[:200],
            expected="a function of arrays, written with jax or torch",
            got=type(function).__name__,
            hint='of a text ask prove("sum((X @ w - y)**2)", wrt="w", shapes={"X": ("n", "d"), "w": "d", "y": "n"})',
        )
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind in kinds for parameter in parameters):
        raise LossError(
            "a function of any number of arguments has no shapes",
            where=called(function),
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
        where=called(function),
        expected="jax or torch",
        got="both" if found or loaded else "neither is loaded",
        hint='say which: prove_function(f, wrt="w", shapes=..., library="torch")',
    )


def _root(value: object) -> str:
    name = value.__name__ if inspect.ismodule(value) else getattr(value, "__module__", None)
    return str(name).partition(".")[0]
