"""Finite sums in the normal form: deltas eliminated, products of sums flattened, indices named canonically."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import permutations, product
from math import factorial, prod

from symconvex.kernel import term as t
from symconvex.kernel.polynomial import ONE, UNIT, Mono, Poly, plus
from symconvex.kernel.products import Products
from symconvex.kernel.term import Delta, Dim, Index, Mul, Pow, Size, Sum, Sym, Term

MAX_ORDERS = 720

Factors = list[tuple[Term, Fraction]]


class Sums(Products):
    """Normal forms of finite sums."""

    __slots__ = ()

    def sum(self, index: str, size: Size, body: Poly) -> Poly:
        """The sum of a polynomial over an index."""
        result: Poly = {}
        for mono, c in body.items():
            plus(result, self._sum_mono(index, size, mono), c)
        return result

    def _sum_mono(self, index: str, size: Size, mono: Mono) -> Poly:
        inside = [(key, e) for key, e in mono if index in self.free(key)]
        outside: Poly = {tuple(f for f in mono if f not in inside): ONE}
        if not inside:
            return self.times(outside, self.poly(Dim(size)))
        for key, _ in inside:
            atom = self.atoms[key]
            if isinstance(atom, Delta):
                other = atom.right if atom.left == index else atom.left
                return self.times(outside, self._at(inside, index, other))
        if size == 1:
            return self.times(outside, self._at(inside, index, 0))
        bound, factors = self._flatten(index, size, inside)
        if self._vanishes(bound, factors):
            return {}
        return self.times(outside, self._canonical(bound, factors))

    def _at(self, factors: Iterable[tuple[str, Fraction]], index: str, value: Index) -> Poly:
        """The product of the factors with the index replaced."""
        return self._product(((self.atoms[key], e) for key, e in factors), {index: value})

    def _product(self, factors: Iterable[tuple[Term, Fraction]], change: dict[str, Index]) -> Poly:
        result: Poly = {UNIT: ONE}
        for atom, e in factors:
            result = self.times(result, self.power(self.poly(t.reindex(atom, change)), e))
        return result

    def _flatten(self, index: str, size: Size, inside: list[tuple[str, Fraction]]) -> tuple[dict[str, Size], Factors]:
        """Write positive powers of inner sums out, each copy with bound names of its own."""
        bound: dict[str, Size] = {"~0": size}
        factors: Factors = []
        for key, e in inside:
            atom = t.reindex(self.atoms[key], {index: "~0"})
            if not isinstance(atom, Sum) or e.denominator != 1 or e < 0:
                factors.append((atom, e))
                continue
            for _ in range(int(e)):
                self.budget.spend(len(key))
                inner: Term = atom
                while isinstance(inner, Sum):
                    name = f"~{len(bound)}"
                    bound[name] = inner.size
                    inner = t.reindex(inner.body, {inner.index: name})
                for part in inner.args if isinstance(inner, Mul) else (inner,):
                    factors.append((part.base, part.exponent) if isinstance(part, Pow) else (part, ONE))
        return bound, factors

    def _vanishes(self, bound: Mapping[str, Size], factors: Factors) -> bool:
        """Is some inner sum one of the declared zeros sum_j X[.,j] u[j]?"""
        for index in bound if self.facts.null else ():
            here = [(a, e) for a, e in factors if index in t.free_indices(a)]
            if len(here) == 2 and all(isinstance(a, Sym) and e == 1 for a, e in here):
                ends = [(a.name, a.indices) for a, _ in here if isinstance(a, Sym)]
                for (x, xi), (u, ui) in (ends, ends[::-1]):
                    if (x, u) in self.facts.null and xi[-1] == index and ui == (index,) and index not in xi[:-1]:
                        return True
        return False

    def _canonical(self, bound: Mapping[str, Size], factors: Factors) -> Poly:
        """The flattened sum as one atom, its bound indices named by what they do."""
        level = 1 + max((_level(atom) for atom, _ in factors), default=0)
        taken = frozenset[str]().union(*(t.free_indices(atom) for atom, _ in factors))
        while any(f"_{level}_{k}" in taken for k in range(len(bound))):
            level += 1
        best: tuple[list[str], Poly, list[tuple[str, Size]]] | None = None
        for order in self._orders(bound, factors):
            names: dict[str, Index] = {old: f"_{level}_{k}" for k, old in enumerate(order)}
            self._pay(factors)
            body = self._product(factors, names)
            shown = sorted(f"{c} {mono}" for mono, c in body.items())
            if best is None or shown < best[0]:
                best = (shown, body, [(f"_{level}_{k}", bound[old]) for k, old in enumerate(order)])
        result: Poly = {}
        for mono, c in best[1].items() if best else ():
            atom = self.mono_term(mono, ONE)
            for name, size in reversed(best[2] if best else []):
                atom = Sum(name, size, atom)
            plus(result, self.atom(atom, ONE), c)
        return result

    def _orders(self, bound: Mapping[str, Size], factors: Factors) -> Iterator[tuple[str, ...]]:
        """Orders of the bound indices that refinement by their use cannot tell apart."""
        color = {index: str(size) for index, size in bound.items()}
        for _ in range(min(len(bound), 4)):
            if len(set(color.values())) == len(bound):
                break
            names = {c: f"_c{k}" for k, c in enumerate(sorted(set(color.values())))}
            seen = {index: names[color[index]] for index in bound}
            color = {
                index: seen[index] + "|" + "|".join(sorted(self._use(index, seen, atom, e) for atom, e in factors))
                for index in bound
            }
        groups = [[i for i in bound if color[i] == c] for c in sorted(set(color.values()))]
        if prod(factorial(len(group)) for group in groups) > MAX_ORDERS:
            yield tuple(i for group in groups for i in group)
            return
        for parts in product(*(permutations(group) for group in groups)):
            yield tuple(i for part in parts for i in part)

    def _use(self, index: str, seen: Mapping[str, str], atom: Term, e: Fraction) -> str:
        self.budget.spend(4)
        if index not in t.free_indices(atom):
            return ""
        self._pay([(atom, e)])
        change: dict[str, Index] = {**seen, index: "_x"}
        return f"{t.render(self.term(self.poly(t.reindex(atom, change))))}^{e}"

    def _pay(self, factors: Factors) -> None:
        for atom, _ in factors:
            self.budget.walk(atom)


def _level(term: Term) -> int:
    """How deep canonical names already nest inside the term."""
    inner = [int(s.index.split("_")[1]) for s in t.subterms(term) if isinstance(s, Sum) and s.index[0] == "_"]
    return max(inner, default=0)
