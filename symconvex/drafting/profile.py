"""Losses as sums of functions of one linear form each, and the second derivatives of those functions.

f(w) = sum over pieces of sum_i c_i phi_i(a_i(w)),   a_i linear:   curvature = sum of c_i phi_i''(a_i) a_i(v)^2
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from symconvex.drafting.draft import MADE, Draft
from symconvex.drafting.effort import spend
from symconvex.drafting.points import simplified
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.kernel.context import symbols
from symconvex.kernel.term import Add, Fn, Mul, Num, Pow, Size, Sum, Sym, Term
from symconvex.language import parse_expression, to_term
from symconvex.problem import Symbol

Z = Sym(f"{MADE}z")
DEEPEST = 6
Binders = tuple[tuple[str, Size], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """sum over binders of factor * leaf, with a factor free of the parameters."""

    binders: Binders
    factor: Term
    leaf: Term


def mentions(term: Term, names: frozenset[str]) -> bool:
    """Does the term contain one of these symbols?"""
    return not symbols(term).isdisjoint(names)


def summands(term: Term) -> tuple[Term, ...]:
    """The parts of a sum."""
    return term.args if isinstance(term, Add) else (term,)


def factors(term: Term) -> tuple[Term, ...]:
    """The parts of a product."""
    return term.args if isinstance(term, Mul) else (term,)


def unsummed(term: Term) -> tuple[Binders, Term]:
    """sum_i c * sum_j body as binders (i, j) and c * body; factors stay inside."""
    match term:
        case Sum(index, size, body):
            binders, inner = unsummed(body)
            return ((index, size), *binders), inner
        case Mul(args) if sum(isinstance(arg, Sum) for arg in args) == 1:
            total = next(arg for arg in args if isinstance(arg, Sum))
            binders, inner = unsummed(total)
            return binders, t.mul(*(arg for arg in args if arg is not total), inner)
    return (), term


def pieces(term: Term, names: frozenset[str], binders: Binders = (), factor: Term = t.ONE) -> Iterator[Piece]:
    """The summands that depend on the parameters."""
    if not mentions(term, names):
        return
    match term:
        case Add(args):
            for arg in args:
                yield from pieces(arg, names, binders, factor)
        case Sum(index, size, body):
            if degree(term, names) == (1, 1):
                yield Piece(binders, factor, term)
            else:
                yield from pieces(body, names, (*binders, (index, size)), factor)
        case Mul(args):
            fixed = [arg for arg in args if not mentions(arg, names)]
            moving = [arg for arg in args if mentions(arg, names)]
            if len(moving) == 1:
                yield from pieces(moving[0], names, binders, t.mul(factor, *fixed))
            else:
                yield Piece(binders, t.mul(factor, *fixed), t.mul(*moving))
        case _:
            yield Piece(binders, factor, term)


def degree(term: Term, names: frozenset[str]) -> tuple[int, int] | None:
    """Least and largest degree in the parameters; None when the term is not polynomial in them."""
    match term:
        case Sym(name, _):
            return (1, 1) if name in names else (0, 0)
        case Add(args):
            found = [degree(arg, names) for arg in args]
            known = [d for d in found if d is not None]
            return (min(d[0] for d in known), max(d[1] for d in known)) if len(known) == len(found) else None
        case Mul(args):
            found = [degree(arg, names) for arg in args]
            known = [d for d in found if d is not None]
            return (sum(d[0] for d in known), sum(d[1] for d in known)) if len(known) == len(found) else None
        case Sum(_, _, body):
            return degree(body, names)
        case Pow(base, e) if e.denominator == 1 and e > 0:
            inner = degree(base, names)
            return None if inner is None else (int(e) * inner[0], int(e) * inner[1])
    return None if mentions(term, names) else (0, 0)


def is_affine(term: Term, names: frozenset[str]) -> bool:
    """Is the term polynomial of degree at most one in them?"""
    found = degree(term, names)
    return found is not None and found[1] <= 1


def cores(term: Term, names: frozenset[str]) -> set[Term]:
    """The linear forms through which the term depends on the parameters; under a sum one for every place, two at least.

    exp(w[j]) depends on w[j]; sum_j exp(w[j]) on w[j] and w[0], which are no single form. An affine sum of several
    parameters, such as sum_j X[i,j] w[j] + b, is one form.
    """
    if not mentions(term, names):
        return set()
    if isinstance(term, Sym) or (isinstance(term, Sum) and degree(term, names) == (1, 1)):
        return {term}
    if isinstance(term, Add) and is_affine(term, names):
        moving = tuple(arg for arg in term.args if mentions(arg, names))
        if len(moving) > 1:
            return {Add(moving)}
    found = set[Term]().union(*(cores(part, names) for part in t.children(term)))
    return found | {t.reindex(core, {term.index: 0}) for core in found} if isinstance(term, Sum) else found


def replaced(term: Term, old: Term, new: Term) -> Term:
    """The term with every copy of `old` replaced."""
    if term == old:
        return new
    if isinstance(term, Add) and isinstance(old, Add) and set(old.args) <= set(term.args):
        return t.add(new, *(arg for arg in term.args if arg not in old.args))
    return t.rebuild(term, tuple(replaced(part, old, new) for part in t.children(term)))


def is_deep(term: Term) -> bool:
    """Are so many functions inside each other that a second derivative is too long to be of use?"""
    return _nested(term) > DEEPEST


def _nested(term: Term) -> int:
    return max(map(_nested, t.children(term)), default=0) + isinstance(term, Fn | Pow)


# ---- second derivatives of functions of z --------------------------------------------------------

ON_Z = frozenset({Z.name})


def bend(profile: Term, signs: frozenset[str]) -> Term:
    """phi''(z), in the form in which its sign can be seen; `signs` are symbols with square 1."""
    if is_affine(profile, ON_Z):
        return t.ZERO
    match profile:
        case Add(args):
            return collect(*(bend(arg, signs) for arg in args))
        case Mul(args) if sum(mentions(arg, ON_Z) for arg in args) == 1:
            moving = next(arg for arg in args if mentions(arg, ON_Z))
            return t.mul(*(arg for arg in args if arg is not moving), bend(moving, signs))
    known = _known_bend(profile)
    if known is not None:
        u, curvature = known
        return t.mul(squared(slope(u), signs), curvature)
    if isinstance(profile, Fn) and profile.name == "exp":
        return t.mul(profile, collect(squared(slope(profile.args[0]), signs), bend(profile.args[0], signs)))
    return simplified(slope(slope(profile)))


def _known_bend(profile: Term) -> tuple[Term, Term] | None:
    """An inner affine u and g''(u) for profile = g(u), for the outer functions g that losses are made of."""
    match profile:
        case Fn("exp", (u,)) if is_affine(u, ON_Z):
            return u, profile
        case Fn("softplus", (u,)) if is_affine(u, ON_Z):
            return u, _logistic(u)
        case Fn("log", (Add((Num(one), Fn("exp", (u,)))),)) if one == 1 and is_affine(u, ON_Z):
            return u, _logistic(u)
        case Fn("log", (Fn("exp", (u,)),)):
            return u, t.ZERO
        case Fn("log", (inner,)):
            return _log_bend(inner)
        case Pow(Fn("relu", (u,)), e) if e == 2 and is_affine(u, ON_Z):
            return u, t.mul(t.number(2), t.fn("step", u))
        case Pow(u, e) if is_affine(u, ON_Z):
            return u, t.mul(Num(e * (e - 1)), t.power(u, e - 2))
    return None


def _logistic(u: Term) -> Term:
    p = t.fn("sigmoid", u)
    return t.mul(p, t.sub(t.ONE, p))


def _log_bend(inner: Term) -> tuple[Term, Term] | None:
    match inner:
        case Fn("normcdf", (u,)) if is_affine(u, ON_Z):
            cdf, pdf = inner, t.fn("normpdf", u)
            mills = t.add(t.mul(u, cdf), pdf)
            return u, t.mul(t.number(-1), pdf, mills, t.power(cdf, -2))
        case Mul((Num(_), Add((Fn("exp", (u,)), Fn("exp", (w,)))))) | Add((Fn("exp", (u,)), Fn("exp", (w,)))):
            if w == t.neg(u) and is_affine(u, ON_Z):
                return u, t.sub(t.ONE, t.power(t.fn("tanh", u), 2))
        case u if is_affine(u, ON_Z):
            return u, t.neg(t.power(u, -2))
        case Add((one, two)) if mentions(one, ON_Z) != mentions(two, ON_Z):
            fixed, moving = (one, two) if mentions(two, ON_Z) else (two, one)
            match [factor for factor in factors(moving) if mentions(factor, ON_Z)]:
                case [Fn("exp", (u,))] if is_affine(u, ON_Z):
                    return u, t.mul(fixed, moving, t.power(inner, -2))
    return None


def squared(term: Term, signs: frozenset[str]) -> Term:
    """The square, with y^2 = 1 for labels -1, 1."""
    factors = term.args if isinstance(term, Mul) else (term,)
    return t.mul(*(t.power(f, 2) for f in factors if not (isinstance(f, Sym) and f.name in signs)))


def collect(*args: Term) -> Term:
    """The sum with its plain numbers added up and put in front."""
    flat = [x for arg in args for x in (arg.args if isinstance(arg, Add) else (arg,))]
    value = sum((x.value for x in flat if isinstance(x, Num)), Fraction(0))
    return t.add(t.Num(value), *(x for x in flat if not isinstance(x, Num)))


@cache
def catalogue_slope(name: str) -> Term:
    """The derivative that the catalogue states, as a term in z."""
    return to_term(parse_expression(functions()[name].derivative, symbols=(Symbol("z"),)))


def slope(term: Term) -> Term:
    """d/dz by the chain rule over the catalogue."""
    spend(2)
    match term:
        case Sym(Z.name, _):
            return t.ONE
        case Add(args):
            return collect(*(slope(arg) for arg in args))
        case Mul(args):
            return collect(*(t.mul(*args[:k], slope(arg), *args[k + 1 :]) for k, arg in enumerate(args)))
        case Pow(base, e):
            return t.mul(Num(e), t.power(base, e - 1), slope(base))
        case Fn(name, (arg,)):
            return t.mul(t.substitute(catalogue_slope(name), {"z": ((), arg)}), slope(arg))
        case Sum(index, size, body):
            return t.rebuild(Sum(index, size, body), (slope(body),))
    return t.ZERO


def signs_of(draft: Draft) -> frozenset[str]:
    """The labels 1 or -1."""
    return frozenset(d.name for d in draft.problem.data if d.within == "sign")


def directed(core: Term, names: frozenset[str]) -> Term:
    """The linear form at the direction: every parameter w becomes w'."""
    match core:
        case Sym(name, indices) if name in names:
            return Sym(f"{name}'", indices)
        case _:
            return t.rebuild(core, tuple(directed(part, names) for part in t.children(core)))
