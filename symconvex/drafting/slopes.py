"""A loss in one number, perhaps summed over data: sum_i phi_i(z_i a), strictly convex exactly when z is not 0.

C = sum_i W_i v^2,  W_i = z_i^2 ...:   W_k > 0 at a place with z_k != 0;   without one f is constant

With several z in the place of one: strictly convex exactly when not all of them are 0.
"""

from collections.abc import Mapping, Sequence

from symconvex.drafting.constants import holds, mentions_step
from symconvex.drafting.draft import Draft
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import definite, given_positive, is_nonzero, is_zero, nonneg, positive
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Alternatives, Lines, PartDraft
from symconvex.drafting.profile import mentions
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.squares import Square, Summand
from symconvex.drafting.univariate.strictness import inside
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
        if not isinstance(square, Square) or not isinstance(square.core, Sym) or len(square.binders) > 1:
            return NOTHING
    ((parameter, _),) = draft.parameters.items()
    strict = {name: part for name in draft.data if (part := _strict_by(draft, squares, curvature, name)) is not None}
    groups = [*((name,) for name in strict), *((tuple(strict),) if len(strict) > 1 else ())]
    for names in groups:
        flat = flat_part(draft, parameter, *names)
        if flat is not None and holds(draft, flat):
            tree: Alternatives | int = before + len(names)
            for k, name in reversed(list(enumerate(names))):
                tree = Alternatives(is_zero(name), strict[name].given[0], tree, before + k)
            parts = [*(strict[name] for name in names), flat, *smooth_part(draft, squares, curvature)]
            return parts, {"strictly_convex": tree}
    return NOTHING


def _strict_by(draft: Draft, squares: Sequence[Summand], curvature: Term, name: str) -> PartDraft | None:
    """Strictly convex where z is not 0."""
    shape = draft.data[name]
    for square in squares:
        sizes = tuple(size for _, size in square.binders)
        if isinstance(square, Square) and sizes == shape and mentions(square.weight, frozenset({name})):
            part = strict_part(draft, squares, square, curvature, name)
            if part is not None and holds(draft, part):
                return part
    return None


def strict_part(
    draft: Draft, squares: Sequence[Summand], square: Square, curvature: Term, name: str
) -> PartDraft | None:
    """Strictly convex where some z_k is not 0."""
    ((parameter, _),) = draft.parameters.items()
    lines = _opened(draft, square, name)
    if not show_defined(lines, draft.loss):
        return None
    shown = lines.differentiate(bends(curvature))
    rest = [find_sign(lines, other.form, strict=False) for other in squares if other is not square]
    total, weight = summed(square.binders, square.weight), _weight(lines, square)
    if weight is None or None in rest:
        return None
    own = lines.definite([weight], definite(t.mul(total, t.power(Sym(f"{parameter}'"), 2))), [(parameter, "", [])])
    number = lines.total([own, *(r for r in rest if r)], definite(curvature))
    claims = [claim("strictly_convex")]
    lines.curvature([shown, number], claims[0])
    if not rest and not mentions(total, frozenset(draft.parameters)):
        claims.append(claim("strongly_convex", total))
        lines.curvature([shown, weight, lines.constant(nonneg(t.ZERO))], claims[1])
    return lines.part(*claims)


def _opened(draft: Draft, square: Square, name: str) -> Lines:
    """A part about z != 0, with what that says."""
    if not square.binders:
        apart = t.power(Sym(name), 2)
        lines = Lines(draft, given=(given_positive(apart),))
        lines.fact("given", positive(apart))
        if find_sign(lines, Sym(name), strict=False) is not None:
            inside(lines, Sym(name))
        return lines
    ((index, size),) = square.binders
    witness = draft.index(size, draft.bound() | {index}, "k")
    lines = Lines(draft, given=(is_nonzero(name, witness),))
    lines.fact("given", positive(t.power(Sym(name, (witness,)), 2)))
    return lines


def _weight(lines: Lines, square: Square) -> int | None:
    """The line that the weight of v^2 is > 0: at the place of which something is given."""
    if not square.binders:
        return find_sign(lines, square.weight, strict=True)
    ((index, _),), witness = square.binders, lines.given[0].extra
    every = find_sign(lines, square.weight, strict=False)
    one = find_sign(lines, t.reindex(square.weight, {index: witness}), strict=True)
    if every is None or one is None:
        return None
    return lines.summed_at(every, one, positive(summed(square.binders, square.weight)), witness)


def flat_part(draft: Draft, parameter: str, *names: str) -> PartDraft | None:
    """The loss is the same at 0, 1 and 2 where z = 0."""
    lines = Lines(draft, given=tuple(map(is_zero, names)))
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
