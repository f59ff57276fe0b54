"""What the parts of the normal form ask of it: facts about the data, atoms, products and powers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from symconvex.kernel.polynomial import Mono, Number, Poly
from symconvex.kernel.term import Budget, Nested, Term


@dataclass(frozen=True, slots=True)
class Facts:
    """What the normal form may use of the data.

    within    symbol -> its set ("sign", "binary", ...)
    zero      symbols that are identically zero
    null      pairs (X, u) with sum_j X[.,j] u[j] = 0
    values    entries given as numbers; then sums over numbered sizes are written out
    level     pairs (X, u) with the same sum_j X[i,j] u[j] for all i
    """

    within: Mapping[str, str]
    zero: frozenset[str]
    null: frozenset[tuple[str, str]]
    values: Mapping[str, Nested]
    level: frozenset[tuple[str, str]] = frozenset()


class NormalForm(Protocol):
    """The normal form, as rewriting rules see it; `normal.py` is the one that there is."""

    facts: Facts
    budget: Budget
    atoms: dict[str, Term]

    def poly(self, term: Term) -> Poly:
        """The normal form of a term."""

    def term(self, poly: Poly) -> Term:
        """A term with this normal form, the same for equal polynomials."""

    def atom(self, atom: Term, exponent: Number) -> Poly:
        """One atom to a power, as it stands."""

    def free(self, key: str) -> frozenset[str]:
        """The free indices of an atom."""

    def inside(self, key: str) -> tuple[Poly, Mono]:
        """The normal form of the argument of an atom, and its leading monomial."""

    def times(self, left: Poly, right: Poly) -> Poly:
        """The product, in normal form."""

    def changed(self, live: Mapping[str, Number], change: Mapping[str, Number]) -> Poly:
        """A product of powers times further powers."""

    def power(self, base: Poly, e: Number) -> Poly:
        """A polynomial to a rational power."""
