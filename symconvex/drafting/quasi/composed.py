"""A monotone function of a convex term: sqrt(abs(x)), log(1 + x**2 + y**2), exp(-x**2 - y**2), sum(w)**3.

f = phi(B): quasiconvex where phi' >= 0 and B is convex, quasiconcave where phi' <= 0; the mirror image for concave B.
"""

from collections.abc import Iterator

from symconvex.drafting.beside import adopt, find_curved
from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import spend
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.judgments import positive
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.patterns import negated
from symconvex.drafting.profile import Z, mentions, replaced
from symconvex.drafting.quasi.writing import WORDS, by_function
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.structure import find_convex
from symconvex.drafting.univariate.signs import is_smooth, slope_of
from symconvex.kernel import term as t
from symconvex.kernel.term import Mul, Sum, Term

MOST_INNER, LONGEST = 12, 200


def find_composed(draft: Draft) -> PartDraft | None:
    """The part that says quasiconvex, quasiconcave or both."""
    for phi, inner in splits(draft):
        spend(500)
        lines = Lines(draft)
        if not show_defined(lines, draft.loss):
            return None
        for deep in (False, True):
            claims = [claim(WORDS[way]) for way in ways(lines, phi, inner, deep=deep)]
            if claims:
                return lines.part(*claims)
    return None


def splits(draft: Draft) -> Iterator[tuple[Term, Term]]:
    """phi and B with phi(B) the loss, B as large as can be."""
    names, loss = frozenset(draft.parameters), draft.loss
    found = list(dict.fromkeys(inner_terms(loss, names)))
    for inner in found[:MOST_INNER]:
        phi = replaced(loss, inner, Z)
        if inner != loss and not mentions(phi, names) and is_smooth(phi) and mentions(phi, frozenset({Z.name})):
            yield phi, inner


def inner_terms(term: Term, names: frozenset[str]) -> Iterator[Term]:
    """Subterms that move and are not bound by a sum, the largest first."""
    waiting = [term]
    for part in waiting:
        if len(waiting) > LONGEST:
            return
        if mentions(part, names):
            yield part
            if isinstance(part, Mul):
                moving = t.mul(*(arg for arg in part.args if mentions(arg, names)))
                waiting += [moving] if moving != part else []
            waiting += t.children(part) if not isinstance(part, Sum) else ()


def ways(lines: Lines, phi: Term, inner: Term, *, deep: bool) -> Iterator[int]:
    """For side 1 (-1): is the loss (its negative) phi of a convex term with phi' >= 0?

    deep    is the second derivative of the term looked at?
    """
    for turn in (1, -1):
        base = inner if turn > 0 else negated(inner)
        outer = t.substitute(phi, {Z.name: ((), t.mul(t.number(turn), Z))})
        number = None
        for side in WORDS:
            target = outer if side > 0 else t.neg(outer)
            rise = rising(lines, target, base)
            if rise is None:
                continue
            number = number or convex_line(lines, base, deep=deep)
            if number is None:
                break
            rise = rising(lines, target, lines.term(number))
            if rise is not None:
                by_function(lines, side, rise, number, Z.name, target)
                yield side


def convex_line(lines: Lines, term: Term, *, deep: bool) -> int | None:
    """The line (convex B) or (affine B)."""
    if not show_defined(lines, term):
        return None
    built = find_convex(lines, term)
    if built is not None:
        return built[0]
    curved = find_curved(lines.draft, term, strict=False) if deep and is_smooth(term) else None
    return None if curved is None else adopt(lines, curved)


def rising(lines: Lines, function: Term, inner: Term) -> int | None:
    """The line phi' >= 0: for every z, or at the term, or there where it is > 0 if it is never below 0."""
    slope = slope_of(function)
    put = {Z.name: ((), inner)}
    there = t.substitute(slope, put)
    if not show_defined(lines, t.substitute(function, put)):
        return None
    found = find_sign(lines, slope, strict=False) if show_defined(lines, slope) else None
    if found is None and show_defined(lines, there, smooth=True):
        found = find_sign(lines, there, strict=False)
    if found is not None or find_sign(lines, inner, strict=False) is None:
        return found
    with lines.assuming(positive(inner)):
        shown = show_defined(lines, there, smooth=True)
        return find_sign(lines, there, strict=False) if shown else None
