"""A term at concrete sizes: sizes become numbers, and sums are written out."""

from collections.abc import Mapping

from symconvex.kernel import term as kernel
from symconvex.kernel.term import Delta, Dim, Index, Size, Sum, Sym, Term


def instantiate(term: Term, sizes: Mapping[str, int]) -> Term:
    """The same term with its named sizes replaced by numbers; sums stay sums."""
    done: dict[int, Term] = {}

    def walk(t: Term) -> Term:
        if id(t) not in done:
            done[id(t)] = _resized(t, tuple(walk(part) for part in kernel.children(t)), sizes)
        return done[id(t)]

    return walk(term)


def _resized(term: Term, parts: tuple[Term, ...], sizes: Mapping[str, int]) -> Term:
    match term:
        case Dim(size):
            value = _number(size, sizes)
            return kernel.number(value) if isinstance(value, int) else term
        case Sum(index, size, _):
            return kernel.rebuild(Sum(index, _number(size, sizes), parts[0]), parts)
        case _:
            return kernel.rebuild(term, parts)


def _number(size: Size, sizes: Mapping[str, int]) -> Size:
    return sizes.get(size, size) if isinstance(size, str) else size


def expand(term: Term, sizes: Mapping[str, int]) -> Term:
    """The term at concrete sizes, every sum written out and every delta decided.

        (sum i n w[i])  at n = 2  is  (+ w[0] w[1])

    Equal subterms are computed once and shared. An index that no sum binds stays.

    Fails    KeyError when a size has no number
    """
    return _Expansion(sizes).at(term, {})


class _Expansion:
    """Results by subterm and by the values of the indices that occur in it."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        self.sizes = sizes
        self.free: dict[int, frozenset[str]] = {}
        self.done: dict[tuple[object, ...], Term] = {}
        self.shared: dict[tuple[object, ...], Term] = {}

    def at(self, term: Term, values: Mapping[str, int]) -> Term:
        names = sorted(self.free_in(term) & values.keys())
        key = (id(term), *((name, values[name]) for name in names))
        if key not in self.done:
            self.done[key] = self.share(self.written_out(term, {name: values[name] for name in names}))
        return self.done[key]

    def free_in(self, term: Term) -> frozenset[str]:
        if id(term) not in self.free:
            match term:
                case Sum(index, _, body):
                    found = self.free_in(body) - {index}
                case Sym() | Delta():
                    found = kernel.free_indices(term)
                case _:
                    found = frozenset().union(*(self.free_in(part) for part in kernel.children(term)))
            self.free[id(term)] = found
        return self.free[id(term)]

    def written_out(self, term: Term, values: Mapping[str, int]) -> Term:
        match term:
            case Sum(index, size, body):
                count = size if isinstance(size, int) else self.sizes[size]
                return kernel.add(*(self.at(body, {**values, index: k}) for k in range(count)))
            case Dim(size):
                return kernel.number(size if isinstance(size, int) else self.sizes[size])
            case Sym(name, indices):
                return Sym(name, tuple(_value(i, values) for i in indices))
            case Delta(left, right):
                return _decided(Delta(_value(left, values), _value(right, values)))
            case _:
                return kernel.rebuild(term, tuple(self.at(part, values) for part in kernel.children(term)))

    def share(self, term: Term) -> Term:
        """The one object that stands for all terms equal to this one, whose parts are shared already."""
        parts = (part if isinstance(part, kernel.Num) else id(part) for part in kernel.children(term))
        key = (type(term), *parts, *_own(term))
        return self.shared.setdefault(key, term)


def _own(term: Term) -> tuple[object, ...]:
    """What a node holds beside its parts."""
    match term:
        case kernel.Fn(name, _):
            return (name,)
        case kernel.Pow(_, exponent):
            return (exponent,)
        case kernel.Add() | kernel.Mul():
            return ()
        case _:
            return (term,)


def _value(index: Index, values: Mapping[str, int]) -> Index:
    return values.get(index, index) if isinstance(index, str) else index


def _decided(delta: Delta) -> Term:
    if delta.left == delta.right:
        return kernel.ONE
    return kernel.ZERO if isinstance(delta.left, int) and isinstance(delta.right, int) else delta
