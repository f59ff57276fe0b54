"""Convexity from structure: lines that build a convex term from convex parts.

Every subterm is asked at most twice, is it convex and is it concave, so the search takes linear time. A concave term g
is one of which -g is shown to be convex.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice

from symconvex.drafting.arguments.structure import Block
from symconvex.drafting.beside import adopt, find_curved, is_smooth
from symconvex.drafting.effort import spend
from symconvex.drafting.forms import curve_of, find_of_forms
from symconvex.drafting.judgments import affine, convex, nonneg
from symconvex.drafting.kinked.building import find_pieces
from symconvex.drafting.lines import Lines
from symconvex.drafting.means import Mean, mean_of, powers_of
from symconvex.drafting.patterns import negated
from symconvex.drafting.profile import Z, bend, cores, is_affine, is_deep, mentions, replaced, signs_of
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.spreading import joined, spread
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Fn, Mul, Pow, Sum, Term

Built = tuple[int, Block]
LONGEST_PROFILE = 80
KINKED = ("relu", "abs", "max")


def find_convex(lines: Lines, term: Term) -> Built | None:
    """The line (convex term) or (affine term), and what the term is built from."""
    return Sides(lines, frozenset(lines.draft.parameters)).side(term, 1)


@dataclass(slots=True)
class Sides:
    """What is known of subterms: the line that one is convex (side 1) or concave (side -1), or that none was found."""

    lines: Lines
    names: frozenset[str]
    found: dict[tuple[Term, int], Built | None] = field(default_factory=dict)
    moving: dict[Term, bool] = field(default_factory=dict)
    signs: dict[tuple[Term, bool], int | None] = field(default_factory=dict)

    def side(self, term: Term, side: int) -> Built | None:
        """The line that says that the term (side 1) or its negative (side -1) is convex or affine."""
        key = (term, side)
        if key not in self.found:
            spend(20)
            self.found[key] = None
            target = term if side > 0 else t.neg(term)
            built = self._affine(term, target) or self._convex(term, target, side) or _of_forms(self.lines, target)
            if built is not None and self.lines.term(built[0]) != target:
                built = self.lines.product([built[0]], convex(target)), built[1]
            self.found[key] = built
        return self.found[key]

    def sign(self, term: Term, *, strict: bool) -> int | None:
        """The line for the sign of a term."""
        key = (term, strict)
        if key not in self.signs:
            self.signs[key] = find_sign(self.lines, term, strict=strict, again=False)
        return self.signs[key]

    def moves(self, term: Term) -> bool:
        """Does the term contain a parameter?"""
        if term not in self.moving:
            inside = t.children(term)
            self.moving[term] = any(map(self.moves, inside)) if inside else mentions(term, self.names)
        return self.moving[term]

    def _affine(self, term: Term, target: Term) -> Built | None:
        if isinstance(term, Fn) and self.moves(term):
            return None
        return (self.lines.affine(affine(target)), Block("affine", target)) if is_affine(term, self.names) else None

    def _convex(self, term: Term, target: Term, side: int) -> Built | None:
        match term:
            case Add(args):
                return self._total(target, args, side)
            case Sum(_, _, body):
                return self._sum(term, body, side)
            case Mul(args):
                found = self._scaled(target, args, side) or self._powers(term, target, side) or self._ridge(target)
                return found or self._spread(term, target, side)
            case Pow():
                return self._power(term, target, side) or self._ridge(target)
            case Fn(name, args):
                return self._function(name, args, target, side) or self._ridge(target)
        return None

    # ---- sums and factors ------------------------------------------------------------------------

    def _all(self, args: Sequence[Term], side: int) -> tuple[list[int], tuple[Block, ...]] | None:
        """The lines for all of them, and their blocks."""
        built = [self.side(arg, side) for arg in args]
        parts = [part for part in built if part is not None]
        return ([n for n, _ in parts], tuple(b for _, b in parts)) if len(parts) == len(built) else None

    def _total(self, target: Term, args: Sequence[Term], side: int) -> Built | None:
        found = self._all(args, side) or self._beside(args, side)
        if found is None and (whole := joined(self.lines.draft, args, [not self.side(arg, side) for arg in args])):
            found = self._all(whole, side)
        if found is None:
            return None
        if found[0] == [self.lines.known.get(convex(target))]:
            return found[0][0], found[1][0]
        return self.lines.total(found[0], convex(target)), Block("total", target, found[1])

    def _beside(self, args: Sequence[Term], side: int) -> tuple[list[int], tuple[Block, ...]] | None:
        """The summands with kinks one by one, the smooth ones together by their second derivative."""
        smooth = [arg for arg in args if is_smooth(self.lines.draft, arg)]
        found = self._all([arg for arg in args if arg not in smooth], side)
        if not smooth or found is None:
            return None
        whole = t.add(*smooth)
        curved = find_curved(self.lines.draft, whole if side > 0 else negated(whole), strict=False)
        if curved is None:
            return None
        number = adopt(self.lines, curved)
        return [*found[0], number], (*found[1], Block("curved", self.lines.term(number)))

    def _spread(self, term: Term, target: Term, side: int) -> Built | None:
        """A product with one of its sums opened."""
        found = next(filter(None, (self.side(whole, side) for whole in spread(self.lines.draft, term))), None)
        return found and (self.lines.product([found[0]], convex(target)), found[1])

    def _sum(self, term: Sum, body: Term, side: int) -> Built | None:
        part = self.side(body, side)
        if part is None:
            return None
        total = Sum(term.index, term.size, self.lines.term(part[0]))
        return self.lines.summed(part[0], convex(total)), Block("sum", total, (part[1],))

    def _scaled(self, target: Term, args: Sequence[Term], side: int) -> Built | None:
        fixed, moving = [a for a in args if not self.moves(a)], [a for a in args if self.moves(a)]
        if not fixed or not moving:
            return None
        factor, rest = t.mul(*fixed), t.mul(*moving)
        sign = self.sign(factor, strict=False)
        inner = None if sign is None else self.side(rest, side)
        if inner is None:
            sign = self.sign(negated(factor), strict=False)
            inner = None if sign is None else self.side(rest, -side)
        if sign is None or inner is None:
            return None
        if target == self.lines.term(inner[0]):
            return inner
        return self.lines.product([sign, inner[0]], convex(target)), Block("scaled", target, (inner[1],))

    # ---- powers and means ------------------------------------------------------------------------

    def _power(self, term: Pow, target: Term, side: int) -> Built | None:
        base, e = term.base, term.exponent
        mean = mean_of(term, side, self.names)
        found = None if mean is None else self._mean(term, mean, side)
        found = found or self._powers(term, target, side)
        if found is None and e.denominator == 1 and e % 2 == 0 and self.sign(negated(base), strict=e < 0) is not None:
            return self.side(Pow(negated(base), e), side)
        return found

    def _powers(self, term: Term, target: Term, side: int) -> Built | None:
        """b^p c^q ...: concave for p, q, ... > 0 with sum <= 1; convex for all <= 0, or one > 0 and sum >= 1."""
        parts = list(powers_of(term, self.names))
        exponents = [p for base, p in parts if self.moves(base)]
        degree, rising = sum(exponents), sum(p > 0 for p in exponents)
        convexly = rising == 0 or (rising == 1 and degree >= 1)
        if parts == [(term, Fraction(1))] or not (convexly if side > 0 else rising == len(exponents) and degree <= 1):
            return None
        uses, blocks = list[int](), list[Block]()
        for base, p in parts:
            part = self._part(base, p, 1 if side > 0 and p > 0 else -1)
            if part is None:
                return None
            uses += part[0]
            blocks.append(part[1])
        how = "monotone" if side > 0 and len(parts) == 1 and degree >= 1 and len(uses) == 2 else "powers"
        return self.lines.compose(uses, convex(target)), Block(how, target, tuple(blocks))

    def _part(self, base: Term, p: Fraction, side: int, *between: int) -> tuple[list[int], Block] | None:
        """The lines for b^p: the convex or concave base, further ones, and its sign where that matters."""
        even = side > 0 and p % 2 == 0 and is_affine(base, self.names)
        sign = None if even else self.sign(base, strict=p < 0)
        found = self.side(base, side) if even or sign is not None else None
        return None if found is None else ([found[0], *between, *([] if sign is None else [sign])], found[1])

    def _mean(self, term: Term, mean: Mean, side: int) -> Built | None:
        """log sum W exp(b), (sum W b^p)^(1/p)."""
        uses, blocks = list[int](), list[Block]()
        if mean.term != term and not show_defined(self.lines, mean.term):
            return None
        target = mean.term if side > 0 else t.neg(mean.term)
        for weight, base in mean.parts:
            sign = self.sign(weight, strict=False)
            if sign is None:
                return None
            if mean.p is None:
                found = self.side(base, 1)
                part = None if found is None else ([found[0], sign], found[1])
            else:
                part = self._part(base, mean.p, side, sign)
            if part is None:
                return None
            uses += part[0]
            blocks.append(part[1])
        how = "logsumexp" if mean.p is None else "norm" if side > 0 else "mean"
        return self.lines.compose(uses, convex(target)), Block(how, target, tuple(blocks))

    # ---- functions -------------------------------------------------------------------------------

    def _function(self, name: str, args: tuple[Term, ...], target: Term, side: int) -> Built | None:
        arg = args[0]
        if side > 0 and (name in ("relu", "max") or (name == "abs" and is_affine(arg, self.names))):
            found = self._all(args, 1)
            if found is not None:
                return self.lines.compose(found[0], convex(target)), Block("max", target, found[1])
        if name in ("relu", "abs"):
            return self._one_sided(name, arg, target, side)
        if side > 0 and name in ("exp", "softplus"):
            inner = self.side(arg, 1)
            if inner is not None:
                return self.lines.compose([inner[0]], convex(target)), Block("monotone", target, (inner[1],))
        if name == "log":
            return self._log(Fn(name, args), target, side)
        return None

    def _log(self, term: Fn, target: Term, side: int) -> Built | None:
        if side > 0:
            mean = mean_of(term, side, self.names)
            return None if mean is None else self._mean(term, mean, side)
        (arg,) = term.args
        inner, above = self.side(arg, -1), self.sign(arg, strict=True)
        if inner is None or above is None:
            return None
        signs = [self.sign(t.power(arg, e), strict=True) for e in (-2, -1)]
        uses = [*(n for n in signs if n is not None), inner[0]]
        if self.lines.kind(inner[0]) == "affine":
            del uses[1]
        profile = t.neg(t.fn("log", t.neg(Z)))
        return self.lines.outer(uses, convex(target), Z.name, profile), Block("antilog", target, (inner[1],))

    def _one_sided(self, name: str, arg: Term, target: Term, side: int) -> Built | None:
        """relu or abs of a term that keeps one sign."""
        for way, other in ((1, arg), (-1, negated(arg))):
            sign = self.sign(other, strict=False)
            if sign is None:
                continue
            equal = t.ZERO if way < 0 and name == "relu" else other
            inner = self.side(equal, side)
            if inner is None:
                continue
            ramp = t.fn("relu", arg)
            fact, gap = ("relu_above", t.sub(ramp, arg)) if way > 0 else ("relu_nonneg", ramp)
            above = self.lines.fact(fact, nonneg(gap), arg)
            below = self.lines.side(sign, nonneg(t.sub(arg, ramp) if way > 0 else t.neg(ramp)), arg)
            twice = [self.lines.constant(nonneg(t.number(2)))] if name == "abs" else []
            term = t.fn(name, arg)
            gaps = [(above, t.sub(term, equal)), (below, t.sub(equal, term))]
            uses = [self.lines.product([*twice, n], nonneg(gap)) for n, gap in (gaps if side > 0 else gaps[::-1])]
            return self.lines.same([*uses, inner[0]], convex(target)), Block("same", target, (inner[1],))
        return None

    # ---- functions of one affine form ------------------------------------------------------------

    def _ridge(self, term: Term) -> Built | None:
        """phi of one linear form, phi'' >= 0."""
        long = sum(1 for _ in islice(t.subterms(term), LONGEST_PROFILE + 1)) > LONGEST_PROFILE
        if long or is_deep(term):
            return None
        inner = cores(term, self.names)
        if len(inner) != 1 or any(isinstance(p, Fn) and p.name in KINKED for p in t.subterms(term)):
            return None
        (core,) = inner
        profile = replaced(term, core, Z)
        if not show_defined(self.lines, profile, smooth=True):
            return None
        sign = find_sign(self.lines, bend(profile, signs_of(self.lines.draft)), strict=False)
        if sign is None:
            return None
        number = self.lines.ridge(sign, self.lines.affine(affine(core)), convex(term), Z.name, profile)
        return number, Block("ridge", term, (Block("affine", core),), profile)


def _of_forms(lines: Lines, target: Term) -> Built | None:
    """A function of one affine form with kinks, piece by piece; or of several forms."""
    pieces = find_pieces(lines, target)
    number = find_of_forms(lines, target) if pieces is None else None
    return pieces if number is None else (number, Block("curved", target, (), curve_of(lines, number)))
