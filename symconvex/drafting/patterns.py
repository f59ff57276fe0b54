"""Signs of terms of one shape each, found with the signs of smaller terms."""

from collections.abc import Callable

from symconvex.drafting.draft import MADE
from symconvex.drafting.judgments import nonneg, positive
from symconvex.drafting.lines import Lines
from symconvex.drafting.reasons import Tangent
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Fn, Mul, Num, Sym, Term

# The line for the sign of a term, strict or not; None when no way was found.
Sign = Callable[[Lines, Term, bool], int | None]


def maximum_sign(lines: Lines, args: tuple[Term, ...], gives: Judgment, sign: Sign) -> int | None:
    """max(a, b) = a + relu(b - a): a maximum is at least each of its arguments."""
    for k, arg in enumerate(args):
        number = sign(lines, arg, gives.kind == "positive")
        if number is None:
            continue
        best, uses = arg, [number]
        for other in (*args[:k], *args[k + 1 :]):
            rise = t.sub(other, best)
            uses.append(lines.fact("relu_nonneg", nonneg(t.fn("relu", rise)), rise))
            best = t.add(best, t.fn("relu", rise))
        return lines.total(uses, gives)
    return None


def one_minus_exp(lines: Lines, args: tuple[Term, ...], gives: Judgment, sign: Sign) -> int | None:
    """1 - exp(-u) = (exp(u) - 1) exp(-u) > 0 for u > 0, by the tangent of exp at 0: exp(u) - 1 - u >= 0."""
    match args:
        case (Num(one), Mul((Num(minus), Fn("exp", (v,))))) if one == 1 and minus == -1:
            u, z = t.neg(v), Sym(f"{MADE}z")
        case _:
            return None
    above_zero, bend, shrink = (sign(lines, x, True) for x in (u, Fn("exp", (z,)), Fn("exp", (v,))))
    if above_zero is None or bend is None or shrink is None:
        return None
    rise = t.sub(t.sub(t.fn("exp", u), t.ONE), u)
    above = lines.tangent([bend], nonneg(rise), z.name, t.fn("exp", z), (t.ZERO, u))
    lines.because(above, Tangent("exp"))
    gain = lines.total([above, above_zero], positive(t.sub(t.fn("exp", u), t.ONE)))
    return lines.product([gain, shrink], gives)


def defined(ask: Sign) -> Sign:
    """As asked, of terms that other lines show to be defined: a rearranged term has other denominators and roots."""

    def asked(lines: Lines, term: Term, strict: bool) -> int | None:
        for base, _ in reversed(list(partial_bases(term))):
            if ask(lines, base, True) is None and ask(lines, t.Mul((Num(t.MINUS_ONE), base)), True) is None:
                return None
        return ask(lines, term, strict)

    return asked
