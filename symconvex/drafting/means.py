"""Terms read as log-sum-exp, p-norm or power mean: log sum W exp(b), (sum W b^p)^(1/p) with W free of parameters."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.profile import factors, mentions
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Fn, Mul, Num, Pow, Sum, Term


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its factors pushed into the sum: the exponent (None: log-sum-exp), each weight and each base."""

    term: Term
    p: Fraction | None
    parts: tuple[tuple[Term, Term], ...]


def mean_of(term: Term, side: int, names: frozenset[str]) -> Mean | None:
    """A convex mean for side 1 (log-sum-exp, p > 1), a concave one for side -1 (p < 1)."""
    match term:
        case Fn("log", (total,)) if side > 0:
            p = None
        case Pow(total, e) if 0 < e < 1 if side > 0 else e < 0 or e > 1:
            p = Fraction(1) / e
        case _:
            return None
    total = pushed(total, names)
    found = [_exponential(s, names) if p is None else _raised(s, p, names) for s in _summands(total)]
    parts = tuple(part for part in found if part is not None)
    return Mean(t.rebuild(term, (total,)), p, parts) if len(parts) == len(found) else None


def pushed(total: Term, names: frozenset[str]) -> Term:
    """c (a + b) as c a + c b, c free of the parameters."""
    match total:
        case Add(args):
            return t.add(*(pushed(arg, names) for arg in args))
        case Sum(index, size, body):
            return Sum(index, size, pushed(body, names))
        case Mul(args):
            fixed = t.mul(*(arg for arg in args if not mentions(arg, names)))
            match [arg for arg in args if mentions(arg, names)]:
                case [Add(inner)]:
                    return t.add(*(pushed(t.mul(fixed, arg), names) for arg in inner))
                case [Sum(index, size, body)] if index not in t.free_indices(fixed):
                    return Sum(index, size, pushed(t.mul(fixed, body), names))
    return total


def powers_of(term: Term, names: frozenset[str], e: Fraction = Fraction(1)) -> Iterator[tuple[Term, Fraction]]:
    """The bases and exponents of a product of powers; a product stays whole where only one factor has parameters."""
    base, e = (term.base, e * term.exponent) if isinstance(term, Pow) else (term, e)
    if isinstance(base, Mul) and sum(mentions(arg, names) for arg in base.args) > 1:
        for arg in base.args:
            yield from powers_of(arg, names, e)
    else:
        yield base, e


def _summands(total: Term) -> Iterator[Term]:
    """The terms under sums and finite sums."""
    if isinstance(total, Add | Sum):
        for part in t.children(total):
            yield from _summands(part)
    else:
        yield total


def _exponential(summand: Term, names: frozenset[str]) -> tuple[Term, Term] | None:
    """W and b of W exp(b)."""
    weight, exponent = [], []
    for factor in factors(summand):
        match factor:
            case Fn("exp", (u,)):
                exponent.append(u)
            case Pow(Fn("exp", (u,)), e):
                exponent.append(t.mul(Num(e), u))
            case _:
                weight.append(factor)
    fixed = t.mul(*weight)
    return None if mentions(fixed, names) else (fixed, t.add(*exponent))


def _raised(summand: Term, p: Fraction, names: frozenset[str]) -> tuple[Term, Term] | None:
    """W and b of W b^p."""
    fixed = [f for f in factors(summand) if not mentions(f, names)]
    moving = [f for f in factors(summand) if mentions(f, names)]
    bases = []
    for factor in moving:
        match factor:
            case Fn("exp", (u,)):
                bases.append(t.fn("exp", t.mul(Num(1 / p), u)))
            case Pow(b, e):
                bases.append(t.power(b, e / p))
            case _:
                return None
    return t.mul(*fixed), t.mul(*bases)
