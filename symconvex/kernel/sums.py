"""Deltas and finite sums in the normal form."""

from collections.abc import Iterable

from symconvex.kernel import term as t
from symconvex.kernel.form import NormalForm
from symconvex.kernel.polynomial import ONE, Mono, Number, Poly, plus
from symconvex.kernel.term import Delta, Dim, Index, Size, Sum, Sym, Term


def delta(normal: NormalForm, left: Index, right: Index) -> Poly:
    """1 for equal indices, 0 for different numbers, else an atom with sorted ends."""
    if left == right or (isinstance(left, int) and isinstance(right, int)):
        return ONE if left == right else {}
    first, second = sorted((left, right), key=str)
    return normal.atom(Delta(first, second), 1)


def written_out(normal: NormalForm, index: str, size: int, body: Term) -> Poly:
    """The sum over a number of places, summand by summand."""
    total: Poly = {}
    for k in range(size):
        normal.budget.spend(10)
        plus(total, normal.poly(t.reindex(body, {index: k})), 1)
    return total


def total(normal: NormalForm, index: str, size: Size, body: Poly) -> Poly:
    """The sum of a polynomial over an index, monomial by monomial."""
    result: Poly = {}
    for mono, c in body.items():
        plus(result, _sum_of_product(normal, index, size, mono), c)
    return result


def _sum_of_product(normal: NormalForm, index: str, size: Size, mono: Mono) -> Poly:
    """Factors free of the index leave; a delta eliminates the sum; X u = 0; what remains is an atom."""
    inside = [(normal.atoms[key], e) for key, e in mono if index in normal.free(key)]
    outside: Poly = {tuple((key, e) for key, e in mono if index not in normal.free(key)): 1}
    if not inside:
        return normal.times(outside, normal.poly(Dim(size)))
    for atom, _ in inside:
        if isinstance(atom, Delta):
            other = atom.right if atom.left == index else atom.left
            return normal.times(outside, _placed(normal, inside, index, other))
    if size == 1:
        return normal.times(outside, _placed(normal, inside, index, 0))
    if _names(normal.facts.null, index, inside):
        return {}
    first = [(Sym(a.name, (0, index)) if isinstance(a, Sym) and len(a.indices) == 2 else a, e) for a, e in inside]
    if _names(normal.facts.level, index, inside) and inside != first:
        return normal.times(outside, total(normal, index, size, _placed(normal, first, index, index)))
    level = 1 + max(_level(atom) for atom, _ in inside)
    name, found = f"_{level}", dict[Mono, Number]()
    for inner, c in _placed(normal, inside, index, name).items():
        plus(found, normal.atom(Sum(name, size, normal.term({inner: 1})), 1), c)
    return normal.times(outside, found)


def _placed(normal: NormalForm, factors: Iterable[tuple[Term, Number]], index: str, value: Index) -> Poly:
    """The product of the factors with the index replaced."""
    result = ONE
    for atom, e in factors:
        normal.budget.walk(atom)
        result = normal.times(result, normal.power(normal.poly(t.reindex(atom, {index: value})), e))
    return result


def _names(pairs: frozenset[tuple[str, str]], index: str, factors: list[tuple[Term, Number]]) -> bool:
    """Is the product X[..,j] u[j] for one of these pairs?"""
    match factors:
        case [(Sym(a, ai), 1), (Sym(b, bi), 1)]:
            ends = ((a, ai, b, bi), (b, bi, a, ai))
            return any(
                (x, u) in pairs and xi[-1] == index and ui == (index,) and index not in xi[:-1] for x, xi, u, ui in ends
            )
    return False


def _level(term: Term) -> int:
    """How deep canonical names already nest inside the term."""
    inner = [int(s.index[1:]) for s in t.subterms(term) if isinstance(s, Sum) and s.index[0] == "_"]
    return max(inner, default=0)
