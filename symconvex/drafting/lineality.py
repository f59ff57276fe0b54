"""Gaps from lineality: with the readout at zero the loss is constant in the hidden parameters.

f(theta, +-V) - f(0, +-V), and the same with -theta where the linear part of theta must cancel
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from symconvex.drafting.arguments.readout import Chords, Flats, Rise
from symconvex.drafting.draft import Lines, point_json
from symconvex.drafting.layers import Candidate, Fit
from symconvex.drafting.points import Point, is_alike, loss_at, simplified, times, zeros
from symconvex.drafting.profile import slope
from symconvex.drafting.signs import find_sign, scaled, show_defined_given
from symconvex.kernel import term as t
from symconvex.kernel.term import Sum, Term

Z = t.Sym("z")
# g(u) = softplus(u) + softplus(-u), even and strictly convex, and its second derivative.
EVEN = t.add(t.fn("softplus", Z), t.fn("softplus", t.neg(Z)))
EVEN_BEND = t.mul(t.number(2), t.fn("sigmoid", Z), t.sub(t.ONE, t.fn("sigmoid", Z)))


@dataclass(frozen=True, slots=True)
class Refuting:
    """Lines with gaps, the line with the sign of their sum, what that sum is, and where the gaps come from."""

    gaps: tuple[int, ...]
    total: int
    rise: Rise
    way: Chords | Flats


def scaled_rise(lines: Lines, factor: Term, plain: tuple[int, Rise]) -> tuple[int, Rise] | None:
    """A positive sum with a positive factor such as 1/n in front."""
    number = scaled(lines, factor, plain[0])
    return None if number is None else (number, replace(plain[1], total=t.mul(factor, plain[1].total)))


def lineality(
    lines: Lines, fit: Fit, readout: str, candidate: Candidate, point: Point, output: Term
) -> Refuting | None:
    """Gaps along lines on which the loss is constant, and the sign of their sum."""
    base = zeros(lines.draft)
    if candidate.reference != base:
        return None
    start = simplified(t.substitute(fit.prediction, {**base, readout: point[readout]}))
    alone, (moved, still) = _first_output(fit, (output, start))
    for turns in ((1,), (1, -1)):
        found = _scaled_sign(lines, alone, candidate, moved, still, len(turns))
        if found is None:
            continue
        total, rise = found
        ats = tuple({**base, readout: times(point[readout], side)} for side in (1, -1))
        ways = [_along(candidate, readout, base, turn) for turn in turns]
        gaps = tuple(_gap(lines, base, way, at) for at in ats for way in ways)
        back = (
            simplified(t.substitute(fit.prediction, {**ways[1], readout: point[readout]})) if len(ways) == 2 else None
        )
        return Refuting(gaps, total, rise, Flats(ways[0], (ats[0], ats[1]), start, back))
    return None


def _along(candidate: Candidate, readout: str, base: Point, turn: int) -> Point:
    """The direction of the hidden parameters, or its opposite."""
    return {name: base[name] if name == readout else times(f, turn) for name, f in candidate.hidden.items()}


def _gap(lines: Lines, base: Point, along: Point, at: Point) -> int:
    """The line f(at + along) - f(at) <= 0; one of both is zero in every parameter."""
    end = {name: at[name] if family == base[name] else family for name, family in along.items()}
    gap = t.sub(loss_at(lines.draft, end), loss_at(lines.draft, at))
    show_defined_given(lines, gap)
    args = {"base": point_json(base), "along": point_json(along), "at": point_json(at)}
    return lines.add("flat", [], f"(gap convex {t.render(gap)})", **args)


def _first_output(fit: Fit, outputs: tuple[Term, Term]) -> tuple[Fit, tuple[Term, Term]]:
    """Several outputs of which only the first one is not zero: the others add nothing to the gaps."""
    for index, size in fit.binders:
        first = t.Delta(index, 0)
        if all(isinstance(output, t.Mul) and first in output.args for output in outputs):
            binders = tuple(binder for binder in fit.binders if binder != (index, size))
            moved, still = (simplified(t.reindex(output, {index: 0})) for output in outputs)
            return replace(fit, binders=binders, label=t.reindex(fit.label, {index: 0})), (moved, still)
    return fit, outputs


def _scaled_sign(
    lines: Lines, fit: Fit, candidate: Candidate, output: Term, start: Term, turns: int
) -> tuple[int, Rise] | None:
    """As _sign; a factor such as 1/n is put in front of the finished line."""
    if isinstance(fit.factor, t.Num):
        return _sign(lines, fit, candidate, output, start, turns)
    plain = _sign(lines, replace(fit, factor=t.ONE), candidate, output, start, turns)
    return None if plain is None else scaled_rise(lines, fit.factor, plain)


def _sign(
    lines: Lines, fit: Fit, candidate: Candidate, output: Term, start: Term, turns: int
) -> tuple[int, Rise] | None:
    """The line (positive D) for D = the sum of all gaps."""
    if turns == 1:
        return _constant_sign(lines, fit, output, start)
    if candidate.score is None:
        return None
    (index, size), *_ = fit.binders
    z = candidate.score
    by_way_of = (_sigmoid_square, _softplus_square, _sigmoid_logistic, _softplus_logistic)
    for way in by_way_of:
        if (body := way(lines, fit, output, z, candidate, index)) is not None:
            nonneg, positive, term = body
            whole, place = Sum(index, size, term), candidate.witness
            number = lines.add("sum_at", [nonneg, positive], f"(positive {t.render(whole)})", index=place)
            return number, Rise(whole, place)
    return None


def _constant_sign(lines: Lines, fit: Fit, output: Term, start: Term) -> tuple[int, Rise] | None:
    """The output is the same for every sample and larger than at the start."""
    if t.free_indices(output) or any(isinstance(p, t.Sym) for p in t.subterms(output)):
        return None
    if fit.kind == "squared":
        body = t.mul(t.number(2), fit.factor, t.sub(t.power(output, 2), t.power(start, 2)))
    else:
        body = t.mul(fit.factor, t.sub(_even(fit, output), _even(fit, start)))
    number = (
        find_sign(lines, body, strict=True)
        if fit.kind == "squared"
        else _logistic_rise(lines, fit, output, start, body)
    )
    if number is None:
        return None
    whole: Term = body
    for index, size in reversed(fit.binders):
        whole = Sum(index, size, whole)
        number = lines.add("sum", [number], f"(positive {t.render(whole)})")
    return number, Rise(whole)


def _even(fit: Fit, output: Term) -> Term:
    u = t.mul(fit.label, output)
    return t.add(t.fn("softplus", u), t.fn("softplus", t.neg(u)))


def _logistic_rise(lines: Lines, fit: Fit, output: Term, start: Term, body: Term) -> int | None:
    """g(y b) - g(y a) > 0 for numbers b > a > 0, labels y and g(u) = softplus(u) + softplus(-u)."""
    rise = find_sign(lines, t.sub(output, start), strict=True)
    ahead = find_sign(lines, start, strict=True)
    convex = find_sign(lines, EVEN_BEND, strict=True)
    if rise is None or ahead is None or convex is None:
        return None
    u = t.mul(fit.label, start)
    above = _tangent(lines, EVEN, convex, u, t.mul(fit.label, output))
    slope_sign, slope_term = _slope_at(lines, convex, u)
    back = lines.add("power", [ahead], f"(positive {t.render(t.power(start, -1))})")
    gain_term = t.mul(slope_term, t.power(start, -1), t.sub(output, start))
    gain = lines.add("product", [slope_sign, back, rise], f"(positive {t.render(gain_term)})")
    number = lines.add("total", [above, gain], f"(positive {t.render(t.sub(_even(fit, output), _even(fit, start)))})")
    if fit.factor == t.ONE:
        return number
    scale = find_sign(lines, fit.factor, strict=True)
    return None if scale is None else lines.add("product", [scale, number], f"(positive {t.render(body)})")


def _slope_at(lines: Lines, convex: int, u: Term) -> tuple[int, Term]:
    """g'(u) u > 0 for the even function g and u^2 > 0: tangents from u to 0 and from 0 to u."""
    apart = _apart(lines, u, t.ZERO)
    there = _tangent(lines, EVEN, convex, u, t.ZERO)
    here = _tangent(lines, EVEN, convex, t.ZERO, u, apart)
    term = t.mul(t.substitute(slope(EVEN), {"z": ((), u)}), u)
    return lines.add("total", [there, here], f"(positive {t.render(term)})"), term


