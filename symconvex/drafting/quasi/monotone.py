"""One number: f' keeps one sign as it stands, off the kinks if there are some, as that of x abs(x) does."""

from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import spend
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.quasi.writing import WORDS, by_slope, zero
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.term import Budget, Sym

WORK = 1_000_000
LONGEST = 60


def find_monotone(draft: Draft) -> PartDraft | None:
    """The part that says quasiconvex and quasiconcave."""
    if len(draft.parameters) != 1 or any(draft.parameters.values()):
        return None
    ((name, _),) = draft.parameters.items()
    lines, normal, way = Lines(draft), normal_of(draft), Sym(f"{name}'")
    if not show_defined(lines, draft.loss, smooth=True):
        return None
    slope = t.substitute(derivative(draft.loss, {name: way.name}, Budget(WORK)), {way.name: ((), t.ONE)})
    poly = normal.poly(slope)
    spend(1_000)
    tried = [(side, t.mul(t.number(side), slope)) for side in WORDS]
    tried += [(side, normal.term({mono: side * c for mono, c in poly.items()})) for side in WORDS]
    for side, rise in tried if len(poly) <= LONGEST else ():
        known = find_sign(lines, rise, strict=False) if show_defined(lines, rise) else None
        if known is not None:
            for turn in WORDS:
                by_slope(lines, turn, known, zero(lines), t.mul(t.number(side * turn), way))
            return lines.part(*(claim(word) for word in WORDS.values()))
    return None
