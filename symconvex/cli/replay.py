"""Re-check stored certificates with the kernel alone: no search, no SymPy."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from symconvex.cli import screen
from symconvex.errors import CertificateError


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of one file: accepted, refused or unreadable, and why.

    loss     the kernel's term, which is what the claims are about; the name is only a name
    """

    path: Path
    outcome: str
    name: str
    loss: str
    claims: tuple[str, ...]
    reason: str

    def fields(self) -> dict[str, object]:
        """The entry of `symconvex verify --json`."""
        return {
            "path": str(self.path),
            "outcome": self.outcome,
            "name": self.name or None,
            "loss": self.loss or None,
            "claims": list(self.claims),
            "reason": self.reason or None,
        }


def replay_all(paths: Iterable[Path]) -> tuple[Replay, ...]:
    """Every certificate at or below the paths, each once."""
    from symconvex.store import find_certificates

    found: dict[Path, Replay] = {}
    for path in paths:
        try:
            certificates = find_certificates(path)
        except CertificateError as problem:
            found[path] = _unreadable(path, problem.got)
            continue
        for certificate in certificates:
            if certificate not in found:
                found[certificate] = replay(certificate)
    return tuple(found.values())


def replay(path: Path) -> Replay:
    """Ask the kernel about one file."""
    from symconvex.kernel.check import Rejected, check
    from symconvex.kernel.term import Malformed
    from symconvex.store import read_certificate

    try:
        certificate = read_certificate(path)
        result = check(certificate)
    except CertificateError as problem:
        return _unreadable(path, problem.got)
    except (Malformed, RecursionError) as problem:
        return _unreadable(path, str(problem))
    name, loss = (str(certificate[key]) for key in ("name", "loss")) if isinstance(certificate, dict) else ("", "")
    if isinstance(result, Rejected):
        where = f"part {result.part}, step {result.step} ({result.rule})"
        return Replay(path, "refused", name, loss, (), f"{where}: {result.reason}")
    claims = tuple(_readable(theorem.claims, theorem.given) for theorem in result.theorems)
    return Replay(path, "accepted", name, loss, claims, "")


def _readable(claims: Iterable[str], given: Iterable[str]) -> str:
    """(loss not_convex) under (nonzero X k) as "not convex if nonzero X k"."""
    words = ", ".join(claim.removeprefix("(loss ").removesuffix(")").replace("_", " ") for claim in claims)
    under = ", ".join(text[1:-1] for text in given)
    return f"{words} if {under}" if under else words


def _unreadable(path: Path, reason: str) -> Replay:
    return Replay(path, "unreadable", "", "", (), reason)


def summary(replays: tuple[Replay, ...]) -> dict[str, object]:
    """How many files met which fate."""
    outcomes = [replay.outcome for replay in replays]
    return {word: outcomes.count(word) for word in ("accepted", "refused", "unreadable")}


def worst(replays: tuple[Replay, ...]) -> int:
    """The exit code: a refused certificate weighs more than an unreadable one."""
    counts = summary(replays)
    return screen.FALSE if counts["refused"] else screen.USAGE if counts["unreadable"] else screen.DONE


def print_replays(replays: tuple[Replay, ...], *, quiet: bool, verbose: bool) -> None:
    """A line for each file, when quiet only for trouble; then the counts."""
    for replay in replays:
        good = replay.outcome == "accepted"
        if not (good and quiet):
            said = f"{replay.name}: {'; '.join(replay.claims)}" if good else replay.reason
            click.echo(f"{replay.outcome:<10}  {replay.path}  {said}")
            if verbose and replay.loss:
                click.echo(f"{'':<10}  {replay.loss}")
    screen.print_title(", ".join(f"{count} {word}" for word, count in summary(replays).items() if count))
