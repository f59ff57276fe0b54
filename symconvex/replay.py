"""Stored certificates, replayed with the kernel alone: no search, no SymPy. What is shown is what was accepted."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from symconvex.deadline import OutOfSpace, OutOfTime, room, time_limit
from symconvex.errors import CertificateError, SymconvexError, printable
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.check import Accepted, Rejected, check
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Budget, Malformed, Refused, parse, sub
from symconvex.language import state, to_term
from symconvex.language.printing import theorems as words
from symconvex.language.printing.verdicts import rows
from symconvex.language.vocabulary import names_in
from symconvex.pages._card import card
from symconvex.store import find_certificates, read_certificate
from symconvex.view import with_numbers

WORK = 20_000_000
Kept: TypeAlias = str | Path | Mapping[str, object]

# What else people hand in, by the end of its name.
OTHERS: Mapping[str, str] = {
    ".csv": "a table of data, no certificate: symconvex prove MODEL --data reads it",
    ".tex": "a text, no certificate: symconvex check reads derivations, and a proof has its certificate.json beside it",
    ".md": "a text, no certificate: a proof has its certificate.json beside it",
    ".pdf": "a page to read, no certificate: a proof has its certificate.json beside it",
    ".html": "a page to read, no certificate: a proof has its certificate.json beside it",
    ".jsonl": "a list of problems or answers, no certificate: symconvex survey reads it",
    ".py": "a program, no certificate: symconvex prove writes certificates",
}

INDENT = "\n" + " " * 13  # further lines of a text stay below its first
LONGEST = 120.0  # seconds, so that one certificate never keeps the others waiting for ever


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of one file: accepted, refused or unreadable, and why.

    name       a label of the file, for people; nothing checks it
    loss       the loss, as the kernel reads it
    text       the loss, as NumPy would write it; checked to say the same
    setting    what the theorems are about: sizes, data and their sets, parameters, domain, given numbers
    theorems   one sentence each, with all hypotheses
    accepted   the same as values of the kernel
    reason     why it is not accepted
    """

    path: Path
    outcome: str
    name: str = ""
    loss: str = ""
    text: str = ""
    setting: str = ""
    theorems: tuple[str, ...] = ()
    reason: str = ""
    accepted: Accepted | None = None

    def __repr__(self) -> str:
        return "\n".join([self.title, *rows((name, text.replace("\n", INDENT)) for name, text in self.rows())])

    def _repr_html_(self) -> str:
        return card(self.title, self.rows())

    @property
    def title(self) -> str:
        """The fate, and the name of the file."""
        return f"{self.outcome}  {printable(str(self.path))}"

    def rows(self) -> list[tuple[str, str]]:
        """What is proved of which loss, or why it is not accepted, by name."""
        said = [("loss", self.text), ("setting", self.setting), ("proved", "\n".join(self.theorems))]
        return [*said, ("reason", printable(self.reason))]

    def fields(self) -> dict[str, object]:
        """The entry of `symconvex verify --json`."""
        return {
            "path": str(self.path),
            "outcome": self.outcome,
            "name": self.name or None,
            "loss": self.loss or None,
            "text": self.text or None,
            "setting": self.setting or None,
            "theorems": list(self.theorems),
            "reason": self.reason or None,
        }


class ReplayTable(Mapping[Path, Replay]):
    """What became of each file, by its path; a text where it is shown."""

    def __init__(self, replays: Iterable[Replay]) -> None:
        self._replays = {replay.path: replay for replay in replays}

    def __getitem__(self, path: Path) -> Replay:
        return self._replays[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._replays)

    def __len__(self) -> int:
        return len(self._replays)

    def __repr__(self) -> str:
        return "\n".join(map(repr, self._replays.values()))

    def _repr_html_(self) -> str:
        return "\n".join(card(replay.title, replay.rows()) for replay in self._replays.values())


def replay_all(paths: Iterable[Path]) -> tuple[Replay, ...]:
    """Every certificate at or below the paths, each once; one that cannot be read silences no other."""
    found: dict[Path, Replay] = {}
    for path in paths:
        try:
            certificates = find_certificates(path)
        except CertificateError as problem:
            found[path] = Replay(path, "unreadable", reason=_why(path, problem))
            continue
        for certificate in certificates:
            if certificate not in found:
                found[certificate] = replay(certificate)
    return tuple(found.values())


def replay(path: Path) -> Replay:
    """Ask the kernel about one file."""
    return _replay(path, lambda: read_certificate(path))


