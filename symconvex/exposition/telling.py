"""Chords that refute for all data: each inequality with the points at which it fails."""

from collections.abc import Iterator

from symconvex.drafting.arguments.telling import Inequality, Telling
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.points import Arrays
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told, always


def tell(told: Told[Telling]) -> Iterator[str]:
    """Setting, theorem, one paragraph for each inequality, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    ways = sorted(told.argument.ways, key=lambda way: way.word != "convex")
    proof = "\n\n".join(paragraph(told, way, notation) for way in ways)
    yield f"\\begin{{proof}}\n{proof}\n\\end{{proof}}"
    yield derivatives(told)


PAGE = Page("telling", tell, always("At the middle of two points the loss lies above the mean of its values there."))


def paragraph(told: Told[Telling], way: Inequality, notation: Notation) -> str:
    """The points, the number, and what it would have to be."""
    arrays, convex = Arrays(notation, told.draft.parameters), way.word == "convex"
    left, right = (arrays.tuple_tex(point) for point in way.points)
    a, b, m, _ = told.spots
    mean = f"\\tfrac12f({a}){'-' if convex else '+'}\\tfrac12f({b})"
    gap = f"f({m})-{mean}" if convex else f"{mean}-f({m})"
    return (
        f"\\emph{{Not {way.word}.}} Let ${m}$ be the middle of\n"
        f"\\[\n  {a}={left}\\quad\\text{{and}}\\quad {b}={right}.\n\\]\n"
        f"Then\n\\[\n  {gap}={notation.tex(way.value)}\\;>\\;0.\n\\]\nA {way.word} function does not allow this."
    )
