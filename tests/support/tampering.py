"""Every way to change one place of a certificate, for certificates of the tests and for stored proofs.

A changed certificate keeps its stale digest, or gets the digest of what it now says. With the stale one
it is refused for that alone. With a new one the kernel must notice, or the change must be harmless:
a label, or a statement that says less and that the same lines still prove.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

from symconvex.kernel.check import Accepted, Rejected, check, digest
from symconvex.kernel.term import Malformed

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One place of a certificate, what is done to it, and the certificate that results."""

    path: Path
    what: str
    certificate: dict[str, object]

    def __str__(self) -> str:
        return f"{'/'.join(map(str, self.path))}: {self.what}"


def tampered(certificate: dict[str, object]) -> Iterator[Change]:
    """The certificate with one place changed, for every place and several changes, each with its own digest."""
    for path, value in places(certificate, ()):
        if path == ("digest",):
            continue
        for what, replacement in replacements(path, value):
            if type(replacement) is type(value) and replacement == value:
                continue
            changed = copy.deepcopy(certificate)
            put(changed, path, replacement)
            changed["digest"] = digest(changed)
            yield Change(path, what, changed)
    for path, value in places(certificate, ()):
        if isinstance(value, dict):
            changed = copy.deepcopy(certificate)
            put(changed, (*path, "unexpected"), "w")
            changed["digest"] = digest(changed)
            yield Change(path, "a field more", changed)


def places(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Every place of a JSON value."""
    if path:
        yield path, value
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from places(entry, (*path, key))


def replacements(path: Path, value: object) -> Iterator[tuple[str, object]]:
    """Other values for a place: near ones, which could still be read, and far ones."""
    match value:
        case bool() | None:
            yield "a number", 1
        case int():
            yield "one more", value + 1
            yield "one less", value - 1
            yield "true", True
        case str():
            if value != "0":  # 0 and -0 are one number
                yield "negated", f"(* -1 {value})" if path[-1] != "gives" else negated(value)
            yield "another name", f"{value}x"
            yield "nothing", ""
            if value.startswith("(positive "):
                yield "stronger than a square", "(positive (+ -1 (* -1 (^ 2 2))))"
            if value.startswith("(nonneg "):
                yield "positive instead", f"(positive {value[8:]}"
        case list() if value:
            yield "first entry dropped", value[1:]
            yield "first entry twice", [value[0], *value]
        case list():
            yield "an entry", ["w"]
        case dict():
            yield "emptied", {}


def negated(gives: str) -> str:
    """The judgment with its term negated, or its claim turned around."""
    if gives.startswith("(loss not_"):
        return gives.replace("not_", "", 1)
    if gives.startswith("(loss "):
        return gives.replace("(loss ", "(loss not_", 1)
    head, _, term = gives[1:-1].partition(" ")
    if head == "gap":
        word, _, term = term.partition(" ")
        head = f"gap {word}"
    return f"({head} (+ (* -1 {term}) (* -1 {term}) -1))"


def put(root: object, path: Path, value: object) -> None:
    """Set one place of a JSON value."""
    for key in path[:-1]:
        root = root[key]  # type: ignore[index]
    root[path[-1]] = value  # type: ignore[index]


def outcome(certificate: dict[str, object]) -> Accepted | Rejected | Malformed:
    """What the kernel says, with an unreadable certificate as a value."""
    try:
        return check(certificate)
    except Malformed as problem:
        return problem


def says_no_more(original: dict[str, object], change: Change) -> bool:
    """Is the changed certificate, if accepted, about the same problem and not stronger in any claim?

    The name and the text are labels. A least size may grow, a domain may shrink unless something is refuted, a claim may be dropped or repeated, a hypothesis
    repeated and a variable added. Nothing else may change, above all no conclusion of a line.
    """
    labels = {"name", "text", "sizes", "domain", "parts", "digest"}
    if any(value != change.certificate[field] for field, value in original.items() if field not in labels):
        return False
    if original["domain"] != change.certificate["domain"] and refutes(original):
        return False
    assert isinstance(original["domain"], list)
    assert isinstance(change.certificate["domain"], list)
    if change.certificate["domain"][: len(original["domain"])] != original["domain"]:
        return False
    before, after = original["sizes"], change.certificate["sizes"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    if set(before) != set(after) or any(after[name] < before[name] for name in before):
        return False
    return all(any(weaker(old, new) for old in parts(original)) for new in parts(change.certificate))


def refutes(certificate: dict[str, object]) -> bool:
    """Is one of the claims a negation?"""
    return any(str(claim).startswith("(loss not_") for part in parts(certificate) for claim in part["claims"])


def weaker(old: dict[str, list[object]], new: dict[str, list[object]]) -> bool:
    """Has the part the same conclusions by the same rules, no other hypothesis and no new claim?

    The arguments of a step are evidence: minus a direction refutes as well as the direction itself.
    """
    return (
        [conclusion(step) for step in old["steps"]] == [conclusion(step) for step in new["steps"]]
        and set(map(str, old["given"])) == set(map(str, new["given"]))
        and set(map(str, old["claims"])) >= set(map(str, new["claims"]))
    )


def conclusion(step: object) -> object:
    """A step without its arguments."""
    return {key: value for key, value in step.items() if key != "with"} if isinstance(step, dict) else step


def parts(certificate: dict[str, object]) -> list[dict[str, list[object]]]:
    """The parts of a certificate."""
    found = certificate["parts"]
    assert isinstance(found, list)
    return found
