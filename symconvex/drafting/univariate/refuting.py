"""A second derivative of both signs: a chord across a point of each sign, or the second derivative at it."""

from collections.abc import Mapping
from fractions import Fraction

from symconvex.drafting.arguments.chord import Chord, Violation
from symconvex.drafting.chords import Ends, add_chord, middle
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import gap, positive
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.univariate.ends import sign_of
from symconvex.drafting.univariate.interval import Interval
from symconvex.drafting.univariate.signs import S
from symconvex.kernel import term as t
from symconvex.kernel.polynomial import UNIT
from symconvex.kernel.term import Num, Term

WORDS = {-1: "convex", 1: "concave"}
SHORTEST = 40  # halvings of a chord


def chords(setting: Interval, points: Mapping[int, Fraction]) -> tuple[PartDraft, Chord] | None:
    """Chords that are broken for certain, and the argument that shows them; None where they are too short to find.

    Fails    Lost
    """
    lines, violations = Lines(setting.draft), list[Violation]()
    setting.show_domain(lines)
    setting.show_defined(lines, setting.profile)
    for side, word in WORDS.items():
        ends = find_chord(setting, points[side], side)
        if ends is None:
            return None
        values = [value_at(setting, x) for (x,) in (ends[0], middle(ends), ends[1])]
        violations.append(add_chord(lines, word, ends, values))
    return lines.part(*(claim(f"not_{word}") for word in WORDS.values())), Chord(tuple(violations))


def find_chord(setting: Interval, at: Fraction, side: int) -> Ends | None:
    """The longest of the chords at -+ 2^-k inside the domain whose middle lies on the wrong side for certain."""
    ring = setting.question.search.ring
    for k in range(SHORTEST):
        low, high = at - Fraction(1, 2**k), at + Fraction(1, 2**k)
        values = [_at(setting.profile, x) for x in (low, at, high)]
        mean = t.mul(Num(Fraction(1, 2)), t.add(values[0], values[2]))
        if all(is_inside(setting, x) for x in (low, high)) and sign_of(ring, t.sub(mean, values[1])) == side:
            return (low,), (high,)
    return None


def _at(term: Term, x: Fraction) -> Term:
    return t.substitute(term, {S.name: ((), Num(x))})


def is_inside(setting: Interval, x: Fraction) -> bool:
    """Does the domain hold strictly at a number?"""
    ring, place = setting.question.search.ring, {setting.parameter: ((), Num(x))}
    terms = [entry.term for entry in setting.draft.domain if entry.term is not None]
    return all(sign_of(ring, t.substitute(term, place)) == 1 for term in terms)


def value_at(setting: Interval, x: Fraction) -> Fraction | float:
    """The loss at a number: exact where it is rational, else close."""
    value = _at(setting.profile, x)
    poly = setting.question.search.ring.poly(value)
    return Fraction(poly.get(UNIT, 0)) if set(poly) <= {UNIT} else float(setting.question.value(value))


def curvatures(setting: Interval, points: Mapping[int, Fraction]) -> PartDraft:
    """The part that says neither convex nor concave, by the second derivative at a point for each.

    Fails    Lost
    """
    claims, lines = [], Lines(setting.draft)
    setting.show_domain(lines)
    setting.show_defined(lines, setting.profile, setting.question.term)
    shown = lines.differentiate(bends(setting.form(setting.bend)))
    for side, word in WORDS.items():
        at = Num(points[side])
        point, along = {setting.parameter: ((), at)}, {setting.parameter: ((), t.ONE)}
        value = _at(setting.question.term, at.value)
        violated = value if side > 0 else t.neg(value)
        writer = setting.question.writer(lines)
        total = writer.closed(positive(violated))
        inside = [
            writer.closed(positive(t.substitute(entry.term, point)))
            for entry in setting.draft.domain
            if entry.term is not None
        ]
        number = lines.at_point([shown, *inside], gap(word, violated), point, along)
        lines.refute([number], total, claim(f"not_{word}"))
        claims.append(claim(f"not_{word}"))
    return lines.part(*claims)
