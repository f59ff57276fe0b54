"""Losses that are one sum of one function of one affine form, and the ways in which that form moves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.draft import Draft, places_of
from symconvex.drafting.layers import inputs_of, sample_of
from symconvex.drafting.lines import Lines
from symconvex.drafting.outside import jump_of, mirrored
from symconvex.drafting.points import Point, reduced, simplified, zeros
from symconvex.drafting.profile import (
    Piece,
    Z,
    cores,
    factors,
    is_affine,
    mentions,
    pieces,
    replaced,
    signs_of,
    slope,
    summands,
)
from symconvex.drafting.squares import split
from symconvex.drafting.univariate.signs import is_smooth
from symconvex.kernel import term as t
from symconvex.kernel.term import Num, Sum, Sym, Term

V = Sym("?v")
ON_Z = frozenset({Z.name})


@dataclass(frozen=True, slots=True)
class RidgeSum:
    """f = sum over the index of factor * phi(u), u = slope * core + start; a summand of u that moves is the core.

    square    slope^2, a number
    labels    what is said is true of phi(u) + phi(-u) only, in which labels y, 1 - y or targets drop out
    """

    index: str
    size: t.Size
    factor: Term
    phi: Term
    slope: Term
    square: Fraction
    start: Term
    core: Term
    labels: bool = False


def find_ridge(draft: Draft) -> RidgeSum | None:
    """The loss as one sum of one smooth function of one affine form."""
    names = frozenset(draft.parameters)
    found = [piece for piece in pieces(split(Lines(draft), draft.loss), names) if not is_affine(piece.leaf, names)]
    binders, inner = {piece.binders for piece in found}, set[Term]()
    for piece in found:
        inner |= cores(piece.leaf, names)
    if len(binders) != 1 or len(inner) != 1 or any(is_affine(p.leaf, names) for p in pieces(draft.loss, names)):
        return None
    (over,), (core,) = binders, inner
    summed = summand_of(draft, found, core)
    if summed is None or len(over) > 1:
        return None
    factor, profile, labels = summed
    argument = next((p for p in t.subterms(profile) if mentions(p, ON_Z) and is_affine(p, ON_Z) and p != Z), Z)
    core, argument, profile = with_data(draft, core, argument, profile)
    phi, moved = replaced(replaced(profile, argument, V), t.neg(argument), t.neg(V)), slope(argument)
    square, start = square_of(draft, moved), simplified(t.substitute(argument, {Z.name: ((), t.ZERO)}))
    plain = without_data(draft, t.substitute(phi, {V.name: ((), Z)}))
    if plain is None or square is None or not is_smooth(plain):
        return None
    labels = labels or mentions(phi, frozenset(draft.data))
    if labels and (start != t.ZERO or square != 1):
        return None
    index, size = over[0] if over else (draft.index(1), 1)
    return RidgeSum(index, size, factor, plain, moved, square, start, core, labels)


def summand_of(draft: Draft, found: Sequence[Piece], core: Term) -> tuple[Term, Term, bool] | None:
    """factor and phi(z) of a summand; True with what phi(z), phi(-z) share where their factors are y and 1 - y."""
    profiles = dict[Term, Term]()
    for piece in found:
        turned = any(isinstance(p, Num) and p.value < 0 for p in factors(piece.factor))
        factor = t.neg(piece.factor) if turned else piece.factor
        leaf = replaced(piece.leaf, core, Z)
        profiles[factor] = t.add(profiles.get(factor, t.ZERO), t.neg(leaf) if turned else leaf)
    (factor, profile), *others = profiles.items()
    if len(others) > 1:
        return None
    for other, leaf in others:
        if reduced(draft, t.sub(leaf, mirrored(profile))) != t.ZERO:
            return None
        factor = reduced(draft, t.add(factor, other))
    return factor, profile, bool(others)


def without_data(draft: Draft, phi: Term) -> Term | None:
    """phi; or phi with 0 for its data, where phi(z) + phi(-z) - 2 phi(0) does not depend on them."""
    data = {p.name: p.indices for p in t.subterms(phi) if isinstance(p, Sym) and p != Z}
    if any(isinstance(p, Sum | t.Dim | t.Delta) for p in t.subterms(phi)):
        return None
    plain = t.substitute(phi, {name: (tuple(f"p{k}" for k in range(len(at))), t.ZERO) for name, at in data.items()})
    same = not data or reduced(draft, t.sub(jump_of(phi), jump_of(plain))) == t.ZERO
    return simplified(plain) if same else None


def with_data(draft: Draft, core: Term, argument: Term, profile: Term) -> tuple[Term, Term, Term]:
    """x_i w as the core where w is a number, and the argument and the profile with z for it."""
    moved = slope(argument)
    real = [f for f in factors(moved) if isinstance(f, Sym) and f.name in draft.data and f.name not in signs_of(draft)]
    if len(real) != 1 or len(real[0].indices) != 1:
        return core, argument, profile
    here = t.substitute(argument, {Z.name: ((), t.mul(Z, t.power(real[0], -1)))})
    here = t.add(*(merged_product(part) for part in summands(here)))
    profile = replaced(replaced(profile, argument, here), t.neg(argument), t.neg(here))
    return t.mul(real[0], core), here, profile


def merged_product(term: Term) -> Term:
    """x (1/x) z as z."""
    parts = factors(term)
    met = [p for p in parts if isinstance(p, Sym) and t.power(p, -1) in parts]
    gone = {*met, *(t.power(p, -1) for p in met)}
    return t.mul(*(p for p in parts if p not in gone))


def square_of(draft: Draft, moved: Term) -> Fraction | None:
    """The square of a product of labels 1, -1 and a number."""
    value = Fraction(1)
    for factor in moved.args if isinstance(moved, t.Mul) else (moved,):
        if isinstance(factor, Num):
            value *= factor.value
        elif not (isinstance(factor, Sym) and factor.name in signs_of(draft)):
            return None
    return value**2 or None


def ways(draft: Draft, ridge: RidgeSum) -> Iterator[tuple[Term, Point, tuple[str, str] | None]]:
    """How fast the core moves, along which direction of the parameters, and the row of data that is assumed not 0."""
    base = zeros(draft)
    for name, shape in draft.parameters.items():
        if not shape:
            way = {**base, name: ((), t.ONE)}
            speed = simplified(t.substitute(ridge.core, way))
            if isinstance(speed, Num) and speed.value:
                yield speed, way, None
    for x in (f for f in factors(ridge.core) if isinstance(f, Sym) and f.name in draft.data):
        witness = sample_of(draft, x.name)
        moved = {name: ((), Sym(x.name, (witness,))) for name, shape in draft.parameters.items() if not shape}
        yield simplified(t.substitute(ridge.core, {**base, **moved})), {**base, **moved}, (x.name, witness)
    for name, shape in draft.parameters.items():
        matrix = inputs_of(draft, name) if len(shape) == 1 else None
        if matrix is not None:
            witness, places = sample_of(draft, matrix), places_of(draft, name)
            way = {**base, name: (places, Sym(matrix, (witness, *places)))}
            speed = simplified(t.substitute(ridge.core, way))
            if any(
                isinstance(p, Sym) and p.name == matrix and p.indices[:1] == (ridge.index,) for p in t.subterms(speed)
            ):
                yield speed, way, (matrix, witness)
