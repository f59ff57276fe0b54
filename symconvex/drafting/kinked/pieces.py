"""The smooth pieces of a function of one variable with relu, abs and max, and where they meet."""

from collections.abc import Iterator
from dataclasses import dataclass

from symconvex.drafting.effort import spend
from symconvex.drafting.kinked.profile import KINKED
from symconvex.drafting.profile import replaced
from symconvex.drafting.univariate.ends import End, order, sign_of
from symconvex.drafting.univariate.ring import Ring
from symconvex.drafting.univariate.scribe import Region
from symconvex.drafting.univariate.signs import S, question, slope_of
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Num, Refused, Term, TooLarge

MOST_PIECES, MOST_KINKS = 12, 24
STEP = "step"


@dataclass(frozen=True, slots=True)
class SmoothPiece:
    """The function between two ends, without kinks."""

    left: End
    right: End
    term: Term

    @property
    def slope(self) -> Term:
        """Its derivative."""
        return slope_of(self.term)

    @property
    def bend(self) -> Term:
        """Its second derivative."""
        return slope_of(self.slope)


@dataclass(frozen=True, slots=True)
class Corner:
    """relu, abs, max or step of smooth arguments, and the term whose sign says what it is."""

    term: Fn
    inside: Term

    def where(self, side: int) -> Term:
        """What it is where the inside is >= 0 (> 0 for a step), or <= 0."""
        match self.term.name:
            case "relu":
                return self.inside if side > 0 else t.ZERO
            case "abs":
                return self.inside if side > 0 else t.neg(self.inside)
            case "max":
                return self.term.args[0 if side > 0 else 1]
        return t.ONE if side > 0 else t.ZERO


def paired(term: Term) -> Term:
    """Maxima of two terms only."""
    args = tuple(map(paired, t.children(term)))
    if isinstance(term, Fn) and term.name == "max" and len(args) > 2:
        best = args[0]
        for other in args[1:]:
            best = Fn("max", (best, other))
        return best
    return t.rebuild(term, args) if args else term


def corner_of(term: Term) -> Corner | None:
    """A corner with nothing but smooth terms inside, the first one."""
    if isinstance(term, Fn) and term.name in (*KINKED, STEP):
        inner = next((found for arg in term.args if (found := corner_of(arg)) is not None), None)
        if inner is not None:
            return inner
        inside = t.sub(*term.args) if term.name == "max" else term.args[0]
        return Corner(term, inside)
    return next((found for part in t.children(term) if (found := corner_of(part)) is not None), None)


def without(term: Term, corner: Corner, value: Term) -> Term:
    """The term with something for the corner."""
    return replaced(term, corner.term, value)


def pieces_of(function: Term, region: Region, *, joined: bool = True) -> tuple[SmoothPiece, ...]:
    """All pieces from left to right; none when an end is not found exactly.

    joined    neighbours that are the same function are one piece
    """
    ring = Ring(S, {})
    try:
        found = list(_pieces(ring, paired(function), region.left, region.right, 0))
    except (Refused, TooLarge, Unknown):
        return ()
    kept = list[SmoothPiece]()
    for piece in found:
        if joined and kept and ring.normal.equal(kept[-1].term, piece.term):
            kept.append(SmoothPiece(kept.pop().left, piece.right, piece.term))
        else:
            kept.append(piece)
    return tuple(kept)


class Unknown(Exception):
    """The sign of what is inside a corner is not known exactly."""


def _pieces(ring: Ring, term: Term, left: End, right: End, depth: int) -> Iterator[SmoothPiece]:
    spend(200)
    corner = corner_of(term)
    if corner is None:
        yield SmoothPiece(left, right, term)
        return
    if depth > MOST_KINKS:
        raise Unknown
    parts = list(signs_between(ring, corner.inside, left, right))
    if len(parts) > MOST_PIECES:
        raise Unknown
    for start, end, side in parts:
        yield from _pieces(ring, without(term, corner, corner.where(side)), start, end, depth + 1)


def signs_between(ring: Ring, inside: Term, left: End, right: End) -> Iterator[tuple[End, End, int]]:
    """Neighbouring intervals and the sign on each."""
    poly = ring.poly(inside)
    if not poly:
        yield left, right, 1
        return
    slope = ring.poly(slope_of(inside))
    if not ring.moves(slope):
        yield from _linear(ring, inside, ring.term(slope), left, right)
        return
    start = left
    chart = question(inside, Region(left, right), {}).chart()
    for part in chart:
        if part.cut:
            if part.left is None or part.right is None or sign_of(ring, t.sub(part.left, part.right)) != 0:
                raise Unknown
            continue
        if not part.sign:
            raise Unknown
        end = part.right if part is not chart[-1] else right
        yield start, end, part.sign
        start = end


def _linear(ring: Ring, inside: Term, slope: Term, left: End, right: End) -> Iterator[tuple[End, End, int]]:
    way = sign_of(ring, slope)
    if not way:
        side = sign_of(ring, inside)
        if side is None:
            raise Unknown
        yield left, right, side or 1
        return
    root = ring.term(ring.poly(t.mul(t.number(-1), t.substitute(inside, {S.name: ((), t.ZERO)}), t.power(slope, -1))))
    if not isinstance(root, Num):
        raise Unknown
    if order(ring, left, root) != 1:
        yield left, right, way
    elif order(ring, root, right) != 1:
        yield left, right, -way
    else:
        yield left, root, -way
        yield root, right, way
