"""Strictness of polynomials whose Hessian is singular at some points: C = v'Hv vanishes on no segment.

    C >= 0,   C + D^2 C + D^4 C > 0 for v != 0,   D along the direction v

Were f affine along v on a segment, C and all its derivatives along v would be 0 there. The sum is a sum of squares in
the point and the direction, among them small multiples of v_i^2, v_i^4 or v_i^6 for every i.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import perm

from symconvex.drafting.draft import MADE
from symconvex.drafting.gram import ScaledSquare, find_sum_of_squares
from symconvex.drafting.judgments import definite, nonneg, positive
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import factored
from symconvex.drafting.pivots import Weighted
from symconvex.drafting.quadratic import Quadratic, Sos, is_polynomial
from symconvex.drafting.rational import fraction
from symconvex.drafting.spanning import add_spanned, solved, spanning
from symconvex.drafting.univariate.steps import cases, isolated
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.polynomial import Poly, plus
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Budget, Num, Sym, Term

MOST_DERIVATIVES, MOST_POWER = 4, 20
SHARES = (Fraction(1, 4), Fraction(1, 256))
WORK = 1_000_000
Exponents = tuple[int, ...]


def add_strict_with_zeros(quadratic: Quadratic, sos: Sos, bend: int, shown: int, word: str) -> Judgment | None:
    """The claim that the loss is strictly convex (concave), with its lines; None when it is not shown."""
    lines, normal = quadratic.lines, quadratic.normal
    if sos.stages or not is_polynomial(normal, quadratic.whole()):
        return None
    found = by_ridges(quadratic, sos)
    if found is None and not lines.draft.domain:
        found = by_squares(quadratic, sos)
    strict = claim(f"strictly_{word}")
    if found is None:
        return None
    everywhere, multipliers = found
    isolated(lines, [bend, shown, off_zeros(lines, sos.curve, shown), everywhere], strict, [multipliers])
    return strict


def even(last: int) -> list[Term]:
    """1, 0, 1, ..., 1: the multipliers of C, D^2 C, ... up to the last."""
    return [t.ZERO if k % 2 else t.ONE for k in range(last + 1)]


def by_squares(quadratic: Quadratic, sos: Sos) -> tuple[int, list[Term]] | None:
    """The sum of the derivatives of C, by a semidefinite program; with the multipliers."""
    normal, part, last = quadratic.normal, sos.curve, 0
    total = dict(normal.poly(sos.curve))
    names = directions(quadratic)
    for k in range(1, MOST_DERIVATIVES + 1):
        part = derivative(part, names, Budget(WORK))
        if k % 2 == 0 and normal.poly(part):
            plus(total, normal.poly(part), 1)
            last = k
    everywhere = definite_sum(quadratic, sos, total)
    return None if everywhere is None else (everywhere, even(last))


# ---- sums of even powers of affine forms ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ridge:
    """c P^k l^2 with DP = r l: its derivatives along v are multiples of P^(k - j) l^(j + 2)."""

    scale: Fraction
    base: Term
    power: int
    slope: Fraction
    square: Weighted

    def part(self, j: int) -> tuple[Fraction, Term]:
        """c k (k - 1) ... (k - j + 1) slope^j and the root of P^(k - j) l^(j + 2)."""
        scale = self.scale * perm(self.power, j) * self.slope**j
        half = t.mul(t.power(self.base, (self.power - j) // 2), t.power(self.square.core, (j + 2) // 2))
        return scale, half


def by_ridges(quadratic: Quadratic, sos: Sos) -> tuple[int, list[Term]] | None:
    """All squares of C are ridges, whose last derivatives span."""
    ridges = [ridge_of(quadratic, square) for square in sos.squares]
    known = sorted((ridge for ridge in ridges if ridge is not None), key=lambda ridge: ridge.power)
    found = spanning(quadratic.oracle.field, [ridge.square for ridge in known])
    if found is None or len(known) < len(ridges):
        return None
    lines, taken = quadratic.lines, {id(square) for square in found[0]}
    chosen = [ridge for ridge in known if id(ridge.square) in taken]
    names = [f"{MADE}l{k}" for k in range(1, len(chosen) + 1)]
    entries = {
        way: solved(quadratic.oracle.field, row, names) for way, row in zip(quadratic.ways, found[1], strict=True)
    }
    tops = [ridge.part(ridge.power)[0] for ridge in chosen]
    squares = {name: (ridge.square.core, ridge.power + 2) for name, ridge in zip(names, chosen, strict=True)}
    weights = [lines.constant(positive(Num(c))) for c in tops]
    shown = t.add(*(t.mul(Num(c), t.power(core, e)) for c, (core, e) in zip(tops, squares.values(), strict=True)))
    products: list[list[int | Term]] = [[add_spanned(lines, weights, definite(shown), squares, entries)]]
    terms = [shown]
    for ridge in known:
        for j in range(0, ridge.power + (id(ridge.square) not in taken), 2):
            scale, half = ridge.part(j)
            products.append([lines.constant(positive(Num(scale))), half])
            terms.append(t.mul(Num(scale), t.power(half, 2)))
    return lines.combine(products, definite(t.add(*terms))), even(max(ridge.power for ridge in known))


def ridge_of(quadratic: Quadratic, square: Weighted) -> Ridge | None:
    """The square as a ridge: its weight a number times an even power of an affine form whose slope is the core."""
    field, row = quadratic.oracle.field, square.row
    if not all(p.is_constant() for p in row) or square.value.below != 1:
        return None
    number, factors = factored(square.value)
    if not factors:
        return Ridge(number, t.ONE, 0, Fraction(1), square)
    if len(factors) > 1 or factors[0][1] % 2 or not 0 < factors[0][1] <= MOST_POWER:
        return None
    poly, power = factors[0]
    places = {generator.atom: k for k, generator in enumerate(field.generators)}
    for way, x in zip(quadratic.ways, row, strict=True):
        place = places.get(Sym(way.name[:-1], way.indices))
        slope = field.polynomial(0) if place is None else poly.derivative(place)
        if x and slope and slope.is_constant():
            ratio = fraction(slope.leading_coefficient()) / fraction(x.leading_coefficient())
            moves = field.normal.poly(derivative(field.term(poly), directions(quadratic), Budget(WORK)))
            same = field.normal.poly(t.mul(Num(ratio), square.core))
            return Ridge(number, field.term(poly), power, ratio, square) if moves == same else None
    return None


def directions(quadratic: Quadratic) -> dict[str, str]:
    """The direction of each parameter."""
    return {name: f"{name}'" for name in quadratic.lines.draft.parameters}


def off_zeros(lines: Lines, curve: Term, shown: int) -> int:
    """C is definite where C^2 > 0: there C > 0, since C >= 0.

    If C > 0, nothing is to be shown; if -C >= 0, then C^2 + C (-C) + C > 0.
    """
    apart, above, below = positive(t.power(curve, 2)), positive(curve), nonneg(t.neg(curve))
    with lines.assuming(apart, above):
        first = lines.add("fact", (), above, fact="assumed")
    with lines.assuming(apart, below):
        square, opposite = (lines.add("fact", (), sign, fact="assumed") for sign in (apart, below))
        second = lines.combine([[square], [shown, opposite], [shown]], above)
    with lines.assuming(apart):
        return lines.product([cases(lines, [first, second], above)], definite(curve))


def definite_sum(quadratic: Quadratic, sos: Sos, total: Poly) -> int | None:
    """The line that a polynomial in the point and the direction is > 0 but for the direction 0."""
    ways = quadratic.ways
    texts = sorted({text for mono in total for text, _ in mono} - {t.render(way) for way in ways})
    names = [*texts, *map(t.render, ways)]
    form = {tuple(int(dict(mono).get(text, 0)) for text in names): Fraction(c) for mono, c in total.items()}
    atoms = [quadratic.normal.atoms.get(text) or t.parse(text) for text in names]
    for basis, powers in guesses(quadratic, sos, form, len(texts)):
        for share in SHARES:
            rest = dict(form)
            for (row, _, _), e in zip(basis, powers, strict=True):
                for exponents, c in powered(row, e, len(texts)).items():
                    rest[exponents] = rest.get(exponents, Fraction(0)) - share * c
            squares = find_sum_of_squares(rest, [{(0,) * len(names): Fraction(1)}])
            if squares is not None:
                number = with_powers(quadratic.lines, basis, powers, share, ways)
                return with_squares(quadratic.lines, number, squares, atoms, quadratic.normal.term(total))
    return None


# rows, linear forms, and the entries in terms of these
Basis = list[tuple[list[Fraction], Term, Term]]
Guess = tuple[Basis, list[int]]


def guesses(quadratic: Quadratic, sos: Sos, form: Mapping[Exponents, Fraction], before: int) -> Iterator[Guess]:
    """Linear forms l of the direction with powers: a square c s^k l^2 of C leads to l^(k + 2); else entries."""
    ways, field = quadratic.ways, quadratic.oracle.field
    names = [Sym(f"{MADE}l{k}") for k in range(1, len(ways) + 1)]
    fixed = [square for square in sos.squares if all(p.is_constant() for p in square.row)]
    fixed.sort(key=degree_of)
    found = spanning(field, fixed)
    if found is not None:
        rows = [[fraction(p.leading_coefficient()) if p else Fraction(0) for p in square.row] for square in found[0]]
        entries = [solved(field, row, [name.name for name in names]) for row in found[1]]
        cores = [square.core for square in found[0]]
        yield list(zip(rows, cores, entries, strict=True)), [degree_of(square) + 2 for square in found[0]]
    units = [[Fraction(int(i == j)) for j in range(len(ways))] for i in range(len(ways))]
    basis: Basis = list(zip(units, ways, names, strict=True))
    low = [lowest_power(form, before + k) for k in range(len(ways))]
    tried = [low, *([e] * len(ways) for e in (4, 6))]
    for k, powers in enumerate(tried):
        if all(powers) and powers not in tried[:k]:
            yield basis, powers


def degree_of(square: Weighted) -> int:
    """The degree of a weight, even."""
    degree = max((sum(map(int, e)) for e in square.value.above.monoms()), default=0)
    return degree + degree % 2


def lowest_power(form: Mapping[Exponents, Fraction], place: int) -> int:
    """The least even e with a positive multiple of v^e in the form; 0 where there is none."""
    alone = {e[place]: c for e, c in form.items() if not any(x for k, x in enumerate(e) if k != place)}
    return next((e for e in (2, 4, 6) if alone.get(e, 0) > 0), 0)


def powered(row: Sequence[Fraction], e: int, before: int) -> dict[Exponents, Fraction]:
    """A linear form to a power, its variables after so many others."""
    size, total = before + len(row), {(0,) * (before + len(row)): Fraction(1)}
    for _ in range(e):
        step: dict[Exponents, Fraction] = {}
        for exponents, c in total.items():
            for k, x in enumerate(row):
                if x:
                    key = tuple(n + (j == before + k) for j, n in enumerate(exponents))
                    step[key] = step.get(key, Fraction(0)) + c * x
        total = step
    return total if size else {}


def with_powers(lines: Lines, basis: Basis, powers: Sequence[int], share: Fraction, ways: Sequence[Sym]) -> int:
    """The definite line of share * sum_k l_k^e_k."""
    names = [f"{MADE}l{k}" for k in range(1, len(basis) + 1)]
    squares = {name: (core, e) for name, (_, core, _), e in zip(names, basis, powers, strict=True)}
    total = t.add(*(t.mul(Num(share), t.power(core, e)) for core, e in squares.values()))
    entries = {way: entry for way, (_, _, entry) in zip(ways, basis, strict=True)}
    weight = lines.constant(positive(Num(share)))
    return add_spanned(lines, [weight] * len(basis), definite(total), squares, entries)


def with_squares(lines: Lines, number: int, squares: Sequence[ScaledSquare], atoms: Sequence[Term], total: Term) -> int:
    """The same with squares of polynomials added."""
    products: list[list[int | Term]] = [[number]]
    for square in squares:
        base = t.add(
            *(
                t.mul(Num(c), *(t.power(atom, e) for atom, e in zip(atoms, exponents, strict=True)))
                for exponents, c in square.base.items()
            )
        )
        products.append([lines.constant(positive(Num(square.weight))), base])
    return lines.combine(products, definite(total))
