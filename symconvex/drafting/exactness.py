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

from symconvex.drafting.constants import (
    QUARTER,
    is_entrywise,
    matrix_of,
    mentions_step,
    spare,
    squared_norm,
)
from symconvex.drafting.draft import Draft, Lines, family, finish
from symconvex.drafting.profile import Z, mentions, replaced, signs_of, slope, squared
from symconvex.drafting.rule import Finding
from symconvex.drafting.signs import find_sign, scaled, show_defined
from symconvex.drafting.squares import Square, Summand
from symconvex.kernel import term as t
from symconvex.kernel.check import Accepted, check
from symconvex.kernel.term import Delta, Dim, Fn, Mul, Num, Size, Sum, Sym, Term
from symconvex.language.printing import Word, readable

TWO, HALF, THREE_QUARTERS = t.number(2), Num(Fraction(1, 2)), Num(Fraction(3, 4))

# With data in numbers the kernel writes sums out: every further part costs as much as the first.
MOST_ROWS = 40


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
class Form:
    """curvature = scale * sum_i weight_i (x_i.v)^2 + penalty |v|^2, weight_i = 1 or bump(margin_i)."""

    draft: Draft
    curvature: Term
    matrix: str
    core: Term
    row: tuple[str, Size]
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

    def image(self, vector: str) -> Term:
        """|X v|^2."""
        index, size = self.row
        inner = t.substitute(self.core, {self.parameter: (("_",), Sym(vector, ("_",)))})
        return Sum(index, size, t.power(inner, 2))

    def square(self, vector: str) -> Term:
        """|v|^2."""
        return t.substitute(squared_norm(self.draft), {f"{self.parameter}'": (("_",), Sym(vector, ("_",)))})


def find_exactness(draft: Draft, squares: Sequence[Summand], curvature: Term, finding: Finding) -> Finding:
    """The finding with the modulus from the data, and with proofs that no better constants exist."""
    form = find_form(draft, squares, curvature)
    if form is None:
        return finding
    parts, modulus, exact = list(finding.parts), finding.modulus, []
    least = None if form.bump is not None else find_least(form, known=modulus is not None)
    if least is not None and holds(draft, *least[:2]):
        parts += least[:2]
        modulus, exact = least[2], ["modulus"]
    tail = find_tail(form) if modulus is not None or form.penalty == t.ZERO else None
    if tail is not None and holds(draft, tail):
        parts.append(tail)
        exact.append("modulus")
    top = None if finding.smoothness is None else find_top(form)
    if top is not None and holds(draft, top):
        parts.append(top)
        exact.append("smoothness")
    return dataclasses.replace(finding, parts=tuple(parts), modulus=modulus, exact=tuple(exact))


def holds(draft: Draft, *parts: dict[str, object]) -> bool:
    """Does the kernel accept these parts? One that it does not would spoil the whole certificate."""
    return isinstance(check(finish(draft, list(parts))), Accepted)


def find_form(draft: Draft, squares: Sequence[Summand], curvature: Term) -> Form | None:
    """One square for each sample, at most one for each entry of the parameter, and nothing else."""
    vector = [len(shape) for shape in draft.parameters.values()] == [1]
    if draft.domain or not vector or mentions_step(curvature) or len(squares) > 2:
        return None
    penalty: Term = t.ZERO
    found: tuple[str, Square, Term, Bump | None] | None = None
    for square in squares:
        kind = weight_kind(draft, square.weight) if isinstance(square, Square) else None
        if not isinstance(square, Square) or kind is None:
            return None
        match = matrix_of(draft, square.core)
        if is_entrywise(draft, square) and kind[1] is None:
            penalty = t.add(penalty, kind[0])
        elif match is not None and tuple(i for i, _ in square.binders) == match[1][:1] and found is None:
            found = (match[0], square, *kind)
        else:
            return None
    if found is None:
        return None
    matrix, square, scale, bump = found
    if matrix in draft.problem.values and draft.least(draft.data[matrix][0]) > MOST_ROWS:
        return None
    return Form(draft, curvature, matrix, square.core, square.binders[0], scale, bump, penalty)


