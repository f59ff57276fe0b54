"""The line that a loss is quasiconvex or quasiconcave, from those that it rests on."""

from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.judgments import nonneg, sign
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.signs import find_sign
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.term import Budget, Sym, Term

WORK = 300_000

# 1: the loss itself is quasiconvex; -1: its negative is.
WORDS = {1: "quasiconvex", -1: "quasiconcave"}


def by_slope(lines: Lines, side: int, factor: int, rise: int, slope: Term) -> int:
    """The derivative (side -1: its negative) is A M, A >= 0; M is nondecreasing along lines."""
    return lines.add("quasi", (factor, rise), claim(WORDS[side]), (slope,), slope=t.render(slope))


def weighed(lines: Lines, factor: int, slope: Term) -> int:
    """The line A >= 0, or the same where the kernel sees that A times the slope, +v or -v, is the derivative.

    The normal form takes x/(1 + x) apart and leaves x^-1/(1 + x): so it is done times x, then over x.
    """
    normal, names = normal_of(lines.draft), {name: f"{name}'" for name in lines.draft.parameters}
    first = derivative(lines.draft.loss, names, Budget(WORK))
    if len(names) != 1 or normal.equal(first, t.mul(lines.term(factor), slope)):
        return factor
    ((name, way),) = names.items()
    target = t.substitute(normal.term(normal.poly(t.mul(first, slope))), {way: ((), t.ONE)})
    inside, kind = find_sign(lines, Sym(name), strict=True), lines.kind(factor)
    for power in (Sym(name), t.power(Sym(name), 2)) if inside is not None else ():
        cleared = normal.term(normal.poly(t.mul(power, target)))
        if normal.equal(t.mul(power, lines.term(factor)), cleared):
            base, inverse = (find_sign(lines, term, strict=True) for term in (power, t.power(power, -1)))
            if base is not None and inverse is not None:
                return lines.product([inverse, lines.product([factor, base], sign(kind, cleared))], sign(kind, target))
    return factor


def by_convex(lines: Lines, side: int, factor: int, base: int) -> int:
    """The derivative (side -1: its negative) is A times that of a convex term, A >= 0."""
    return lines.add("quasi", (factor, base), claim(WORDS[side]))


def by_function(lines: Lines, side: int, rise: int, inner: int, of: str, function: Term) -> int:
    """The loss (side -1: its negative) is phi of a convex term, phi' >= 0."""
    return lines.add("quasi", (rise, inner), claim(WORDS[side]), (function,), of=of, function=t.render(function))


def zero(lines: Lines) -> int:
    """0 >= 0"""
    return lines.constant(nonneg(t.ZERO))
