"""From what a person declares to a Problem."""

import difflib
import keyword
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from symconvex.deadline import room
from symconvex.errors import LossError, NotYet, ShapeError, UnknownName
from symconvex.language.advising import Declarations, advised
from symconvex.language.canonical import canonical, parts_of
from symconvex.language.conditions import parse_condition, require_domain
from symconvex.language.equations import is_equation, without_unknowns
from symconvex.language.extent import check_numbers
from symconvex.language.halves import halves
from symconvex.language.indices import naming_of
from symconvex.language.letters import letters, spread
from symconvex.language.matrices import KINDS, entrywise, with_matrices
from symconvex.language.place import Place, written
from symconvex.language.printing.arrays import text_of
from symconvex.language.read import parse_expression, require_scalar
from symconvex.language.standins import kinds_of_inverses, signed, standins
from symconvex.language.stated import stated_sets
from symconvex.language.straightened import straightened
from symconvex.language.syntax import clean, spelled
from symconvex.language.triangles import triangles
from symconvex.language.unshaped import read_as_number, unshaped
from symconvex.language.vocabulary import CONSTANTS, names_in, reserved
from symconvex.problem import SETS, Condition, Expr, Problem, Shape, Symbol

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}\Z")
SHORT = {"nonneg": "nonnegative", **{phrase: word for word, phrase in KINDS.items()}}  # other words for a set
# What people write for a set, and what they may mean.
MEANT = {
    "R": "real", "reals": "real", "float": "real", "R+": "nonnegative", "+": "positive", "pos": "positive",
    ">0": "positive", ">=0": "nonnegative", "{-1,1}": "sign", "{0,1}": "binary", "bool": "binary", "label": "sign",
    "labels": "sign", "probability": "unit", "(0,1)": "unit", "[0,1]": "unit", "int": "count", "integer": "count",
    "natural": "count", "N": "count",
}  # fmt: skip
EXAMPLE = "X: (n, d), w: (d,), y: (n,)"


def parse_loss(
    text: str,
    *,
    parameters: tuple[Symbol, ...],
    data: tuple[Symbol, ...],
    least: Mapping[str, int] = {},
    parts: bool = False,
) -> Expr:
    """The typed tree of a scalar loss over declared symbols; `parts`: data may stand for parts of arrays.

    Fails    LossError, UnknownName or ShapeError, pointing at the part that is wrong
    """
    _check_symbols((*parameters, *data), least)
    moving = frozenset(symbol.name for symbol in parameters) if parts else None
    loss = require_scalar(parse_expression(text, symbols=(*parameters, *data), parameters=moving), text)
    check_numbers(loss, text)
    return loss


@room()
def state(
    text: str,
    *,
    wrt: str | Sequence[str],
    shapes: Mapping[str, Shape],
    sets: Mapping[str, str] = {},
    name: str = "loss",
    positive: Sequence[str] = (),
    where: Sequence[str] = (),
    least: Mapping[str, int] = {},
    values: Mapping[str, object] = {},
) -> Problem:
    """The problem of minimising `text` over the names in `wrt`.

    Without shapes it is a formula in scalars, and its lower-case names need no declaration. The domain is where
    the formulas of `positive` are > 0 and the comparisons of `where` hold; an equation is solved for one unknown.

    Fails    LossError, UnknownName or ShapeError
    """
    chosen = tuple(map(spelled, wrt.replace(",", " ").split() if isinstance(wrt, str) else wrt))
    shapes = {spelled(word): shape for word, shape in shapes.items()}
    sets = {spelled(word): SHORT.get(within, within) for word, within in sets.items()}
    values = {spelled(word): value for word, value in values.items()}
    try:
        return _stated(text, chosen, shapes, sets, name, positive, where, least, values)
    except LossError as problem:
        raise advised(problem, text, Declarations(chosen, shapes, sets)) from None


