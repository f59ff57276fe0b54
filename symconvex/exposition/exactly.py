"""The loss at a point with numbers as an exact expression: 1 - tanh(1) + tanh(1)^2 for 0.81843."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isqrt

from symconvex.drafting.draft import MADE, Draft, nested
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.points import at_zero
from symconvex.drafting.profile import replaced
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Nested, Num, Pow, Sum, Sym, Term

HALF, MOST_PARTS = Fraction(1, 2), 60
RATIONAL: Mapping[str, Callable[[Fraction], Fraction]] = {
    "relu": lambda x: max(x, Fraction(0)),
    "abs": abs,
    "step": lambda x: Fraction(x > 0),
}


def exact_value(draft: Draft, point: Mapping[str, Nested]) -> Term | None:
    """The loss there, in numbers and functions of numbers; None where that is long."""
    given = {**nested(draft.problem.values), **point}
    if set(draft.data) | set(draft.parameters) > set(given):
        return None
    sizes = lengths(draft, given)
    normal, names = normal_of(draft), dict[Term, Term]()
    try:
        held = kept(numeric(draft.loss, given, sizes, {}), names)
        found = normal.term(normal.poly(held))
    except t.Refused:
        return None
    for function, name in names.items():
        found = replaced(found, name, function)
    return found if sum(1 for _ in t.subterms(found)) <= MOST_PARTS else None


def loss_at(draft: Draft, sizes: Mapping[str, int]) -> Term:
    """The loss with the numbers of the given data, in the parameters alone."""
    given = nested(draft.problem.values)
    return numeric(draft.loss, given, {**sizes, **lengths(draft, given)}, {})


def kept(term: Term, names: dict[Term, Term]) -> Term:
    """Names in place of functions of numbers, which the normal form would rewrite."""
    if isinstance(term, Fn):
        return names.setdefault(term, Sym(f"{MADE}value{len(names)}"))
    return t.rebuild(term, tuple(kept(part, names) for part in t.children(term)))


def lengths(draft: Draft, given: Mapping[str, Nested]) -> dict[str, int]:
    """The sizes that the numbers have."""
    found = dict[str, int]()
    for name, shape in {**draft.data, **draft.parameters}.items():
        value: Nested = given.get(name, ())
        for size in shape if name in given else ():
            if isinstance(value, tuple):
                found[str(size)], value = len(value), value[0]
    return found


def numeric(term: Term, given: Mapping[str, Nested], sizes: Mapping[str, int], places: Mapping[str, int]) -> Term:
    """Numbers for what is given, sums written out, and functions of rational numbers evaluated where exact."""

    def inside(part: Term) -> Term:
        return numeric(part, given, sizes, places)

    match term:
        case Sym(name, indices) if name not in given:
            return Sym(name, tuple(places[index] if isinstance(index, str) else index for index in indices))
        case Sym(name, indices):
            value = given[name]
            for index in indices:
                value = value[places[index] if isinstance(index, str) else index]  # type: ignore[index]
            return Num(Fraction(str(value)))
        case Sum(index, size, body):
            count = size if isinstance(size, int) else sizes[size]
            return t.add(*(numeric(body, given, sizes, {**places, index: k}) for k in range(count)))
        case t.Dim(size):
            return Num(Fraction(sizes[str(size)]))
        case t.Delta(left, right):
            a, b = (places[side] if isinstance(side, str) else side for side in (left, right))
            return t.ONE if a == b else t.ZERO
        case Pow(base, exponent):
            return _power(inside(base), exponent)
        case Fn(name, (arg,)):
            return _called(name, inside(arg))
    parts = tuple(map(inside, t.children(term)))
    numbers = [part.value for part in parts if isinstance(part, Num)]
    if isinstance(term, t.Add):
        return t.add(Num(sum(numbers, Fraction(0))), *(part for part in parts if not isinstance(part, Num)))
    if isinstance(term, t.Mul):
        product = Fraction(1)
        for number in numbers:
            product *= number
        return t.mul(Num(product), *(part for part in parts if not isinstance(part, Num)))
    return t.rebuild(term, parts)


def _called(name: str, arg: Term) -> Term:
    if isinstance(arg, Num) and name in RATIONAL:
        return Num(RATIONAL[name](arg.value))
    value = at_zero(name) if arg == t.ZERO else None
    if value is not None:
        return value
    if name in {"tanh", "sinh", "asinh", "atan", "erf", "sin"} and isinstance(arg, Num) and arg.value < 0:
        return t.neg(t.fn(name, t.neg(arg)))
    return t.fn(name, arg)


def _power(base: Term, exponent: Fraction) -> Term:
    """Rational powers of rational numbers where these are rational."""
    if not isinstance(base, Num):
        return t.power(base, exponent)
    value = base.value
    if exponent.denominator == 2 and value >= 0:
        roots = isqrt(value.numerator), isqrt(value.denominator)
        if (roots[0] ** 2, roots[1] ** 2) != (value.numerator, value.denominator):
            return t.power(base, exponent)
        value, exponent = Fraction(*roots), exponent * 2
    if exponent.denominator != 1 or (value == 0 and exponent < 0):
        return t.power(base, exponent)
    return Num(value ** int(exponent))
