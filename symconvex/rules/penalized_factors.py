"""Factors under a penalty: far out on the diagonal of two of them the loss bends down, however large the penalty is.

In the plane of two directions, p in one parameter and q in another, let the loss be

    a p^2 q^2 + b p q + c p^2 + d q^2 + linear,   a > 0,   g = c + d - b

At p = q = t = (g^2 + 1)(1 + 1/a) the middle of (t + 1, t - 1) and (t - 1, t + 1) lies above the mean of the ends by

    2 a t^2 - a - g = a (2 g^4 + 4 g^2 + 1) + 4 g^4 + 7 g^2 + (g - 1/2)^2 + 15/4 + 2 (g^2 + 1)^2 / a > 0
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.penalized import Penalized
from symconvex.drafting.draft import Draft, places_of
from symconvex.drafting.effort import spend
from symconvex.drafting.layers import sample_of
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.points import Point, is_numeric, loss_at
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.vanishing import convex_without
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given, Judgment
from symconvex.kernel.term import Family, Num, Pow, Sum, Sym, Term

P, Q = Sym("?p"), Sym("?q")
MOST_PARTS, MOST_PARAMETERS, MOST_PLANES = 400, 3, 24
SHAPES = ((2, 2), (1, 1), (2, 0), (0, 2), (1, 0), (0, 1), (0, 0))  # powers of p and q


@dataclass(frozen=True, slots=True)
class Diagonal:
    """Two directions, each of one parameter; all other parameters are 1 in their first entry.

    matrix    data by which a direction goes, and its row that is not 0; empty where none does
    """

    first: tuple[str, Family]
    second: tuple[str, Family]
    rest: Point
    matrix: str = ""
    witness: str = ""

    @property
    def given(self) -> tuple[Given, ...]:
        """What is assumed of the data."""
        return (say.is_nonzero(self.matrix, self.witness),) if self.matrix else ()

    def at(self, p: Term, q: Term) -> Point:
        """The point of the plane."""
        (one, (places, way)), (two, (others, other)) = self.first, self.second
        return {**self.rest, one: (places, t.mul(p, way)), two: (others, t.mul(q, other))}


@dataclass(frozen=True, slots=True)
class Quartic:
    """a p^2 q^2 + b p q + c p^2 + d q^2 + linear"""

    a: Term
    b: Term
    c: Term
    d: Term


def find(draft: Draft) -> Finding | None:
    if draft.domain or is_numeric(draft) or not (draft.data or draft.sizes()) or len(draft.parameters) < 2:
        return None
    if len(draft.parameters) > MOST_PARAMETERS or sum(1 for _ in t.subterms(draft.loss)) > MOST_PARTS:
        return None
    for _, plane in zip(range(MOST_PLANES), planes(draft), strict=False):
        form = quartic(draft, plane)
        found = None if form is None else refuted(draft, plane, form)
        if found is not None:
            return found
    return None


# ---- the plane -----------------------------------------------------------------------------------------


def planes(draft: Draft) -> Iterator[Diagonal]:
    """First entries first; then directions along a row of the data that is not 0."""
    starts = {name: (places_of(draft, name), _unit(draft, name)) for name in draft.parameters}
    pairs = list(combinations(draft.parameters, 2))
    for one, two in pairs:
        yield Diagonal((one, starts[one]), (two, starts[two]), starts)
    for x in (name for name, shape in draft.data.items() if len(shape) == 2):
        k = sample_of(draft, x)
        for one, two in pairs:
            for first, second in product(_along(draft, one, x, k), _along(draft, two, x, k)):
                if first != starts[one] or second != starts[two]:
                    yield Diagonal((one, first), (two, second), starts, x, k)


def _unit(draft: Draft, name: str) -> Term:
    places = zip(places_of(draft, name), draft.parameters[name], strict=True)
    return t.mul(*(t.Delta(place, 0) for place, size in places if size != 1))


def _along(draft: Draft, name: str, x: str, k: str) -> Iterator[Family]:
    """The first entry of the parameter; along one axis instead the place of the row, the row itself, or all entries."""
    places, (rows, columns) = places_of(draft, name), draft.data[x]
    yield places, _unit(draft, name)
    for axis, size in enumerate(draft.parameters[name]):
        others = [t.Delta(p, 0) for j, p in enumerate(places) if j != axis and draft.parameters[name][j] != 1]
        if size == columns:
            yield places, t.mul(Sym(x, (k, places[axis])), *others)
        if size == rows:
            yield places, t.mul(t.Delta(places[axis], k), *others)
        if size in (rows, columns):
            yield places, t.mul(*others)


def quartic(draft: Draft, plane: Diagonal) -> Quartic | None:
    """The loss in the plane, where it is of this form and a is not 0."""
    spend(2_000)
    normal, groups = normal_of(draft), dict[tuple[int, int], list[Term]]()
    try:
        poly = normal.poly(loss_at(draft, plane.at(P, Q)))
    except t.Refused:
        return None
    for mono, c in poly.items():
        atoms = [(normal.atoms[key], Fraction(e)) for key, e in mono]
        powers = dict(atoms)
        key = int(powers.pop(P, 0)), int(powers.pop(Q, 0))
        if any(part in (P, Q) for atom in powers for part in t.subterms(atom)):
            return None
        groups.setdefault(key, []).append(t.mul(t.number(c), *(t.power(atom, e) for atom, e in powers.items())))
    if not groups.keys() <= {*SHAPES} or (2, 2) not in groups:
        return None
    taken = frozenset({plane.witness}) if plane.witness else frozenset[str]()
    return Quartic(*(_named(draft, t.add(*groups.get(key, [])), taken) for key in SHAPES[:4]))


def _named(draft: Draft, term: Term, taken: frozenset[str]) -> Term:
    """The same term with declared names for what its sums bind."""
    if isinstance(term, Sum):
        index = draft.index(term.size, taken | t.free_indices(term))
        body = t.reindex(term.body, {term.index: index})
        return Sum(index, term.size, _named(draft, body, taken | {index}))
    return t.rebuild(term, tuple(_named(draft, part, taken) for part in t.children(term)))


# ---- the chords ----------------------------------------------------------------------------------------


def refuted(draft: Draft, plane: Diagonal, form: Quartic) -> Finding | None:
    """Not convex far out on the diagonal, not concave along a factor; and what the loss is without the data."""
    lines = Lines(draft, given=plane.given)
    if not show_defined(lines, draft.loss):
        return None
    above = _positive(lines, plane, form.a)
    if above is None:
        return None
    claims = [_not_convex(lines, plane, form, above)]
    flat = find_sign(lines, form.c, strict=False)
    if flat is not None:
        claims.append(_not_concave(lines, plane, form, (above, flat)))
    parts, (one, two) = [lines.part(*claims)], (plane.first, plane.second)
    other = convex_without(draft, plane.matrix) if plane.matrix else None
    parts += [] if other is None else [other.part]
    along, coefficients = ({one[0]: one[1]}, {two[0]: two[1]}), (form.a, form.b, form.c, form.d)
    told = Penalized(*along, plane.rest, *coefficients, plane.matrix, plane.witness, concave=flat is not None)
    return Finding(tuple(parts), told)


def _positive(lines: Lines, plane: Diagonal, a: Term) -> int | None:
    """The line a > 0, for the row of the data that is not 0 where one is taken."""
    if not plane.matrix:
        return find_sign(lines, a, strict=True)
    j = lines.draft.index(lines.draft.data[plane.matrix][1], {plane.witness})
    square = Sum(j, lines.draft.data[plane.matrix][1], t.power(Sym(plane.matrix, (plane.witness, j)), 2))
    given = lines.fact("given", say.positive(square))
    found = find_sign(lines, a, strict=True)
    if found is not None:
        return found
    factors = a.args if isinstance(a, t.Mul) else (a,)
    sums = [part for part in factors if isinstance(part, Sum)]
    if len(sums) != 1 or not isinstance(sums[0].body, Pow) or sums[0].body.exponent != 2:
        return lines.product([given], say.positive(a)) if normal_of(lines.draft).equal(a, square) else None
    (whole,), rest = sums, t.mul(*(part for part in factors if part not in sums))
    scale, every = find_sign(lines, rest, strict=True), lines.square(say.nonneg(whole.body))
    there = t.reindex(whole.body, {whole.index: plane.witness})
    if scale is None or not normal_of(lines.draft).equal(there, t.power(square, 2)):
        return None
    one = lines.product([lines.power(given, say.positive(t.power(square, 2)))], say.positive(there))
    return lines.product([scale, lines.summed_at(every, one, say.positive(whole), plane.witness)], say.positive(a))


def _not_convex(lines: Lines, plane: Diagonal, form: Quartic, above: int) -> Judgment:
    """The chord across the diagonal."""
    g = t.sub(t.add(form.c, form.d), form.b)
    wide = t.add(t.power(g, 2), t.ONE)
    over = say.positive(t.power(form.a, -1))
    inverse = lines.constant(over) if isinstance(over.term, Num) else lines.power(above, over)
    at = t.mul(wide, t.add(t.ONE, over.term or t.ONE))
    number = {k: lines.constant(say.positive(t.number(k))) for k in (1, 2, 4, 7)}
    last = lines.constant(say.positive(Num(Fraction(15, 4))))
    square, half = t.power(g, 2), t.sub(g, Num(Fraction(1, 2)))
    products: list[list[int | Term]] = [
        [number[2], above, square], [number[4], above, g], [above], [number[4], square], [number[7], g], [half], [last],
        [number[2], inverse, wide],
    ]  # fmt: skip
    gap = t.add(t.mul(t.number(2), form.a, t.power(at, 2)), t.neg(form.a), t.neg(g))
    shown = lines.combine(products, say.positive(gap))
    ends = tuple(plane.at(t.add(at, t.number(s)), t.add(at, t.number(-s))) for s in (1, -1))
    claim = say.loss("not_convex")
    lines.refute([lines.chord(say.gap("convex", gap), list(ends))], shown, claim)
    return claim


def _not_concave(lines: Lines, plane: Diagonal, form: Quartic, uses: tuple[int, int]) -> Judgment:
    """The chord along the first factor."""
    gap = t.add(form.a, form.c)
    shown = lines.total(list(uses), say.positive(gap))
    ends = tuple(plane.at(t.number(s), t.ONE) for s in (1, -1))
    claim = say.loss("not_concave")
    lines.refute([lines.chord(say.gap("concave", gap), list(ends))], shown, claim)
    return claim


FACTORS: Mapping[str, tuple[int | str, ...]] = {"A": ("n", "m"), "U": ("n", "k"), "V": ("m", "k"), "lam": ()}
NET: Mapping[str, tuple[int | str, ...]] = {
    "X": ("n", "d"),
    "W": ("h", "d"),
    "V": ("k", "h"),
    "Y": ("n", "k"),
    "lam": (),
}

RULE = Rule(
    name="penalized-factors",
    find=find,
    cost=9,
    source="Boyd & Vandenberghe 2004, section 3.1.1 (the chord)",
    accepts=(
        Example("sum((A - U@V.T)**2) + lam*(norm(U)**2 + norm(V)**2)", "U, V", "neither", FACTORS, {"lam": "positive"}),
        Example("(h*x - y)**2 + a*h**2 + b*x**2", "h, x", "neither", sets={"a": "positive", "b": "positive"}),
        Example("sum((A - U@V.T)**2)/2 + lam*sum(U*U)", "U, V", "neither", FACTORS, {"lam": "nonnegative"}),
    ),
    rejects=(
        Example("(h + x - y)**2 + a*h**2 + b*x**2", "h, x", "convex", sets={"a": "positive", "b": "positive"}),
        Example("h**2*x**2 + h**4 + x**4 + a*h**2", "h, x", "convex", sets={"a": "positive"}),
    ),
)
