"""A loss in one number, summed over data: sum_i phi_i(z_i a), strictly convex exactly when z is not 0.

C = sum_i W_i v^2,  W_i = z_i^2 ...:   W_k > 0 at a place with z_k != 0;   without one f is constant
"""

from collections.abc import Mapping, Sequence

from symconvex.drafting.constants import holds, mentions_step
from symconvex.drafting.draft import Draft
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import definite, is_nonzero, is_zero, nonneg, positive
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Alternatives, Lines, PartDraft
from symconvex.drafting.profile import mentions
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.squares import Square, Summand
from symconvex.drafting.variances import summed
from symconvex.kernel import term as t
from symconvex.kernel.term import Sym, Term

Cases = tuple[list[PartDraft], Mapping[str, Alternatives | int]]
NOTHING: Cases = ([], {})


def find_slope(draft: Draft, squares: Sequence[Summand], curvature: Term, before: int) -> Cases:
    """Strict for z != 0, and not for z = 0; where no weight moves, their sum is the modulus and smoothness constant.

    before    how many parts stand before these
    """
    if [*draft.parameters.values()] != [()] or draft.domain or mentions_step(curvature):
        return NOTHING
    for square in squares:
        if not isinstance(square, Square) or not isinstance(square.core, Sym) or len(square.binders) != 1:
            return NOTHING
    ((parameter, _),) = draft.parameters.items()
    for name, shape in draft.data.items():
        fitting = (
            [s for s in squares if isinstance(s, Square) and s.binders[0][1] == shape[0]] if len(shape) == 1 else []
        )
        for square in fitting:
            if not mentions(square.weight, frozenset({name})):
                continue
            strict = strict_part(draft, squares, square, curvature, name)
            flat = flat_part(draft, parameter, name)
            if strict is not None and flat is not None and holds(draft, strict) and holds(draft, flat):
                given = strict.given[0]
                tree = Alternatives(is_zero(name), given, before + 1, before)
                return [strict, flat, *smooth_part(draft, squares, curvature)], {"strictly_convex": tree}
    return NOTHING


def strict_part(
    draft: Draft, squares: Sequence[Summand], square: Square, curvature: Term, name: str
) -> PartDraft | None:
    """Strictly convex where some z_k is not 0."""
    ((index, size),), ((parameter, _),) = square.binders, draft.parameters.items()
    witness = draft.index(size, draft.bound() | {index}, "k")
    lines = Lines(draft, given=(is_nonzero(name, witness),))
    if not show_defined(lines, draft.loss):
        return None
    shown = lines.differentiate(bends(curvature))
    lines.fact("given", positive(t.power(Sym(name, (witness,)), 2)))
    every = find_sign(lines, square.weight, strict=False)
    one = find_sign(lines, t.reindex(square.weight, {index: witness}), strict=True)
    rest = [find_sign(lines, other.form, strict=False) for other in squares if other is not square]
    if every is None or one is None or None in rest:
        return None
    total = summed(square.binders, square.weight)
    weight = lines.summed_at(every, one, positive(total), witness)
    own = lines.definite([weight], definite(t.mul(total, t.power(Sym(f"{parameter}'"), 2))), [(parameter, "", [])])
    number = lines.total([own, *(r for r in rest if r)], definite(curvature))
    claims = [claim("strictly_convex")]
    lines.curvature([shown, number], claims[0])
    if not rest and not mentions(total, frozenset(draft.parameters)):
        claims.append(claim("strongly_convex", total))
        lines.curvature([shown, weight, lines.constant(nonneg(t.ZERO))], claims[1])
    return lines.part(*claims)


def flat_part(draft: Draft, parameter: str, name: str) -> PartDraft | None:
    """The loss is the same at 0, 1 and 2 where z = 0."""
    lines = Lines(draft, given=(is_zero(name),))
    if not show_defined(lines, draft.loss):
        return None
    ends = [{parameter: ((), t.number(k))} for k in (0, 2)]
    apart = lines.constant(positive(t.number(4)))
    flat = claim("not_strictly_convex")
    lines.chord(flat, ends, [lines.constant(nonneg(t.ZERO)), apart])
    return lines.part(flat)


def smooth_part(draft: Draft, squares: Sequence[Summand], curvature: Term) -> list[PartDraft]:
    """Where no weight moves, their sum is the smoothness constant."""
    total = t.add(*(summed(s.binders, s.weight) for s in squares if isinstance(s, Square)))
    lines = Lines(draft)
    if mentions(total, frozenset(draft.parameters)) or not show_defined(lines, draft.loss):
        return []
    shown, sign = lines.differentiate(bends(curvature)), find_sign(lines, curvature, strict=False)
    smooth = claim("smooth", total)
    lines.curvature([shown, lines.constant(nonneg(t.ZERO)), sign or 0], smooth)
    part = lines.part(smooth)
    return [part] if sign is not None and holds(draft, part) else []
