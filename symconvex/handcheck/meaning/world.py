"""What names mean: numbers at an instance or symbols at every size, and how derivatives move them.

A derivative moves some names by eps times a direction; everything that is defined through them follows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Protocol

from flint import arb

from symconvex.handcheck.formula.tree import Node
from symconvex.handcheck.meaning.setting import Setting
from symconvex.handcheck.text.declared import Declared, Named
from symconvex.handcheck.values.instances import Instance, size_of
from symconvex.handcheck.values.matrices import Index, Matrix, Size, scalar
from symconvex.handcheck.values.scalars import (
    ENTRYWISE,
    Dual,
    MistakenTag,
    Scalar,
    ball,
    combined,
    exact,
    innermost,
    slope_of,
)
from symconvex.problem import Expr

Direction = Callable[[Index, Index], Scalar | None]
Place = tuple[int | str, ...]


class Unknown(Exception):
    """A name or a construct without a meaning here; the message names it."""


class Algebra(Protocol):
    """Numbers or formulas: the few operations in which they differ."""

    @property
    def kinked(self) -> bool: ...
    def number(self, value: Fraction) -> Scalar: ...
    def constant(self, word: str) -> Scalar: ...
    def size(self, size: Size) -> Size: ...
    def dim(self, size: Size) -> Scalar: ...
    def delta(self, i: Index, j: Index) -> Scalar: ...
    def total(self, size: Size, body: Callable[[Index], Scalar]) -> Scalar: ...
    def symbol(self, named: Named) -> Matrix: ...
    def moved(self, tag: int, base: Scalar, direction: Scalar) -> Scalar: ...
    def slope(self, tag: int, value: Scalar) -> Scalar: ...
    def vanishes(self, value: Scalar) -> bool: ...


@dataclass(frozen=True, slots=True)
class Numeric:
    """Balls at one instance."""

    instance: Instance
    kinked: bool = False  # where a derivative jumps, it has no value

    def number(self, value: Fraction) -> Scalar:
        return ball(value)

    def constant(self, word: str) -> Scalar:
        return arb.pi() if word == "pi" else arb(1).exp()

    def size(self, size: Size) -> Size:
        return size_of(size, self.instance.sizes)

    def dim(self, size: Size) -> Scalar:
        return ball(int(self.size(size)))

    def delta(self, i: Index, j: Index) -> Scalar:
        return ball(int(i == j))

    def total(self, size: Size, body: Callable[[Index], Scalar]) -> Scalar:
        return sum((body(k) for k in range(int(self.size(size)))), ball(0))

    def symbol(self, named: Named) -> Matrix:
        rows = self.instance.values[named.name]
        return Matrix(len(rows), len(rows[0]), lambda i, j: ball(rows[int(i)][int(j)]))

    def moved(self, tag: int, base: Scalar, direction: Scalar) -> Scalar:
        return base + Dual(tag, ball(0), direction)

    def slope(self, tag: int, value: Scalar) -> Scalar:
        return slope_of(value, tag)

    def vanishes(self, value: Scalar) -> bool:
        return bool(innermost(value).contains(0))


@dataclass(frozen=True, slots=True)
class Bump:
    """Names that move by eps_tag times their direction."""

    tag: int
    directions: Mapping[str, Direction]


Definition = Callable[["Env"], Matrix]


@dataclass(slots=True)
class World:
    """An algebra, the declarations with every letter, what the derivation says; remembers values of names."""

    algebra: Algebra
    declared: Declared
    setting: Setting
    definitions: dict[str, Definition] = field(default_factory=dict)
    memo: dict[tuple[object, ...], Matrix] = field(default_factory=dict)
    shapes: dict[str, tuple[Size, ...]] = field(default_factory=dict)
    strict: bool = False  # a letter of unknown shape is no number that is added to every entry
    slip: str = ""
    used: frozenset[str] = frozenset()
    samples: dict[str, tuple[str, int]] | None = None
    read: Callable[..., Matrix] | None = None
    tags: int = 0
    open: set[tuple[object, ...]] = field(default_factory=set)

    @property
    def words(self) -> frozenset[str]:
        """Every name with a meaning."""
        return frozenset((*self.declared.names, *self.definitions, *self.declared.sizes()))

    def tag(self) -> int:
        """A new eps; under a mistaken rule it carries the rule."""
        self.tags += 1
        return MistakenTag.of(self.tags, self.slip) if self.slip else self.tags


@dataclass(frozen=True, slots=True)
class Env:
    """A world with what is bound here: indices, moved names, names that stand for something else."""

    world: World
    indices: Mapping[str, Index] = field(default_factory=dict)
    ranges: Mapping[str, Size] = field(default_factory=dict)
    bumps: tuple[Bump, ...] = ()
    replaced: tuple[tuple[str, Matrix, int], ...] = ()

    @property
    def algebra(self) -> Algebra:
        return self.world.algebra

    @property
    def setting(self) -> Setting:
        """What the derivation says of its names."""
        return self.world.setting

    def key_of(self, node: Node) -> tuple[object, ...]:
        """A formula and everything that its value depends on here."""
        place = tuple(sorted(self.indices.items()))
        return (node, place, tuple(b.tag for b in self.bumps), tuple(serial for _, _, serial in self.replaced))

    def binding(self, index: str, value: Index, size: Size) -> "Env":
        return replace(self, indices={**self.indices, index: value}, ranges={**self.ranges, index: size})

    def calling(self, values: Mapping[str, Matrix]) -> "Env":
        """The same world with other values for some names."""
        kept = tuple(Bump(b.tag, {n: d for n, d in b.directions.items() if n not in values}) for b in self.bumps)
        added = tuple((name, matrix, self.world.tag()) for name, matrix in values.items())
        return replace(self, bumps=kept, replaced=(*self.replaced, *added))

    def value(self, node: Node) -> Matrix:
        """What a formula means here."""
        if self.world.read is None:
            raise Unknown("a formula where none can be read")
        return self.world.read(node, self)

    def knows(self, name: str) -> bool:
        return name in self.words

    @property
    def words(self) -> frozenset[str]:
        """Every name with a value here."""
        return self.world.words | {name for name, _, _ in self.replaced}

    def look_up(self, name: str) -> Matrix:
        """The value of a name, moved by the derivatives that are being taken.

        Fails    Unknown when nothing gives it a meaning, or its definition refers to itself
        """
        for k in reversed(range(len(self.bumps))):
            direction = self.bumps[k].directions.get(name)
            if direction is not None:
                return self._moved(replace(self, bumps=self.bumps[:k]).look_up(name), self.bumps[k].tag, direction)
        for known, matrix, _ in reversed(self.replaced):
            if known == name:
                return matrix
        return self._plain(name)

    def _moved(self, base: Matrix, tag: int, direction: Direction) -> Matrix:
        def entry(i: Index, j: Index) -> Scalar:
            step = direction(i, j)
            return base.at(i, j) if step is None else self.algebra.moved(tag, base.at(i, j), step)

        return Matrix(base.rows, base.cols, entry)

    def _plain(self, name: str) -> Matrix:
        key = (name, tuple(b.tag for b in self.bumps), tuple(serial for _, _, serial in self.replaced))
        found = self.world.memo.get(key)
        if found is not None:
            return found
        if key in self.world.open:
            raise Unknown(f"{name} is defined through itself")
        self.world.open.add(key)
        try:
            found = self._made(name)
        finally:
            self.world.open.discard(key)
        self.world.memo[key] = found
        return found

    def _made(self, name: str) -> Matrix:
        definition = self.world.definitions.get(name)
        if definition is not None:
            return definition(replace(self, indices={}, ranges={}))
        named = self.world.declared.names.get(name)
        if named is not None:
            return self.algebra.symbol(named)
        if name in self.world.declared.sizes():
            return scalar(self.algebra.dim(name))
        raise Unknown(f"the name {name} is not declared")

    def slope(self, body: Callable[["Env"], Scalar], directions: Mapping[str, Direction]) -> Scalar:
        """The derivative of body along the directions."""
        tag = self.world.tag()
        moved = replace(self, bumps=(*self.bumps, Bump(tag, directions)))
        return self.algebra.slope(tag, body(moved))


def unit(i: Index, j: Index, algebra: Algebra) -> Direction:
    """The direction that moves the entry (i, j) only."""

    def direction(a: Index, b: Index) -> Scalar | None:
        if isinstance(a, int) and isinstance(i, int) and isinstance(b, int) and isinstance(j, int):
            return algebra.number(Fraction(1)) if (a, b) == (i, j) else None
        return algebra.delta(a, i) * algebra.delta(b, j)

    return direction


def entry_of(expr: Expr, at: Place, env: Env) -> Scalar:
    """One entry of a formula of the loss language."""
    algebra = env.algebra
    match expr.op:
        case "number":
            return algebra.number(exact(expr.value))
        case "constant":
            return algebra.constant("pi")
        case "size":
            return algebra.dim(str(expr.value))
        case "name":
            return env.look_up(str(expr.value)).at(*(*at, 0, 0)[:2])
        case "transpose":
            return entry_of(expr.args[0], at[::-1], env)
        case "matmul":
            left, right = expr.args
            cut = len(left.shape) - 1
            return algebra.total(
                right.shape[0], lambda k: entry_of(left, (*at[:cut], k), env) * entry_of(right, (k, *at[cut:]), env)
            )
        case "sum":
            return _total(expr, at, env)
        case "trace":
            return algebra.total(expr.args[0].shape[0], lambda k: entry_of(expr.args[0], (k, k), env))
    if expr.op not in ENTRYWISE:
        raise Unknown(f"{expr.op} in a declaration")
    return combined(expr, [entry_of(arg, _aligned(arg.shape, at), env) for arg in expr.args])


def _total(expr: Expr, at: Place, env: Env) -> Scalar:
    arg = expr.args[0]
    axes = list(range(len(arg.shape))) if expr.value is None else [int(str(expr.value))]

    def over(left: list[int], where: Place) -> Scalar:
        if not left:
            return entry_of(arg, where, env)
        axis, *rest = left
        return env.algebra.total(arg.shape[axis], lambda k: over(rest, (*where[:axis], k, *where[axis:])))

    return over(axes, at)


def _aligned(inner: tuple[Size, ...], at: Place) -> Place:
    if not inner:
        return ()
    return tuple(0 if size == 1 else index for size, index in zip(inner, at[-len(inner) :], strict=True))


def defined_by(expr: Expr) -> Definition:
    """A declared definition: a column, a matrix, or a number."""

    def value(env: Env) -> Matrix:
        sizes = [env.algebra.size(size) for size in expr.shape]
        rows, cols = (*sizes, 1, 1)[:2]
        return Matrix(rows, cols, lambda i, j: entry_of(expr, (i, j)[: len(sizes)], env))

    return value
