"""Which constants are best possible, and the modulus that the data add.

f = sum_i phi(x_i.w) + c |w|^2 / 2:   curvature = sum_i phi''(x_i.w) (x_i.v)^2 + c |v|^2

phi'' = a               modulus a lambda_min(X'X) + c, attained at an eigenvector
phi'' = a bump(u)       modulus c: at w = t e_0 the curvature along e_0 is below c + rate / t^2
both, u = 0 at w = 0    smoothness attained at w = 0 along an eigenvector of lambda_max(X'X)
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.arguments import Argument
from symconvex.drafting.arguments.squares import Margin, Squares, Tail
from symconvex.drafting.constants import (
    LARGEST,
    QUARTER,
    holds,
    image_of,
    is_entrywise,
    is_over,
    mentions_step,
    squared_norm,
)
from symconvex.drafting.draft import MADE, Draft
from symconvex.drafting.judgments import attained as is_attained
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import given_positive, nonneg, positive, real, spectral, spectral_least
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.margins import written
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.points import Point
from symconvex.drafting.profile import Binders, Z, factors, mentions, replaced, signs_of, slope, squared
from symconvex.drafting.signs import find_sign, scaled, show_defined
from symconvex.drafting.squares import Square, Summand
from symconvex.drafting.variances import summed
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Delta, Dim, Fn, Num, Pow, Size, Sum, Sym, Term

TWO, HALF, THREE_QUARTERS = t.number(2), Num(Fraction(1, 2)), Num(Fraction(3, 4))

LEAST, VECTOR = Sym(f"{MADE}l"), f"{MADE}u"
SMALLER, LARGER = Sym(f"{MADE}M"), Sym(f"{MADE}m")


@dataclass(frozen=True, slots=True)
class Bump:
    """p (1 - p) with p = sigmoid(u), or 1 - tanh(u)^2; largest at u = 0, and u^2 bump(u) < 1."""

    name: str
    margin: Term

    @property
    def peak(self) -> Term:
        """The value at u = 0."""
        return QUARTER if self.name == "sigmoid" else t.ONE

    def at(self, u: Term) -> Term:
        """bump(u)."""
        f = t.fn(self.name, u)
        return t.mul(f, t.sub(t.ONE, f)) if self.name == "sigmoid" else t.sub(t.ONE, t.power(f, 2))

    def rest(self, u: Term) -> Term:
        """1 - bump(u), in squares."""
        f = t.fn(self.name, u)
        return t.add(THREE_QUARTERS, t.power(t.sub(f, HALF), 2)) if self.name == "sigmoid" else t.power(f, 2)

    def stretched(self, u: Term) -> Term:
        """Where the logistic bump, 1/4 at its peak, gives the same: 1 - tanh(u)^2 = 4 p (1 - p) at 2 u."""
        return u if self.name == "sigmoid" else t.mul(TWO, u)


@dataclass(frozen=True, slots=True)
class QuadraticForm:
    """curvature = scale * sum_i weight_i (x_i.v)^2 + penalty |v|^2, weight_i = 1 or bump(margin_i).

    further    the other places of a parameter that is a matrix: the sum is over these too
    """

    draft: Draft
    curvature: Term
    matrix: str
    core: Term
    row: tuple[str, Size]
    further: Binders
    scale: Term
    bump: Bump | None
    penalty: Term

    @property
    def top(self) -> Term | None:
        """The largest weight, scale included, when all weights attain it at w = 0."""
        if self.bump is None:
            return self.scale
        centred = replaced(self.bump.margin, self.core, t.ZERO) == t.ZERO
        return t.mul(self.bump.peak, self.scale) if centred else None

    @property
    def parameter(self) -> str:
        """The name of the only parameter."""
        return next(iter(self.draft.parameters))

    @property
    def places(self) -> tuple[str, ...]:
        """Indices of an entry of the parameter, none of them the sample's."""
        size, *more = self.draft.parameters[self.parameter]
        taken = [self.draft.index(size, {self.row[0], *(k for k, _ in self.further)})]
        return (*taken, *(k for k, _ in self.further)) if more else tuple(taken)

    def image(self, vector: str) -> Term:
        """|X v|^2 for a vector, or for the direction."""
        inner = t.substitute(self.core, {self.parameter: self.entry(vector)})
        return summed((self.row, *(self.further if vector == f"{self.parameter}'" else ())), t.power(inner, 2))

    def entry(self, vector: str) -> t.Family:
        """The entry of the vector, or of the direction, in the place of that of the parameter."""
        names = tuple(f"_{k}" for k in range(1 + len(self.further)))
        return names, Sym(vector, names if vector == f"{self.parameter}'" else names[:1])

    def square(self, vector: str) -> Term:
        """|v|^2."""
        if vector == f"{self.parameter}'":
            return squared_norm(self.draft)
        return Sum(self.places[0], self.draft.parameters[self.parameter][0], t.power(Sym(vector, self.places[:1]), 2))

    def column(self, vector: str) -> Point:
        """The parameter whose first column is the vector, all others 0."""
        first, *others = self.places
        value = t.mul(Sym(vector, (first,)), *(Delta(k, 0) for k in others))
        return {self.parameter: (self.places, value)}


