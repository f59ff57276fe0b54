"""Where something stands in a text."""

from typing import Self


class Place(int):
    """The line of something, from 1, which knows its columns too, counted from 0.

    It is a number like any other line; what is put in by this program has a line without columns.

    column        where it begins
    end_line      the line in which it ends
    end_column    the column behind its last sign
    """

    column: int
    end_line: int
    end_column: int

    def __new__(cls, line: int, column: int, end_line: int, end_column: int) -> Self:
        """A line with columns."""
        self = super().__new__(cls, line)
        self.column, self.end_line, self.end_column = column, end_line, end_column
        return self

    @property
    def start(self) -> tuple[int, int]:
        """Line and column of the first sign."""
        return int(self), self.column

    @property
    def end(self) -> tuple[int, int]:
        """Line and column behind the last sign."""
        return self.end_line, self.end_column


def start_of(line: int) -> tuple[int, int]:
    """Line and column of the first sign, to tell what comes first; what has no columns begins its line."""
    return line.start if isinstance(line, Place) else (line, 0)


def spanned(first: int, last: int) -> int:
    """From the beginning of one to the end of the other, if both are known and in this order."""
    if isinstance(first, Place) and isinstance(last, Place) and last.end >= first.end:
        return Place(int(first), first.column, *last.end)
    return first


def over(places: list[int]) -> int:
    """From the first of them to the last that begins or ends later."""
    found = places[0]
    for one in places[1:]:
        found = spanned(found, one)
    return found
