"""Declarations with other letters for their names and sizes: the same loss, the same sets and shapes."""

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from symconvex.handcheck.meaning.naming import SPELLINGS
from symconvex.handcheck.text.declared import Declared, Named
from symconvex.language.vocabulary import reserved
from symconvex.problem import Expr, Problem, Shape, Symbol

SPARE = ("n", "m", "d", "p", "q", "k", "N", "M", "D")  # sizes for which the text has no letter
WORD = re.compile(r"[A-Za-z]\w*")


def as_word(key: str) -> str:
    """A letter of the text as a name of the loss language; empty where it means something else there."""
    words = (word for word in (key, *SPELLINGS.get(key, ())) if WORD.fullmatch(word) and not keyword.iskeyword(word))
    return next((word for word in words if not reserved(word)), "")


def sizes_of(shape: Shape, told: tuple[str | int, ...]) -> Iterator[tuple[str, str]]:
    """Declared size, size of the text; of x_i in R^d the last one is told."""
    for size, other in zip(shape[-len(told) :], told, strict=False) if told else ():
        if isinstance(size, str) and isinstance(other, str) and other:
            yield size, other


def relettered(
    declared: Declared, names: Mapping[str, str], sizes: Mapping[str, str], taken: frozenset[str]
) -> Declared | None:
    """The declarations with other names and sizes; None where two would become one.

    A size that the text does not speak of makes room for a letter of the text.
    """
    new, left = {**names, **sizes}, [size for size in declared.sizes() if size not in sizes]
    used = {*new.values(), *taken}
    for size in left:
        if size in new.values():
            new[size] = next((spare for spare in SPARE if spare not in used), "")
            used.add(new[size])
    every = [*declared.names, *declared.sizes(), *declared.definitions]
    every = [*dict.fromkeys(every)]
    words = [new.get(word, word) for word in every]
    if "" in words or len({*words}) < len(words):
        return None
    said = tuple(f"{other} is the declared {name}" for name, other in names.items())
    return replace(_renamed(declared, new), renamed=said)


def _renamed(declared: Declared, new: Mapping[str, str]) -> Declared:
    def word(name: str) -> str:
        return new.get(name, name)

    return replace(
        declared,
        parameters=tuple(map(word, declared.parameters)),
        names={word(key): _named(named, new) for key, named in declared.names.items()},
        loss=_text(declared.loss, new),
        definitions={word(key): _text(text, new) for key, text in declared.definitions.items()},
        samples={letter: (word(matrix), axis) for letter, (matrix, axis) in declared.samples.items()},
        least={word(size): least for size, least in declared.least.items()},
        problem=None if declared.problem is None else _problem(declared.problem, new),
        where=tuple(_text(text, new) for text in declared.where),
    )


def _text(text: str, new: Mapping[str, str]) -> str:
    return WORD.sub(lambda found: new.get(found[0], found[0]), text)


def _shape(shape: Shape, new: Mapping[str, str]) -> Shape:
    return tuple(new.get(size, size) if isinstance(size, str) else size for size in shape)


def _named(named: Named, new: Mapping[str, str]) -> Named:
    index = new.get(named.index_of, named.index_of)
    return replace(named, name=new.get(named.name, named.name), shape=_shape(named.shape, new), index_of=index)


def _symbol(symbol: Symbol, new: Mapping[str, str]) -> Symbol:
    return replace(symbol, name=new.get(symbol.name, symbol.name), shape=_shape(symbol.shape, new))


def _problem(problem: Problem, new: Mapping[str, str]) -> Problem:
    return replace(
        problem,
        text=_text(problem.text, new),
        loss=_expr(problem.loss, new),
        parameters=tuple(_symbol(one, new) for one in problem.parameters),
        data=tuple(_symbol(one, new) for one in problem.data),
        values={new.get(name, name): value for name, value in problem.values.items()},
        least={new.get(size, size): least for size, least in problem.least.items()},
        positive=tuple(_expr(one, new) for one in problem.positive),
        nonneg=tuple(_expr(one, new) for one in problem.nonneg),
    )


def _expr(expr: Expr, new: Mapping[str, str]) -> Expr:
    value = expr.value
    if expr.op in ("name", "size", "eye") and isinstance(value, str):
        value = new.get(value, value)
    return replace(expr, args=tuple(_expr(arg, new) for arg in expr.args), value=value, shape=_shape(expr.shape, new))
