"""A value that is known by its content; what is asked of deep terms again and again is found once and kept there."""

from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")
Known = TypeVar("Known", bound="Content")


class Content:
    """What every term is: known by its content, whose hash is computed once."""

    __slots__ = ("_bases", "_free", "_hash", "_nodes", "_symbols")
    __match_args__: tuple[str, ...] = ()

    def _content(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self.__match_args__])

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self._content() == other._content())

    def __hash__(self) -> int:
        known: int | None = getattr(self, "_hash", None)
        if known is None:
            known = hash((type(self).__name__, *self._content()))
            object.__setattr__(self, "_hash", known)
        return known


def folded(
    slot: str, inside: Callable[[Known], tuple[Known, ...]]
) -> Callable[[Callable[[Known, tuple[Value, ...]], Value]], Callable[[Known], Value]]:
    """What follows for a term from the same of the terms inside it; a term never changes, so it is kept in the slot."""

    def keeping(found: Callable[[Known, tuple[Value, ...]], Value]) -> Callable[[Known], Value]:
        def known(term: Known) -> Value:
            if not hasattr(term, slot):
                object.__setattr__(term, slot, found(term, tuple(map(known, inside(term)))))
            value: Value = getattr(term, slot)
            return value

        return known

    return keeping
