"""With V = 0 the loss ignores the hidden parameters, so if it is convex it ignores them everywhere; but it does not.

f(H, V) + f(-H, V) - 2 f(0, V) > 0

M o (U V' - A)^2 with a mask M:    2 sum_kj M_kj o_kj^2 at a row of M that is not zero
log sum_l exp(a_l) - y.a:          both signs of a together exceed 2 log k, by Jensen's inequality
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.silent import Silent
from symconvex.drafting.draft import Draft, places_of
from symconvex.drafting.layers import candidates, readout_of, readouts, sample_of
from symconvex.drafting.lines import Alternatives, Lines
from symconvex.drafting.points import Point, is_numeric, loss_at, reduced, simplified, times, zeros
from symconvex.drafting.profile import factors, pieces
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, show_defined, show_defined_given
from symconvex.drafting.vanishing import affine_without, with_least
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Fn, Num, Sum, Sym, Term

S = Sym("?s")


@dataclass(frozen=True, slots=True)
class Lit:
    """Hidden parameters and the readout, under a hypothesis on a row of a matrix."""

    draft: Draft
    hidden: Point
    readout: Point
    sample: tuple[str, str]
    given: Given


def find(draft: Draft) -> Finding | None:
    if is_numeric(draft) or draft.domain or len(draft.parameters) < 2:
        return None
    for lit in (*masked(draft), *classified(draft)):
        finding = attempt(lit)
        if finding is not None:
            return finding
    return None


def masked(draft: Draft) -> Iterator[Lit]:
    """A mask M before squares of products of two matrices: one row of U alone, and that row of M for V."""
    names, matrices = frozenset(draft.parameters), [n for n, shape in draft.parameters.items() if len(shape) == 2]
    found = list(pieces(draft.loss, names))
    if len(found) != 1 or len(matrices) != 2 or len(draft.parameters) != 2 or len(found[0].binders) != 2:
        return
    for mask in (f for f in factors(found[0].factor) if isinstance(f, Sym) and draft.within(f.name) == "binary"):
        k = sample_of(draft, mask.name)
        for first, second in (matrices, matrices[::-1]):
            for here, there in ((0, 0), (0, 1), (1, 0), (1, 1)):
                u, v = places_of(draft, first), places_of(draft, second)
                rows, columns = draft.parameters[first][here], draft.parameters[second][there]
                if (rows, columns) == draft.data[mask.name]:
                    moved = t.mul(t.Delta(u[here], k), t.Delta(u[1 - here], 0))
                    read = t.mul(Sym(mask.name, (k, v[there])), t.Delta(v[1 - there], 0))
                    given = say.is_nonzero(mask.name, k)
                    yield Lit(draft, {first: (u, moved)}, {second: (v, read)}, (mask.name, k), given)


def classified(draft: Draft) -> Iterator[Lit]:
    """A unit that is lit by a row of X, read out into the first of at least two classes."""
    for tall in (False, True):
        readout = readout_of(draft, tall=tall)
        if readout is None or len(draft.parameters[readout]) != 2:
            continue
        classes = draft.parameters[readout][1 if tall else 0]
        for candidate in candidates(draft, readout, tall=tall):
            if candidate.sample is None or candidate.reference != zeros(draft):
                continue
            for point, _ in list(readouts(draft, readout, tall=tall))[:1]:
                hidden = {name: family for name, family in candidate.hidden.items() if name != readout}
                wide = with_least(draft, classes, 2)
                yield Lit(wide, hidden, point, candidate.sample, candidate.given[0])


def attempt(lit: Lit) -> Finding | None:
    """Both signs of the hidden parameters, at this readout."""
    draft, lines, base = lit.draft, Lines(lit.draft, given=(lit.given,)), zeros(lit.draft)
    if not show_defined(lines, draft.loss):
        return None
    if not all(show_defined_given(lines, value) for _, value in lit.hidden.values()):
        return None
    at = {**base, **lit.readout}
    ends = [{**at, **{name: times(family, side) for name, family in lit.hidden.items()}} for side in (1, -1)]
    silent = [{**base, **{name: times(family, side) for name, family in lit.hidden.items()}} for side in (1, -1)]
    middle = loss_at(draft, at)
    values = [loss_at(draft, end) for end in ends]
    if not all(show_defined(lines, value) for value in (middle, *values)):
        return None
    found = by_mask(lines, lit, [t.sub(value, middle) for value in values]) or by_classes(lines, lit, ends[0])
    if found is None:
        return None
    total, kind, outputs = found
    if any(loss_at(draft, way) != loss_at(draft, base) for way in silent):
        return None
    gaps = [
        lines.flat(say.gap("convex", t.sub(value, middle)), along, at, base=base)
        for value, along in zip(values, silent, strict=True)
    ]
    lines.refute(gaps, total, say.loss("not_convex"))
    half = Num(Fraction(1, 2))
    mean = t.sub(t.mul(half, t.add(*values)), middle)
    lines.refute(
        [lines.chord(say.gap("concave", mean), ends)],
        lines.product([lines.constant(say.positive(half)), total], say.positive(t.mul(half, lines.term(total)))),
        say.loss("not_concave"),
    )
    told = Silent(lit.sample, lit.hidden, lit.readout, kind, outputs)
    part, zero = lines.part(say.loss("not_convex"), say.loss("not_concave")), affine_without(draft, lit.sample[0])
    if zero is None:
        return Finding((part,), told, draft.problem.least)
    tree = Alternatives(say.is_zero(lit.sample[0]), lit.given, 1, 0)
    return Finding((part, zero), told, draft.problem.least, {"convex": tree, "concave": tree})


def by_mask(lines: Lines, lit: Lit, gaps: list[Term]) -> tuple[int, str, Term] | None:
    """The sum of both gaps is a number times the square of the row of the mask."""
    name, k = lit.sample
    if name not in lines.draft.data or lines.draft.within(name) != "binary":
        return None
    (piece,) = pieces(lines.draft.loss, frozenset(lines.draft.parameters))
    scale = t.mul(t.number(2), *(f for f in factors(piece.factor) if not (isinstance(f, Sym) and f.name == name)))
    if t.free_indices(scale):
        return None
    (value,) = (value for _, value in lit.readout.values())
    (column,) = (str(f.indices[1]) for f in factors(value) if isinstance(f, Sym) and f.name == name)
    square = Sum(column, lines.draft.data[name][1], t.power(Sym(name, (k, column)), 2))
    total = t.mul(scale, square)
    if reduced(lines.draft, t.sub(t.add(*gaps), total)) != t.ZERO:
        return None
    known, sign = lines.fact("given", say.positive(square)), find_sign(lines, scale, strict=True)
    return None if sign is None else (lines.product([sign, known], say.positive(total)), "mask", total)


def by_classes(lines: Lines, lit: Lit, end: Point) -> tuple[int, str, Term] | None:
    """Jensen's inequality for log sum exp, at every sample and for both signs, strict at one."""
    found = [p for p in pieces(lines.draft.loss, frozenset(lines.draft.parameters)) if soft(p.leaf) is not None]
    if len(found) != 1 or len(found[0].binders) != 1:
        return None
    ((index, size),), inner = found[0].binders, soft(found[0].leaf)
    scale = find_sign(lines, found[0].factor, strict=True)
    if inner is None or scale is None or t.free_indices(found[0].factor):
        return None
    (place, over, body), k = inner, lit.sample[1]
    output = simplified(t.substitute(body, end))
    total: list[Term] = []
    every, one = list[int](), list[int]()
    for side in (1, -1):
        a = t.mul(t.number(side), output)
        shown = jensen(lines, a, place, over, None)
        there = jensen(lines, simplified(t.reindex(a, {index: k})), place, over, (0, 1))
        if shown is None or there is None:
            return None
        every.append(shown)
        one.append(there)
        total.append(lines.term(shown))
    body = t.mul(found[0].factor, t.add(*total))
    if not show_defined(lines, t.reindex(body, {index: k})):
        return None
    nonneg = lines.combine([[scale, line] for line in every], say.nonneg(body))
    positive = lines.combine([[scale, line] for line in one], say.positive(t.reindex(body, {index: k})))
    return lines.summed_at(nonneg, positive, say.positive(Sum(index, size, body)), k), "classes", output