def find_exactness(
    draft: Draft, squares: Sequence[Summand], curvature: Term, parts: Sequence[PartDraft], argument: Argument | None
) -> tuple[tuple[PartDraft, ...], Argument | None]:
    """Further parts: the modulus from the data, and that no better constants exist; the argument with them."""
    form = find_form(draft, squares, curvature)
    claims, more = {c.word for part in parts for c in part.claims}, list[PartDraft]()
    if form is None:
        centred = find_centred(draft, squares, curvature) if "smooth" in claims else None
        top = None if centred is None else find_top(centred)
        return ((top,), argument) if top is not None and holds(draft, top) else ((), argument)
    strong = "strongly_convex" in claims
    least = None if form.bump is not None else find_least(form, known=strong)
    if least is not None and holds(draft, *least):
        more += least
        strong = True
    tail = find_tail(form) if strong or form.penalty == t.ZERO else None
    if tail is not None and holds(draft, tail.part):
        more.append(tail.part)
        if isinstance(argument, Squares):
            argument = dataclasses.replace(argument, tail=tail.told(argument.margin))
    top = find_top(form) if "smooth" in claims else None
    if top is not None and holds(draft, top):
        more.append(top)
    return tuple(more), argument


def find_form(draft: Draft, squares: Sequence[Summand], curvature: Term) -> QuadraticForm | None:
    """One square for each sample, at most one for each entry of the parameter, and nothing else."""
    arrays = [bool(shape) for shape in draft.parameters.values()] == [True]
    if draft.domain or not arrays or mentions_step(curvature) or len(squares) > 2:
        return None
    penalty: Term = t.ZERO
    found: tuple[str, Square, Term, Bump | None] | None = None
    for square in squares:
        kind = weight_kind(draft, square.weight) if isinstance(square, Square) else None
        if not isinstance(square, Square) or kind is None:
            return None
        match = image_of(draft, square.core)
        if is_entrywise(draft, square) and kind[1] is None:
            penalty = t.add(penalty, kind[0])
        elif match is not None and is_over(square, match[1]) and found is None:
            found = (match[0], square, *kind)
        else:
            return None
    if found is None:
        return None
    matrix, square, scale, bump = found
    row, *further = square.binders
    return QuadraticForm(draft, curvature, matrix, square.core, row, tuple(further), scale, bump, penalty)


def find_centred(draft: Draft, squares: Sequence[Summand], curvature: Term) -> QuadraticForm | None:
    """The curvature at w = 0, where its weights are constants there."""
    if not any(isinstance(square, Square) and image_of(draft, square.core) is not None for square in squares):
        return None
    normal, at_zero = normal_of(draft), list[Summand]()
    for square in squares:
        if not isinstance(square, Square):
            return None
        try:
            weight = normal.term(normal.poly(replaced(square.weight, square.core, t.ZERO)))
        except t.Refused:
            return None
        at_zero.append(dataclasses.replace(square, weight=weight))
    form = find_form(draft, at_zero, curvature)
    return form if form is not None and form.bump is None else None