def _stated(
    text: str,
    chosen: tuple[str, ...],
    shapes: Mapping[str, Shape],
    sets: Mapping[str, str],
    name: str,
    positive: Sequence[str],
    where: Sequence[str],
    least: Mapping[str, int],
    values: Mapping[str, object],
) -> Problem:
    """The problem of names that are spelled out."""
    used = _names_of((text, *positive, *where), shapes)
    sizes = tuple(size for shape in shapes.values() for size in shape if isinstance(size, str))
    free = () if shapes else tuple(found for found in used if found.islower())
    told = tuple(dict.fromkeys((*shapes, *chosen, *sets, *values, *free)))
    alone = letters(used, (*told, *sizes)) if shapes else ()
    names = (*told, *alone)
    _check_rows(used, names, text)
    _check_declared(names, used, text)
    _check_used(used, tuple(dict.fromkeys((*names, *sizes))), text)
    symbols = {n: Symbol(n, tuple(shapes.get(n, ())), entrywise(sets.get(n, "real"))) for n in names}
    parameters = _distinct(tuple(symbols[n] for n in chosen))
    data = tuple(symbol for n, symbol in symbols.items() if n not in chosen)
    known = tuple(dict.fromkeys((*told, *sizes)))
    loss = _with_letters(text, alone, known, parameters=parameters, data=data, least=least, shapes=shapes)
    stand, said = standins(loss, symbols, clean(text))
    equations = [line for line in where if is_equation(line)]
    compared, data = stated_sets([line for line in where if line not in equations], parameters, data)
    domain = _domain(positive, compared, parameters, data, naming_of((loss,)).counted)
    positives, others = (tuple(c.expr for c in domain if c.strict == strict) for strict in (True, False))
    smallest = _least_sizes((loss, *positives, *others), least)
    whole, said_in = (*data, *signed(stand, said, sets)), text_of(loss) if stand else clean(text)
    problem = Problem(name, said_in, loss, parameters, whole, dict(values), smallest, positives, others, said)
    stated = without_unknowns(with_matrices(problem, {**sets, **kinds_of_inverses(said, sets)}), equations)
    said_of = (*unshaped(text, [n for n in chosen if n not in shapes]), *triangles(text, tuple(symbols.values()), sets))
    return replace(stated, notes=(*stated.notes, *said_of))


def _with_letters(
    text: str,
    alone: tuple[str, ...],
    declared: Sequence[str],
    *,
    parameters: tuple[Symbol, ...],
    data: tuple[Symbol, ...],
    least: Mapping[str, int],
    shapes: Mapping[str, Shape],
) -> Expr:
    """The loss, where a letter that is not declared is a real number; one that may be an array has to be declared."""
    try:
        loss = parse_loss(text, parameters=parameters, data=data, least=least, parts=True)
    except ShapeError as problem:
        _check_used(alone, declared, text)
        raise _without_shape(problem, (symbol for symbol in parameters if symbol.name not in shapes)) from None
    _check_used(sorted({*spread(loss, alone)}), declared, text)
    return straightened(canonical(loss))


def _without_shape(problem: ShapeError, numbers: Iterable[Symbol]) -> ShapeError:
    """The same error, where it is about a parameter that may be meant as an array whose shape was not declared."""
    name = next((symbol.name for symbol in numbers if re.search(rf"\b{symbol.name}\b", problem.got)), None)
    if name is None:
        return problem
    where, expected, got = problem.where, problem.expected, problem.got
    return ShapeError(problem.what, where=where, expected=expected, got=got, hint=read_as_number(name))


def _least_sizes(exprs: Iterable[Expr], least: Mapping[str, int]) -> dict[str, int]:
    """The smallest sizes at which every entry that is taken exists: w[1] needs two."""
    found = dict(least)
    waiting = [*exprs]
    while waiting:
        part = waiting.pop()
        size = part.args[0].shape[0] if part.op == "entry" else None
        if isinstance(size, str):
            found[size] = max(found.get(size, 1), int(str(part.value)) + 1)
        waiting += part.args
    return {size: smallest for size, smallest in found.items() if smallest > 1 or size in least}


def _names_of(texts: Iterable[str], declared: Collection[str]) -> tuple[str, ...]:
    """The names in some texts in order of appearance; a reserved one counts when it is declared, to be refused."""
    found = dict.fromkeys(name for text in texts for name in names_in(text, declared))
    return tuple(name for name in found if name in declared or not reserved(name))


def _domain(
    positive: Sequence[str],
    where: Sequence[str],
    parameters: tuple[Symbol, ...],
    data: tuple[Symbol, ...],
    counted: frozenset[int],
) -> tuple[Condition, ...]:
    """What holds on the domain, in the order in which it was said; arrays of counted sizes entry by entry."""
    symbols = (*parameters, *data)
    told = [(text, Condition(parse_expression(text, symbols=symbols), strict=True)) for text in positive]
    told += [(text, found) for text in where for found in parse_condition(text, symbols=symbols)]
    told = [(text, Condition(part, c.strict)) for text, c in told for part in parts_of(c.expr, counted)]
    names = frozenset(symbol.name for symbol in parameters)
    told = [(text, Condition(side, c.strict)) for text, c in told for side in halves(c.expr, names)]
    for text, condition in told:
        check_numbers(condition.expr, text)
        require_domain(condition.expr, text, parameters)
    return tuple(condition for _, condition in told)


