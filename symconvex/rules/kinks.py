"""A function of one affine form with relu, abs or max: its smooth pieces, and the jumps of the slope between them.

convex    every piece has a second derivative >= 0, and every jump is >= 0
affine    there is one piece, and it is affine
neither   a piece that bends down or a jump < 0, and a piece that bends up or a jump > 0: chords across these places
"""

from collections.abc import Iterator
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.chord import Chord, Violation
from symconvex.drafting.arguments.kinks import Kinks
from symconvex.drafting.chords import Ends, add_chord
from symconvex.drafting.draft import Draft
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.kinked.beyond import add_modulus, add_strict, find_modulus
from symconvex.drafting.kinked.building import PiecedFunction, add_convex, broken, told
from symconvex.drafting.kinked.profile import Profile, has_kinks, profile_of
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import show_defined
from symconvex.drafting.structure import find_convex
from symconvex.drafting.univariate.ends import sign_of
from symconvex.drafting.univariate.ring import Ring
from symconvex.drafting.univariate.scribe import Region
from symconvex.drafting.univariate.signs import S, question
from symconvex.kernel import term as t
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Num, Refused, Term

WORDS = {1: "convex", -1: "concave"}
HALF = Fraction(1, 2)
SHORTEST = 60  # halvings of a chord


def find(draft: Draft) -> Finding | None:
    if not has_kinks(draft.loss, frozenset(draft.parameters)):
        return None
    profile = profile_of(draft, draft.loss)
    found = None if profile is None else broken(profile)
    if found is None:
        return None
    return refuted(draft, found) if found.way is None else proved(draft, found)


def proved(draft: Draft, found: PiecedFunction) -> Finding | None:
    """Convex, concave, or both; and what else can be said."""
    lines, claims = Lines(draft), []
    if not show_defined(lines, draft.loss):
        return None
    for side in (1, -1) if found.way == 0 else (found.way or 1,):
        term = draft.loss if side > 0 else t.neg(draft.loss)
        turned = found if side > 0 else broken(_negative(found.profile))
        number = None if turned is None else add_convex(lines, term, turned) or _composed(lines, term)
        if number is None or turned is None:
            return None
        claims.append(claim(WORDS[side]))
        lines.conclude(number, claims[-1])
        if found.way:
            claims += _more(lines, term, number, turned, WORDS[side])
    argument = Kinks(found.profile.argument, told(found), found.jumps, found.way or 0)
    return Finding((lines.part(*claims),), argument)


def _composed(lines: Lines, term: Term) -> int | None:
    built = find_convex(lines, term)
    return None if built is None else lines.product([built[0]], say.convex(term))


def _negative(profile: Profile) -> Profile:
    return Profile(t.neg(profile.function), profile.argument, profile.region, profile.sides)


def _more(lines: Lines, term: Term, number: int, found: PiecedFunction, word: str) -> Iterator[Judgment]:
    strict = add_strict(lines, number, found)
    if strict is not None:
        yield claim(f"strictly_{word}")
        lines.conclude_more([strict], claim(f"strictly_{word}"))
    modulus = find_modulus(found)
    pulled = None if modulus is None else add_modulus(lines, term, found, modulus)
    if pulled is not None:
        yield claim(f"strongly_{word}", modulus)
        lines.conclude_more(pulled, claim(f"strongly_{word}", modulus))


# ---- chords ------------------------------------------------------------------------------------------


def refuted(draft: Draft, found: PiecedFunction) -> Finding | None:
    """A chord against each claim."""
    lines, violations = Lines(draft), list[Violation]()
    parts = list[PartDraft]()
    for side, word in WORDS.items():
        chord = next(_chords(draft, found, side), None)
        if chord is None:
            continue
        ends, values = chord
        violations.append(add_chord(lines, word, ends, values))
        parts = [lines.part(*(claim(f"not_{v.word}") for v in violations))]
    return Finding(tuple(parts), Chord(tuple(violations))) if parts else None


def _chords(draft: Draft, found: PiecedFunction, side: int) -> Iterator[tuple[Ends, list[Fraction | float]]]:
    """Chords above (side 1) or below the function, across kinks that bend the other way or bent pieces."""
    ring, function = Ring(S, {}), found.profile.function
    for centre in _centres(found, side):
        for k in range(SHORTEST):
            places = [Num(centre + c * Fraction(1, 2**k)) for c in (-1, 0, 1)]
            try:
                values = [t.substitute(function, {S.name: ((), place)}) for place in places]
                gap = t.sub(values[1], t.mul(Num(HALF), t.add(values[0], values[2])))
                if not all(_inside(ring, found.profile.region, p) for p in places) or sign_of(ring, gap) != side:
                    continue
                ends = _points(draft, found, places[0].value), _points(draft, found, places[2].value)
            except Refused:
                continue
            if ends[0] is not None and ends[1] is not None:
                yield (ends[0], ends[1]), [_value(ring, value) for value in values]


def _centres(found: PiecedFunction, side: int) -> Iterator[Fraction]:
    ring = Ring(S, {})
    for cut, jump in zip(found.cuts, found.jumps, strict=True):
        if isinstance(cut, Num) and sign_of(ring, jump) == -side:
            yield cut.value
    for piece in found.pieces:
        at = question(piece.bend, Region(piece.left, piece.right), {}).sampled().get(-side)
        if at is not None:
            yield at


def _inside(ring: Ring, region: Region, place: Num) -> bool:
    gaps = [t.sub(place, region.left)] if region.left is not None else []
    gaps += [t.sub(region.right, place)] if region.right is not None else []
    return all(sign_of(ring, gap) == 1 for gap in gaps)


def _points(draft: Draft, found: PiecedFunction, value: Fraction) -> tuple[Fraction, ...] | None:
    """A point at which the affine form has this value: one number moves, the others are 0."""
    names = list(draft.parameters)
    if any(draft.parameters[name] for name in names):
        return None
    ring = Ring(S, {})
    for k, name in enumerate(names):
        place = {other: ((), t.ZERO if other != name else S) for other in names}
        poly = ring.poly(t.substitute(found.profile.argument, place))
        slope = Fraction(next((c for mono, c in poly.items() if mono), 0))
        if slope and len(poly) == 1:
            return tuple(value / slope if j == k else Fraction(0) for j in range(len(names)))
    return None


def _value(ring: Ring, term: Term) -> Fraction | float:
    poly = ring.poly(term)
    if not poly or set(poly) == {()}:
        return Fraction(poly.get((), 0))
    asked = question(term, Region(None, None), {})
    return float(asked.value(term))


RULE = Rule(
    name="kinks",
    find=find,
    cost=1,
    source="Rockafellar, Convex Analysis, 1970, theorem 24.1 (one-sided derivatives)",
    accepts=(
        Example("abs(x - 1) + abs(x + 1) - 2*max(0, abs(x) - 1)", "x", "affine"),
        Example("max(log(x), x - 1)", "x", "affine", positive=("x",)),
        Example("relu(x) + exp(-relu(-x)) - 1", "x", "convex"),
        Example("max(x**2, 2*x - 1)", "x", "convex"),
        Example("abs(x)**(3/2)", "x", "convex"),
        Example("-x**2/2 - log(1 + abs(x))", "x", "concave"),
        Example("x**2 - abs(x)", "x", "neither"),
    ),
    rejects=(
        Example("relu(x) + 5*(exp(-relu(-x)) - 1)/3", "x", "neither"),
        Example("x**2/2 - log(1 + abs(x))", "x", "neither"),
        Example("abs(x - 1) + abs(x + 1) - 2*max(0, abs(x) - 9/10)", "x", "neither"),
    ),
)