def _tangent(lines: Lines, phi: Term, convex: int, a: Term, b: Term, apart: int | None = None) -> int:
    """phi(b) - phi(a) - phi'(a) (b - a) >= 0, or > 0 when a line shows that a and b differ."""
    at_a, at_b, rate = (t.substitute(f, {"z": ((), x)}) for f, x in ((phi, a), (phi, b), (slope(phi), a)))
    gap = t.sub(t.sub(at_b, at_a), t.mul(rate, t.sub(b, a)))
    kind, uses = ("nonneg", [convex]) if apart is None else ("positive", [convex, apart])
    args = {"of": "z", "function": t.render(phi), "from": t.render(a), "to": t.render(b)}
    return lines.add("tangent", uses, f"({kind} {t.render(gap)})", **args)


def _sigmoid_square(
    lines: Lines, fit: Fit, output: Term, z: Term, candidate: Candidate, index: str
) -> tuple[int, int, Term] | None:
    """sigmoid(z)^2 + sigmoid(-z)^2 - 1/2 = 2 (sigmoid(z) - 1/2)^2."""
    if fit.kind != "squared" or not is_alike(output, t.fn("sigmoid", z)):
        return None
    half = t.Num(Fraction(1, 2))
    body = t.mul(t.number(4), fit.factor, t.power(t.sub(t.fn("sigmoid", z), half), 2))
    there = t.mul(t.number(4), fit.factor, t.power(t.sub(t.fn("sigmoid", t.ONE), half), 2))
    nonneg, positive = find_sign(lines, body, strict=False), find_sign(lines, there, strict=True)
    return None if nonneg is None or positive is None else (nonneg, positive, body)


