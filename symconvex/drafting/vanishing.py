"""The other side of a condition: with X = 0 the loss is convex."""

import dataclasses
from dataclasses import dataclass

from symconvex.drafting.draft import Draft
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import is_zero
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.points import simplified
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.squares import find_squares
from symconvex.kernel import term as t
from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Without:
    """A part of a certificate under the hypothesis that a matrix is zero, and the curvature of the loss there."""

    part: PartDraft
    curvature: Term


def convex_without(draft: Draft, name: str) -> Without | None:
    """A part under (zero name) that shows the loss convex, by its curvature."""
    places = tuple(f"p{k}" for k in range(len(draft.data[name])))
    loss = simplified(t.substitute(draft.loss, {name: (places, t.ZERO)}))
    squares = find_squares(dataclasses.replace(draft, loss=loss))
    if squares is None:
        return None
    lines = Lines(draft, given=(is_zero(name),))
    if not show_defined(lines, draft.loss, smooth=True):
        return None
    curvature = t.add(*(s.form for s in squares))
    shown = lines.differentiate(bends(curvature))
    sign = find_sign(lines, curvature, strict=False)
    if sign is None:
        return None
    lines.curvature([shown, sign], claim("convex"))
    return Without(lines.part(claim("convex")), curvature)


def affine_without(draft: Draft, name: str) -> PartDraft | None:
    """A part under (zero name) that shows the loss affine."""
    lines = Lines(draft, given=(is_zero(name),))
    if not show_defined(lines, draft.loss, smooth=True):
        return None
    lines.curvature([lines.differentiate(bends(t.ZERO))], claim("affine"))
    return lines.part(claim("affine"))


def with_least(draft: Draft, size: t.Size, least: int) -> Draft:
    """The same question for sizes >= least."""
    if isinstance(size, int) or draft.least(size) >= least:
        return draft
    problem = dataclasses.replace(draft.problem, least={**draft.problem.least, size: least})
    return dataclasses.replace(draft, problem=problem)