def replay_given(certificates: Kept | Iterable[Kept]) -> Iterator[Replay]:
    """Certificates at or below a path, or in no file, or several of such; what is in no file is called certificate.

    Fails    CertificateError on what is neither
    """
    if isinstance(certificates, str | Path):
        if not Path(certificates).exists():
            raise _missing(str(certificates))
        yield from replay_all((Path(certificates),))
    elif isinstance(certificates, Mapping):
        yield _replay(Path("certificate"), lambda: dict(certificates))
    elif isinstance(certificates, Iterable):
        for number, given in enumerate(certificates, 1):
            for entry in replay_all((Path(given),)) if isinstance(given, str | Path) else replay_given(given):
                yield replace(entry, path=Path(f"certificate {number}")) if isinstance(given, Mapping) else entry
    else:
        raise CertificateError(
            "this is no certificate",
            where=f"verify({certificates!r})"[:200],
            expected="a file, a folder, or the certificate of a verdict",
            got=type(certificates).__name__,
            hint="verify(verdict.certificate)" if hasattr(certificates, "certificate") else 'verify("proofs")',
        )


def _missing(path: str) -> CertificateError:
    return CertificateError(
        "there is no such file or folder",
        where=path[:200],
        expected="a certificate, or a folder of proofs",
        got="nothing of this name",
        hint="check the path; symconvex prove writes certificates into proofs/",
    )


def _replay(path: Path, read: Callable[[], object]) -> Replay:
    try:
        with time_limit(LONGEST):
            return _replayed(path, read())
    except CertificateError as problem:
        return Replay(path, "unreadable", reason=_why(path, problem))
    except (Malformed, RecursionError) as problem:
        return Replay(path, "unreadable", reason=printable(str(problem)))
    except (OutOfSpace, MemoryError):
        return Replay(path, "unreadable", reason="its replay takes more memory than there is")
    except OutOfTime:
        return Replay(path, "unreadable", reason=f"its replay takes more than {LONGEST:.0f} seconds")


def _why(path: Path, problem: CertificateError) -> str:
    """Why it cannot be read; of a file of another kind, what it is."""
    kind = OTHERS.get(path.suffix.lower())
    return f"this is {kind}" if kind is not None and path.is_file() else printable(problem.got)


@room()
def _replayed(path: Path, certificate: object) -> Replay:
    result = check(certificate)
    fields: Mapping[str, Any] = certificate if isinstance(certificate, dict) else {}
    name, loss = str(fields["name"]), str(fields["loss"])
    if isinstance(result, Rejected):
        where = f"part {result.part}, step {result.step} ({result.rule})"
        return Replay(path, "refused", name, loss, reason=printable(f"{where}: {result.reason}"))
    if said := says_otherwise(fields):
        return Replay(path, "refused", name, loss, reason=said)
    view = with_numbers(result)
    theorems = tuple(words.sentence(view.statement, theorem, view.enclosed) for theorem in view.theorems)
    shown = (str(fields["text"]).strip(), words.setting(view.statement), theorems)
    return Replay(path, "accepted", name, loss, *shown, accepted=result)


def says_otherwise(certificate: Mapping[str, Any]) -> str:
    """Why the text of the loss is not what the certificate is about; empty when it is.

    Data that the text does not name, such as those of the domain, cannot make it say something else.
    """
    parameters = certificate["parameters"]
    try:
        named = set(names_in(certificate["text"], certificate["data"]))
        data = {name: d for name, d in certificate["data"].items() if name in named}
        shapes = {name: tuple(d["shape"]) for name, d in data.items()} | {n: tuple(s) for n, s in parameters.items()}
        sets = {name: d["within"] for name, d in data.items()}
        sizes = {name: k for name, k in certificate["sizes"].items() if any(name in shape for shape in shapes.values())}
        problem = state(certificate["text"], wrt=list(parameters), shapes=shapes, sets=sets, least=sizes)
        normal = Normal(Facts({}, frozenset(), frozenset(), {}), Budget(WORK))
        told, stated = to_term(problem.loss), parse(certificate["loss"])
        same = set(partial_bases(told)) <= set(partial_bases(stated)) and not normal.poly(sub(told, stated))
    except (SymconvexError, Refused) as fault:
        return f"the text of the loss cannot be compared with what is proved: {str(fault).splitlines()[0]}"
    return "" if same else "the text of the loss says something else than what is proved"
