"""Two entries that multiply: the loss in the plane of both, and chords of it that it is above or below."""

from collections.abc import Iterator, Sequence

from symconvex.drafting.arguments.crossed import Crossed, Crossing, Entry, Spot
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.exposition.words import joined, quantified
from symconvex.kernel.term import Term
from symconvex.language.printing.texwords import entry_tex

LETTERS = ("s", "a", "p"), ("t", "b", "q")


def tell(told: Told[Crossed]) -> Iterator[str]:
    """Setting, theorem, the plane and its chords, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    steps = [plane(told), *(way(told, notation, word, *shown) for word, shown in told.argument.ways.items())]
    yield "\\begin{proof}\n" + "\n\n".join(steps) + "\n\\end{proof}"
    yield derivatives(told)


PAGE = Page(
    "crossed",
    tell,
    always(
        "In a plane of two entries that multiply each other the loss "
        "lies above one chord at its middle, and below another."
    ),
)


def plane(told: Told[Crossed]) -> str:
    """Which two entries move, and where the others stay."""
    letters = [told.letter(*offers) for offers in LETTERS]
    plane_ = told.argument.plane
    scale = "" if plane_.scale == 1 else str(plane_.scale)
    moved = [
        f"${_entry(entry)}={f'{plane_.base}+' if plane_.base else ''}{scale}{letter}$"
        for entry, letter in zip(told.argument.plane.entries, letters, strict=True)
    ]
    others = sum(1 for _ in told.draft.parameters) > 2 or any(told.draft.parameters.values())
    where = joined([*moved, f"every other entry of the parameters is ${plane_.rest}$" if others else ""])
    return f"Let $\\varphi({','.join(letters)})$ be the value of $f$ where {where}."


def _entry(entry: Entry) -> str:
    return entry_tex(entry[0], entry[1])


def way(told: Told[Crossed], notation: Notation, word: str, crossings: Sequence[Crossing], total: Term) -> str:
    """The chords, the sum of their gaps, and what it says."""
    convex = word == "not_convex"
    gaps = [_gap_tex(crossing, convex=convex) for crossing in crossings]
    sign = ">0" if notation.tex(total) != "0" else ""
    name = "convex" if convex else "concave"
    known, end = ("For all data", ", whatever the data are") if quantified(told.problem) else ("Here", "")
    if len(gaps) == 1:
        why = f"$({_pair(crossings[0].middle)})$ is the middle of the two other points"
        return (
            f"\\emph{{Not {name}.}} {known}\n\\[\n  {gaps[0]}={notation.tex(total)}{sign},\n\\]\n"
            f"but it is at most $0$ for a {name} function, as {why}."
        )
    rows = "\\\\\n".join(f"  &{'' if not k else '+'}\\Bigl({gap}\\Bigr)" for k, gap in enumerate(gaps))
    return (
        f"\\emph{{Not {name}.}} {known}\n\\begin{{align*}}\n{rows}\\\\\n  &={notation.tex(total)}{sign},\n"
        f"\\end{{align*}}\nbut both differences are at most $0$ for a {name} function: each is about the middle of two "
        f"points. So one of the two inequalities is broken{end}."
    )


def _gap_tex(crossing: Crossing, *, convex: bool) -> str:
    mean = f"\\tfrac12\\varphi({_pair(crossing.ends[0])})-\\tfrac12\\varphi({_pair(crossing.ends[1])})"
    other = mean.replace(")-", ")+", 1)
    middle = f"\\varphi({_pair(crossing.middle)})"
    return f"{middle}-{mean}" if convex else f"{other}-{middle}"


def _pair(spot: Spot) -> str:
    return f"{spot[0]},{spot[1]}"
