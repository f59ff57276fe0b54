"""Terms brought to a form in which the kernel sees that they are equal: what is declared of the data is put in.

    one-hot y               y_k = [k = c] for a class c
    symmetric S             S_ij = A_ij + A_ji; A'A or A'A + c I for a definite one
    y in {0, 1}, {-1, 1}    f(y) = (1 - y) f(0) + y f(1)
    log (a/b)               log a - log b for positive a and b
    sums inside sums        in one order

Every change is an identity, and the kernel's normal form compares what comes out.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import flint

from symconvex.handcheck.judging.ordering import in_order
from symconvex.handcheck.meaning.symbolic import normal_of
from symconvex.handcheck.text.declared import Declared, Named
from symconvex.kernel import term as t
from symconvex.kernel.functions import FUNCTIONS, Z
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Fn, Index, Mul, Pow, Refused, Sum, Sym, Term

VALUES: Mapping[str, tuple[int, int]] = {"binary": (0, 1), "sign": (-1, 1)}
POSITIVE = ("positive", "unit")
ABOVE_ZERO = frozenset(
    name for name, row in FUNCTIONS.items() if ("positive", t.fn(name, Z)) in (fact for _, fact in row.facts)
)


def same(left: Term, right: Term, declared: Declared) -> bool:
    """Are the two shown to be equal wherever both are defined?"""
    gap = t.sub(left, right)
    ways: tuple[Callable[[Term], Term], ...] = (
        lambda term: term,
        lambda term: with_facts(plain(term, declared), declared),
        lambda term: with_facts(interpolated(plain(term, declared), declared), declared),
    )
    return any(_vanishes(way, gap, declared) for way in ways)


def contracted(term: Term, declared: Declared) -> Term:
    """The term in normal form: sums over [i = k] are gone."""
    normal = normal_of(declared)
    return normal.term(normal.poly(in_order(plain(term, declared), normal)))


def _vanishes(way: Callable[[Term], Term], gap: Term, declared: Declared) -> bool:
    normal = normal_of(declared)
    try:
        changed = way(gap)
        return not normal.poly(changed) or not normal.poly(in_order(changed, normal))
    except Refused:
        return False


# ---- what is declared ----------------------------------------------------------------------------


def with_facts(term: Term, declared: Declared) -> Term:
    """One-hot, symmetric and definite data written so that what is known of them is part of the formula."""
    return mapped(term, lambda part: _fact(part, declared) if isinstance(part, Sym) else None)


def _fact(part: Sym, declared: Declared) -> Term | None:
    named = declared.names.get(part.name)
    if named is None or len(part.indices) != len(named.shape):
        return None
    if "one-hot" in named.traits and len(part.indices) == 1:
        return t.Delta(part.indices[0], f"class_{named.name}")
    if named.traits & {"symmetric", "psd", "pd"} and len(part.indices) == 2:
        return _symmetric(named, *part.indices)
    return None


def _symmetric(named: Named, i: Index, j: Index) -> Term:
    """A + A' for a symmetric matrix, A'A for a semidefinite one, A'A + c I with c > 0 for a definite one."""
    root, name = f"?{named.name}", "?root"
    if not named.traits & {"psd", "pd"}:
        return t.add(Sym(root, (i, j)), Sym(root, (j, i)))
    square = t.Sum(name, named.shape[0], t.mul(Sym(root, (name, i)), Sym(root, (name, j))))
    return t.add(square, t.mul(Sym(f"{root}+"), t.Delta(i, j))) if "pd" in named.traits else square


def mapped(term: Term, change: Callable[[Term], Term | None]) -> Term:
    """The term with some of its parts replaced, from the inside."""
    parts = tuple(mapped(part, change) for part in t.children(term))
    inside = t.rebuild(term, parts) if parts else term
    found = change(inside)
    return inside if found is None else found


# ---- powers of powers, logarithms ----------------------------------------------------------------


def plain(term: Term, declared: Declared) -> Term:
    """Whole powers of powers and products multiplied in, and logarithms of products and quotients taken apart."""
    return mapped(term, lambda part: _plain(part, declared))