def soft(leaf: Term) -> tuple[str, t.Size, Term] | None:
    """The index l, its size and a_l of log sum_l exp(a_l)."""
    match leaf:
        case Fn("log", (Sum(place, size, Fn("exp", (a,))),)):
            return place, size, a
    return None


def jensen(lines: Lines, a: Term, place: str, size: t.Size, apart: tuple[int, int] | None) -> int | None:
    """The line log sum_l exp(a_l) - log k - mean a >= 0; > 0 where a is not the same at two places."""
    other = lines.draft.index(size, {place, *t.free_indices(a), *lines.draft.bound()})
    third = lines.draft.index(size, {place, other, *t.free_indices(a), *lines.draft.bound()})
    grown = t.fn("exp", t.mul(S, a))
    total = Sum(place, size, grown)
    phi = t.fn("log", total)
    here, there = (t.reindex(a, {place: index}) for index in (other, third))
    weight = t.mul(
        t.reindex(grown, {place: other}), t.reindex(grown, {place: third}), t.power(total, -2), Num(Fraction(1, 2))
    )
    bend = t.mul(weight, t.power(t.sub(here, there), 2))
    if not all(show_defined(lines, part) for part in (bend, phi)):
        return None
    whole = Sum(other, size, Sum(third, size, bend))
    number = find_sign(lines, whole, strict=False)
    if apart is not None and number is not None:
        number = strictly_apart(lines, bend, (other, third), size, apart)
    if number is None:
        return None
    zero, one = t.ZERO, t.ONE
    ends = [t.substitute(phi, {S.name: ((), end)}) for end in (one, zero)]
    mean = t.mul(Sum(place, size, a), t.power(Sum(place, size, t.ONE), -1))
    gap = t.sub(t.sub(ends[0], ends[1]), mean)
    if not show_defined(lines, gap):
        return None
    if apart is None:
        return lines.tangent([number], say.nonneg(gap), S.name, phi, (zero, one))
    uses = [number, lines.constant(say.positive(one))]
    return lines.tangent(uses, say.positive(gap), S.name, phi, (zero, one))


