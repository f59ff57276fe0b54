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

from symconvex.drafting.draft import Draft, Lines, point_json, point_text
from symconvex.drafting.layers import Candidate, Fit, candidates, find_fit, readout_of, readouts, width_of
from symconvex.drafting.lineality import lineality
from symconvex.drafting.points import Point, loss_at, reduced, simplified, times
from symconvex.drafting.profile import Z
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, scaled, show_defined, show_defined_given
from symconvex.drafting.vanishing import convex_without, with_least
from symconvex.kernel import term as t
from symconvex.kernel.term import Sum, Term

HALF = Fraction(1, 2)


def find(draft: Draft) -> Finding | None:
    fit = find_fit(draft)
    if fit is None or draft.problem.values or draft.domain:
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
    lines = Lines(draft, given=candidate.given, variables=(Z.name,))
    if not show_defined(lines, draft.loss) or not _show_points(lines, candidate):
        return None
    gaps = chord_gaps(lines, readout, candidate, (up, down))
    output = simplified(t.substitute(fit.prediction, up))
    if gaps is not None:
        total = outputs_sign(lines, fit, candidate, output)
    else:
        found = lineality(lines, fit, readout, candidate, point, output)
        if found is None:
            return None
        gaps, total = found
    if total is None:
        return None
    lines.add("refute", [*gaps, total], "(loss not_convex)", weights=["1"] * len(gaps))
    claims = ["(loss not_convex)"]
    if all("(gap quasiconvex" in str(lines.steps[g - 1]["gives"]) for g in gaps):
        lines.add("refute", [*gaps, total], "(loss not_quasiconvex)", weights=["1"] * len(gaps))
        claims.append("(loss not_quasiconvex)")
    if not_concave(lines, fit, readout, candidate, (up, down), output):
        claims.append("(loss not_concave)")
    parts = [lines.part(*claims)]
    condition: str | None = "False"
    if candidate.given:
        x = candidate.given[0].split()[1]
        other = convex_without(draft, x)
        condition = f"{x} == 0" if other is not None else None
        parts += [other] if other is not None else []
    hypotheses = (*candidate.hypotheses, *width_hypotheses(draft))
    return Finding(
        "neither",
        tuple(parts),
        hypotheses=hypotheses,
        condition=condition,
        witness=point_text(up, candidate.witness if candidate.given else ""),
        least=draft.problem.least,
    )


def _show_points(lines: Lines, candidate: Candidate) -> bool:
    """The squared length of a row that is not zero."""
    return all(show_defined_given(lines, value) for _, value in candidate.hidden.values())


def chord_gaps(lines: Lines, readout: str, candidate: Candidate, middles: tuple[Point, Point]) -> list[int] | None:
    """Both signs of the readout are middles of points where the prediction is zero."""
    draft, gaps = lines.draft, []
    for middle in middles:
        first = {**candidate.reference, readout: times(middle[readout], 2)}
        far = {name: _reflected(candidate.hidden[name], candidate.reference[name]) for name in candidate.hidden}
        second = {**far, readout: times(middle[readout], 0)}
        values = [loss_at(draft, p) for p in (first, second)]
        if values[0] != values[1]:
            return None
        gap = t.sub(loss_at(draft, middle), values[0])
        show_defined_given(lines, gap)
        args = {"ends": [point_json(first), point_json(second)], "weights": ["1/2", "1/2"]}
        gaps.append(lines.add("chord", [], f"(gap quasiconvex {t.render(gap)})", **args))
    return gaps


def _reflected(value: t.Family, centre: t.Family) -> t.Family:
    """2 value - centre."""
    return value[0], simplified(t.sub(t.mul(t.number(2), value[1]), centre[1]))


def summed(fit: Fit, body: Term) -> Term:
    for index, size in reversed(fit.binders):
        body = Sum(index, size, body)
    return simplified(body)


def outputs_sign(lines: Lines, fit: Fit, candidate: Candidate, output: Term) -> int | None:
    """The sum over the samples of what both signs of the readout add to the loss is > 0."""
    if not isinstance(fit.factor, t.Num):
        return scaled(lines, fit.factor, outputs_sign(lines, dataclasses.replace(fit, factor=t.ONE), candidate, output))
    if fit.kind == "squared":
        whole = summed(fit, t.mul(t.number(2), fit.factor, t.power(output, 2)))
        return sign_at_witness(lines, whole, candidate)
    body = t.mul(fit.factor, logistic_pair(fit.label, output))
    return logistic_sign(lines, fit, candidate, output, summed(fit, body))


def logistic_pair(label: Term, output: Term) -> Term:
    """softplus(u) + softplus(-u) - 2 log 2 at u = label * output."""
    u = t.mul(label, output)
    return t.add(t.fn("softplus", u), t.fn("softplus", t.neg(u)), t.mul(t.number(-2), t.fn("log", t.number(2))))


