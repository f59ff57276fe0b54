"""Data as exact numbers: a CSV file in, the values of a problem out.

Samples are rows. The columns belong to the data of the problem in the order of their declaration, inputs before
targets; a table whose width is a name, such as X (n, d), takes the columns that the others leave.
"""

import csv
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TextIO

from symconvex.errors import DataError
from symconvex.problem import SETS, Expr, Problem, Shape, Size, Symbol

MAX_BYTES = 200_000_000
MAX_LINE = 10_000_000
MAX_CELL = 60
MAX_KNOWN = 50_000  # cells that are remembered: labels and whole numbers come again and again
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?|[+-]?\d+/0*[1-9]\d*", re.ASCII)
BEYOND = re.compile(
    r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?\d+/0*[1-9]\d*", re.ASCII
)  # a number of any length
NO_NUMBER = re.compile(r"[+-]?(?:nan|na|null|none|inf|infinity)", re.IGNORECASE)
TITLE = re.compile(r"[^\W\d].*", re.DOTALL)
DECIMAL = re.compile(r"([+-]?\d+)(?:\.(\d*))?", re.ASCII)
NO_TEXT = re.compile("[\udc80-\udcff]")  # what surrogateescape makes of bytes that are not UTF-8
TENS = tuple(10**k for k in range(MAX_CELL))

INSIDE: Mapping[str, Callable[[Fraction], bool]] = {
    "real": lambda _: True,
    "positive": lambda x: x > 0,
    "nonnegative": lambda x: x >= 0,
    "sign": lambda x: x in (-1, 1),
    "binary": lambda x: x in (0, 1),
    "unit": lambda x: 0 < x < 1,
    "count": lambda x: x >= 0 and x.denominator == 1,
}

Vector = tuple[Fraction, ...]
Row = tuple[int, Vector]


def read_csv(path: Path, problem: Problem) -> Mapping[str, object]:
    """The values of the data that the file gives, by name, as nested tuples.

    Fails    with DataError, naming line and column, when the file does not fit the problem
    """
    rows = _rows(path)
    tables = _tables(path, problem)
    widths = _widths(path, tables, len(rows[0][1]))
    values, start = dict[str, object](), 0
    for symbol, width in zip(tables, widths, strict=True):
        part = [row[start : start + width] for _, row in rows]
        if symbol.within != "real":
            _check_labels(path, symbol, start + 1, [line for line, _ in rows], part)
        values[symbol.name] = tuple(part) if len(symbol.shape) == 2 else tuple(row[0] for row in part)
        start += width
    return values


def _error(where: str, what: str, expected: str, got: str, hint: str) -> DataError:
    return DataError(what, where=where, expected=expected, got=got, hint=hint)


