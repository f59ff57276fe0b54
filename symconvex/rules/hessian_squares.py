"""Functions of several numbers: v'Hv as a sum of weighted squares, by exact linear algebra on the Hessian.

    v' H v = sum_k W_k l_k(v)^2,   W_k >= 0 on the domain

The Hessian of the loss, or of each of its summands, is a matrix over the rational functions in the atoms of its normal
form. Where it is a matrix of numbers that is indefinite, directions of both signs give chords.
"""

import contextlib
import dataclasses
from fractions import Fraction
from itertools import islice, product

from symconvex.calculus.program.instance import instance
from symconvex.drafting.arguments.curvature import Curvature
from symconvex.drafting.chords import Vector
from symconvex.drafting.constants import holds
from symconvex.drafting.draft import Draft
from symconvex.drafting.edges import add_strict_at_edges
from symconvex.drafting.effort import bounded
from symconvex.drafting.extremes import Extreme, find_constants, offers
from symconvex.drafting.indefinite import find_chords, inner_point
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines
from symconvex.drafting.null_lines import NOTHING, level_parts
from symconvex.drafting.patterns import negated
from symconvex.drafting.quadratic import Quadratic, Sos, add_squares, argument_of, quadratic_of, squares_at
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.spanning import add_definite
from symconvex.drafting.zeros import add_strict_with_zeros
from symconvex.kernel import term as t
from symconvex.kernel.statement import Judgment
from symconvex.rules.numeric_witness import is_certain, simple_points

WORDS = {1: "convex", -1: "concave"}
SAMPLE, NEAR = 1_200, 2
STRICT_WORK = 400_000
# For a look at a few points of every scale: points, parameters, and the part of the largest entry that is clear.
FEW, MOST_LOOKED_AT, CLEARLY, TRIED, TINY = 8, 12, 1e-3, 4, 1e-290
MOST_SEVERAL = 4  # parameters of a function whose constants are looked for


def find(draft: Draft) -> Finding | None:
    lines = Lines(draft)
    quadratic = quadratic_of(lines)
    if quadratic is None:
        return None
    if not quadratic.pieces:
        lines.curvature([lines.differentiate(bends(t.ZERO))], claim("affine"))
        return Finding((lines.part(claim("affine")),), Curvature(t.ZERO, 0, (), kinked=False))
    bent = ways_bent(draft)
    for deep, (sign, word) in product((False, True), WORDS.items()):
        sos = None if sign in bent else squares_at(quadratic, sign, deep=deep)
        if sos is None:
            continue
        shown, curve = add_squares(lines, sos), sos.curve if sign > 0 else negated(sos.curve)
        bend, claims = lines.differentiate(bends(curve)), [claim(word)]
        lines.curvature([bend, shown], claims[0])
        strict, singular = add_definite(quadratic, sos), list[Judgment]()
        if strict is not None:
            claims.append(claim(f"strictly_{word}"))
            lines.curvature([bend, strict], claims[1])
        else:
            singular = with_zeros(quadratic, sos, bend, shown, word)
            claims += singular
        more, best, gaps = find_constants(quadratic, bend, shown, sign, *extreme_points(draft, sign))
        told = argument_of(quadratic, sos, shown)
        argument = dataclasses.replace(told, gaps=tuple(gaps), singular=bool(singular))
        part = lines.part(*claims, *more)
        if more and not holds(draft, part):
            return Finding((lines.part(*claims),), dataclasses.replace(argument, gaps=()))
        flat, exact = NOTHING if len(claims) > 1 else level_parts(quadratic, sos, word, 1 + len(best))
        return Finding((part, *best, *flat), argument, exact=exact)
    return find_chords(draft, quadratic)