def sign_at_witness(lines: Lines, whole: Term, candidate: Candidate) -> int | None:
    """A sum of squares is > 0: everywhere, or at the sample whose score is 1."""
    number = find_sign(lines, whole, strict=True)
    if number is not None or not isinstance(whole, Sum) or not candidate.witness:
        return number
    nonneg = find_sign(lines, whole.body, strict=False)
    place: t.Index = int(candidate.witness) if candidate.witness.isdigit() else candidate.witness
    there = simplified(t.reindex(whole.body, {whole.index: place}))
    positive = find_sign(lines, there, strict=True) or _reduced_sign(lines, there)
    if nonneg is None or positive is None:
        return None
    return lines.add("sum_at", [nonneg, positive], f"(positive {t.render(whole)})", index=str(place))


def _reduced_sign(lines: Lines, term: Term) -> int | None:
    """The sign of a square factor by factor, each in normal form."""
    match term:
        case t.Mul((scale, t.Pow(base, e))) if e == 2:
            inner = find_sign(lines, reduced(lines.draft, base), strict=True)
            factor = find_sign(lines, scale, strict=True)
            if inner is None or factor is None:
                return None
            return lines.add("product", [factor, inner, inner], f"(positive {t.render(term)})")
        case t.Pow(base, e) if e == 2:
            inner = find_sign(lines, reduced(lines.draft, base), strict=True)
            return None if inner is None else lines.add("product", [inner, inner], f"(positive {t.render(term)})")
    return None


def logistic_sign(lines: Lines, fit: Fit, candidate: Candidate, output: Term, whole: Term) -> int | None:
    """g(u) - g(0) for the convex even function g(u) = softplus(u) + softplus(-u), by its tangent at 0."""
    g = t.add(t.fn("softplus", Z), t.fn("softplus", t.neg(Z)))
    bend = t.mul(t.number(2), t.fn("sigmoid", Z), t.sub(t.ONE, t.fn("sigmoid", Z)))
    convex = find_sign(lines, bend, strict=True)
    u = t.mul(fit.label, output)
    if convex is None or not isinstance(whole, Sum):
        return None
    args = {"of": Z.name, "function": t.render(g), "from": "0"}
    nonneg = lines.add("tangent", [convex], f"(nonneg {t.render(whole.body)})", **args, to=t.render(u))
    place = candidate.witness
    there = simplified(t.reindex(u, {whole.index: place})) if place else u
    far = find_sign(lines, squared_label(there, lines), strict=True)
    if far is None:
        return None
    body = t.reindex(whole.body, {whole.index: place}) if place else whole.body
    positive = lines.add("tangent", [convex, far], f"(positive {t.render(body)})", **args, to=t.render(there))
    if not place:
        return lines.add("sum", [positive], f"(positive {t.render(whole)})")
    return lines.add("sum_at", [nonneg, positive], f"(positive {t.render(whole)})", index=place)


def squared_label(u: Term, lines: Lines) -> Term:
    """u^2 with the labels, which are 1 or -1, left out."""
    factors = u.args if isinstance(u, t.Mul) else (u,)
    return t.mul(
        *(t.power(f, 2) for f in factors if not (isinstance(f, t.Sym) and lines.draft.within(f.name) == "sign"))
    )


def not_concave(
    lines: Lines, fit: Fit, readout: str, candidate: Candidate, ends: tuple[Point, Point], output: Term
) -> bool:
    """Between both signs of the readout lies V = 0, where the loss is below the mean."""
    draft = lines.draft
    middle = {**candidate.hidden, readout: times(ends[0][readout], 0)}
    mean = t.add(*(t.mul(t.Num(HALF), loss_at(draft, end)) for end in ends))
    gap = t.sub(mean, loss_at(draft, middle))
    show_defined_given(lines, gap)
    total = outputs_sign(lines, fit, candidate, output)
    if total is None:
        return False
    args = {"ends": [point_json(end) for end in ends], "weights": ["1/2", "1/2"]}
    number = lines.add("chord", [], f"(gap concave {t.render(gap)})", **args)
    whole = str(lines.steps[total - 1]["gives"])
    halved = lines.add("product", [lines.add("constant", [], "(positive 1/2)"), total], _scaled_half(whole))
    lines.add("refute", [number, halved], "(loss not_concave)", weights=["1"])
    return True


def _scaled_half(gives: str) -> str:
    return f"(positive (* 1/2 {gives.removeprefix('(positive ')[:-1]}))"


def width_hypotheses(draft: Draft) -> tuple[str, ...]:
    return tuple(f"{size} >= {least}" for size, least in draft.sizes().items() if least > 1)


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
