"""Signs that need no derivative: of atoms, of sums whose monomials agree, of what is bounded, on a box."""

import dataclasses
from fractions import Fraction
from typing import Protocol

from symconvex.drafting.univariate.ends import HALF, End, ball, near, order, value_sign
from symconvex.drafting.univariate.nodes import Node
from symconvex.drafting.univariate.ring import TRIGONOMETRIC, Ring
from symconvex.kernel import term as t
from symconvex.kernel.functions import Unsure, rational
from symconvex.kernel.polynomial import Mono, Poly, divided, ratio
from symconvex.kernel.term import Fn, Num, Pow, Sym, Term

BOX_BITS, MOST_BOXES = 96, 60
POSITIVE = ("exp", "normpdf", "normcdf")


class Signs(Protocol):
    """Who knows the signs of simpler terms."""

    ring: Ring

    def one_sign(self, poly: Poly, left: End, right: End, *, strict: bool = True) -> Node | None:
        """The node of a polynomial that has one sign on the open interval."""


def direct(signs: Signs, poly: Poly, left: End, right: End) -> Node | None:
    """All monomials of one sign, a constant that outweighs what is bounded, or a known inequality."""
    ring, kids = signs.ring, dict[str, Node]()
    for key, atom in ring.atoms(poly).items():
        known = atom_sign(signs, atom, left, right)
        if known is not None:
            kids[key] = known
    found = [_mono_sign(ring, mono, kids) for mono in poly]
    agreed = {sign * (1 if c > 0 else -1) for (sign, _), c in zip(found, poly.values(), strict=True)}
    if len(agreed) == 1 and 0 not in agreed:
        strict = any(strict for _, strict in found)
        return Node("signs", poly, left, right, agreed.pop(), strict, tuple(kids.values()))
    return _mills(signs, poly, left, right) or _bounded(ring, poly, left, right)


def _mono_sign(ring: Ring, mono: Mono, kids: dict[str, Node]) -> tuple[int, bool]:
    """The sign of a monomial, 0 when it is not known; is it strict?"""
    sign, strict = 1, True
    for key, e in mono:
        atom = ring.normal.atoms[key]
        known = kids[key].sign if key in kids else None
        if not ring.depends(atom):
            known = value_sign(ring, ring.poly(atom), t.ZERO)
        if known is None and e % 2 == 0 and e > 0:
            strict = False
        elif not known or (known < 0 and e.denominator > 1):
            return 0, False
        else:
            sign *= known if e % 2 else 1
    return sign, strict


def atom_sign(signs: Signs, atom: Term, left: End, right: End) -> Node | None:
    """The strict sign of an atom: by its nature, or by that of what is inside."""
    ring = signs.ring
    poly = ring.poly(atom)
    match atom:
        case Sym() if atom == ring.s:
            if left is not None and order(ring, t.ZERO, left) in (0, 1):
                return Node("variable", poly, left, right, 1)
            if right is not None and order(ring, right, t.ZERO) in (0, 1):
                return Node("variable", poly, left, right, -1)
        case Fn(name, _) if name in POSITIVE:
            return Node("range", poly, left, right, 1)
        case Fn("log", (arg,)):
            inner = signs.one_sign(ring.poly(t.sub(arg, t.ONE)), left, right)
            return None if inner is None else Node("log", poly, left, right, inner.sign, kids=(inner,))
        case Pow(base, e):
            inner = signs.one_sign(ring.poly(base), left, right)
            if inner is not None and (inner.sign > 0 or e == -1):
                return Node("power", poly, left, right, inner.sign, kids=(inner,))
    return None


def _mills(signs: Signs, poly: Poly, left: End, right: End) -> Node | None:
    """A multiple of u Phi(u) + phi(u)."""
    ring = signs.ring
    for atom in ring.atoms(poly).values():
        if isinstance(atom, Fn) and atom.name == "normcdf":
            (u,) = atom.args
            mills = ring.poly(t.add(t.mul(u, atom), t.fn("normpdf", u)))
            scale = ratio_of(ring, poly, mills)
            factor = None if scale is None else signs.one_sign(scale, left, right)
            if factor is not None:
                return Node("mills", poly, left, right, factor.sign, kids=(factor,))
    return None


def ratio_of(ring: Ring, poly: Poly, other: Poly) -> Poly | None:
    """The monomial by which the other polynomial is multiplied."""
    top = dict(max(other))
    for mono, c in poly.items():
        scale = ring.times({divided(mono, top): ratio(c, other[max(other)])}, {(): 1})
        if len(scale) == 1 and ring.times(other, scale) == poly:
            return scale
    return None


def _bounded(ring: Ring, poly: Poly, left: End, right: End) -> Node | None:
    """A constant that is at least the sum of the coefficients of sines and cosines, and their squares."""
    constant = Fraction(poly.get((), 0))
    rest = {mono: c for mono, c in poly.items() if mono}
    atoms = [ring.normal.atoms[key] for mono in rest for key, _ in mono]
    fits = rest and all(isinstance(atom, Fn) and atom.name in TRIGONOMETRIC for atom in atoms)
    if not fits or any(len(mono) > 1 or mono[0][1] not in (1, 2) for mono in rest):
        return None
    room = abs(constant) - sum(abs(Fraction(c)) for c in rest.values())
    return None if room < 0 else Node("bounded", poly, left, right, 1 if constant > 0 else -1, room > 0)


def boxed(ring: Ring, poly: Poly, left: Term, right: Term) -> Node | None:
    """Ball arithmetic on a closed interval with rational ends, as small as possible around this one."""
    low, high = near(ring, left, -1), near(ring, right, 1)
    term, waiting, sign = ring.term(poly), [(low, high)], 0
    for _ in range(MOST_BOXES):
        if not waiting:
            return Node("box", poly, Num(low), Num(high), sign)
        here = waiting.pop()
        found = _ball_sign(ring, term, *here)
        if found * sign < 0:
            return None
        if found:
            sign = found
        else:
            middle = (here[0] + here[1]) * HALF
            waiting += [(here[0], middle), (middle, here[1])]
    return None


def _ball_sign(ring: Ring, term: Term, low: Fraction, high: Fraction) -> int:
    try:
        found = ball(ring, term, rational(low).union(rational(high)), BOX_BITS)
    except Unsure:
        return 0
    return 1 if found > 0 else -1 if found < 0 else 0


def placed(node: Node, left: End, right: End) -> Node:
    """The node for a smaller interval."""
    return dataclasses.replace(node, left=left, right=right)
