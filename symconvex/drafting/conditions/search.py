"""The cases: split by signs of polynomials in the data until the loss is proved or refuted in each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.conditions import Leaf
from symconvex.drafting.conditions.bands import band_of
from symconvex.drafting.conditions.curve import Curve
from symconvex.drafting.conditions.forms import form_line, places_of_minors
from symconvex.drafting.conditions.samples import Array, Samples, impurity, is_pure, samples_of
from symconvex.drafting.conditions.signs import Branch, case_of, discriminant, is_known, shown_nonneg, split_of
from symconvex.drafting.conditions.witnesses import refuted
from symconvex.drafting.constants import holds
from symconvex.drafting.effort import answering, spend
from symconvex.drafting.lines import Alternatives, PartDraft
from symconvex.drafting.rational import Polynomial, primitive
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given

DEEPEST, MOST_NODES, MOST_TRIED = 7, 40, 3


@dataclass(slots=True)
class Found:
    """The parts so far, and how each is told.

    offers   polynomials in the data by whose signs cases are told apart
    nodes    how many cases were looked at
    """

    parts: list[PartDraft] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    offers: tuple[Polynomial, ...] = ()
    nodes: int = 0

    def add(self, part: PartDraft, leaf: Leaf) -> int:
        """The number of the part."""
        self.parts.append(part)
        self.leaves.append(leaf)
        return len(self.parts) - 1

    def copy(self) -> "Found":
        """The same so far."""
        return Found(list(self.parts), list(self.leaves))

    def back_to(self, count: int) -> None:
        """Without the parts from a place on."""
        del self.parts[count:], self.leaves[count:]

    def take(self, other: "Found", start: int) -> None:
        """What another has from a place on."""
        self.parts += other.parts[start:]
        self.leaves += other.leaves[start:]


def find_cases(curve: Curve, found: Found) -> Alternatives | int | None:
    """Exactly when -+f has a second derivative >= 0; None where some case stays open."""
    with answering(briefly=True):
        found.offers = tuple(_distinct(curve))
        return _grown(curve, samples_of(curve), found, ())


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
        number = _proved(case, found)
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
    number = _proved(case, found) if broken else None
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


def _proved(case: Branch, found: Found) -> int | None:
    """The part that shows all minors >= 0."""
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
    minors, part = tuple(term for _, term in shown), lines.part(say.loss(curve.word))
    if not holds(curve.draft, part):
        return None
    return found.add(part, Leaf(curve.word, case.path, minors, {}, {}, None))


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
