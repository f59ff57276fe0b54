"""The steps of the kernel that lead from assumptions to none, in its vocabulary."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from symconvex.drafting.lines import Lines
from symconvex.kernel import term as t
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Num, Sym, Term


def cases(lines: Lines, uses: Sequence[int], gives: Judgment) -> int:
    """Two lines with opposite assumptions."""
    return lines.add("cases", uses, gives)


def growth(lines: Lines, uses: tuple[int, int], gives: Judgment, of: str, at: Term, side: str) -> int:
    """A sign at the start and that of the slope: the sign beyond it, on this side."""
    args = {"of": of, "from": t.render(at), "side": side}
    return lines.add("growth", uses, gives, (at,), **args)


def box(lines: Lines, gives: Judgment, ends: Mapping[str, tuple[Fraction, Fraction]]) -> int:
    """The sign of a term where its symbols lie between these ends."""
    shown = {name: [str(low), str(high)] for name, (low, high) in ends.items()}
    sides = [(t.sub(Sym(name), Num(low)), t.sub(Num(high), Sym(name))) for name, (low, high) in ends.items()]
    return lines.add("box", (), gives, [side for pair in sides for side in pair], box=shown)


def isolated(lines: Lines, uses: Sequence[int], gives: Judgment, multipliers: Sequence[Sequence[Term]]) -> int:
    """A strict claim where the curvature vanishes at isolated points."""
    terms = [h for row in multipliers for h in row]
    return lines.add("curvature", uses, gives, terms, by=[[t.render(h) for h in row] for row in multipliers])
