"""Strictness and constants of a loss whose curvature is a sum of weighted squares.

definite    some square has a weight > 0 and a form that vanishes only at v = 0
modulus     the weight of sum_j v_j^2, when it is a constant
smoothness  bounds on the weights, with lambda_max(X'X) for the data
"""

import dataclasses
from collections.abc import Sequence
from fractions import Fraction

from symconvex.drafting.arguments.squares import Bound
from symconvex.drafting.blockwise import find_blockwise
from symconvex.drafting.draft import MADE, Draft, places_of
from symconvex.drafting.intercepts import find_intercept
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import definite, injective, nonneg, null, positive, spectral
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.kinked.beyond import find_strict
from symconvex.drafting.labels import positive_weight
from symconvex.drafting.lines import Lines, PartDraft, finish
from symconvex.drafting.points import loss_at
from symconvex.drafting.profile import directed, factors, mentions, summands
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.squares import Square, Summand
from symconvex.drafting.tops import find_top
from symconvex.drafting.variances import Majorant
from symconvex.kernel import term as t
from symconvex.kernel.check import Accepted, check
from symconvex.kernel.term import Add, Family, Fn, Index, Malformed, Mul, Num, Pow, Sum, Sym, Term

QUARTER, HALF = Num(Fraction(1, 4)), Fraction(1, 2)
LARGEST = Sym(f"{MADE}L")


def find_constants(lines: Lines, squares: Sequence[Summand], curvature: Term) -> tuple[PartDraft, ...]:
    """The part that shows the loss convex, and what else can be said: strictness, modulus, smoothness."""
    claims = [claim("convex")]
    several = len(lines.draft.parameters) > 1
    strict, modulus = (find_blockwise if several else find_modulus)(lines, squares, curvature)
    if strict:
        claims.append(claim("strictly_convex"))
    if modulus is not None:
        claims.append(claim("strongly_convex", modulus))
    parts = [lines.part(*claims)]
    if not strict:
        draft = lines.draft
        parts += find_rank_condition(draft, squares, curvature) or find_gauge(draft) or find_strict(draft)
    bound = find_smoothness(lines.draft, squares, curvature)
    return (*parts, *([] if bound is None else [bound]))


def find_modulus(lines: Lines, squares: Sequence[Summand], curvature: Term) -> tuple[bool, Term | None]:
    """A square over every entry of the one parameter, with a positive weight: strict; constant: the modulus."""
    shown = lines.known[bends(curvature)]
    for square in squares:
        if not isinstance(square, Square) or not is_entrywise(lines.draft, square):
            continue
        weight = find_sign(lines, square.weight, strict=True)
        if weight is None:
            continue
        ((name, _),) = lines.draft.parameters.items()
        number = lines.definite([weight], definite(square.form), [(name, "", [i for i, _ in square.binders])])
        rest = [find_sign(lines, other.form, strict=False) for other in squares if other is not square]
        if any(r is None for r in rest):
            continue
        whole = lines.total([number, *(r for r in rest if r)], definite(curvature))
        lines.curvature([shown, whole], claim("strictly_convex"))
        return True, _modulus(lines, square, curvature, [r for r in rest if r], shown)
    return False, None


def _modulus(lines: Lines, square: Square, curvature: Term, rest: list[int], shown: int) -> Term | None:
    """The summands of a weight that do not move, when the others are >= 0."""
    names, left, weight = frozenset(lines.draft.parameters), [*rest], square.weight
    moving = [part for part in summands(weight) if mentions(part, names) or t.free_indices(part)]
    fixed = t.add(*(part for part in summands(weight) if part not in moving)) if moving else weight
    above = None if fixed == t.ZERO else find_sign(lines, fixed, strict=True)
    if above is None:
        return None
    if moving:
        more = find_sign(lines, dataclasses.replace(square, weight=t.add(*moving)).form, strict=False)
        if more is None:
            return None
        left.append(more)
    gives = nonneg(t.sub(curvature, t.mul(fixed, squared_norm(lines.draft))))
    lines.curvature(
        [shown, above, lines.total(left, gives) if left else lines.constant(gives)], claim("strongly_convex", fixed)
    )
    return fixed


