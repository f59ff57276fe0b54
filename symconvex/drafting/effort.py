"""Work, counted: what a rule finds depends on how much it does, and never on how fast the machine is."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

from symconvex.kernel.term import Budget

LEFT: ContextVar[Budget | None] = ContextVar("work that is left", default=None)
BRIEF: ContextVar[bool] = ContextVar("many questions, each answered briefly", default=False)


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


@contextlib.contextmanager
def answering(*, briefly: bool) -> Iterator[None]:
    """In the body of `with` the search for a sign leaves out (or not) what costs most."""
    token = BRIEF.set(briefly)
    try:
        yield
    finally:
        BRIEF.reset(token)


def is_brief() -> bool:
    """Are answers to be brief?"""
    return BRIEF.get()
