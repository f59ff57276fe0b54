"""Data as exact numbers: a CSV file in, the values of a problem out.

Samples are rows. The columns belong to the data of the problem in the order of their declaration, inputs before
targets; a table whose width is a name, such as X (n, d), takes the columns that the others leave.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from symconvex.errors import DataError
from symconvex.problem import SETS, Expr, Problem, Shape, Size, Symbol

MAX_BYTES = 1_000_000
MAX_CELL = 60
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?|[+-]?\d+/0*[1-9]\d*", re.ASCII)
NO_NUMBER = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)

INSIDE: Mapping[str, Callable[[Fraction], bool]] = {
    "real": lambda _: True,
    "positive": lambda x: x > 0,
    "nonnegative": lambda x: x >= 0,
    "sign": lambda x: x in (-1, 1),
    "binary": lambda x: x in (0, 1),
    "unit": lambda x: 0 < x < 1,
    "count": lambda x: x >= 0 and x.denominator == 1,
}

Row = tuple[int, tuple[str, ...]]
Vector = tuple[Fraction, ...]


def read_csv(path: Path, problem: Problem) -> Mapping[str, object]:
    """The values of the data that the file gives, by name, as nested tuples.

    Fails    with DataError, naming line and column, when the file does not fit the problem
    """
    rows = _rows(path)
    numbers = [tuple(_number(path, line, k, cell) for k, cell in enumerate(cells, start=1)) for line, cells in rows]
    tables = _tables(path, problem)
    widths = _widths(path, tables, len(rows[0][1]))
    values, start = dict[str, object](), 0
    for symbol, width in zip(tables, widths, strict=True):
        part = [row[start : start + width] for row in numbers]
        _check_labels(path, symbol, start + 1, [line for line, _ in rows], part)
        values[symbol.name] = tuple(part) if len(symbol.shape) == 2 else tuple(row[0] for row in part)
        start += width
    return values


def _error(where: str, what: str, expected: str, got: str, hint: str) -> DataError:
    return DataError(what, where=where, expected=expected, got=got, hint=hint)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise _error(str(path), "the data file cannot be read", "a CSV file", why, "check the path") from None
    if len(raw) > MAX_BYTES:
        expected = f"at most {MAX_BYTES} bytes"
        raise _error(str(path), "the data file is too large", expected, "more", "a proof wants few samples: take fewer")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        got = f"byte {raw[error.start]:#04x} at {error.start}"
        raise _error(str(path), "the data file is not text", "UTF-8", got, "save it as CSV in UTF-8") from None


def _rows(path: Path) -> list[Row]:
    """Rows of equally many cells with their lines; without header and blank lines at the end."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    rows = list[Row]()
    try:
        rows.extend((reader.line_num, tuple(cell.strip() for cell in line)) for line in reader)
    except csv.Error as error:
        where = f"{path}, line {reader.line_num}"
        raise _error(where, "the line is not CSV", "cells with commas between", str(error), "check quotes") from None
    while rows and not any(rows[-1][1]):
        rows.pop()
    if rows and not all(_is_numeric(cell) for cell in rows[0][1]):
        rows.pop(0)
    if not rows:
        expected = "one line for each sample"
        raise _error(str(path), "the data file has no samples", expected, "none", "write lines such as 0,1,1")
    for line, cells in rows:
        if len(cells) != len(rows[0][1]):
            expected = f"{len(rows[0][1])} cells, as in line {rows[0][0]}"
            what, hint = "the rows have different lengths", "put a comma between cells, and a point in decimals"
            raise _error(f"{path}, line {line}", what, expected, str(len(cells)), hint)
    return rows


def _is_numeric(cell: str) -> bool:
    return bool(NUMBER.fullmatch(cell) or NO_NUMBER.fullmatch(cell))


def _number(path: Path, line: int, column: int, cell: str) -> Fraction:
    if len(cell) <= MAX_CELL and NUMBER.fullmatch(cell):
        return Fraction(cell)
    raise _error(
        f"{path}, line {line}, column {column}",
        "the cell is not a number" if cell else "the cell is empty",
        "a whole number, a decimal or a fraction, such as 2, 0.25 or 1/3",
        repr(cell[:MAX_CELL]),
        "leave incomplete samples out"
        if not cell or NO_NUMBER.fullmatch(cell)
        else "separate cells by commas; write 0.5 or 1/2",
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
                    "change the file, or choose the labels that the model is to take, such as --labels binary",
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
        what, hint = "the columns cannot be told apart", "give the widths as numbers, such as --widths 2,2,1"
        raise _error(str(path), what, "at most one width that is a name", wanted, hint)
    rest = columns - fixed
    if rest < len(names) or (rest % len(names) if names else rest):
        what, hint = "the file does not have the right number of columns", "inputs come first, then targets"
        raise _error(str(path), what, f"columns for {wanted}", f"{columns} in the file", hint)
    return tuple(size if isinstance(size, int) else rest // len(names) for size in sizes)


def with_data(problem: Problem, values: Mapping[str, object]) -> Problem:
    """The problem for these data only: values filled in, named sizes replaced by numbers.

    Fails    with DataError when a value has no symbol or another shape
    """
    sizes = dict[str, int]()
    for name, value in values.items():
        symbol = next((symbol for symbol in problem.data if symbol.name == name), None)
        if symbol is None:
            known = ", ".join(symbol.name for symbol in problem.data) or "no data"
            raise _error(f"the values of {name}", "these are not data of the loss", known, name, "check the name")
        _match(symbol, _shape(name, value), sizes)
    for size, least in problem.least.items():
        if sizes.get(size, least) < least:
            expected = f"{size} >= {least}"
            raise _error("the data", "too little data", expected, f"{size} = {sizes[size]}", "give more samples")
    return replace(
        problem,
        loss=_sized(problem.loss, sizes),
        parameters=tuple(_resized(symbol, sizes) for symbol in problem.parameters),
        data=tuple(_resized(symbol, sizes) for symbol in problem.data),
        values={**problem.values, **values},
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