def _plain(part: Term, declared: Declared) -> Term | None:
    match part:
        case Pow(Pow(base, inner), e) if inner.denominator == e.denominator == 1:
            return t.power(base, inner * e)
        case Pow(Mul(args), e) if e.denominator == 1:
            return t.mul(*(_plain(Pow(arg, e), declared) or t.power(arg, e) for arg in args))
        case Fn("log", (arg,)):
            top, bottom = fraction(arg)
            normal = normal_of(declared)
            top, bottom = (normal.term(normal.poly(side)) for side in (top, bottom))
            if bottom != t.ONE and is_positive(bottom, declared):
                return t.sub(_log(top, declared), _log(bottom, declared))
            return _log(arg, declared)
    return None


def _log(term: Term, declared: Declared) -> Term:
    """The logarithm of a product of positive factors as a sum."""
    match term:
        case Mul(args) if all(is_positive(arg, declared) for arg in args):
            return t.add(*(_log(arg, declared) for arg in args))
        case Pow(base, e) if is_positive(base, declared):
            return t.mul(t.number(e), _log(base, declared))
    return t.fn("log", term)


def is_positive(term: Term, declared: Declared) -> bool:
    """Is it positive by its looks?"""
    match term:
        case t.Num(value):
            return value > 0
        case t.Dim():
            return True
        case Fn(name, _):
            return name in ABOVE_ZERO
        case Sym(name, _):
            named = declared.names.get(name)
            return named is not None and named.within in POSITIVE and name not in declared.parameters
        case t.Add(args) | Mul(args):
            return all(is_positive(arg, declared) for arg in args)
        case Pow(base, _) | Sum(_, _, base):
            return is_positive(base, declared)
    return False


def fraction(term: Term) -> tuple[Term, Term]:
    """The term over one denominator, as far as it is written with denominators and sigmoids."""
    top, bottom = _fraction(term)
    return top, _product(bottom)


def as_fraction(term: Term, normal: Normal) -> Term:
    """One quotient, its numerator in factors."""
    top, bottom = _fraction(term)
    return t.mul(factored(top, normal), *(t.power(base, -e) for base, e in bottom.items()))


def factored(term: Term, normal: Normal) -> Term:
    """The term as a product of powers of polynomials in the atoms of its normal form, where these have whole powers."""
    poly = normal.poly(term)
    keys = list(dict.fromkeys(key for mono in poly for key, _ in mono))
    if not keys or any(e < 0 or Fraction(e).denominator != 1 for mono in poly for _, e in mono):
        return normal.term(poly)
    ring = flint.fmpq_mpoly_ctx.get([f"v{k}" for k in range(len(keys))], flint.Ordering.lex)
    made = {tuple(int(dict(mono).get(key, 0)) for key in keys): _rational(c) for mono, c in poly.items()}
    scale, parts = ring.from_dict(made).factor()
    factors = [(_of_ring(part, keys, normal), int(e)) for part, e in parts]
    return t.mul(t.number(_fraction_of(scale)), *(t.power(part, e) for part, e in factors))


def _rational(c: int | Fraction) -> Any:
    return flint.fmpq(Fraction(c).numerator, Fraction(c).denominator)


def _fraction_of(c: Any) -> Fraction:
    return Fraction(int(c.p), int(c.q))


def _of_ring(part: Any, keys: list[str], normal: Normal) -> Term:
    monos = part.to_dict().items()
    return t.add(
        *(
            t.mul(
                t.number(_fraction_of(c)),
                *(t.power(normal.atoms[key], e) for key, e in zip(keys, map(int, es), strict=True)),
            )
            for es, c in monos
        )
    )


Denominator = Mapping[Term, Fraction]


def _product(bases: Denominator) -> Term:
    return t.mul(*(t.power(base, e) for base, e in bases.items())) if bases else t.ONE


def _fraction(term: Term) -> tuple[Term, Denominator]:
    match term:
        case Fn("sigmoid", (arg,)):
            return t.fn("exp", arg), {t.add(t.ONE, t.fn("exp", arg)): Fraction(1)}
        case Mul(args):
            pairs = [_fraction(arg) for arg in args]
            bottom = dict[Term, Fraction]()
            for base, e in (item for _, below in pairs for item in below.items()):
                bottom[base] = bottom.get(base, Fraction(0)) + e
            return t.mul(*(top for top, _ in pairs)), bottom
        case t.Add(args):
            pairs = [_fraction(arg) for arg in args]
            common = dict[Term, Fraction]()
            for base, e in (item for _, below in pairs for item in below.items()):
                common[base] = max(common.get(base, Fraction(0)), e)
            return t.add(*(t.mul(top, _lacking(below, common)) for top, below in pairs)), common
        case Pow(base, e) if e.denominator == 1:
            above, below = _fraction(base)
            if e > 0:
                return t.power(above, e), {part: k * e for part, k in below.items()}
            return t.power(_product(below), -e), {above: -e}
    return term, {}


