"""Who does the work: executors in the sense of concurrent.futures, and the loop that keeps them busy."""

import contextlib
import multiprocessing
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeAlias

from symconvex.errors import ClusterError
from symconvex.processes import QuietContext, end
from symconvex.surveying.lines import Entry
from symconvex.surveying.task import Task, answered, lost, prepare, watched

CONNECTING = 10.0
AHEAD = 2  # tasks that are on their way for each thread of a cluster

Done: TypeAlias = tuple[Entry, bool]


@dataclass(frozen=True, slots=True)
class Crew:
    """Executors side by side, with `slots` tasks at a time on each.

    work     what is done with a task: the entry, and whether the worker may take another
    renew    the executor in the place of one whose worker ended, or may take no other task
    """

    team: tuple[Executor, ...]
    slots: int
    work: Callable[[Task], Done]
    renew: Callable[[Executor], Executor]


def results(tasks: Iterable[Task], crew: Crew) -> Iterator[Entry]:
    """An entry for every task, in the order in which they are ready."""
    team, left = list(crew.team), iter(tasks)
    free = [seat for seat in reversed(range(len(team))) for _ in range(crew.slots)]
    waiting: dict[Future[Done], tuple[Task, int, float]] = {}
    while True:
        while free and (task := next(left, None)) is not None:
            seat = free.pop()
            waiting[team[seat].submit(crew.work, task)] = task, seat, time.monotonic()
        if not waiting:
            return
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            task, seat, started = waiting.pop(future)
            entry, fit = _done(future, task, time.monotonic() - started)
            team[seat] = team[seat] if fit else crew.renew(team[seat])
            free.append(seat)
            yield entry


def _done(future: Future[Done], task: Task, seconds: float) -> Done:
    trouble = future.exception()
    return future.result() if trouble is None else (lost(task.asked.id, type(trouble).__name__, seconds), False)


@contextlib.contextmanager
def processes(jobs: int) -> Iterator[Crew]:
    """So many processes of this machine, each an executor of its own: one that ends takes no other task with it.

    When the work is left before its end, so are the processes.
    """
    others, team = multiprocessing.active_children(), list[Executor]()

    def start() -> Executor:
        team.append(ProcessPoolExecutor(1, QuietContext(), prepare))
        return team[-1]

    def renew(old: Executor) -> Executor:
        old.shutdown()
        team.remove(old)
        return start()

    try:
        yield Crew(tuple(start() for _ in range(jobs)), 1, watched, renew)
    except BaseException:
        for executor in team:
            executor.shutdown(wait=False, cancel_futures=True)
        end(child for child in multiprocessing.active_children() if child not in others)
        raise
    finally:
        for executor in team:
            executor.shutdown()


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Crew]:
    """The workers of a dask.distributed scheduler.

    A worker runs tasks in threads, which have no alarm: there a task ends by its bound of work.

    Fails    ClusterError when the library or the scheduler is not there
    """
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ImportError:
        raise _no_cluster(address, "no package distributed", 'pip install "symconvex[cluster]"') from None
    try:  # a client that does not find its scheduler blocks when it is thrown away
        socket.create_connection(get_address_host_port(address), CONNECTING).close()
        client = Client(address, timeout=CONNECTING, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise _no_cluster(address, str(problem), "start one with: dask scheduler") from problem
    with client:
        slots = AHEAD * max(sum(client.nthreads().values()), 1)
        yield Crew((client.get_executor(pure=False),), slots, on_cluster, _same)


def _no_cluster(address: str, got: str, hint: str) -> ClusterError:
    return ClusterError(
        "the cluster cannot be used",
        where=f"--cluster {address}"[:200],
        expected="the address of a scheduler of dask.distributed, such as tcp://host:8786",
        got=" ".join(got.split())[:200],
        hint=hint,
    )


@contextlib.contextmanager
def given(executor: Executor, jobs: int) -> Iterator[Crew]:
    """An executor of the caller, who also ends it."""
    yield Crew((executor,), jobs, on_cluster, _same)


def on_cluster(task: Task) -> Done:
    """The entry; whoever owns the worker decides what becomes of it."""
    return answered(task), True


def _same(executor: Executor) -> Executor:
    return executor