def weight_kind(draft: Draft, weight: Term) -> tuple[Term, Bump | None] | None:
    """(a, None) for a constant weight a, (a, bump) for a bump(u)."""
    names = frozenset(draft.parameters)
    factors = weight.args if isinstance(weight, Mul) else (weight,)
    fixed = [f for f in factors if not mentions(f, names) and not t.free_indices(f)]
    moving = t.mul(*(f for f in factors if f not in fixed))
    inside = next((f for f in t.subterms(moving) if isinstance(f, Fn)), None)
    if moving == t.ONE:
        return t.mul(*fixed), None
    if inside is None or inside.name not in ("sigmoid", "tanh"):
        return None
    bump = Bump(inside.name, inside.args[0])
    return (t.mul(*fixed), bump) if bump.at(bump.margin) == moving else None


def opened(form: Form, *given: str) -> tuple[Lines, int]:
    """A part that starts with the curvature."""
    lines = Lines(form.draft, given=given)
    show_defined(lines, form.draft.loss)
    return lines, lines.add("differentiate", [], f"(curvature {t.render(form.curvature)})")


def nonneg(lines: Lines, rule: str, uses: Sequence[int], term: Term, **args: object) -> int:
    """The line term >= 0."""
    return lines.add(rule, uses, f"(nonneg {t.render(term)})", **args)


def positive(lines: Lines, rule: str, uses: Sequence[int], term: Term, **args: object) -> int:
    """The line term > 0."""
    return lines.add(rule, uses, f"(positive {t.render(term)})", **args)


# ---- the least eigenvalue ------------------------------------------------------------------------


def find_least(form: Form, *, known: bool) -> tuple[dict[str, object], dict[str, object], str] | None:
    """The modulus scale * lambda_min(X'X) + penalty, why it is one, and why nothing larger is."""
    bound = spare(form.draft, "l")
    modulus = t.add(form.penalty, t.mul(form.scale, Sym(bound)))
    least = f"(spectral_least {bound} {form.matrix})"
    given = (least,) if known else (least, f"(positive {bound})")
    lines, shown = opened(form, *given)
    nonneg(lines, "spectrum", [], Sym(bound))
    signs = [find_sign(lines, modulus, strict=True), find_sign(lines, form.scale, strict=False)]
    if signs[0] is None or signs[1] is None:
        return None
    direction = f"{form.parameter}'"
    above = t.sub(form.image(direction), t.mul(Sym(bound), form.square(direction)))
    fact = nonneg(lines, "spectrum", [], above, vector=direction)
    gap = nonneg(lines, "product", [signs[1], fact], t.sub(form.curvature, t.mul(modulus, form.square(direction))))
    claim = f"(loss strongly_convex {t.render(modulus)})"
    lines.add("modulus", [shown, signs[0], gap], claim)
    least_name = Word(f"lambda_min({form.matrix}.T @ {form.matrix})")
    text = readable(modulus, form.draft.shapes, {bound: least_name})
    return lines.part(claim), attained(form, bound, least, form.scale, modulus, above=False), text


