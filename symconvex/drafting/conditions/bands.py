"""A polynomial in one moving quantity of known range: W (C_0 p^d + C_1 p^(d-1) q + ...), C_k in the data only.

x, unbounded          q = x, p = 1, of any sign
x^e, where x > 0      q = x^e, p = 1
x^2, or x^2 over y^2  q = x^2, p = 1 or y^2
exp(k x)              q = exp(k x), p = 1, neither end attained
sin u, cos u          q = 1 + sin u, p = 1 - sin u, both ends attained
x on l < x < h        q = x - l, p = h - x (or 1); W, p, q >= 0 except in the first row
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import comb, gcd

from symconvex.drafting.conditions.curve import Curve
from symconvex.drafting.rational import Field, Polynomial
from symconvex.kernel import term as t
from symconvex.kernel.normal import is_exp
from symconvex.kernel.term import Fn, Sym, Term

MOST_DEGREE = 2
HALF_TURN = Sym("pi")
Spot = dict[str, Term]  # a value for every parameter


@dataclass(frozen=True, slots=True)
class Band:
    """The polynomial is weight * sum of C_k low^(d-k) high^k.

    both      may low and high have any sign?
    spots     points where high = 0, or low = 0, is attained, and others
    name      the parameter that a ratio high : low puts to a number, and how: see `spot`
    kind      plain, root, exponential, between, or "" where there is no such way
    """

    coefs: tuple[Polynomial, ...]
    weight: Term
    low: Term
    high: Term
    both: bool
    spots: tuple[Spot, ...]
    kind: str
    name: str = ""
    others: tuple[str, ...] = ()
    ends: tuple[Fraction, ...] = ()
    rate: Fraction = Fraction(1)
    root: int = 2

    @property
    def degree(self) -> int:
        """1 or 2"""
        return len(self.coefs) - 1

    def spot(self, field: Field, top: Polynomial, bottom: Polynomial) -> Spot | None:
        """The point where high : low is top : bottom, both > 0 (of any sign, where high and low are)."""
        at: Spot = dict.fromkeys(self.others, t.ONE)
        match self.kind:
            case "plain":
                return {**at, self.name: quotient(field, top, bottom)}
            case "root":
                return {**at, self.name: t.power(quotient(field, top, bottom), Fraction(1, self.root))}
            case "above":
                (end,) = map(field.polynomial, self.ends)
                return {**at, self.name: quotient(field, end * bottom + field.polynomial(self.rate) * top, bottom)}
            case "between":
                low, high = map(field.polynomial, self.ends)
                return {**at, self.name: quotient(field, low * bottom + high * top, bottom + top)}
        return None


def quotient(field: Field, top: Polynomial, bottom: Polynomial) -> Term:
    """top / bottom, with a denominator that is a polynomial written out."""
    if bottom.is_constant():
        return field.term(top / bottom.leading_coefficient())
    return t.mul(field.term(top), t.power(field.term(bottom), -1))


def band_of(curve: Curve, poly: Polynomial) -> Band | None:
    """The band of a polynomial that moves; None where it moves in more than one quantity, or its degree is above 2."""
    groups: dict[tuple[int, ...], Polynomial] = {}
    field = curve.field
    for exponents, c in poly.to_dict().items():
        moving = tuple(int(e) if k in curve.places else 0 for k, e in enumerate(exponents))
        still = tuple(0 if k in curve.places else int(e) for k, e in enumerate(exponents))
        groups[moving] = groups.get(moving, field.polynomial(0)) + field.ring.from_dict({still: c})
    base = min(groups)
    steps = [tuple(a - b for a, b in zip(mono, base, strict=True)) for mono in groups]
    unit = next((step for step in sorted(steps) if any(step)), None)
    if unit is None:
        return None
    divisor = gcd(*unit)
    unit = tuple(e // divisor for e in unit)
    times = [_times(step, unit) for step in steps]
    if any(k is None for k in times):
        return None
    multiples = {k: groups[mono] for k, mono in zip(times, groups, strict=True) if k is not None}
    return _band(curve, base, unit, multiples)


def _times(step: tuple[int, ...], unit: tuple[int, ...]) -> int | None:
    place = next(k for k, e in enumerate(unit) if e)
    factor, rest = divmod(step[place], unit[place])
    return factor if not rest and step == tuple(factor * e for e in unit) else None


def _band(curve: Curve, base: tuple[int, ...], unit: tuple[int, ...], multiples: dict[int, Polynomial]) -> Band | None:
    generators, used = curve.field.generators, [k for k, e in enumerate(unit) if e]
    match [generators[k].atom for k in used]:
        case [Sym(name)]:
            return _in_number(curve, name, base, unit, used[0], multiples)
        case [Fn("sin" | "cos", (arg,)) as turn] if not any(base):
            return _in_turn(curve, turn, arg, _dense(curve, multiples, 1))
    if all(is_exp(generators[k].atom) for k in used):
        return _in_exponential(curve, base, unit, multiples)
    if all(isinstance(generators[k].atom, Sym) for k, e in enumerate(base) if e or unit[k]):
        return _in_quotient(curve, base, unit, multiples)
    return None


def _dense(curve: Curve, multiples: dict[int, Polynomial], most: int = MOST_DEGREE) -> tuple[Polynomial, ...]:
    """The coefficients from 0 on; nothing where the degree is too high."""
    if max(multiples) > most:
        return ()
    return tuple(multiples.get(k, curve.field.polynomial(0)) for k in range(max(multiples) + 1))


def _spread(curve: Curve, multiples: dict[int, Polynomial]) -> tuple[int, dict[int, Polynomial]]:
    """The common step of the multiples, and the multiples of that."""
    step = gcd(*multiples)
    return step, {k // step: c for k, c in multiples.items()}


def bounds_of(curve: Curve, name: str) -> tuple[Fraction | None, Fraction | None] | None:
    """The ends of the domain of one number; None where the domain is something else."""
    low, high = None, None
    for entry in curve.draft.domain:
        term = entry.term or t.ZERO
        if not any(isinstance(part, Sym) and part.name == name for part in t.subterms(term)):
            continue
        slope, start = _affine(curve, term, name)
        if slope is None or start is None:
            return None
        end = -start / slope
        if slope > 0:
            low = end if low is None else max(low, end)
        else:
            high = end if high is None else min(high, end)
    return low, high


def _affine(curve: Curve, term: Term, name: str) -> tuple[Fraction | None, Fraction | None]:
    """a and b with term = a name + b, both numbers."""
    poly = dict(curve.normal.poly(term))
    slope, start = poly.pop(((name, 1),), 0), poly.pop((), 0)
    return (None, None) if poly or not slope else (Fraction(slope), Fraction(start))


def _in_number(
    curve: Curve, name: str, base: tuple[int, ...], unit: tuple[int, ...], place: int, multiples: dict[int, Polynomial]
) -> Band | None:
    bounds, x = bounds_of(curve, name), Sym(name)
    others = tuple(n for n in curve.draft.parameters if n != name)
    if bounds is None or any(e for k, e in enumerate(base) if k != place):
        return None
    step, fewer = _spread(curve, multiples)
    e = unit[place] * step
    if bounds == (Fraction(0), None) and e > 1:
        coefs, weight = _dense(curve, fewer), t.power(x, base[place])
        kind = "root" if len(coefs) == 2 or (len(coefs) == 3 and not coefs[1]) else ""
        return Band(coefs, weight, t.ONE, t.power(x, e), False, (), kind, name, others, root=e) if coefs else None
    if bounds != (None, None):
        full = {base[place] + k * unit[place]: c for k, c in multiples.items()}
        return _bounded(curve, name, others, bounds, _dense(curve, full))
    coefs = _dense(curve, fewer)
    if not coefs or base[place] % 2:
        return None
    weight, ones = t.power(x, base[place]), dict.fromkeys(others, t.ONE)
    spots = tuple(Spot({**ones, name: t.number(k)}) for k in ((0, 1) if e % 2 == 0 else (0, 1, -1)))
    if e % 2 == 0:
        return Band(coefs, weight, t.ONE, t.power(x, e), False, spots, "root" if e == 2 else "", name, others)
    return Band(coefs, weight, t.ONE, x, True, spots, "plain", name, others) if e == 1 else None


def _bounded(
    curve: Curve,
    name: str,
    others: tuple[str, ...],
    bounds: tuple[Fraction | None, Fraction | None],
    coefs: tuple[Polynomial, ...],
) -> Band | None:
    """c_0 + c_1 x + ... in x - l and h - x, or in x - l alone."""
    if not coefs:
        return None
    (low, high), x, degree, field = bounds, Sym(name), len(coefs) - 1, curve.field
    if low is not None and high is not None:
        # x = (l p + h q) / (h - l), 1 = (p + q) / (h - l)
        width, moved = high - low, [field.polynomial(0) for _ in coefs]
        for k, c in enumerate(coefs):
            for i, number in enumerate(_product([(low, high)] * k + [(Fraction(1), Fraction(1))] * (degree - k))):
                moved[i] = moved[i] + c * field.polynomial(number / width**degree)
        ends: tuple[Fraction, ...] = (low, high)
        below, above, kind, rate = t.sub(t.Num(high), x), t.sub(x, t.Num(low)), "between", Fraction(1)
    else:
        end, rate = (low, Fraction(1)) if low is not None else (high or Fraction(0), Fraction(-1))
        moved = [
            sum((c * field.polynomial(comb(k, i) * end ** (k - i) * rate**i) for k, c in enumerate(coefs) if k >= i),
                field.polynomial(0))
            for i in range(degree + 1)
        ]  # fmt: skip
        ends, kind = (end,), "above"
        below, above = t.ONE, t.mul(t.Num(rate), t.sub(x, t.Num(end)))
    return Band(tuple(moved), t.ONE, below, above, False, (), kind, name, others, ends, rate)


def _product(factors: list[tuple[Fraction, Fraction]]) -> list[Fraction]:
    """The coefficients of a product of a p + b q, in powers of q."""
    found = [Fraction(1)]
    for a, b in factors:
        found = [a * x + b * y for x, y in zip([*found, Fraction(0)], [Fraction(0), *found], strict=True)]
    return found


def _in_exponential(
    curve: Curve, base: tuple[int, ...], unit: tuple[int, ...], multiples: dict[int, Polynomial]
) -> Band | None:
    """Exponentials of one number each, all with exponents > 0: moved by the first, the others at 0."""
    step, fewer = _spread(curve, multiples)
    coefs, generators = _dense(curve, fewer), curve.field.generators
    rates = dict[str, Fraction]()
    for k, e in enumerate(unit):
        name, rate = _rate(curve, generators[k].atom) if e else ("", Fraction(0))
        if e and (not name or name in rates):
            return None
        rates |= {name: rate * e * step} if e else {}
    if not coefs or curve.draft.domain or any(b and not e for b, e in zip(base, unit, strict=True)):
        return None
    raised = curve.field.raised
    high = t.mul(*(raised(k, e * step) for k, e in enumerate(unit) if e))
    weight = t.mul(*(raised(k, e) for k, e in enumerate(base) if e))
    name = next(iter(rates))
    spot: Spot = dict.fromkeys(curve.draft.parameters, t.ZERO)
    others = tuple(n for n in spot if n != name)
    return Band(coefs, weight, t.ONE, high, False, (spot,), "exponential", name, others, (), rates[name])


def _rate(curve: Curve, atom: Term) -> tuple[str, Fraction]:
    """x and k for exp(k x); no name for others."""
    poly = curve.normal.poly(t.children(atom)[0])
    name = next((name for name in curve.draft.parameters if {*poly} == {((name, 1),)}), "")
    return name, Fraction(poly[((name, 1),)]) if name else Fraction(0)


def _in_turn(curve: Curve, s: Fn, arg: Term, coefs: tuple[Polynomial, ...]) -> Band | None:
    """c_0 + c_1 s with s = sin u or cos u: ((c_0 - c_1) (1 - s) + (c_0 + c_1) (1 + s)) / 2."""
    if not coefs or curve.draft.domain:
        return None
    half = curve.field.polynomial(Fraction(1, 2))
    ends = ((coefs[0] - coefs[1]) * half, (coefs[0] + coefs[1]) * half)
    spots = tuple(_turns(curve, arg, s.name == "sin"))
    return Band(ends, t.ONE, t.sub(t.ONE, s), t.add(t.ONE, s), False, spots, "")


def _turns(curve: Curve, arg: Term, sine: bool) -> Iterator[Spot]:
    """Points where the sine or the cosine is 1, -1, 0."""
    poly = dict(curve.normal.poly(arg))
    start = poly.pop((), 0)
    name = next((n for n in curve.draft.parameters if ((n, 1),) in poly), None)
    if name is None or any(not any(text in curve.names for text, _ in mono) or len(mono) > 1 for mono in poly):
        return
    for quarter in (1, -1, 0) if sine else (0, 2, 1):
        turn = t.mul(t.Num(Fraction(quarter, 2)), HALF_TURN)
        value = t.mul(t.Num(1 / Fraction(poly[((name, 1),)])), t.sub(turn, t.Num(Fraction(start))))
        yield {name: value, **{other: t.ZERO for other in curve.draft.parameters if other != name}}


def _in_quotient(
    curve: Curve, base: tuple[int, ...], unit: tuple[int, ...], multiples: dict[int, Polynomial]
) -> Band | None:
    """Monomials in several numbers, all with even exponents: x^2 over y^2."""
    step, fewer = _spread(curve, multiples)
    unit, coefs = tuple(e * step for e in unit), _dense(curve, fewer)
    last = tuple(b + (len(coefs) - 1) * e for b, e in zip(base, unit, strict=True))
    if not coefs or curve.draft.domain or any(e % 2 for e in (*base, *unit, *last)):
        return None
    rest = tuple(min(b, e) for b, e in zip(base, last, strict=True))
    if any(r % 2 for r in rest):
        return None
    raised = curve.field.raised
    weight = t.mul(*(raised(k, e) for k, e in enumerate(rest) if e))
    low = t.mul(*(raised(k, -e) for k, e in enumerate(unit) if e < 0))
    high = t.mul(*(raised(k, e) for k, e in enumerate(unit) if e > 0))
    ups = [t.render(curve.field.generators[k].atom) for k, e in enumerate(unit) if e > 0]
    downs = [t.render(curve.field.generators[k].atom) for k, e in enumerate(unit) if e < 0]
    ones: Spot = dict.fromkeys(curve.draft.parameters, t.ONE)
    spots = ({**ones, **dict.fromkeys(ups, t.ZERO)}, {**ones, **dict.fromkeys(downs, t.ZERO)}, ones)
    kind = "root" if len(ups) == 1 and sum(e for e in unit if e > 0) == 2 else ""
    name = ups[0] if ups else ""
    return Band(coefs, weight, low, high, False, spots, kind, name, tuple(n for n in ones if n != name))
