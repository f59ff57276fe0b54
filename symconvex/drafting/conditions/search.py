"""The cases: split by signs of polynomials in the data until the loss is proved or refuted in each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.conditions import Leaf, StrictLeaf
from symconvex.drafting.conditions.bands import band_of
from symconvex.drafting.conditions.curve import Curve
from symconvex.drafting.conditions.forms import form_line, places_of_minors
from symconvex.drafting.conditions.samples import Array, Samples, impurity, is_pure
from symconvex.drafting.conditions.signs import Branch, case_of, discriminant, is_known, shown_nonneg, split_of
from symconvex.drafting.conditions.witnesses import refuted
from symconvex.drafting.constants import holds
from symconvex.drafting.effort import answering, spend
from symconvex.drafting.lines import Alternatives, PartDraft
from symconvex.drafting.rational import Polynomial, primitive
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given

DEEPEST, MOST_NODES, MOST_TRIED = 7, 40, 3


@dataclass(frozen=True, slots=True)
class Convex:
    """A case in which the loss is shown to be convex, with the lines of its part: more may be written there.

    minors   the lines that the minors are >= 0
    outer    the line for the common factor
    bend     the second derivative
    sign     the line that it is >= 0 (concave: <= 0)
    """

    case: Branch
    minors: tuple[int, ...]
    outer: int
    bend: int
    sign: int


@dataclass(slots=True)
class Found:
    """The parts so far, and how each is told.

    shown    the number of a part -> the case that it proves
    strict   how strictness is told
    asked    was strictness looked at? For one of convex and concave it is
    offers   polynomials in the data by whose signs cases are told apart
    nodes    how many cases were looked at
    """

    parts: list[PartDraft] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    shown: dict[int, Convex] = field(default_factory=dict)
    strict: list[StrictLeaf] = field(default_factory=list)
    asked: bool = False
    offers: tuple[Polynomial, ...] = ()
    nodes: int = 0

    def add(self, part: PartDraft, leaf: Leaf, shown: Convex | None = None) -> int:
        """The number of the part."""
        number = len(self.parts)
        self.parts.append(part)
        self.leaves.append(leaf)
        self.shown.pop(number, None)
        self.shown |= {} if shown is None else {number: shown}
        return number

    def copy(self) -> "Found":
        """The same so far."""
        return Found(list(self.parts), list(self.leaves), dict(self.shown), list(self.strict), self.asked)

    def back_to(self, count: int) -> None:
        """Without the parts from a place on."""
        del self.parts[count:], self.leaves[count:]

    def take(self, other: "Found", start: int) -> None:
        """What another has from a place on."""
        self.parts += other.parts[start:]
        self.leaves += other.leaves[start:]


def find_cases(curve: Curve, samples: Samples, found: Found) -> Alternatives | int | None:
    """Exactly when -+f has a second derivative >= 0; None where some case stays open."""
    with answering(briefly=True):
        found.offers = tuple(_distinct(curve))
        return _grown(curve, samples, found, ())


def _grown(curve: Curve, samples: Samples, found: Found, path: tuple[Given, ...]) -> Alternatives | int | None:
    """The cases below a path: proved, refuted, or split again."""
    spend(2_000)
    found.nodes += 1
    if found.nodes > MOST_NODES:
        return None
    mask = samples.where(path)
    broken, count = int((mask & samples.broken).sum()), int(mask.sum())
    case = case_of(curve, path, samples.failing(path))
    if case is None or (path and not count):
        return None
    number = None
    if not broken:
        number = proved(case, found)
    elif broken == count:
        number = _refuted(curve, samples, found, path)
    if number is not None:
        return number
    for atom in _atoms(case, samples, mask, found.offers):
        before = len(found.parts)
        tree = _branched(curve, samples, found, path, atom)
        if tree is not None:
            return tree
        found.back_to(before)
    number = proved(case, found) if broken else None
    return _refuted(curve, samples, found, path) if number is None and broken < count else number


def _refuted(curve: Curve, samples: Samples, found: Found, path: tuple[Given, ...]) -> int | None:
    case = case_of(curve, path, samples.failing(path))
    if case is None:
        return None
    for minor in curve.minors():
        shown = refuted(case, samples, minor)
        if shown is not None:
            part, witness = shown
            return found.add(part, Leaf(curve.word, path, (), witness.point, witness.direction, witness.value))
    return None


def proved(case: Branch, found: Found) -> int | None:
    """The part that shows all minors >= 0."""
    shown = shown_convex(case)
    part = None if shown is None else case.lines.part(say.loss(case.curve.word))
    if shown is None or part is None or not holds(case.curve.draft, part):
        return None
    minors = tuple(map(case.lines.term, shown.minors))
    return found.add(part, Leaf(case.curve.word, case.path, minors, {}, {}, None), shown)


def shown_convex(case: Branch) -> Convex | None:
    """The lines that show all minors >= 0, and hence the loss convex."""
    curve, lines, shown = case.curve, case.lines, list[tuple[int, t.Term]]()
    for minor in curve.minors():
        line = shown_nonneg(case, minor)
        if line is None:
            return None
        shown.append(line)
    outer = case.oracle.weight(curve.outer, strict=False)
    if outer is None:
        return None
    if len(curve.ways) == 1:
        term = t.mul(outer[1], shown[0][1], t.power(curve.ways[0], 2))
        sign = lines.combine([[outer[0], shown[0][0], curve.ways[0]]], say.nonneg(term))
    else:
        places = places_of_minors(len(curve.ways))
        known = {key: line for key, (line, _) in zip(places, shown, strict=True)}
        inner = form_line(lines, curve.field, curve.matrix, curve.ways, known)
        term = t.mul(outer[1], lines.term(inner))
        sign = lines.product([outer[0], inner], say.nonneg(term))
    bend = lines.differentiate(say.curvature(term if curve.sign > 0 else t.neg(term)))
    lines.curvature([bend, sign], say.loss(curve.word))
    return Convex(case, tuple(line for line, _ in shown), outer[0], bend, sign)


def _atoms(case: Branch, samples: Samples, mask: Array, offers: tuple[Polynomial, ...]) -> Iterator[Polynomial]:
    """The polynomials that tell best which samples are broken, of those whose sign is unknown."""
    if len(case.path) < DEEPEST:
        ranks = [(_rank(case, samples, mask, poly), k) for k, poly in enumerate(offers)]
        ranked = [offers[k] for (alone, *_), k in sorted(ranks) if not alone]
        yield from islice((poly for poly in ranked if not is_known(case, poly)), MOST_TRIED)


def _branched(
    curve: Curve, samples: Samples, found: Found, path: tuple[Given, ...], atom: Polynomial
) -> Alternatives | None:
    """Two cases."""
    yes, no = say.given_nonneg(curve.field.term(atom)), say.given_positive(curve.field.term(-atom))
    then = _grown(curve, samples, found, (*path, yes))
    other = None if then is None else _grown(curve, samples, found, (*path, no))
    return None if then is None or other is None else Alternatives(yes, no, then, other)


def _rank(case: Branch, samples: Samples, mask: Array, poly: Polynomial) -> tuple[bool, int, int]:
    """Splits with samples on both sides first, then those with sides that are all broken or all fine."""
    sides = samples.value(case.curve.field.term(poly)) >= 0
    halves = [mask & sides, mask & ~sides]
    both = all(bool(half.any()) for half in halves)
    pure = sum(is_pure(half, samples.broken) for half in halves)
    return not both, -pure, 0 if pure else impurity(halves, samples.broken)


def _distinct(curve: Curve) -> Iterator[Polynomial]:
    seen = set[str]()
    for minor in curve.minors():
        for poly in atoms(curve, minor):
            if str(poly) not in seen:
                seen.add(str(poly))
                yield poly


def atoms(curve: Curve, minor: Polynomial) -> Iterator[Polynomial]:
    """What the sign of a minor may depend on."""
    parts = split_of(curve, minor)
    if parts is None:
        return
    yield from parts.data
    yield from (-factor for factor in parts.data)
    if parts.data or parts.moving is not None:
        yield from (-(factor**2) for factor in parts.squares)
    band = None if parts.moving is None else band_of(curve, parts.moving)
    if band is None:
        return
    first, last = band.coefs[0], band.coefs[-1]
    below = discriminant(band) if band.degree == 2 else None
    if below is not None and band.both:
        wanted = [last, *([] if last.is_constant() else [first]), below]
    else:
        wanted = [first, last, *([] if below is None else [band.coefs[1], below])]
    for poly in (*wanted, *(-c for c in band.coefs)):
        yield from _alike(curve, poly)


def _alike(curve: Curve, poly: Polynomial) -> Iterator[Polynomial]:
    """Polynomials whose signs tell that of a polynomial in the data: itself, or the roots of minus a square."""
    if poly.is_constant():
        return
    number, factors = poly.factor()
    if len(factors) == 1 and factors[0][1] == 1:
        yield primitive(curve.field, [poly])[1][0]
        return
    for factor, _ in factors:
        yield from (factor, -factor) if number > 0 else (-factor, factor)
