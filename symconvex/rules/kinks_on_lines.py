"""One ramp unit with squared loss on concrete data: convex iff the targets on no line outweigh zero.

    J(w) = 1/2 sum_i (relu(x_i.w) - y_i)^2
         = 1/2 sum_i relu(x_i.w)^2 - 1/2 sum_l c_l |e_l.w| + affine,    c_l = sum over x_i = a_i e_l of |a_i| y_i

convex when every c_l <= 0. When c_l > 0, J exceeds a chord across the hyperplane e_l.w = 0.
"""

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction

from symconvex.drafting.draft import Draft, Lines
from symconvex.drafting.layers import find_fit, inputs_of
from symconvex.drafting.points import nested
from symconvex.drafting.profile import Z
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.structure import find_convex
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Sym, Term
from symconvex.rules.numeric_witness import Vector, dot

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
        return _refuted(draft, name, line, rows, targets)
    lines = Lines(draft, variables=(Z.name,))
    number = find_convex(lines, decomposed(name, rows, targets, weights))
    if number is None:
        return None
    lines.add("convex_loss", [number], "(loss convex)")
    return Finding("convex", (lines.part("(loss convex)"),), condition="True")


def _data(draft: Draft) -> tuple[str, list[Vector], Vector] | None:
    """The parameter, the inputs and the targets, when the loss is that of one ramp unit on numbers."""
    fit, values = find_fit(draft), draft.problem.values
    if fit is None or fit.kind != "squared" or fit.factor != t.Num(HALF) or len(draft.parameters) != 1:
        return None
    ((name, shape),) = draft.parameters.items()
    x = inputs_of(draft, name) if len(shape) == 1 else None
    others = [d.name for d in draft.problem.data if d.name != x]
    if x is None or len(others) != 1 or {x, *others} - set(values) or not isinstance(fit.prediction, Fn):
        return None
    if fit.prediction.name != "relu":
        return None
    rows, targets = (nested(draft)[other] for other in (x, others[0]))
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


def loss(w: Vector, rows: Sequence[Vector], targets: Vector) -> Fraction:
    """J(w) exactly."""
    scores = [dot(row, w) for row in rows]
    return sum((HALF * (max(z, Fraction(0)) - y) ** 2 for z, y in zip(scores, targets, strict=True)), Fraction(0))


def _refuted(draft: Draft, name: str, line: Vector, rows: Sequence[Vector], targets: Vector) -> Finding | None:
    ends = next(chords_across(line, rows, targets), None)
    if ends is None:
        return None
    lines = Lines(draft)
    left, right = ({name: [str(x) for x in end]} for end in ends)
    lines.add("numeric_chord", [], "(loss not_convex)", left=left, right=right)
    far = tuple(Fraction(4) * x for x in line)
    claims, wide = ["(loss not_convex)"], _spread(far, rows, targets)
    if wide is not None:
        sides = ({name: [str(x) for x in end]} for end in wide)
        lines.add("numeric_chord", [], "(loss not_concave)", left=next(sides), right=next(sides))
        claims.append("(loss not_concave)")
    answer = "neither" if len(claims) == 2 else "not convex"
    return Finding(answer, (lines.part(*claims),), condition="False", witness={"left": left, "right": right})


def chords_across(line: Vector, rows: Sequence[Vector], targets: Vector) -> Iterator[tuple[Vector, Vector]]:
    """Chords through points of the hyperplane that lie on no other, shorter and shorter."""
    draw, square = random.Random(SEED), dot(line, line)  # noqa: S311  (a search, no secret)
    for reach in (1,) * 20 + (9,) * 40:
        point = [Fraction(draw.randint(-reach, reach)) for _ in line]
        share = dot(point, line) / square
        middle = tuple(a - share * b for a, b in zip(point, line, strict=True))
        for k in range(12):
            ends = tuple(tuple(m + s * x / 2**k for m, x in zip(middle, line, strict=True)) for s in (-1, 1))
            if 2 * loss(middle, rows, targets) > loss(ends[0], rows, targets) + loss(ends[1], rows, targets):
                yield ends[0], ends[1]


def _spread(far: Vector, rows: Sequence[Vector], targets: Vector) -> tuple[Vector, Vector] | None:
    """A chord above the loss at its middle."""
    for k in range(12):
        end = tuple(x * 2**k for x in far)
        start, middle = tuple(x / 2 for x in end), tuple(x * 3 / 4 for x in end)
        for side in (1, -1):
            a, b, c = (tuple(side * x for x in p) for p in (start, end, middle))
            if 2 * loss(c, rows, targets) < loss(a, rows, targets) + loss(b, rows, targets):
                return a, b
    return None


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
