"""Weights y a + (1 - y) b > 0 of labels y in {0, 1}: where y > 0 by y a, and where -y >= 0 by (1 - y) b."""

from symconvex.drafting.judgments import nonneg, positive
from symconvex.drafting.lines import Lines
from symconvex.drafting.signs import find_sign
from symconvex.drafting.univariate.steps import cases
from symconvex.kernel import term as t
from symconvex.kernel.term import Sym, Term


def positive_weight(lines: Lines, weight: Term) -> int | None:
    """The line that a weight is > 0, by the two values of a label where it takes that."""
    found = find_sign(lines, weight, strict=True)
    labels = [
        part for part in t.subterms(weight) if isinstance(part, Sym) and lines.draft.within(part.name) == "binary"
    ]
    if found is not None or len({*labels}) != 1 or lines.under:
        return found
    label, one = labels[0], lines.constant(positive(t.ONE))
    with lines.assuming(positive(label)):
        lines.fact("assumed", positive(label))
        first = find_sign(lines, weight, strict=True)
    with lines.assuming(nonneg(t.neg(label))):
        lines.total([one, lines.fact("assumed", nonneg(t.neg(label)))], positive(t.sub(t.ONE, label)))
        second = find_sign(lines, weight, strict=True)
    return None if first is None or second is None else cases(lines, [first, second], positive(weight))
