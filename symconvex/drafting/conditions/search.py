"""The cases: split by signs of polynomials in the data until the loss is proved or refuted in each."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from symconvex.drafting import judgments as say
from symconvex.drafting.conditions.charts import chart_of
from symconvex.drafting.conditions.curve import Curve
from symconvex.drafting.conditions.signs import Case, case_of, discriminant, is_known, shown_nonneg, split_of
from symconvex.drafting.conditions.witnesses import Witness, refuted
from symconvex.drafting.effort import spend
from symconvex.drafting.lines import Cases, PartDraft
from symconvex.drafting.rational import Polynomial, primitive
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given

DEEPEST = 7


@dataclass(frozen=True, slots=True)
class Leaf:
    """What was shown in one case: by minors >= 0, or by a witness."""

    path: tuple[Given, ...]
    minors: tuple[t.Term, ...]
    witness: Witness | None


@dataclass(slots=True)
class Found:
    """The parts so far, and how each is told."""

    parts: list[PartDraft] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)

    def add(self, part: PartDraft, leaf: Leaf) -> int:
        """The number of the part."""
        self.parts.append(part)
        self.leaves.append(leaf)
        return len(self.parts) - 1


def find_cases(curve: Curve, found: Found) -> Cases | int | None:
    """Exactly when -+f has a second derivative >= 0; None where some case stays open."""
    return _grown(curve, found, ())


def _grown(curve: Curve, found: Found, path: tuple[Given, ...]) -> Cases | int | None:
    case = case_of(curve, path)
    if case is None:
        return None
    spend(2_000)
    shown = [shown_nonneg(case, minor) for minor in curve.minors()]
    if None not in shown:
        return _proved(case, found, [s for s in shown if s is not None])
    for minor, line in zip(curve.minors(), shown, strict=True):
        if line is not None:
            continue
        against = case_of(curve, path)
        witness = None if against is None else refuted(against, minor)
        if against is not None and witness is not None:
            word = "not_convex" if curve.sign > 0 else "not_concave"
            return found.add(against.lines.part(say.loss(word)), Leaf(path, (), witness))
    opened = [m for m, s in zip(curve.minors(), shown, strict=True) if s is None]
    return _branched(case, found, [*opened, *curve.minors()])


def _proved(case: Case, found: Found, shown: list[tuple[int, t.Term]]) -> int | None:
    curve, lines = case.curve, case.lines
    outer = case.oracle.weight(curve.outer, strict=False)
    if outer is None:
        return None
    ways = curve.ways
    if len(ways) == 1:
        term = t.mul(outer[1], shown[0][1], t.power(ways[0], 2))
        sign = lines.combine([[outer[0], shown[0][0], ways[0]]], say.nonneg(term))
    else:
        middle = curve.field.term(curve.matrix[0][1])
        form = t.add(
            t.mul(shown[0][1], t.power(ways[0], 2)),
            t.mul(t.number(2), middle, *ways),
            t.mul(shown[1][1], t.power(ways[1], 2)),
        )
        inner = lines.quadratic([line for line, _ in shown], say.nonneg(form), (ways[0], ways[1]), middle)
        term = t.mul(outer[1], form)
        sign = lines.product([outer[0], inner], say.nonneg(term))
    word = "convex" if curve.sign > 0 else "concave"
    bend = lines.differentiate(say.curvature(term if curve.sign > 0 else t.neg(term)))
    lines.curvature([bend, sign], say.loss(word))
    return found.add(lines.part(say.loss(word)), Leaf(case.path, tuple(term for _, term in shown), None))


def _branched(case: Case, found: Found, minors: list[Polynomial]) -> Cases | None:
    """Two cases by the first polynomial of unknown sign that the minors suggest."""
    if len(case.path) >= DEEPEST:
        return None
    atom = next((atom for minor in minors for atom in atoms(case.curve, minor) if not is_known(case, atom)), None)
    if atom is None:
        return None
    curve = case.curve
    yes, no = say.given_nonneg(curve.field.term(atom)), say.given_positive(curve.field.term(-atom))
    then = _grown(curve, found, (*case.path, yes))
    other = None if then is None else _grown(curve, found, (*case.path, no))
    return None if then is None or other is None else Cases(yes, no, then, other)


def atoms(curve: Curve, minor: Polynomial) -> Iterator[Polynomial]:
    """What the sign of a minor may depend on."""
    parts = split_of(curve, minor)
    if parts is None:
        return
    yield from parts.data
    yield from (-factor for factor in parts.data)
    chart = None if parts.moving is None else chart_of(curve, parts.moving)
    if chart is None:
        return
    first, last = chart.coefs[0], chart.coefs[-1]
    below = discriminant(chart) if chart.degree == 2 else None
    if below is not None and chart.both:
        wanted = [last, *([] if last.is_constant() else [first]), below]
    else:
        wanted = [first, last, *([] if below is None else [chart.coefs[1], below])]
    for poly in (*wanted, *(-c for c in chart.coefs)):
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
