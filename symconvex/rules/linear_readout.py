"""A loss whose last trained layer is linear is not convex unless it ignores the hidden parameters.

With the readout V = 0 the hidden parameters theta do not matter. So (theta, V) is the middle of two points
where the loss has the value Psi(0), the loss of the zero prediction:

    (theta, V) = 1/2 (0, 2V) + 1/2 (2 theta, 0)        when the units are 0 at theta = 0

and a convex loss would satisfy f(theta, V) <= Psi(0) and f(theta, -V) <= Psi(0). But

    f(theta, V) + f(theta, -V) - 2 Psi(0) = sum_i o_i^2 > 0        (squared loss with outputs o_i)

Where the units are not 0 at theta = 0, the lineality of convex functions takes the place of the two ends.
"""

import dataclasses
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.readout import Chords, Readout, Rise
from symconvex.drafting.draft import Draft
from symconvex.drafting.layers import Candidate, Fit, candidates, find_fit, readout_of, readouts, width_of
from symconvex.drafting.lineality import Refuting, lineality, scaled_rise
from symconvex.drafting.lines import Lines
from symconvex.drafting.points import Point, is_numeric, loss_at, reduced, simplified, times
from symconvex.drafting.profile import Z
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, show_defined, show_defined_given
from symconvex.drafting.vanishing import convex_without, with_least
from symconvex.kernel import term as t
from symconvex.kernel.term import Sum, Term

HALF = Fraction(1, 2)


def find(draft: Draft) -> Finding | None:
    fit = find_fit(draft)
    if fit is None or draft.domain or is_numeric(draft):
        return None
    return find_oriented(draft, fit, tall=False) or find_oriented(draft, fit, tall=True)


def find_oriented(draft: Draft, fit: Fit, *, tall: bool) -> Finding | None:
    """The rows of every weight matrix belong to units, as in X @ W.T; tall: its columns, as in X @ W."""
    readout = readout_of(draft, tall=tall)
    if readout is None:
        return None
    width = width_of(draft, readout, tall=tall)
    for candidate in candidates(draft, readout, tall=tall):
        for point, least in readouts(draft, readout, tall=tall):
            if isinstance(width, int) and width < candidate.least:
                continue
            wide = with_least(draft, width, max(least, candidate.least))
            finding = attempt(wide, fit, readout, candidate, point)
            if finding is not None:
                return finding
    return None


def attempt(draft: Draft, fit: Fit, readout: str, candidate: Candidate, point: Point) -> Finding | None:
    up, down = ({**candidate.hidden, readout: times(point[readout], s)} for s in (1, -1))
    lines = Lines(draft, given=candidate.given)
    if not show_defined(lines, draft.loss) or not _show_points(lines, candidate):
        return None
    output = simplified(t.substitute(fit.prediction, up))
    found = by_chords(lines, fit, readout, candidate, (up, down)) or lineality(
        lines, fit, readout, candidate, point, output
    )
    if found is None:
        return None
    lines.refute(found.gaps, found.total, say.loss("not_convex"))
    claims = [say.loss("not_convex")]
    if isinstance(found.way, Chords):
        lines.refute(found.gaps, found.total, say.loss("not_quasiconvex"))
        claims.append(say.loss("not_quasiconvex"))
    between = not_concave(lines, fit, readout, candidate, (up, down), output)
    claims += [say.loss("not_concave")] if between is not None else []
    other = None if candidate.matrix is None else convex_without(draft, candidate.matrix)
    curvature = None if other is None else other.curvature
    argument = Readout(fit, candidate, readout, found.way, output, found.rise, between, curvature)
    parts = (lines.part(*claims), *(() if other is None else (other.part,)))
    return Finding(parts, argument, draft.problem.least)


def _show_points(lines: Lines, candidate: Candidate) -> bool:
    """The squared length of a row that is not zero."""
    return all(show_defined_given(lines, value) for _, value in candidate.hidden.values())


