"""Chords that refute for all data: each inequality with the points at which it fails."""

from collections.abc import Iterator

from symconvex.drafting.arguments.telling import Inequality, Telling
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.points import Arrays
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told

ORDER = ("convex", "quasiconvex", "concave")


def tell(told: Told[Telling]) -> Iterator[str]:
    """Setting, theorem, one paragraph for each inequality, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    ways = sorted(told.argument.ways, key=lambda way: ORDER.index(way.word))
    earlier = [None, *(way.points for way in ways)]
    proof = "\n\n".join(
        paragraph(told, way, notation, again=way.points == before) for way, before in zip(ways, earlier, strict=False)
    )
    yield f"\\begin{{proof}}\n{proof}\n\\end{{proof}}"
    yield derivatives(told)


PAGE = Page("telling", tell)


def paragraph(told: Told[Telling], way: Inequality, notation: Notation, *, again: bool) -> str:
    """The points, the number, and what it would have to be.

    again    the points are those of the paragraph before
    """
    arrays = Arrays(notation, told.draft.parameters)
    left, right = (arrays.tuple_tex(point) for point in way.points)
    gaps = {
        "convex": ["f(M)-\\tfrac12f(A)-\\tfrac12f(B)"],
        "concave": ["\\tfrac12f(A)+\\tfrac12f(B)-f(M)"],
        "quasiconvex": ["f(M)-f(A)", "f(M)-f(B)"],
    }[way.word]
    shown = "\\qquad ".join(
        f"{gap}={notation.tex(value)}\\;>\\;0{end}"
        for gap, value, end in zip(gaps, way.values, [*("," for _ in gaps[1:]), "."], strict=True)
    )
    points = f"Let $M$ be the middle of\n\\[\n  A={left}\\quad\\text{{and}}\\quad B={right}.\n\\]\nThen"
    return (
        f"\\emph{{Not {way.word}.}} {'For these points also' if again else points}\n"
        f"\\[\n  {shown}\n\\]\nA {way.word} function does not allow this."
    )
