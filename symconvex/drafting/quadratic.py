"""The Hessian of a loss in finitely many numbers as quadratic forms, and these as weighted squares."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, prod

from symconvex.drafting.arguments.hessian import Hessian
from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import spend
from symconvex.drafting.judgments import nonneg
from symconvex.drafting.judgments import sign as judged
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import Oracle, factored, normal_of
from symconvex.drafting.pivots import Form, Weighted, common_denominator, entries_of, find_weighted, form_of, summed
from symconvex.drafting.profile import summands
from symconvex.drafting.rational import Field, Polynomial, Ratio, field_of, primitive
from symconvex.drafting.signs import show_defined
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import Poly, plus, scaled
from symconvex.kernel.term import Budget, Sym, Term

MOST_DIRECTIONS = 30
MOST_SHOWN, LONGEST_SHOWN = 4, 24
WORK = 3_000_000


@dataclass(frozen=True, slots=True)
class Quadratic:
    """The second derivative of the loss along the direction.

    ways     the entries of the direction
    pieces   normal forms of the summands that bend
    oracle   the field of all coefficients, with what is known of signs
    """

    lines: Lines
    normal: Normal
    ways: tuple[Sym, ...]
    pieces: tuple[Poly, ...]
    oracle: Oracle

    def whole(self) -> Poly:
        """The normal form of all of it."""
        total: Poly = {}
        for piece in self.pieces:
            plus(total, piece, 1)
        return total

    def form(self, poly: Poly) -> Form | None:
        """A quadratic form over the field, in all entries of the direction."""
        entries = entries_of(self.normal, poly, self.ways)
        return None if entries is None else form_of(self.oracle.field, entries, self.ways)

    def narrow(self, poly: Poly) -> Form | None:
        """The same in those entries that it speaks of."""
        texts = {text for mono in poly for text, _ in mono}
        used = [way for way in self.ways if t.render(way) in texts]
        entries = entries_of(self.normal, poly, used)
        return None if entries is None else form_of(self.oracle.field, entries, used)

    def widened(self, square: Weighted, form: Form) -> Weighted:
        """A square of a narrow form with a coefficient for every entry."""
        places = {way: k for k, way in enumerate(form.ways)}
        zero = self.oracle.field.polynomial(0)
        row = tuple(square.row[places[way]] if way in places else zero for way in self.ways)
        return dataclasses.replace(square, row=row)


def quadratic_of(lines: Lines) -> Quadratic | None:
    """The second derivative of a loss in finitely many numbers; None when there are named sizes or it is not smooth."""
    draft = lines.draft
    ways = directions_of(draft)
    if not 2 <= len(ways) <= MOST_DIRECTIONS or not show_defined(lines, draft.loss, smooth=True):
        return None
    normal, names = normal_of(draft), {name: f"{name}'" for name in draft.parameters}
    pieces: list[Poly] = []
    for part in summands(draft.loss):
        once = derivative(part, names, Budget(WORK))
        twice = normal.poly(derivative(once, names, Budget(WORK)))
        spend(100 + 10 * len(twice))
        if normal.mentions(normal.term(twice), frozenset({"step"})):
            return None
        if twice:
            pieces.append(twice)
    return with_field(lines, normal, ways, tuple(pieces))


def with_field(
    lines: Lines, normal: Normal, ways: tuple[Sym, ...], pieces: tuple[Poly, ...], *more: Poly
) -> Quadratic | None:
    """The pieces over one field, which holds `more` too."""
    coefficients: list[Poly] = [*more]
    for piece in pieces:
        entries = entries_of(normal, piece, ways)
        if entries is None:
            return None
        coefficients += entries.values()
    return Quadratic(lines, normal, ways, pieces, Oracle(lines, field_of(normal, coefficients)))


def directions_of(draft: Draft) -> tuple[Sym, ...]:
    """The entries of the directions of all parameters; nothing when a size has a name, or when they are too many."""
    found: list[Sym] = []
    for name, shape in draft.parameters.items():
        if any(isinstance(size, str) for size in shape):
            return ()
        sizes = [int(size) for size in shape]
        if len(found) + prod(sizes) > MOST_DIRECTIONS:
            return ()
        found += [Sym(f"{name}'", place) for place in product(*map(range, sizes))]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Sos:
    """The second derivative (sign -1: its negative) as weighted squares, and how the kernel comes to see it.

    squares    as they are told
    curve      the second derivative in the spelling of the lines
    cleared    the curve times all factors, as weighted squares; the same as `squares` without factors
    stages     the lines 1/P^e > 0 with what is multiplied by P^e, from the first on
    """

    sign: int
    squares: tuple[Weighted, ...]
    curve: Term
    cleared: tuple[Weighted, ...]
    stages: tuple[tuple[int, Term], ...]


def find_squares(quadratic: Quadratic, sign: int) -> Sos | None:
    """Weighted squares whose sum is the second derivative (sign -1: its negative): first without, then with an SDP."""
    return squares_at(quadratic, sign, deep=False) or squares_at(quadratic, sign, deep=True)


def squares_at(quadratic: Quadratic, sign: int, *, deep: bool) -> Sos | None:
    """The same without or with sums of squares by a semidefinite program."""
    if deep:
        quadratic.oracle.deepen()
    quadratic.oracle.deep = deep
    for pieces in groups(quadratic):
        found = squares_of(quadratic, pieces, sign)
        if found is None:
            continue
        if agrees(quadratic, found, sign):
            return Sos(sign, tuple(found), summed(found), tuple(found), ())
        sos = without_denominators(quadratic, found, sign)
        if sos is not None:
            return sos
    return None


def groups(quadratic: Quadratic) -> Iterator[list[Poly]]:
    """Every summand for itself; polynomials together; all together."""
    polynomial: Poly = {}
    others = list[Poly]()
    for piece in quadratic.pieces:
        if is_polynomial(quadratic.normal, piece):
            plus(polynomial, piece, 1)
        else:
            others.append(piece)
    yield list(quadratic.pieces)
    together = [*([polynomial] if polynomial else []), *others]
    if len(together) < len(quadratic.pieces):
        yield together
    if len(together) > 1:
        yield [quadratic.whole()]


def is_polynomial(normal: Normal, piece: Poly) -> bool:
    """Only symbols to positive powers?"""
    return all(isinstance(normal.atoms[text], Sym) and e > 0 for mono in piece for text, e in mono)


def squares_of(quadratic: Quadratic, pieces: Sequence[Poly], sign: int) -> list[Weighted] | None:
    """All pieces as weighted squares."""
    found = list[Weighted]()
    for piece in pieces:
        form = quadratic.narrow(piece)
        squares = None if form is None else find_weighted(quadratic.oracle, form if sign > 0 else form.negative())
        if form is None or squares is None:
            return None
        found += [quadratic.widened(square, form) for square in squares]
    return found


def without_denominators(quadratic: Quadratic, squares: Sequence[Weighted], sign: int) -> Sos | None:
    """The same where two denominators keep the normal form from seeing it: times one of them after the other.

    P^e T is seen to be free of 1/P; from P^e T >= 0 and 1/P^e > 0 follows T >= 0.
    """
    normal, oracle = quadratic.normal, quadratic.oracle
    field, whole = oracle.field, scaled(quadratic.whole(), sign)
    curve = before = normal.term(whole)
    stages, scale = list[tuple[int, Term]](), field.polynomial(1)
    for poly, e in [*negative_powers(field, whole), *denominators(field, squares)]:
        both = (poly**e, -(poly**e))  # a factor is found up to its sign
        offers = ((one, oracle.weight(field.ratio(field.polynomial(1), one), strict=True)) for one in both)
        power, inverse = next(((one, shown) for one, shown in offers if shown is not None), (poly, None))
        if inverse is None or not oracle.defined(before):
            return None
        stages.append((inverse[0], before))
        scale = scale * power
        before = normal.term(normal.poly(t.mul(t.power(inverse[1], -1), before)))
    cleared = []
    for square in squares:
        value = field.ratio(square.value.above * scale, square.value.below)
        shown = oracle.weight(value, strict=False)
        if shown is None:
            return None
        cleared.append(dataclasses.replace(square, line=shown[0], weight=shown[1], value=value))
    if not normal.equal(before, summed(cleared)):
        return None
    return Sos(sign, tuple(squares), curve, tuple(cleared), tuple(stages))


def negative_powers(field: Field, poly: Poly) -> Iterator[tuple[Polynomial, int]]:
    """The generators in the denominators of monomials, with their largest exponents."""
    for place, generator in enumerate(field.generators):
        least = min((e for mono in poly for text, e in mono if text == generator.text), default=0)
        if least < 0:
            yield field.ring.gen(place), ceil(-least * generator.parts)


def denominators(field: Field, squares: Sequence[Weighted]) -> list[tuple[Polynomial, int]]:
    """The factors of several summands in the denominators of the weights, as often as they stand there.

    One at a time: the normal form need not see that P^2 / P^2 is 1 when P has a root r in it, and r^2 is replaced.
    """
    most: dict[str, tuple[Polynomial, int]] = {}
    for square in squares:
        for poly, e in square.value.below.factor()[1]:
            if len(poly) > 1:
                most[str(poly)] = poly, max(int(e), most.get(str(poly), (poly, 0))[1])
    return [(poly, 1) for poly, e in most.values() for _ in range(e)]


def agrees(quadratic: Quadratic, squares: Sequence[Weighted], sign: int) -> bool:
    """Will the kernel see that the squares are the second derivative?"""
    normal = quadratic.normal
    shown = normal.poly(summed(squares))
    return not plus(dict(shown), quadratic.whole(), -sign)


def add_squares(lines: Lines, sos: Sos) -> int:
    """The line that the second derivative (sign -1: its negative) is >= 0."""
    products = [[square.line, square.core] for square in sos.cleared]
    return carried(lines, sos, lines.combine(products, nonneg(summed(sos.cleared))))


def carried(lines: Lines, sos: Sos, number: int) -> int:
    """From the line for P^e T to the line for T, through all stages."""
    for inverse, before in reversed(sos.stages):
        kind, raised = lines.kind(number), t.power(lines.term(inverse), -1)
        times = lines.product([number], judged(kind, t.mul(raised, before)))
        number = lines.product([inverse, times], judged(kind, before))
    return number


# ---- how it is told --------------------------------------------------------------------------------


Pairs = tuple[tuple[Term, Term], ...]


def pairs_of(sos: Sos) -> Pairs:
    """The squares as they are told: weight and linear form."""
    return tuple((square.weight, square.core) for square in sos.squares)


def argument_of(quadratic: Quadratic, sos: Sos, shown: int) -> Hessian:
    """The squares with their reasons, and the Hessian as a matrix where it can be read."""
    factor, matrix = shown_matrix(quadratic)
    return Hessian(sos.sign, pairs_of(sos), quadratic.lines.reasons_of(shown), quadratic.ways, matrix, factor)


def shown_matrix(quadratic: Quadratic) -> tuple[Term, tuple[tuple[Term, ...], ...]]:
    """A common factor and the rest of the Hessian; no rows where they are too long to be read."""
    form = quadratic.form(quadratic.whole())
    if form is None or form.size > MOST_SHOWN:
        return t.ONE, ()
    field, entries = form.field, [entry for row in form.matrix for entry in row]
    below, common = common_denominator(form), field.polynomial(0)
    tops = [entry.above * (below / entry.below) for entry in entries]
    for top in tops:
        common = top.gcd(common)
    if common == 0:
        return t.ZERO, ()
    content, rests = primitive(field, [top / common for top in tops])
    if sum(map(len, rests)) > LONGEST_SHOWN or len(common) + len(below) > LONGEST_SHOWN:
        return t.ONE, ()
    cells = tuple(map(field.term, rests))
    rows = tuple(cells[k : k + form.size] for k in range(0, len(cells), form.size))
    return in_factors(field, field.ratio(common * field.polynomial(content), below)), rows


def in_factors(field: Field, value: Ratio) -> Term:
    """A fraction as a product of powers."""
    number, factors = factored(value)
    return t.mul(t.Num(number), *(t.power(field.term(poly), e) for poly, e in factors))
