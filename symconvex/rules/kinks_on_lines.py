"""One ramp unit with squared loss on concrete data: convex iff the targets on no line outweigh zero.

    J(w) = 1/2 sum_i (relu(x_i.w) - y_i)^2
         = 1/2 sum_i relu(x_i.w)^2 - 1/2 sum_l c_l |e_l.w| + affine,    c_l = sum over x_i = a_i e_l of |a_i| y_i

convex when every c_l <= 0. When c_l > 0, J exceeds a chord across the hyperplane e_l.w = 0.
"""

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.chord import Chord, Violation
from symconvex.drafting.arguments.kinks import Kinks
from symconvex.drafting.arguments.ridges import Ridges
from symconvex.drafting.arguments.structure import Smooth
from symconvex.drafting.chords import Ends, Vector, add_chord, along, dot, middle
from symconvex.drafting.draft import Draft, nested
from symconvex.drafting.layers import find_fit, inputs_of
from symconvex.drafting.lines import Lines
from symconvex.drafting.points import is_numeric
from symconvex.drafting.profile import Z
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.structure import find_convex
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Sym, Term

HALF = Fraction(1, 2)
SEED = 7


def find(draft: Draft) -> Finding | None:
    found = _data(draft)
    if found is None:
        return None
    name, rows, targets = found
    weights = weights_by_line(rows, targets)
    line = next((e for e, c in weights.items() if c > 0), None)
    if line is not None:
        return _refuted(draft, line, rows, targets)
    lines = Lines(draft)
    convex = find_convex(lines, decomposed(name, rows, targets, weights))
    if convex is None:
        return None
    number, _ = convex
    lines.conclude(number, say.loss("convex"))
    return Finding((lines.part(say.loss("convex")),), sorted_by_line(name, rows, targets, tuple(weights)))


def _data(draft: Draft) -> tuple[str, list[Vector], Vector] | None:
    """The parameter, the inputs and the targets, when the loss is that of one ramp unit on numbers."""
    fit, values = find_fit(draft), draft.problem.values
    if (
        not is_numeric(draft)
        or fit is None
        or fit.kind != "squared"
        or fit.factor != t.Num(HALF)
        or len(draft.parameters) != 1
    ):
        return None
    ((name, shape),) = draft.parameters.items()
    x = inputs_of(draft, name) if len(shape) == 1 else None
    others = [d.name for d in draft.problem.data if d.name != x]
    if x is None or len(others) != 1 or {x, *others} - set(values) or not isinstance(fit.prediction, Fn):
        return None
    if fit.prediction.name != "relu":
        return None
    rows, targets = (nested(draft.problem.values)[other] for other in (x, others[0]))
    if not isinstance(rows, tuple) or not isinstance(targets, tuple):
        return None
    return name, [flat(row) for row in rows], flat(targets)


def flat(entries: t.Nested) -> Vector:
    """A row of numbers."""
    return tuple(x for x in entries if isinstance(x, Fraction)) if isinstance(entries, tuple) else (entries,)


def weights_by_line(rows: Sequence[Vector], targets: Vector) -> dict[Vector, Fraction]:
    """c_l for every line through 0 that carries an input, by its first direction scaled to leading entry 1."""
    found: dict[Vector, Fraction] = {}
    for row, y in zip(rows, targets, strict=True):
        lead = next((x for x in row if x), None)
        if lead is not None:
            line = tuple(x / lead for x in row)
            found[line] = found.get(line, Fraction(0)) + abs(lead) * y
    return found


def form(name: str, row: Vector) -> Term:
    return t.add(*(t.mul(t.Num(x), Sym(name, (k,))) for k, x in enumerate(row)))


def decomposed(name: str, rows: Sequence[Vector], targets: Vector, weights: dict[Vector, Fraction]) -> Term:
    parts: list[Term] = []
    for row, y in zip(rows, targets, strict=True):
        z = form(name, row)
        if any(row):
            parts.append(t.mul(t.Num(HALF), t.power(t.fn("relu", z), 2)))
            parts.append(t.mul(t.Num(-HALF * y), z))
        parts.append(t.Num(HALF * y * y))
    parts += [t.mul(t.Num(-HALF * c), t.fn("abs", form(name, line))) for line, c in weights.items() if c]
    return t.add(*parts)