def weight_kind(draft: Draft, weight: Term) -> tuple[Term, Bump | None] | None:
    """(a, None) for a constant weight a, (a, bump) for a bump(u)."""
    names = frozenset(draft.parameters)
    fixed = [f for f in factors(weight) if not mentions(f, names) and not t.free_indices(f)]
    moving = t.mul(*(f for f in factors(weight) if f not in fixed))
    inside = next((f for f in t.subterms(moving) if isinstance(f, Fn)), None)
    if moving == t.ONE:
        return t.mul(*fixed), None
    if inside is None or inside.name not in ("sigmoid", "tanh"):
        return None
    bump = Bump(inside.name, inside.args[0])
    return (t.mul(*fixed), bump) if bump.at(bump.margin) == moving else None


def opened(form: QuadraticForm, *given: Given) -> tuple[Lines, int]:
    """A part that starts with the curvature."""
    lines = Lines(form.draft, given=given)
    show_defined(lines, form.draft.loss)
    return lines, lines.differentiate(bends(form.curvature))


# ---- the least eigenvalue ------------------------------------------------------------------------


def find_least(form: QuadraticForm, *, known: bool) -> tuple[PartDraft, PartDraft] | None:
    """The modulus scale * lambda_min(X'X) + penalty, why it is one, and why nothing larger is."""
    modulus = t.add(form.penalty, t.mul(form.scale, LEAST))
    least = spectral_least(LEAST.name, form.matrix)
    lines, shown = opened(form, *((least,) if known else (least, given_positive(LEAST))))
    if known:
        lines.fact("spectrum", nonneg(LEAST))
    signs = [find_sign(lines, modulus, strict=True), find_sign(lines, form.scale, strict=False)]
    if signs[0] is None or signs[1] is None:
        return None
    direction = f"{form.parameter}'"
    above = t.sub(form.image(direction), t.mul(LEAST, form.square(direction)))
    fact = lines.fact("spectrum", nonneg(above), Sym(direction, form.places))
    gap = t.sub(form.curvature, t.mul(modulus, form.square(direction)))
    strong = claim("strongly_convex", modulus)
    lines.curvature([shown, signs[0], lines.product([signs[1], fact], nonneg(gap))], strong)
    return lines.part(strong), attained(form, LEAST, least, form.scale, modulus, above=False)


def attained(form: QuadraticForm, bound: Sym, extreme: Given, scale: Term, constant: Term, *, above: bool) -> PartDraft:
    """The curvature at 0 along an eigenvector is constant |u|^2: below m |u|^2 for every m above the constant."""
    other = SMALLER if above else LARGER
    distance = t.sub(constant, other) if above else t.sub(other, constant)
    given = (extreme, is_attained(VECTOR, bound.name, form.matrix), real(other.name), given_positive(distance))
    lines, shown = opened(form, *given)
    image, square = form.image(VECTOR), form.square(VECTOR)
    larger, length = lines.fact("given", positive(distance)), lines.fact("spectrum", positive(square))
    room = lines.product([larger, length], positive(t.mul(distance, square)))
    level = t.sub(image, t.mul(bound, square))
    level = level if above else t.neg(level)
    sign = find_sign(lines, scale, strict=False)
    equal = lines.product([sign or 0, lines.fact("spectrum", nonneg(level))], nonneg(t.mul(scale, level)))
    total = lines.total([room, equal], positive(t.add(t.mul(distance, square), t.mul(scale, level))))
    beyond = claim("not_smooth" if above else "not_strongly_convex", other)
    lines.at_point([shown, total], beyond, {form.parameter: (form.places, t.ZERO)}, form.column(VECTOR))
    return lines.part(beyond)


# ---- the largest eigenvalue ----------------------------------------------------------------------


def find_top(form: QuadraticForm) -> PartDraft | None:
    """No smoothness constant is smaller than top * lambda_max(X'X) + penalty."""
    scale = form.top
    if scale is None or find_sign(Lines(form.draft), scale, strict=False) is None:
        return None
    constant = t.add(t.mul(scale, LARGEST), form.penalty)
    return attained(form, LARGEST, spectral(LARGEST.name, form.matrix), scale, constant, above=True)


# ---- weights that vanish at infinity -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offset:
    """The margins at w = 0: that of this sample, |q|^2, and |q|^2 without this sample."""

    own: Term
    norm: Term
    others: Term