def by_chords(
    lines: Lines, fit: Fit, readout: str, candidate: Candidate, middles: tuple[Point, Point]
) -> Refuting | None:
    """Both signs of the readout are middles of points where the prediction is zero."""
    draft, gaps, starts = lines.draft, list[int](), list[Point]()
    far = {name: _reflected(candidate.hidden[name], candidate.reference[name]) for name in candidate.hidden}
    end = {**far, readout: times(middles[0][readout], 0)}
    zero = loss_at(draft, end)
    for middle in middles:
        start = {**candidate.reference, readout: times(middle[readout], 2)}
        if loss_at(draft, start) != zero:
            return None
        gap = t.sub(loss_at(draft, middle), zero)
        show_defined_given(lines, gap)
        gaps.append(lines.chord(say.gap("quasiconvex", gap), [start, end]))
        starts.append(start)
    found = outputs_sign(lines, fit, candidate, simplified(t.substitute(fit.prediction, middles[0])))
    if found is None:
        return None
    total, rise = found
    return Refuting(tuple(gaps), total, rise, Chords(middles, (starts[0], starts[1]), end, zero))


def _reflected(value: t.Family, centre: t.Family) -> t.Family:
    """2 value - centre."""
    return value[0], simplified(t.sub(t.mul(t.number(2), value[1]), centre[1]))


def summed(fit: Fit, body: Term) -> Term:
    for index, size in reversed(fit.binders):
        body = Sum(index, size, body)
    return simplified(body)


def outputs_sign(lines: Lines, fit: Fit, candidate: Candidate, output: Term) -> tuple[int, Rise] | None:
    """The sum over the samples of what both signs of the readout add to the loss is > 0."""
    if not isinstance(fit.factor, t.Num):
        plain = outputs_sign(lines, dataclasses.replace(fit, factor=t.ONE), candidate, output)
        return None if plain is None else scaled_rise(lines, fit.factor, plain)
    if fit.kind == "squared":
        whole = summed(fit, t.mul(t.number(2), fit.factor, t.power(output, 2)))
        return sign_at_witness(lines, whole, candidate)
    body = t.mul(fit.factor, logistic_pair(fit.label, output))
    return logistic_sign(lines, fit, candidate, output, summed(fit, body))


def logistic_pair(label: Term, output: Term) -> Term:
    """softplus(u) + softplus(-u) - 2 log 2 at u = label * output."""
    u = t.mul(label, output)
    return t.add(t.fn("softplus", u), t.fn("softplus", t.neg(u)), t.mul(t.number(-2), t.fn("log", t.number(2))))


def sign_at_witness(lines: Lines, whole: Term, candidate: Candidate) -> tuple[int, Rise] | None:
    """A sum of squares is > 0: everywhere, or at the sample whose score is 1."""
    number = find_sign(lines, whole, strict=True)
    if number is not None:
        return number, Rise(whole)
    if not isinstance(whole, Sum) or not candidate.witness:
        return None
    nonneg = find_sign(lines, whole.body, strict=False)
    place: t.Index = int(candidate.witness) if candidate.witness.isdigit() else candidate.witness
    there = simplified(t.reindex(whole.body, {whole.index: place}))
    plain = find_sign(lines, there, strict=True)
    positive, value = (plain, there) if plain is not None else _reduced_sign(lines, there)
    if nonneg is None or positive is None:
        return None
    number = lines.summed_at(nonneg, positive, say.positive(whole), str(place))
    return number, Rise(whole, place, value)


def _reduced_sign(lines: Lines, term: Term) -> tuple[int | None, Term]:
    """The sign of a square factor by factor, each in normal form, and the term in that form."""
    match term:
        case t.Mul((scale, t.Pow(base, e))) if e == 2:
            factor = find_sign(lines, scale, strict=True)
        case t.Pow(base, e) if e == 2:
            scale, factor = t.ONE, None
        case _:
            return None, term
    shown = reduced(lines.draft, base)
    inner = find_sign(lines, shown, strict=True)
    if inner is None or (factor is None and scale != t.ONE):
        return None, term
    uses = [*(() if factor is None else (factor,)), inner, inner]
    return lines.product(uses, say.positive(term)), t.mul(scale, t.power(shown, 2))


