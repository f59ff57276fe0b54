"""What is declared, as typed trees and as the problem that the prover is asked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from symconvex.errors import LossError
from symconvex.handcheck.text.declared import Declared, Named
from symconvex.language.conditions import parse_condition
from symconvex.language.read import parse_expression
from symconvex.language.vocabulary import names_in, reserved
from symconvex.problem import Condition, Expr, Problem, Symbol

MAX_TEXT = 20_000


def completed(declared: Declared) -> Declared:
    """Names that formulas use without a declaration are numbers."""
    texts = (declared.loss, *declared.definitions.values())
    used = dict.fromkeys(name for text in texts if text for name in names_in(text))
    known = {*declared.names, *declared.definitions, *declared.sizes()}
    names = dict(declared.names)
    for name in (*declared.parameters, *used):
        if name not in known and not reserved(name):
            names[name] = Named(name)
    return replace(declared, names=names)


def problem_of(declared: Declared, wrt: tuple[str, ...] = ()) -> Problem | None:
    """The loss as the prover wants it: definitions written out, domains stated."""
    from symconvex.language.state import state

    if declared.problem is not None and not (wrt or declared.where):
        return replace(declared.problem, least={**declared.problem.least, **declared.least})
    if not declared.loss:
        return None
    chosen_parameters = wrt or declared.parameters
    text = written_out(declared.loss, declared.definitions)
    where = [written_out(line, declared.definitions) for line in declared.where]
    used = {name for line in (text, *where) for name in names_in(line)} | set(chosen_parameters)
    chosen = {name: named for name, named in declared.names.items() if name in used}
    positive = [name for name in chosen_parameters if chosen[name].within == "positive"]
    return state(
        text,
        wrt=list(chosen_parameters),
        shapes={name: named.shape for name, named in chosen.items()},
        sets={name: n.within for name, n in chosen.items() if n.within != "real" and name not in positive},
        positive=positive,
        where=where,
        least=dict(declared.least),
        name="loss",
    )


def domain_of(declared: Declared) -> Iterator[Condition]:
    """What must be positive, or not negative, by the conditions that are declared."""
    symbols = declared.symbols()
    for text in declared.where:
        yield from parse_condition(written_out(text, declared.definitions), symbols=symbols)


def with_domain(declared: Declared) -> Declared:
    """Conditions on names that nothing declares are not understood."""
    kept = list[str]()
    for text in declared.where:
        try:
            parse_condition(written_out(text, declared.definitions), symbols=declared.symbols())
        except LossError:
            declared = replace(declared, unread=(*declared.unread, text))
        else:
            kept.append(text)
    return replace(declared, where=tuple(kept))


def written_out(text: str, definitions: Mapping[str, str]) -> str:
    """A formula with the names of definitions replaced by what they mean."""
    for _ in definitions:
        for name in names_in(text):
            if name in definitions and len(text) < MAX_TEXT:
                text = re.sub(rf"\b{name}\b", _replacement(definitions[name]), text)
    return text


def _replacement(text: str) -> str:
    """A bracketed formula as a replacement that re.sub takes literally."""
    return "(" + text.replace("\\", r"\\") + ")"


def shaped_expressions(declared: Declared) -> Iterator[tuple[str, Expr]]:
    """Every definition, and the loss under the name "", as a typed tree; definitions may stand in any order.

    Fails    UnknownName, LossError or ShapeError, for the first one that cannot be read
    """
    symbols = {symbol.name: symbol for symbol in declared.symbols()}
    waiting = dict(declared.definitions)
    while waiting:
        ready = [name for name, text in waiting.items() if not any(n in waiting for n in names_in(text))]
        for name in ready or list(waiting):
            expr = parse_expression(waiting.pop(name), symbols=tuple(symbols.values()))
            symbols[name] = Symbol(name, expr.shape)
            yield name, expr
    if declared.loss:
        yield "", parse_expression(declared.loss, symbols=tuple(symbols.values()))
