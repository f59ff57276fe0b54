"""The names in SymPy formulas: which are sizes, what shapes arrays have, and in which sets their entries lie."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy.matrices.expressions.matexpr import MatrixElement

from symconvex.errors import LossError, NotYet
from symconvex.language.state import NAME
from symconvex.language.vocabulary import reserved
from symconvex.problem import Shape

# The index of a sum -> its name, and where it begins.
Indices = dict[Any, tuple[str, Any]]
# Where an index begins, and how far it runs.
Range = tuple[Any, Any]


def _made(*kinds: Mapping[str, bool]) -> Callable[[str], tuple[sympy.Symbol, ...]]:
    return lambda name: tuple(sympy.Symbol(name, **kind) for kind in kinds)


# Symbols are equal when name and assumptions are; what one assumption implies is among them.
KINDS: Mapping[str, Callable[[str], tuple[sympy.Symbol, ...]]] = {
    "real": _made({}, {"real": True}),
    "positive": _made({"positive": True}),
    "nonnegative": _made({"nonnegative": True}),
    "count": _made({"integer": True, "nonnegative": True}),
}
WHOLE = _made(
    {},
    {"integer": True},
    {"integer": True, "positive": True},
    {"integer": True, "nonnegative": True},
    {"positive": True},
)


@dataclass(slots=True)
class Names:
    """What the names of formulas are.

    symbols    name -> the symbol, its label for an IndexedBase
    sizes      symbols that are sizes of arrays or ends of sums
    arrays     name -> sizes, as they become known
    starts     name -> where each of its axes begins to count, as they become known
    """

    symbols: dict[str, Any] = field(default_factory=dict)
    sizes: set[Any] = field(default_factory=set)
    arrays: dict[str, list[Any]] = field(default_factory=dict)
    starts: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, formulas: Sequence[Any], shapes: Mapping[str, Shape]) -> "Names":
        """The names of all formulas together."""
        names = cls()
        for formula in formulas:
            for limits in (sum_.limits for sum_ in formula.atoms(sympy.Sum)):
                for limit in limits:
                    names._sized(limit)
            for matrix in formula.atoms(sympy.MatrixSymbol):
                names._array(matrix.name, matrix, [names._size(size, matrix) for size in matrix.shape])
        for formula in formulas:
            names._ranged(formula, {}, shapes)
            labels = {base.label for base in formula.atoms(sympy.IndexedBase)}
            counted = {limit[0] for sum_ in formula.atoms(sympy.Sum) for limit in sum_.limits}
            counted |= {index.label for index in formula.atoms(sympy.Idx)}
            bound = {symbol for part in formula.atoms(sympy.Lambda) for symbol in part.variables}
            for symbol in sorted(formula.atoms(sympy.Symbol) - labels - counted - bound, key=str):
                names._add(symbol.name, symbol)
        return names

    @property
    def taken(self) -> frozenset[str]:
        """All names, which an index cannot have."""
        return frozenset(self.symbols)

    def _add(self, name: str, symbol: Any) -> None:
        if not NAME.match(name) or reserved(name):
            raise NotYet(
                "this part of a SymPy formula is not supported",
                where=name[:200],
                expected="symbols with plain names",
                got=f"a symbol called {name}"[:60],
                hint="write the loss as text, with names such as x_1",
            )
        if self.symbols.setdefault(name, symbol) != symbol:
            raise _assumed(name, "two symbols of one name")

    def _array(self, name: str, symbol: Any, sizes: list[Any]) -> None:
        self._add(name, symbol)
        self.arrays[name] = sizes

    def _sized(self, limit: Any) -> None:
        """A sum runs over a whole axis: from a number to n, or as many places as a number says."""
        if len(limit) != 3 or not isinstance(limit[1], sympy.Integer):
            raise _no_range(limit)
        self._size(limit[2] - limit[1] + 1, limit)

    def _size(self, size: Any, where: Any) -> Any:
        if isinstance(size, sympy.Integer) and size > 0:
            return size
        if isinstance(size, sympy.Symbol) and size in WHOLE(size.name):
            self.sizes.add(size)
            self._add(size.name, size)
            return size
        raise _no_range(where)

    def _ranged(self, part: Any, ranges: Mapping[Any, Range], shapes: Mapping[str, Shape]) -> None:
        """What sums say of the axes of arrays, each entry with the sums that stand around it."""
        match part:
            case sympy.Sum():
                inner = {limit[0]: (limit[1], limit[2] - limit[1] + 1) for limit in part.limits}
                self._ranged(part.function, {**ranges, **inner}, shapes)
                return
            case sympy.Indexed():
                self._indexed(part, ranges, shapes)
                return
            case MatrixElement():
                for index, size in zip(part.indices, part.parent.shape, strict=True):
                    if index in ranges and ranges[index] != (0, size):
                        raise _no_range(part)
        for arg in part.args:
            self._ranged(arg, ranges, shapes)

    def _indexed(self, entry: Any, ranges: Mapping[Any, Range], shapes: Mapping[str, Shape]) -> None:
        """The shape of an indexed base: from itself, from what is declared, from the sums over its indices."""
        base, name = entry.base, str(entry.base.label)
        known = self.arrays.get(name) or [None] * len(entry.indices)
        declared = [sympy.Symbol(size) if isinstance(size, str) else size for size in shapes.get(name, ())]
        given = [self._size(size, entry) for size in base.shape] if base.shape else declared
        if len(known) != len(entry.indices) or (given and len(given) != len(known)):
            raise _no_range(entry)
        starts = self.starts.setdefault(name, [None] * len(known))
        for axis, index in enumerate(entry.indices):
            if index in ranges:
                low, count = ranges[index]
                known[axis] = self._same(known[axis], count, entry)
                starts[axis] = self._same(starts[axis], low, entry)
        for axis, size in enumerate(given):
            if base.shape or known[axis] is None:
                known[axis] = self._same(known[axis], size, entry)
        self._array(name, base.label, known)

    def _same(self, old: Any, new: Any, entry: Any) -> Any:
        if old is None or old == new:
            return new
        raise NotYet(
            "an index runs over a part of an axis, or over two axes of different sizes",
            where=str(entry)[:200],
            expected=f"everywhere {old}",
            got=str(new),
            hint="let every sum over an index run over the whole axis",
        )

    def word(self, symbol: Any) -> str:
        """The name of a symbol or an array."""
        name = str(getattr(symbol, "label", symbol))
        if name not in self.symbols:
            raise NotYet(
                "an index stands for a number, or outside of its sum",
                where=name[:60],
                expected="indices in brackets behind an array, inside a Sum over them",
                got=name[:60],
                hint="bring data in as an array: t[i] in the place of i",
            )
        return name

    def array_and_places(self, entry: Any) -> tuple[Any, list[Any]]:
        """The array of an entry, and its indices counted from zero, without the only column of a vector."""
        if isinstance(entry, MatrixElement):
            rows, columns = entry.parent.shape
            return entry.parent, [i for i, size in ((entry.i, rows), (entry.j, columns)) if size != 1]
        name = str(entry.base.label)
        first = [self._start(name, axis) for axis in range(len(entry.indices))]
        return entry.base, [i - low if i.is_Integer else i for i, low in zip(entry.indices, first, strict=True)]

    def _start(self, name: str, axis: int) -> Any:
        """Where an axis begins to count: as the sums over it say, and from zero where there is none."""
        found = self.starts[name][axis]
        return sympy.Integer(0) if found is None else found

    def shapes(self) -> dict[str, Shape]:
        """Name -> shape, () for a number.

        Fails    LossError on an array of which nothing tells a size
        """
        found = dict[str, Shape]()
        for name, symbol in self.symbols.items():
            sizes = self.arrays.get(name, [])
            if any(size is None for size in sizes):
                raise LossError(
                    f"the shape of {name} is not known",
                    where=f"the IndexedBase {name}",
                    expected="a shape, or a Sum over each of its indices",
                    got=f"{name} with numbers as indices only",
                    hint=f'shapes={{"{name}": ("d",)}}, or IndexedBase("{name}", shape=(3,))',
                )
            shown = [size for size in sizes if size != 1] if isinstance(symbol, sympy.MatrixSymbol) else sizes
            if symbol in self.sizes and not any(symbol in others for others in self.arrays.values()):
                raise _no_range(f"{name}, which is the size of no array")
            if symbol not in self.sizes:
                found[name] = tuple(int(s) if isinstance(s, int | sympy.Integer) else str(s) for s in shown)
        return found

    def sets(self) -> dict[str, str]:
        """The set of every name, in order of name; without assumptions it is real.

        Fails    NotYet on assumptions that no set of the loss language has
        """
        found = dict[str, str]()
        for name, symbol in sorted(self.symbols.items()):
            if symbol in self.sizes:
                continue
            plain = isinstance(symbol, sympy.MatrixSymbol)
            within = "real" if plain else next((word for word, made in KINDS.items() if symbol in made(name)), None)
            if within is None:
                known = ", ".join(f"{key}={value}" for key, value in sorted(symbol.assumptions0.items()))
                raise _assumed(name, known[:200])
            found[name] = within
        return found


def _assumed(name: str, got: str) -> NotYet:
    return NotYet(
        f"what is assumed of the symbol {name[:60]} is not supported",
        where=f"the SymPy symbol {name[:60]}",
        expected="one symbol of that name: plain, real, positive, nonnegative, or a nonnegative integer",
        got=got,
        hint="make the symbol real=True, or positive=True",
    )


def _no_range(where: Any) -> NotYet:
    return NotYet(
        "this is no size, or no range over a whole axis",
        where=str(where)[:200],
        expected="sizes that are numbers or plain symbols; sums such as (i, 1, n) or (i, 0, n - 1)",
        got=str(where)[:60],
        hint="write the loss as text, in whole arrays",
    )