def logistic_sign(lines: Lines, fit: Fit, candidate: Candidate, output: Term, whole: Term) -> tuple[int, Rise] | None:
    """g(u) - g(0) for the convex even function g(u) = softplus(u) + softplus(-u), by its tangent at 0."""
    g = t.add(t.fn("softplus", Z), t.fn("softplus", t.neg(Z)))
    bend = t.mul(t.number(2), t.fn("sigmoid", Z), t.sub(t.ONE, t.fn("sigmoid", Z)))
    convex = find_sign(lines, bend, strict=True)
    u = t.mul(fit.label, output)
    if convex is None or not isinstance(whole, Sum):
        return None
    nonneg = lines.tangent([convex], say.nonneg(whole.body), Z.name, g, (t.ZERO, u))
    place = candidate.witness
    there = simplified(t.reindex(u, {whole.index: place})) if place else u
    far = find_sign(lines, squared_label(there, lines), strict=True)
    if far is None:
        return None
    body = t.reindex(whole.body, {whole.index: place}) if place else whole.body
    positive = lines.tangent([convex, far], say.positive(body), Z.name, g, (t.ZERO, there))
    if not place:
        return lines.summed(positive, say.positive(whole)), Rise(whole)
    number = lines.summed_at(nonneg, positive, say.positive(whole), place)
    return number, Rise(whole, place)


def squared_label(u: Term, lines: Lines) -> Term:
    """u^2 with the labels, which are 1 or -1, left out."""
    factors = u.args if isinstance(u, t.Mul) else (u,)
    return t.mul(
        *(t.power(f, 2) for f in factors if not (isinstance(f, t.Sym) and lines.draft.within(f.name) == "sign"))
    )


def not_concave(
    lines: Lines, fit: Fit, readout: str, candidate: Candidate, ends: tuple[Point, Point], output: Term
) -> Point | None:
    """Between both signs of the readout lies V = 0, where the loss is below the mean."""
    draft = lines.draft
    middle = {**candidate.hidden, readout: times(ends[0][readout], 0)}
    mean = t.add(*(t.mul(t.Num(HALF), loss_at(draft, end)) for end in ends))
    gap = t.sub(mean, loss_at(draft, middle))
    show_defined_given(lines, gap)
    found = outputs_sign(lines, fit, candidate, output)
    if found is None:
        return None
    total, _ = found
    number, half = lines.chord(say.gap("concave", gap), ends), lines.constant(say.positive(t.Num(HALF)))
    halved = lines.product([half, total], say.positive(t.mul(t.Num(HALF), lines.term(total))))
    lines.refute([number], halved, say.loss("not_concave"))
    return middle


COLUMNS = {"X": ("n", "d"), "A": ("d", "h"), "v": ("h",), "y": ("n",)}
DATA = {"X": ("n", "d"), "W": ("h", "d"), "v": ("h",), "y": ("n",)}

RULE = Rule(
    name="linear-readout",
    find=find,
    cost=5,
    source="lineality of convex functions: Rockafellar 1970, Theorem 8.6 and Corollary 8.6.1",
    accepts=(
        Example("sum((tanh(X@W.T)@v - y)**2)", "W, v", "neither", shapes=DATA),
        Example("sum(log(1 + exp(-y*(sigmoid(X@W.T)@v))))", "W, v", "neither", shapes=DATA, sets={"y": "sign"}),
        Example("sum((tanh(X@A)@v - y)**2)", "A, v", "neither", shapes=COLUMNS),
        Example("mean((relu(X@W.T)@v - y)**2)", "W, v", "neither", shapes=DATA),
    ),
    rejects=(
        Example("sum((tanh(X@W.T)@v - y)**2)", "v", "convex", shapes=DATA),
        Example("sum((X@W.T@v - y)**2)", "W", "convex", shapes=DATA),
    ),
)
