"""A value that is known by its content, whose hash is computed once: deep terms are compared and looked up often."""


class Content:
    """What every term is: known by its content, whose hash is computed once."""

    __slots__ = ("_hash",)
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
