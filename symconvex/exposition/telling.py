"""Points that refute for all data, or for all but zero ones: each inequality with the points at which it fails."""

from collections.abc import Iterator

from symconvex.drafting.arguments.telling import Inequality, Telling
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.points import Arrays
from symconvex.exposition.readout import LEMMA
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told
from symconvex.kernel import term as t
from symconvex.language.printing.texwords import word_tex


def tell(told: Told[Telling]) -> Iterator[str]:
    """Setting, theorem, one paragraph for each inequality, derivatives."""
    argument, notation = told.argument, notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    if argument.bounds is not None:
        yield LEMMA
    steps = [sample(told), *(paragraph(told, way, notation) for way in argument.ways), converse(told, notation)]
    proof = "\n\n".join(step for step in steps if step)
    yield f"\\begin{{proof}}\n{proof}\n\\end{{proof}}"
    yield derivatives(told)


PAGE = Page("telling", tell)


def sample(told: Told[Telling]) -> str:
    """The row that is not zero."""
    if told.argument.sample is None:
        return ""
    x, k = told.argument.sample
    row = notation_of(told).vector(x, (k,)) or f"{word_tex(x)}_{{{word_tex(k)}}}"
    return f"Let ${word_tex(x)}\\ne0$, and choose ${word_tex(k)}$ with ${row}\\ne0$."


def paragraph(told: Told[Telling], way: Inequality, notation: Notation) -> str:
    """The points, the number, and what it would have to be."""
    arrays, convex = Arrays(notation, told.draft.parameters), way.word == "convex"
    shown = [arrays.tuple_tex(point) for point in way.points]
    head, value = f"\\emph{{Not {way.word}.}}", f"={notation.tex(way.value)}\\;>\\;0"
    value += f".\n\\]\n{way.why}".rstrip()
    if way.kind == "chord":
        gap = "f(M)-\\tfrac12f(A)-\\tfrac12f(B)" if convex else "\\tfrac12f(A)+\\tfrac12f(B)-f(M)"
        return (
            f"{head} Let $M$ be the middle of\n\\[\n  A={shown[0]}\\quad\\text{{and}}\\quad B={shown[1]}.\n\\]\nThen\n"
            f"\\[\n  {gap}{value}\nA {way.word} function does not allow this."
        )
    return (
        f"{head} At the point $p={shown[0]}$ the second derivative along $v={shown[1]}$ satisfies\n"
        f"\\[\n  {'-' if convex else ''}D^2f(p)[v,v]{value}"
    )


def converse(told: Told[Telling], notation: Notation) -> str:
    """With X = 0 the loss is convex."""
    argument = told.argument
    if argument.without is None or argument.sample is None:
        return ""
    x = word_tex(argument.sample[0])
    if argument.without == t.ZERO:
        return f"\\emph{{The case ${x}=0$.}} If ${x}=0$, the loss is affine in the parameters."
    return (
        f"\\emph{{The case ${x}=0$.}} If ${x}=0$, the second derivative is "
        f"$\\displaystyle {notation.tex(argument.without)}\\ge0$."
    )
