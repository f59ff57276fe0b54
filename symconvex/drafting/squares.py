"""The summands of a curvature: weighted squares of linear forms, and variances."""

from dataclasses import dataclass

from symconvex.drafting.draft import Draft
from symconvex.drafting.lines import Lines
from symconvex.drafting.patterns import negated
from symconvex.drafting.profile import (
    Binders,
    Z,
    bend,
    collect,
    cores,
    degree,
    directed,
    factors,
    is_affine,
    is_deep,
    pieces,
    replaced,
    signs_of,
    summands,
)
from symconvex.drafting.signs import find_sign
from symconvex.drafting.variances import Variance, find_variance, summed
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Num, Sum, Term


@dataclass(frozen=True, slots=True)
class Square:
    """sum over binders of weight * core(v)^2."""

    binders: Binders
    weight: Term
    core: Term
    names: frozenset[str]

    @property
    def form(self) -> Term:
        """The square as a term."""
        return summed(self.binders, t.mul(self.weight, t.power(directed(self.core, self.names), 2)))


Summand = Square | Variance


def find_squares(draft: Draft) -> list[Square | Variance] | None:
    """The curvature as weighted squares and variances; None when some piece has another shape."""
    names = frozenset(draft.parameters)
    grouped: dict[tuple[Binders, Term], list[Term]] = {}
    found: list[Square | Variance] = []
    for piece in pieces(split(Lines(draft), draft.loss), names):
        if is_affine(piece.leaf, names):
            continue
        variance = find_variance(draft, piece)
        if variance is not None:
            found.append(variance)
            continue
        inner = cores(piece.leaf, names)
        if len(inner) != 1:
            return None
        (core,) = inner
        profile = replaced(piece.leaf, core, Z)
        if has_corner(profile) or is_deep(profile):
            return None
        weight = t.mul(piece.factor, replaced(bend(profile, signs_of(draft)), Z, core))
        grouped.setdefault((piece.binders, core), []).append(weight)
    squares = [Square(b, collect(*weights), core, names) for (b, core), weights in grouped.items()]
    return [*squares, *found]


def split(lines: Lines, term: Term) -> Term:
    """(a^m)^n as a^(mn) for whole m and n; log(a b) and log(a^r) as log a + log b and r log a, where these are defined.

    The curvature of both is the same function, and its sign is easier to see.
    """
    names = frozenset(lines.draft.parameters)
    if isinstance(term, Sum) and degree(term, names) == (0, 1):
        return spelled_out(term, names)
    inner = t.rebuild(term, tuple(split(lines, part) for part in t.children(term)))
    match inner:
        case t.Pow(t.Pow(base, m), n) if m.denominator == n.denominator == 1:
            return t.power(base, m * n)
        case Fn("log", (t.Pow(base, e),)):
            even = e.denominator == 1 and e.numerator % 2 == 0
            side = positive_side(lines, base)
            if side is not None and (even or side == base):
                return t.mul(Num(e), split(lines, t.fn("log", side)))
        case Fn("log", (t.Mul(args),)) if not is_affine(t.mul(*args), names):
            sides = [positive_side(lines, arg) for arg in args]
            found = [side for side in sides if side is not None]
            if len(found) == len(args) and inner.args[0] not in found:
                return t.add(*(split(lines, t.fn("log", side)) for side in found))
        case t.Add() if is_affine(inner, names):
            return common_taken_out(inner, names)
    return inner


def common_taken_out(term: t.Add, names: frozenset[str]) -> Term:
    """-y a - y b as -y (a + b), where the same data stand in every summand with parameters."""
    moving = [arg for arg in term.args if degree(arg, names) != (0, 0)]
    fixed = [f for f in factors(moving[0]) if degree(f, names) == (0, 0)] if len(moving) > 1 else []
    common = [f for f in fixed if all(f in factors(arg) for arg in moving)]
    if not any(isinstance(f, t.Sym) for f in common):
        return term
    rest = t.add(*(t.mul(*(f for f in factors(arg) if f not in common)) for arg in moving))
    return t.add(t.mul(*common, rest), *(arg for arg in term.args if arg not in moving))


def spelled_out(term: Term, names: frozenset[str]) -> Term:
    """sum_j a_j (w_j - c_j) as sum_j a_j w_j - sum_j a_j c_j, for an affine sum."""
    match term:
        case Sum(index, size, body) if degree(term, names) == (0, 1):
            return t.add(*(Sum(index, size, part) for part in summands(spelled_out(body, names))))
        case t.Mul(args) if degree(term, names) == (0, 1):
            fixed = [arg for arg in args if degree(arg, names) == (0, 0)]
            moving = t.mul(*(arg for arg in args if arg not in fixed))
            return t.add(*(t.mul(*fixed, part) for part in summands(spelled_out(moving, names))))
    return term


def positive_side(lines: Lines, term: Term) -> Term | None:
    """The term or its negative, whichever is shown to be > 0; of 1/y with y < 0 the negative is 1/(-y)."""
    if isinstance(term, t.Pow) and term.exponent.denominator == 1 and term.exponent % 2:
        base = positive_side(lines, term.base)
        return None if base is None else t.power(base, term.exponent)
    return next((side for side in (term, negated(term)) if find_sign(lines, side, strict=True) is not None), None)


def has_corner(profile: Term) -> bool:
    """Is there a kink that no square smooths?"""
    match profile:
        case t.Pow(Fn("relu", (arg,)), e) if e >= 2:
            return has_corner(arg)
        case Fn("relu" | "abs" | "max", _):
            return True
    return any(has_corner(part) for part in t.children(profile))