def sorted_by_line(name: str, rows: Sequence[Vector], targets: Vector, lines: Sequence[Vector]) -> Ridges:
    """The samples on each line together: two pieces of a function of e_l.w, and the jump of its slope at 0."""
    parts, rest = list[Kinks](), Fraction(0)
    for line in lines:
        on = [(along_line(row, line), y) for row, y in zip(rows, targets, strict=True)]
        seen = [(a, y) for a, y in on if a]
        left, right = (piece([(a, y) for a, y in seen if a * side > 0], seen, side) for side in (-1, 1))
        jump = t.Num(-sum((abs(a) * y for a, y in seen), Fraction(0)))
        parts.append(Kinks(form(name, line), (left, right), (jump,), 1))
    for row, y in zip(rows, targets, strict=True):
        rest += HALF * y * y * (not any(row))
    return Ridges(tuple(parts), t.Num(rest))


def along_line(row: Vector, line: Vector) -> Fraction:
    """a where the row is a times the line; 0 where it lies on another."""
    lead = next((x for x in row if x), Fraction(0))
    return lead if lead and tuple(x / lead for x in row) == line else Fraction(0)


def piece(active: Sequence[tuple[Fraction, Fraction]], seen: Sequence[tuple[Fraction, Fraction]], side: int) -> Smooth:
    """What the samples of a line add up to on one side of 0, where some of them are active."""
    square = sum((a * a for a, _ in active), Fraction(0))
    slope = sum((-a * y for a, y in active), Fraction(0))
    level = sum((HALF * y * y for _, y in seen), Fraction(0))
    value = t.add(t.mul(t.Num(HALF * square), t.power(Z, 2)), t.mul(t.Num(slope), Z), t.Num(level))
    left, right = (None, t.ZERO) if side < 0 else (t.ZERO, None)
    return Smooth(left, right, value, t.add(t.mul(t.Num(square), Z), t.Num(slope)), t.Num(square))


def loss(w: Vector, rows: Sequence[Vector], targets: Vector) -> Fraction:
    """J(w) exactly."""
    scores = [dot(row, w) for row in rows]
    return sum((HALF * (max(z, Fraction(0)) - y) ** 2 for z, y in zip(scores, targets, strict=True)), Fraction(0))


def _refuted(draft: Draft, line: Vector, rows: Sequence[Vector], targets: Vector) -> Finding | None:
    across = next(chords_across(line, rows, targets), None)
    if across is None:
        return None
    lines, violations = Lines(draft), list[Violation]()
    for word, ends in (("convex", across), ("concave", chord_below(line, rows))):
        values = [loss(point, rows, targets) for point in (ends[0], middle(ends), ends[1])]
        violations.append(add_chord(lines, word, ends, values))
    return Finding((lines.part(say.loss("not_convex"), say.loss("not_concave")),), Chord(tuple(violations)))


def chords_across(line: Vector, rows: Sequence[Vector], targets: Vector) -> Iterator[Ends]:
    """Chords through points of the hyperplane that lie on no other, shorter and shorter."""
    draw, square = random.Random(SEED), dot(line, line)  # noqa: S311  (a search, no secret)
    for reach in (1,) * 20 + (9,) * 40:
        point = tuple(Fraction(draw.randint(-reach, reach)) for _ in line)
        centre = along(point, line, -dot(point, line) / square)
        for k in range(12):
            ends = along(centre, line, Fraction(-1, 2**k)), along(centre, line, Fraction(1, 2**k))
            if 2 * loss(centre, rows, targets) > loss(ends[0], rows, targets) + loss(ends[1], rows, targets):
                yield ends


def chord_below(line: Vector, rows: Sequence[Vector]) -> Ends:
    """A chord above the loss at its middle: on a ray from 0 the loss is quadratic, and bends up with a unit active."""
    side = 1 if any(dot(row, line) > 0 for row in rows) else -1
    return tuple(2 * side * x for x in line), tuple(4 * side * x for x in line)


RAMP = "sum((relu(X@w) - y)**2)/2"
DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}

RULE = Rule(
    name="kinks-on-lines",
    find=find,
    cost=3,
    source="Boyd & Vandenberghe 2004, section 3.2.1 and 3.2.3 (sums and pointwise maxima)",
    accepts=(
        Example(RAMP, "w", "convex", shapes=DATA, values={"X": ((1, 2), (-2, -4), (3, 1)), "y": (2, -1, 0)}),
        Example(RAMP, "w", "neither", shapes=DATA, values={"X": ((1, 2), (2, 4), (3, 1)), "y": (2, -1, 1)}),
    ),
    rejects=(Example(RAMP, "w", "neither", shapes=DATA, values={"X": ((1, 2), (-2, -4), (3, 1)), "y": (3, -1, 0)}),),
)