def squared_norm(draft: Draft) -> Term:
    """|v|^2 over all parameters."""
    total = []
    for name, shape in draft.parameters.items():
        taken: list[str] = []
        for size in shape:
            taken.append(draft.index(size, taken))
        body: Term = t.power(Sym(f"{name}'", tuple(taken)), 2)
        for index, size in reversed(list(zip(taken, shape, strict=True))):
            body = Sum(index, size, body)
        total.append(body)
    return t.add(*total)


def is_entrywise(draft: Draft, square: Summand) -> bool:
    """Does the square run over every entry of the only parameter?"""
    if len(draft.parameters) != 1 or not isinstance(square, Square) or not isinstance(square.core, Sym):
        return False
    return square.core.indices == tuple(index for index, _ in square.binders)


def matrix_of(draft: Draft, core: Term) -> tuple[str, tuple[Index, ...]] | None:
    """(X, (i, j)) when the core is sum_j X[i,j] w[j] for the only parameter, a vector w."""
    found = image_of(draft, core)
    return found if found is not None and len(found[1]) == 2 else None


def image_of(draft: Draft, core: Term) -> tuple[str, tuple[Index, ...]] | None:
    """(X, (i, j, k, ...)) when the core is sum_j X[i,j] w[j,k,...] for the only parameter w."""
    match core:
        case Sum(j, _, Mul((Sym(a, ai), Sym(b, bi)))):
            x, xi, w, wi = (a, ai, b, bi) if b in draft.parameters else (b, bi, a, ai)
            fits = wi[:1] == (j,) and len({*wi, *xi}) == len(wi) + 1
            if x in draft.data and list(draft.parameters) == [w] and fits and len(xi) == 2 and xi[1] == j:
                return x, (*xi, *wi[1:])
    return None


def row_of(draft: Draft, core: Term) -> tuple[str, tuple[Index, ...], tuple[Index, ...]] | None:
    """(X, (i, k, ...), indices of w) when the core is sum_j X[i,j] w[k,..,j,..], w the parameter, j at any place."""
    match core:
        case Sum(j, _, Mul((Sym(a, ai), Sym(b, bi)))):
            x, xi, w, wi = (a, ai, b, bi) if b in draft.parameters else (b, bi, a, ai)
            fits = j in wi and len({*wi, *xi}) == len(wi) + 1
            if x in draft.data and list(draft.parameters) == [w] and fits and len(xi) == 2 and xi[1] == j:
                return x, (xi[0], *(k for k in wi if k != j)), wi
    return None


def is_over(square: Square, indices: tuple[Index, ...]) -> bool:
    """Is the square summed over the rows of X, and then over the further places of the parameter?"""
    return tuple(i for i, _ in square.binders) == (indices[0], *indices[2:])


def find_rank_condition(draft: Draft, squares: Sequence[Summand], curvature: Term) -> list[PartDraft]:
    """Strict when X has full column rank; and not strict otherwise, when the curvature speaks of X alone."""
    if len(draft.parameters) == 2:
        return find_intercept(draft, squares, curvature)
    for square in squares:
        match = image_of(draft, square.core) if isinstance(square, Square) else None
        if not isinstance(square, Square) or match is None or not is_over(square, match[1]):
            continue
        x, indices = match
        strict = _strict_part(draft, square, squares, curvature, x, indices)
        if strict is None:
            continue
        others = [image_of(draft, other.core) if isinstance(other, Square) else None for other in squares]
        alone, flat = all(other is not None and other[0] == x for other in others), _flat_part(draft, x)
        return [strict, *([flat] if (alone and not draft.domain) or holds(draft, flat) else [])]
    return []


