"""Slices and convolutions of arrays of named size, for which data stand that may be any arrays.

    y[1:] of data y          y_from1          any vector of one entry less
    x[1:] of a parameter     Rows_from1_n @ x     for any matrix of one row less
    convolve(x, w)           conv_x @ w           for any matrix
    lgamma(y + 1)            lgamma_y_plus_1      any array, where y is data
    inv(A)                   inv_A                any matrix, where A is data; of the kind of A, as inverses are

A theorem about all data holds of the matrix that is meant. A counterexample among all data says nothing about it, so
that a problem with stand-ins is proved or left undecided; at numbered sizes slices are taken exactly.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from symconvex.errors import NotYet
from symconvex.language import nodes
from symconvex.language.free_name import free_name, numbered
from symconvex.language.place import Place, in_words
from symconvex.language.vocabulary import Vocabulary
from symconvex.problem import Expr, Shape, Size, Symbol

SIGNS = {"+": "_plus_", "-": "_minus_", "*": "_times_", "/": "_over_", "^": "_to_", "@": "_at_"}
STANDS = "in place of the one in"
INVERSE = re.compile(rf"(\w+) is any array {STANDS} (?:[\w.]*\.)?(?:inv|inverse|solve)\(\s*(\w+)\s*(?:,.*|\)$)")
DETERMINANT = re.compile(rf"(\w+) is any number {STANDS} (?:[\w.]*\.)?det\(\s*(\w+)\s*\)$")
PART = re.compile(r"(\w+?)_(?:columns_)?(?:from|less)[1-9]")


def window(expr: Expr, start: int, less: int, scope: Vocabulary, at: Place) -> Expr:
    """The entries from `start` on, but the last `less`, of an array whose first size has a name."""
    size = str(expr.shape[0])
    _check_known(scope, size, expr, at)
    part = "_".join(word for word, count in ((f"from{start}", start), (f"less{less}", less)) if count)
    length = _spare(f"{size}_less_{start + less}", scope)
    inner = expr.args[0] if expr.op == "transpose" else expr
    if inner.op == "name" and not _moves(inner, scope):
        if inner is not expr:
            columns = _spare(f"{inner.value}_columns_{part}", scope)
            return nodes.transpose(Expr("name", (), columns, (expr.shape[1], length), at.span), at)
        return Expr("name", (), _spare(f"{expr.value}_{part}", scope), (length, *expr.shape[1:]), at.span)
    rows = free_name(chain(("Rows",), numbered("Rows")), scope.symbols)
    chosen = Expr("name", (), _spare(f"{rows}_{part}_{size}", scope), (length, size), at.span)
    return nodes.matmul(chosen, expr, at)


def convolution(left: Expr, right: Expr, scope: Vocabulary, at: Place) -> Expr:
    """The convolution of data with anything, at sizes of which one has a name."""
    moving = [arg for arg in (left, right) if _moves(arg, scope)]
    if len(moving) == 2 or len(left.shape) != 1 or len(right.shape) != 1:
        _refuse(str(left.shape[0]) if left.shape else "n", left, at)
    _check_known(scope, str(left.shape[0]), left, at)
    fixed, other = (left, right) if right in moving else (right, left)
    name, shape = _spare(f"conv_{_worded(at.whole(fixed))}", scope), (_length(fixed, other, scope), other.shape[0])
    return nodes.matmul(Expr("name", (), name, shape, at.span), other, at)


def value_of(name: str, args: Sequence[Expr], scope: Vocabulary, at: Place, shape: Shape | None = None) -> Expr | None:
    """The values of a function of which nothing is known, where all of its arguments are data."""
    if scope.parameters is None or any(_moves(arg, scope) for arg in args):
        return None
    for arg in args if shape is None else ():
        shape = nodes.broadcast(Expr("name", (), "", shape or (), at.span), arg, at)
    word = _spare(f"{name}_{_worded('_and_'.join(map(at.whole, args)))}", scope)
    return Expr("name", (), word, shape or (), at.span)


def kinds_of_inverses(said: Sequence[str], kinds: Mapping[str, str]) -> dict[str, str]:
    """The inverse of a positive definite or symmetric matrix is one; among semidefinite ones definite ones have it."""
    found = dict[str, str]()
    for sentence in said:
        inverse = INVERSE.match(sentence)
        if inverse and kinds.get(inverse[2]) in ("psd", "pd", "symmetric"):
            found[inverse[1]] = "symmetric" if kinds[inverse[2]] == "symmetric" else "pd"
    return found


def signed(stand: Sequence[Symbol], said: Sequence[str], kinds: Mapping[str, str]) -> tuple[Symbol, ...]:
    """The same data, where the determinant of a positive definite matrix is a positive number."""
    found = filter(None, map(DETERMINANT.match, said))
    above = {one[1] for one in found if kinds.get(one[2]) == "pd"}
    return tuple(replace(symbol, within="positive") if symbol.name in above else symbol for symbol in stand)


def _worded(text: str) -> str:
    """A formula as part of a name; what is not told apart so is refused in the end."""
    words = (SIGNS.get(sign, sign if sign.isalnum() or sign == "_" else "") for sign in text.replace("**", "^"))
    return "".join(words)[:24].strip("_") or "data"


def _length(left: Expr, right: Expr, scope: Vocabulary) -> Size:
    """The size of the result: the one that a vector of the problem has beside those of the arguments."""
    free = {s.shape[0] for s in scope.symbols.values() if len(s.shape) == 1} - {*left.shape, *right.shape}
    return next(iter(free)) if len(free) == 1 else _spare(f"{left.shape[0]}_and_{right.shape[0]}", scope)


def _moves(expr: Expr, scope: Vocabulary) -> bool:
    moves = expr.op == "name" and expr.value in (scope.parameters or ())
    return moves or any(_moves(arg, scope) for arg in expr.args)


def _spare(word: str, scope: Vocabulary) -> str:
    return free_name(chain((word,), numbered(f"{word}_")), {*scope.symbols, *scope.sizes})


def _check_known(scope: Vocabulary, size: str, expr: Expr, at: Place) -> None:
    if scope.parameters is None:
        _refuse(size, expr, at)


def _refuse(size: str, expr: Expr, at: Place) -> None:
    raise NotYet(
        "a part of an array of named size",
        where=at.show(),
        expected=f"a number for the size {size}",
        got=f"{at.of(expr)} is {in_words(expr.shape)}",
        hint=f"declare {size} as a number, such as 4, or the part as an array of its own",
    )


def standins(loss: Expr, declared: Mapping[str, Symbol], text: str) -> tuple[tuple[Symbol, ...], tuple[str, ...]]:
    """The data that stand for parts, and what each stands for; an array keeps the set of the one it is part of.

    Fails    NotYet where two different parts would get one name
    """
    found, said = dict[str, Symbol](), dict[str, str]()
    for node in _walk(loss):
        if node.op == "name" and node.value not in declared:
            name, part, place = str(node.value), PART.match(str(node.value)), Place(text, node.span)
            whole = declared.get(part[1]) if part and re.search(rf"\b{part[1]}\b", place.whole(node)) else None
            known = found.setdefault(name, Symbol(name, node.shape, "real" if whole is None else whole.within))
            meant = said.setdefault(name, place.whole(node))
            if part is None and (known.shape, spaceless(meant)) != (node.shape, spaceless(place.whole(node))):
                raise _confused(meant, place, node)
    kinds = {name: "array" if symbol.shape else "number" for name, symbol in found.items()}
    return tuple(found.values()), tuple(
        f"{name} is any {kinds[name]} in place of the one in {said[name]}" for name in said
    )


def spaceless(text: str) -> str:
    """A formula without what means nothing in it."""
    return re.sub(r"\s", "", text)


def _confused(meant: str, place: Place, node: Expr) -> NotYet:
    return NotYet(
        "two parts for which the same data would stand",
        where=place.show(),
        expected=f"another name for one of {meant[:60]} and {place.of(node)}",
        got="two parts that are alike",
        hint=f"declare {place.of(node)} as an array of its own",
    )


def _walk(expr: Expr) -> Iterator[Expr]:
    """Every part, from left to right."""
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += reversed(part.args)
