"""Constants of verdicts as a person writes them: sums of index notation become sums and products of arrays.

    (* 2 (sum i n c[i]))                          2*sum(c)
    (sum i n (^ (sum j d (* X[i,j] w[j])) 2))     sum((X @ w)**2)

An array is a formula with the index that runs along each of its axes; a sum over an index that two arrays share is
their matrix product.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from symconvex.kernel.term import Add, Dim, Fn, Mul, Num, Pow, Sum, Sym, Term
from symconvex.language.printing.engine import printed
from symconvex.language.printing.styles import NUMPY
from symconvex.language.printing.terms import NONE, Names, plus, raised, summed, tree_of
from symconvex.language.printing.tree import Op, Times, Tree, gathered
from symconvex.problem import Shape, Size

Sizes = Mapping[str, Size]
Make = Callable[[tuple[Tree, ...]], Tree]


@dataclass(frozen=True, slots=True)
class Array:
    """A formula over whole arrays, and the index that runs along each axis of it."""

    tree: Tree
    axes: tuple[str, ...] = ()

    def along(self, axes: tuple[str, ...]) -> Tree | None:
        """The formula, broadcast to these axes; None where it does not fit."""
        if self.axes == axes[len(axes) - len(self.axes) :]:
            return self.tree
        return _transposed(self.tree) if self.axes == axes[::-1] else None


@dataclass(frozen=True, slots=True)
class Reading:
    """A term entry by entry, and over whole arrays where that can be."""

    entry: Tree
    array: Array | None


def readable(term: Term, shapes: Mapping[str, Shape], names: Names = NONE) -> str:
    """The term in NumPy syntax, some symbols under other names.

    A sum that is neither the sum of all entries nor a matrix product is written entry by entry, as Python's
    sum(... for i in range(n)).
    """
    return printed(Reader(shapes, names).read(term, {}).entry, NUMPY)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads terms from the inside out, each once."""

    shapes: Mapping[str, Shape]
    names: Names

    def read(self, term: Term, sizes: Sizes) -> Reading:
        """The term, inside of sums over indices of these sizes."""
        entry, array = self._sum(term, sizes) if isinstance(term, Sum) else self._node(term, sizes)
        return Reading(array.tree if array is not None and not array.axes else entry, array)

    def _node(self, term: Term, sizes: Sizes) -> tuple[Tree, Array | None]:
        match term:
            case Num() | Dim():
                return tree_of(term), Array(tree_of(term))
            case Sym():
                return tree_of(term, self.names), self._symbol(term, sizes)
            case Add(args):
                return self._built(plus, args, sizes)
            case Mul(args):
                return self._built(gathered, args, sizes)
            case Pow(base, exponent):
                return self._built(lambda args: raised(args[0], exponent), (base,), sizes)
            case Fn("max", args):
                return self._built(lambda args: Op("max", args), args, sizes)
            case Fn(name, args):
                return self._built(lambda args: Op("call", args, (name,)), args, sizes)
        return tree_of(term), None

    def _symbol(self, term: Sym, sizes: Sizes) -> Array | None:
        indices = tuple(index for index in term.indices if isinstance(index, str) and index in sizes)
        if len(set(indices)) != len(term.indices) or len(indices) > 2:
            return None
        if indices and self.shapes.get(term.name) != tuple(sizes[index] for index in indices):
            return None
        return Array(tree_of(Sym(term.name), self.names if not indices else NONE), indices)

    def _built(self, make: Make, args: Sequence[Term], sizes: Sizes) -> tuple[Tree, Array | None]:
        """A node from its parts, entry by entry and, where the parts line up, as an array."""
        parts = [self.read(arg, sizes) for arg in args]
        entry = make(tuple(part.entry for part in parts))
        arrays = [part.array for part in parts if part.array is not None]
        return entry, _elementwise(make, arrays) if len(arrays) == len(parts) else None

    def _sum(self, term: Sum, sizes: Sizes) -> tuple[Tree, Array | None]:
        factors = term.body.args if isinstance(term.body, Mul) else (term.body,)
        parts = [self.read(factor, {**sizes, term.index: term.size}) for factor in factors]
        entry = summed(term.index, term.size, gathered(part.entry for part in parts))
        arrays = [part.array for part in parts if part.array is not None]
        if len(arrays) < len(parts):
            return entry, None
        inside = [array for array in arrays if term.index in array.axes]
        outside = [array for array in arrays if term.index not in array.axes]
        total = _contracted(term.index, inside) if inside else Array(tree_of(Dim(term.size)))
        return entry, None if total is None else _elementwise(gathered, [*outside, total])


def _elementwise(make: Make, arrays: Sequence[Array]) -> Array | None:
    """The node over arrays that NumPy lines up, some of them transposed; None where it does not."""
    longest = max((array.axes for array in arrays), key=len)
    for axes in (longest, longest[::-1]):
        trees = [tree for array in arrays if (tree := array.along(axes)) is not None]
        if len(trees) == len(arrays):
            return Array(make(tuple(trees)), axes)
    return None


def _contracted(index: str, arrays: Sequence[Array]) -> Array | None:
    """The sum over the index of the product of arrays that all have it."""
    vectors = [array for array in arrays if array.axes == (index,)]
    others = dict.fromkeys(axis for array in arrays for axis in array.axes if axis != index)
    groups = [[array for array in arrays if other in array.axes] for other in others]
    if not groups:
        return _scalar(vectors)
    if len(groups) == 1 and not vectors:
        return _summed_along(index, _elementwise(gathered, groups[0]))
    if len(groups) == 1:
        return _product(index, _elementwise(gathered, groups[0]), _elementwise(gathered, vectors))
    if len(groups) == 2:
        return _product(index, _elementwise(gathered, [*groups[0], *vectors]), _elementwise(gathered, groups[1]))
    return None


def _scalar(vectors: Sequence[Array]) -> Array:
    """The sum of all entries, or the product of two vectors."""
    trees = tuple(vector.tree for vector in vectors)
    if len(trees) == 2:
        return Array(Op("matmul", trees))
    match gathered(trees):
        case Op("axis", (whole,), ("sum", _)):
            return Array(Op("call", (whole,), ("sum",)))
        case whole:
            return Array(Op("call", (whole,), ("sum",)))


def _summed_along(index: str, array: Array | None) -> Array | None:
    if array is None:
        return None
    axis = array.axes.index(index)
    return Array(Op("axis", (array.tree,), ("sum", axis)), (array.axes[1 - axis],))


def _product(index: str, left: Array | None, right: Array | None) -> Array | None:
    """The matrix product that sums over the index."""
    if left is None or right is None:
        return None
    (kept,) = (axis for axis in left.axes if axis != index)
    rest = tuple(axis for axis in right.axes if axis != index)
    first, second = left.along((kept, index)), right.along((index, *rest))
    if first is None or second is None:
        return None
    grouped = Op("group", (first,)) if isinstance(first, Times) else first
    return Array(Op("matmul", (grouped, second)), (kept, *rest))


def _transposed(tree: Tree) -> Tree:
    return tree.args[0] if isinstance(tree, Op) and tree.kind == "transpose" else Op("transpose", (tree,))
