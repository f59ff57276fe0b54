"""A Hessian of numbers that is indefinite: exact chords in a direction of either sign."""

from collections.abc import Mapping
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.chord import Chord, Violation
from symconvex.drafting.chords import Ends, Vector, add_chord, along, middle, tables
from symconvex.drafting.draft import Draft, places_of, statement_of
from symconvex.drafting.example import find_example
from symconvex.drafting.lines import Lines
from symconvex.drafting.pivots import descent
from symconvex.drafting.quadratic import Quadratic
from symconvex.drafting.rule import Finding
from symconvex.kernel import term as t
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import UNIT
from symconvex.kernel.term import Family, Nested, Term

SHORTEST = 40  # halvings of a step
WORDS = {"convex": 1, "concave": -1}


def find_chords(draft: Draft, quadratic: Quadratic) -> Finding | None:
    """Not convex and not concave, where the Hessian is a matrix of numbers with eigenvalues of both signs."""
    form = quadratic.form(quadratic.whole())
    if form is None or not form.is_constant():
        return None
    lines, violations, start = Lines(draft), list[Violation](), inner_point(draft)
    for word, sign in WORDS.items():
        down = descent([[sign * x for x in row] for row in form.numbers()])
        ends = None if down is None or start is None else chord(draft, quadratic.normal, start, tuple(down))
        if ends is None:
            return None
        values = [value_at(draft, quadratic.normal, draft.loss, point) for point in (ends[0], middle(ends), ends[1])]
        known = [value for value in values if value is not None]
        if len(known) < 3:
            return None
        violations.append(add_chord(lines, word, ends, known))
    claims = [say.loss(f"not_{violation.word}") for violation in violations]
    return Finding((lines.part(*claims),), Chord(tuple(violations)))


def inner_point(draft: Draft) -> Vector | None:
    """A point in the domain; 0 where there is none."""
    if not draft.domain:
        return tuple(Fraction(0) for _ in _places(draft))
    example = find_example(statement_of(draft), ())
    point = example["point"] if example is not None else None
    if not isinstance(point, Mapping):
        return None
    return tuple(Fraction(x) for name in draft.parameters for x in _numbers(point[name]))


def _numbers(array: object) -> list[str]:
    """The entries of an array as a certificate writes it."""
    if isinstance(array, list):
        return [x for part in array for x in _numbers(part)]
    return str(array).split()


def _places(draft: Draft) -> range:
    count = 0
    for shape in draft.parameters.values():
        size = 1
        for length in shape:
            size *= int(length)
        count += size
    return range(count)


def chord(draft: Draft, normal: Normal, start: Vector, direction: Vector) -> Ends | None:
    """The longest of the chords start -+ 2^-k direction whose ends lie in the domain."""
    for k in range(SHORTEST):
        ends = along(start, direction, -Fraction(1, 2**k)), along(start, direction, Fraction(1, 2**k))
        if all(_above_zero(draft, normal, d.term, end) for end in ends for d in draft.domain if d.term is not None):
            return ends
    return None


def _above_zero(draft: Draft, normal: Normal, term: Term, point: Vector) -> bool:
    value = value_at(draft, normal, term, point)
    return value is not None and value > 0


def value_at(draft: Draft, normal: Normal, term: Term, point: Vector) -> Fraction | None:
    """The value at a point; None when it is no rational number."""
    poly = normal.poly(t.substitute(term, point_of(draft, point)))
    return Fraction(poly.get(UNIT, 0)) if set(poly) <= {UNIT} else None


def point_of(draft: Draft, point: Vector) -> dict[str, Family]:
    """A point of numbers for parameters that are numbers."""
    return {name: (places_of(draft, name), _entry(value)) for name, value in tables(draft, point).items()}


def _entry(value: Nested) -> Term:
    if isinstance(value, tuple):
        raise t.Refused("an entry that is an array")
    return t.Num(value)