def _check_declared(names: Iterable[str], used: Sequence[str], text: str) -> None:
    """A name that is declared must occur: else it is a slip of the pen."""
    for name in names:
        if name not in used and not (NAME.match(name) is None or reserved(name)):
            near = difflib.get_close_matches(name, used, 1, 0.5) or _other_case(name, used)
            near = near or (list(used) if len(used) == 1 else [])
            raise UnknownName(
                f"the name {name} does not occur in the loss",
                where=clean(text)[:200],
                expected=f"one of {', '.join(used)}" if used else "a name of the loss",
                got=name,
                hint=f"did you mean {near[0]}?" if near else "declare only names that occur in the loss",
            )


def _check_rows(used: Sequence[str], declared: Sequence[str], text: str) -> None:
    """x_i for the i-th row of X: a sum over rows is written over the whole array."""
    for name in used:
        stem, _, index = name.rpartition("_")
        whole = [stem, *_other_case(stem, declared)]
        meant = next((word for word in whole if word in declared), None)
        if name not in declared and index in ("i", "j", "k", "n", "t") and meant is not None:
            line = clean(text)
            found = re.search(rf"\b{name}\b", line)
            raise UnknownName(
                f"the name {name} is not declared",
                where=Place(line, found.span()).show() if found else line[:200],
                expected=f"whole arrays, such as {meant}",
                got=f"{name}, as if it were an entry or a row of {meant}",
                hint=f"write {meant} for {name}: sums run over all entries, and X @ w is x_i @ w in every row",
            )


def _other_case(name: str, known: Iterable[str]) -> list[str]:
    """w for W, which no measure of likeness finds."""
    return [other for other in known if other.lower() == name.lower()][:1]


def _check_used(used: Iterable[str], declared: Sequence[str], text: str) -> None:
    for name in used:
        if name not in declared:
            _check_name(name)
            line = clean(text)
            beside = f", beside {', '.join(declared)}" if declared else ""
            found = re.search(rf"\b{name}\b", line)
            near = difflib.get_close_matches(name, declared, 1) or _other_case(name, declared)
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
            meant = MEANT.get(symbol.within.replace(" ", ""))
            near = [meant] if meant else difflib.get_close_matches(symbol.within, (*SETS, *KINDS), 1)
            hint = f"did you mean {near[0]}?" if near else "leave the set out for any real number"
            expected = f"one of {', '.join((*SETS, *KINDS))}"
            raise _declaration("this set is not known", symbol, expected, symbol.within, hint)
    for size, smallest in least.items():
        if size not in sizes or isinstance(smallest, bool) or not isinstance(smallest, int) or smallest < 1:
            near = [] if size in sizes else difflib.get_close_matches(size, sizes, 1) or _other_case(size, sizes)
            raise ShapeError(
                "this bound on a size makes no sense",
                where=f"{size} >= {smallest}",
                expected=f"a size among {', '.join(sorted(sizes)) or '(none is named)'} and a number >= 1",
                got=f"{size} >= {smallest}",
                hint=f"did you mean {near[0]}?" if near else "name the size in a declared shape",
            )


def _declaration(what: str, symbol: Symbol, expected: str, got: str, hint: str) -> LossError:
    where = f"{symbol.name}: {written(symbol.shape)} in {symbol.within}"
    return LossError(what, where=where, expected=expected, got=got, hint=hint)


def _check_name(name: str) -> None:
    if NAME.match(name) and not keyword.iskeyword(name) and not reserved(name):
        return
    why = "is a word of Python" if keyword.iskeyword(name) else "has a meaning of its own in the loss language"
    why = "is a number in the loss language" if name in CONSTANTS else why
    near = f"{name.strip('_')[:39]}_1"
    other = f"choose another name, such as {near if NAME.match(near) else 'x_1'}"
    raise LossError(
        f"{name[:60]!r} cannot be the name of a symbol",
        where=f"the declaration of {name[:60]!r}",
        expected="an ASCII letter, then letters, digits and _, at most 41 in all",
        got=f"{name} {why}" if NAME.match(name) else repr(name[:60]),
        hint="write lam" if name == "lambda" else other,
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
