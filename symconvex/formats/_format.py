"""What one output promises."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.calculus.program.entries import Entries


@dataclass(frozen=True, slots=True)
class Format:
    """How derivatives are laid out.

    name      what it is asked for by
    closed    derivatives for every size, as text
    entries   derivatives at one size, in parts, since all of it may be long
    drawn     derivatives for every size on a terminal that shows Greek letters, where that looks different
    """

    name: str
    closed: Callable[["Derivation"], str]
    entries: Callable[["Entries"], Iterable[str]]
    drawn: Callable[["Derivation"], str] | None = None
