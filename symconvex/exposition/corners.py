"""Corners with data as coefficients: the jump of the slope across each, and exactly when the sum is convex."""

from collections.abc import Iterator

from symconvex.drafting.arguments.corners import Corners
from symconvex.exposition.general import notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.kernel import term as t


def tell(told: Told[Corners]) -> Iterator[str]:
    """Setting, theorem, jumps."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield "\\begin{proof}\n" + "\n".join(proof(told.argument, notation)) + "\n\\end{proof}"


PAGE = Page(
    "corners",
    tell,
    always("At every corner the slope jumps by a multiple of its coefficient, and a convex function has no jump down."),
)


def proof(shape: Corners, notation: Notation) -> Iterator[str]:
    """What every coefficient says."""
    terms = [t.mul(factor, t.fn("relu", inside)) for factor, inside in shape.corners]
    square = "" if shape.square == t.ZERO else f" and of the square with the factor ${notation.tex(shape.square)}$"
    yield (
        "Up to an affine function $f$ is the sum of\n\\[\n  "
        + ",\\qquad ".join(map(notation.tex, terms))
        + f"\n\\]\nwith $\\mathrm{{relu}}(z)=\\max\\{{0,z\\}}$, which is convex{square}."
    )
    yield "A sum of convex functions with factors that are not negative is convex; the same of $-f$ with turned signs."
    yield "Otherwise, let the factor $c$ of one corner be negative. At a point where this corner is and no other, the"
    yield "middle of a short chord across it lies above the mean of the ends by a positive multiple of $-c$,"
    yield "so $f$ is not convex."
    if square:
        yield "Beyond all corners $f$ is quadratic, and convex only if the factor of the square is not negative."
        yield "If it is not, the square adds to the chord across the corner no more than this factor times the square"
        yield "of half its length, which is less than what the corner takes away where the chord is short."
