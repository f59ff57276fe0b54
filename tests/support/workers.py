"""What a process of a survey may do to it; here, so that the process can import it."""

import os
import signal
import sys

from symconvex.surveying.lines import Entry
from symconvex.surveying.task import Task, watched


def unruly(task: Task) -> tuple[Entry, bool]:
    """Some tasks end their process, some say that it has had enough; others are answered."""
    match task.asked.id:
        case "leaves":
            os._exit(9)
        case "is killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exits":
            sys.exit(1)
        case "fills":
            return watched(task)[0], False
    entry, fit = watched(task)
    return {**entry, "process": os.getpid()}, fit
