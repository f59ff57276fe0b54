"""Signs in one case: of polynomials in the data, and of those that move, by their charts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.conditions.bands import Band, band_of
from symconvex.drafting.conditions.curve import Curve
from symconvex.drafting.effort import answering
from symconvex.drafting.known import Lower, bounds_of
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import Oracle, factored
from symconvex.drafting.rational import Polynomial, Ratio
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.univariate.strictness import inside
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Term

LEAST_HELD = 2  # hypotheses from which on what they say together is looked at
QUARTER = t.Num(Fraction(1, 4))


@dataclass(frozen=True, slots=True)
class Branch:
    """One case: its hypotheses, and the lines of the part that shows something in it."""

    curve: Curve
    path: tuple[Given, ...]
    lines: Lines
    oracle: Oracle


def case_of(curve: Curve, path: tuple[Given, ...], fails: Callable[[Term, bool], bool]) -> Branch | None:
    """The case, with the lines that show the loss to be defined; what is seen to fail is not looked for in it."""
    lines = Lines(curve.draft, given=path)
    with answering(briefly=False):
        defined = show_defined(lines, curve.draft.loss)
    if not defined:
        return None
    case = Branch(curve, path, lines, Oracle(lines, curve.field, fails=fails))
    _show_not_zero(case)
    return case


def _show_not_zero(case: Branch) -> None:
    """Write b > 0 for every b >= 0 with b^2 > 0, b a number of the data or minus one: where b^2 - a c > 0, a c >= 0."""
    curve, oracle, field = case.curve, case.oracle, case.curve.field
    numbers = [k for k, g in enumerate(field.generators) if k not in curve.places and isinstance(g.atom, t.Sym)]
    for side in (sign * field.ring.gen(k) for k in numbers if len(case.path) >= LEAST_HELD for sign in (1, -1)):
        bound = field.term(side)
        if oracle.seen_to_fail(bound, strict=True) or still(case, side, strict=True) is not None:
            continue
        square = None if still(case, side, strict=False) is None else still(case, side**2, strict=True)
        if square is not None:
            case.lines.product([square], say.positive(t.power(bound, 2)))
            inside(case.lines, bound)
            oracle.known.pop((str(side), True), None)


def is_known(case: Branch, poly: Polynomial) -> bool:
    """Is the polynomial in the data >= 0, or its negative > 0, by the hypotheses?"""
    return still(case, poly, strict=False) is not None or still(case, -poly, strict=True) is not None


def still(case: Branch, poly: Polynomial, *, strict: bool) -> int | None:
    """The line that a polynomial in the data is >= 0 or > 0: in factors, or as one known sign and a rest in factors."""
    return sign_by(case.oracle, poly, strict=strict)


def sign_by(oracle: Oracle, poly: Polynomial, *, strict: bool) -> int | None:
    """The same, by an oracle of a field of its own."""
    if not poly:
        return None if strict else oracle.lines.constant(say.nonneg(t.ZERO))
    found = oracle.sign_of(poly, strict=strict)
    if found is not None:
        return found
    one, kind = oracle.field.polynomial(1), "positive" if strict else "nonneg"
    gives = say.sign(kind, oracle.field.term(poly))
    if oracle.seen_to_fail(gives.term or t.ZERO, strict=strict):
        return None
    whole = _by_factors(oracle, poly, strict=strict)
    if whole is not None:
        return whole
    for bound in [*bounds_of(oracle.lines, oracle.field), *_ends(oracle)]:
        rest = poly - bound.poly
        if not rest or (strict and oracle.lines.kind(bound.line) != "positive"):
            continue
        shown = oracle.weight(oracle.field.ratio(rest, one), strict=False)
        line = vanishing(oracle, rest) if shown is None else shown[0]
        if line is not None:
            return oracle.lines.total([bound.line, line], gives)
    return _without_zeros(oracle, poly, strict=strict) or (None if strict else vanishing(oracle, poly))


def _ends(oracle: Oracle) -> Iterator[Lower]:
    """1 - a and 1 + a, where the set of a has these ends."""
    field, lines = oracle.field, oracle.lines
    for place, generator in enumerate(field.generators):
        atom = generator.atom
        within = lines.draft.within(atom.name) if isinstance(atom, t.Sym) else ""
        gen, one, kind = field.ring.gen(place), field.polynomial(1), "positive" if within == "unit" else "nonneg"
        if within in ("unit", "binary", "sign"):
            yield Lower(one - gen, lines.fact("set", say.sign(kind, field.term(one - gen)), atom))
        if within == "sign":
            yield Lower(one + gen, lines.fact("set", say.sign(kind, field.term(one + gen)), atom))


def _by_factors(oracle: Oracle, poly: Polynomial, *, strict: bool) -> int | None:
    """A product, each factor with its sign; even powers of what has none are squares."""
    number, factors = poly.factor()
    if len(factors) == 1 and factors[0][1] == 1:
        return None
    turned, products = number < 0, list[int | Term]()
    for factor, e in factors:
        line, flipped = sign_by(oracle, factor, strict=strict), False
        if line is None:
            line, flipped = sign_by(oracle, -factor, strict=strict), True
        if line is None and (strict or e % 2):
            return None
        products += [oracle.field.term(factor ** (e // 2))] if line is None else [line] * e
        turned ^= flipped and e % 2 == 1
    if turned:
        zeros = ((-(factor**2), factor) for factor, e in factors if e == 2 and not strict)
        lines = ((oracle.sign_of(below, strict=False), factor) for below, factor in zeros)
        shown = next((pair for pair in lines if pair[0] is not None and oracle.field.term(pair[1]) in products), None)
        if shown is None:
            return None
        products[products.index(oracle.field.term(shown[1]))] = shown[0] or 0  # -f^2 >= 0 in the place of f^2
    scale = oracle.lines.constant(say.positive(oracle.field.term(oracle.field.polynomial(1) * abs(number))))
    gives = say.sign("positive" if strict else "nonneg", oracle.field.term(poly))
    return oracle.lines.combine([[scale, *products]], gives)


def _without_zeros(oracle: Oracle, poly: Polynomial, *, strict: bool) -> int | None:
    """As what is left where a symbol that is 0 is put to 0, and a rest that has it as a factor."""
    gens = list(oracle.field.ring.gens())
    for place in (k for k in range(len(gens)) if any(int(exponents[k]) for exponents in poly.monoms())):
        if oracle.sign_of(gens[place], strict=False) is None or oracle.sign_of(-gens[place], strict=False) is None:
            continue
        left = poly.compose(*[oracle.field.polynomial(0) if k == place else gen for k, gen in enumerate(gens)])
        if not left or left == poly:
            continue
        first, second = sign_by(oracle, left, strict=strict), vanishing(oracle, poly - left)
        if first is not None and second is not None:
            kind = "positive" if strict else "nonneg"
            return oracle.lines.total([first, second], say.sign(kind, oracle.field.term(poly)))
    return None


def vanishing(oracle: Oracle, poly: Polynomial) -> int | None:
    """The line poly >= 0 where a factor f is 0: f, -f >= 0, so -f^2 >= 0 and 2 f u w >= 0 for all u, w."""
    lines, field = oracle.lines, oracle.field
    for factor, _ in poly.factor()[1]:
        up = oracle.sign_of(factor, strict=False)
        down = None if up is None else oracle.sign_of(-factor, strict=False)
        if up is not None and down is not None:
            nothing = lines.constant(say.nonneg(t.ZERO))
            below = lines.product([up, down], say.nonneg(t.neg(t.power(field.term(factor), 2))))
            rest = t.mul(t.Num(Fraction(1, 2)), field.term(poly / factor))
            return lines.quadratic(
                (nothing, nothing, below), say.nonneg(field.term(poly)), (rest, t.ONE), field.term(factor)
            )
    return None


# ---- polynomials that move ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Factors:
    """A polynomial as a product: what has a sign without hypotheses, what is in the data only, what moves.

    moving    the factor that moves with its sign, None where there is none
    squares   factors in the data only that stand there an even number of times, and may be 0
    """

    value: Ratio
    data: tuple[Polynomial, ...]
    moving: Polynomial | None
    squares: tuple[Polynomial, ...]


def split_of(curve: Curve, poly: Polynomial) -> Factors | None:
    """The factors of a polynomial; None where more than one factor of unknown sign moves."""
    oracle = Oracle(Lines(curve.draft), curve.field)
    value = curve.field.ratio(poly, curve.field.polynomial(1))
    number, factors = factored(value)
    data, moving, turned, squares = list[Polynomial](), list[Polynomial](), number < 0, list[Polynomial]()
    for factor, e in factors:
        if e % 2 == 0:
            squares += [] if curve.moves(factor) or oracle.sign_of(factor**2, strict=True) is not None else [factor]
            continue
        if not curve.moves(factor):
            if oracle.sign_of(-factor, strict=True) is not None:
                turned = not turned
            elif oracle.sign_of(factor, strict=False) is None:
                data.append(factor)
        elif oracle.sign_of(-factor, strict=True) is not None:
            turned = not turned
        elif oracle.sign_of(factor, strict=False) is None:
            moving.append(factor)
    if len(moving) > 1:
        return None
    signed = -moving[0] if moving and turned else moving[0] if moving else None
    if turned and not moving and data:
        data[0] = -data[0]
    return Factors(value, tuple(data), signed, tuple(squares))


def shown_nonneg(case: Branch, poly: Polynomial) -> tuple[int, Term] | None:
    """The line that a minor is >= 0 at every point, and the minor as it is written there."""
    if not poly:
        return case.lines.constant(say.nonneg(t.ZERO)), t.ZERO
    field = case.curve.field
    direct = case.oracle.weight(field.ratio(poly, field.polynomial(1)), strict=False)
    if direct is not None:
        return direct
    parts = split_of(case.curve, poly)
    band = None if parts is None or parts.moving is None else band_of(case.curve, parts.moving)
    nothing = vanishing(case.oracle, poly)
    if nothing is not None:
        return nothing, field.term(poly)
    if not case.curve.moves(poly):
        known = still(case, poly, strict=False)
        return None if known is None else (known, field.term(poly))
    if parts is None or parts.moving is None or band is None:
        return None
    line = by_band(case, band, parts.moving)
    rest = case.oracle.weight(field.ratio(poly, parts.moving), strict=False)
    if line is None or rest is None:
        return None
    term, strict = t.mul(rest[1], field.term(parts.moving)), are_positive(case.lines, (rest[0], line))
    return case.lines.product([rest[0], line], say.sign("positive" if strict else "nonneg", term)), term


def by_band(case: Branch, band: Band, poly: Polynomial) -> int | None:
    """The line poly >= 0: all C_k >= 0, or C_0, C_2 and 4 C_0 C_2 - C_1^2 >= 0; poly > 0 where one product is."""
    lines, gives = case.lines, say.nonneg(case.curve.field.term(poly))
    weight = _either(lines, band.weight)
    if weight is None:
        return None
    sides = [_either(lines, side) for side in (band.low, band.high)]
    if not band.both and None not in sides:
        shown = [still(case, c, strict=True) or still(case, c, strict=False) if c else 0 for c in band.coefs]
        if None not in shown:
            d = band.degree
            products = [
                [line or 0, weight, *[sides[0] or 0] * (d - k), *[sides[1] or 0] * k]
                for k, line in enumerate(shown)
                if band.coefs[k]
            ]
            strict = any(are_positive(lines, row) for row in products)
            return lines.combine(products, say.sign("positive", gives.term or t.ZERO) if strict else gives)
    form = _by_discriminant(case, band) if band.degree == 2 else None
    return None if form is None else lines.product([weight, form], gives)


def are_positive(lines: Lines, numbers: Iterable[int]) -> bool:
    """Does each of these lines say that something is > 0?"""
    return all(lines.kind(number) == "positive" for number in numbers)


def _either(lines: Lines, term: Term) -> int | None:
    """The line term > 0, or else term >= 0."""
    return find_sign(lines, term, strict=True) or find_sign(lines, term, strict=False)


def discriminant(band: Band) -> Polynomial:
    """4 C_0 C_2 - C_1^2"""
    c0, c1, c2 = band.coefs
    return 4 * c0 * c2 - c1 * c1


def _by_discriminant(case: Branch, band: Band) -> int | None:
    field, lines = case.curve.field, case.lines
    c0, c1, c2 = band.coefs
    high, rest = still(case, c2, strict=False), still(case, discriminant(band), strict=False)
    low = still(case, c0, strict=False)
    if high is not None and rest is not None and low is None and c2.is_constant():
        number = case.curve.field.polynomial(1) / (4 * c2)
        scale = lines.constant(say.positive(field.term(number)))
        low = lines.combine([[scale, rest], [scale, field.term(c1)]], say.nonneg(field.term(c0)))
    if high is None or low is None or rest is None:
        return None
    inner = field.term(discriminant(band) / 4)
    quarter = lines.product([lines.constant(say.positive(QUARTER)), rest], say.nonneg(inner))
    middle = field.term(c1 / 2)
    form = t.add(
        t.mul(field.term(c2), t.power(band.high, 2)),
        t.mul(field.term(c1), band.high, band.low),
        t.mul(field.term(c0), t.power(band.low, 2)),
    )
    return lines.quadratic((high, low, quarter), say.nonneg(form), (band.high, band.low), middle)