def attained(form: Form, bound: str, extreme: str, scale: Term, constant: Term, *, above: bool) -> dict[str, object]:
    """The curvature at 0 along an eigenvector is constant |u|^2: below m |u|^2 for every m above the constant."""
    u, other = spare(form.draft, "u"), spare(form.draft, "M" if above else "m")
    distance = t.sub(constant, Sym(other)) if above else t.sub(Sym(other), constant)
    larger = f"(positive {t.render(distance)})"
    lines, shown = opened(form, extreme, f"(attained {u} {bound} {form.matrix})", f"(real {other})", larger)
    image, square = form.image(u), form.square(u)
    room = positive(
        lines,
        "product",
        [lines.add("given", [], larger), positive(lines, "spectrum", [], square)],
        t.mul(distance, square),
    )
    level = t.sub(image, t.mul(Sym(bound), square))
    level = level if above else t.neg(level)
    sign = find_sign(lines, scale, strict=False)
    equal = nonneg(lines, "product", [sign or 0, nonneg(lines, "spectrum", [], level)], t.mul(scale, level))
    total = positive(lines, "total", [room, equal], t.add(t.mul(distance, square), t.mul(scale, level)))
    claim = f"(loss {'not_smooth' if above else 'not_strongly_convex'} {other})"
    (j,) = free_places(form)
    point, along = family((j,), t.ZERO), family((j,), Sym(u, (j,)))
    lines.add("beyond", [shown, total], claim, point={form.parameter: point}, direction={form.parameter: along})
    return lines.part(claim)


def free_places(form: Form) -> tuple[str]:
    """An index over the entries of the parameter that is not the sample's."""
    (size,) = form.draft.parameters[form.parameter]
    return (form.draft.index(size, {form.row[0]}),)


# ---- the largest eigenvalue ----------------------------------------------------------------------


def find_top(form: Form) -> dict[str, object] | None:
    """No smoothness constant is smaller than top * lambda_max(X'X) + penalty."""
    bound, scale = spare(form.draft, "L"), form.top
    if scale is None or find_sign(Lines(form.draft), scale, strict=False) is None:
        return None
    constant = t.add(t.mul(scale, Sym(bound)), form.penalty)
    return attained(form, bound, f"(spectral {bound} {form.matrix})", scale, constant, above=True)


# ---- weights that vanish at infinity -------------------------------------------------------------


def find_tail(form: Form) -> dict[str, object] | None:
    """No modulus is larger than the penalty: at w = t e_0 the curvature along e_0 is at most it + rate / t^2.

    u_i = s t x_i0 + q_i and b_i = bump(u_i):   (s t x_i0)^2 b_i = (u_i - q_i)^2 b_i < c
    c = 1 if q = 0, else 2 (1 + |q|^2)          t^2 = scale n c / (s^2 (m - penalty))
    """
    bump, (index, size) = form.bump, form.row
    ratio = t.ZERO if bump is None else squared(slope(replaced(bump.margin, form.core, Z)), signs_of(form.draft))
    if bump is None or t.free_indices(ratio):
        return None
    other = spare(form.draft, "m")
    room = t.sub(Sym(other), form.penalty)
    lines, shown = opened(form, f"(real {other})", f"(positive {t.render(room)})")
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
    body = t.parse(str(lines.steps[each - 1]["gives"]).removeprefix("(positive ")[:-1])
    whole = positive(lines, "sum", [each], Sum(index, size, body))
    claim = f"(loss not_strongly_convex {other})"
    (j,) = free_places(form)
    point, along = family((j,), t.mul(step, Delta(j, 0))), family((j,), Delta(j, 0))
    lines.add("beyond", [shown, whole], claim, point={form.parameter: point}, direction={form.parameter: along})
    return lines.part(claim)


@dataclass(frozen=True, slots=True)
class Offset:
    """The margins at w = 0: that of this sample, |q|^2, and |q|^2 without this sample."""

    own: Term
    norm: Term
    others: Term


def offset_of(form: Form, bump: Bump) -> Offset | None:
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
    fact = positive(lines, "range", [], tail, fact="sigmoid_tail", at=t.render(bump.stretched(u)))
    if q is None:
        return fact
    own = t.mul(TWO, t.power(q.own, 2), bump.rest(u))
    rest = t.add(own, t.mul(t.power(t.add(u, q.own), 2), b), t.mul(TWO, q.others))
    sign, double = find_sign(lines, rest, strict=False), scaled(lines, TWO, fact)
    if sign is None or double is None:
        return None
    return positive(lines, "total", [double, sign], t.add(t.mul(TWO, tail), rest))
