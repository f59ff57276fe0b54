"""Points and directions, in terms of the data, at which the second derivative is negative in a case."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product

from symconvex.drafting import judgments as say
from symconvex.drafting.conditions.bands import Band, Spot, band_of
from symconvex.drafting.conditions.curve import Curve
from symconvex.drafting.conditions.directions import Recipe, directions
from symconvex.drafting.conditions.samples import Array, Samples
from symconvex.drafting.conditions.signs import Branch, sign_by, split_of
from symconvex.drafting.constants import holds
from symconvex.drafting.draft import MADE
from symconvex.drafting.indefinite import inner_point
from symconvex.drafting.lines import PartDraft
from symconvex.drafting.oracle import Oracle
from symconvex.drafting.rational import Polynomial, field_of
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import Poly, scaled
from symconvex.kernel.term import Family, Sym, Term

Z = Sym(f"{MADE}z")


@dataclass(frozen=True, slots=True)
class Witness:
    """A point and a direction; `value` is the second derivative there, which is negative (concave: positive)."""

    point: Spot
    direction: Spot
    value: Term


def refuted(case: Branch, samples: Samples, poly: Polynomial) -> tuple[PartDraft, Witness] | None:
    """The part with (loss not_convex) or (loss not_concave), by a point where a minor is negative, if one is found.

    What the kernel does not see, since its normal form is not complete, is passed over.
    """
    tried, mask = set[tuple[str, ...]](), samples.where(case.path)
    for point in points(case, poly):
        for direction, recipe in directions(case.curve, point):
            key = tuple(map(t.render, (*point.values(), *direction.values())))
            if key in tried:
                continue
            tried.add(key)
            if not _seems(case, samples, mask, point, direction):
                continue
            for found in _at(case, point, direction, recipe):
                accepted = _accepted(case, found)
                if accepted is not None:
                    return accepted
    return _accepted(case, _far(case, poly))


def _accepted(case: Branch, found: Witness | None) -> tuple[PartDraft, Witness] | None:
    """The part for a witness, if the kernel accepts it; else its last line is forgotten."""
    if found is None:
        return None
    claim = say.loss(f"not_{case.curve.word}")
    part = case.lines.part(claim)
    if holds(case.curve.draft, part):
        return part, found
    case.lines.known.pop(claim, None)
    return None


def _seems(case: Branch, samples: Samples, mask: Array, point: Spot, direction: Spot) -> bool:
    """Is the second derivative negative there for all samples of the case?"""
    families: dict[str, Family] = {name: ((), value) for name, value in (*point.items(), *direction.items())}
    value = samples.value(t.substitute(case.curve.form, families))
    return bool((value[mask] < 0).all())


# ---- where to look -----------------------------------------------------------------------------------


def points(case: Branch, poly: Polynomial) -> Iterator[Spot]:
    """Simple points, then those that the band of the minor offers."""
    curve, parts = case.curve, split_of(case.curve, poly)
    band = None if parts is None or parts.moving is None else band_of(curve, parts.moving)
    if band is None or not band.spots:
        yield from _simple(curve)
    if band is None:
        return
    yield from band.spots
    for top, bottom in (*_without_zeros(case, band), *ratios(band)):
        spot = _spot(case, band, top, bottom)
        if spot is not None:
            yield spot


def _without_zeros(case: Branch, band: Band) -> Iterator[tuple[Polynomial, Polynomial]]:
    """The ratios where the numbers that are 0 in this case are left out, in lowest terms."""
    gens, field = list(case.curve.field.ring.gens()), case.curve.field
    gone = [k for k, gen in enumerate(gens) if k not in case.curve.places and _is_zero(case, gen)]
    if not gone:
        return
    left = [c.compose(*(field.polynomial(0) if k in gone else g for k, g in enumerate(gens))) for c in band.coefs]
    while len(left) > 1 and not left[-1]:
        left.pop()
    if len(left) > 1:
        for top, bottom in ratios(replace(band, coefs=tuple(left))):
            common = top.gcd(bottom)
            if bottom:
                yield top / common, bottom / common


def _is_zero(case: Branch, gen: Polynomial) -> bool:
    return all(case.oracle.sign_of(side, strict=False) is not None for side in (gen, -gen))


def _spot(case: Branch, band: Band, top: Polynomial, bottom: Polynomial) -> Spot | None:
    """The point with this ratio, with the lines for its denominators; None where the ratio has the wrong sign."""
    if sign_by(case.oracle, bottom, strict=True) is None:
        top, bottom = -top, -bottom
    if sign_by(case.oracle, bottom, strict=True) is None:
        return None
    if not band.both and sign_by(case.oracle, top, strict=True) is None:
        return None
    if band.kind == "between" and sign_by(case.oracle, top + bottom, strict=True) is None:
        return None
    return band.spot(case.curve.field, top, bottom)


def _simple(curve: Curve) -> Iterator[Spot]:
    inner = inner_point(curve.draft)
    if inner is not None:
        yield dict(zip(curve.draft.parameters, map(t.Num, inner), strict=True))
    if not curve.draft.domain and (curve.places or inner is None):
        for entries in product((t.ONE, t.number(-1)), repeat=len(curve.draft.parameters)):
            yield dict(zip(curve.draft.parameters, entries, strict=True))


def ratios(band: Band) -> Iterator[tuple[Polynomial, Polynomial]]:
    """Ratios r = high : low at which C_0 + C_1 r + C_2 r^2 is negative, in one case or another.

    C_d < 0, S the sum of some other C_k:   r = (S - C_d) / -C_d;    C_0 < 0 likewise for 1 / r
    C_1 < 0:                                r = -C_1 / (2 C_2), (1 + C_0) / -C_1
    C_0 + C_d r^d alone:                    r^d = -C_0 / (2 C_d), -2 C_0 / C_d
    """
    first, *middle, last = band.coefs
    if not middle:
        yield -first - 1, last
    for end, others in ((last, (first, *middle)), (first, (*middle, last))):
        for count in range(len(others) + 1):
            for some in combinations(others, count):
                total = sum(some, 0 * first)
                top, bottom = total - end, -end
                yield (top, bottom) if end is last else (bottom, top)
                if band.both:
                    yield (-top, bottom) if end is last else (-bottom, top)
    for c in middle:
        yield -c, 2 * last
        yield first + 1, -c
        yield -c, last + 1
    if not any(middle):
        yield -first, 2 * last
        yield -2 * first, last


# ---- what the second derivative is there -------------------------------------------------------------


def _at(case: Branch, point: Spot, direction: Spot, recipe: Recipe) -> Iterator[Witness]:
    """The lines for one point and direction, in one spelling and another; nothing where the sign is not shown.

    recipe    polynomials whose sum is minus the form of R there, the first > 0, the others >= 0
    """
    curve, lines = case.curve, case.lines
    if not all(_defined(case, value) for value in (*point.values(), *direction.values())):
        return
    if not _inside(case, point):
        return
    whole = t.mul(_outer(case), curve.form)
    families: dict[str, Family] = {name: ((), value) for name, value in (*point.items(), *direction.items())}
    try:
        poly = curve.normal.poly(t.substitute(whole, families))
    except t.Refused:
        return
    parts = [curve.normal.poly(t.substitute(curve.field.term(part), families)) for part in recipe]
    field = field_of(curve.normal, [poly, *parts])
    value = field.read(poly)
    oracle = Oracle(lines, field, fails=case.oracle.fails)
    if parts and all(field.read(part).below == 1 for part in parts):
        shown = _by_recipe(case, oracle, point, [field.read(part).above for part in parts])
    else:
        shown = _quotient(oracle, -value.above, value.below)
    if shown is not None:
        yield _write(case, point, direction, shown)
    cleared = None if parts or value.below.is_constant() else _cleared(oracle, curve.normal, scaled(poly, -1))
    if cleared is not None:
        yield _write(case, point, direction, cleared)


def _cleared(oracle: Oracle, normal: Normal, poly: Poly) -> tuple[int, Term] | None:
    """The line that a quotient is > 0, as the normal form has it: multiplied by one denominator after the other."""
    field, lines, stages = oracle.field, oracle.lines, list[tuple[int, Term]]()
    here = normal.term(poly)
    for factor, e in field.read(poly).below.factor()[1]:
        for _ in range(e):
            one = field.polynomial(1)
            inverse = oracle.weight(field.ratio(one, factor), strict=True)
            inverse = oracle.weight(field.ratio(one, -factor), strict=True) if inverse is None else inverse
            if inverse is None or not oracle.defined(here):
                return None
            stages.append((inverse[0], here))
            here = normal.term(normal.poly(t.mul(t.power(inverse[1], -1), here)))
    left = field.of(here)
    number = sign_by(oracle, left.above, strict=True) if left.below == 1 and oracle.defined(here) else None
    if number is None or not normal.equal(here, lines.term(number)):
        return None
    for inverse_line, before in reversed(stages):
        number = lines.product([inverse_line, number], say.positive(before))
    return number, lines.term(number)


def _quotient(oracle: Oracle, above: Polynomial, below: Polynomial) -> tuple[int, Term] | None:
    """The line that a quotient is > 0."""
    lines, field = oracle.lines, oracle.field
    if below.is_constant():
        number = above / below.leading_coefficient()
        line = sign_by(oracle, number, strict=True)
        return None if line is None else (line, field.term(number))
    bottom = sign_by(oracle, below, strict=True)
    if bottom is None:
        above, below = -above, -below
        bottom = sign_by(oracle, below, strict=True)
    top = sign_by(oracle, above, strict=True)
    if top is None or bottom is None:
        return oracle.weight(field.ratio(above, below), strict=True)
    over = t.power(field.term(below), -1)
    term = t.mul(field.term(above), over)
    return lines.product([top, lines.power(bottom, say.positive(over))], say.positive(term)), term


def _by_recipe(case: Branch, oracle: Oracle, point: Spot, parts: list[Polynomial]) -> tuple[int, Term] | None:
    """The line that the outer factor times the sum of the parts is > 0."""
    found = [sign_by(oracle, part, strict=not k) for k, part in enumerate(parts)]
    lines = [line for line in found if line is not None]
    outer = t.substitute(_outer(case), {name: ((), value) for name, value in point.items()})
    scale = shown_positive(case, outer)
    if len(lines) < len(found) or scale is None:
        return None
    term = t.mul(outer, oracle.field.term(sum(parts, oracle.field.polynomial(0))))
    return case.lines.combine([[scale, line] for line in lines], say.positive(term)), term


def _outer(case: Branch) -> Term:
    """The common factor as a term, with the lines that show it to be defined."""
    shown = case.oracle.weight(case.curve.outer, strict=False)
    return t.ONE if shown is None else shown[1]


def _inside(case: Branch, point: Spot) -> bool:
    """Write the lines that show every condition of the domain strictly at the point."""
    families: dict[str, Family] = {name: ((), value) for name, value in point.items()}
    for entry in case.lines.draft.domain:
        at = t.substitute(entry.term or t.ZERO, families)
        if shown_positive(case, at) is None:
            return False
    return True


def _defined(case: Branch, term: Term) -> bool:
    """Write the lines that every denominator, root and logarithm of a term in the data needs."""
    bases = [base for base, _ in reversed(list(partial_bases(term)))]
    return all(say.positive(b) in case.lines.known or shown_positive(case, b) is not None for b in bases)


def shown_positive(case: Branch, term: Term) -> int | None:
    """The line that this term, as it is spelled, is > 0."""
    lines = case.lines
    if not _defined(case, term):
        return None
    found = find_sign(lines, term, strict=True)
    if found is not None:
        return found
    poly = case.curve.normal.poly(term)
    field = field_of(case.curve.normal, [poly])
    value = field.read(poly)
    shown = _quotient(Oracle(lines, field), value.above, value.below)
    return None if shown is None else lines.product([shown[0]], say.positive(term))


def _write(case: Branch, point: Spot, direction: Spot, shown: tuple[int, Term]) -> Witness:
    """The second derivative at the point, and the refutation."""
    curve, lines = case.curve, case.lines
    number, below = shown
    spelled = t.mul(_outer(case), curve.form)
    bend = lines.differentiate(say.curvature(spelled if curve.sign > 0 else t.neg(spelled)))
    places: dict[str, Family] = {name: ((), value) for name, value in point.items()}
    ways: dict[str, Family] = {name.removesuffix("'"): ((), value) for name, value in direction.items()}
    inside = []
    for entry in lines.draft.domain:
        line = shown_positive(case, t.substitute(entry.term or t.ZERO, places))
        inside.append(line or 0)
    gap = lines.at_point([bend, *inside], say.gap(curve.word, below), places, ways)
    lines.refute([gap], number, say.loss(f"not_{curve.word}"))
    return Witness(point, direction, below)


# ---- far away ----------------------------------------------------------------------------------------


def _far(case: Branch, poly: Polynomial) -> Witness | None:
    """C_0 < 0 where F = exp(-K) is small: K = S / -C_0, S the sum of the positive C_k, and 1 + K <= exp(K).

    -(C_0 + C_1 F + C_2 F^2) = -C_0 (1 - F (1 + K)) + -C_0 F + terms >= 0
    """
    parts = split_of(case.curve, poly)
    band = None if parts is None or parts.moving is None or parts.data else band_of(case.curve, parts.moving)
    if band is None or band.kind != "exponential":
        return None
    for coefs, rate in ((band.coefs, -band.rate), (band.coefs[::-1], band.rate)):
        found = _limit(case, band, coefs, rate)
        if found is not None:
            return found
    return None


def _limit(case: Branch, band: Band, coefs: tuple[Polynomial, ...], rate: Fraction) -> Witness | None:
    lines, field = case.lines, case.curve.field
    start = sign_by(case.oracle, -coefs[0], strict=True)
    if start is None:
        return None
    above, below = dict[int, int](), dict[int, int]()
    for k, c in enumerate(coefs[1:], 1):
        up = sign_by(case.oracle, c, strict=False)
        down = sign_by(case.oracle, -c, strict=False) if up is None else None
        if up is None and down is None:
            return None
        (above if up is not None else below)[k] = up or down or 0
    total = field.term(sum((coefs[k] for k in above), field.polynomial(0)))
    reach = t.mul(total, t.power(field.term(-coefs[0]), -1))
    point: Spot = {**dict.fromkeys(band.others, t.ZERO), band.name: t.mul(t.Num(1 / rate), reach)}
    if not _inside(case, point) or not show_defined(lines, reach):
        return None
    small, large = t.fn("exp", t.neg(reach)), t.fn("exp", reach)
    tiny, big = (find_sign(lines, term, strict=True) for term in (small, t.fn("exp", Z)))
    if tiny is None or big is None:
        return None
    rise = t.sub(t.sub(large, t.ONE), reach)
    tangent = lines.tangent([big], say.nonneg(rise), Z.name, t.fn("exp", Z), (t.ZERO, reach))
    inside = t.sub(t.ONE, t.mul(small, t.add(t.ONE, reach)))
    left = lines.product([tangent, tiny], say.nonneg(inside))
    products: list[list[int | Term]] = [[start, left], [start, tiny]]
    if above.keys() | below.keys() != {1}:
        reached = lines.combine(
            [[line, lines.power(start, say.positive(t.power(field.term(-coefs[0]), -1)))] for line in above.values()]
            or [[lines.constant(say.nonneg(t.ZERO))]],
            say.nonneg(reach),
        )
        gap = lines.combine([[left], [tiny, reached]], say.nonneg(t.sub(t.ONE, small)))
        products += [[line, tiny, gap] for k, line in above.items() if k == 2]
    products += [[line, *[tiny] * k] for k, line in below.items()]
    value = t.neg(t.add(*(t.mul(field.term(c), t.power(small, k)) for k, c in enumerate(coefs))))
    shown = lines.combine(products, say.positive(value))
    return _scaled(case, band, point, shown, value)


def _scaled(case: Branch, band: Band, point: Spot, shown: int, value: Term) -> Witness | None:
    """From the quadratic at the point to the second derivative in some direction: times a factor > 0."""
    curve = case.curve
    for direction, _ in directions(curve, point):
        if not all(_defined(case, at) for at in direction.values()):
            continue
        families: dict[str, Family] = {name: ((), at) for name, at in (*point.items(), *direction.items())}
        whole = curve.normal.poly(t.substitute(t.mul(_outer(case), curve.form), families))
        field = field_of(curve.normal, [whole, curve.normal.poly(value)])
        factor = field.over(field.negative(field.read(whole)), field.of(value))
        scale = Oracle(case.lines, field).weight(factor, strict=True)
        if scale is not None:
            term = t.mul(scale[1], value)
            number = case.lines.product([scale[0], shown], say.positive(term))
            return _write(case, point, direction, (number, term))
    return None
