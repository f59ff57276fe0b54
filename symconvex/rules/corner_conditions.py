"""Corners whose coefficients are data: convex exactly when every coefficient is >= 0.

    f = sum_k c_k relu(a_k) + A x^2 + affine,   a_k affine forms with different zeros

Across a_k = 0 the slope jumps by c_k; beyond all corners the second derivative is 2 A.
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
    parts, exact = list[PartDraft](), dict[str, Alternatives | int]()
    for word, form in (("convex", found), ("concave", found.turned())):
        count = len(parts)
        tree = _tree(draft, word, form, parts)
        if tree is None:
            del parts[count:]
        elif not isinstance(tree, int):
            exact[word] = tree
    if not parts or not holds(draft, *parts):
        return None
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
    factors = [(c.factor, k) for k, c in enumerate(form.corners)]
    factors += [(form.square, -1)] if form.square != t.ZERO else []
    lines = Lines(draft)
    open_ = [(factor, k) for factor, k in factors if find_sign(lines, factor, strict=False) is None]
    if any(find_sign(lines, negated(factor), strict=False) is not None for factor, _ in open_):
        return None
    whole = _shown(draft, word, form, [factor for factor, _ in open_])
    if whole is None:
        return None
    parts.append(whole)
    tree: Alternatives | int = len(parts) - 1
    for factor, k in reversed(open_):
        refuted = _refuted(draft, word, form, factor, k)
        if refuted is None:
            return None
        parts.append(refuted)
        tree = Alternatives(say.given_nonneg(factor), say.given_positive(negated(factor)), tree, len(parts) - 1)
    return tree


def _shown(draft: Draft, word: str, form: Cornered, factors: list[Term]) -> PartDraft | None:
    lines, uses = Lines(draft, given=tuple(map(say.given_nonneg, factors))), list[int]()
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


def _refuted(draft: Draft, word: str, form: Cornered, factor: Term, k: int) -> PartDraft | None:
    """A chord across the corner and no other, or beyond all corners for the square."""
    chord = _beyond(form) if k < 0 else next(_across(form, k), None)
    if chord is None:
        return None
    centre, step, size = chord
    lines = Lines(draft, given=(say.given_positive(negated(factor)),))
    ends = [{name: ((), Num(x + c * step[name])) for name, x in centre.items()} for c in (-1, 1)]
    gap = t.mul(Num(size), negated(factor))
    fact = lines.fact("given", say.positive(negated(factor)))
    above = lines.product([lines.constant(say.positive(Num(size))), fact], say.positive(gap))
    number = lines.chord(say.gap(word, gap), ends)
    lines.refute([number], above, say.loss(f"not_{word}"))
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
    ),
    rejects=(Example("a*abs(x) - 2*abs(x - 1)", "x", "neither", sets={"a": "positive"}),),
)
