"""Pieces of one variable between numbers: which piece holds on which interval, and their sum without pieces.

    f  =  f_k  +  sum over cuts t to the right  (f_(j+1) - f_j) at max(u, t)  +  the same to the left at min(u, t)

when neighbours agree at their cut; a piece and its neighbour are the same function of u beyond the cut then.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from symconvex.language import nodes
from symconvex.language.choices import Sign, Test, Whether
from symconvex.language.entrywise import replaced
from symconvex.language.place import Place
from symconvex.problem import Expr

Split = Callable[[Expr, Expr], tuple[Fraction, Expr] | None]
# The gap where z > 0, z being affine in u, and 0 elsewhere; None where the two sides are not shown to agree.
Moved = Callable[[Expr, Expr, Expr], Expr | None]


def signs_of(test: Test) -> list[Sign] | None:
    """The signs that a test asks for; None when it asks for anything else."""
    match test:
        case bool():
            return []
        case Sign():
            return [test]
        case Whether(_, tests):
            found = [signs_of(inner) for inner in tests]
            return None if None in found else [sign for signs in found if signs is not None for sign in signs]
    return None


def lines_in(signs: Sequence[Sign], u: Expr, split: Split) -> dict[Sign, tuple[Fraction, Fraction, bool]] | None:
    """Each formula as a u + b, or a |u| + b, with numbers a and b."""
    size, lines = Expr("call", (u,), "abs", u.shape), dict[Sign, tuple[Fraction, Fraction, bool]]()
    for sign in signs:
        for atom in (u, size):
            line = split(sign.above, atom)
            rest = None if line is None else nodes.constant(line[1])
            if line is not None and line[0] and rest is not None:
                lines[sign] = (line[0], rest, atom is size)
                break
        if sign not in lines:
            return None
    return lines


def by_intervals(
    u: Expr, values: Sequence[Expr], tests: Sequence[Test], split: Split, moved: Moved, at: Place
) -> Expr | None:
    """The value of the first test that holds, as a sum of ramps in u; None where that is not seen to be possible."""
    found = [signs_of(test) for test in tests]
    lines = None if None in found else lines_in([s for signs in found if signs for s in signs], u, split)
    if not lines:
        return None
    ends = {-b / a for a, b, _ in lines.values()} | {b / a for a, b, both in lines.values() if both}
    cuts = sorted(ends)
    points = [cuts[0] - 1, *((low + high) / 2 for low, high in pairwise(cuts)), cuts[-1] + 1]

    def holds(test: Test, point: Fraction) -> bool:
        match test:
            case Sign():
                a, b, both = lines[test]
                return a * (abs(point) if both else point) + b > 0
            case Whether("not", (inner,)):
                return not holds(inner, point)
            case Whether(kind, parts):
                return (all if kind == "and" else any)(holds(part, point) for part in parts)
        return test is True

    pieces = [next((v for v, test in zip(values, tests, strict=True) if holds(test, point)), None) for point in points]
    middle = _first_choice(pieces)
    total = pieces[middle]
    if total is None:
        return None
    for k, cut in enumerate(cuts):
        low, high = pieces[k], pieces[k + 1]
        if low is None or high is None:
            return None
        if low == high:
            continue
        side = _beyond(u, cut, low, high, k >= middle, moved, at)
        if side is None:
            return None
        total = side if nodes.constant(total) == 0 else nodes.add(total, side, at)
    return total


def _first_choice(pieces: Sequence[Expr | None]) -> int:
    """Where to begin: at a piece that is 0, else in the middle."""
    zeros = [k for k, piece in enumerate(pieces) if piece is not None and nodes.constant(piece) == 0]
    return zeros[0] if zeros else (len(pieces) - 1) // 2


def _beyond(u: Expr, cut: Fraction, low: Expr, high: Expr, right: bool, moved: Moved, at: Place) -> Expr | None:
    """What is added beyond a cut, away from the middle."""
    new, old = (high, low) if right else (low, high)
    gap = nodes.add(new, nodes.neg(old, at), at) if nodes.constant(old) != 0 else new
    sign = 1 if right else -1
    if sign * cut >= 0:
        gap = replaced(gap, Expr("call", (u,), "abs", u.shape), u if right else nodes.neg(u, at), at)
    shifted = u if cut == 0 else nodes.add(u, nodes.number(-cut, at), at)
    return moved(shifted if right else nodes.neg(shifted, at), u, gap)
