"""A convex function of one affine form with kinks at c_1 < ... < c_k, put together from convex ones.

    f(z) = l(z) + sum_j J_j relu(z - c_j) + h(relu(c_1 - z)) + g(relu(z - c_k)) + sum_j m_j(relu(z - c_j))

l is the tangent at c_1 from the left, J_j >= 0 the jump of the slope at c_j. What curves beyond the last kink is g,
with g(0) = g'(0) = 0 and g'' >= 0, so it is nondecreasing; before the first one it is h. Between them the curvature is
that of polynomials, and the last sum is C^1.

Source   Boyd & Vandenberghe 2004, sections 3.2.2 and 3.2.4
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from symconvex.drafting.arguments.structure import Block, Smooth
from symconvex.drafting.effort import LEFT
from symconvex.drafting.judgments import affine, convex, nonneg, positive, sign
from symconvex.drafting.kinked.pieces import SmoothPiece, pieces_of
from symconvex.drafting.kinked.profile import Profile, has_kinks, profile_of
from symconvex.drafting.kinked.spelled import defined, joined, level, signed
from symconvex.drafting.lines import Lines
from symconvex.drafting.points import simplified
from symconvex.drafting.univariate.ends import sign_of
from symconvex.drafting.univariate.ring import WORK, Ring
from symconvex.drafting.univariate.scribe import Lost, Region
from symconvex.drafting.univariate.signs import S, question, slope_of
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative, partial_bases
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import Poly
from symconvex.kernel.term import Budget, Num, Refused, Term, TooLarge

RIGHT, LEFT_SIDE = 1, -1


@dataclass(frozen=True, slots=True)
class PiecedFunction:
    """The pieces, the cuts between them, and by how much the slope jumps there.

    bent    for each piece the sign of its second derivative, None where it has both or none was found
    """

    profile: Profile
    pieces: tuple[SmoothPiece, ...]
    cuts: tuple[Term, ...]
    jumps: tuple[Term, ...]
    bent: tuple[int | None, ...]

    @property
    def way(self) -> int | None:
        """1 convex, -1 concave, 0 affine, None neither of them or not known."""
        ring = Ring(S, {})
        signs = {*self.bent, *(sign_of(ring, jump) for jump in self.jumps)}
        return None if None in signs or {1, -1} <= signs else next((side for side in (1, -1) if side in signs), 0)


def broken(profile: Profile) -> PiecedFunction | None:
    """The function piece by piece; None where a kink is not found exactly."""
    pieces = pieces_of(profile.function, profile.region)
    if not pieces:
        return None
    cuts = [piece.left for piece in pieces[1:]]
    known = tuple(cut for cut in cuts if cut is not None)
    ring, jumps = Ring(S, {}), list[Term]()
    for cut, (left, right) in zip(known, pairwise(pieces), strict=True):
        try:
            gap = t.sub(right.slope, left.slope)
            jumps.append(ring.term(ring.poly(t.substitute(gap, {S.name: ((), cut)}))))
        except (Refused, TooLarge):
            return None
    return PiecedFunction(profile, pieces, known, tuple(jumps), tuple(map(_bent, pieces)))


def _bent(piece: SmoothPiece) -> int | None:
    asked = question(piece.bend, Region(piece.left, piece.right), {})
    try:
        if not asked.search.ring.poly(piece.bend):
            return 0
        if len(asked.sampled()) == 2:
            return None
        node = asked.node()
    except (Refused, TooLarge):
        return None
    return None if node is None else node.sign


def find_pieces(lines: Lines, term: Term) -> tuple[int, Block] | None:
    """The line that a function of one affine form with kinks is convex, piece by piece."""
    if not has_kinks(term, frozenset(lines.draft.parameters)):
        return None
    profile = profile_of(lines.draft, term)
    found = None if profile is None else broken(profile)
    if found is None or found.way not in (0, 1):
        return None
    before = len(lines.steps)
    number = add_convex(lines, term, found)
    if number is None:
        lines.forget(before)
        return None
    return number, Block("pieces", term, (Block("affine", found.profile.argument),), broken=told(found))


def add_convex(lines: Lines, term: Term, found: PiecedFunction) -> int | None:
    """The line that the term is convex, when its pieces and jumps are."""
    try:
        return Builder(lines, found).show(term)
    except (Lost, TooLarge, Refused):
        return None


@dataclass(slots=True)
class Builder:
    """Writes the lines for one term."""

    lines: Lines
    found: PiecedFunction

    def show(self, term: Term) -> int:
        """The line (convex term).

        Fails    Lost
        """
        lines, profile = self.lines, self.found.profile
        self.show_domain()
        parts = list(self.parts())
        number = parts[0][0] if len(parts) == 1 else None
        whole = t.add(*(part for _, part in parts))
        if number is None:
            number = lines.total([k for k, _ in parts], convex(t.add(*(lines.term(k) for k, _ in parts))))
        other = lines.term(number)
        if self.is_equal(other, term):
            return lines.product([number], convex(term))
        gap = t.sub(profile.function, whole)
        uses = [self.everywhere(gap), self.everywhere(t.sub(whole, profile.function))]
        return lines.same([*uses, number], convex(term))

    def is_equal(self, left: Term, right: Term) -> bool:
        """Have the two the same normal form?"""
        sets = {d.name: d.within for d in self.lines.draft.problem.data}
        return Normal(Facts(sets, frozenset(), frozenset(), {}), LEFT.get() or Budget(WORK)).equal(left, right)

    def show_domain(self) -> None:
        """What the region assumes, of the argument."""
        lines, profile = self.lines, self.found.profile
        for (entry, factor), assumption in zip(profile.sides, profile.region.assumptions(S), strict=True):
            fact, scale = lines.fact("domain", entry), lines.constant(positive(Num(factor)))
            lines.product([fact, scale], sign(entry.kind, self.at(assumption.term or t.ZERO)))

    def at(self, term: Term) -> Term:
        """A term in S, read at the argument."""
        return t.substitute(term, {S.name: ((), self.found.profile.argument)})

    def everywhere(self, term: Term) -> int:
        """The line term >= 0 at the argument, for a term that is 0 on every piece."""
        number = joined(self.lines, term, self.found.profile.region, level)
        return self.read(number)

    def read(self, number: int) -> int:
        """A line about S, read at the argument."""
        gives = sign(self.lines.kind(number), self.at(self.lines.term(number)))
        return self.lines.instance(number, gives, S.name, self.found.profile.argument)

    # ---- the summands ----------------------------------------------------------------------------

    def parts(self) -> Iterator[tuple[int, Term]]:
        """The lines of the convex summands, and these in S."""
        found, first = self.found, self.found.pieces[0]
        if not found.cuts:
            yield self.smooth(first.term), first.term
            return
        start, end = found.cuts[0], found.cuts[-1]
        tangent = _tangent(first, start)
        if tangent != t.ZERO:
            yield self.lines.affine(affine(self.at(tangent))), tangent
        for cut, jump in zip(found.cuts, found.jumps, strict=True):
            if jump != t.ZERO:
                ramp = t.fn("relu", t.sub(S, cut))
                inner = self.ramp(t.sub(S, cut))
                scale = self.closed(jump)
                yield self.lines.product([scale, inner], convex(t.mul(jump, self.at(ramp)))), t.mul(jump, ramp)
        yield from self.outer(first, start, LEFT_SIDE)
        yield from self.outer(found.pieces[-1], end, RIGHT)
        yield from self.middle()

    def closed(self, value: Term) -> int:
        """A closed term > 0."""
        return question(value, Region(None, None), {}).writer(self.lines).closed(positive(value))

    def smooth(self, term: Term) -> int:
        """A function without kinks."""
        ring = Ring(S, {})
        shown, slope = self.at(term), ring.poly(slope_of(term))
        if not ring.moves(slope):
            return self.lines.affine(affine(shown))
        region = self.found.profile.region
        with self.lines.assuming(*region.assumptions(S)):
            defined(self.lines, term, region)
            bend = slope_of(slope_of(term))
            defined(self.lines, bend, region)
        self.defined_at(term, bend)
        number = self.read(signed(self.lines, bend, region))
        return self.lines.ridge(number, self.argument(), convex(shown), S.name, term)

    def defined_at(self, *terms: Term) -> None:
        """The signs that terms in S need, read at the argument."""
        assumed = self.found.profile.region.assumptions(S)
        for base, _ in (pair for term in terms for pair in reversed(list(partial_bases(term)))):
            for gives in (positive(base), positive(t.Mul((Num(t.MINUS_ONE), base))), nonneg(base)):
                number = self.lines.find(gives, assumed)
                if number is not None and any(part == S for part in t.subterms(base)):
                    self.read(number)

    def argument(self) -> int:
        """The affine form."""
        return self.lines.affine(affine(self.found.profile.argument))

    def ramp(self, inside: Term) -> int:
        """relu of an affine function of the argument."""
        at = self.at(inside)
        return self.lines.compose([self.lines.affine(affine(at))], convex(t.fn("relu", at)))

    def outer(self, piece: SmoothPiece, cut: Term, side: int) -> Iterator[tuple[int, Term]]:
        """What curves beyond the last kink, or before the first: convex and nondecreasing, of a ramp."""
        ring = Ring(S, {})
        moved = t.add(cut, t.mul(t.number(side), S))
        function = t.sub(piece.term, _tangent(piece, cut))
        function = ring.term(ring.poly(t.substitute(function, {S.name: ((), moved)})))
        if function == t.ZERO:
            return
        lines, inside = self.lines, t.mul(t.number(side), t.sub(S, cut))
        ramp, region = t.fn("relu", self.at(inside)), Region(t.ZERO, None, left_closed=True)
        bend, slope = slope_of(slope_of(function)), slope_of(function)
        lines.fact("relu_nonneg", nonneg(ramp), self.at(inside))
        numbers = []
        for part in (function, bend, slope):
            with lines.assuming(*region.assumptions(S)):
                defined(lines, part, region)
            if part != function:
                numbers.append(signed(lines, part, region))
        self.defined_at_ramp(region, ramp, function, bend, slope)
        shown = [self.at_ramp(n, ramp) for n in numbers]
        whole = t.substitute(function, {S.name: ((), ramp)})
        yield (
            lines.outer([*shown, self.ramp(inside)], convex(whole), S.name, function),
            t.substitute(function, {S.name: ((), t.fn("relu", inside))}),
        )

    def at_ramp(self, number: int, ramp: Term) -> int:
        """A line for every S >= 0, read at a ramp."""
        gives = sign(self.lines.kind(number), t.substitute(self.lines.term(number), {S.name: ((), ramp)}))
        return self.lines.instance(number, gives, S.name, ramp)

    def defined_at_ramp(self, region: Region, ramp: Term, *terms: Term) -> None:
        """The signs that terms need, read at a ramp."""
        for base, _ in (pair for term in terms for pair in reversed(list(partial_bases(term)))):
            for gives in (positive(base), positive(t.Mul((Num(t.MINUS_ONE), base)))):
                number = self.lines.find(gives, region.assumptions(S))
                if number is not None and any(part == S for part in t.subterms(base)):
                    self.at_ramp(number, ramp)

    # ---- between the kinks -----------------------------------------------------------------------

    def middle(self) -> Iterator[tuple[int, Term]]:
        """Polynomials in ramps that are C^1 together."""
        found, ring = self.found, Ring(S, {})
        inner = found.pieces[1:-1]
        if all(not ring.poly(piece.bend) for piece in inner):
            return
        total, curve = list[Term](), list[Term]()
        ends = [_tangent(inner[0], found.cuts[0]), *(p.term for p in inner), _tangent(inner[-1], found.cuts[-1])]
        for cut, before, after in zip(found.cuts, ends, ends[1:], strict=False):
            step = t.sub(after, before)
            poly = ring.poly(t.substitute(step, {S.name: ((), t.add(S, cut))}))
            ramp, label = t.fn("relu", t.sub(S, cut)), t.fn("step", t.sub(S, cut))
            for degree, c in powers(ring, poly):
                if degree >= 2:
                    total.append(t.mul(c, t.power(ramp, degree)))
                    factor = Num(Fraction(degree * (degree - 1)))
                    curve.append(t.mul(factor, c, t.power(ramp, degree - 2), label))
        term, bend = t.add(*total), t.add(*curve)
        number = self.read(joined(self.lines, bend, found.profile.region, signed))
        form = derivative(found.profile.argument, self.directions(), LEFT.get() or Budget(WORK))
        shown = self.lines.combine([[number, form]], nonneg(t.mul(self.lines.term(number), t.power(form, 2))))
        yield self.lines.second_order([shown], convex(self.at(term))), term

    def directions(self) -> dict[str, str]:
        """The names of the directions."""
        return {name: f"{name}'" for name in self.lines.draft.parameters}


def powers(ring: Ring, poly: Poly) -> Iterator[tuple[int, Term]]:
    """The exponents of S in a polynomial, with coefficients that are numbers.

    Fails    Lost when it is no polynomial in S
    """
    found = dict[int, list[Term]]()
    for mono, c in poly.items():
        degree, rest = 0, dict(mono)
        for key, e in mono:
            if ring.normal.atoms[key] == S:
                degree = int(e)
                del rest[key]
        if degree < 0 or any(ring.depends(ring.normal.atoms[key]) for key in rest):
            raise Lost("no polynomial")
        found.setdefault(degree, []).append(ring.normal.mono_term(tuple(rest.items()), c))
    yield from ((degree, t.add(*parts)) for degree, parts in sorted(found.items()))


def _tangent(piece: SmoothPiece, at: Term) -> Term:
    """The tangent of a piece."""
    ring, place = Ring(S, {}), {S.name: ((), at)}
    value, slope = (t.substitute(part, place) for part in (piece.term, piece.slope))
    return ring.term(ring.poly(t.add(value, t.mul(slope, t.sub(S, at)))))


def told(found: PiecedFunction) -> tuple[Smooth, ...]:
    """The pieces for the argument."""
    return tuple(Smooth(p.left, p.right, *map(simplified, (p.term, p.slope, p.bend))) for p in found.pieces)
