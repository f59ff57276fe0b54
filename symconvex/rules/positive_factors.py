"""A product of two arrays that are kept positive, fitted to any targets: far out, one up and one down bends down.

f = c sum_ij (sum_r U_ir V_rj - A_ij)^2,   V = 1,  U_ir = 1 + sum_j A_ij^2,  so P_ij = k U_ir > A_ij

along (U, -V):   f'' = -4c sum_ij P_ij (P_ij - A_ij) < 0,      along (U, 0):   f'' = 2c sum_ij P_ij^2 > 0
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.opposed import Opposed
from symconvex.drafting.draft import Draft
from symconvex.drafting.layers import Fit, find_fit
from symconvex.drafting.lines import Lines
from symconvex.drafting.points import Point, is_numeric
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.kernel import term as t
from symconvex.kernel.term import Dim, Num, Sum, Sym, Term

HALF = Num(Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class TwoFactors:
    """The prediction as sum_r U V, with the factor that has the row of the target first."""

    fit: Fit
    left: Sym
    right: Sym
    inner: str
    size: t.Size


def find(draft: Draft) -> Finding | None:
    factors = factors_of(draft)
    if factors is None:
        return None
    fit, u, v = factors.fit, factors.left, factors.right
    (i, _), (j, columns) = fit.binders
    other = draft.index(columns, {i, j, factors.inner, *draft.bound()})
    large = t.add(t.ONE, Sum(other, columns, t.reindex(t.power(fit.target, 2), {j: other})))
    point: Point = {u.name: (tuple(map(str, u.indices)), large), v.name: (tuple(map(str, v.indices)), t.ONE)}
    lines, product = Lines(draft), t.mul(Dim(factors.size), large)
    inside = [find_sign(lines, t.substitute(entry.term or t.ZERO, point), strict=True) for entry in draft.domain]
    if None in inside or not show_defined(lines, draft.loss):
        return None
    uses = [lines.differentiate(say.curvature(curvature_of(factors))), *(line for line in inside if line is not None)]
    squared = find_sign(lines, t.power(product, 2), strict=True)
    each = None if squared is None else lines.summed(squared, say.positive(Sum(j, columns, lines.term(squared))))
    lefts = {"convex": overshoot(lines, fit, product, factors.size, other), "concave": each}
    for word, (value, number) in {"convex": (t.number(-1), 4), "concave": (t.ZERO, 2)}.items():
        way = {**point, v.name: (point[v.name][0], value)}
        if not bent(lines, fit, word, uses, (point, way), lefts[word], number):
            return None
    told = Opposed(fit, u.name, v.name, large, product)
    return Finding((lines.part(say.loss("not_convex"), say.loss("not_concave")),), told)


def bent(
    lines: Lines, fit: Fit, word: str, uses: list[int], at: tuple[Point, Point], each: int | None, number: int
) -> bool:
    """The lines down to (loss not_convex): the second derivative is -number c sum_i of what a line shows to be > 0."""
    scale = find_sign(lines, fit.factor, strict=True)
    if scale is None or each is None:
        return False
    total = lines.summed(each, say.positive(Sum(*fit.binders[0], lines.term(each))))
    times = lines.constant(say.positive(t.number(number)))
    whole = t.mul(t.number(number), fit.factor, lines.term(total))
    positive = lines.product([times, scale, total], say.positive(whole))
    lines.refute([lines.at_point(uses, say.gap(word, whole), *at)], positive, say.loss(f"not_{word}"))
    return True


def factors_of(draft: Draft) -> TwoFactors | None:
    """Two parameters, each a matrix, in a fit on a domain."""
    fit = find_fit(draft)
    if fit is None or fit.kind != "squared" or not draft.domain or is_numeric(draft) or len(fit.binders) != 2:
        return None
    fit = turned(fit)
    i, j = (index for index, _ in fit.binders)
    match fit.prediction:
        case Sum(inner, size, t.Mul((Sym() as u, Sym() as v))) if {u.name, v.name} == set(draft.parameters):
            left, right = (u, v) if i in u.indices else (v, u)
            if ({*left.indices}, {*right.indices}) == ({i, inner}, {j, inner}):
                return TwoFactors(fit, left, right, inner, size)
    return None


def turned(fit: Fit) -> Fit:
    """(A - P)^2 as (P - A)^2."""
    match fit.prediction:
        case t.Mul((Num(value), Sum() as product)) if value == -1:
            return replace(fit, prediction=product, target=t.neg(fit.target))
    return fit


def curvature_of(factors: TwoFactors) -> Term:
    """2c sum_ij ((U'V + U V')^2 + 2 (UV - A) U'V')"""
    fit, fixed, inner = factors.fit, (factors.left, factors.right), (factors.inner, factors.size)
    moved = [Sym(f"{factor.name}'", factor.indices) for factor in fixed]
    slope = Sum(*inner, t.add(t.mul(moved[0], fixed[1]), t.mul(fixed[0], moved[1])))
    rest = t.mul(t.number(2), t.sub(fit.prediction, fit.target), Sum(*inner, t.mul(*moved)))
    body: Term = t.mul(t.number(2), fit.factor, t.add(t.power(slope, 2), rest))
    for index, size in reversed(fit.binders):
        body = Sum(index, size, body)
    return body


def overshoot(lines: Lines, fit: Fit, product: Term, size: t.Size, other: str) -> int | None:
    """P_i sum_j (P_i - A_ij) > 0, with P_i = k (1 + sum_j A_ij^2).

    The sum is sum_j ((k - 1) + (A_ij - 1/2)^2 + 3/4) + (d k - 1) sum_j A_ij^2
    """
    (j, columns), a = fit.binders[1], fit.target
    square = Sum(other, columns, t.reindex(t.power(a, 2), {j: other}))
    more = [lines.fact("size", say.nonneg(t.sub(Dim(s), t.ONE)), Dim(s)) for s in (size, columns) if isinstance(s, str)]
    first = find_sign(lines, product, strict=True)
    squares, k = find_sign(lines, square, strict=False), find_sign(lines, Dim(size), strict=True)
    if len(more) < 2 or first is None or squares is None or k is None:
        return None
    quarter = lines.constant(say.positive(Num(Fraction(3, 4))))
    each = t.add(t.sub(Dim(size), t.ONE), t.power(t.sub(a, HALF), 2), Num(Fraction(3, 4)))
    here = lines.combine([[more[0]], [t.sub(a, HALF)], [quarter]], say.positive(each))
    summed = lines.summed(here, say.positive(Sum(j, columns, each)))
    gap = Sum(j, columns, t.sub(product, a))
    above = lines.combine([[summed], [more[1], k, squares], [more[0], squares]], say.positive(gap))
    return lines.product([first, above], say.positive(t.mul(product, gap)))


DATA = {"A": ("n", "d"), "U": ("n", "k"), "V": ("k", "d")}

RULE = Rule(
    name="positive-factors",
    find=find,
    cost=9,
    source="Boyd & Vandenberghe 2004, section 3.1.4 (second-order condition)",
    accepts=(Example("sum((U@V - A)**2)/2", "U, V", "neither", shapes=DATA, positive=("U + 9", "V + 9")),),
    rejects=(Example("sum((U@V - A)**2)", "U", "convex", shapes=DATA, positive=("U + 9",)),),
)
