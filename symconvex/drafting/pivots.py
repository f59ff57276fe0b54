"""Quadratic forms in the directions as weighted squares: sum of W l^2 with W >= 0, over the field of the coefficients.

monomials     every monomial in positive atoms has a form with numbers that is positive semidefinite
elimination   LDL' with primitive rows: the row of a pivot d is c p with p without a common factor, and W = c / p_k
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, permutations

from symconvex.drafting.gram import find_sum_of_squares
from symconvex.drafting.known import bounds_of, is_refuted
from symconvex.drafting.oracle import MOST_ATOMS, Oracle, narrowed, widened
from symconvex.drafting.rational import Field, Polynomial, Ratio, fraction, primitive, rational_squares
from symconvex.kernel import term as t
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import Poly
from symconvex.kernel.term import Sym, Term

MOST_ORDERS = 6
Matrix = list[list[Ratio]]


@dataclass(frozen=True, slots=True)
class Form:
    """v'Hv: a symmetric matrix over a field, with the entries of the directions."""

    field: Field
    ways: tuple[Sym, ...]
    matrix: tuple[tuple[Ratio, ...], ...]

    @property
    def size(self) -> int:
        """How many directions there are."""
        return len(self.ways)

    def negative(self) -> "Form":
        """-v'Hv"""
        turned = tuple(tuple(map(self.field.negative, row)) for row in self.matrix)
        return Form(self.field, self.ways, turned)

    def is_constant(self) -> bool:
        """Are all entries numbers?"""
        return all(entry.above.is_constant() and entry.below.is_constant() for row in self.matrix for entry in row)

    def numbers(self) -> list[list[Fraction]]:
        """The matrix of a constant form."""
        return [[constant(entry) for entry in row] for row in self.matrix]


@dataclass(frozen=True, slots=True)
class Weighted:
    """weight * core^2, with the line for the weight; `value` and `row` are the weight and the core in the field."""

    line: int
    weight: Term
    value: Ratio
    core: Term
    row: tuple[Polynomial, ...]

    @property
    def form(self) -> Term:
        """The square as a term."""
        return t.mul(self.weight, t.power(self.core, 2))


def constant(value: Ratio) -> Fraction:
    """A fraction that is a number."""
    return fraction(value.above.leading_coefficient()) if value.above else Fraction(0)


# ---- reading a quadratic form ----------------------------------------------------------------------


Entries = dict[tuple[int, int], Poly]


def entries_of(normal: Normal, poly: Poly, ways: Sequence[Sym]) -> Entries | None:
    """The coefficients of products of two directions in a normal form; None when it is no quadratic form in them."""
    places, names = {t.render(way): k for k, way in enumerate(ways)}, {way.name for way in ways}
    entries: Entries = {}
    for mono, c in poly.items():
        at = [places[text] for text, e in mono if text in places for _ in range(int(e))]
        rest = tuple((text, e) for text, e in mono if text not in places)
        if len(at) != 2 or any(_speaks(normal.atoms[text], names) for text, _ in rest):
            return None
        entries.setdefault((min(at), max(at)), {})[rest] = c
    return entries


def form_of(field: Field, entries: Entries, ways: Sequence[Sym]) -> Form:
    """The quadratic form with these coefficients."""
    zero, half = field.number(0), field.number(Fraction(1, 2))
    read = {key: field.read(entry) for key, entry in entries.items()}
    full = {key: value if key[0] == key[1] else field.times(half, value) for key, value in read.items()}
    rows = tuple(tuple(full.get((min(i, j), max(i, j)), zero) for j in range(len(ways))) for i in range(len(ways)))
    return Form(field, tuple(ways), rows)


def _speaks(atom: Term, names: set[str]) -> bool:
    return any(isinstance(part, Sym) and part.name in names for part in t.subterms(atom))


# ---- weighted squares ------------------------------------------------------------------------------


def find_weighted(oracle: Oracle, form: Form) -> list[Weighted] | None:
    """The form as weighted squares, each weight with its line; None when no way was found."""
    for way in (by_monomials, by_sum_of_squares, by_elimination) if oracle.deep else (by_monomials, by_elimination):
        found = way(oracle, form)
        if found is not None:
            return found
    return None


def by_monomials(oracle: Oracle, form: Form) -> list[Weighted] | None:
    """Over a common denominator: each monomial in atoms of known sign with a constant form >= 0."""
    field, below = form.field, common_denominator(form)
    forms: dict[tuple[int, ...], list[list[Fraction]]] = {}
    for i, j in ((i, j) for i in range(form.size) for j in range(form.size)):
        above = form.matrix[i][j].above * (below / form.matrix[i][j].below)
        for exponents, c in above.to_dict().items():
            empty = [[Fraction(0)] * form.size for _ in range(form.size)]
            forms.setdefault(tuple(map(int, exponents)), empty)[i][j] = fraction(c)
    weights: dict[tuple[Fraction, ...], Polynomial] = {}
    for exponents, matrix in forms.items():
        squares = rational_squares(matrix)
        if squares is None:
            return None
        for value, row in squares:
            mono = field.ring.from_dict({exponents: 1}) * field.polynomial(value)
            weights[tuple(row)] = weights.get(tuple(row), field.polynomial(0)) + mono
    found = []
    for row_of, above in weights.items():
        square = weighted(oracle, form.ways, field.ratio(above, below), [field.polynomial(x) for x in row_of])
        if square is None:
            return None
        found.append(square)
    return found


def weighted(oracle: Oracle, ways: Sequence[Sym], value: Ratio, row: Sequence[Polynomial]) -> Weighted | None:
    """The square of a row with its weight; None when the weight has no sign."""
    shown = oracle.weight(value, strict=False)
    if shown is None:
        return None
    core = t.add(*(t.mul(oracle.field.term(p), way) for p, way in zip(row, ways, strict=True)))
    return Weighted(shown[0], shown[1], value, core, tuple(row))


