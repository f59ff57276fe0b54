"""A product of two arrays that are kept positive, fitted to any targets: far out, one up and one down bends down.

f = c sum_ij (sum_r U_ir V_rj - A_ij)^2,   V = 1,  U_ir = 1 + sum_j A_ij^2,  so P_ij = k U_ir > A_ij

along (U, -V):   f'' = -4c sum_ij P_ij (P_ij - A_ij) < 0,      along (U, 0):   f'' = 2c sum_ij P_ij^2 > 0
"""

from dataclasses import replace
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


def find(draft: Draft) -> Finding | None:
    fit = find_fit(draft)
    if fit is None or fit.kind != "squared" or not draft.domain or is_numeric(draft) or len(fit.binders) != 2:
        return None
    fit = turned(fit)
    match fit.prediction:
        case Sum(inner, size, t.Mul((Sym(u, at), Sym(v, there)))) if {u, v} == set(draft.parameters) and u != v:
            pass
        case _:
            return None
    (i, rows), (j, columns) = fit.binders
    if i not in at:
        u, at, v, there = v, there, u, at
    if {*at} != {i, inner} or {*there} != {j, inner}:
        return None
    other = draft.index(columns, {i, j, inner, *draft.bound()})
    large = t.add(t.ONE, Sum(other, columns, t.reindex(t.power(fit.target, 2), {j: other})))
    point: Point = {u: (tuple(map(str, at)), large), v: (tuple(map(str, there)), t.ONE)}
    lines = Lines(draft)
    curved = curvature_of(fit, (u, at), (v, there), (inner, size))
    scale = find_sign(lines, fit.factor, strict=True)
    inside = [find_sign(lines, t.substitute(entry.term or t.ZERO, point), strict=True) for entry in draft.domain]
    if scale is None or None in inside or not show_defined(lines, draft.loss):
        return None
    shown = lines.differentiate(say.curvature(curved))
    product = t.mul(Dim(size), large)
    ways: dict[str, tuple[Point, int | None, int]] = {
        "convex": ({**point, v: (point[v][0], t.number(-1))}, overshoot(lines, fit, product, size, other), 4),
        "concave": ({**point, v: (point[v][0], t.ZERO)}, find_sign(lines, t.power(product, 2), strict=True), 2),
    }
    for word, (way, line, number) in ways.items():
        if line is None:
            return None
        body = lines.term(line)
        each = lines.summed(line, say.positive(Sum(j, columns, body))) if word == "concave" else line
        total = lines.summed(each, say.positive(Sum(i, rows, lines.term(each))))
        times = lines.constant(say.positive(t.number(number)))
        whole = t.mul(t.number(number), fit.factor, lines.term(total))
        positive = lines.product([times, scale, total], say.positive(whole))
        uses = [shown, *(line for line in inside if line is not None)]
        lines.refute([lines.at_point(uses, say.gap(word, whole), point, way)], positive, say.loss(f"not_{word}"))
    told = Opposed(fit, u, v, large, product)
    return Finding((lines.part(say.loss("not_convex"), say.loss("not_concave")),), told)


def turned(fit: Fit) -> Fit:
    """(A - P)^2 as (P - A)^2."""
    match fit.prediction:
        case t.Mul((Num(value), Sum() as product)) if value == -1:
            return replace(fit, prediction=product, target=t.neg(fit.target))
    return fit


def curvature_of(
    fit: Fit, left: tuple[str, tuple[t.Index, ...]], right: tuple[str, tuple[t.Index, ...]], inner: tuple[str, t.Size]
) -> Term:
    """2c sum_ij ((U'V + U V')^2 + 2 (UV - A) U'V')"""
    (u, at), (v, there) = left, right
    moved, fixed = (Sym(f"{u}'", at), Sym(f"{v}'", there)), (Sym(u, at), Sym(v, there))
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
POSITIVE = {"U": "positive", "V": "positive"}

RULE = Rule(
    name="positive-factors",
    find=find,
    cost=9,
    source="Boyd & Vandenberghe 2004, section 3.1.4 (second-order condition)",
    accepts=(Example("sum((U@V - A)**2)/2", "U, V", "neither", shapes=DATA, positive=("U", "V")),),
    rejects=(Example("sum((U@V - A)**2)", "U", "convex", shapes=DATA, positive=("U",)),),
)
