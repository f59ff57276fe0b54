"""Where what was judged stands: a relation from its left side or sign on, a claim to the end of its sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from symconvex.handcheck.judging.ruling import Judged
from symconvex.handcheck.latex.place import Place
from symconvex.handcheck.meaning.claims import Item


def placed(judged: Sequence[Judged], items: Iterable[Item], sentences: Sequence[int]) -> tuple[Judged, ...]:
    """Each with its whole place; `items` are those that were judged, in the same order."""
    later = [*(one.tex_line for one in judged[1:]), 0]
    return tuple(
        replace(one, tex_line=_in_words(one.tex_line, sentences, after)) if item.left is None else one
        for (one, after), item in zip(zip(judged, later, strict=False), items, strict=True)
    )


def _in_words(place: int, sentences: Sequence[int], after: int) -> int:
    """From its first word to the end of its sentence, or to what is said next in it."""
    if not isinstance(place, Place):
        return place
    for one in sentences:
        if isinstance(one, Place) and one.start <= place.start < one.end:
            ends = [one.end]
            if isinstance(after, Place) and place.end < after.start < one.end:
                ends.append(after.start)
            return Place(int(place), place.column, *max(place.end, min(ends)))
    return place
