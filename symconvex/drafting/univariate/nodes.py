"""What a chart of signs is made of: pieces of an interval, and for each what its sign rests on."""

from dataclasses import dataclass, field

from symconvex.drafting.univariate.ends import End
from symconvex.kernel.polynomial import Poly


@dataclass(frozen=True, slots=True)
class Node:
    """sign * poly > 0 (strict) or >= 0 on the open interval (left, right): how, and what it rests on.

    how      constant; variable: s or -s; linear: c s + d; range: of a function; log, power: by what is inside;
             signs: all monomials agree, kids are about atoms; bounded: a constant outweighs sines and cosines;
             mills: u Phi(u) + phi(u); product: kids are about factors; box: ball arithmetic, also at the ends;
             growth: of poly * by from an end; cases: kids are about parts from left to right;
             image: poly is the kid at exp(s) or 1/s, which `by` is
    factors  of a product, with exponents; those without a kid are squared
    by       the factor > 0 of growth; side: from which end it grows
    """

    how: str
    poly: Poly
    left: End
    right: End
    sign: int
    strict: bool = True
    kids: tuple["Node", ...] = ()
    factors: tuple[tuple[Poly, int], ...] = ()
    by: Poly = field(default_factory=dict)
    side: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a chart: an open interval with a sign, or a closed cut between two of them.

    sign    None: not known; 0 at a point where the term vanishes
    """

    left: End
    right: End
    cut: bool
    sign: int | None
    node: Node | None = None


Chart = list[Stretch]


def stretch(node: Node) -> Stretch:
    """An open interval."""
    return Stretch(node.left, node.right, False, node.sign, node)


def unknown(left: End, right: End) -> Chart:
    """Nothing is known."""
    return [Stretch(left, right, False, None)]


def joined(chart: Chart) -> Chart:
    """Neighbours of one sign, with the cut between them, as one part."""
    out = Chart()
    for part in chart:
        out.append(part)
        if len(out) < 3 or part.cut or part.sign is None or out[-3].sign != part.sign:
            continue
        (first, last), between = (out[-3].node, part.node), out[-2]
        if first is None or last is None or between.sign not in (0, part.sign):
            continue
        kids = (*(first.kids if first.how == "cases" else (first,)), *([between.node] if between.node else []), last)
        strict = first.strict and last.strict and between.sign != 0
        out[-3:] = [stretch(Node("cases", last.poly, first.left, last.right, last.sign, strict, kids))]
    return out
