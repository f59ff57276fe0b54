"""Sums of phi(u_i), u_i = a_i x_i.w + b_i, where phi bends down far from 0: not convex unless X = 0.

    f'' along x_k at t x_k = sum_i a_i^2 c_i^2 phi''(u_i) < 0,   c_i = x_i.x_k,   for t so large that no c_i t is small

The even part of phi will do where all b_i are 0: phi''(u) + phi''(-u) < 0. With an intercept nothing is asked of X.
"""

from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.far import FarOut
from symconvex.drafting.draft import Draft
from symconvex.drafting.far_gains import apart, evenly, still, summed_up
from symconvex.drafting.farness import FarPoint, outside
from symconvex.drafting.lines import Alternatives, Lines
from symconvex.drafting.outside import bound_of, everywhere, jump_of, mirrored, regions, squares_in
from symconvex.drafting.points import Point, is_numeric, loss_at, simplified, unshadowed, zeros
from symconvex.drafting.profile import (
    Z,
    slope,
)
from symconvex.drafting.ridges import RidgeSum, find_ridge, ways
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.squares import find_squares
from symconvex.drafting.vanishing import affine_without
from symconvex.kernel import term as t
from symconvex.kernel.term import Num, Sum, Sym, Term


def find(draft: Draft) -> Finding | None:
    if is_numeric(draft) or draft.domain or not draft.data:
        return None
    ridge = find_ridge(draft)
    if ridge is None:
        return None
    for speed, way, sample in ways(draft, ridge):
        finding = attempt(draft, ridge, speed, way, sample)
        if finding is not None:
            return finding
    return None


def attempt(draft: Draft, ridge: RidgeSum, speed: Term, way: Point, sample: tuple[str, str] | None) -> Finding | None:
    """Down far out along a direction; the even part of phi where phi alone does not bend down on both sides."""
    bend, even = slope(slope(ridge.phi)), jump_of(ridge.phi)
    rising = ridge.start != t.ZERO and squares_in(ridge.phi) is not None
    high = Fraction(1) if rising else bound_of(even) if ridge.start == t.ZERO else None
    for both in (True,) if ridge.labels else (False, True):
        down = t.neg(t.add(bend, mirrored(bend)) if both else bend)
        low = bound_of(down) if not both or ridge.start == t.ZERO else None
        if low is None:
            continue
        far = far_of(draft, ridge, speed, sample, max(low, high or low))
        if not bends_down(far, ridge, down, way, both=both):
            continue
        kind = "square" if rising else "even" if high is not None else ""
        told = told_of(far, ridge, way, both=both, rising=kind if rises(far, ridge, way, kind) else "", sample=sample)
        return finished(far, told)
    return None


def told_of(
    far: FarPoint, ridge: RidgeSum, way: Point, *, both: bool, rising: str, sample: tuple[str, str] | None
) -> FarOut:
    """The argument, with a letter for the variable."""
    draft = far.lines.draft
    letter = next(x for x in "zsrqu" if x not in {*draft.data, *draft.parameters, *draft.sizes()} or x == "u")
    phi, moved = t.substitute(ridge.phi, {Z.name: ((), Sym(letter))}), next(n for n, f in way.items() if f[1] != t.ZERO)
    return FarOut(
        ridge.index, ridge.factor, phi, letter, ridge.slope, ridge.square, ridge.start,
        far.speed, far.need, far.bound, moved, both, rising, ridge.labels, sample,
    )  # fmt: skip


def finished(far: FarPoint, told: FarOut) -> Finding:
    """With what the loss is where the data are zero, the exact conditions."""
    words = ["convex", *(["concave"] if told.rising else [])]
    part, draft = far.lines.part(*(say.loss(f"not_{word}") for word in words)), far.lines.draft
    zero = None if told.sample is None else affine_without(draft, told.sample[0])
    if told.sample is None or zero is None:
        return Finding((part,), told)
    tree = Alternatives(say.is_zero(told.sample[0]), say.is_nonzero(*told.sample), 1, 0)
    return Finding((part, zero), told, exact=dict.fromkeys(words, tree))


def far_of(draft: Draft, ridge: RidgeSum, speed: Term, sample: tuple[str, str] | None, bound: Fraction) -> FarPoint:
    other = draft.index(ridge.size, {ridge.index, *draft.bound(), *(sample[1:] if sample else ())}, hint="")
    lines = Lines(draft, given=() if sample is None else (say.is_nonzero(*sample),))
    return FarPoint(lines, ridge.index, ridge.size, ridge.slope, ridge.square, ridge.start, speed, other, bound)


