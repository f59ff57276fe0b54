"""From what a person declares to a Problem."""

import difflib
import keyword
import re
from collections.abc import Iterable, Mapping, Sequence

from symconvex.errors import LossError, NotYet, ShapeError, UnknownName
from symconvex.language.place import Place, in_words, written
from symconvex.language.read import names_in, parse_expression, require_scalar, reserved
from symconvex.language.syntax import clean
from symconvex.problem import SETS, Expr, Problem, Shape, Symbol

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}\Z")
EXAMPLE = "X: (n, d), w: (d,), y: (n,)"


def parse_loss(
    text: str, *, parameters: tuple[Symbol, ...], data: tuple[Symbol, ...], least: Mapping[str, int] = {}
) -> Expr:
    """The typed tree of a scalar loss over declared symbols.

    Fails    LossError, UnknownName or ShapeError, pointing at the part that is wrong
    """
    _check_symbols((*parameters, *data), least)
    return require_scalar(parse_expression(text, symbols=(*parameters, *data)), text)


def state(
    text: str,
    *,
    wrt: str | Sequence[str],
    shapes: Mapping[str, Shape],
    sets: Mapping[str, str] = {},
    name: str = "loss",
    positive: Sequence[str] = (),
    least: Mapping[str, int] = {},
    values: Mapping[str, object] = {},
) -> Problem:
    """The problem of minimising `text` over the names in `wrt`.

    Without shapes it is a formula in scalars, and its lower-case names need no declaration.

    Fails    LossError, UnknownName or ShapeError
    """
    chosen = tuple(wrt.replace(",", " ").split() if isinstance(wrt, str) else wrt)
    used = tuple(dict.fromkeys(found for part in (text, *positive) for found in names_in(part)))
    sizes = tuple(size for shape in shapes.values() for size in shape if isinstance(size, str))
    free = () if shapes else tuple(found for found in used if found.islower())
    names = tuple(dict.fromkeys((*shapes, *chosen, *sets, *values, *free)))
    _check_declared(names, tuple(dict.fromkeys((*shapes, *used))), text)
    _check_used(used, tuple(dict.fromkeys((*names, *sizes))), text)
    symbols = {n: Symbol(n, tuple(shapes.get(n, ())), sets.get(n, "real")) for n in names}
    parameters = _distinct(tuple(symbols[n] for n in chosen))
    data = tuple(symbol for n, symbol in symbols.items() if n not in chosen)
    loss = parse_loss(text, parameters=parameters, data=data, least=least)
    domain = tuple(_condition(part, (*parameters, *data)) for part in positive)
    return Problem(name, clean(text), loss, parameters, data, dict(values), dict(least), domain)


def _condition(text: str, symbols: tuple[Symbol, ...]) -> Expr:
    """An expression that is > 0 on the domain."""
    expr = parse_expression(text, symbols=symbols)
    if not expr.shape:
        return expr
    raise NotYet(
        "a condition on every entry of an array",
        where=Place(clean(text), expr.span).show(),
        expected="a scalar constraint",
        got=in_words(expr.shape),
        hint="state the set of a name, such as w in positive, or scalar conditions one by one",
    )


def _check_declared(names: Iterable[str], known: Sequence[str], text: str) -> None:
    """A name that is declared without a shape must occur: else it is a slip of the pen."""
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1) or (known if len(known) == 1 else ())
            raise UnknownName(
                f"the name {name} does not occur in the loss",
                where=clean(text)[:200],
                expected=f"one of {', '.join(known)}" if known else "a name of the loss",
                got=name,
                hint=f"did you mean {near[0]}?" if near else "write a name that occurs in the loss",
            )


def _check_used(used: Iterable[str], declared: Sequence[str], text: str) -> None:
    for name in used:
        if name not in declared:
            line = clean(text)
            beside = f", beside {', '.join(declared)}" if declared else ""
            found = re.search(rf"\b{name}\b", line)
            near = difflib.get_close_matches(name, declared, 1)
            declare = f"declare {name}: () or {name}: (n, d), as options --shape {name}= or --shape {name}=n,d"
            raise UnknownName(
                f"the name {name} is not declared",
                where=Place(line, found.span()).show() if found else line[:200],
                expected=f"a shape for {name}{beside}",
                got=f"no shape for {name}",
                hint=f"did you mean {near[0]}?" if near else f"{declare} or --set {name}=positive",
            )


def _distinct(symbols: tuple[Symbol, ...]) -> tuple[Symbol, ...]:
    if not symbols:
        raise LossError(
            "no parameter is named", where="wrt", expected="at least one name", got="none", hint='write wrt="w"'
        )
    return symbols


def _check_symbols(symbols: tuple[Symbol, ...], least: Mapping[str, int]) -> None:
    sizes = {size for symbol in symbols for size in symbol.shape if isinstance(size, str)}
    names = [symbol.name for symbol in symbols]
    for symbol in symbols:
        _check_name(symbol.name)
        _check_shape(symbol)
        if names.count(symbol.name) > 1 or symbol.name in sizes:
            raise _declaration(
                f"the name {symbol.name} is declared twice",
                symbol,
                "every name once, as a symbol or as a size",
                symbol.name,
                "choose another name",
            )
        if symbol.within not in SETS:
            near = difflib.get_close_matches(symbol.within, SETS, 1)
            hint = f"did you mean {near[0]}?" if near else "leave the set out for any real number"
            raise _declaration("this set is not known", symbol, f"one of {', '.join(SETS)}", symbol.within, hint)
    for size, smallest in least.items():
        if size not in sizes or isinstance(smallest, bool) or not isinstance(smallest, int) or smallest < 1:
            raise ShapeError(
                "this bound on a size makes no sense",
                where=f"{size} >= {smallest}",
                expected=f"a size among {', '.join(sorted(sizes)) or '(none is named)'} and a number >= 1",
                got=f"{size} >= {smallest}",
                hint="name the size in a declared shape",
            )


def _declaration(what: str, symbol: Symbol, expected: str, got: str, hint: str) -> LossError:
    where = f"{symbol.name}: {written(symbol.shape)} in {symbol.within}"
    return LossError(what, where=where, expected=expected, got=got, hint=hint)


def _check_name(name: str) -> None:
    if NAME.match(name) and not keyword.iskeyword(name) and not reserved(name):
        return
    why = "is a word of Python" if keyword.iskeyword(name) else "has a meaning of its own in the loss language"
    raise LossError(
        f"{name[:60]!r} cannot be the name of a symbol",
        where=f"the declaration of {name[:60]!r}",
        expected="an ASCII letter, then letters, digits and _, at most 41 in all",
        got=f"{name} {why}" if NAME.match(name) else repr(name[:60]),
        hint="write lam" if name == "lambda" else "choose another name, such as x_1",
    )


def _check_shape(symbol: Symbol) -> None:
    where = f"{symbol.name}: {written(symbol.shape)}"
    for size in symbol.shape:
        named = isinstance(size, str) and NAME.match(size) and not reserved(size) and not keyword.iskeyword(size)
        counted = isinstance(size, int) and not isinstance(size, bool) and 1 <= size < 10**9
        if not (named or counted):
            raise ShapeError(
                "a size is a name or a positive whole number",
                where=where,
                expected="sizes such as n, d or 3",
                got=repr(size)[:60],
                hint=f"declare shapes such as {EXAMPLE}",
            )
    if len(symbol.shape) > 2:
        raise NotYet(
            "arrays with more than two axes",
            where=where,
            expected="a scalar (), a vector (n,) or a matrix (n, d)",
            got=f"{len(symbol.shape)} axes",
            hint="join two axes into one",
        )
