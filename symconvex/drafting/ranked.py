"""A smooth loss of X w beside convex terms with kinks: what the rank and the eigenvalues of X'X add.

f = sum_i phi(x_i.w) + K,  phi'' > 0:   strictly convex when X is injective; where X u = 0 only K is left
phi'' = a constant:                     f - a lambda_min(X'X)/2 |w|^2 is convex
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from symconvex.drafting import judgments as say
from symconvex.drafting.constants import holds, matrix_of
from symconvex.drafting.draft import Draft
from symconvex.drafting.exactness import LEAST, QuadraticForm, find_form
from symconvex.drafting.intercepts import affine_matrix_of
from symconvex.drafting.level import null_part
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.squares import Square, find_squares
from symconvex.drafting.structure import find_convex
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Num, Sym, Term


@dataclass(frozen=True, slots=True)
class Ranked:
    """smooth + kinked, the smooth part with a square over the rows of a matrix.

    form    parameter, matrix and indices of that square; `other` is added to the image
    """

    draft: Draft
    smooth: Term
    kinked: Term
    squares: Sequence[Square]
    square: Square
    form: tuple[str, str, list[str]]
    other: str


def find_ranked(draft: Draft, smooth: Sequence[Term], kinked: Sequence[Term], *, strict: bool) -> list[PartDraft]:
    """Further parts of a convex loss: strict by rank, and not without it; the modulus that the data add.

    strict    it is known to be strict for all data
    """
    found = _ranked(draft, smooth, kinked)
    if found is None:
        return []
    parts = list[PartDraft]()
    if not strict:
        part = _strict(found)
        parts += [part] if part is not None and holds(draft, part) else []
        flat = null_part(draft, found.form[1], found.form[0], found.other) if parts else None
        parts += [flat] if flat is not None else []
    modulus = _modulus(found) if not found.other else None
    return [*parts, modulus] if modulus is not None and holds(draft, modulus) else parts


def _ranked(draft: Draft, smooth: Sequence[Term], kinked: Sequence[Term]) -> Ranked | None:
    if draft.domain or not smooth:
        return None
    whole = t.add(*smooth)
    squares = find_squares(dataclasses.replace(draft, loss=whole)) or ()
    known = [square for square in squares if isinstance(square, Square)]
    for square in known if len(known) == len(squares) else ():
        match, affine = matrix_of(draft, square.core), affine_matrix_of(draft, square)
        if match is not None and tuple(i for i, _ in square.binders) == match[1][:1]:
            (name,) = draft.parameters
            form = name, match[0], [str(i) for i in match[1]]
            return Ranked(draft, whole, t.add(*kinked), known, square, form, "")
        if affine is not None:
            form = affine[2], affine[0], [str(i) for i in affine[1]]
            return Ranked(draft, whole, t.add(*kinked), known, square, form, affine[3])
    return None


def _opened(found: Ranked, *given: Given) -> Lines | None:
    lines = Lines(found.draft, given=given)
    return lines if show_defined(lines, found.draft.loss) and show_defined(lines, found.smooth, smooth=True) else None


def _strict(found: Ranked) -> PartDraft | None:
    """Strictly convex under (injective X)."""
    matrix = found.form[1]
    lines = _opened(found, say.injective_affine(matrix) if found.other else say.injective(matrix))
    weight = None if lines is None else find_sign(lines, found.square.weight, strict=True)
    if lines is None or weight is None:
        return None
    rest = [find_sign(lines, s.form, strict=False) for s in found.squares if s is not found.square]
    number = lines.definite([weight], say.definite(found.square.form), [found.form], found.other)
    if None in rest:
        return None
    if rest:
        curve = t.add(*(s.form for s in found.squares))
        number = lines.total([number, *(k for k in rest if k is not None)], say.definite(curve))
    strict, convex = lines.second_order([number], say.strict(found.smooth)), find_convex(lines, found.kinked)
    if convex is None:
        return None
    lines.conclude_more([strict, convex[0]], say.loss("strictly_convex"))
    return lines.part(say.loss("strictly_convex"))


def _modulus(found: Ranked) -> PartDraft | None:
    """Strongly convex by the least eigenvalue of X'X."""
    curve = t.add(*(square.form for square in found.squares))
    form = find_form(dataclasses.replace(found.draft, loss=found.smooth), found.squares, curve)
    if form is None or form.bump is not None:
        return None
    modulus = t.add(form.penalty, t.mul(form.scale, LEAST))
    least, above = say.spectral_least(LEAST.name, form.matrix), say.given_positive(LEAST)
    lines = _opened(found, least, above)
    if lines is None:
        return None
    signs = find_sign(lines, modulus, strict=True), find_sign(lines, form.scale, strict=False)
    convex = find_convex(lines, found.kinked)
    if signs[0] is None or signs[1] is None or convex is None:
        return None
    rest = t.sub(found.smooth, t.mul(Num(t.ONE.value / 2), modulus, form.square(form.parameter)))
    shown = lines.second_order([_gap(lines, form, signs[1])], say.convex(rest))
    lines.conclude_more(
        [signs[0], lines.total([shown, convex[0]], say.convex(t.add(rest, found.kinked)))],
        say.loss("strongly_convex", modulus),
    )
    return lines.part(say.loss("strongly_convex", modulus))


def _gap(lines: Lines, form: QuadraticForm, scale: int) -> int:
    """scale (|X v|^2 - l |v|^2) >= 0."""
    direction = f"{form.parameter}'"
    gap = t.sub(form.image(direction), t.mul(LEAST, form.square(direction)))
    place = form.draft.index(form.draft.parameters[form.parameter][0], {form.row[0]})
    fact = lines.fact("spectrum", say.nonneg(gap), Sym(direction, (place,)))
    return lines.product([scale, fact], say.nonneg(t.mul(form.scale, gap)))