def _lacking(below: Denominator, common: Denominator) -> Term:
    return _product({base: e - below.get(base, 0) for base, e in common.items() if e != below.get(base, 0)})


# ---- labels of two values ------------------------------------------------------------------------


def interpolated(term: Term, declared: Declared) -> Term:
    """Labels of two values taken out of functions: where a sum binds their place, or nothing does."""
    return _interpolated(_inside(term, declared), declared, frozenset())


def _inside(term: Term, declared: Declared) -> Term:
    def change(part: Term) -> Term | None:
        match part:
            case Sum(index, size, body):
                return Sum(index, size, _interpolated(body, declared, frozenset({index})))
        return None

    return mapped(term, change)


def _interpolated(body: Term, declared: Declared, places: frozenset[str]) -> Term:
    for label in dict.fromkeys(_hidden(body, declared, inside=False)):
        if places and not places & set(label.indices):
            continue
        low, high = VALUES[declared.names[label.name].within]
        at_low, at_high = (mapped(body, _put(label, value)) for value in (low, high))
        share = t.mul(t.add(label, t.number(-low)), t.number(Fraction(1, high - low)))
        body = t.add(t.mul(share, at_high), t.mul(t.sub(t.ONE, share), at_low))
    return body


def by_labels(term: Term, declared: Declared, normal: Normal) -> Term:
    """As interpolated, but of every label: sums of parts in normal form, with softplus by its name."""

    def change(part: Term) -> Term | None:
        match part:
            case Mul((t.Num(value), Sum(index, size, body))):
                return Sum(index, size, _split(t.mul(t.number(value), body), index, declared, normal))
            case Sum(index, size, body):
                return Sum(index, size, _split(body, index, declared, normal))
        return None

    return softened(_outermost(term, change))


def _outermost(term: Term, change: Callable[[Term], Term | None]) -> Term:
    """The term with its outermost parts replaced."""
    found = change(term)
    if found is not None:
        return found
    parts = tuple(_outermost(part, change) for part in t.children(term))
    return t.rebuild(term, parts) if parts else term


def softened(term: Term) -> Term:
    """log(1 + e^u) as softplus(u)."""
    return mapped(term, _softplus)


def _split(body: Term, index: str, declared: Declared, normal: Normal) -> Term:
    """f(y) = (1 - y) f(0) + y f(1) for the labels at an index, one after the other."""
    within = {name: named.within for name, named in declared.names.items()}
    parts = (part for part in t.subterms(body) if isinstance(part, Sym) and index in part.indices)
    label = next((part for part in parts if within.get(part.name) in VALUES), None)
    if label is None:
        return normal.term(normal.poly(body))
    low, high = VALUES[within[label.name]]
    at_low, at_high = (_split(mapped(body, _put(label, k)), index, declared, normal) for k in (low, high))
    share = t.mul(t.add(label, t.number(-low)), t.number(Fraction(1, high - low)))
    return t.add(t.mul(share, at_high), t.mul(t.sub(t.ONE, share), at_low))


def _softplus(part: Term) -> Term | None:
    match part:
        case Fn("log", (t.Add((t.Num(value), Fn("exp", (arg,)))),)) if value == 1:
            return t.fn("softplus", arg)
    return None


def _put(label: Sym, value: int) -> Callable[[Term], Term | None]:
    return lambda part: t.number(value) if part == label else None


def _hidden(term: Term, declared: Declared, *, inside: bool) -> Iterator[Sym]:
    """Labels inside functions and under broken or negative powers, in this scope."""
    match term:
        case Sym(name, _):
            if inside and name in declared.names and declared.names[name].within in VALUES:
                yield term
        case Sum(index, _, body):
            yield from (label for label in _hidden(body, declared, inside=inside) if index not in label.indices)
        case _:
            deeper = inside or isinstance(term, Fn) or (isinstance(term, Pow) and not _is_whole(term.exponent))
            for part in t.children(term):
                yield from _hidden(part, declared, inside=deeper)


def _is_whole(e: Fraction) -> bool:
    return e.denominator == 1 and e > 0
