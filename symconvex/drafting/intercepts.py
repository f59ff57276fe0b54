"""Strictness of a loss in X w + b 1: when [X 1] has full column rank, and only then if nothing else bends it."""

from collections.abc import Sequence

from symconvex.drafting.draft import MADE, Draft
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import definite, injective_affine, nonneg, null_affine, positive
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.labels import positive_weight
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.squares import Square, Summand
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Fn, Index, Mul, Sum, Sym, Term


def find_intercept(draft: Draft, squares: Sequence[Summand], curvature: Term) -> list[PartDraft]:
    """Strict when [X 1] has full column rank; and not strict otherwise, when the curvature speaks of it alone."""
    if any(isinstance(p, Fn) and p.name == "step" for p in t.subterms(curvature)) or draft.domain:
        return []
    found = [affine_matrix_of(draft, square) for square in squares]
    number = next((k for k, match in enumerate(found) if match is not None), None)
    if number is None:
        return []
    match = found[number]
    strict = None if match is None else strict_part(draft, squares, number, curvature, match)
    if match is None or strict is None:
        return []
    alone = all(other is not None and other[0] == match[0] for other in found)
    return [strict, level_part(draft, match)] if alone else [strict]


Match = tuple[str, tuple[Index, ...], str, str]


def affine_matrix_of(draft: Draft, square: Summand) -> Match | None:
    """(X, (i, j), w, b) when the square is over i of sum_j X[i,j] w[j] + b for the only parameters w and b."""
    if not isinstance(square, Square):
        return None
    match square.core:
        case Add((Sum() as image, Sym(b, ()))) | Add((Sym(b, ()), Sum() as image)):
            pass
        case _:
            return None
    match image:
        case Sum(j, _, Mul((Sym(one, ai), Sym(two, bi)))):
            x, xi, w, wi = (one, ai, two, bi) if two in draft.parameters else (two, bi, one, ai)
            known = x in draft.data and wi == (j,) and len(xi) == 2 and xi[1] == j
            over = tuple(index for index, _ in square.binders) == xi[:1]
            if known and over and set(draft.parameters) == {w, b} and not draft.parameters[b]:
                return x, xi, w, b
    return None


def strict_part(
    draft: Draft, squares: Sequence[Summand], number: int, curvature: Term, match: Match
) -> PartDraft | None:
    """Strictly convex under (injective_affine X)."""
    (x, indices, w, b), square = match, squares[number]
    lines = Lines(draft, given=(injective_affine(x),))
    if not isinstance(square, Square) or not show_defined(lines, draft.loss):
        return None
    shown, weight = lines.differentiate(bends(curvature)), positive_weight(lines, square.weight)
    rest = [find_sign(lines, s.form, strict=False) for k, s in enumerate(squares) if k != number]
    if weight is None or any(r is None for r in rest):
        return None
    line = lines.definite([weight], definite(square.form), [(w, x, [str(i) for i in indices])], b)
    if rest:
        line = lines.total([line, *(r for r in rest if r)], definite(curvature))
    lines.curvature([shown, line], claim("strictly_convex"))
    return lines.part(claim("strictly_convex"))


def level_part(draft: Draft, match: Match) -> PartDraft:
    """All entries of X u are equal: the loss is the same at 0, at (u, -(X u)_0) and at twice that."""
    x, _, w, b = match
    (size,) = draft.parameters[w]
    j, u = draft.index(size), f"{MADE}u"
    lines = Lines(draft, given=(null_affine(x, u),))
    show_defined(lines, draft.loss)
    image = Sum(j, size, t.mul(Sym(x, (0, j)), Sym(u, (j,))))
    length = Sum(j, size, t.power(Sym(u, (j,)), 2))
    start, end = ({w: ((j,), t.mul(t.number(k), Sym(u, (j,)))), b: ((), t.mul(t.number(-k), image))} for k in (0, 2))
    known, four = lines.fact("spectrum", positive(length)), lines.constant(positive(t.number(4)))
    square = t.mul(t.number(4), t.add(length, t.power(image, 2)))
    apart = lines.combine([[four, known], [four, image]], positive(square))
    lines.chord(claim("not_strictly_convex"), [start, end], [lines.constant(nonneg(t.ZERO)), apart])
    return lines.part(claim("not_strictly_convex"))
