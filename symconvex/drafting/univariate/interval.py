"""A loss of one number on an interval, as a question about its second derivative."""

from dataclasses import dataclass
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
from symconvex.kernel.term import Sum, Sym, Term

SMOOTH = frozenset[str]()
MOST_PARTS = 400  # of the loss and of its first derivative


@dataclass(frozen=True, slots=True)
class Interval:
    """f(x) for a number x on an interval, and f'' as a question.

    profile    f in the variable of the question
    slope      f' in that variable
    sides      for each assumption of the region, the constraint of the domain and the factor that give it
    """

    draft: Draft
    parameter: str
    profile: Term
    slope: Term
    question: Inquiry
    sides: tuple[tuple[Judgment, Term], ...]

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
            for (entry, factor), assumption in zip(self.sides, assumed, strict=True):
                fact = lines.fact("domain", entry)
                lines.product(
                    [fact, self._constant(lines, factor)], sign(entry.kind, self.at(assumption.term or t.ZERO))
                )

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
    ring, ends = Ring(S, {}), dict[str, tuple[End, Judgment, Term]]()
    for entry in draft.domain:
        side = _side(ring, t.substitute(entry.term or t.ZERO, {name: ((), S)}))
        if side is None:
            return None
        where, end, factor = side
        known = ends.get(where)
        pair = None if known is None else (known[0], end) if where == "left" else (end, known[0])
        if pair is None or order(ring, *pair) == 1:
            ends[where] = (end, entry, factor)
    left, right = (ends.get(where, (None, None, None)) for where in ("left", "right"))
    closed = [entry is not None and entry.kind == "nonneg" for _, entry, _ in (left, right)]
    region = Region(left[0], right[0], *closed)
    sides = tuple((entry, factor) for _, entry, factor in (left, right) if entry is not None and factor is not None)
    told, formal = bend(profile, SMOOTH), slope_of(slope)
    asked = question(told if ring.normal.equal(told, formal) else formal, region, {})
    return Interval(draft, name, profile, slope, asked, sides)


def is_short(term: Term) -> bool:
    """Is it worth while to differentiate the term?"""
    return sum(1 for _ in islice(t.subterms(term), MOST_PARTS)) < MOST_PARTS


def _side(ring: Ring, term: Term) -> tuple[str, Term, Term] | None:
    """left or right, the end, and the factor > 0 that makes the constraint s - end or end - s."""
    slope = ring.derivative(ring.poly(term))
    if not slope or ring.moves(slope):
        return None
    a = ring.term(slope)
    way = sign_of(ring, a)
    if not way:
        return None
    end = ring.term(ring.poly(t.mul(t.number(-1), t.substitute(term, {S.name: ((), t.ZERO)}), t.power(a, -1))))
    factor = ring.term(ring.poly(t.power(a if way > 0 else t.neg(a), -1)))
    return ("left" if way > 0 else "right"), end, factor
