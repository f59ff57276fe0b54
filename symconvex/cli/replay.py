"""Re-check stored certificates with the kernel alone: no search, no SymPy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    fields = certificate if isinstance(certificate, dict) else {}
    name, loss = (screen.printable(str(fields[key])) for key in ("name", "loss"))
    if isinstance(result, Rejected):
        where = f"part {result.part}, step {result.step} ({result.rule})"
        return Replay(path, "refused", name, loss, (), f"{where}: {result.reason}")
    if said := says_otherwise(fields):
        return Replay(path, "refused", name, loss, (), said)
    limits = _limits(fields["domain"], fields["values"])
    claims = tuple(_readable(theorem.claims, theorem.given) + limits for theorem in result.theorems)
    return Replay(path, "accepted", name, loss, claims, "")


def _limits(domain: Iterable[str], values: Iterable[str]) -> str:
    """The domain of the theorems and the data they are about, for a claim without them says too much."""
    from symconvex.kernel.term import parse
    from symconvex.language.printing import term_text

    shown = " and ".join(f"{term_text(parse(text))} > 0" for text in domain)
    names = ", ".join(values)
    return (f" on {shown}" if shown else "") + (f" for the given {names}" if names else "")


# Hypotheses as a person says them; {0} and {1} are the names they carry.
HYPOTHESES = {
    "nonzero": "{0} != 0",
    "zero": "{0} == 0",
    "injective": "{0} has full column rank",
    "null": "{0} @ {1} == 0 for some {1} != 0",
    "spectral": "{0} = lambda_max({1}.T @ {1})",
    "spectral_least": "{0} = lambda_min({1}.T @ {1})",
    "attained": "{0} != 0 with |{2} @ {0}|**2 == {1}*|{0}|**2",
    "real": "{0} is a number",
}


def _readable(claims: Iterable[str], given: Iterable[str]) -> str:
    """(loss not_convex) under (nonzero X k) as "not convex if X != 0"."""
    words = ", ".join(map(_claim, claims))
    under = ", ".join(map(_hypothesis, given))
    return f"{words} if {under}" if under else words


def _claim(text: str) -> str:
    from symconvex.kernel.term import parse
    from symconvex.language.printing import term_text

    word, _, constant = text.removeprefix("(loss ").removesuffix(")").partition(" ")
    plain = word.replace("_", " ")
    return f"{plain} with {term_text(parse(constant))}" if constant else plain


def _hypothesis(text: str) -> str:
    from symconvex.kernel.term import parse
    from symconvex.language.printing import term_text

    kind, _, rest = text[1:-1].partition(" ")
    if kind in HYPOTHESES:
        return HYPOTHESES[kind].format(*rest.split())
    sign = {"positive": " > 0", "nonneg": " >= 0"}.get(kind)
    return f"{term_text(parse(rest))}{sign}" if sign else text[1:-1]


def says_otherwise(certificate: Mapping[str, Any]) -> str:
    """Why the text of the loss is not what the certificate is about; empty when it is."""
    from symconvex.errors import SymconvexError
    from symconvex.kernel.calculus import partial_bases
    from symconvex.kernel.normal import Normal
    from symconvex.kernel.products import Facts
    from symconvex.kernel.term import Budget, Refused, parse, sub
    from symconvex.language import state, to_term

    data, parameters = certificate["data"], certificate["parameters"]
    shapes = {**{name: tuple(d["shape"]) for name, d in data.items()}, **{n: tuple(s) for n, s in parameters.items()}}
    sets = {name: d["within"] for name, d in data.items()}
    try:
        problem = state(certificate["text"], wrt=list(parameters), shapes=shapes, sets=sets, least=certificate["sizes"])
        normal = Normal(Facts({}, frozenset(), frozenset(), {}), Budget(20_000_000))
        told, stated = to_term(problem.loss), parse(certificate["loss"])
        same = set(partial_bases(told)) <= set(partial_bases(stated)) and not normal.poly(sub(told, stated))
    except (SymconvexError, Refused) as fault:
        return f"the text of the loss cannot be compared with what is proved: {str(fault).splitlines()[0]}"
    return "" if same else "the text of the loss says something else than what is proved"


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
            click.echo(f"{replay.outcome:<10}  {screen.printable(str(replay.path))}  {said}")
            if verbose and replay.loss:
                click.echo(f"{'':<10}  {replay.loss}")
    screen.print_title(", ".join(f"{count} {word}" for word, count in summary(replays).items() if count))
