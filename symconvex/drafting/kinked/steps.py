"""The steps of the kernel for kinks, in its vocabulary."""

from collections.abc import Sequence

from symconvex.drafting.draft import point_json
from symconvex.drafting.lines import Lines, Point
from symconvex.kernel import term as t
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Term


def equal(lines: Lines, uses: Sequence[int], gives: Judgment, of: str, function: Term, ends: tuple[Term, Term]) -> int:
    """What holds of the function at one term holds at another that is equal to it, by two bounds."""
    args = {"function": t.render(function), "from": t.render(ends[0]), "to": t.render(ends[1])}
    at = [t.substitute(function, {of: ((), end)}) for end in ends]
    return lines.add("same", uses, gives, (*at, *ends, function), of=of, **args)


def level(lines: Lines, gives: Judgment, along: Point, square: int) -> int:
    """The curvature is 0 in a direction that is not 0."""
    return lines.add("level", (square,), gives, [value for _, value in along.values()], along=point_json(along))


def level_rays(lines: Lines, gives: Judgment) -> int:
    """The curvature is 0 along rays."""
    return lines.add("level", (), gives)


def strict_off(lines: Lines, uses: Sequence[int], gives: Judgment, multipliers: Sequence[Sequence[Term]]) -> int:
    """A convex term is strictly so: its curvature is > 0 off places that contain no segment."""
    terms = [h for row in multipliers for h in row]
    return lines.add("second_order", uses, gives, terms, by=[[t.render(h) for h in row] for row in multipliers])