def ways_bent(draft: Draft) -> frozenset[int]:
    """Signs for which sign * Hessian has a negative eigenvalue at one of a few points: there squares are no use."""
    unknown = draft.sizes() or {*draft.data} - {*draft.problem.values} or (draft.data and draft.domain)
    centre = None if unknown else inner_point(draft)
    if centre is None:
        return frozenset()  # before NumPy is loaded, which a loss of named sizes does not need

    import numpy as np

    from symconvex.calculus.program.bends import look_at, lowest, places, size_of

    inst = instance(draft.problem, {})
    if not 0 < len(inst.parameters) <= MOST_LOOKED_AT:
        return frozenset()
    look = look_at(inst)
    points = places(look, [float(x) for x in centre], FEW)
    hessians, found = look.hessians(points), set[int]()
    for sign in WORDS:
        relative = lowest(hessians, sign) / np.maximum(size_of(hessians), TINY)
        for k in np.argsort(relative, kind="stable")[:TRIED]:
            if relative[k] < -CLEARLY and sign not in found:
                way = np.linalg.eigh(sign * hessians[k])[1][:, 0]
                point, direction = (tuple(map(Fraction, row.tolist())) for row in (points[k], way))
                found |= {sign} if is_certain(inst, point, direction, -sign) else set()
    return frozenset(found)


def with_zeros(quadratic: Quadratic, sos: Sos, bend: int, shown: int, word: str) -> list[Judgment]:
    """The claim of strictness where the Hessian is singular at points only; nothing where that is not shown."""
    with contextlib.suppress(t.Refused), bounded(STRICT_WORK):
        found = add_strict_with_zeros(quadratic, sos, bend, shown, word)
        found = found or add_strict_at_edges(quadratic, sos, bend, shown, word)
        return [] if found is None else [found]
    return []


def extreme_points(
    draft: Draft, sign: int
) -> tuple[tuple[Vector | None, Vector | None], tuple[tuple[Extreme, ...], tuple[Extreme, ...]]]:
    """Where the least and the largest eigenvalue of the Hessian (sign -1: of its negative) seem to be attained.

    And simple numbers below the least and above the largest that is met, unless they are attained there.
    """
    import numpy as np

    nothing = (None, None), ((), ())
    if draft.data:
        return nothing
    from symconvex.calculus.program.bends import extent, look_at

    centre = inner_point(draft)
    look = look_at(instance(draft.problem, {}))
    points = list(islice(simple_points(look.count, centre), SAMPLE))
    found = sign * look.hessians(np.array([[float(x) for x in point] for point in points]))
    inside = [k for k, matrix in enumerate(found) if np.isfinite(matrix).all()]
    if not inside:
        return nothing
    values = np.linalg.eigvalsh(found[inside])
    low, high = (points[inside[int(k)]] for k in (values[:, 0].argmin(), values[:, -1].argmax()))
    ends = (low if max(map(abs, low)) <= NEAR else None), (high if max(map(abs, high)) <= NEAR else None)
    if centre is None or look.count > MOST_SEVERAL or np.ptp(values) <= CLEARLY * np.abs(values).max():
        return ends, ((), ())
    least, largest = (extent(look, [float(x) for x in centre], side * sign) for side in (1, -1))
    if least is not None and least < (1 - CLEARLY) * values[:, 0].min():
        ends = None, ends[1]
    if largest is not None and -largest > (1 + CLEARLY) * values[:, -1].max():
        ends = ends[0], None
    return ends, (offers(least, -1), offers(None if largest is None else -largest, 1))


RULE = Rule(
    name="hessian-squares",
    find=find,
    cost=0,
    source="Boyd & Vandenberghe 2004, section 3.1.4 (second-order condition) and appendix A.5.5 (Schur complement)",
    accepts=(
        Example("x**2 + x*y + y**2", "x, y", "convex"),
        Example("log(exp(x) + exp(y))", "x, y", "convex"),
        Example("x**2/y", "x, y", "convex", positive=("y",)),
        Example("(x*y)**(1/2)", "x, y", "concave", positive=("x", "y")),
        Example("(1 + x**2 + y**2)**(1/2)", "x, y", "convex"),
        Example("a*x**2 + (x - y)**2", "x, y", "convex", sets={"a": "positive"}),
    ),
    rejects=(
        Example("x**2 + 3*x*y + y**2", "x, y", "neither"),
        Example("log(1 + x**2 + y**2)", "x, y", "neither"),
        Example("x**2*exp(y)", "x, y", "neither"),
        Example("x**2/y**2", "x, y", "neither", positive=("y",)),
    ),
)
