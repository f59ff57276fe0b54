"""What `symconvex verify` prints of replayed certificates."""

from pathlib import Path

import click

from symconvex.cli import screen
from symconvex.errors import printable
from symconvex.replay import Replay


def summary(replays: tuple[Replay, ...]) -> dict[str, object]:
    """How many files met which fate."""
    outcomes = [replay.outcome for replay in replays]
    return {word: outcomes.count(word) for word in ("accepted", "refused", "unreadable")}


def worst(replays: tuple[Replay, ...]) -> int:
    """The exit code: a refused certificate weighs more than an unreadable one."""
    counts = summary(replays)
    return screen.FALSE if counts["refused"] else screen.USAGE if counts["unreadable"] else screen.DONE


def kept_index(folder: Path, form: str, as_json: bool) -> int:
    """Replay everything below the folder and write its index; the exit code is that of a replay."""
    from symconvex.contents import INDEX, contents_page
    from symconvex.pages import find
    from symconvex.replay import replay_all
    from symconvex.store import PAGE, PDF, write_proof

    replays = replay_all((folder,))
    page = contents_page(folder, replays, files=(PAGE if form == "latex" else find(form).file, PDF))
    files = write_proof(folder, {INDEX: page})
    if as_json:
        screen.print_json({**summary(replays), "files": [str(path) for path in files]})
    else:
        screen.print_title(", ".join(f"{count} {word}" for word, count in summary(replays).items() if count))
        for replay in replays:
            if replay.outcome != "accepted":
                _print_fate(replay)
        screen.print_rows([("written", str(files[0]))])
    return worst(replays)


def print_replays(replays: tuple[Replay, ...], *, quiet: bool, verbose: bool) -> None:
    """What is proved of which loss in each file, with all that it assumes; when quiet only trouble; then the counts."""
    for replay in replays:
        good = replay.outcome == "accepted"
        if good and quiet:
            continue
        _print_fate(replay)
        if good:
            screen.print_rows((label, printable(text)) for label, text in _rows(replay, verbose))
    screen.print_title(", ".join(f"{count} {word}" for word, count in summary(replays).items() if count))


def _print_fate(replay: Replay) -> None:
    click.echo(f"{replay.outcome:<10}  {printable(str(replay.path))}  {printable(replay.reason)}".rstrip())


def _rows(replay: Replay, verbose: bool) -> list[tuple[str, str]]:
    proved = [("proved" if not k else "", theorem) for k, theorem in enumerate(replay.theorems)]
    more = [("kernel reads", replay.loss), ("called", f"{replay.name}, which nothing checks")]
    return [("loss", replay.text), ("setting", replay.setting), *proved, *(more if verbose else [])]