def _rows(path: Path) -> Sequence[Row]:
    """Rows of equally many numbers with their lines; without header and blank lines at the end."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            if os.fstat(file.fileno()).st_size > MAX_BYTES:
                raise _too_large(path)
            return _checked(path, _cells(path, file))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise _error(str(path), "the data file cannot be read", "a CSV file", why, "check the path") from None


def _too_large(path: Path) -> DataError:
    expected = f"at most {MAX_BYTES} bytes, {MAX_LINE} in a line"
    return _error(str(path), "the data file is too large", expected, "more", "a proof wants few samples: take fewer")


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    """One line after the other; a pipe has no size that could be asked for."""
    read = number = 0
    while line := file.readline(MAX_LINE):
        read, number = read + len(line), number + 1
        if read > MAX_BYTES or len(line) == MAX_LINE:
            raise _too_large(path)
        if not line.isascii() and (byte := NO_TEXT.search(line)):
            got, where = f"byte {ord(byte[0]) - 0xDC00:#04x}", f"{path}, line {number}"
            raise _error(where, "the data file is not text", "UTF-8", got, "save it as CSV in UTF-8")
        yield line


def _cells(path: Path, file: TextIO) -> Iterator[tuple[int, list[str]]]:
    """The cells of every line, without the header, in which every cell looks like a name."""
    reader, header = csv.reader(_lines(path, file), strict=True), 0
    try:
        for first, cells in enumerate(reader):
            row = [cell.strip() for cell in cells]
            if not first and row and all(map(_is_title, row)):
                header = len(row)
                continue
            if header and any(row):
                if len(row) != header:
                    raise _ragged(path, reader.line_num, len(row), f"{header} cells, as in the header")
                header = 0
            yield reader.line_num, row
    except csv.Error as error:
        where = f"{path}, line {reader.line_num}"
        raise _error(where, "the line is not CSV", "cells with commas between", str(error), "check quotes") from None


def _checked(path: Path, rows: Iterator[tuple[int, list[str]]]) -> Sequence[Row]:
    found, blank, known = list[Row](), list[tuple[int, list[str]]](), dict[str, Fraction]()
    for line, cells in rows:
        if not any(cells):
            blank.append((line, cells))
            continue
        for row in (*blank, (line, cells)):  # a blank line is an error once it is not at the end
            found.append(_row(path, *row, found, known))
        blank.clear()
    if not found:
        expected = "one line for each sample"
        raise _error(str(path), "the data file has no samples", expected, "none", "write lines such as 0,1,1")
    return found


def _row(path: Path, line: int, cells: list[str], found: Sequence[Row], known: dict[str, Fraction]) -> Row:
    if found and len(cells) != len(found[0][1]):
        raise _ragged(path, line, len(cells), f"{len(found[0][1])} cells, as in line {found[0][0]}")
    return line, tuple([_number(path, line, k, cell, known) for k, cell in enumerate(cells, start=1)])


def _ragged(path: Path, line: int, count: int, expected: str) -> DataError:
    what, hint = "the rows have different lengths", "put a comma between cells, and a point in decimals"
    return _error(f"{path}, line {line}", what, expected, str(count), hint)


def _is_title(cell: str) -> bool:
    return bool(TITLE.fullmatch(cell)) and not NO_NUMBER.fullmatch(cell)


def _number(path: Path, line: int, column: int, cell: str, known: dict[str, Fraction]) -> Fraction:
    value = known.get(cell)
    if value is not None:
        return value
    if len(cell) <= MAX_CELL:
        if plain := DECIMAL.fullmatch(cell):
            whole, rest = plain.groups(default="")
            value = Fraction(int(whole + rest), TENS[len(rest)])
        elif NUMBER.fullmatch(cell):
            value = Fraction(cell)
    if value is None:
        raise _no_number(f"{path}, line {line}, column {column}", cell)
    if len(known) < MAX_KNOWN:
        known[cell] = value
    return value


def _no_number(where: str, cell: str) -> DataError:
    if BEYOND.fullmatch(cell):
        expected = f"at most {MAX_CELL} characters, and at most two digits in an exponent"
        return _error(where, "the number is too long", expected, repr(cell[:MAX_CELL]), "round it, or scale the column")
    missing = not cell or NO_NUMBER.fullmatch(cell)
    return _error(
        where,
        "the cell is not a number" if cell else "the cell is empty",
        "a whole number, a decimal or a fraction, such as 2, 0.25 or 1/3",
        repr(cell[:MAX_CELL]),
        "leave incomplete samples out" if missing else "separate cells by commas; write 0.5 or 1/2",
    )


def _check_labels(path: Path, symbol: Symbol, column: int, lines: Sequence[int], part: Sequence[Vector]) -> None:
    for line, row in zip(lines, part, strict=True):
        for k, value in enumerate(row):
            if not INSIDE[symbol.within](value):
                raise _error(
                    f"{path}, line {line}, column {column + k}",
                    f"the value is outside the set of {symbol.name}",
                    SETS[symbol.within],
                    str(value)[:MAX_CELL],
                    f"change the file, or choose a loss whose {symbol.name} may have this value",
                )


def _tables(path: Path, problem: Problem) -> tuple[Symbol, ...]:
    """The data with one row for each sample; the first array that is declared says what a sample is."""
    arrays = [symbol for symbol in problem.data if symbol.shape]
    if not arrays:
        expected = "a loss of arrays such as X and y"
        raise _error(str(path), "the loss takes no data", expected, "none", "leave the file out, or declare shapes")
    return tuple(symbol for symbol in arrays if symbol.shape[0] == arrays[0].shape[0])


def _widths(path: Path, tables: Sequence[Symbol], columns: int) -> tuple[int, ...]:
    """How many columns each table takes."""
    sizes: tuple[Size, ...] = tuple(symbol.shape[1] if len(symbol.shape) == 2 else 1 for symbol in tables)
    fixed = sum(size for size in sizes if isinstance(size, int))
    names = [size for size in sizes if isinstance(size, str)]
    wanted = ", ".join(f"{symbol.name} ({size})" for symbol, size in zip(tables, sizes, strict=True))
    if len(set(names)) > 1:
        what, hint = (
            "the columns cannot be told apart",
            f"make a number of {' or '.join(names)}; prove MODEL --help names the option",
        )
        raise _error(str(path), what, "at most one width that is a name", wanted, hint)
    rest = columns - fixed
    if rest < len(names) or (rest % len(names) if names else rest):
        what, hint = "the file does not have the right number of columns", "inputs come first, then targets"
        raise _error(str(path), what, f"columns for {wanted}", f"{columns} in the file", hint)
    return tuple(size if isinstance(size, int) else rest // len(names) for size in sizes)


def with_data(problem: Problem, values: Mapping[str, object]) -> Problem:
    """The problem with values filled in; named sizes keep their names.

    Fails    with DataError when a value has no symbol, another shape or lies outside its set
    """
    for name in values:
        if name not in {symbol.name for symbol in problem.data}:
            known = ", ".join(symbol.name for symbol in problem.data) or "no data"
            raise _error(f"the values of {name}", "these are not data of the loss", known, name, "check the name")
        _check_set(problem.symbol(name), values[name], ())
    given = replace(problem, values={**problem.values, **values})
    sizes = sizes_of(given)
    for size, least in problem.least.items():
        if sizes.get(size, least) < least:
            expected = f"{size} >= {least}"
            raise _error("the data", "too little data", expected, f"{size} = {sizes[size]}", "give more samples")
    return given


def _check_set(symbol: Symbol, value: object, place: tuple[int, ...]) -> None:
    if isinstance(value, tuple):
        for k, part in enumerate(value) if symbol.within != "real" else ():
            _check_set(symbol, part, (*place, k))
    elif isinstance(value, int | Fraction) and not INSIDE[symbol.within](Fraction(value)):
        where = f"{symbol.name}[{', '.join(map(str, place))}]" if place else symbol.name
        what, hint = f"the value is outside the set of {symbol.name}", "change the value, or the set of the symbol"
        raise _error(where, what, SETS[symbol.within], str(value)[:MAX_CELL], hint)


def sizes_of(problem: Problem) -> dict[str, int]:
    """The named sizes that the values decide.

    Fails    with DataError when a value does not have the declared shape
    """
    sizes = dict[str, int]()
    for symbol in problem.data:
        if symbol.name in problem.values:
            _match(symbol, _shape(symbol.name, problem.values[symbol.name]), sizes)
    return sizes


def sized(problem: Problem) -> Problem:
    """The problem with a number for every size that its values decide."""
    return at_sizes(problem, sizes_of(problem))


def at_sizes(problem: Problem, sizes: Mapping[str, int]) -> Problem:
    """The problem with numbers for these sizes."""
    return replace(
        problem,
        loss=_sized(problem.loss, sizes),
        parameters=tuple(_resized(symbol, sizes) for symbol in problem.parameters),
        data=tuple(_resized(symbol, sizes) for symbol in problem.data),
        least={size: least for size, least in problem.least.items() if size not in sizes},
        positive=tuple(_sized(expr, sizes) for expr in problem.positive),
        nonneg=tuple(_sized(expr, sizes) for expr in problem.nonneg),
    )


def _shape(name: str, value: object) -> tuple[int, ...]:
    """The shape of nested tuples, which must not be ragged."""
    if not isinstance(value, tuple):
        return ()
    shapes = {_shape(name, part) for part in value}
    if len(shapes) == 1:
        return (len(value), *shapes.pop())
    what, got = "these values are no array", "no entries" if not shapes else "rows of different lengths"
    raise _error(f"the values of {name}", what, "rows of one length", got, "give every sample the same columns")


def _match(symbol: Symbol, shape: tuple[int, ...], sizes: dict[str, int]) -> None:
    """Read the named sizes off a shape."""
    known = tuple(sizes.get(size, size) if isinstance(size, str) else size for size in symbol.shape)
    fits = len(known) == len(shape) and all(isinstance(a, str) or a == b for a, b in zip(known, shape, strict=True))
    sizes.update({a: b for a, b in zip(known, shape, strict=False) if isinstance(a, str)})
    if not fits or tuple(sizes.get(a, a) if isinstance(a, str) else a for a in symbol.shape) != shape:
        expected, got = f"shape {_written(known)}", f"shape {_written(shape)}"
        what, where = "these values do not have the declared shape", f"the values of {symbol.name}"
        raise _error(where, what, expected, got, "check the widths, and that no sample is missing")


def _written(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"


def _resized(symbol: Symbol, sizes: Mapping[str, int]) -> Symbol:
    return replace(symbol, shape=_renamed(symbol.shape, sizes))


def _renamed(shape: Shape, sizes: Mapping[str, int]) -> Shape:
    return tuple(sizes.get(size, size) if isinstance(size, str) else size for size in shape)


def _sized(expr: Expr, sizes: Mapping[str, int]) -> Expr:
    if expr.op == "size" and isinstance(expr.value, str) and expr.value in sizes:
        return Expr("number", (), Fraction(sizes[expr.value]), (), expr.span)
    args = tuple(_sized(arg, sizes) for arg in expr.args)
    return replace(expr, args=args, shape=_renamed(expr.shape, sizes))