@dataclass(frozen=True, slots=True)
class Far:
    """The part that refutes every modulus m with room = m - penalty > 0, at a point with t^2 = rate."""

    part: PartDraft
    modulus: Sym
    room: Term
    rate: Term
    bump: Bump
    offset: Offset | None

    def told(self, margin: Margin) -> Tail:
        """The same in terms of the margins of the argument."""
        at = written(margin, self.bump.margin)
        inner = margin.symbol if at == t.neg(margin.symbol) else at
        origin = replaced(inner, margin.symbol, replaced(margin.meaning, margin.core, t.ZERO))
        parts = factors(self.rate)
        rate = t.mul(*(p for p in parts if not (t.power(p, -1) in parts or (isinstance(p, Pow) and p.base in parts))))
        spread = None if self.offset is None else self.offset.norm
        return Tail(self.bump.name, self.modulus, self.room, rate, self.bump.at(at), inner, origin, spread)


def find_tail(form: QuadraticForm) -> Far | None:
    """No modulus is larger than the penalty: at w = t e_0 the curvature along e_0 is at most it + rate / t^2.

    u_i = s t x_i0 + q_i and b_i = bump(u_i):   (s t x_i0)^2 b_i = (u_i - q_i)^2 b_i < c
    c = 1 if q = 0, else 2 (1 + |q|^2)          t^2 = scale n c / (s^2 (m - penalty))
    """
    bump, (index, size) = form.bump, form.row
    ratio = t.ZERO if bump is None else squared(slope(replaced(bump.margin, form.core, Z)), signs_of(form.draft))
    if bump is None or t.free_indices(ratio) or form.further:
        return None
    room = t.sub(LARGER, form.penalty)
    lines, shown = opened(form, real(LARGER.name), given_positive(room))
    count, q = Dim(size) if isinstance(size, str) else t.number(size), offset_of(form, bump)
    weight = t.mul(t.power(ratio, -1), form.scale)
    rate = t.mul(weight, count, t.ONE if q is None else t.mul(TWO, t.add(t.ONE, q.norm)), t.power(room, -1))
    if find_sign(lines, rate, strict=True) is None:
        return None
    step = t.power(rate, Fraction(1, 2))
    below = show_bound(lines, bump, replaced(bump.margin, form.core, t.mul(Sym(form.matrix, (index, 0)), step)), q)
    each = scaled(lines, t.mul(weight, t.power(rate, -1)), below)
    if each is None:
        return None
    whole = lines.summed(each, positive(Sum(index, size, lines.term(each))))
    beyond = claim("not_strongly_convex", LARGER)
    (j,) = form.places
    point, along = {form.parameter: ((j,), t.mul(step, Delta(j, 0)))}, {form.parameter: ((j,), Delta(j, 0))}
    lines.at_point([shown, whole], beyond, point, along)
    return Far(lines.part(beyond), LARGER, room, rate, bump, q)


def offset_of(form: QuadraticForm, bump: Bump) -> Offset | None:
    """None when all margins are 0 at w = 0."""
    own, (index, size) = replaced(bump.margin, form.core, t.ZERO), form.row
    if own == t.ZERO:
        return None
    other = form.draft.index(size, {index})
    square = t.power(t.reindex(own, {index: other}), 2)
    rest = t.mul(t.power(t.sub(t.ONE, Delta(index, other)), 2), square)
    return Offset(own, Sum(other, size, square), Sum(other, size, rest))


def show_bound(lines: Lines, bump: Bump, u: Term, q: Offset | None) -> int | None:
    """The line c - (u - q)^2 b > 0.

    q = 0: 1 - u^2 b.   Else: 2 (1 - u^2 b) + 2 q_i^2 (1 - b) + (u + q_i)^2 b + 2 (|q|^2 - q_i^2)
    """
    b = bump.at(u)
    tail = t.sub(t.ONE, t.mul(t.power(u, 2), b))
    fact = lines.fact("sigmoid_tail", positive(tail), bump.stretched(u))
    if q is None:
        return fact
    own = t.mul(TWO, t.power(q.own, 2), bump.rest(u))
    rest = t.add(own, t.mul(t.power(t.add(u, q.own), 2), b), t.mul(TWO, q.others))
    sign, double = find_sign(lines, rest, strict=False), scaled(lines, TWO, fact)
    if sign is None or double is None:
        return None
    return lines.total([double, sign], positive(t.add(t.mul(TWO, tail), rest)))
