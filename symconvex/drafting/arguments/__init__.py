"""How a loss is decided, as values: one file for each kind of argument, told by the exposition of the same name."""

from typing import ClassVar, Protocol


class Argument(Protocol):
    """Every argument has the name of its file."""

    name: ClassVar[str]
