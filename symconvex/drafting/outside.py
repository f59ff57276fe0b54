"""Signs of functions of one number, outside an interval around 0 and everywhere."""

from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.conditions.samples import numeric
from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import spend
from symconvex.drafting.lines import Lines
from symconvex.drafting.points import reduced, simplified
from symconvex.drafting.profile import (
    Z,
    mentions,
)
from symconvex.drafting.signs import show_defined
from symconvex.drafting.univariate import steps
from symconvex.drafting.univariate.scribe import Region
from symconvex.drafting.univariate.signs import question
from symconvex.kernel import term as t
from symconvex.kernel.term import Num, Sym, Term

BOUNDS = tuple(map(Fraction, (1, 2, 3, 5, 8, 12)))
REACH, NEAR, CLEARLY = 30.0, 3.0, 1e-9
LARGEST = tuple(map(Fraction, (1, 2, 4, 8, 16, 64)))
V = Sym("?v")
ON_Z = frozenset({Z.name})


def bound_of(function: Term) -> Fraction | None:
    """A number beyond which the function is > 0 on both sides, as far as one can see."""
    import numpy as np

    for bound in BOUNDS:
        at = np.concatenate([np.linspace(float(bound), REACH, 400), -np.linspace(float(bound), REACH, 400)])
        values = np.broadcast_to(numeric(function, {Z.name: at}), at.shape)
        spend(500)
        if bool((values > -CLEARLY).all() and (values[abs(at) <= float(bound) + NEAR] > 0).all()):
            return bound
    return None


def regions(lines: Lines, function: Term, bound: Fraction, *, strict: bool = True) -> tuple[int, int] | None:
    """The lines function > 0, or >= 0, for z >= M and for -z >= M; where it is even the first gives the second."""
    defined = show_defined(lines, function) and show_defined(lines, mirrored(function))
    after, before = Region(Num(bound), None, left_closed=True), Region(None, Num(-bound), right_closed=True)
    first = on_region(lines, function, after, strict=strict)
    if first is None:
        return None
    if defined and is_even(lines.draft, function):
        (there,), kind = after.assumptions(Z), lines.kind(first)
        with lines.assuming(*before.assumptions(Z)):
            (here,) = lines.under
            lines.product([lines.fact("assumed", here)], say.nonneg(mirrored(there.term or t.ZERO)))
            turned = lines.instance(first, say.sign(kind, mirrored(function)), Z.name, t.neg(Z))
            return first, lines.product([turned], say.sign(kind, function))
    second = on_region(lines, function, before, strict=strict)
    return None if second is None else (first, second)


def everywhere(lines: Lines, function: Term) -> int | None:
    """The line function >= 0 for all z, or for all z >= 0 and for all others."""
    whole = on_region(lines, function, Region(None, None), strict=False)
    halves = None if whole is not None else regions(lines, function, Fraction(0), strict=False)
    return whole if halves is None else steps.cases(lines, halves, say.nonneg(function))


def is_even(draft: Draft, function: Term) -> bool:
    """The same at -z?"""
    return reduced(draft, t.sub(function, mirrored(function))) == t.ZERO


def on_region(lines: Lines, function: Term, region: Region, *, strict: bool) -> int | None:
    """The sign of a function of z on a region."""
    asked = question(function, region, {})
    node = asked.node()
    if node is None or node.sign < 0 or (strict and not node.strict):
        return None
    return asked.lines(lines, node)


def mirrored(function: Term) -> Term:
    """The function at -z."""
    return t.substitute(function, {Z.name: ((), t.neg(Z))})


def jump_of(phi: Term) -> Term:
    """phi(z) + phi(-z) - 2 phi(0)"""
    start = simplified(t.substitute(phi, {Z.name: ((), t.ZERO)}))
    return t.add(phi, mirrored(phi), t.mul(t.number(-2), start))


def squares_in(phi: Term) -> Term | None:
    """psi where phi is psi(z^2), in the letter z; None when z stands elsewhere too."""

    def moved(term: Term) -> Term:
        match term:
            case t.Pow(base, e) if base == Z and e.denominator == 1 and e > 0 and e % 2 == 0:
                return t.power(V, e / 2)
        return t.rebuild(term, tuple(map(moved, t.children(term))))

    found = moved(phi)
    return None if mentions(found, ON_Z) else t.substitute(found, {V.name: ((), Z)})


def bounded_below(lines: Lines, function: Term) -> tuple[int, Fraction] | None:
    """The line g(z) + B >= 0 for all z, and B."""
    for most in LARGEST:
        number = everywhere(lines, t.add(function, Num(most)))
        if number is not None:
            return number, most
    return None
