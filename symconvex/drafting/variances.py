"""Curvatures that are variances: log-sum-exp, its perspective, weighted geometric means.

    log sum_k W_k exp(a_k)        1/2 sum_k sum_l p_k p_l (a_k' - a_l')^2
    t log sum_k W_k exp(a_k/t)    t/2 sum_k sum_l p_k p_l ((a_k/t)' - (a_l/t)')^2
    G = exp sum_k c_k log b_k     -G (1/2 sum_k sum_l c_k c_l (u_k - u_l)^2 + (1 - sum c) sum_k c_k u_k^2)

Here p_k is W_k exp(a_k), or W_k exp(a_k/t), over the sum of all, and u_k = b_k'/b_k.
By Lagrange's identity, sum p sum p u^2 - (sum p u)^2 = 1/2 sum_k sum_l p_k p_l (u_k - u_l)^2.

Source   Boyd & Vandenberghe 2004, sections 3.1.5 and 3.2.6
"""

from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.draft import Draft
from symconvex.drafting.means import pushed
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.profile import Binders, Piece, degree, directed, factors, is_affine, mentions, summands
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.term import Budget, Fn, Num, Sum, Term

WORK = 300_000
HALF = Num(Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Majorant:
    """sum over binders of weight * core(v)^2, and by how much it is more than a variance.

    Var u <= 1/2 sum_k u_k^2: they differ by 1/2 sum_{k != l} p_k p_l (u_k + u_l)^2 + 1/2 sum_k (1 - 2 p_k)^2 u_k^2
    """

    binders: Binders
    weight: Term
    core: Term
    room: Term


@dataclass(frozen=True, slots=True)
class Variance:
    """sum over binders of factor/2 * sum_k sum_l p_k p_l (u_k - u_l)^2; of log-sum-exp with what it is within."""

    binders: Binders
    form: Term
    within: Majorant | None = None


def summed(binders: Binders, body: Term) -> Term:
    """The body under its sums."""
    for index, size in reversed(binders):
        body = Sum(index, size, body)
    return body


def find_variance(draft: Draft, piece: Piece) -> Variance | None:
    """The curvature of a piece of one of these shapes."""
    names = frozenset(draft.parameters)
    match piece.leaf:
        case Fn("log", (total,)):
            form = _of_exponentials(draft, total, names)
        case Fn("exp", (u,)):
            form = _of_geometric_mean(draft, piece.leaf, u, names)
        case t.Mul(args):
            form = _of_perspective(draft, args, names)
        case _:
            return None
    if form is None:
        return None
    within = _within(draft, piece, names)
    return Variance(piece.binders, summed(piece.binders, _inside(form, piece.factor)), within)


def _within(draft: Draft, piece: Piece, names: frozenset[str]) -> Majorant | None:
    """The squares of all a_k' that log sum_k W_k exp(a_k) lies within."""
    match piece.leaf:
        case Fn("log", (total,)):
            inner, a = _exponentials(total, names)
        case _:
            return None
    if inner is None or a is None:
        return None
    core = t.add(*(part for part in summands(a) if degree(part, names) != (0, 0)))
    k, half, u = inner.index, t.mul(piece.factor, HALF), directed(core, names)
    left, right = draft.index(inner.size, hint="l"), draft.index(inner.size, hint="r")
    shares = [t.reindex(inner.body, {k: other}) for other in (left, right)]
    both = t.mul(t.sub(t.ONE, t.Delta(left, right)), t.add(t.reindex(u, {k: left}), t.reindex(u, {k: right})))
    alone = t.mul(t.sub(t.ONE, t.mul(t.number(2), shares[0], t.power(total, -1))), t.reindex(u, {k: left}))
    pairs = Sum(right, inner.size, t.mul(half, *shares, t.power(total, -2), *_squared(both)))
    room = t.add(Sum(left, inner.size, pairs), Sum(left, inner.size, t.mul(half, *_squared(alone))))
    binders = (*piece.binders, (left, inner.size))
    return Majorant(binders, half, t.reindex(core, {k: left}), summed(piece.binders, room))


def _squared(product: Term) -> list[Term]:
    return [t.power(factor, 2) for factor in factors(product)]


def _inside(form: Term, factor: Term) -> Term:
    """The factor times the form, under its sums."""
    match form:
        case t.Add(args):
            return t.add(*(_inside(arg, factor) for arg in args))
        case Sum(index, size, body):
            return Sum(index, size, _inside(body, factor))
    return t.mul(factor, form)


def _of_exponentials(draft: Draft, total: Term, names: frozenset[str]) -> Term | None:
    """log sum_k W_k exp(a_k) with a_k affine in the parameters."""
    inner, a = _exponentials(total, names)
    if inner is None or a is None or not is_affine(a, names):
        return None
    return _scattered(draft, inner, inner.body, _linear_part(a, names), HALF, t.power(total, -2))


def _of_perspective(draft: Draft, args: tuple[Term, ...], names: frozenset[str]) -> Term | None:
    """t log sum_k W_k exp(a_k/t) with t and a_k affine."""
    (scale, *others) = sorted(args, key=lambda arg: not is_affine(arg, names))
    moving = [part for other in others for part in summands(other) if mentions(part, names)]
    match moving:
        case [Fn("log", (total,))] if len(others) == 1:
            inner, a = _exponentials(total, names)
        case _:
            return None
    if inner is None or a is None or not is_affine(scale, names):
        return None
    slope = derivative(a, {name: f"{name}'" for name in names}, Budget(WORK))
    return _scattered(draft, inner, inner.body, slope, t.mul(HALF, scale), t.power(total, -2))


def _exponentials(total: Term, names: frozenset[str]) -> tuple[Sum | None, Term | None]:
    """The sum of W_k exp(a_k) with its factors inside, W_k free of the parameters, and a_k."""
    inner = pushed(total, names)
    if not isinstance(inner, Sum):
        return None, None
    found = [factor for factor in factors(inner.body) if isinstance(factor, Fn) and factor.name == "exp"]
    weight = t.mul(*(factor for factor in factors(inner.body) if factor not in found))
    return inner, found[0].args[0] if len(found) == 1 and not mentions(weight, names) else None


def _of_geometric_mean(draft: Draft, whole: Term, u: Term, names: frozenset[str]) -> Term | None:
    """exp of a number and sum_k c_k log b_k, with b_k affine and c_k free of the parameters."""
    moving = [part for part in summands(u) if mentions(part, names)]
    if len(moving) != 1:
        return None
    outside = t.mul(*(factor for factor in factors(moving[0]) if not isinstance(factor, Sum)))
    match [factor for factor in factors(moving[0]) if isinstance(factor, Sum)]:
        case [Sum(k, size, body)] if not mentions(outside, names):
            logs = [f for f in factors(body) if mentions(f, names)]
        case _:
            return None
    match logs:
        case [Fn("log", (b,))] if is_affine(b, names):
            share = t.mul(outside, *(f for f in factors(body) if f not in logs))
        case _:
            return None
    slope = t.mul(_linear_part(b, names), t.power(b, -1))
    apart = _scattered(draft, Sum(k, size, share), share, slope, Num(-HALF.value), whole)
    rest = t.sub(t.ONE, Sum(k, size, share))
    if not normal_of(draft).poly(rest):
        return apart
    place = draft.index(size, hint="l")
    each = t.reindex(t.mul(share, t.power(slope, 2)), {k: place})
    return t.add(apart, Sum(place, size, t.mul(Num(Fraction(-1)), rest, whole, each)))


def _scattered(draft: Draft, total: Sum, share: Term, slope: Term, before: Term, after: Term) -> Term:
    """sum_l sum_r before p_l p_r after (u_l - u_r)^2"""
    k, size = total.index, total.size
    left, right = draft.index(size, hint="l"), draft.index(size, hint="r")
    gap = t.sub(t.reindex(slope, {k: left}), t.reindex(slope, {k: right}))
    fixed = [factor for factor in factors(share) if k not in t.free_indices(factor)]
    moving = t.mul(*(factor for factor in factors(share) if factor not in fixed))
    shares = [*(t.power(f, 2) for f in fixed), *(t.reindex(moving, {k: other}) for other in (left, right))]
    return Sum(left, size, Sum(right, size, t.mul(before, *shares, after, t.power(gap, 2))))


def _linear_part(a: Term, names: frozenset[str]) -> Term:
    """The affine term at the direction, constants dropped."""
    return t.add(*(directed(part, names) for part in summands(a) if degree(part, names) != (0, 0)))