def _strict_part(
    draft: Draft,
    square: Square,
    squares: Sequence[Summand],
    curvature: Term,
    x: str,
    indices: tuple[Index, ...],
) -> PartDraft | None:
    lines = Lines(draft, given=(injective(x),))
    show_defined(lines, draft.loss)
    shown = lines.differentiate(bends(curvature))
    weight = positive_weight(lines, square.weight)
    rest = [find_sign(lines, s.form, strict=False) for s in squares if s is not square]
    if weight is None or any(r is None for r in rest) or mentions_step(curvature):
        return None
    ((name, _),) = draft.parameters.items()
    number = lines.definite([weight], definite(square.form), [(name, x, [str(i) for i in indices])])
    if rest:
        number = lines.total([number, *(r for r in rest if r)], definite(curvature))
    lines.curvature([shown, number], claim("strictly_convex"))
    return lines.part(claim("strictly_convex"))


def mentions_step(term: Term) -> bool:
    """Does the term jump?"""
    return any(isinstance(p, Fn) and p.name == "step" for p in t.subterms(term))


def _flat_part(draft: Draft, x: str) -> PartDraft:
    """X u = 0 for some u other than zero: the loss is the same at 0, u and 2 u."""
    ((name, _),) = draft.parameters.items()
    u, (j, *rest) = f"{MADE}u", places_of(draft, name)
    lines = Lines(draft, given=(null(x, u),))
    show_defined(lines, draft.loss)
    length = Sum(j, draft.data[x][1], t.power(Sym(u, (j,)), 2))
    along = t.mul(Sym(u, (j,)), *(t.Delta(k, 0) for k in rest))
    return _level_part(lines, name, ((j, *rest), along), lines.fact("spectrum", positive(length)))


def find_gauge(draft: Draft) -> list[PartDraft]:
    """A matrix parameter under log-sum-exp: adding the same row to every row may change the loss by a constant."""
    if len(draft.parameters) != 1:
        return []
    ((name, shape),) = draft.parameters.items()
    if len(shape) != 2 or not any(isinstance(p, Fn) and p.name == "log" for p in t.subterms(draft.loss)):
        return []
    k, j = draft.index(shape[0]), draft.index(shape[1], {draft.index(shape[0])})
    lines = Lines(draft)
    show_defined(lines, draft.loss)
    rows = t.Dim(shape[0])
    part = _level_part(lines, name, ((k, j), t.Delta(j, 0)), find_sign(lines, rows, strict=True) or 0)
    return [part] if holds(draft, part) else []


def holds(draft: Draft, *parts: PartDraft) -> bool:
    """Does the kernel accept these parts, for all data? One that it does not would spoil the whole certificate."""
    free = dataclasses.replace(draft, problem=dataclasses.replace(draft.problem, values={}))
    try:
        certificate = finish(free, parts, {})
        return certificate is not None and isinstance(check(certificate), Accepted)
    except Malformed:  # an exponent too large, a curved condition without a proof yet, or a loss for every place
        return False


def _level_part(lines: Lines, name: str, along: Family, length: int) -> PartDraft:
    """The loss at `along` is the mean of its values at 0 and at 2 along, which differ: not strictly convex.

    With a domain, whose terms do not change in this direction either, it is so from every point of it.

    length    the line |along|^2 > 0
    """
    draft, (places, value) = lines.draft, along
    here: Term = Sym(name, places) if draft.domain else t.ZERO
    start, middle, end = ({name: (places, t.add(here, t.mul(t.number(k), value)))} for k in (0, 1, 2))
    losses = [loss_at(draft, point) for point in (start, middle, end)]
    for term in losses:
        show_defined(lines, term)
    inside = [lines.fact("domain", entry) for entry in draft.domain]
    level = lines.constant(nonneg(t.ZERO))
    four = lines.constant(positive(t.number(4)))
    apart = lines.product([four, length], positive(t.mul(t.number(4), lines.term(length))))
    lines.chord(claim("not_strictly_convex"), [start, end], [*inside, *inside, level, apart])
    return lines.part(claim("not_strictly_convex"))


# ---- smoothness ---------------------------------------------------------------------------------


