"""A survey from Python."""

import multiprocessing
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from pathlib import Path

from symconvex.errors import LossError
from symconvex.surveying.crews import Crew, cluster, given, processes, results
from symconvex.surveying.lines import Asked, Entry, read_lines
from symconvex.surveying.task import Task

BUDGET = 20.0


def survey(
    problems: Iterable[str | Mapping[str, object]],
    /,
    *,
    jobs: int = 1,
    budget: float = BUDGET,
    executor: Executor | str | None = None,
    certificates: str | Path | None = None,
    proofs: str | Path | None = None,
    done: Iterable[Mapping[str, object]] = (),
) -> Iterator[Entry]:
    """The entry of each problem, as soon as it is there: the object of `symconvex prove --json` and the id.

    Whatever happens to a problem is its entry: one that cannot be read, or whose process ends, has an `error`.

    problems      objects {"id", "loss", "wrt", "shapes", "sets", "where", "ask", "note"}, or lines with them in JSON
    jobs          processes, or tasks at a time on an executor
    budget        seconds for each problem
    executor      any executor of concurrent.futures, or the address of a dask.distributed scheduler
    certificates  folder for certificates, each in a folder with the name of its problem
    proofs        the same for certificates with proof.tex and proof.pdf
    done          entries that are there already: the same question is not asked again, unless it ended in an error

    The processes do not run the script again that asks, so that a plain script needs no `if __name__ == "__main__":`.
    Those of an executor of your own may, and then the call belongs under that line.

    Order    as they are decided, not as they were asked
    Fails    LossError on jobs or a budget that are not above 0, and where a process that starts runs the script again;
             ClusterError when there is no scheduler

    >>> [entry["verdict"] for entry in survey([{"id": 1, "loss": "x**2", "wrt": ["x"]}])]
    ['convex']
    """
    _check_outside()
    for word, number in (("jobs", jobs), ("budget", budget)):
        if not (isinstance(number, int | float) and 0 < number < float("inf")):
            raise _not_above_zero(word, number)
    roots = [None if root is None else Path(root) for root in (certificates, proofs)]
    there = {(entry["id"], str(entry.get("asked"))) for entry in done if "error" not in entry}
    tasks = (Task(line, budget, *roots) if isinstance(line, Asked) else line for line in read_lines(problems))
    asked = (task for task in tasks if not (isinstance(task, Task) and (task.asked.id, task.digest) in there))
    return _entries(asked, _crew(executor, jobs))


def _check_outside() -> None:
    """A process that is just starting, and runs the script of its parent for that, asks nothing."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise LossError(
            "a process of this survey runs the script again that asks it",
            where="survey(...) at the top of a script",
            expected="a call that runs only where the script is started",
            got="an executor whose processes import the script",
            hint='put the call under if __name__ == "__main__": or leave the executor out',
        )


def _crew(executor: Executor | str | None, jobs: int) -> AbstractContextManager[Crew]:
    if isinstance(executor, str):
        return cluster(executor)
    return processes(jobs) if executor is None else given(executor, jobs)


def _entries(tasks: Iterator[Task | Entry], crew: AbstractContextManager[Crew]) -> Iterator[Entry]:
    """What cannot be read is told when its turn comes."""
    unread: list[Entry] = []

    def readable() -> Iterator[Task]:
        for task in tasks:
            if isinstance(task, Task):
                yield task
            else:
                unread.append(task)

    with crew as team:
        for entry in results(readable(), team):
            while unread:
                yield unread.pop(0)
            yield entry
        yield from unread


def _not_above_zero(word: str, number: object) -> LossError:
    return LossError(
        f"{word} is no number above 0",
        where=f"{word}={number!r}"[:200],
        expected="a number above 0",
        got=repr(number)[:60],
        hint={"jobs": "jobs=2", "budget": "budget=20"}[word],
    )