def _softplus_square(
    lines: Lines, fit: Fit, output: Term, z: Term, candidate: Candidate, index: str
) -> tuple[int, int, Term] | None:
    """The tangent of the convex function softplus(z)^2 at 0, for z and for -z."""
    if fit.kind != "squared" or not is_alike(output, t.fn("softplus", z)):
        return None
    phi, p = t.fn("softplus", Z), t.fn("sigmoid", Z)
    bend = t.add(t.mul(t.number(2), t.power(p, 2)), t.mul(t.number(2), phi, p, t.sub(t.ONE, p)))
    scale = t.mul(t.number(2), fit.factor)
    return _tangents(lines, scale, t.power(phi, 2), bend, t.ZERO, (z, t.neg(z)), candidate, index)


def _sigmoid_logistic(
    lines: Lines, fit: Fit, output: Term, z: Term, candidate: Candidate, index: str
) -> tuple[int, int, Term] | None:
    """The tangent of the even function g at u = y/2, for y sigmoid(z) and y sigmoid(-z)."""
    if fit.kind != "logistic" or not is_alike(output, t.fn("sigmoid", z)):
        return None
    ends = tuple(t.mul(fit.label, t.fn("sigmoid", side)) for side in (z, t.neg(z)))
    start = t.mul(t.Num(Fraction(1, 2)), fit.label)
    return _tangents(lines, fit.factor, EVEN, EVEN_BEND, start, ends, candidate, index)


