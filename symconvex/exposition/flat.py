"""Why a convex loss is not strictly so: two points between which it is affine, read off the certificate."""

from collections.abc import Iterator, Mapping
from typing import Any

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.variance import Softmax
from symconvex.drafting.draft import read_point
from symconvex.drafting.points import Point
from symconvex.exposition.general import notation_of
from symconvex.exposition.points import Arrays
from symconvex.exposition.statement import FLAT
from symconvex.exposition.told import Told
from symconvex.language.printing.texwords import word_tex


def flat_chord(told: Told[Any], certificate: Mapping[str, Any]) -> Iterator[str]:
    """A remark, where a part of the certificate shows this and nothing else."""
    if isinstance(told.argument, Softmax):
        return  # its page says it
    for part in certificate["parts"]:
        last = part["steps"][-1]
        word = next((w for w in FLAT if part["claims"] == [str(say.loss(w))]), None)
        if word is None or part["given"]:
            continue
        if last["rule"] == "chord":
            ends = [read_point(end) for end in last["with"]["ends"]]
            yield remark(told, word.replace("_", " "), (ends[0], ends[1]))
        elif last["rule"] == "level":
            along = last["with"].get("along")
            yield level(told, word.replace("_", " "), None if along is None else read_point(along))


def level(told: Told[Any], word: str, along: Point | None) -> str:
    """The direction in which the loss does not bend."""
    where = "on every ray from $0$"
    if along is not None:
        arrays = Arrays(notation_of(told), told.draft.parameters)
        where = f"in the direction ${shown_point(arrays, told.letter('D', 'V', 'Q'), along)}$"
    return (
        f"\\begin{{remark}}\nWhy $f$ is {word}: {where} its second derivative is $0$ wherever it has one, which is\n"
        "everywhere but at single points. Between two of these $f$ is affine there.\n\\end{remark}"
    )


def remark(told: Told[Any], word: str, ends: tuple[Point, Point]) -> str:
    """The two points, and what the loss is at their middle."""
    arrays, (a, b, _, _) = Arrays(notation_of(told), told.draft.parameters), told.spots
    named = [shown_point(arrays, letter, end) for letter, end in zip((a, b), ends, strict=True)]
    return (
        f"\\begin{{remark}}\nWhy $f$ is {word}: at the points ${named[0]}$ and ${named[1]}$ of its domain, which "
        "differ,\n\\[\n  "
        f"f\\bigl(\\tfrac12{a}+\\tfrac12{b}\\bigr)=\\tfrac12f({a})+\\tfrac12f({b}).\n\\]\n\\end{{remark}}"
    )


def shown_point(arrays: Arrays, letter: str, point: Point) -> str:
    """A = (1, 2), or with the name of every parameter where these are arrays."""
    texts = [(name, arrays.tex(name, family)) for name, family in point.items()]
    if all(not family[0] for family in point.values()):
        inside = ",".join(text for _, text in texts)
        return f"{letter}={inside}" if len(texts) == 1 else f"{letter}=({inside})"
    return f"{letter}=({','.join(f'{word_tex(name)}={text}' for name, text in texts)})"
