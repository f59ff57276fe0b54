"""Corners whose coefficients are data: convex exactly when every coefficient is >= 0.

    f = sum_k c_k relu(a_k) + A x^2 + affine,   a_k affine forms with different zeros

Across a_k = 0 the slope jumps by c_k; beyond all corners the second derivative is 2 A. Beside a square, at the only
corner p, half a chord h short enough:   f(p) - (f(p - h) + f(p + h))/2 = q h - A h^2 = q^2 (q + 1)/(q + A + 1)^2 for
q = -c |slope|/2 > 0, A >= 0, h = q/(q + A + 1).
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.corners import Corners
from symconvex.drafting.constants import holds
from symconvex.drafting.draft import Draft
from symconvex.drafting.kinked.profile import has_kinks
from symconvex.drafting.lines import Alternatives, Lines, PartDraft
from symconvex.drafting.patterns import negated
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign
from symconvex.kernel import term as t
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Budget, Fn, Num, Refused, Sym, Term

WORK, TRIES, SEED, REACH = 200_000, 60, 7, 4
HALF = Fraction(1, 2)
Place = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class CornerTerm:
    """c relu(a): a = slope.w + rest."""

    factor: Term
    inside: Term
    slope: Place
    rest: Fraction

    def at(self, place: Place) -> Fraction:
        """a at a point."""
        return self.rest + sum((x * place[name] for name, x in self.slope.items()), Fraction(0))

    def along(self, direction: Place) -> Fraction:
        """How a changes along a direction."""
        return sum((x * direction[name] for name, x in self.slope.items()), Fraction(0))


@dataclass(frozen=True, slots=True)
class Cornered:
    """The loss (side 1), or its negative (side -1), in corners."""

    corners: tuple[CornerTerm, ...]
    square: Term
    affine: Term

    def turned(self) -> "Cornered":
        """The negative."""
        corners = tuple(CornerTerm(negated(c.factor), c.inside, c.slope, c.rest) for c in self.corners)
        return Cornered(corners, negated(self.square), negated(self.affine))


def find(draft: Draft) -> Finding | None:
    if draft.domain or not draft.data or not has_kinks(draft.loss, frozenset(draft.parameters)):
        return None
    if any(shape for shape in (*draft.parameters.values(), *draft.data.values())):
        return None
    found = _read(draft)
    if found is None or not found.corners:
        return None
    parts, exact, open_ = list[PartDraft](), dict[str, Alternatives | int](), False
    for word, form in (("convex", found), ("concave", found.turned())):
        count = len(parts)
        tree = _tree(draft, word, form, parts)
        if tree is None:
            del parts[count:]
        elif not isinstance(tree, int):
            exact[word] = tree
        if tree is None and word == "convex":
            open_ = True
    if not parts or (open_ and not exact) or not holds(draft, *parts):
        return None  # not concave alone says nothing of convexity
    argument = Corners(tuple((c.factor, c.inside) for c in found.corners), found.square)
    return Finding(tuple(parts), argument, exact=exact)


# ---- the loss in corners -----------------------------------------------------------------------------


def _read(draft: Draft) -> Cornered | None:
    sets = {d.name: d.within for d in draft.problem.data}
    normal = Normal(Facts(sets, frozenset(), frozenset(), {}), Budget(WORK))
    try:
        poly = normal.poly(draft.loss)
    except Refused:
        return None
    corners, square, affine = dict[str, list[Term]](), list[Term](), list[Term]()
    for mono, c in poly.items():
        atoms = [(normal.atoms[key], e) for key, e in mono]
        moving = [(atom, e) for atom, e in atoms if any(_is_parameter(draft, p) for p in t.subterms(atom))]
        fixed = [t.power(atom, Fraction(e)) for atom, e in atoms if (atom, e) not in moving]
        if any(not isinstance(atom, Sym) or e < 1 for atom, e in atoms if (atom, e) not in moving):
            return None
        factor = t.mul(t.number(c), *fixed)
        match moving:
            case [] | [(Sym(), 1)]:
                affine.append(t.mul(factor, *(atom for atom, _ in moving)))
            case [(Sym(), 2)] if len(draft.parameters) == 1:
                square.append(factor)
            case [(Fn("relu", (inside,)), 1)]:
                corners.setdefault(t.render(inside), []).append(factor)
            case _:
                return None
    read = [_corner(draft, normal, t.parse(text), t.add(*factors)) for text, factors in corners.items()]
    known = tuple(corner for corner in read if corner is not None)
    return Cornered(known, t.add(*square), t.add(*affine)) if len(known) == len(read) else None


def _is_parameter(draft: Draft, part: Term) -> bool:
    return isinstance(part, Sym) and part.name in draft.parameters


def _corner(draft: Draft, normal: Normal, inside: Term, factor: Term) -> CornerTerm | None:
    slope, rest = {name: Fraction(0) for name in draft.parameters}, Fraction(0)
    for mono, c in normal.poly(inside).items():
        match [(normal.atoms[key], e) for key, e in mono]:
            case []:
                rest = Fraction(c)
            case [(Sym(name, ()), 1)] if name in slope:
                slope[name] = Fraction(c)
            case _:
                return None
    return CornerTerm(factor, inside, slope, rest)


# ---- the cases ---------------------------------------------------------------------------------------


def _tree(draft: Draft, word: str, form: Cornered, parts: list[PartDraft]) -> Alternatives | int | None:
    """Every coefficient that may have both signs splits; with all of them >= 0 the loss is convex."""
    factors = [(form.square, -1)] if form.square != t.ZERO else []
    factors += [(c.factor, k) for k, c in enumerate(form.corners)]
    lines = Lines(draft)
    open_ = [(factor, k) for factor, k in factors if find_sign(lines, factor, strict=False) is None]
    for factor, k in open_:
        if find_sign(lines, negated(factor), strict=True) is not None:
            never = _refuted(draft, word, form, factor, k, always=True)
            parts += [] if never is None else [never]
            return None if never is None else len(parts) - 1
        if find_sign(lines, negated(factor), strict=False) is not None:
            return None
    whole = _shown(draft, word, form, [factor for factor, _ in open_])
    if whole is None:
        return None
    parts.append(whole)
    tree: Alternatives | int = len(parts) - 1
    for factor, k in reversed(open_):
        refuted = _refuted(draft, word, form, factor, k)
        if refuted is None and k >= 0:
            refuted = _beside_square(draft, word, form, (form.square, -1) in open_)
        if refuted is None:
            return None
        parts.append(refuted)
        tree = Alternatives(say.given_nonneg(factor), say.given_positive(negated(factor)), tree, len(parts) - 1)
    return tree


def _shown(draft: Draft, word: str, form: Cornered, factors: list[Term]) -> PartDraft | None:
    lines, uses = Lines(draft, given=tuple(map(say.given_nonneg, factors))), list[int]()
    for factor in factors:
        lines.fact("given", say.nonneg(factor))
    for corner in form.corners:
        sign = find_sign(lines, corner.factor, strict=False)
        ramp = lines.compose([lines.affine(say.affine(corner.inside))], say.convex(t.fn("relu", corner.inside)))
        if sign is None:
            return None
        uses.append(lines.product([sign, ramp], say.convex(t.mul(corner.factor, lines.term(ramp)))))
    if form.square != t.ZERO:
        (x,) = (Sym(name) for name in draft.parameters)
        sign = find_sign(lines, form.square, strict=False)
        bowl = lines.compose([lines.affine(say.affine(x))], say.convex(t.power(x, 2)))
        if sign is None:
            return None
        uses.append(lines.product([sign, bowl], say.convex(t.mul(form.square, lines.term(bowl)))))
    if form.affine != t.ZERO:
        uses.append(lines.affine(say.affine(form.affine)))
    number = lines.total(uses, say.convex(t.add(*(lines.term(k) for k in uses))))
    lines.conclude(number, say.loss(word))
    return lines.part(say.loss(word))


def _refuted(
    draft: Draft, word: str, form: Cornered, factor: Term, k: int, *, always: bool = False
) -> PartDraft | None:
    """A chord across the corner and no other, or beyond all corners for the square.

    always    the coefficient is < 0 for all data
    """
    chord = _beyond(form) if k < 0 else next(_across(form, k), None)
    if chord is None:
        return None
    centre, step, size = chord
    lines = Lines(draft, given=() if always else (say.given_positive(negated(factor)),))
    ends = [{name: ((), Num(x + c * step[name])) for name, x in centre.items()} for c in (-1, 1)]
    gap = t.mul(Num(size), negated(factor))
    fact = find_sign(lines, negated(factor), strict=True) if always else None
    fact = lines.fact("given", say.positive(negated(factor))) if fact is None else fact
    above = lines.product([lines.constant(say.positive(Num(size))), fact], say.positive(gap))
    number = lines.chord(say.gap(word, gap), ends)
    lines.refute([number], above, say.loss(f"not_{word}"))
    return lines.part(say.loss(f"not_{word}"))


def _beside_square(draft: Draft, word: str, form: Cornered, given: bool) -> PartDraft | None:
    """A chord across the only corner of a function of one number, so short that the square counts for less.

    given    the square is >= 0 in this case only
    """
    if len(form.corners) != 1 or len(draft.parameters) != 1:
        return None
    (corner,), (name,) = form.corners, draft.parameters
    down = negated(corner.factor)
    hypotheses = [say.given_nonneg(form.square)] if given else []
    lines = Lines(draft, given=(*hypotheses, say.given_positive(down)))
    share = Num(abs(corner.slope[name]) / 2)
    q = t.mul(share, down)
    jump = lines.fact("given", say.positive(down))
    bowl = lines.fact("given", say.nonneg(form.square)) if given else find_sign(lines, form.square, strict=False)
    if bowl is None:
        return None
    steep = lines.product([lines.constant(say.positive(share)), jump], say.positive(q))
    one = lines.constant(say.positive(t.ONE))
    more = lines.total([steep, one], say.positive(t.add(q, t.ONE)))
    below = t.add(q, form.square, t.ONE)
    inverse = lines.power(lines.total([more, bowl], say.positive(below)), say.positive(t.power(below, -1)))
    half = t.mul(q, t.power(below, -1))
    lines.product([steep, inverse], say.positive(half))
    short = t.mul(t.power(q, 2), t.power(below, -2), t.add(q, t.ONE))
    above = lines.combine([[steep, steep, inverse, inverse, more]], say.positive(short))
    ramp = t.sub(t.fn("relu", half), half)
    fact = lines.fact("relu_above", say.nonneg(ramp), half)
    two = lines.constant(say.positive(t.number(2)))
    gap = t.add(short, t.mul(t.number(2), q, ramp))
    number = lines.combine([[above], [two, steep, fact]], say.positive(gap))
    centre = Num(-corner.rest / corner.slope[name])
    ends = [{name: ((), t.add(centre, t.mul(t.number(side), half)))} for side in (-1, 1)]
    lines.refute([lines.chord(say.gap(word, gap), ends)], number, say.loss(f"not_{word}"))
    return lines.part(say.loss(f"not_{word}"))


def _beyond(form: Cornered) -> tuple[Place, Place, Fraction] | None:
    """Centre, half the chord, and what the middle lies above the mean, over -A."""
    (name,) = {name for corner in form.corners for name in corner.slope} or {""}
    far = max((abs(corner.rest / corner.slope[name]) for corner in form.corners), default=Fraction(0))
    return {name: Fraction(int(far) + 3)}, {name: Fraction(1)}, Fraction(1)


def _across(form: Cornered, k: int) -> Iterator[tuple[Place, Place, Fraction]]:
    """The same over -c_k: short enough to meet no other corner. With a square there is no such chord."""
    if form.square != t.ZERO:
        return
    own, draw = form.corners[k], random.Random(SEED)  # noqa: S311  (a search, no secret)
    norm = own.along(own.slope)
    for _ in range(TRIES):
        guess = {name: Fraction(draw.randint(-REACH, REACH)) for name in own.slope}
        shift = own.at(guess) / norm
        centre = {name: x - shift * own.slope[name] for name, x in guess.items()}
        others = [corner for corner in form.corners if corner is not own]
        if any(corner.at(centre) == 0 for corner in others):
            continue
        rooms = [abs(c.at(centre) / c.along(own.slope)) / 2 for c in others if c.along(own.slope)]
        reach = min([Fraction(1), *rooms])
        yield centre, {name: reach * x for name, x in own.slope.items()}, reach * norm * HALF


RULE = Rule(
    name="corner-conditions",
    find=find,
    cost=11,
    source="Rockafellar, Convex Analysis, 1970, theorem 24.1 (one-sided derivatives)",
    accepts=(
        Example("a*abs(x) + abs(x - 1)", "x", "convex", sets={"a": "nonnegative"}),
        Example("a*max(x, y) - b*x", "x, y", "convex", sets={"a": "positive"}),
        Example("a*abs(x - 1) + b*x**2", "x", "convex", sets={"a": "nonnegative", "b": "positive"}),
    ),
    rejects=(
        Example("a*abs(x) - 2*abs(x - 1)", "x", "neither", sets={"a": "positive"}),
        Example("b*x**2 - a*abs(x)", "x", "neither", sets={"a": "positive", "b": "positive"}),
    ),
)
