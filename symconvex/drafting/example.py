"""A case in which everything that a part of a certificate assumes holds: found by trying, checked by the kernel.

Sizes start at their least values, data at small numbers of their sets, arranged as the hypotheses ask (zero, of full
rank, with a null vector); the point of an affine domain is found by moving towards the constraint that fails most.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import islice, product
from math import prod

from symconvex.drafting.draft import array_text
from symconvex.drafting.effort import spend
from symconvex.drafting.halfspaces import HalfSpace, inside
from symconvex.drafting.interior import climbed
from symconvex.drafting.profile import is_affine
from symconvex.kernel import term as t
from symconvex.kernel.enclose import Evaluation, Values
from symconvex.kernel.example import check_example, places
from symconvex.kernel.functions import Unsure
from symconvex.kernel.reading import Part
from symconvex.kernel.statement import NULL, SIGNS, Given, Statement
from symconvex.kernel.term import Budget, Nested, Refused, Term


def fractions(*numbers: int | Fraction) -> tuple[Fraction, ...]:
    """The same numbers, exactly."""
    return tuple(Fraction(number) for number in numbers)


WORK = 3_000_000
TRIES = 60
MOST_CASES = 3_000
DRAWS = 1_000
MOVES = 200
SEED = 11
NUMBERS = fractions(1, 2, 0, -1, 100, -100, 10**9, -(10**9), Fraction(1, 2), Fraction(1, 10**6))
# Small numbers of each set, the plainest first.
CHOICES: Mapping[str, tuple[Fraction, ...]] = {
    "real": fractions(1, 0, 2, -1, -2, 3, Fraction(1, 2)),
    "positive": fractions(1, 2, Fraction(1, 2), 10, Fraction(1, 10)),
    "nonnegative": fractions(1, 0, 2, 10, Fraction(1, 2)),
    "sign": fractions(1, -1),
    "binary": fractions(1, 0),
    "unit": (Fraction(1, 2), Fraction(1, 4), Fraction(3, 4)),
    "count": fractions(1, 0, 2, 3),
}


# The sets that are half-lines or lines: from minus a size on, or from 0 on.
REACHES: Mapping[str, int] = {"real": -1, "positive": 0, "nonnegative": 0}


def find_example(statement: Statement, given: tuple[Given, ...]) -> dict[str, object] | None:
    """An example as a certificate writes it; None when none was found for these hypotheses."""
    for sizes, data, numbers, chosen in islice(_fitting(statement, given), TRIES):
        spend(sum(prod(_length(s, {**statement.fixed, **sizes}) for s in p) for p in statement.parameters.values()))
        point = _point(statement, Values({**statement.values, **data}, {**statement.fixed, **sizes}, {}, {}))
        if point is None:
            continue
        example: dict[str, object] = {
            "sizes": sizes,
            "data": {name: array_text(value) for name, value in data.items()},
            "numbers": {name: str(value) for name, value in numbers.items()},
            "places": chosen,
            "point": {name: array_text(value) for name, value in point.items()},
        }
        try:
            check_example(statement, Part(given, {}, (), example, (), ()), Budget(WORK))
        except Refused:
            continue
        return example
    return None


Case = tuple[dict[str, int], dict[str, Nested], dict[str, Fraction], dict[str, int]]


def _fitting(statement: Statement, given: tuple[Given, ...]) -> Iterator[Case]:
    """The cases whose data meet the hypotheses on single numbers, which are quickly looked at."""
    quick = [g for g in given if g.term is not None and g.kind in SIGNS and _is_plain(statement, g.term)]
    for case in islice(_cases(statement, given), MOST_CASES):
        spend(20 * len(quick))
        known = {**statement.values, **case[1]}
        if all(_meets(g.kind, _exactly(g.term or t.ZERO, known)) for g in quick):
            yield case


def _meets(kind: str, value: Fraction) -> bool:
    return value > 0 if kind == "positive" else value >= 0


def _exactly(term: Term, known: Mapping[str, Nested]) -> Fraction:
    """The value of a polynomial in single numbers."""
    match term:
        case t.Num(value):
            return value
        case t.Add(args):
            return sum((_exactly(arg, known) for arg in args), Fraction(0))
        case t.Mul(args):
            return prod((_exactly(arg, known) for arg in args), start=Fraction(1))
        case t.Pow(base, e):
            return _exactly(base, known) ** int(e)
        case t.Sym(name):
            number = known[name]
            return number if isinstance(number, Fraction) else Fraction(0)
    return Fraction(0)


def _is_plain(statement: Statement, term: Term) -> bool:
    """Is the term a polynomial in declared data of no dimension?"""
    for part in t.subterms(term):
        match part:
            case t.Num() | t.Add() | t.Mul():
                continue
            case t.Sym(name, ()) if name in statement.data:
                continue
            case t.Pow(_, e) if e >= 0 and e.denominator == 1:
                continue
        return False
    return True


def _cases(statement: Statement, given: tuple[Given, ...]) -> Iterator[Case]:
    """Sizes, data, numbers and places to try."""
    free = {name: least for name, least in statement.sizes.items() if name not in statement.fixed}
    asked = {name: entry for name, entry in statement.data.items() if name not in statement.values}
    reals = [g.extra for g in given if g.kind == "real"]
    turning = _turning(statement, given)
    for extra in (0, 1, 2) if free else (0,):
        sizes = _tall(statement, given, {name: least + extra for name, least in free.items()})
        known = {**statement.fixed, **sizes}
        for numbers in islice(product(NUMBERS, repeat=len(reals)), 64):
            for turns in _turns(turning, {name: within for name, (_, within) in asked.items()}, 0 if reals else DRAWS):
                data = {
                    name: _array(given, name, within, [_length(s, known) for s in shape], turns.get(name))
                    for name, (shape, within) in asked.items()
                }
                every = {**statement.values, **data}
                rows = {g.extra: _nonzero_row(every[g.name]) for g in given if g.kind == "nonzero"}
                yield sizes, data, dict(zip(reals, numbers, strict=True)), rows


def _turns(turning: list[str], sets: Mapping[str, str], draws: int) -> Iterator[dict[str, Fraction]]:
    """Values for the data that matter: the plain ones of their sets, then seeded ones of all sizes."""
    for turn in product(*(CHOICES[sets[name]] for name in turning)):
        yield dict(zip(turning, turn, strict=True))
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)
    for _ in range(draws if any(sets[name] in REACHES for name in turning) else 0):
        large, parts = draw.choice(((3, 4), (10, 1), (3, 12), (1000, 1)))
        yield {
            name: Fraction(draw.randint(REACHES[sets[name]] * large * parts, large * parts) or parts, parts)
            if sets[name] in REACHES
            else draw.choice(CHOICES[sets[name]])
            for name in turning
        }


def _turning(statement: Statement, given: tuple[Given, ...]) -> list[str]:
    """Data whose values matter: they stand in a sign hypothesis or in the domain."""
    terms = [g.term for g in given if g.kind in SIGNS and g.term is not None]
    names = {p.name for term in (*terms, *statement.constraints) for p in t.subterms(term) if isinstance(p, t.Sym)}
    return [name for name in statement.data if name in names and name not in statement.values][:4]


def _tall(statement: Statement, given: tuple[Given, ...], sizes: dict[str, int]) -> dict[str, int]:
    """As many rows as columns where a matrix is to have full column rank."""
    for g in given:
        if g.kind in ("injective", "injective_affine", "spectral_least", "spectral"):
            (rows, columns), _ = statement.data[g.name]
            wide = _length(columns, {**statement.fixed, **sizes}) + (g.kind == "injective_affine")
            if isinstance(rows, str) and rows in sizes:
                sizes[rows] = max(sizes[rows], wide)
    return sizes


def _length(size: t.Size, known: Mapping[str, int]) -> int:
    return size if isinstance(size, int) else known[size]


def _array(given: tuple[Given, ...], name: str, within: str, lengths: list[int], turn: Fraction | None) -> Nested:
    """An array of the set, arranged as the hypotheses ask."""
    kinds = {g.kind for g in given if g.name == name}
    choice = CHOICES[within][0] if turn is None else turn
    if kinds & {"zero", *NULL} and within in ("real", "nonnegative", "binary", "count"):
        choice = Fraction(0)
    if kinds & {"injective", "injective_affine", "spectral", "spectral_least"} and len(lengths) == 2:
        other = Fraction(0) if within in ("real", "nonnegative", "binary", "count") else CHOICES[within][-1]
        return tuple(tuple(choice if i == j else other for j in range(lengths[1])) for i in range(lengths[0]))
    return _filled(lengths, choice)


def _filled(lengths: list[int], value: Fraction) -> Nested:
    return tuple(_filled(lengths[1:], value) for _ in range(lengths[0])) if lengths else value


def _nonzero_row(value: Nested) -> int:
    """The first row that is not zero, or 0."""
    rows = value if isinstance(value, tuple) else ()
    return next((k for k, row in enumerate(rows) if _any(row)), 0)


def _any(value: Nested) -> bool:
    return any(map(_any, value)) if isinstance(value, tuple) else bool(value)


# ---- a point of the domain -----------------------------------------------------------------


def _point(statement: Statement, known: Values) -> dict[str, Nested] | None:
    """Parameters that make every constraint > 0: by elimination, or by moving towards what fails most.

    Source   Agmon 1954, Canadian Journal of Mathematics 6, 382-392; Motzkin & Schoenberg 1954
    """
    shapes = {name: [_length(s, known.sizes) for s in shape] for name, shape in statement.parameters.items()}
    point = {name: _filled(lengths, Fraction(0)) for name, lengths in shapes.items()}
    if not statement.domain:
        return point
    names, size = frozenset(shapes), sum(_count(lengths) for lengths in shapes.values())
    flat_ones = [term for term in statement.constraints if is_affine(term, names)]
    try:
        rows = [row for term in flat_ones for row in _rows(statement, term, known, shapes)]
    except Unsure:
        return None
    flat = relaxed(rows, size)
    if flat is not None and len(flat_ones) < len(statement.domain):
        flat = climbed(lambda entries: _margin(statement, known, _arranged(shapes, entries)), size, [flat])
    return None if flat is None else _arranged(shapes, flat)


def _arranged(shapes: Mapping[str, list[int]], flat: Iterable[Fraction]) -> dict[str, Nested]:
    entries = iter(flat)
    return {name: _shaped(lengths, entries) for name, lengths in shapes.items()}


def _margin(statement: Statement, known: Values, point: Mapping[str, Nested]) -> float:
    """The smallest value of a constraint at the point, minus infinity where one of them is not defined."""
    terms = [(term, place) for term in statement.constraints for place in places(statement, term, known)]
    try:
        return min(_value(term, known, point, place) for term, place in terms)
    except Unsure:
        return float("-inf")


def _count(lengths: list[int]) -> int:
    count = 1
    for length in lengths:
        count *= length
    return count


def _shaped(lengths: list[int], entries: Iterator[Fraction]) -> Nested:
    return tuple(_shaped(lengths[1:], entries) for _ in range(lengths[0])) if lengths else next(entries)


Row = tuple[tuple[float, ...], float]


def _rows(statement: Statement, term: Term, known: Values, shapes: Mapping[str, list[int]]) -> Iterator[Row]:
    """a and b with constraint = a.w + b, one for each place of its free indices."""
    zero = {name: _filled(lengths, Fraction(0)) for name, lengths in shapes.items()}
    for place in places(statement, term, known):
        b = _value(term, known, zero, place)
        slopes = []
        for name, lengths in shapes.items():
            for k in range(_count(lengths)):
                entries = iter([Fraction(int(j == k)) for j in range(_count(lengths))])
                slopes.append(_value(term, known, {**zero, name: _shaped(lengths, entries)}, place) - b)
        yield tuple(slopes), b


def _value(term: Term, known: Values, point: Mapping[str, Nested], place: Mapping[str, int]) -> float:
    here = Values({**known.values, **point}, known.sizes, {**known.places, **place}, known.balls)
    return float(Evaluation(here, Budget(WORK)).ball(term).mid())


def relaxed(rows: list[Row], size: int) -> list[Fraction] | None:
    """A point with a.w + b > 0 for every row, in simple numbers; None when the moves run out."""
    for simple in (0, 1, -1, 2, -2):
        if all(sum(a) * simple + b > 0 for a, b in rows):
            return [Fraction(simple)] * size
    exact = inside(HalfSpace({k: Fraction(x) for k, x in enumerate(a) if x}, Fraction(b)) for a, b in rows)
    if exact is not None:
        return [exact.get(k, Fraction(0)) for k in range(size)]
    draw = random.Random(SEED)  # noqa: S311  (a search, no secret)
    w = [0.0] * size
    for move in range(MOVES):
        margins = [(sum(x * y for x, y in zip(a, w, strict=True)) + b) / (_norm(a) or 1.0) for a, b in rows]
        least = min(margins)
        if least > 0:
            for digits in range(1, 40):
                rounded = [Fraction(round(x * 2**digits), 2**digits) for x in w]
                if all(
                    sum(Fraction(x) * y for x, y in zip(a, rounded, strict=True)) + Fraction(b) > 0 for a, b in rows
                ):
                    return rounded
        a = rows[margins.index(least)][0]
        norm = _norm(a)
        if not norm:
            return None
        step = (-least + draw.random() * (1.0 + abs(least)) / (1 + move / 20)) / norm
        w = [x + step * y / norm for x, y in zip(w, a, strict=True)]
    return None


def _norm(a: tuple[float, ...]) -> float:
    return float(sum(x * x for x in a) ** 0.5)