def find_smoothness(draft: Draft, squares: Sequence[Summand], curvature: Term) -> PartDraft | None:
    """L with curvature <= L |v|^2: constant bounds on the weights, lambda_max for squares of X v."""
    if draft.domain:
        return None
    known = [s if isinstance(s, Square) else s.within for s in squares]
    matrices = {m[0] for s in known if s is not None and (m := row_of(draft, s.core)) is not None}
    if len(matrices) > 1 or len(draft.parameters) != 1:
        return None
    lines = Lines(draft, given=tuple(spectral(LARGEST.name, x) for x in matrices))
    show_defined(lines, draft.loss)
    shown = lines.differentiate(bends(curvature))
    sign = find_sign(lines, curvature, strict=False)
    bounds, gaps = [], []
    for square in squares:
        found = _bounded(lines, square)
        if found is None:
            return None
        bounds.append(found[0])
        gaps += found[1]
    constant = t.add(*bounds)
    left = lines.total(gaps, nonneg(t.sub(t.mul(constant, squared_norm(draft)), curvature)))
    lines.curvature([shown, left, sign or 0], claim("smooth", constant))
    return lines.part(claim("smooth", constant))


def _bounded(lines: Lines, summand: Summand) -> tuple[Term, list[int]] | None:
    """The constant for one square or variance, and the lines that show constant |v|^2 - square >= 0."""
    within = summand if isinstance(summand, Square) else summand.within
    if within is None:
        return None
    known = weight_bound(lines.draft, within.weight)
    found = find_top(lines, within.weight) if known is None else (known[0].value, known[1])
    if found is None:
        return None
    square = Square(within.binders, within.weight, within.core, frozenset(lines.draft.parameters))
    bound, gap = found
    form = t.power(directed(square.core, square.names), 2)
    left = t.mul(gap, form)
    for index, size in reversed(square.binders):
        left = Sum(index, size, left)
    shown = find_sign(lines, within.room if isinstance(within, Majorant) else left, strict=False)
    if shown is None:
        return None
    if is_entrywise(lines.draft, square):
        return bound, [shown]
    match = row_of(lines.draft, square.core)
    if match is None or tuple(i for i, _ in square.binders) != match[1]:
        return None
    ((name, _),) = lines.draft.parameters.items()
    whole: Term = form
    for index, size in reversed(square.binders):
        whole = Sum(index, size, whole)
    room = t.sub(t.mul(LARGEST, squared_norm(lines.draft)), whole)
    entry = Sym(f"{name}'", match[2])
    given = lines.fact("spectrum", nonneg(room), entry)
    sign = find_sign(lines, bound, strict=False)
    if sign is None:
        return None
    number = lines.product([sign, given], nonneg(t.mul(bound, room)))
    return t.mul(bound, LARGEST), [shown, number]


def weight_bound(draft: Draft, weight: Term) -> tuple[Bound, Term] | None:
    """A constant B >= weight, and B - weight in a form whose sign shows."""
    names = frozenset(draft.parameters)
    if not mentions(weight, names) and not t.free_indices(weight):
        return Bound(weight, "constant", weight), t.ZERO
    fixed = [f for f in factors(weight) if not mentions(f, names) and not t.free_indices(f)]
    moving = [f for f in factors(weight) if f not in fixed]
    scale = t.mul(*fixed)
    match moving:
        case [Fn("sigmoid", _) as p, Add((Num(_), Mul((Num(_), q))))] if p == q:
            half = t.sub(p, Num(Fraction(1, 2)))
            return Bound(t.mul(scale, QUARTER), "logistic", p), t.mul(scale, t.power(half, 2))
        case [Add((Num(one), Mul((Num(minus), Pow(Fn("tanh", _) as h, e)))))] if one == 1 and minus == -1 and e == 2:
            return Bound(scale, "tanh", h), t.mul(scale, t.power(h, 2))
        case [Fn("step", _) as s]:
            return Bound(scale, "step", s), t.mul(scale, t.sub(t.ONE, s))
        case [Add((Num(one), *steps)) as s] if one == 1 and all(_is_negative_step(s) for s in steps):
            return Bound(scale, "steps", s), t.mul(scale, t.add(*(t.neg(s) for s in steps)))
    return None


def _is_negative_step(term: Term) -> bool:
    match term:
        case Mul((Num(minus), Fn("step", _))):
            return minus == -1
    return False
