"""Work, counted: what a rule finds depends on how much it does, and never on how fast the machine is."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

from symconvex.kernel.term import Budget

LEFT: ContextVar[Budget | None] = ContextVar("work that is left", default=None)


@contextlib.contextmanager
def bounded(work: int) -> Iterator[None]:
    """The body of `with` may do so much work; beyond it TooLarge is raised."""
    token = LEFT.set(Budget(work))
    try:
        yield
    finally:
        LEFT.reset(token)


def spend(work: int) -> None:
    """Count work; a unit is about a microsecond.

    Fails    TooLarge when the bound is passed
    """
    budget = LEFT.get()
    if budget is not None:
        budget.spend(work)
