"""Processes of this machine for work that is cut into pieces."""

import contextlib
import multiprocessing
import sys
import time
import types
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import SpawnContext, SpawnProcess

ENDING = 3.0  # seconds in which a process that is told to end cleans up


class _Process(SpawnProcess):
    """A new process that does not import the script that started it, and so does not ask again what is asked there."""

    def start(self) -> None:
        """Start it as if the script were empty."""
        script = sys.modules["__main__"]
        sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            super().start()
        finally:
            sys.modules["__main__"] = script


class QuietContext(SpawnContext):
    """Starts such processes."""

    Process = _Process


@contextlib.contextmanager
def team(jobs: int, prepare: Callable[[], None] | None = None) -> Iterator[ProcessPoolExecutor]:
    """So many processes side by side; when the work is left before its end, so are they."""
    others = multiprocessing.active_children()
    with contextlib.ExitStack() as left:
        executor = left.enter_context(ProcessPoolExecutor(jobs, QuietContext(), prepare))
        try:
            yield executor
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            end(child for child in multiprocessing.active_children() if child not in others)
            raise


def end(children: Iterable[multiprocessing.process.BaseProcess]) -> None:
    """Each is told to end; one that does not listen is ended."""
    told, last = list(children), time.monotonic() + ENDING
    for child in told:
        child.terminate()
    for child in told:
        child.join(max(last - time.monotonic(), 0))
        child.kill()
        child.join()
