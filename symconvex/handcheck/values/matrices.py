"""Matrices as hand derivations mean them: a vector is a column, a number is 1 x 1, shapes must fit.

The entries are numbers at an instance, or formulas over symbolic sizes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from symconvex.handcheck.values.scalars import Scalar, apply

Size = str | int
Index = str | int
Entry = Callable[[Index, Index], Scalar]
# The size of an identity or a vector of ones that takes its size from what stands beside it.
ANY = "any size"


class Mismatch(Exception):
    """Two shapes that do not fit together; the message says which."""


class NotSymbolic(Exception):
    """Something that has a value at every instance and no formula for all sizes."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """rows x cols, its entries computed once each."""

    rows: Size
    cols: Size
    entry: Entry
    known: dict[tuple[Index, Index], Scalar] = field(default_factory=dict)

    def at(self, i: Index, j: Index) -> Scalar:
        """One entry, counted from zero; along an axis of size 1 there is only 0."""
        place = (0 if self.rows == 1 else i, 0 if self.cols == 1 else j)
        found = self.known.get(place)
        if found is None:
            found = self.known[place] = self.entry(*place)
        return found

    @property
    def is_scalar(self) -> bool:
        return self.rows == 1 and self.cols == 1

    @property
    def is_vector(self) -> bool:
        """One column or one row."""
        return self.rows == 1 or self.cols == 1

    @property
    def length(self) -> Size:
        """The number of entries of a vector."""
        return self.rows if self.cols == 1 else self.cols

    def item(self, k: Index) -> Scalar:
        """An entry of a vector, row or column."""
        return self.at(k, 0) if self.cols == 1 else self.at(0, k)

    @property
    def value(self) -> Scalar:
        """The number, of a 1 x 1 matrix."""
        if not self.is_scalar:
            raise Mismatch(f"a number is needed where a {shape_text(self)} matrix stands")
        return self.at(0, 0)


def scalar(x: Scalar) -> Matrix:
    """A number as a 1 x 1 matrix."""
    return Matrix(1, 1, lambda _i, _j: x)


def shape_text(a: Matrix) -> str:
    """The shape as a person writes it."""
    return f"{a.rows} x {a.cols}"


def scaled(c: Scalar, a: Matrix) -> Matrix:
    """A number times a matrix."""
    return Matrix(a.rows, a.cols, lambda i, j: c * a.at(i, j))


def negated(a: Matrix) -> Matrix:
    """Every entry with the other sign."""
    return Matrix(a.rows, a.cols, lambda i, j: -a.at(i, j))


def transposed(a: Matrix) -> Matrix:
    """Rows as columns."""
    return a if a.is_scalar else Matrix(a.cols, a.rows, lambda i, j: a.at(j, i))


def mapped(name: str, a: Matrix) -> Matrix:
    """A function applied to every entry."""
    return Matrix(a.rows, a.cols, lambda i, j: apply(name, a.at(i, j)))


def counted(size: int | str, what: str) -> int:
    """A size that is a number."""
    if isinstance(size, int):
        return size
    raise NotSymbolic(f"{what} at a symbolic size")
