"""Weights that depend on the data and the parameters through one argument, with the least constant above them.

W = c T(u),  u = r or r/d, r affine, d a number or a label among the data:   c (B - T(z)) >= 0 for every z, read at u

delta^2 ((1 + (r/delta)^2)^(1/2) - 1)'' = (1 + (r/delta)^2)^(-3/2) <= 1
"""

from fractions import Fraction
from math import ceil

from symconvex.drafting.conditions.samples import numeric
from symconvex.drafting.lines import Lines
from symconvex.drafting.signs import find_sign
from symconvex.drafting.univariate.ridge import sign_everywhere
from symconvex.drafting.univariate.signs import S
from symconvex.drafting.univariate.single import singles
from symconvex.kernel import term as t
from symconvex.kernel.term import Term

REACH, STEPS, SIMPLE, FINE = 40, 4001, 12, 1000
NEAR = 1e-9


def find_top(lines: Lines, weight: Term) -> tuple[Term, Term] | None:
    """A constant above the weight, and their difference as a term whose sign is written down; None without one."""
    for single in singles(lines.draft, weight):
        top = _least_above(single.function)
        if top is None:
            continue
        gap = t.sub(t.Num(top), single.function)
        if find_sign(lines, single.scale, strict=False) is None:
            return None
        if sign_everywhere(lines, gap, single.argument) is not None:
            at = t.substitute(gap, {S.name: ((), single.argument)})
            return t.mul(t.Num(top), single.scale), t.mul(single.scale, at)
    return None


def _least_above(function: Term) -> Fraction | None:
    """A simple number that no value seems to exceed: the largest one where that is simple."""
    import numpy as np

    values = numeric(function, {S.name: np.linspace(-REACH, REACH, STEPS)})
    largest = float(np.max(values)) if np.ndim(values) and np.isfinite(values).all() else float("inf")
    if not 0 < largest < FINE:
        return None
    simple = Fraction(largest).limit_denominator(SIMPLE)
    return simple if abs(float(simple) - largest) < NEAR else Fraction(ceil(largest * FINE), FINE)
