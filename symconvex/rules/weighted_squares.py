"""The second-order condition with the curvature written as a sum of weighted squares.

    f = sum_i c_i phi_i(a_i(w)):   curvature = sum_i c_i phi_i''(a_i) a_i(v)^2
    log sum_k exp(a_k):            curvature = 1/2 sum_k sum_l p_k p_l (a_k(v) - a_l(v))^2

Every weight is shown to have a sign. Strictness, modulus and smoothness constant come from the weights.
"""

from collections.abc import Iterable
from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Num, Sum, Term
from symconvex.rules._constants import find_constants
from symconvex.rules._draft import Draft, Lines
from symconvex.rules._exactness import find_exactness
from symconvex.rules._profile import (
    Binders,
    Piece,
    Z,
    bend,
    collect,
    cores,
    degree,
    directed,
    is_affine,
    pieces,
    replaced,
    signs_of,
)
from symconvex.rules._rule import Example, Finding, Rule
from symconvex.rules._signs import find_sign, show_defined
from symconvex.rules._squares import Square, Variance, summed


def find_squares(draft: Draft) -> list[Square | Variance] | None:
    """The curvature as weighted squares and variances; None when some piece has another shape."""
    names = frozenset(draft.parameters)
    grouped: dict[tuple[Binders, Term], list[Term]] = {}
    found: list[Square | Variance] = []
    for piece in pieces(draft.loss, names):
        if is_affine(piece.leaf, names):
            continue
        variance = find_variance(draft, piece, names)
        if variance is not None:
            found.append(variance)
            continue
        inner = cores(piece.leaf, names)
        if len(inner) != 1:
            return None
        (core,) = inner
        profile = replaced(piece.leaf, core, Z)
        if has_corner(profile):
            return None
        weight = t.mul(piece.factor, replaced(bend(profile, signs_of(draft)), Z, core))
        grouped.setdefault((piece.binders, core), []).append(weight)
    squares = [Square(b, collect(*weights), core, names) for (b, core), weights in grouped.items()]
    return [*squares, *found]


def has_corner(profile: Term) -> bool:
    """Is there a kink that no square smooths?"""
    match profile:
        case t.Pow(Fn("relu", (arg,)), e) if e >= 2:
            return has_corner(arg)
        case Fn("relu" | "abs" | "max", _):
            return True
    return any(has_corner(part) for part in t.children(profile))


def find_variance(draft: Draft, piece: Piece, names: frozenset[str]) -> Variance | None:
    """log sum_k exp(a_k) with a_k affine in the parameters."""
    match piece.leaf:
        case Fn("log", (Sum(k, size, Fn("exp", (a,))) as total,)) if is_affine(a, names):
            pass
        case _:
            return None
    left, right = draft.index(size, hint="l"), draft.index(size, hint="r")
    slope = _linear_part(a, names)
    exps = [t.reindex(t.fn("exp", a), {k: other}) for other in (left, right)]
    gap = t.sub(t.reindex(slope, {k: left}), t.reindex(slope, {k: right}))
    weight = t.mul(piece.factor, Num(Fraction(1, 2)), *exps, t.power(total, -2))
    body = Sum(left, size, Sum(right, size, t.mul(weight, t.power(gap, 2))))
    return Variance(piece.binders, summed(piece.binders, body))


def _linear_part(a: Term, names: frozenset[str]) -> Term:
    """The affine term at the direction, constants dropped."""
    parts = a.args if isinstance(a, t.Add) else (a,)
    return t.add(*(directed(p, names) for p in parts if degree(p, names) != (0, 0)))


def find(draft: Draft) -> Finding | None:
    squares = find_squares(draft)
    if squares is None:
        return None
    lines = Lines(draft)
    if not show_defined(lines, draft.loss):
        return None
    curvature = t.add(*(s.form for s in squares))
    shown = lines.add("differentiate", [], f"(curvature {t.render(curvature)})")
    if curvature == t.ZERO:
        lines.add("second_order", [shown], "(loss affine)")
        return Finding("affine", (lines.part("(loss affine)"),), strict=False)
    sign = find_sign(lines, curvature, strict=False)
    if sign is not None:
        lines.add("second_order", [shown, sign], "(loss convex)")
        return find_exactness(draft, squares, curvature, find_constants(lines, squares, curvature))
    return find_concave(lines, squares, shown)


def find_concave(lines: Lines, squares: Iterable[Square | Variance], shown: int) -> Finding | None:
    """Every weight nonpositive."""
    turned = [
        Square(s.binders, collect(*(t.neg(p) for p in _parts(s.weight))), s.core, s.names)
        if isinstance(s, Square)
        else s
        for s in squares
    ]
    if any(isinstance(s, Variance) for s in turned):
        return None
    curvature = t.add(*(s.form for s in turned))
    sign = find_sign(lines, curvature, strict=False)
    if sign is None:
        return None
    lines.add("second_order", [shown, sign], "(loss concave)")
    return Finding("concave", (lines.part("(loss concave)"),))


def _parts(term: Term) -> tuple[Term, ...]:
    return term.args if isinstance(term, t.Add) else (term,)


DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}

RULE = Rule(
    name="weighted-squares",
    find=find,
    cost=1,
    source="Boyd & Vandenberghe 2004, section 3.1.4 (second-order condition) and 3.1.5 (log-sum-exp)",
    accepts=(
        Example("sum(c*(X@w - y)**2)", "w", "convex", shapes={**DATA, "c": ("n",)}, sets={"c": "positive"}),
        Example("sum(log(1 + exp(-y*(X@w))))", "w", "convex", shapes=DATA),
        Example("log(sum(exp(X@w + y)))", "w", "convex", shapes=DATA),
        Example("exp(x) + x**2 - 3*x", "x", "convex"),
        Example("x*log(x)", "x", "convex", positive=("x",)),
        Example("-sum(exp(X@w))", "w", "concave", shapes={"X": ("n", "d"), "w": ("d",)}),
    ),
    rejects=(
        Example("sum(c*(X@w - y)**2)", "w", "neither", shapes={**DATA, "c": ("n",)}),
        Example("sum(log(1 + (X@w)**2))", "w", "neither", shapes={"X": ("n", "d"), "w": ("d",)}),
        Example("sum(log(1 - exp(-(X@w)**2)/2))", "w", "neither", shapes={"X": ("n", "d"), "w": ("d",)}),
        Example("exp(x) - x**2", "x", "neither"),
        Example("x**3", "x", "neither"),
    ),
)
