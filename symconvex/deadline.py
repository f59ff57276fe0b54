"""A limit on the time, and on the memory, of one piece of work; and room for terms that are nested deeply."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

# A callback of the garbage collector swallows what is raised in it, so the alarm rings until it is heard.
AGAIN = 0.25
# Bytes that a command may hold: less than the machines that people have.
MEMORY = 2 * 10**9
RESIDENT = Path("/proc/self/statm")
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0


LEVELS = 15_000
COMPUTED: ContextVar[bool] = ContextVar("COMPUTED", default=False)


@contextlib.contextmanager
def room() -> Iterator[None]:
    """The body may call itself some thousand levels deep: a function for every level of a term takes a few each."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, LEVELS))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class OutOfTime(Exception):
    """The work took longer than it was given."""


class OutOfSpace(OutOfTime):
    """The work took more memory than it was given."""


@contextlib.contextmanager
def computing() -> Iterator[None]:
    """Within it, seconds are those that this thread computes, so that a busy machine gives the same answer."""
    before = COMPUTED.set(True)
    try:
        yield
    finally:
        COMPUTED.reset(before)


def now() -> float:
    """The seconds that limits are measured in."""
    return time.thread_time() if COMPUTED.get() else time.monotonic()


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """When the work must be done, and the most bytes that the program may hold by then; 0 for any number.

    computed    the seconds are those of `computing`
    """

    end: float
    most: int
    computed: bool

    def left(self) -> float:
        return self.end - (time.thread_time() if self.computed else time.monotonic())

    def check(self) -> None:
        """Fails    OutOfTime, OutOfSpace"""
        if self.most and resident() > self.most:
            raise OutOfSpace
        if self.left() <= 0:
            raise OutOfTime


# The limits that hold now, the outermost first; only the main thread adds to them.
LIMITS: list[Limit] = []


def resident() -> int:
    """The bytes of memory that the program holds; 0 where the system does not tell.

    The alarm asks at any moment, in the middle of an import too: of bytes, for decoding a text may import a codec.
    """
    try:
        return int(RESIDENT.read_bytes().split()[1]) * PAGE
    except FileNotFoundError:
        return 0


@contextlib.contextmanager
def time_limit(seconds: float, most: int = 0) -> Iterator[None]:
    """The body of `with`, ended by OutOfTime after so many seconds, by OutOfSpace beyond so many bytes.

    Seconds may be infinite where bytes are limited. An inner limit never outlives an outer one. Only the main thread
    has an alarm, and Windows has none: there the body runs to its end.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    start, handler = time.monotonic(), signal.signal(signal.SIGALRM, _ring)
    left, interval = (0.0, 0.0) if LIMITS else signal.setitimer(signal.ITIMER_REAL, 0)
    limit = Limit(now() + seconds, most, COMPUTED.get())
    LIMITS.append(limit)
    try:
        _wind()
        yield
    finally:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0)
        finally:  # the alarm may have rung just above
            signal.setitimer(signal.ITIMER_REAL, 0)
            LIMITS.remove(limit)
            signal.signal(signal.SIGALRM, handler)
            if left:  # an alarm of the caller rings when it was to ring
                signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - start), 1e-3), interval)
            _wind()


def _wind() -> None:
    """Set the alarm for the limit that ends first; where memory is limited it also rings in between."""
    if not LIMITS:
        return
    left = max(min(limit.left() for limit in LIMITS), 1e-3)
    first = min(left, AGAIN) if any(limit.most for limit in LIMITS) else left
    signal.setitimer(signal.ITIMER_REAL, first, AGAIN)


def _ring(_number: int, _frame: FrameType | None) -> None:
    for limit in LIMITS:
        limit.check()
