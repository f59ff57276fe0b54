"""Signs of terms of one shape each, found with the signs of smaller terms."""

from collections.abc import Callable, Iterable

from symconvex.drafting.draft import MADE
from symconvex.drafting.judgments import nonneg, positive
from symconvex.drafting.lines import HALF, Lines
from symconvex.drafting.profile import factors
from symconvex.drafting.reasons import Tangent
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Add, Fn, Mul, Num, Pow, Sum, Sym, Term

# The line for the sign of a term, strict or not; None when no way was found.
Sign = Callable[[Lines, Term, bool], int | None]


def maximum_sign(lines: Lines, args: tuple[Term, ...], gives: Judgment, sign: Sign) -> int | None:
    """max(a, b, c) = b + relu(a - b) + relu(c - max(a, b)): a maximum is at least each of its arguments."""
    for k, arg in enumerate(args):
        number = sign(lines, arg, gives.kind == "positive")
        if number is None:
            continue
        rises = [t.sub(_largest(args[:k]), arg)] if k else []
        rises += [t.sub(other, _largest(args[:j])) for j, other in enumerate(args) if j > k]
        return lines.total([number, *(lines.fact("relu_nonneg", nonneg(t.fn("relu", u)), u) for u in rises)], gives)
    return None


def _largest(args: tuple[Term, ...]) -> Term:
    return args[0] if len(args) == 1 else t.fn("max", *args)


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


def weighted_sum(lines: Lines, total: Sum, gives: Judgment, sign: Sign) -> int | None:
    """sum_j W_j P_j > 0 for W >= 0 with sum_j W_j > 0 and P > 0.

    With V = sum_k 1/P_k:   V sum_j W_j P_j - sum_j W_j = sum_j sum_k W_j P_j (1 - delta_jk)^2 / P_k >= 0
    """
    j, parts = total.index, factors(total.body)
    positive_ones = [part for part in parts if j in t.free_indices(part) and sign(lines, part, True) is not None]
    weight, base = t.mul(*(part for part in parts if part not in positive_ones)), t.mul(*positive_ones)
    if not positive_ones or weight == t.ONE or sign(lines, Sum(j, total.size, weight), True) is None:
        return None
    k = lines.draft.index(total.size, t.free_indices(total.body) | bound([total.body]))
    other = t.power(t.reindex(base, {j: k}), -1)
    inverse, apart = Sum(k, total.size, other), t.sub(t.ONE, t.Delta(j, k))
    kinds = ((weight, False), (Sum(j, total.size, weight), True), (base, True), (other, True), (inverse, True))
    shown = [number for term, strict in kinds if (number := sign(lines, term, strict)) is not None]
    if len(shown) < len(kinds):
        return None
    least, mass, above, below, whole = shown
    rest = lines.combine([[least, above, below, apart]], nonneg(t.mul(weight, base, other, t.power(apart, 2))))
    for index in (k, j):
        rest = lines.summed(rest, nonneg(Sum(index, total.size, lines.term(rest))))
    share = lines.power(whole, positive(t.power(inverse, -1)))
    return lines.combine([[rest, share], [mass, share]], gives)


def bound(terms: Iterable[Term]) -> frozenset[str]:
    """The indices of the sums inside."""
    return frozenset(part.index for term in terms for part in t.subterms(term) if isinstance(part, Sum))


def read_at(lines: Lines, every: Term, term: Term) -> tuple[str, str] | None:
    """The index of the first term, and that of the same size in its place which makes it the second."""
    for index in t.free_indices(every) - t.free_indices(term):
        for other in t.free_indices(term) - t.free_indices(every):
            size = lines.draft.indices.get(other)
            if size == lines.draft.indices[index] and t.reindex(every, {index: other}) == term:
                return index, other
    return None


def defined(ask: Sign) -> Sign:
    """As asked, of terms that other lines show to be defined: a rearranged term has other denominators and roots."""

    def asked(lines: Lines, term: Term, strict: bool) -> int | None:
        for base, _ in reversed(list(partial_bases(term))):
            if ask(lines, base, True) is None and ask(lines, t.Mul((Num(t.MINUS_ONE), base)), True) is None:
                return None
        return ask(lines, term, strict)

    return asked


def negated(term: Term) -> Term:
    """-term with the sign pushed through sums to the summands."""
    match term:
        case Add(args):
            return t.add(*map(negated, args))
        case Sum(index, size, body):
            return Sum(index, size, negated(body))
    return t.neg(term)


def away_from_zero(lines: Lines, arg: Term, gives: Judgment, sign: Sign) -> int | None:
    """|u| = u + 2 (relu(u) - u) = -u + 2 relu(u), where u > 0 or -u > 0 is known."""
    ramp = t.fn("relu", arg)
    for side, fact, half in ((arg, "relu_above", t.sub(ramp, arg)), (negated(arg), "relu_nonneg", ramp)):
        inner = sign(lines, side, True)
        if inner is not None:
            more = lines.fact(fact, nonneg(half), arg)
            return lines.total([inner, more, more], gives)
    return None


def above_the_rest(lines: Lines, args: tuple[Term, ...], gives: Judgment, sign: Sign) -> int | None:
    """softplus(u) - u > 0, and r - v = ((r - v)^2 + (E - v^2)) / (2 r) for a root r = E^(1/2) with E > v^2."""
    for k, arg in enumerate(args):
        rest = t.add(*args[:k], *args[k + 1 :])
        match arg:
            case Fn("softplus", (u,)) if order_free(rest) in map(order_free, (t.neg(u), negated(u))):
                return lines.total([lines.fact("softplus_above", positive(t.sub(arg, u)), u)], gives)
            case Pow(base, e) if e == HALF:
                inner = sign(lines, t.add(base, t.neg(t.power(rest, 2))), True)
                root = sign(lines, arg, True) if inner is not None else None
                if inner is not None and root is not None:
                    below = lines.power(root, positive(t.power(arg, -1)))
                    half = lines.constant(positive(Num(HALF)))
                    return lines.combine([[half, below, t.add(*args)], [half, below, inner]], gives)
    return None


def order_free(term: Term) -> object:
    """What two sums of the same terms have in common, in whatever order."""
    return frozenset(term.args) if isinstance(term, Add) else term
