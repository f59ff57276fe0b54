"""Functions of several numbers: v'Hv as a sum of weighted squares, by exact linear algebra on the Hessian.

    v' H v = sum_k W_k l_k(v)^2,   W_k >= 0 on the domain

The Hessian of the loss, or of each of its summands, is a matrix over the rational functions in the atoms of its normal
form. Where it is a matrix of numbers that is indefinite, directions of both signs give chords.
"""

import dataclasses

from symconvex.drafting.arguments.curvature import Curvature
from symconvex.drafting.draft import Draft
from symconvex.drafting.extremes import add_constants, find_best
from symconvex.drafting.indefinite import find_chords
from symconvex.drafting.judgments import curvature as bends
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.lines import Lines
from symconvex.drafting.quadratic import add_squares, argument_of, find_squares, quadratic_of
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import negated
from symconvex.drafting.spanning import add_definite
from symconvex.kernel import term as t

WORDS = {1: "convex", -1: "concave"}


def find(draft: Draft) -> Finding | None:
    lines = Lines(draft)
    quadratic = quadratic_of(lines)
    if quadratic is None:
        return None
    if not quadratic.pieces:
        lines.curvature([lines.differentiate(bends(t.ZERO))], claim("affine"))
        return Finding((lines.part(claim("affine")),), Curvature(t.ZERO, 0, (), kinked=False))
    for sign, word in WORDS.items():
        sos = find_squares(quadratic, sign)
        if sos is None:
            continue
        shown, curve = add_squares(lines, sos), sos.curve if sign > 0 else negated(sos.curve)
        bend, claims = lines.differentiate(bends(curve)), [claim(word)]
        lines.curvature([bend, shown], claims[0])
        strict = add_definite(quadratic, sos)
        if strict is not None:
            claims.append(claim(f"strictly_{word}"))
            lines.curvature([bend, strict], claims[1])
        more, gaps = add_constants(quadratic, bend, shown, sign)
        best = list(find_best(quadratic, sign, gaps))
        told = [next((known for _, known in best if known and known.side == gap.side), gap) for gap in gaps]
        argument = dataclasses.replace(argument_of(quadratic, sos, shown), gaps=tuple(told))
        return Finding((lines.part(*claims, *more), *(part for part, _ in best)), argument)
    return find_chords(draft, quadratic)


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
