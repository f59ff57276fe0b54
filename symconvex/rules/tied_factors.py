"""A loss of W'W at W = 0 bends down along the data: tied weights are not convex.

    f(W) = |X W'W - X|^2 / 2,  W = c e_0 x_k',  S = |x_k|^2,  c = 1/(1 + S):

    f(0) - f(W) = c^2 (1 - c^2 S / 2) sum_i (x_i.x_k)^2 > 0

so W = 0 lies above the chord between W and -W, where the loss has the same value.
"""

from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.tied import Tied
from symconvex.drafting.draft import Draft, places_of
from symconvex.drafting.layers import Fit, find_fit, inputs_of, sample_of
from symconvex.drafting.lines import Lines
from symconvex.drafting.points import Point, is_numeric, loss_at, times, unshadowed, zeros
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.vanishing import convex_without
from symconvex.kernel import term as t
from symconvex.kernel.term import Family, Sum, Sym, Term


def find(draft: Draft) -> Finding | None:
    fit = find_fit(draft)
    if fit is None or fit.kind != "squared" or len(draft.parameters) != 1 or draft.domain or is_numeric(draft):
        return None
    ((name, shape),) = draft.parameters.items()
    x = inputs_of(draft, name) if len(shape) == 2 else None
    if x is None:
        return None
    witness = sample_of(draft, x)
    places = places_of(draft, name)
    square = Sum(places[1], shape[1], t.power(Sym(x, (witness, places[1])), 2))
    delta = (t.Delta(places[0], 0),) if shape[0] != 1 else ()
    row: Family = (places, t.mul(*delta, Sym(x, (witness, places[1]))))
    lines = Lines(draft, given=(say.is_nonzero(x, witness),))
    lines.fact("given", say.positive(square))
    near = _near(lines, fit, name, row, square, (x, witness))
    far = _far(lines, fit, name, row, square, (x, witness))
    if near is None or far is None or not show_defined(lines, draft.loss):
        return None
    other = convex_without(draft, x)
    claims = (say.loss("not_convex"), say.loss("not_quasiconvex"), say.loss("not_concave"))
    argument = Tied(fit, (x, witness), square, near, far, None if other is None else other.curvature)
    return Finding((lines.part(*claims), *(() if other is None else (other.part,))), argument)


def _near(
    lines: Lines, fit: Fit, name: str, row: Family, square: Term, sample: tuple[str, str]
) -> tuple[Point, Term] | None:
    """W = e_0 x_k' / (1 + S), and f(0) - f(W) = 2c (1 + S)^-4 (1 + 3/2 S + S^2) sum_i (x_i.x_k)^2 > 0."""
    draft, one = lines.draft, t.add(t.ONE, square)
    if find_sign(lines, one, strict=True) is None:
        return None
    end: Point = {name: (row[0], t.mul(row[1], t.power(one, -1)))}
    gap = t.sub(loss_at(draft, zeros(draft)), loss_at(draft, end))
    factor = t.add(t.ONE, t.mul(t.Num(Fraction(3, 2)), square), t.power(square, 2))
    drop = t.mul(t.number(2), fit.factor, t.power(one, -4), factor, _products(lines, sample, square))
    total = find_sign(lines, unshadowed(draft, drop), strict=True)
    if total is None:
        return None
    number = _chord(lines, "quasiconvex", gap, end)
    for claim in ("not_convex", "not_quasiconvex"):
        lines.refute([number], total, say.loss(claim))
    return end, unshadowed(draft, drop)


def _far(
    lines: Lines, fit: Fit, name: str, row: Family, square: Term, sample: tuple[str, str]
) -> tuple[Point, Term] | None:
    """W = c e_0 x_k' with c = 2 (1 + 1/S): c^2 S > 8, and the loss is above its value at 0."""
    draft, inverse = lines.draft, t.power(square, -1)
    scale = t.mul(t.number(2), t.add(t.ONE, inverse))
    end: Point = {name: (row[0], t.mul(row[1], scale))}
    gap = t.sub(loss_at(draft, end), loss_at(draft, zeros(draft)))
    excess = t.add(t.mul(t.number(2), square), t.number(3), t.mul(t.number(2), inverse))
    rise = t.mul(t.number(2), fit.factor, t.power(scale, 2), excess, _products(lines, sample, square))
    total = find_sign(lines, unshadowed(draft, rise), strict=True)
    if total is None:
        return None
    number = _chord(lines, "concave", gap, end)
    lines.refute([number], total, say.loss("not_concave"))
    return end, unshadowed(draft, rise)


def _chord(lines: Lines, word: str, gap: Term, end: Point) -> int:
    """Zero lies between W and -W."""
    for part in t.subterms(gap):  # the denominators, whatever its sums call their index
        if isinstance(part, t.Pow) and part.exponent < 0 and not isinstance(part.base, t.Dim):
            inner = part.base.args[1] if isinstance(part.base, t.Add) else part.base
            lines.fact("given", say.positive(inner))
    show_defined(lines, gap)
    ends = [{n: times(f, s) for n, f in end.items()} for s in (1, -1)]
    return lines.chord(say.gap(word, gap), ends)


def _products(lines: Lines, sample: tuple[str, str], square: Term) -> Term:
    """sum_i (x_i.x_k)^2, which is positive since its summand at k is S^2."""
    (x, witness), draft = sample, lines.draft
    rows, columns = draft.data[x]
    i, j = draft.index(rows), draft.index(columns)
    inner = Sum(j, columns, t.mul(Sym(x, (i, j)), Sym(x, (witness, j))))
    nonneg = lines.square(say.nonneg(t.power(inner, 2)))
    given = lines.fact("given", say.positive(square))
    positive = lines.power(given, say.positive(t.power(square, 2)))
    whole = Sum(i, rows, t.power(inner, 2))
    lines.summed_at(nonneg, positive, say.positive(whole), witness)
    return whole


DATA = {"X": ("n", "d"), "W": ("h", "d")}

RULE = Rule(
    name="tied-factors",
    find=find,
    cost=7,
    source="Boyd & Vandenberghe 2004, section 3.1.1 (the chord)",
    accepts=(
        Example("sum((X@W.T@W - X)**2)/2", "W", "neither", shapes=DATA),
        Example("mean((X@W.T@W - X)**2)", "W", "neither", shapes=DATA),
    ),
    rejects=(Example("sum((X@W.T - X)**2)/2", "W", "convex", shapes={"X": ("n", "d"), "W": ("d", "d")}),),
)
