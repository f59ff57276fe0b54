"""Equations with inverses: both sides are multiplied by what is inverted, from the left or the right.

    (A + B)^-1 C = D        C = (A + B) D

Where the inverse exists the two say the same; where it does not, the first says nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symconvex.handcheck.formula.edits import everywhere
from symconvex.handcheck.formula.tree import (
    Add,
    Derivative,
    MaybeCall,
    Name,
    Neg,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    as_product,
)
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.meaning import calls
from symconvex.handcheck.meaning.world import Env

ONE = Name("I")
Same = Callable[[Node, Node], bool]
Proves = Callable[[Node, Node], bool]


@dataclass(frozen=True, slots=True)
class Summand:
    """A product with its sign: numbers in front, then the factors that are matrices."""

    sign: int
    numbers: tuple[Node, ...]
    factors: tuple[Node, ...]

    @property
    def node(self) -> Node:
        every = (*self.numbers, *(self.factors or (ONE,)))
        body = every[0] if len(every) == 1 else Product(every)
        return body if self.sign > 0 else Neg(body)


def inverted(node: Node) -> Node | None:
    """What a factor is the inverse of."""
    match node:
        case Power(body, Neg(Number(value)), False) if value == 1:
            return body
        case Power(body, Number(value), False) if value == -1:
            return body
    return None


def has_inverse(node: Node) -> bool:
    """Does an inverse stand in the formula?"""
    return any(inverted(part) is not None for part in walk(node))


def cleared(left: Node, right: Node, same: Same) -> Iterator[tuple[Node, Node]]:
    """Both sides without the inverse that a summand begins or ends with."""
    sides = tuple(list(_summands(side, 1)) for side in (left, right))
    for first in (True, False):
        ends = (s.factors[0 if first else -1] for side in sides for s in side if s.factors)
        bases = [base for end in ends if (base := inverted(end)) is not None]
        for base in bases[:1]:
            left_side, right_side = ([_times(base, s, first=first, same=same) for s in side] for side in sides)
            yield _sum(left_side), _sum(right_side)


def _times(base: Node, summand: Summand, *, first: bool, same: Same) -> Summand:
    factors = summand.factors
    end = inverted(factors[0 if first else -1]) if factors else None
    if end is not None and (end == base or same(end, base)):
        rest = factors[1:] if first else factors[:-1]
    else:
        rest = (base, *factors) if first else (*factors, base)
    return Summand(summand.sign, summand.numbers, rest)


def _sum(parts: Sequence[Summand]) -> Node:
    nodes = tuple(part.node for part in parts)
    return nodes[0] if len(nodes) == 1 else Add(nodes)


def _summands(node: Node, sign: int) -> Iterator[Summand]:
    match node:
        case Add(terms):
            for term in terms:
                yield from _summands(term, sign)
        case Neg(body):
            yield from _summands(body, -sign)
        case Product(factors, ""):
            flat = tuple(_flat(factors))
            numbers = tuple(f for f in flat if isinstance(f, Number | Quotient))
            yield Summand(sign, numbers, tuple(f for f in flat if f not in numbers))
        case _:
            yield Summand(sign, (), (node,))


def _flat(factors: tuple[Node, ...]) -> Iterator[Node]:
    for factor in factors:
        if isinstance(factor, Product) and factor.sign == "":
            yield from _flat(factor.factors)
        else:
            yield factor


def as_factors(node: Node, env: Env) -> Node:
    """Brackets that are factors as products, so that their factors can change places."""
    changed: Node = everywhere(node, lambda part: _as_factors(part, env))
    return changed


def _as_factors(node: Node, env: Env) -> Node | None:
    if not isinstance(node, MaybeCall) or calls.is_call(node, env):
        return None
    return as_factors(as_product(node), env)


# ---- minimisers in closed form ---------------------------------------------------------------------


def normal_equations(right: Node) -> tuple[Node, Node] | None:
    """M and v of a minimiser M^-1 v."""
    parts = list(_summands(right, 1))
    if len(parts) != 1 or len(parts[0].factors) < 2:
        return None
    base = inverted(parts[0].factors[0])
    return None if base is None else (base, Summand(parts[0].sign, parts[0].numbers, parts[0].factors[1:]).node)


def vanishes_with(gap: Node, sizes: tuple[str, ...], proves: Proves) -> bool:
    """Is the gradient a multiple of the gap: is it 0 where the gap is, and only there?"""
    scales: list[Node] = [Number(Fraction(1)), Number(Fraction(2)), Number(Fraction(1, 2))]
    scales += [Quotient(Number(Fraction(top)), Name(size)) for size in sizes for top in (1, 2)]
    return any(proves(Derivative("gradient", None), Product((scale, gap))) for scale in scales)
