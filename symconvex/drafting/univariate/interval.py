"""A loss of one number on an interval, as a question about its second derivative."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from symconvex.drafting.draft import Draft
from symconvex.drafting.judgments import positive, sign
from symconvex.drafting.lines import Lines
from symconvex.drafting.profile import bend
from symconvex.drafting.univariate.ends import End, order, sign_of
from symconvex.drafting.univariate.ring import Ring
from symconvex.drafting.univariate.scribe import Region
from symconvex.drafting.univariate.signs import Inquiry, S, is_smooth, question, slope_of
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Num, Sum, Sym, Term

HALF = Fraction(1, 2)
SMOOTH = frozenset[str]()
MOST_PARTS = 400  # of the loss and of its first derivative


@dataclass(frozen=True, slots=True)
class Side:
    """A bound s - end or end - s of the variable: factor * (what is > 0 or >= 0 on the domain) + share * bound^2."""

    end: End
    entry: Judgment
    factor: Term
    share: Term = t.ZERO


@dataclass(frozen=True, slots=True)
class Interval:
    """f(x) for a number x on an interval, and f'' as a question.

    profile    f in the variable of the question
    slope      f' in that variable
    sides      for each assumption of the region, how the domain gives it
    """

    draft: Draft
    parameter: str
    profile: Term
    slope: Term
    question: Inquiry
    sides: tuple["Side", ...]

    @property
    def direction(self) -> Sym:
        """v"""
        return Sym(f"{self.parameter}'")

    def at(self, term: Term) -> Term:
        """A term in the variable, read at x."""
        return t.substitute(term, {S.name: ((), Sym(self.parameter))})

    @property
    def bend(self) -> Term:
        """f''(x)"""
        return self.at(self.question.term)

    def form(self, term: Term) -> Term:
        """term * v^2"""
        return t.mul(term, t.power(self.direction, 2))

    def show_domain(self, lines: Lines) -> None:
        """What the region assumes, of x, from the domain."""
        assumed = self.question.region.assumptions(S)
        with lines.assuming():
            for side, assumption in zip(self.sides, assumed, strict=True):
                bound = self.at(assumption.term or t.ZERO)
                fact = lines.fact("domain", side.entry)
                products: list[list[int | Term]] = [[fact, self._constant(lines, side.factor)]]
                if side.share != t.ZERO:
                    products.append([self._constant(lines, side.share), bound])
                lines.combine(products, sign(side.entry.kind, bound))

    def _constant(self, lines: Lines, value: Term) -> int:
        return self.question.writer(lines).closed(positive(value))

    def at_parameter(self, lines: Lines, number: int) -> int:
        """A line about the variable, read at x."""
        given = lines.steps[number - 1].gives
        gives = sign(given.kind, self.at(given.term or t.ZERO))
        return lines.instance(number, gives, S.name, Sym(self.parameter))

    def show_defined(self, lines: Lines, *terms: Term) -> None:
        """Lines for every root, denominator and logarithm of terms in the variable, read at x.

        Fails    Lost
        """
        writer, region = self.question.writer(lines), self.question.region
        for term in terms:
            with writer.at(region):
                writer.define(term)
            for base, _ in reversed(list(partial_bases(term))):
                shown = [positive(side) for side in (base, t.Mul((t.Num(t.MINUS_ONE), base)))]
                numbers = [lines.find(gives, region.assumptions(S)) for gives in shown]
                for number in (n for n in numbers if n is not None and writer.ring.depends(base)):
                    self.at_parameter(lines, number)


def setting_of(draft: Draft) -> Interval | None:
    """The question, when the loss is a smooth function of one number and of nothing else."""
    if len(draft.parameters) != 1 or draft.data or not is_smooth(draft.loss):
        return None
    ((name, shape),) = draft.parameters.items()
    if shape or any(isinstance(part, Sum) for part in t.subterms(draft.loss)):
        return None
    profile = t.substitute(draft.loss, {name: ((), S)})
    slope = slope_of(profile) if is_short(profile) else profile
    if not is_short(slope):
        return None
    ring, ends = Ring(S, {}), dict[str, Side]()
    for entry in draft.domain:
        found = sides_of(ring, entry, t.substitute(entry.term or t.ZERO, {name: ((), S)}))
        if not found:
            return None
        for where, side in found.items():
            known = ends.get(where)
            pair = None if known is None else (known.end, side.end) if where == "left" else (side.end, known.end)
            if pair is None or order(ring, *pair) == 1:
                ends[where] = side
    left, right = ends.get("left"), ends.get("right")
    sides = tuple(side for side in (left, right) if side is not None)
    closed = [side is not None and side.entry.kind == "nonneg" for side in (left, right)]
    low, high = (None if side is None else side.end for side in (left, right))
    region = Region(low, high, *closed)
    told, formal = bend(profile, SMOOTH), slope_of(slope)
    asked = question(told if ring.normal.equal(told, formal) else formal, region, {})
    return Interval(draft, name, profile, slope, asked, sides)


def is_short(term: Term) -> bool:
    """Is it worth while to differentiate the term?"""
    return sum(1 for _ in islice(t.subterms(term), MOST_PARTS)) < MOST_PARTS


def sides_of(ring: Ring, entry: Judgment, term: Term) -> dict[str, Side]:
    """The bounds on the left and on the right that a constraint gives; nothing when it is of another form."""
    slope = ring.derivative(ring.poly(term))
    if slope and not ring.moves(slope):
        return _linear(ring, entry, term, ring.term(slope))
    bend = ring.derivative(slope)
    return _quadratic(ring, entry, term, ring.term(bend)) if bend and not ring.moves(bend) else {}


def _linear(ring: Ring, entry: Judgment, term: Term, a: Term) -> dict[str, Side]:
    way = sign_of(ring, a)
    if not way:
        return {}
    end = ring.term(ring.poly(t.mul(t.number(-1), t.substitute(term, {S.name: ((), t.ZERO)}), t.power(a, -1))))
    factor = ring.term(ring.poly(t.power(a if way > 0 else t.neg(a), -1)))
    return {"left" if way > 0 else "right": Side(end, entry, factor)}


def _quadratic(ring: Ring, entry: Judgment, term: Term, bend: Term) -> dict[str, Side]:
    """k (s - l) (r - s) with numbers k > 0 and l < r:   s - l = k (s - l) (r - s)/(k (r - l)) + (s - l)^2/(r - l)"""
    start = ring.term(ring.poly(t.substitute(term, {S.name: ((), t.ZERO)})))
    slope = ring.term(ring.poly(t.substitute(ring.term(ring.derivative(ring.poly(term))), {S.name: ((), t.ZERO)})))
    match bend, slope, start:
        case Num(twice), Num(b), Num(c) if twice < 0 and b * b > 2 * twice * c:
            square = b * b - 2 * twice * c
            root = ring.term(ring.poly(t.power(Num(square), HALF)))  # k (r - l)
        case _:
            return {}
    share, factor = (ring.term(ring.poly(t.mul(Num(x / square), root))) for x in (-twice / 2, Fraction(1)))
    ends = {
        way: ring.term(ring.poly(t.mul(Num(-1 / twice), t.add(slope, t.mul(t.number(e), root)))))
        for way, e in (("left", -1), ("right", 1))
    }
    return {way: Side(end, entry, factor, share) for way, end in ends.items()}
