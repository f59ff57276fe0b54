"""Every way to change one place of a certificate, for certificates of the tests and for stored proofs.

A changed certificate keeps its stale digest, or gets the digest of what it now says. With the stale one
it is refused for that alone. With a new one the kernel must notice, or the change must be harmless:
a label, or a statement that says less and that the same lines still prove.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass

from symconvex.kernel.check import Accepted, Rejected, Theorem, check, digest
from symconvex.kernel.term import Malformed

Path = tuple[str | int, ...]
NUMBERS = re.compile(r"-?[0-9]+(/[0-9]+)?( -?[0-9]+(/[0-9]+)?)*\Z")


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
            yield "negated", f"(* -1 {value})" if path[-1] != "gives" else negated(value)
            yield "another name", f"{value}x"
            yield "nothing", ""
            yield "another spelling", f"{value} "
            if NUMBERS.match(value):
                first, *others = value.split(" ")
                yield (
                    "first number negated",
                    " ".join([first.removeprefix("-") if first[0] == "-" else f"-{first}", *others]),
                )
                yield "one number more", f"{value} 1"
                yield "first number not in lowest terms", " ".join([f"{first}/1", *others])
            if value.startswith(("(loss ", "(gap ")):
                yield (
                    "another claim",
                    value.replace("convex", "concave", 1)
                    if "convex" in value
                    else value.replace("concave", "convex", 1),
                )
            if value.startswith("(positive "):
                yield "stronger than a square", "(positive (+ -1 (* -1 (^ 2 2))))"
                yield "nonneg instead", f"(nonneg {value[10:]}"
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


def says_no_more(original: dict[str, object], change: Change, before: Accepted, after: Accepted) -> bool:
    """Is the changed certificate, which was accepted too, about the same problem and not stronger in any claim?

    The name and the text are labels. A least size may grow unless a value fixes the size, a domain may shrink when
    nothing is refuted and grow when nothing else is claimed. A claim may be dropped or repeated, a hypothesis repeated, numbers and a variable added. A
    line may say nonneg where positive was shown. Arguments of steps, numbers under a name and the example are evidence:
    others may do as well. What is met must be met again, since only the values decide it.
    """
    labels = {"name", "text", "sizes", "domain", "parts", "digest"}
    if any(value != change.certificate[field] for field, value in original.items() if field not in labels):
        return False
    if before.statement.domain != after.statement.domain and not weaker_domain(original, change.certificate):
        return False
    if set(before.statement.sizes) != set(after.statement.sizes):
        return False
    if any(after.statement.sizes[name] < least for name, least in before.statement.sizes.items()):
        return False
    if any(after.statement.sizes[name] != length for name, length in before.statement.fixed.items()):
        return False
    return all(any(weaker(old, new) for old in pairs(original, before)) for new in pairs(change.certificate, after))


def weaker_domain(original: dict[str, object], changed: dict[str, object]) -> bool:
    """What holds on a set holds on a smaller one; what is refuted on a set is refuted on a larger one."""
    refuted = {str(claim).startswith("(loss not_") for part in parts(original) for claim in part["claims"]}
    return smaller(original, changed) if refuted == {False} else refuted == {True} and smaller(changed, original)


def smaller(original: dict[str, object], changed: dict[str, object]) -> bool:
    """Has the changed certificate every constraint of the original, or a strict one in its place?"""
    before, after = original["domain"], changed["domain"]
    assert isinstance(before, list)
    assert isinstance(after, list)
    told, left = ([said(entry) for entry in entries] for entries in (before, after))
    return all(entry in left or entry.replace("(nonneg ", "(positive ", 1) in left for entry in told)


def said(entry: object) -> str:
    """What an entry of a domain says; how it is shown is evidence."""
    return str(entry["is"] if isinstance(entry, dict) else entry)


Pair = tuple[dict[str, list[object]], Theorem]


def pairs(certificate: dict[str, object], accepted: Accepted) -> list[Pair]:
    """Each part with what it was accepted for."""
    return list(zip(parts(certificate), accepted.theorems, strict=True))


def weaker(old: Pair, new: Pair) -> bool:
    """Has the part the same conclusions by the same rules, no other hypothesis and no new claim?"""
    (part, theorem), (changed, other) = old, new
    return (
        all(map(follows, part["steps"], changed["steps"]))
        and len(part["steps"]) == len(changed["steps"])
        and no_weaker(theorem, other)
        and set(theorem.met) == set(other.met)
        and set(theorem.claims) >= set(other.claims)
    )


def no_weaker(theorem: Theorem, other: Theorem) -> bool:
    """The same hypotheses, or some of them strict where they were not."""
    before, after = {*map(str, theorem.given)}, {*map(str, other.given)}
    return {
        hypothesis if hypothesis in after else hypothesis.replace("(nonneg ", "(positive ", 1) for hypothesis in before
    } == after


def follows(old: object, new: object) -> bool:
    """Is it the same step up to its arguments, or one that shows less?

    The arguments are evidence: minus a direction refutes as well as the direction itself. Lines are evidence too, as long
    as the claims are the same.
    """
    assert isinstance(old, dict)
    assert isinstance(new, dict)
    same = all(old[field] == new[field] for field in ("id", "rule", "uses"))
    return same and new["gives"] in (old["gives"], str(old["gives"]).replace("(positive ", "(nonneg ", 1))


def parts(certificate: dict[str, object]) -> list[dict[str, list[object]]]:
    """The parts of a certificate."""
    found = certificate["parts"]
    assert isinstance(found, list)
    return found
