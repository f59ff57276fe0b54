"""A time limit for one piece of work."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

# A callback of the garbage collector swallows what is raised in it, so the alarm rings until it is heard.
AGAIN = 0.25


class OutOfTime(Exception):
    """The work took longer than it was given."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """The body of `with`, ended by OutOfTime after so many seconds.

    Only the main thread has an alarm, and Windows has none: there the body runs to its end.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    start, handler = time.monotonic(), signal.signal(signal.SIGALRM, _ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:  # an alarm of the caller rings when it was to ring
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - start), 1e-3), interval)


def _ring(_number: int, _frame: FrameType | None) -> NoReturn:
    raise OutOfTime
