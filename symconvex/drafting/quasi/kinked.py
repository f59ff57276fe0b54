"""A function of one affine form with kinks that falls, then rises, or is monotone: abs(log(x)), relu(x) - relu(x - 1).

f' = A B' with B = abs(z - c), A = |f'| piece by piece; where f' keeps its sign, B = z or -z.
"""

from collections.abc import Iterator

from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import spend
from symconvex.drafting.judgments import affine, convex, nonneg
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.kinked.building import Builder, PiecedFunction
from symconvex.drafting.kinked.pieces import SmoothPiece, Unknown, pieces_of, signs_between
from symconvex.drafting.kinked.profile import has_kinks, profile_of
from symconvex.drafting.kinked.spelled import cuts_of, defined_everywhere, joined, signed, spelled
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.quasi.writing import WORDS, by_convex
from symconvex.drafting.signs import show_defined
from symconvex.drafting.univariate.ring import Ring
from symconvex.drafting.univariate.scribe import Lost, Region
from symconvex.drafting.univariate.signs import S, slope_of
from symconvex.drafting.univariate.steps import cases
from symconvex.kernel import term as t
from symconvex.kernel.term import Refused, Term, TooLarge


def find_kinked(draft: Draft) -> PartDraft | None:
    """The part that says quasiconvex, quasiconcave or both."""
    profile = profile_of(draft, draft.loss) if has_kinks(draft.loss, frozenset(draft.parameters)) else None
    if profile is None:
        return None
    pieces = pieces_of(profile.function, profile.region)
    try:
        signs = list(runs(pieces))
    except (Unknown, Refused, TooLarge):
        return None
    if not 0 < len(signs) < 3:
        return None
    cuts = tuple(piece.left for piece in pieces[1:] if piece.left is not None)
    for turn in (1, -1):
        lines = Lines(draft)
        builder = Builder(lines, PiecedFunction(profile, pieces, cuts, (), ()))
        claims = [claim(word) for word in written(builder, signs, turn)]
        if claims:
            return lines.part(*claims)
    return None


def runs(pieces: tuple[SmoothPiece, ...]) -> Iterator[tuple[int, Term | None]]:
    """The signs of f' from left to right, and where each begins; neighbours differ.

    Fails    Unknown
    """
    ring, last = Ring(S, {}), 0
    for piece in pieces:
        if not ring.poly(piece.slope):
            continue
        for start, _, side in signs_between(ring, piece.slope, piece.left, piece.right):
            if side != last:
                yield side, start
            last = side


def written(builder: Builder, signs: list[tuple[int, Term | None]], turn: int) -> list[str]:
    """The words that are shown. turn: is the kink of B read as abs(z - c), or as abs(c - z)?"""
    lines, (side, where) = builder.lines, signs[-1]
    spend(1_000)
    inside = t.mul(t.number(turn), t.sub(S, where if len(signs) == 2 and where is not None else t.ZERO))
    label = t.mul(t.number(turn), t.sub(t.mul(t.number(2), t.fn("step", inside)), t.ONE))
    weight = t.mul(t.number(side), slope_of(builder.found.profile.function), *([label] if len(signs) == 2 else []))
    form, claims = builder.at(inside), list[str]()
    try:
        above = shown(builder, weight)
    except (Lost, Refused, TooLarge):
        return claims
    line = lines.affine(affine(form))
    if len(signs) == 2:
        bases = {side: lines.compose([line], convex(t.fn("abs", form)))}
    else:
        bases = {turn * side: line, -turn * side: lines.affine(affine(t.neg(form)))}
    for way, base in bases.items():
        by_convex(lines, way, above, base)
        claims.append(WORDS[way])
    return claims


def shown(builder: Builder, weight: Term) -> int:
    """The line that the weight, a term in S, is >= 0 at the argument.

    Fails    Lost
    """
    lines, profile = builder.lines, builder.found.profile
    builder.show_domain()
    before = len(lines.steps)
    try:
        number = joined(lines, weight, profile.region, signed)
    except Lost:
        lines.forget(before)
        number = at_points(lines, weight, profile.region)
    builder.defined_at(profile.function, lines.term(number))
    if not show_defined(lines, lines.draft.loss, smooth=True):
        raise Lost(t.render(weight))
    return builder.read(number)


def at_points(lines: Lines, term: Term, region: Region) -> int:
    """The line term >= 0 on the region from those on open pieces, and those at the points between them.

    At a kink inside max or min a step may be none of what it is on both sides.

    Fails    Lost
    """
    cuts = cuts_of(term, region)
    spend(500 * len(cuts))
    defined_everywhere(lines, term, region)
    ends = [region.left, *cuts, region.right]
    last = Region(ends[-2], region.right, bool(not cuts and region.left_closed), region.right_closed)
    found = spelled(lines, term, last, signed)
    for k, cut in reversed(list(enumerate(cuts))):
        start = Region(ends[k], None, region.left_closed if not k else False)
        point = spelled(lines, term, Region(cut, cut, True, True), signed)
        inner = spelled(lines, term, Region(ends[k], cut, start.left_closed), signed)
        right = region.assumptions(S)[1:] if region.left is not None else region.assumptions(S)
        with lines.assuming(nonneg(t.sub(S, cut)), *right):
            found = cases(lines, (found, point), nonneg(term))
        with lines.assuming(*start.assumptions(S), *right):
            found = cases(lines, (found, inner), nonneg(term))
    return found
