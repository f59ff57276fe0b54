"""The line that a loss is quasiconvex or quasiconcave, from those that it rests on."""

from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.judgments import nonneg
from symconvex.drafting.lines import Lines
from symconvex.kernel import term as t
from symconvex.kernel.term import Term

# 1: the loss itself is quasiconvex; -1: its negative is.
WORDS = {1: "quasiconvex", -1: "quasiconcave"}


def by_slope(lines: Lines, side: int, factor: int, rise: int, slope: Term) -> int:
    """The derivative (side -1: its negative) is A M, A >= 0; M is nondecreasing along lines."""
    return lines.add("quasi", (factor, rise), claim(WORDS[side]), (slope,), slope=t.render(slope))


def by_convex(lines: Lines, side: int, factor: int, base: int) -> int:
    """The derivative (side -1: its negative) is A times that of a convex term, A >= 0."""
    return lines.add("quasi", (factor, base), claim(WORDS[side]))


def by_function(lines: Lines, side: int, rise: int, inner: int, of: str, function: Term) -> int:
    """The loss (side -1: its negative) is phi of a convex term, phi' >= 0."""
    return lines.add("quasi", (rise, inner), claim(WORDS[side]), (function,), of=of, function=t.render(function))


def zero(lines: Lines) -> int:
    """0 >= 0"""
    return lines.constant(nonneg(t.ZERO))
