"""One problem of a survey, from its text to its entry. Whatever happens to it is an entry too."""

import faulthandler
import json
import math
import multiprocessing
import os
import re
import signal
import sys
import threading
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from symconvex.asking.settling import question_fields, settled_question
from symconvex.deadline import MEMORY, OutOfSpace, OutOfTime, resident, time_limit
from symconvex.errors import InternalError, LimitError, SymconvexError, printable
from symconvex.settle import Clock, fields, settled
from symconvex.store import digest
from symconvex.surveying.lines import Asked, Entry, Name

PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}\Z")
UNSAFE = re.compile(r"[^a-z0-9]+")
MAX_SHOWN = 300
# A worker that holds more than this share of the memory after its task does not take another one.
FULL = 0.5
# Seconds beyond all that a task may take by the clock; what does not hear the clock then ends with its process.
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker has to know: the problem, its seconds, and where to keep what is found."""

    asked: Asked
    budget: float
    certificates: Path | None = None
    proofs: Path | None = None

    @property
    def digest(self) -> str:
        """What tells this question from another: all that it declares, its seconds and where to keep what is found."""
        options = float(self.budget), str(self.certificates), str(self.proofs)
        return digest(json.dumps([asdict(self.asked), *options], sort_keys=True))


def answered(task: Task) -> Entry:
    """The object of `symconvex prove --json` with the id and a digest of the question, or the id and an error."""
    clock, name = Clock(time.monotonic(), task.budget), task.asked.id
    try:
        with time_limit(math.inf, MEMORY):
            return {"id": name, "asked": task.digest, **_settled(task, clock)}
    except SymconvexError as problem:
        return failed(name, problem, clock.spent())
    except (OutOfTime, MemoryError) as problem:
        return failed(name, _beyond_limits(name, problem), clock.spent())
    except Exception as problem:  # noqa: BLE001 - one problem that fails must not take the others with it
        return failed(name, _bug(name, problem), clock.spent())


def _settled(task: Task, clock: Clock) -> Entry:
    with time_limit(clock.left()):
        problem = task.asked.problem()
    certificate, page = (root and root / folder_of(task.asked.id) for root in (task.certificates, task.proofs))
    if task.asked.ask is not None:
        answer = settled_question(problem, task.asked.ask, clock, certificate=certificate, page=page)
        return question_fields(answer)
    return fields(settled(problem, clock, certificate=certificate, page=page))


def folder_of(name: Name) -> str:
    """The id itself where it can name a folder on every system, else a likeness of it that no other id has."""
    text = str(name)
    if PLAIN.match(text):
        return text
    return f"{UNSAFE.sub('-', text.lower()).strip('-')[:70] or 'problem'}-{digest(text)}"


def failed(name: Name, problem: SymconvexError, seconds: float) -> Entry:
    """The entry of a problem without an answer."""
    return {"id": name, "error": problem.fields(), "seconds": round(seconds, 3)}


def _beyond_limits(name: Name, problem: Exception) -> LimitError:
    space = isinstance(problem, OutOfSpace | MemoryError)
    return LimitError(
        "there was not enough memory" if space else "there was not enough time",
        where=f"problem {name}"[:MAX_SHOWN],
        expected=f"at most {MEMORY / 1e9:g} GB" if space else "an end within the budget",
        got="more",
        hint="smaller sizes" if space else "more time with --budget",
    )


def _bug(name: Name, problem: Exception) -> InternalError:
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return InternalError(
        "this is a bug in symconvex",
        where=f"problem {name}"[:MAX_SHOWN],
        expected="an answer, or an error that says what to change",
        got=printable(f"{type(problem).__name__}: {problem}")[:MAX_SHOWN] + place,
        hint="symconvex prove with --debug, and please report what it shows",
    )


def lost(name: Name, got: str, seconds: float) -> Entry:
    """The entry of a problem whose worker is gone."""
    problem = LimitError(
        "the process that worked on it ended",
        where=f"problem {name}"[:MAX_SHOWN],
        expected="an answer, or an error",
        got=got[:MAX_SHOWN],
        hint="see what it said on stderr; smaller sizes, more memory, or fewer processes at a time",
    )
    return failed(name, problem, seconds)


# ---- in a process of its own ------------------------------------------------------------------------------------


def prepare() -> None:
    """A worker leaves Ctrl-C to the program that started it, cleans up when it is told to end, and outlives nobody."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def watched(task: Task) -> tuple[Entry, bool]:
    """The entry, and whether the worker may take another task; an endless call into C ends with the process."""
    typesetting = 0 if task.proofs is None else 2 * PATIENCE
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        faulthandler.dump_traceback_later(3 * task.budget + PATIENCE + typesetting, exit=True, file=nowhere)
        try:
            return answered(task), resident() < FULL * MEMORY
        finally:
            faulthandler.cancel_dump_traceback_later()
