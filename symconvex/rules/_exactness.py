"""Which constants are best possible, and the modulus that the data add.

f = sum_i phi(x_i.w) + c |w|^2 / 2:   curvature = sum_i phi''(x_i.w) (x_i.v)^2 + c |v|^2

phi'' = a               modulus a lambda_min(X'X) + c, attained at an eigenvector
phi'' = a p (1 - p)     modulus c: at w = t e_0 the curvature along e_0 is below c + rho n / t^2
both                    smoothness attained at w = 0 along an eigenvector of lambda_max(X'X)
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Delta, Dim, Fn, Mul, Num, Size, Sum, Sym, Term
from symconvex.rules._constants import (
    QUARTER,
    is_entrywise,
    matrix_of,
    mentions_step,
    python,
    spare,
    squared_norm,
)
from symconvex.rules._draft import Draft, Lines, family
from symconvex.rules._profile import mentions, replaced, signs_of, squared
from symconvex.rules._rule import Finding
from symconvex.rules._signs import find_sign, show_defined

if TYPE_CHECKING:
    from symconvex.rules.weighted_squares import Square, Variance


# With data in numbers the kernel writes sums out: every further part costs as much as the first.
MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class Form:
    """curvature = scale * sum_i weight_i (x_i.v)^2 + penalty |v|^2, weight_i = 1 or p (1 - p), p = sigmoid(margin)."""

    draft: Draft
    curvature: Term
    matrix: str
    core: Term
    row: tuple[str, Size]
    scale: Term
    margin: Term | None
    penalty: Term

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


def find_exactness(
    draft: Draft, squares: "Sequence[Square | Variance]", curvature: Term, finding: Finding
) -> Finding:
    """The finding with the modulus from the data, and with proofs that no better constants exist."""
    form = find_form(draft, squares, curvature)
    if form is None:
        return finding
    parts, modulus, exact = list(finding.parts), finding.modulus, []
    least = None if form.margin is not None else find_least(form, known=modulus is not None)
    if least is not None:
        parts += least[:2]
        modulus, exact = least[2], ["modulus"]
    elif form.margin is not None and (modulus is not None or form.penalty == t.ZERO):
        tail = find_tail(form)
        if tail is not None:
            parts.append(tail)
            exact.append("modulus")
    top = None if finding.smoothness is None else find_top(form)
    if top is not None:
        parts.append(top)
        exact.append("smoothness")
    return dataclasses.replace(finding, parts=tuple(parts), modulus=modulus, exact=tuple(exact))


def find_form(draft: Draft, squares: "Sequence[Square | Variance]", curvature: Term) -> Form | None:
    """One square for each sample, at most one for each entry of the parameter, and nothing else."""
    vector = [len(shape) for shape in draft.parameters.values()] == [1]
    if draft.domain or not vector or mentions_step(curvature) or len(squares) > 2:
        return None
    penalty: Term = t.ZERO
    found: tuple[str, Square, Term, Term | None] | None = None
    for square in squares:
        core = getattr(square, "core", None)
        match = None if core is None else matrix_of(draft, core)
        kind = None if core is None else weight_kind(draft, square.weight)  # type: ignore[union-attr]
        if kind is None:
            return None
        if is_entrywise(draft, square) and kind[1] is None:
            penalty = t.add(penalty, kind[0])
        elif match is not None and tuple(i for i, _ in square.binders) == match[1][:1] and found is None:
            found = (match[0], square, *kind)  # type: ignore[assignment]
        else:
            return None
    if found is None:
        return None
    matrix, square, scale, margin = found
    if matrix in draft.problem.values and draft.least(draft.data[matrix][0]) > MOST_ROWS:
        return None
    return Form(draft, curvature, matrix, square.core, square.binders[0], scale, margin, penalty)


def weight_kind(draft: Draft, weight: Term) -> tuple[Term, Term | None] | None:
    """(a, None) for a constant weight a, (a, u) for a p (1 - p), p = sigmoid(u) with u linear in the parameter."""
    names = frozenset(draft.parameters)
    factors = weight.args if isinstance(weight, Mul) else (weight,)
    fixed = [f for f in factors if not mentions(f, names) and not t.free_indices(f)]
    match [f for f in factors if f not in fixed]:
        case []:
            return t.mul(*fixed), None
        case [Fn("sigmoid", (u,)) as p, Add((Num(one), Mul((Num(minus), q))))] if p == q and one == 1 and minus == -1:
            zero = dict.fromkeys(names, (("_",), t.ZERO))
            return (t.mul(*fixed), u) if t.substitute(u, zero) == t.ZERO else None
    return None


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
    text = python(modulus, {bound: f"lambda_min({form.matrix}.T @ {form.matrix})"})
    return lines.part(claim), attained(form, bound, least, modulus, above=False), text


def attained(form: Form, bound: str, extreme: str, constant: Term, *, above: bool) -> dict[str, object]:
    """The curvature at 0 along an eigenvector is constant |u|^2: below m |u|^2 for every m above the constant."""
    u, other = spare(form.draft, "u"), spare(form.draft, "M" if above else "m")
    distance = t.sub(constant, Sym(other)) if above else t.sub(Sym(other), constant)
    larger = f"(positive {t.render(distance)})"
    lines, shown = opened(form, extreme, f"(attained {u} {bound} {form.matrix})", f"(real {other})", larger)
    scale = form.scale if form.margin is None else t.mul(QUARTER, form.scale)
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
    """No smoothness constant is smaller than scale (or scale/4) * lambda_max(X'X) + penalty."""
    bound = spare(form.draft, "L")
    scale = form.scale if form.margin is None else t.mul(QUARTER, form.scale)
    if find_sign(Lines(form.draft), scale, strict=False) is None:
        return None
    constant = t.add(t.mul(scale, Sym(bound)), form.penalty)
    return attained(form, bound, f"(spectral {bound} {form.matrix})", constant, above=True)


# ---- logistic weights vanish at infinity ---------------------------------------------------------


def find_tail(form: Form) -> dict[str, object] | None:
    """No modulus is larger than the penalty: the curvature along e_0 at t e_0 is below it + rho n / t^2.

    z_i = u(t x_i0) and z^2 p (1 - p) < 1 for every z, with p = sigmoid(z); t^2 = rho n / (m - penalty)
    """
    if form.margin is None:
        return None
    slope = squared(replaced(form.margin, form.core, t.ONE), signs_of(form.draft))
    if t.free_indices(slope):
        return None
    other, (index, size) = spare(form.draft, "m"), form.row
    room = t.sub(Sym(other), form.penalty)
    larger = f"(positive {t.render(room)})"
    lines, shown = opened(form, f"(real {other})", larger)
    count = Dim(size) if isinstance(size, str) else t.number(size)
    rate = t.mul(t.power(slope, -1), form.scale, count, t.power(room, -1))
    if find_sign(lines, rate, strict=True) is None:
        return None
    step = t.power(rate, Fraction(1, 2))
    z = replaced(form.margin, form.core, t.mul(Sym(form.matrix, (index, 0)), step))
    p = t.fn("sigmoid", z)
    below = t.sub(t.ONE, t.mul(t.power(z, 2), p, t.sub(t.ONE, p)))
    fact = positive(lines, "range", [], below, fact="sigmoid_tail", at=t.render(z))
    share = t.mul(room, t.power(count, -1))
    sign = find_sign(lines, share, strict=True)
    each = positive(lines, "product", [sign or 0, fact], t.mul(share, below))
    whole = positive(lines, "sum", [each], Sum(index, size, t.mul(share, below)))
    claim = f"(loss not_strongly_convex {other})"
    (j,) = free_places(form)
    point, along = family((j,), t.mul(step, Delta(j, 0))), family((j,), Delta(j, 0))
    lines.add("beyond", [shown, whole], claim, point={form.parameter: point}, direction={form.parameter: along})
    return lines.part(claim)