def strictly_apart(
    lines: Lines, bend: Term, binders: tuple[str, str], size: t.Size, apart: tuple[int, int]
) -> int | None:
    """sum_l sum_r of squares with weights is > 0, seen at one pair."""
    first, second = binders
    row = simplified(t.reindex(bend, {first: apart[0]}))
    at = simplified(t.reindex(row, {second: apart[1]}))
    plain = find_sign(lines, at, strict=True)
    each, there = find_sign(lines, bend, strict=False), find_sign(lines, row, strict=False)
    if plain is None or each is None or there is None:
        return None
    inner = lines.summed_at(there, plain, say.positive(Sum(second, size, row)), str(apart[1]))
    outer = lines.summed(each, say.nonneg(Sum(second, size, bend)))
    return lines.summed_at(outer, inner, say.positive(Sum(first, size, Sum(second, size, bend))), str(apart[0]))


MASKED = {"M": ("n", "d"), "U": ("n", "k"), "V": ("d", "k"), "A": ("n", "d")}
READ = {"M": ("n", "d"), "X": ("n", "k"), "V": ("d", "k"), "A": ("n", "d")}

RULE = Rule(
    name="silent-factors",
    find=find,
    cost=9,
    source="lineality of convex functions: Rockafellar 1970, Theorem 8.6 and Corollary 8.6.1",
    accepts=(Example("sum(M*(U@V.T - A)**2)/2", "U, V", "neither", shapes=MASKED, sets={"M": "binary"}),),
    rejects=(Example("sum(M*(X@V.T - A)**2)", "V", "convex", shapes=READ, sets={"M": "binary"}),),
)
