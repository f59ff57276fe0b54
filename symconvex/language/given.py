"""What a Python program declares: names, shapes and tables by name, checked and brought to one form."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from symconvex.errors import LossError
from symconvex.problem import Shape

if TYPE_CHECKING:
    import sympy

Names: TypeAlias = "str | sympy.Symbol | Sequence[str | sympy.Symbol]"


def check_table(word: str, table: object) -> None:
    """Declarations are by name."""
    if not isinstance(table, Mapping) or not all(isinstance(name, str) for name in table):
        raise LossError(
            f"{word} are given by name",
            where=f"{word}={table!r}"[:200],
            expected="a mapping from names",
            got=type(table).__name__,
            hint={
                "shapes": 'shapes={"X": ("n", "d")}',
                "sets": 'sets={"y": "sign"}',
                "values": 'values={"y": [1, -1]}',
            }.get(word, f'{word}={{"n": 2}}'),
        )


def shape_of(name: str, shape: object) -> Shape:
    """The sizes of an array; "n,d" is ("n", "d"), and 3 is (3,).

    Fails    LossError on anything but sizes
    """
    sizes = shape.replace(",", " ").split() if isinstance(shape, str) else [shape] if isinstance(shape, int) else shape
    if not isinstance(sizes, list | tuple) or not all(type(size) in (int, str) for size in sizes):
        raise LossError(
            f"the shape of {name} is not understood",
            where=f"shapes={{{name!r}: {shape!r}}}"[:200],
            expected="a tuple of names and numbers",
            got=type(shape).__name__,
            hint=f'shapes={{{name!r}: ("n", "d")}}, or () for a number',
        )
    return tuple(sizes)


def names_of(wrt: Names) -> tuple[str, ...]:
    """The names in "U, V", in a sequence, or of symbols."""
    if isinstance(wrt, str):
        return tuple(wrt.replace(",", " ").split())
    return tuple(str(name) for name in (wrt if isinstance(wrt, Sequence) else (wrt,)))
