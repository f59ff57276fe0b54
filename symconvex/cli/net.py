"""The net below every command: whatever happens ends in a sentence and an exit code, never in a traceback."""

import contextlib
import io
import math
import os
import shlex
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from symconvex.cli import misuse, screen
from symconvex.deadline import MEMORY, OutOfSpace, OutOfTime, time_limit
from symconvex.errors import InternalError, LimitError, OutputError, SymconvexError, printable

DEBUG = "SYMCONVEX_DEBUG"
MAX_SHOWN = 300


class Stopped(BaseException):
    """A signal asks the program to end; what is on its way up cleans up, as after Ctrl-C."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


class CommandGroup(click.Group):
    """The group of all commands, above the net."""

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run the command that is asked for, and exit with what it came to."""
        given = args[0] if args else extra.get("args")
        asked = [str(word) for word in (sys.argv[1:] if given is None else given)]
        make_writable()
        run = super().main
        sys.exit(caught(lambda: run(*args, **{**extra, "standalone_mode": False}), asked, self))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of that name; an error that says what was meant."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from symconvex.models import names

            raise misuse.no_command(args[0], self.list_commands(ctx), names())
        return super().resolve_command(ctx, args)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Every command takes --debug, which the net reads."""
        cmd.params.append(debug_option())
        super().add_command(cmd, name)


def debug_option() -> click.Option:
    """The switch that shows where symconvex itself failed."""
    words = "Show a traceback when symconvex itself fails."
    return click.Option(["--debug"], is_flag=True, expose_value=False, help=words)


def make_writable() -> None:
    """Streams that take any text: a sign that their encoding lacks is replaced, and a closed one takes all."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=screen.PLAIN)


def caught(run: Callable[[], object], asked: list[str], group: click.Group) -> int:
    """The exit code of a run, after a word about what ended it."""
    as_json = "--json" in asked
    try:
        with stoppable(), time_limit(math.inf, MEMORY):
            code = run()
            return code if isinstance(code, int) else screen.DONE
    except SymconvexError as problem:
        return told(problem, as_json)
    except click.ClickException as problem:
        return told(misuse.explained(problem, asked, group), as_json)
    except Stopped as stop:
        return stopped(stop.number)
    except (click.Abort, KeyboardInterrupt):
        return stopped(signal.SIGINT)
    except OSError as problem:
        return told(refused_by_system(problem), as_json)
    except (OutOfTime, MemoryError) as problem:
        return told(beyond_limits(problem, asked), as_json)
    except Exception as problem:  # noqa: BLE001 - the one place that knows nothing of what went wrong, and says so
        if "--debug" in asked or os.environ.get(DEBUG, "0") not in {"", "0"}:
            with contextlib.suppress(OSError):
                traceback.print_exception(problem)
        return told(bug(problem, asked), as_json)


def stopped(number: int) -> int:
    """A line on stderr, and the exit code that a shell gives to a signal."""
    word = "interrupted" if number == signal.SIGINT else f"ended by {signal.Signals(number).name}"
    with contextlib.suppress(OSError):
        click.echo(f"{word}; nothing was left half-written", err=True)
    return screen.SIGNAL + number


def told(problem: SymconvexError, as_json: bool) -> int:
    """Say what went wrong, as far as anybody can still be told, and the exit code of it."""
    for stream in (sys.stdout, sys.stderr):
        give_up_unwritten(stream)
    with contextlib.suppress(OSError):
        screen.report_error(problem, as_json)
    codes = {InternalError: screen.BUG, LimitError: screen.UNDECIDED}
    return codes.get(type(problem), screen.USAGE)


def give_up_unwritten(stream: Any) -> None:
    """What cannot be written is not tried again when the program ends."""
    try:
        stream.flush()
    except OSError:
        with contextlib.suppress(OSError), Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())


def refused_by_system(problem: OSError) -> OutputError:
    """A file or a stream that the operating system did not let us use."""
    return OutputError(
        "the system did not let symconvex read or write",
        where=str(problem.filename or "standard output"),
        expected="a file that can be read or written, and room for it",
        got=problem.strerror or type(problem).__name__,
        hint="check paths, permissions and free space",
    )


def beyond_limits(problem: Exception, asked: Sequence[str] = ()) -> LimitError:
    """The command as a whole took too long, or too much memory."""
    space = isinstance(problem, OutOfSpace | MemoryError)
    given = [word.partition("=")[0] for word in asked]
    kinds = {"--data": "fewer data", "--formula": "fewer terms: a long sum as one over an array"}
    smaller = next((words for option, words in kinds.items() if option in given), "smaller sizes")
    return LimitError(
        "there was not enough memory" if space else "there was not enough time",
        where="the command as a whole",
        expected=f"at most {MEMORY / 1e9:g} GB" if space else "an end within the budget",
        got="more",
        hint=smaller if space else f"more time with --budget, or {smaller}",
    )


def bug(problem: Exception, asked: list[str]) -> InternalError:
    """What nobody foresaw, with the place in our source that a report of it needs."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    words = printable(f"{type(problem).__name__}: {problem}")
    command = printable(shlex.join(["symconvex", *asked]))
    return InternalError(
        "this is a bug in symconvex",
        where=command[:MAX_SHOWN],
        expected="an answer, or an error that says what to change",
        got=words[:MAX_SHOWN] + place,
        hint="the same command with --debug, and please report what it shows",
    )


def stop(number: int, _frame: FrameType | None) -> NoReturn:
    """The handler of a signal that asks the program to end."""
    raise Stopped(number)


Handler = Callable[[int, FrameType | None], NoReturn] | signal.Handlers
# A reader who leaves ends the program as it ends any other: quietly, by SIGPIPE.
WANTED: Mapping[str, Handler] = {"SIGINT": stop, "SIGTERM": stop, "SIGHUP": stop, "SIGPIPE": signal.SIG_DFL}
HANDLERS = {getattr(signal, name): handler for name, handler in WANTED.items() if hasattr(signal, name)}


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Signals that end a program raise Stopped in it; one that somebody ignores stays ignored, as under nohup."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = (signal.SIG_DFL, signal.default_int_handler)
    before = {number: signal.getsignal(number) for number in HANDLERS}
    changed = [number for number, handler in HANDLERS.items() if handler is not stop or before[number] in usual]
    for number in changed:
        signal.signal(number, HANDLERS[number])
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, before[number])