def common_denominator(form: Form) -> Polynomial:
    """The least common denominator of all entries."""
    below = form.field.polynomial(1)
    for entry in (entry for row in form.matrix for entry in row):
        below = below * (entry.below / below.gcd(entry.below))
    return below


def by_sum_of_squares(oracle: Oracle, form: Form) -> list[Weighted] | None:
    """Over a common denominator: one sum of squares in the atoms and the direction, times what is known to be >= 0."""
    field, below, size = form.field, common_denominator(form), form.size
    above = [[entry.above * (below / entry.below) for entry in row] for row in form.matrix]
    used = [k for k in range(len(field.generators)) if any(int(e[k]) for row in above for p in row for e in p.monoms())]
    if not 0 < len(used) <= MOST_ATOMS:
        return None
    known = oracle.multipliers(list(bounds_of(oracle.lines, field)), used)
    if oracle.weight(field.ratio(field.polynomial(1), below), strict=True) is None:
        return None
    if any(is_refuted(field, poly, [m.poly for m in known], used) for poly in minors(above)):
        return None
    total: dict[tuple[int, ...], Fraction] = {}
    for i in range(size):
        for j in range(i, size):
            ways = tuple((k == i) + (k == j) for k in range(size))
            scale = 1 if i == j else 2
            total |= {(*e, *ways): scale * c for e, c in narrowed(above[i][j], used).items()}
    zeros = (0,) * size
    squares = find_sum_of_squares(total, [{(*e, *zeros): c for e, c in narrowed(m.poly, used).items()} for m in known])
    found = list[Weighted]()
    for square in squares or ():
        row = [{e[: len(used)]: c for e, c in square.base.items() if e[len(used) + k]} for k in range(size)]
        scale_of, whole = primitive(field, [widened(field, base, used) for base in row])
        weight = known[square.multiplier].poly * field.polynomial(square.weight * scale_of**2)
        shown = weighted(oracle, form.ways, field.ratio(weight, below), whole)
        if shown is None:
            return None
        found.append(shown)
    return found or None


def minors(above: Sequence[Sequence[Polynomial]]) -> Iterator[Polynomial]:
    """The diagonal, and the minors of two rows."""
    for i, row in enumerate(above):
        yield row[i]
        for j in range(i):
            yield row[i] * above[j][j] - row[j] ** 2


def by_elimination(oracle: Oracle, form: Form) -> list[Weighted] | None:
    """LDL' in some orders of the directions."""
    for order in islice(permutations(range(form.size)), MOST_ORDERS if form.size <= 3 else 1):
        found = eliminated(oracle, form, order)
        if found is not None:
            return found
    return None


def eliminated(oracle: Oracle, form: Form, order: Sequence[int]) -> list[Weighted] | None:
    """Pivots in this order where their weights have a sign, else the next that has one."""
    field, rest, left, found = form.field, [list(row) for row in form.matrix], list(order), list[Weighted]()
    while left:
        left = [k for k in left if not all(rest[k][j].is_zero() for j in left)]
        pivots = ((k, pivot(oracle, form.ways, rest, k, left)) for k in left if not rest[k][k].is_zero())
        best = next(((k, shown) for k, shown in pivots if shown is not None), None)
        if best is None:
            return None if left else found
        k, square = best
        left.remove(k)
        for i in left:
            for j in left:
                change = field.times(square.value, field.ratio(square.row[i] * square.row[j], field.polynomial(1)))
                rest[i][j] = field.plus(rest[i][j], field.negative(change))
        found.append(square)
    return found


def pivot(oracle: Oracle, ways: Sequence[Sym], rest: Matrix, k: int, left: Sequence[int]) -> Weighted | None:
    """W and a row p without a common factor such that W p p' has row k of what is left; None without a sign."""
    field = oracle.field
    below = field.polynomial(1)
    for j in left:
        below = below * (rest[k][j].below / below.gcd(rest[k][j].below))
    above = {j: rest[k][j].above * (below / rest[k][j].below) for j in left}
    common = field.polynomial(0)
    for poly in above.values():
        common = poly.gcd(common)
    zero = field.polynomial(0)
    content, row = primitive(field, [above[j] / common if j in above else zero for j in range(len(rest))])
    return weighted(oracle, ways, field.ratio(common * field.polynomial(content), below * row[k]), row)


# ---- indefinite ------------------------------------------------------------------------------------


def descent(matrix: Sequence[Sequence[Fraction]]) -> list[Fraction] | None:
    """v with v'Hv < 0 for a rational matrix; None when it is >= 0."""
    size = len(matrix)
    rest, basis = [list(row) for row in matrix], [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
    for k in range(size):
        if rest[k][k] < 0:
            return basis[k]
        other = next((j for j in range(k + 1, size) if rest[k][j]), None)
        if rest[k][k] == 0 and other is not None:
            a = -(rest[other][other] + 1) / (2 * rest[k][other])
            return [a * x + y for x, y in zip(basis[k], basis[other], strict=True)]
        if rest[k][k] == 0:
            continue
        ratios = [rest[k][i] / rest[k][k] for i in range(size)]
        for i in range(k + 1, size):
            basis[i] = [x - ratios[i] * y for x, y in zip(basis[i], basis[k], strict=True)]
        rest = [
            [x - ratios[i] * rest[k][j] if i > k and j > k else x for j, x in enumerate(row)]
            for i, row in enumerate(rest)
        ]
    return None


def summed(squares: Sequence[Weighted]) -> Term:
    """The sum of weighted squares."""
    return t.add(*(square.form for square in squares))
