"""From and to other libraries: one file for each library and direction, loaded when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answering:
    """Who takes verdicts to another library."""

    name: str
    answer: Callable[[Any, tuple[Any, ...]], Any]