def bends_down(far: FarPoint, ridge: RidgeSum, function: Term, way: Point, *, both: bool) -> bool:
    """The lines down to (loss not_convex); the function is -phi'', or that and the same at -z."""
    lines, draft = far.lines, far.lines.draft
    parts = regions(far.lines, function, far.bound)
    scale = find_sign(lines, ridge.factor, strict=True)
    if parts is None or scale is None or not show_defined(lines, draft.loss):
        return False
    number = far.read(1, outside(lines, parts, far.bound))
    if number is None:
        return False
    term = t.mul(ridge.factor, Num(ridge.square), t.power(far.speed, 2), lines.term(number))
    q = lines.constant(say.positive(Num(ridge.square)))
    with lines.assuming(*far.given):
        moved = lines.fact("assumed", far.moving) if far.moving else lines.constant(say.positive(t.power(far.speed, 2)))
        strict = lines.combine([[scale, q, moved, number]], say.positive(term))
    rest = strict if far.moving is None else still(far, function, scale, q, term)
    total = None if rest is None else summed_up(far, strict, rest, term)
    squares = find_squares(draft)
    if total is None or squares is None:
        return False
    shown = lines.differentiate(say.curvature(t.add(*(s.form for s in squares))))
    points = [stretched(way, t.mul(t.number(s), far.time)) for s in ((1, -1) if both else (1,))]
    gaps = [bend_gap(lines, shown, point, way) for point in points]
    lines.refute(gaps, total, say.loss("not_convex"))
    return True


def stretched(way: Point, by: Term) -> Point:
    """A direction times a number."""
    return {name: (places, t.mul(by, value)) for name, (places, value) in way.items()}


def bend_gap(lines: Lines, shown: int, point: Point, way: Point) -> int:
    """The line -f'' <= 0 at a point."""
    curved, moved = lines.term(shown), {f"{name}'": family for name, family in way.items()}
    there = unshadowed(lines.draft, simplified(t.substitute(curved, {**point, **moved})))
    show_defined(lines, there)
    return lines.at_point([shown], say.gap("convex", t.neg(there)), point, way)


def rises(far: FarPoint, ridge: RidgeSum, way: Point, kind: str) -> bool:
    """The lines down to (loss not_concave): bounded below, and above its value at 0 far out on both sides."""
    lines, draft = far.lines, far.lines.draft
    scale = find_sign(lines, ridge.factor, strict=True)
    below = None if scale is None else lower_bound(lines, ridge, scale)
    ways = {"even": lambda: evenly(far, jump_of(ridge.phi)), "square": lambda: apart(far, ridge)}
    body = ways[kind]() if below is not None and kind else None
    if below is None or scale is None or body is None:
        return False
    strict, rest, gain = body
    term = t.mul(ridge.factor, gain)
    with lines.assuming(*far.given):
        positive = lines.combine([[scale, strict]], say.positive(term))
    with lines.assuming(*([] if kind == "even" or far.moving is None else [far.still])):
        nonneg = positive if far.moving is None else lines.combine([[scale, rest]], say.nonneg(term))
    total = summed_up(far, positive, nonneg, term)
    if total is None:
        return False
    base, gaps = zeros(draft), list[int]()
    for side in (1, -1):
        along = stretched(way, t.mul(t.number(side), far.time))
        gap = t.sub(loss_at(draft, along), loss_at(draft, base))
        show_defined(lines, gap)
        gaps.append(lines.flat(say.gap("concave", gap), along, base, bound=below))
    lines.refute(gaps, total, say.loss("not_concave"))
    return True


def lower_bound(lines: Lines, ridge: RidgeSum, scale: int) -> int | None:
    """The line f + a constant >= 0."""
    if ridge.labels:
        return find_sign(lines, lines.draft.loss, strict=False)
    u = t.add(t.mul(ridge.slope, ridge.core), ridge.start)
    for constant in (t.ZERO, t.ONE, t.number(2)):
        above = t.add(ridge.phi, constant)
        line, here = everywhere(lines, above), t.substitute(above, {Z.name: ((), u)})
        if line is not None and show_defined(lines, here):
            read = lines.instance(line, say.sign(lines.kind(line), here), Z.name, u)
            term = t.mul(ridge.factor, here)
            each = lines.combine([[scale, read]], say.nonneg(term))
            return lines.summed(each, say.nonneg(Sum(ridge.index, ridge.size, term)))
    return None


DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}

RULE = Rule(
    name="far-along-data",
    find=find,
    cost=9,
    source="Boyd & Vandenberghe 2004, section 3.1.4 (second-order condition)",
    accepts=(
        Example("sum(log(1 + (X@w + b - y)**2))", "w, b", "neither", shapes=DATA),
        Example("mean((1 - sigmoid(y*b))**3*softplus(-y*b))", "b", "neither", shapes={"y": ("n",)}, sets={"y": "sign"}),
    ),
    rejects=(Example("sum(log(cosh(X@w - y)))", "w", "convex", shapes=DATA),),
)