def _softplus_logistic(
    lines: Lines, fit: Fit, output: Term, z: Term, candidate: Candidate, index: str
) -> tuple[int, int, Term] | None:
    """The tangent of g at y log 2 for y softplus(z) and y softplus(-z); softplus(z) + softplus(-z) >= 2 log 2."""
    if fit.kind != "logistic" or not is_alike(output, t.fn("softplus", z)):
        return None
    log2, p = t.fn("log", t.number(2)), t.fn("sigmoid", Z)
    convex, bend = (find_sign(lines, b, strict=True) for b in (EVEN_BEND, t.mul(p, t.sub(t.ONE, p))))
    positive = find_sign(lines, log2, strict=True)
    if convex is None or bend is None or positive is None:
        return None
    back = lines.add("power", [positive], f"(positive {t.render(t.power(log2, -1))})")
    scale = find_sign(lines, fit.factor, strict=True)
    outputs = [t.fn("softplus", side) for side in (z, t.neg(z))]
    body = t.mul(fit.factor, t.sub(t.add(*(_even(fit, o) for o in outputs)), t.mul(t.number(2), _even(fit, log2))))
    found = []
    for kind, place in (("nonneg", None), ("positive", candidate.witness)):
        u, sides = t.mul(fit.label, log2), [z, t.neg(z)]
        if place is not None:
            u, sides = (t.reindex(u, {index: place}), [simplified(t.reindex(s, {index: place})) for s in sides])
        gains = [_tangent(lines, t.fn("softplus", Z), bend, t.ZERO, s, _strictly(lines, s, kind)) for s in sides]
        slope_sign, slope_term = _slope_at(lines, convex, u)
        rises = t.sub(t.add(*(t.fn("softplus", s) for s in sides)), t.mul(t.number(2), log2))
        rise = lines.add("total", gains, f"({kind} {t.render(rises)})")
        lift_term = t.mul(slope_term, t.power(log2, -1), rises)
        lift = lines.add("product", [slope_sign, back, rise], f"({kind} {t.render(lift_term)})")
        label = fit.label if place is None else t.reindex(fit.label, {index: place})
        above = [_tangent(lines, EVEN, convex, u, t.mul(label, t.fn("softplus", s))) for s in sides]
        term = body if place is None else t.reindex(body, {index: place})
        if scale is None or fit.factor != t.ONE:
            return None
        found.append(lines.add("total", [*above, lift], f"({kind} {t.render(term)})"))
    return found[0], found[1], body


def _strictly(lines: Lines, end: Term, kind: str) -> int | None:
    """The line end^2 > 0, when the strict tangent is wanted."""
    return find_sign(lines, t.power(t.sub(end, t.ZERO), 2), strict=True) if kind == "positive" else None


def _tangents(
    lines: Lines,
    scale: Term,
    phi: Term,
    bend: Term,
    start: Term,
    ends: tuple[Term, ...],
    candidate: Candidate,
    index: str,
) -> tuple[int, int, Term] | None:
    """Tangents at one point whose linear parts cancel: their sum >= 0, and > 0 at the witness."""
    convex, sign = find_sign(lines, bend, strict=True), find_sign(lines, scale, strict=True)
    if convex is None or sign is None:
        return None
    base = t.add(*(t.sub(t.substitute(phi, {"z": ((), e)}), t.substitute(phi, {"z": ((), start)})) for e in ends))
    found = []
    for kind, place in (("nonneg", None), ("positive", candidate.witness)):
        a, sides, term = start, list(ends), base
        if place is not None:
            a, term = (t.reindex(x, {index: place}) for x in (start, base))
            sides = [simplified(t.reindex(end, {index: place})) for end in ends]
        apart = [None if place is None else _apart(lines, side, a) for side in sides]
        if place is not None and None in apart:
            return None
        gaps = [_tangent(lines, phi, convex, a, side, gap) for side, gap in zip(sides, apart, strict=True)]
        number = lines.add("total", gaps, f"({kind} {t.render(term)})")
        if scale != t.ONE:
            number = lines.add("product", [sign, number], f"({kind} {t.render(t.mul(scale, term))})")
        found.append(number)
    return found[0], found[1], t.mul(scale, base)


def _apart(lines: Lines, b: Term, a: Term) -> int | None:
    """(b - a)^2 > 0; labels 1, -1 have square 1."""
    gap = t.power(t.sub(b, a), 2)
    names = {s.name for p in (b, a) for s in t.subterms(p) if isinstance(s, t.Sym)}
    if any(lines.draft.within(name) != "sign" for name in names):
        return None
    plain = [_without_labels(p) for p in (b, a)]
    number = find_sign(lines, t.power(t.sub(*plain), 2), strict=True)
    return None if number is None else lines.add("product", [number], f"(positive {t.render(gap)})")


def _without_labels(term: Term) -> Term:
    """The term with every label set to 1."""
    if isinstance(term, t.Sym):
        return t.ONE
    return t.rebuild(term, tuple(_without_labels(part) for part in t.children(term)))
