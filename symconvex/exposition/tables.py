"""Numbers, vectors and matrices as LaTeX."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symconvex.language.printing.texwords import entry_tex, number_tex

Table = tuple["Table", ...] | Fraction
MOST_DATA, MOST_ENTRIES, MOST_ROWS = 60, 24, 4
TUPLE_COMMA = ",\\allowbreak "


def read_table(value: object) -> Table:
    """Nested lists of numbers or of text."""
    return tuple(map(read_table, value)) if isinstance(value, tuple | list) else Fraction(str(value))


def count(table: Table) -> int:
    """How many numbers a table has."""
    return 1 if isinstance(table, Fraction) else sum(map(count, table))


def table_tex(value: Table) -> str:
    """A number, a vector as a tuple, or a matrix."""
    if isinstance(value, Fraction):
        return number_tex(value)
    if not value or isinstance(value[0], Fraction):
        return f"({TUPLE_COMMA.join(map(table_tex, value))})"
    if len(value) > 1 and all(isinstance(row, tuple) and len(row) == 1 for row in value):
        return f"{table_tex(tuple(x for row in value if isinstance(row, tuple) for x in row))}\\T"
    return matrix_tex([[table_tex(entry) for entry in row] for row in value if isinstance(row, tuple)])


def matrix_tex(rows: Sequence[Sequence[str]]) -> str:
    """Rows of texts; two rows fit into a line of text."""
    if len(rows) == len(rows[0]) == 1:
        return f"({rows[0][0]})"
    body = "\\\\".join("&".join(row) for row in rows)
    if len(rows) > 2:
        return f"\\begin{{pmatrix}}{body}\\end{{pmatrix}}"
    return f"\\bigl(\\begin{{smallmatrix}}{body}\\end{{smallmatrix}}\\bigr)"


def array_tex(name: str, table: Table) -> str:
    """The entries; of a large array only those that are not zero."""
    if count(table) <= MOST_ENTRIES:
        return table_tex(table)
    entries = [f"{entry_tex(name, place)}={number_tex(value)}" for place, value in places(table) if value]
    listed = ",\\;".join(entries)
    return f"0\\text{{ but for }}{listed}" if entries else "0"


def places(table: Table, at: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    """Every number with its place."""
    if isinstance(table, Fraction):
        yield at, table
    else:
        for k, part in enumerate(table):
            yield from places(part, (*at, k))
