"""New names beside those that are taken: the one place where intermediates, directions and aliases get theirs."""

from collections.abc import Container, Iterable, Iterator
from itertools import count


def free_name(words: Iterable[str], taken: Container[str]) -> str:
    """The first of the words that is not taken, else the last one with as many underscores as it needs.

        z, z1, z2, ... beside z and z1 is z2;    v, v_w beside v and v_w is v_w_

    Fails    never, where there is a word
    """
    word = ""
    for word in words:
        if word not in taken:
            return word
    while word in taken:
        word += "_"
    return word


def numbered(word: str) -> Iterator[str]:
    """The word with every number: z1, z2, z3, ..."""
    return (f"{word}{number}" for number in count(1))
